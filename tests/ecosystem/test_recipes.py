"""Sums over several axes and in pieces with other libraries, as docs/recipes.md shows them."""

import dask.array as da
import numpy as np
import pandas as pd
import xarray as xr
from astropy.table import MaskedColumn

from softufunc import log_probs, logaddexp, logit, logsumexp
from softufunc.hooks import register_numpy_ma

X = 3 * np.random.default_rng(1).standard_normal((4, 6, 8))


def test_xarray():
    """reduce over named dimensions, and coarsen."""
    x = xr.DataArray(X, dims=("place", "row", "time"))
    got = x.reduce(logaddexp.reduce, dim=["time", "place"])
    np.testing.assert_allclose(got, [logsumexp(X[:, i].ravel()) for i in range(6)], rtol=4e-15)
    np.testing.assert_allclose(x.reduce(logaddexp.reduce, dim=x.dims), logsumexp(X.ravel()), rtol=4e-15)
    got = x.coarsen(time=4).reduce(logaddexp.reduce)
    np.testing.assert_allclose(got, logsumexp(X.reshape(4, 6, 2, 4)), rtol=4e-15)


def test_dask():
    """Chunks first, then what is left of them."""
    x = da.from_array(X, chunks=(2, 3, 3))
    for axis in (0, 2, (0, 2), None):
        got = da.reduction(x, chunk=logaddexp.reduce, aggregate=logaddexp.reduce, dtype=x.dtype, axis=axis)
        np.testing.assert_allclose(got.compute(scheduler="synchronous"), logaddexp.reduce(X, axis=axis), rtol=4e-15)


def test_pandas():
    """By column, and by group."""
    frame = pd.DataFrame(X[0], columns=list("abcdefgh"))
    np.testing.assert_allclose(frame.agg(logaddexp.reduce), logsumexp(X[0], axis=0), rtol=4e-15)
    got = frame.groupby(np.arange(6) // 3).agg(lambda x: logsumexp(x))
    np.testing.assert_allclose(got, logsumexp(X[0].reshape(2, 3, 8), axis=1), rtol=4e-15)


def test_apply_over_axes():
    """numpy.apply_over_axes passes the axis as a positional argument."""
    got = np.apply_over_axes(logaddexp.reduce, X, [0, 1])
    np.testing.assert_allclose(got[0, 0], logaddexp.reduce(X, axis=(0, 1)), rtol=4e-15)


def test_xarray_two_outputs():
    """Directly, and by apply_ufunc."""
    x = xr.DataArray(X[0, 0], dims="time")
    for got in log_probs(x), xr.apply_ufunc(log_probs, x, output_core_dims=[[], []]):
        for part, want in zip(got, log_probs(X[0, 0]), strict=True):
            assert part.dims == ("time",)
            assert np.array_equal(part, want)


def test_masked_column():
    """astropy's column is a masked array: a domain with the hook, sums by filled()."""
    column = MaskedColumn([0.0, 0.5, 0.25, 2.0], mask=[0, 0, 1, 0])
    register_numpy_ma()
    with np.errstate(all="ignore"):
        assert logit(column).mask.tolist() == [True, False, True, True]
    assert logsumexp(column.filled(-np.inf)) == logsumexp([0.0, 0.5, 2.0])
