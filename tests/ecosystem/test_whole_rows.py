"""Gufuncs that give a row for a row, one element of it, or a matrix, with arrays of other libraries."""

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
from softufunc.hooks import register_astropy, register_dask, register_pint
from tools.inputs import WHOLE_ROWS, rows_of
from tools.reference import FACTS

TRANSFORMS = [name for name in WHOLE_ROWS if FACTS[name].signature == "(n)->(n)"]


@pytest.fixture(params=WHOLE_ROWS)
def f(request):
    """Every gufunc of this kind."""
    return getattr(softufunc, request.param)


@pytest.fixture(params=TRANSFORMS)
def transform(request):
    """Those that give a row for a row."""
    return getattr(softufunc, request.param)


@pytest.fixture
def arrays(f):
    """Three rows of four numbers, with an index, or three pairs of matrices."""
    return rows_of(f.__name__, (3, 4), "f8")


X = rows_of("softmax", (3, 4), "f8")[0]


@pytest.mark.parametrize("column", [lambda x: pd.Series(x, index=list("abcd"), name="logit"), pl.Series])
def test_columns(transform, column):
    """A column gives a column; with its index and name in pandas."""
    x = column(X[1])
    got = transform(x)
    assert type(got) is type(x)
    assert got.name == x.name
    assert np.array_equal(got, transform(X[1]))
    if isinstance(x, pd.Series):
        assert got.index.tolist() == list("abcd")


def test_columns_and_an_index():
    """A column of logits with one label gives a number, columns of labels belong to rows of an array."""
    f, k = softufunc.categorical_log_prob, [3, 0, 2]
    for column in pd.Series, pl.Series:
        assert f(column(X[1]), 2) == f(X[1], 2)
        assert np.array_equal(f(X, column(k)), f(X, k))
    codes = pd.Series(list("dac"), dtype=pd.CategoricalDtype(list("abcd"))).cat.codes
    assert codes.dtype == np.int8
    assert np.array_equal(f(X, codes), f(X, k))
    with pytest.raises(NotImplementedError, match="mixed DataFrame and Series"):
        f(pd.DataFrame(X), pd.Series(k))
    assert np.array_equal(f(pd.DataFrame(X).to_numpy(), pd.Series(k)), f(X, k))


def test_polars_expressions(transform):
    """By map_batches, over a whole column or each group; missing values are refused, as by every gufunc."""
    frame = pl.DataFrame({"group": list("aaaabbbbcccc"), "logit": X.ravel()})
    whole = pl.col("logit").map_batches(transform, return_dtype=pl.Float64)
    assert np.array_equal(frame.select(whole)["logit"], transform(X.ravel()))
    assert np.array_equal(frame.select(whole.over("group"))["logit"], transform(X).ravel())
    with pytest.raises(pl.exceptions.ComputeError, match="missing data"):
        transform(pl.Series([0.0, None, 1.0]))


@pytest.mark.parametrize("axis", [0, 1])
def test_pandas_dataframe(transform, axis):
    """With `axis` a data frame gives a data frame, whatever the types of its columns."""
    names = dict(index=list("abc"), columns=list("wxyz"))
    mixed = pd.DataFrame(X, **names).astype({"x": "f4"})
    for frame in pd.DataFrame(X, **names), mixed:
        got = transform(frame, axis=axis)
        assert got.columns.tolist() == list("wxyz")
        assert got.index.tolist() == list("abc")
        assert np.array_equal(got, transform(frame.to_numpy(), axis=axis))


def test_pandas_dataframe_without_axis(transform):
    """pandas passes its blocks, which are transposed: each column is a row, as for every generalized ufunc."""
    assert np.array_equal(transform(pd.DataFrame(X)), transform(X, axis=0))


def test_pandas_product():
    """pandas aligns two data frames before the product, which leaves only nan of matrices with different labels."""
    a, b = pd.DataFrame(X, columns=list("abcd")), pd.DataFrame(X.T, index=list("abcd"))
    assert softufunc.logmatmulexp(a, b).isna().all(axis=None)
    assert softufunc.logmatmulexp(a.to_numpy(), b.to_numpy()).shape == (3, 3)


def test_pandas_missing():
    """pandas passes what is below a missing value of a nullable type, and the number counts."""
    x = pd.Series([1.0, 2.0, 3.0], dtype="Float64")
    x.array._mask[1] = True
    got = softufunc.softmax(x)
    assert got.isna().tolist() == [False, True, False]
    assert got[0] == softufunc.softmax([1.0, 2.0, 3.0])[0]
    right = softufunc.softmax(x.to_numpy(na_value=-np.inf))
    assert right.tolist() == softufunc.softmax([1.0, -np.inf, 3.0]).tolist()


def test_pandas_grouped(transform):
    """Within each group."""
    frame = pd.DataFrame({"group": list("aaaabbbbcccc"), "x": X.ravel()})
    got = frame.groupby("group")["x"].transform(transform)
    assert np.array_equal(got, transform(X).ravel())


def test_xarray(f, arrays):
    """Over named dimensions, by xarray.apply_ufunc; not by a call."""
    inner, outer = FACTS[f.__name__].core
    wrapped = [xr.DataArray(a, dims=("place", *core)) for a, core in zip(arrays, inner, strict=True)]
    got = xr.apply_ufunc(f, *wrapped, input_core_dims=inner, output_core_dims=outer)
    assert got.dims == ("place", *outer[0])
    assert np.array_equal(got, f(*arrays))
    with pytest.raises(NotImplementedError, match="apply_ufunc"):
        f(*wrapped)


def test_xarray_other_dimension(transform):
    """Coordinates stay; the dimension that is computed over comes last."""
    x = xr.DataArray(X, dims=("place", "class"), coords={"place": list("abc")})
    got = xr.apply_ufunc(transform, x, input_core_dims=[["place"]], output_core_dims=[["place"]])
    assert got.dims == ("class", "place")
    assert got.coords["place"].to_numpy().tolist() == list("abc")
    assert np.array_equal(got.transpose("place", "class"), transform(X, axis=0))


def test_dask_array(f, arrays):
    """Lazy, by a call and by apply_gufunc; the core dimensions have to be in one chunk."""
    register_dask()  # changes nothing for functions with one output
    chunked = [da.from_array(a, chunks=(2, *a.shape[1:])) for a in arrays]
    want = f(*arrays)
    for got in f(*chunked), da.apply_gufunc(f, f.signature, *chunked, output_dtypes=want.dtype):
        assert isinstance(got, da.Array)
        assert (got.dtype, got.shape, got.chunks[0]) == (want.dtype, want.shape, (2, 1))
        assert np.array_equal(got.compute(scheduler="synchronous"), want)
    with pytest.raises(ValueError, match="multiple chunks"):
        f(*(da.from_array(a, chunks=2) for a in arrays))


def test_dask_blocks(transform):
    """Along an axis that is in one chunk, by map_blocks."""
    got = da.from_array(X, chunks=(3, 2)).map_blocks(transform, axis=0, dtype=X.dtype)
    assert got.chunks == ((3,), (2, 2))
    assert np.array_equal(got.compute(scheduler="synchronous"), transform(X, axis=0))


def test_astropy_masked(f, arrays):
    """A masked number masks all results of its row, or pair of matrices."""
    mask = np.zeros(arrays[0].shape, bool)
    mask[1, 2] = True
    got = f(Masked(arrays[0], mask=mask), *arrays[1:])
    assert got.mask.reshape(3, -1).all(axis=1).tolist() == [False, True, False]
    assert not got.mask[[0, 2]].any()
    assert np.array_equal(got.unmasked, f(*arrays))


def test_numpy_ma(transform):
    """numpy.ma keeps the mask, and masked numbers count; -inf in their place adds nothing."""
    masked = np.ma.array(X, mask=X > 3)
    assert masked.mask.any()
    got = transform(masked)
    assert np.array_equal(got.mask, masked.mask)
    assert np.array_equal(got.data, transform(X))
    right = transform(masked.filled(-np.inf))
    for row, mask, result in zip(X, masked.mask, right, strict=True):
        np.testing.assert_allclose(result[~mask], transform(row[~mask]), rtol=4e-16)


def test_awkward(transform):
    """Rows of one length. Of others awkward passes all numbers in one row: fill the rows up with -inf."""
    assert transform(ak.Array(X)).to_list() == transform(X).tolist()
    ragged = ak.Array([[1.0, 2.0], [3.0]])
    assert ak.flatten(transform(ragged)).to_list() == transform([1.0, 2.0, 3.0]).tolist()
    full = ak.to_numpy(ak.fill_none(ak.pad_none(ragged, 2), -np.inf))
    assert transform(full)[0].tolist() == transform([1.0, 2.0]).tolist()
    assert transform(full)[1, 0] == transform([3.0])[0]


@pytest.mark.filterwarnings("ignore:__array_wrap__ must accept context:DeprecationWarning")
def test_torch(f, arrays):
    """CPU tensors give tensors; those that require a gradient raise an error."""
    tensors = [torch.from_numpy(a) for a in arrays]
    got = f(*tensors)
    assert isinstance(got, torch.Tensor)
    assert np.array_equal(got.numpy(), f(*arrays))
    with pytest.raises(RuntimeError, match=re.escape("requires grad")):
        f(tensors[0].requires_grad_(), *tensors[1:])


def test_jax(f, arrays):
    """A callback inside a compiled and vectorized function."""
    single = [a.astype("f4") if a.dtype.kind == "f" else a.astype("i4") for a in arrays]

    def call(*xs):
        want = jax.eval_shape(lambda *a: jax.numpy.zeros(f(*(np.zeros(x.shape, x.dtype) for x in a)).shape, "f4"), *xs)
        return jax.pure_callback(lambda *a: f(*map(np.asarray, a)), want, *xs, vmap_method="expand_dims")

    for function in (jax.jit(call), jax.jit(jax.vmap(call))):
        assert np.array_equal(function(*map(jax.numpy.asarray, single)), f(*single))


def test_units(f, arrays):
    """astropy and pint: dimensionless in, dimensionless out; an index is a plain integer."""
    register_astropy()
    register_pint()
    ureg, index = pint.UnitRegistry(), FACTS[f.__name__].is_choice
    for wrap, refused in (
        (lambda a: a * 1000 * (u.m / u.km), lambda a: a * u.m),
        (lambda a: ureg.Quantity(a * 1000, "m/km"), lambda a: ureg.Quantity(a, "m")),
    ):
        for rest in [arrays[1:]] if index else [arrays[1:], list(map(wrap, arrays[1:]))]:
            got = f(wrap(arrays[0]), *rest)
            value = got.value if isinstance(got, u.Quantity) else got.magnitude
            assert getattr(got, "unit", None) == u.dimensionless_unscaled or got.units == ureg.dimensionless
            np.testing.assert_allclose(value, f(*arrays), rtol=4e-14)
        with pytest.raises((u.UnitTypeError, pint.DimensionalityError)):
            f(refused(arrays[0]), *arrays[1:])


def test_sparse(f, arrays):
    """sparse does not support generalized ufuncs."""
    with pytest.raises(TypeError, match=re.escape("all returned NotImplemented")):
        f(*map(sparse.COO.from_numpy, arrays))
