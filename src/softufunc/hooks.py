"""Register the ufuncs with libraries that support only the ufuncs they know.

Call the function for a library once; softufunc does not import this module itself. All functions take and return
plain numbers, so quantities must be dimensionless (ratios such as m/km are converted), and results are dimensionless.
"""

from typing import Any

import numpy as np

import softufunc

__all__ = ["register_astropy", "register_dask", "register_ml_dtypes", "register_numpy_ma", "register_pint"]


def _ufuncs() -> list[np.ufunc]:
    return [f for f in vars(softufunc).values() if isinstance(f, np.ufunc)]


def register_astropy() -> None:
    """Register the ufuncs with `astropy.units.Quantity`.

    Examples
    --------
    >>> from softufunc.hooks import register_astropy
    >>> register_astropy()  # doctest: +SKIP
    """
    from astropy.units import UnitsError, UnitTypeError, dimensionless_unscaled
    from astropy.units.quantity_helper import UFUNC_HELPERS

    def converter(unit: Any) -> Any:
        # None if no conversion is needed: astropy rejects methods such as reduce otherwise
        if unit is None or unit == dimensionless_unscaled:
            return None
        return unit.get_converter(dimensionless_unscaled)

    def dimensionless(f: np.ufunc, *units: Any) -> tuple[list[Any], Any]:
        try:
            converters = [converter(unit) for unit in units]
        except UnitsError as error:
            raise UnitTypeError(f"{f.__name__} can only be applied to dimensionless quantities") from error
        return converters, dimensionless_unscaled if f.nout == 1 else (dimensionless_unscaled,) * f.nout

    for f in _ufuncs():
        UFUNC_HELPERS[f] = dimensionless


def register_dask() -> None:
    """Register the ufuncs with two outputs with dask arrays, which support the others without it.

    Examples
    --------
    >>> from softufunc.hooks import register_dask
    >>> register_dask()  # doctest: +SKIP
    """
    from dask.array import apply_gufunc
    from dask.array import ufunc as known

    def make(f: np.ufunc) -> None:
        def implementation(*inputs: Any) -> Any:
            # Python numbers have no dtype, and do not promote
            given = [getattr(x, "dtype", type(x)) for x in inputs]
            types = f.resolve_dtypes((*given, *(None,) * f.nout))
            signature = f"{','.join(['()'] * f.nin)}->{','.join(['()'] * f.nout)}"
            return apply_gufunc(f, signature, *inputs, output_dtypes=types[f.nin :])

        setattr(known, f.__name__, implementation)

    for f in _ufuncs():
        if f.nout > 1 and not hasattr(known, f.__name__):
            make(f)


def register_ml_dtypes() -> None:
    """Register loops for `ml_dtypes.bfloat16`, the type of 16 bits of JAX and TensorFlow, with all ufuncs.

    Results then are bfloat16 too, where they are float32 without the hook. They are computed in float32 and rounded
    once; results of functions with one input are correctly rounded. `reduce` and `accumulate` of `logaddexp` and
    `softminimum` keep their sums in float64.

    Python numbers and labels take the type of the bfloat16 array. Beside an array of another type, the result is what
    `numpy.logaddexp` gives: float32 beside float32 or float16, float64 beside float64 or integers of 32 bits and more.

    Raises
    ------
    ImportError
        If ml_dtypes is not installed.

    Examples
    --------
    >>> import ml_dtypes
    >>> import numpy as np
    >>> from softufunc import softplus
    >>> from softufunc.hooks import register_ml_dtypes
    >>> register_ml_dtypes()
    >>> softplus(np.array([-1, 0, 1], ml_dtypes.bfloat16))
    array([0.3125, 0.691406, 1.3125], dtype=bfloat16)
    """
    from softufunc import _ufuncs

    try:
        from ml_dtypes import bfloat16
    except ImportError as error:
        raise ImportError("register_ml_dtypes needs the package ml_dtypes: pip install ml_dtypes") from error
    _ufuncs.register_bfloat16(np.dtype(bfloat16))


def register_numpy_ma() -> None:
    """Register the ufuncs with `numpy.ma`, which then masks results outside the domain, as for `numpy.log`.

    Masked are nan, unless an input is nan, and infinite results of finite inputs: poles and overflow. Without the hook
    they stay in the result, unmasked. Masked inputs are masked in the result in any case. With the hook, each call on a
    masked array computes the function twice.

    Generalized ufuncs and methods such as `reduce` cannot be registered: they count masked elements. Replace these by
    what adds nothing: ``logsumexp(x.filled(-np.inf), axis=1)``.

    Examples
    --------
    >>> import numpy as np
    >>> from softufunc import logit
    >>> from softufunc.hooks import register_numpy_ma
    >>> register_numpy_ma()
    >>> logit(np.ma.array([0.0, 0.5, 2.0])).mask
    array([ True, False,  True])
    """
    core: Any = np.ma.core  # its stubs leave these dictionaries out

    def make(f: np.ufunc) -> None:
        def outside(*inputs: Any) -> Any:
            data = [np.ma.getdata(x) for x in inputs]
            with np.errstate(all="ignore"):
                results = f(*data)
            bad = np.zeros(np.broadcast_shapes(*(np.shape(x) for x in data)), bool)
            for result in results if f.nout > 1 else (results,):
                bad |= np.isnan(result) & ~np.logical_or.reduce([np.isnan(x) for x in data])
                bad |= np.isinf(result) & np.logical_and.reduce([np.isfinite(x) for x in data])
            return bad

        core.ufunc_domain[f] = outside
        core.ufunc_fills[f] = 1.0

    for f in _ufuncs():
        if f.signature is None:
            make(f)


def register_pint() -> None:
    """Register the ufuncs with pint, for the quantities of all unit registries.

    pint identifies ufuncs by name, so those with the name of a NumPy ufunc keep pint's implementation.

    Examples
    --------
    >>> from softufunc.hooks import register_pint
    >>> register_pint()  # doctest: +SKIP
    """
    from pint.facets.numpy.numpy_func import HANDLED_UFUNCS, implements

    def plain(value: Any) -> Any:
        return value.m_as("dimensionless") if hasattr(value, "m_as") else value

    def buffer(out: Any) -> Any:
        if not hasattr(out, "m_as"):
            return out
        if not out.unitless:
            raise ValueError(f"out must be dimensionless without a scale, not {out.units}")
        return out.magnitude

    def make(f: np.ufunc) -> None:
        @implements(f.__name__, "ufunc")  # type: ignore[untyped-decorator,unused-ignore]
        def implementation(*args: Any, **kwargs: Any) -> Any:
            outs = kwargs.pop("out", None)
            outs = outs if isinstance(outs, tuple) else (outs,) * f.nout
            quantity = type(next(a for a in (*args, *outs) if hasattr(a, "m_as")))
            results = f(*map(plain, args), out=tuple(map(buffer, outs)), **kwargs)
            results = results if f.nout > 1 else (results,)
            wrapped = tuple(quantity(result) if out is None else out for result, out in zip(results, outs, strict=True))
            return wrapped if f.nout > 1 else wrapped[0]

    for f in _ufuncs():
        if f.__name__ not in HANDLED_UFUNCS:
            make(f)
