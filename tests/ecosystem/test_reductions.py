"""The reductions logsumexp and log_likelihood with arrays of other libraries."""

import re

import awkward as ak
import dask.array as da
import jax
import numpy as np
import pandas as pd
import pint
import polars as pl
import pytest
import sparse
import torch
import xarray as xr
from astropy import units as u
from astropy.utils.masked import Masked

import softufunc
from softufunc.hooks import register_astropy, register_pint
from tools.inputs import SUMS


@pytest.fixture(params=SUMS)
def f(request):
    """Every sum over an axis."""
    return getattr(softufunc, request.param)


@pytest.fixture
def arrays(f):
    """Logits, and labels for gufuncs with two inputs."""
    return [np.linspace(-3, 2, 12).reshape(3, 4), np.arange(12).reshape(3, 4) % 2][: f.nin]


@pytest.mark.parametrize("column", [pd.Series, pl.Series])
def test_columns(f, arrays, column):
    """A column gives a scalar."""
    got = f(*(column(a[1]) for a in arrays))
    assert isinstance(got, np.float64)
    assert got == f(*arrays)[1]


@pytest.mark.parametrize("axis", [0, 1])
def test_pandas_dataframe(f, arrays, axis):
    """A data frame gives an array if `axis` is given."""
    got = f(*map(pd.DataFrame, arrays), axis=axis)
    assert type(got) is np.ndarray
    assert np.array_equal(got, f(*arrays, axis=axis))


def test_pandas_grouped(f, arrays):
    """A sum for each group."""
    frame = pd.DataFrame(dict(zip("xt", [a.ravel() for a in arrays], strict=False)), index=list("aaaabbbbcccc"))
    got = frame.groupby(level=0).apply(lambda part: f(*(part[name] for name in part)))
    assert got.index.tolist() == ["a", "b", "c"]
    assert got.tolist() == f(*arrays).tolist()


def test_xarray(f, arrays):
    """Over a named dimension, by xarray.apply_ufunc."""
    wrapped = [xr.DataArray(a, dims=("place", "time"), coords={"place": list("abc")}) for a in arrays]
    for dim in ("time", "place"):
        got = xr.apply_ufunc(f, *wrapped, input_core_dims=[[dim]] * f.nin)
        assert got.dims == tuple({"time", "place"} - {dim})
        assert np.array_equal(got, f(*arrays, axis=1 if dim == "time" else 0))


def test_dask_array(f, arrays):
    """Lazy; dask requires the axis to be a single chunk."""
    got = f(*(da.from_array(a, chunks=(2, 4)) for a in arrays))
    assert isinstance(got, da.Array)
    assert got.chunks == ((2, 1),)
    assert np.array_equal(got.compute(scheduler="synchronous"), f(*arrays))
    with pytest.raises(ValueError, match="multiple chunks"):
        f(*(da.from_array(a, chunks=2) for a in arrays))


def test_astropy_masked(f, arrays):
    """A row with a masked element gives a masked result."""
    mask = np.zeros((3, 4), bool)
    mask[1, 2] = True
    got = f(Masked(arrays[0], mask=mask), *arrays[1:])
    assert got.mask.tolist() == [False, True, False]
    assert np.array_equal(got.unmasked, f(*arrays))


def test_awkward(f, arrays):
    """Rows of equal length."""
    assert f(*map(ak.Array, arrays)).to_list() == f(*arrays).tolist()


@pytest.mark.filterwarnings("ignore:__array_wrap__ must accept context:DeprecationWarning")
def test_torch(f, arrays):
    """CPU tensors give tensors."""
    got = f(*map(torch.from_numpy, arrays))
    assert isinstance(got, torch.Tensor)
    assert np.array_equal(got.numpy(), f(*arrays))


def test_jax(f, arrays):
    """A callback inside a compiled and vectorized function."""
    single = [arrays[0].astype("f4"), *arrays[1:]]

    def call(*xs):
        shape = jax.ShapeDtypeStruct(xs[0].shape[:-1], xs[0].dtype)
        return jax.pure_callback(lambda *a: f(*map(np.asarray, a)), shape, *xs, vmap_method="expand_dims")

    for function in (jax.jit(call), jax.jit(jax.vmap(call))):
        assert np.array_equal(function(*map(jax.numpy.asarray, single)), f(*single))


def test_units(f, arrays):
    """astropy and pint: dimensionless in, dimensionless out."""
    register_astropy()
    register_pint()
    per_mille, ureg = u.m / u.km, pint.UnitRegistry()
    got = f(arrays[0] * 1000 * per_mille, *arrays[1:])
    assert got.unit == u.dimensionless_unscaled
    np.testing.assert_allclose(got.value, f(*arrays), rtol=1e-14)
    with pytest.raises(u.UnitTypeError, match="dimensionless"):
        f(arrays[0] * u.m, *arrays[1:])
    got = f(ureg.Quantity(arrays[0] * 1000, "m/km"), *arrays[1:])
    assert got.units == ureg.dimensionless
    np.testing.assert_allclose(got.magnitude, f(*arrays), rtol=1e-14)
    with pytest.raises(pint.DimensionalityError):
        f(ureg.Quantity(arrays[0], "m"), *arrays[1:])


def test_numpy_ma(f, arrays):
    """
    For every generalized ufunc, including NumPy's own, numpy.ma attaches the mask of the argument to the result, whose
    shape differs, and masked elements count. docs/ecosystem.md has the forms to use: tests/ufunc/test_masked.py.
    """
    masked = [np.ma.array(a, mask=arrays[0] > 1) for a in arrays]
    assert np.array_equal(f(*masked).data, f(*arrays))
    for result in f(*masked), np.vecdot(masked[0], masked[0]):
        assert result.shape == (3,)
        assert result.mask.shape == (3, 4)


def test_sparse(f, arrays):
    """sparse does not support generalized ufuncs."""
    with pytest.raises(TypeError, match=re.escape("all returned NotImplemented")):
        f(*map(sparse.COO.from_numpy, arrays))
