"""Arrays of other libraries: xarray, dask, numpy.ma, awkward, sparse, astropy, torch, JAX."""

import re

import awkward as ak
import dask.array as da
import jax
import numpy as np
import pytest
import sparse
import torch
import xarray as xr
from astropy.utils.masked import Masked

from softufunc.hooks import register_dask


def same(got, want):
    """Assert equal types and bits."""
    got = np.asarray(got)
    assert got.dtype == want.dtype
    assert np.array_equal(got, want, equal_nan=True)


def test_xarray(case, dtype):
    """Dimensions, coordinates, name and attributes of DataArrays are kept; Datasets work by variable."""
    arrays = case.arrays(dtype)
    arrays[0][1] = np.nan
    wrapped = [
        xr.DataArray(a, dims="place", coords={"place": [1, 2, 3, 4]}, name="logit", attrs={"unit": "1"}) for a in arrays
    ]
    for got, want in zip(case(*wrapped), case.want(*arrays), strict=False):
        assert (got.name, got.dims, got.attrs) == ("logit", ("place",), {"unit": "1"})
        assert got.coords["place"].to_numpy().tolist() == [1, 2, 3, 4]
        same(got.to_numpy(), want)
    for got, want in zip(case(*(w.to_dataset() for w in wrapped)), case.want(*arrays), strict=False):
        assert isinstance(got, xr.Dataset)
        same(got["logit"].to_numpy(), want)


def test_dask_array(case, dtype):
    """Lazy and chunk by chunk, with the dtype known before the computation."""
    register_dask()  # for ufuncs with two outputs
    arrays = case.arrays(dtype, 10)
    for got, want in zip(case(*(da.from_array(a, chunks=3) for a in arrays)), case.want(*arrays), strict=True):
        assert isinstance(got, da.Array)
        assert (got.dtype, got.chunks) == (dtype, ((3, 3, 3, 1),))
        same(got.compute(scheduler="synchronous"), want)


def test_masked_array(case, dtype):
    """numpy.ma: mask and type are kept, and a masked nan raises no exception."""
    arrays = case.arrays(dtype)
    arrays[0][1] = np.nan
    for got, want in zip(case(*map(np.ma.masked_invalid, arrays)), case.want(*arrays), strict=True):
        assert isinstance(got, np.ma.MaskedArray)
        assert got.mask.tolist() == [False, True, False, False]
        assert got.dtype == dtype
        assert np.array_equal(got.compressed(), np.delete(want, 1))


def test_astropy_masked(case, dtype):
    """The same for astropy.utils.masked."""
    arrays = case.arrays(dtype)
    arrays[0][1] = np.nan
    mask = [False, True, False, False]
    for got, want in zip(case(*(Masked(a, mask=mask) for a in arrays)), case.want(*arrays), strict=True):
        assert isinstance(got, Masked)
        assert got.mask.tolist() == mask
        same(got.unmasked, want)


def test_awkward(case, dtype):
    """Ragged arrays with missing values."""
    arrays = case.arrays(dtype)
    ragged = [ak.unflatten(ak.Array(a), [2, 0, 2]) for a in arrays]
    ragged = [ak.mask(r, ak.Array([[True, False], [], [True, True]])) for r in ragged]
    for got, want in zip(case(*ragged), case.want(*arrays), strict=True):
        assert got.to_list() == [[want[0].item(), None], [], want[2:].tolist()]
        assert str(dtype) in str(ak.type(got))


@pytest.mark.parametrize("kind", [sparse.COO, sparse.GCXS])
def test_sparse(case, dtype, kind):
    """Only stored elements are computed; the fill value becomes f(0)."""
    arrays = case.arrays(dtype)
    for a in arrays:
        a[1:3] = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        for got, want in zip(case(*map(kind.from_numpy, arrays)), case.want(*arrays), strict=True):
            assert isinstance(got, kind)
            assert got.nnz == 2
            same(got.todense(), want)


@pytest.mark.filterwarnings("ignore:__array_wrap__ must accept context:DeprecationWarning")
def test_torch(case, dtype):
    """CPU tensors give tensors; those that require a gradient raise an error. (The warning is NumPy's, about torch.)"""
    arrays = case.arrays(dtype)
    tensors = [torch.from_numpy(a) for a in arrays]
    for got, want in zip(case(*tensors), case.want(*arrays), strict=True):
        assert isinstance(got, torch.Tensor)
        same(got.numpy(), want)
    with pytest.raises(RuntimeError, match=re.escape("requires grad")):
        case.f(*(t.clone().requires_grad_() for t in tensors))


def test_jax(case):
    """A callback inside a compiled and vectorized function."""
    arrays = case.arrays("f4")

    def call(*xs):
        shapes = [jax.ShapeDtypeStruct(xs[0].shape, xs[0].dtype)] * case.f.nout
        return jax.pure_callback(
            lambda *a: case.want(*map(np.asarray, a)), tuple(shapes), *xs, vmap_method="expand_dims"
        )

    for function in (jax.jit(call), jax.jit(jax.vmap(call))):
        for got, want in zip(function(*map(jax.numpy.asarray, arrays)), case.want(*arrays), strict=True):
            assert isinstance(got, jax.Array)
            same(got, want)
