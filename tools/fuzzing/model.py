"""A slow model of a ufunc: NumPy's own machinery around a loop that calls the ufunc on copies of what it gets.

The model has the name, the types, the identity and the signature of the ufunc, so that NumPy treats both alike:
results, exceptions and their messages must be the same. What differs is what is tested: the ufunc's own loops meet the
strides, overlaps and lengths, the model's loop applies it to plain contiguous copies, or element by element where
one element's result is the input of the next one.
"""

import ctypes
import re

import numpy as np
from numpy._core import _multiarray_umath as umath

LOOP = ctypes.CFUNCTYPE(
    None,
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.POINTER(ctypes.c_ssize_t),
    ctypes.POINTER(ctypes.c_ssize_t),
    ctypes.c_void_p,
)
NONE, IDENTITY_VALUE = -1, -3

ctypes.pythonapi.PyCapsule_GetPointer.restype = ctypes.POINTER(ctypes.c_void_p)
ctypes.pythonapi.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
API = ctypes.pythonapi.PyCapsule_GetPointer(umath._UFUNC_API, None)
FROM_FUNC_AND_DATA_AND_SIGNATURE_AND_IDENTITY = 42  # its place in NumPy's table, from numpy/__ufunc_api.h
make = ctypes.PYFUNCTYPE(
    ctypes.py_object,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_char_p,
    *[ctypes.c_int] * 4,
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_int,
    ctypes.c_char_p,
    ctypes.py_object,
)(API[FROM_FUNC_AND_DATA_AND_SIGNATURE_AND_IDENTITY])

kept = []  # NumPy keeps pointers to all of it
faults = []  # what went wrong inside a loop, from where no exception gets out


def view(address, shape, steps, dtype):
    """An array over the memory that a loop was given."""
    if 0 in shape:
        return np.empty(shape, dtype)
    below = sum(min(0, (n - 1) * step) for n, step in zip(shape, steps, strict=True))
    above = sum(max(0, (n - 1) * step) for n, step in zip(shape, steps, strict=True))
    memory = (ctypes.c_char * (above - below + dtype.itemsize)).from_address(address + below)
    return np.ndarray(shape, dtype, buffer=memory, offset=-below, strides=steps)


def core_dimensions(signature, operands):
    """The positions of each operand's core dimensions among the loop's dimensions."""
    if not signature:
        return [()] * operands, 0
    names = []
    places = []
    for group in re.findall(r"\(([^)]*)\)", signature):
        found = [name.strip() for name in group.split(",") if name.strip()]
        names += [name for name in found if name not in names]
        places.append(tuple(names.index(name) for name in found))
    return places, len(names)


def make_loop(ufunc, dtypes):
    places, _ = core_dimensions(ufunc.signature, ufunc.nargs)

    def loop(args, dimensions, steps, _):
        try:
            n = dimensions[0]
            arrays, at = [], ufunc.nargs
            for i, dtype in enumerate(dtypes):
                inner = [steps[at + j] for j in range(len(places[i]))]
                at += len(inner)
                shape = (n, *(dimensions[1 + place] for place in places[i]))
                arrays.append(view(args[i], shape, (steps[i], *inner), dtype))
            inputs, outputs = arrays[: ufunc.nin], arrays[ufunc.nin :]
            # a reduction: the output of one element is the input of the next one
            chained = ufunc.nin == 2 and not ufunc.signature
            chained = chained and steps[0] == steps[2] == args[2] - args[0]
            for part in (slice(i, i + 1) for i in range(n)) if chained else (slice(0, n),):
                y = ufunc(*(np.ascontiguousarray(x[part].copy()) for x in inputs))
                for out, value in zip(outputs, y if ufunc.nout > 1 else (y,), strict=True):
                    out[part] = value
        except BaseException as error:  # ctypes would print it and go on
            faults.append(error)

    return LOOP(loop)


def model_of(ufunc):
    """The model of a ufunc whose types are those in ufunc.types."""
    types = [line.replace("->", "") for line in ufunc.types]
    loops = [make_loop(ufunc, [np.dtype(char) for char in line]) for line in types]
    pointers = (ctypes.c_void_p * len(loops))(*(ctypes.cast(loop, ctypes.c_void_p).value for loop in loops))
    data = (ctypes.c_void_p * len(loops))()
    numbers = ctypes.create_string_buffer(bytes(np.dtype(char).num for line in types for char in line))
    name, signature = ufunc.__name__.encode(), ufunc.signature.encode() if ufunc.signature else None
    identity = NONE if ufunc.identity is None else IDENTITY_VALUE
    kept.append((loops, pointers, data, numbers, name, signature, ufunc.identity))
    return make(
        ctypes.addressof(pointers),
        ctypes.addressof(data),
        ctypes.cast(numbers, ctypes.c_char_p),
        len(loops),
        ufunc.nin,
        ufunc.nout,
        identity,
        name,
        None,
        0,
        signature,
        ufunc.identity,
    )
