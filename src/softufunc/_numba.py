"""Support for the ufuncs in numba's @njit functions.

Numba imports this module through the entry point numba_extensions when it first compiles a function; softufunc itself
never imports it.

Compiled code refers to the functions of softufunc by symbol, not by address, so that it can be cached: each process
registers the addresses of the symbols. Arrays are computed by the array kernels, which take an eighth of the time of a
scalar call per element (python -m tools bench calls). For this, numba must not fuse a ufunc with surrounding array
expressions into one loop of scalar calls. It does that for functions whose key is a NumPy ufunc, so each ufunc is
registered under a stand-in function.
"""

import numpy as np
from llvmlite import binding
from numba import types
from numba.core.errors import NumbaNotImplementedError, NumbaTypeError
from numba.core.typing.templates import infer, infer_global, make_overload_template
from numba.extending import get_cython_function_address, register_jitable
from numba.np.numpy_support import as_dtype

from softufunc._ufuncs import exports, ufuncs

SUFFIXES = {np.dtype("f8"): (types.float64, ""), np.dtype("f4"): (types.float32, "f")}
"""{element type: (numba type, suffix of the C functions)}"""


def init():
    """Register every ufunc."""
    for name in exports:
        binding.add_symbol(f"softufunc_{name}", get_cython_function_address("softufunc", name))
    for name, ufunc in ufuncs.items():
        register(ufunc, TYPED[ufunc.nin, ufunc.nout](ufunc) if name in exports else refused(ufunc))


def register(ufunc, typed):
    def stand_in():
        """Key of the ufunc in numba's registry."""

    stand_in.__name__ = stand_in.__qualname__ = ufunc.__name__
    template = make_overload_template(stand_in, typed, {"nogil": True}, strict=True, inline="never")
    infer(template)
    infer_global(ufunc, types.Function(template))


INSTEAD = {"(n)->()": "use logaddexp in a loop", "(n),(n)->()": "sum log_prob in a loop"}
"""{signature of a gufunc: what a compiled function can do}"""


def refused(ufunc):
    instead = INSTEAD.get(ufunc.signature, "wrap the call in numba.objmode")

    def typed(*inputs, axis=-1):
        raise NumbaTypeError(
            f"numba does not support {ufunc.__name__}: {instead}, or call it outside the compiled function"
        )

    return typed


def is_given(out):
    return not (out is None or isinstance(out, types.NoneType | types.Omitted))


def element_type(ufunc, *arguments):
    """Return the type in which the ufunc is computed for these inputs, and the suffix of the C functions.

    It is NumPy's, except that an integer beside an array of floats does not promote it: a literal is an int64 here, and
    numba does the same for NumPy's ufuncs. Return None if an input is not a number or array.
    """
    elements = [x.dtype if isinstance(x, types.Array) else x for x in arguments]
    if not all(isinstance(x, types.Number | types.Boolean) for x in elements):
        return None
    floats = [x.dtype for x in arguments if isinstance(x, types.Array) and isinstance(x.dtype, types.Float)]
    if floats:
        elements = [floats[0] if isinstance(x, types.Integer) else y for x, y in zip(arguments, elements, strict=True)]
    try:
        resolved = set(ufunc.resolve_dtypes((*map(as_dtype, elements), *[None] * ufunc.nout))[ufunc.nin :])
    except (TypeError, NumbaNotImplementedError) as error:
        raise NumbaTypeError(str(error)) from error
    if len(resolved) != 1 or not resolved <= set(SUFFIXES):
        raise NumbaTypeError(
            f"{ufunc.__name__}: numba supports float32 and float64 only, not {', '.join(map(str, resolved))}"
        )
    return SUFFIXES[resolved.pop()]


def functions(ufunc, real, suffix):
    """Return the scalar function and the array kernel as external functions."""
    pointer = types.CPointer(real)
    name = f"softufunc_{ufunc.__name__}{suffix}"
    inputs = [real] * ufunc.nin
    scalar = types.void(*inputs, pointer, pointer) if ufunc.nout == 2 else real(*inputs)
    kernel = types.void(*[pointer] * ufunc.nargs, types.uintp)
    return types.ExternalFunction(name, scalar), types.ExternalFunction(f"{name}_array", kernel)


def check_out(ufunc, real, out):
    """Raise an error for an `out` of a type that NumPy would not accept."""
    if not isinstance(out, types.Array):
        raise NumbaTypeError(f"{ufunc.__name__}: out must be an array, not {out}")
    if not out.mutable:
        raise NumbaTypeError(f"{ufunc.__name__}: out is read-only")
    if not np.can_cast(as_dtype(real), as_dtype(out.dtype), "same_kind"):
        raise NumbaTypeError(f"{ufunc.__name__}: cannot cast {real} to {out.dtype} with casting rule 'same_kind'")


def is_ready(array, real):
    """Return whether the kernels accept this type of array without a copy."""
    return isinstance(array, types.Array) and array.dtype == real and array.layout in "CF" and array.aligned


def make_ready(array, real):
    """Return a function that copies an array only if the kernels cannot accept it."""
    if is_ready(array, real):
        return register_jitable(lambda x: x)
    return register_jitable(lambda x: x.astype(real))


@register_jitable
def overlap_partly(x, out):
    start, other = x.ctypes.data, out.ctypes.data
    return start != other and start < other + out.nbytes and other < start + x.nbytes


def unary(ufunc):
    def typed(x, out=None):
        found = element_type(ufunc, x)
        if found is None:
            return None
        real, suffix = found
        scalar, kernel = functions(ufunc, real, suffix)
        if not isinstance(x, types.Array):
            value = register_jitable(lambda x: scalar(real(x)))
        elif x.ndim == 0:
            value = register_jitable(lambda x: scalar(real(x[()])))
        else:
            ready = make_ready(x, real)

            @register_jitable
            def value(x):
                x = ready(x)
                y = np.empty_like(x)
                kernel(x.ctypes, y.ctypes, x.size)
                return y

        if not is_given(out):
            return lambda x, out=None: value(x)
        check_out(ufunc, real, out)
        if is_ready(x, real) and is_ready(out, real) and (x.ndim, x.layout) == (out.ndim, out.layout) and x.ndim:

            def into(x, out=None):
                if x.shape == out.shape and not overlap_partly(x, out):
                    kernel(x.ctypes, out.ctypes, x.size)
                else:
                    out[...] = value(x)
                return out

        else:

            def into(x, out=None):
                out[...] = value(x)
                return out

        return into

    return typed


def as_array_or_number(x):
    """Return a function that converts a 0-d array to a scalar and returns other inputs unchanged."""
    if isinstance(x, types.Array) and x.ndim == 0:
        return register_jitable(lambda x: x[()])
    return register_jitable(lambda x: x)


def common_shape(x, y):
    """Return a function that computes the broadcast shape of two inputs, at least one of which is an array."""
    if not isinstance(y, types.Array) or y.ndim == 0:
        return register_jitable(lambda x, y: x.shape)
    if not isinstance(x, types.Array) or x.ndim == 0:
        return register_jitable(lambda x, y: y.shape)
    return register_jitable(lambda x, y: np.broadcast_shapes(x.shape, y.shape))


def binary(ufunc):
    def typed(x, y, out=None):
        found = element_type(ufunc, x, y)
        if found is None:
            return None
        real, suffix = found
        scalar, kernel = functions(ufunc, real, suffix)
        number_of_x, number_of_y = as_array_or_number(x), as_array_or_number(y)
        shape_of = common_shape(x, y)
        alike = all(is_ready(array, real) and array.ndim for array in (x, y)) and (x.ndim, x.layout) == (
            y.ndim,
            y.layout,
        )
        if all(not isinstance(z, types.Array) or z.ndim == 0 for z in (x, y)):
            value = register_jitable(lambda x, y: scalar(real(number_of_x(x)), real(number_of_y(y))))
        else:

            @register_jitable
            def broadcast(x, y):
                shape = shape_of(x, y)
                x = np.broadcast_to(number_of_x(x), shape).astype(real)
                y = np.broadcast_to(number_of_y(y), shape).astype(real)
                kernel(x.ctypes, y.ctypes, x.ctypes, x.size)
                return x

            if alike:

                @register_jitable
                def value(x, y):
                    if x.shape != y.shape:
                        return broadcast(x, y)
                    z = np.empty_like(x)
                    kernel(x.ctypes, y.ctypes, z.ctypes, x.size)
                    return z

            else:
                value = broadcast

        if not is_given(out):
            return lambda x, y, out=None: value(x, y)
        check_out(ufunc, real, out)
        if alike and is_ready(out, real) and (x.ndim, x.layout) == (out.ndim, out.layout):

            def into(x, y, out=None):
                if x.shape == y.shape == out.shape and not (overlap_partly(x, out) or overlap_partly(y, out)):
                    kernel(x.ctypes, y.ctypes, out.ctypes, x.size)
                else:
                    out[...] = value(x, y)
                return out

        else:

            def into(x, y, out=None):
                out[...] = value(x, y)
                return out

        return into

    return typed


def two_outputs(ufunc):
    def typed(x):
        found = element_type(ufunc, x)
        if found is None:
            return None
        real, suffix = found
        scalar, kernel = functions(ufunc, real, suffix)
        dtype = as_dtype(real)
        if not isinstance(x, types.Array) or x.ndim == 0:
            number = as_array_or_number(x)

            def value(x):
                outs = np.empty(2, dtype)
                scalar(real(number(x)), outs[:1].ctypes, outs[1:].ctypes)
                return outs[0], outs[1]

        else:
            ready = make_ready(x, real)

            def value(x):
                x = ready(x)
                out, out2 = np.empty_like(x), np.empty_like(x)
                kernel(x.ctypes, out.ctypes, out2.ctypes, x.size)
                return out, out2

        return value

    return typed


def binary_two_outputs(ufunc):
    def typed(x, y):
        found = element_type(ufunc, x, y)
        if found is None:
            return None
        real, suffix = found
        scalar, kernel = functions(ufunc, real, suffix)
        dtype = as_dtype(real)
        number_of_x, number_of_y = as_array_or_number(x), as_array_or_number(y)
        if all(not isinstance(z, types.Array) or z.ndim == 0 for z in (x, y)):

            def value(x, y):
                outs = np.empty(2, dtype)
                scalar(real(number_of_x(x)), real(number_of_y(y)), outs[:1].ctypes, outs[1:].ctypes)
                return outs[0], outs[1]

        else:
            shape_of = common_shape(x, y)

            def value(x, y):
                shape = shape_of(x, y)
                x = np.broadcast_to(number_of_x(x), shape).astype(real)
                y = np.broadcast_to(number_of_y(y), shape).astype(real)
                kernel(x.ctypes, y.ctypes, x.ctypes, y.ctypes, x.size)
                return x, y

        return value

    return typed


TYPED = {(1, 1): unary, (2, 1): binary, (1, 2): two_outputs, (2, 2): binary_two_outputs}
"""{(number of inputs, number of outputs): function that makes the implementation of a ufunc}"""
