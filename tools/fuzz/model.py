"""A slow model of a ufunc: NumPy's own machinery around a loop that calls the ufunc on copies of what it gets.

The model has the name, the types, the identity and the signature of the ufunc, so that NumPy treats both alike:
results, exceptions and their messages must be the same. They differ in what is tested: the ufunc's own loops handle
strides, overlaps and lengths, whereas the model's loop applies the ufunc to contiguous copies, or element by element
where each result is the next input. A run reduced to one number equals logsumexp of a contiguous copy, as documented.
"""

import ctypes
import itertools

import numpy as np
from numpy._core import _multiarray_umath as umath

from tools.facts import FUNCTIONS, core_dimensions

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

ADD_PROMOTER = 44
add_promoter = ctypes.PYFUNCTYPE(ctypes.c_int, *[ctypes.py_object] * 3)(API[ADD_PROMOTER])
TYPES = ctypes.POINTER(ctypes.c_void_p)
PROMOTER = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, TYPES, TYPES, TYPES)
new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.restype = ctypes.py_object
new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]

BOOLEAN, WHOLE = type(np.dtype("?")), type(np.dtype("i8")).__mro__[1]
DOUBLE, LONG = type(np.dtype("d")), type(np.dtype("i8"))
FLOATS = [type(np.dtype(char)) for char in "efdg"]
LABELLED = {name for name, function in FUNCTIONS.items() if function.label and not function.is_gufunc}
"""functions whose second argument takes the type of the first one, if it is an integer"""
CHOICES = {name for name, function in FUNCTIONS.items() if function.is_choice}

kept = []  # NumPy keeps pointers to all of it
faults = []  # what went wrong inside a loop, from where no exception gets out


def view(address, shape, steps, dtype):
    """Return an array that views the memory passed to a loop."""
    if 0 in shape:
        return np.empty(shape, dtype)
    below = above = 0
    for n, step in zip(shape, steps, strict=True):
        if step < 0:
            below += (n - 1) * step
        else:
            above += (n - 1) * step
    memory = (ctypes.c_char * (above - below + dtype.itemsize)).from_address(address + below)
    return np.ndarray(shape, dtype, buffer=memory, offset=-below, strides=steps)


def core_places(ufunc):
    """The positions of each operand's core dimensions among the loop's dimensions."""
    if not ufunc.signature:
        return [()] * ufunc.nargs
    inputs, outputs = core_dimensions(ufunc.signature)
    names = list(dict.fromkeys(name for core in inputs + outputs for name in core))
    return [tuple(map(names.index, core)) for core in inputs + outputs]


def reduction_of(ufunc, dtypes):
    """Return the function that reduces more than one element; None if reduce is elementwise."""
    from softufunc._ufuncs import tables

    if ufunc.identity is None or dtypes[0].char == "g":
        return None
    (logsumexp,) = (made["logsumexp"] for made in tables.values() if made.get(ufunc.__name__) is ufunc)
    return logsumexp if ufunc.identity < 0 else lambda x: -logsumexp(-x)


def make_loop(ufunc, dtypes):
    places = core_places(ufunc)
    reduction = reduction_of(ufunc, dtypes)

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
            # the output of one element is the input of the next one
            chained = ufunc.nin == 2 and not ufunc.signature
            chained = chained and steps[0] == steps[2] == args[2] - args[0]
            if chained and steps[0] == 0 and n > 1 and reduction:
                outputs[0][0] = reduction(np.concatenate([inputs[0][:1], inputs[1]]))
                return
            if chained and n > 1 and ufunc.identity is not None:
                numbers = np.concatenate([inputs[0][:1], inputs[1]])
                outputs[0][:] = ufunc.accumulate(numbers)[1:] if steps[0] else ufunc.reduce(numbers)
                return
            for part in [slice(i, i + 1) for i in range(n)] if chained else [slice(0, n)]:
                y = ufunc(*[x[part].copy() for x in inputs])
                for out, value in zip(outputs, y if ufunc.nout > 1 else (y,), strict=True):
                    out[part] = value
        except BaseException as error:  # ctypes would print it and go on
            faults.append(error)

    return LOOP(loop)


def promoter(chosen):
    """Return a promoter; chosen(given, named) returns the DTypes; `named` are those of signature=, or None."""

    def promote(model, given, signature, promoted):
        try:
            types = chosen([given[i] for i in range(model.nin)], [signature[i] for i in range(model.nargs)])
            for i, dtype in enumerate(types):
                promoted[i] = dtype
                ctypes.pythonapi.Py_IncRef(ctypes.c_void_p(dtype))
            return 0
        except BaseException as error:
            faults.append(error)
            return -1

    function = PROMOTER(promote)
    capsule = new_capsule(ctypes.cast(function, ctypes.c_void_p), b"numpy._ufunc_promoter", None)
    kept.append((function, capsule))
    return capsule


@promoter
def to_double(given, named):
    return [each or named[2] or id(DOUBLE) for each in named]


@promoter
def to_first(given, named):
    return [each or named[2] or given[0] for each in named]


@promoter
def to_index(given, named):
    """An integer x becomes float64, and the int of Python an int64."""
    x, index = (ctypes.cast(each, ctypes.py_object).value for each in given[:2])
    first = named[0] or named[2] or (id(DOUBLE) if issubclass(x, (BOOLEAN, WHOLE)) else given[0])
    return [first, named[1] or (id(LONG) if index.type is int else given[1]), named[2] or first]


def promote(model):
    """Two integers become float64, and a label takes the type of its number."""
    outputs = (None,) * model.nout
    for kinds in itertools.product((BOOLEAN, WHOLE), repeat=2):
        add_promoter(model, (*kinds, *outputs), to_index if model.__name__ in CHOICES else to_double)
    if model.__name__ in LABELLED | CHOICES:
        for kinds in itertools.product(FLOATS, (BOOLEAN, WHOLE)):
            add_promoter(model, (*kinds, *outputs), to_index if model.__name__ in CHOICES else to_first)


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
    model = make(
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
    if ufunc.nin == 2:
        promote(model)
    return model
