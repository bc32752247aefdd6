"""pandas, polars, DuckDB: columns, their names, types, indices and missing values; scales of matplotlib."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import softufunc

NULLABLE = {"f4": "Float32", "f8": "Float64"}
ARROW = {"f4": pd.ArrowDtype(pa.float32()), "f8": pd.ArrowDtype(pa.float64())}
INTEGERS = {"Int64": "Float64", "boolean": "Float64", pd.ArrowDtype(pa.int32()): pd.ArrowDtype(pa.float64())}


# polars stores 0 for missing values and passes it to the ufunc, and evaluates expressions at 0 to determine their type.
# Functions with a pole at 0 therefore warn, np.log too.
polars_computes_zeros = pytest.mark.filterwarnings("ignore:(divide by zero|invalid value) encountered:RuntimeWarning")


def pandas_series(a, dtype=None):
    return pd.Series(a, index=list("wxyz"), name="logit", dtype=dtype)


def test_pandas_series(case, dtype):
    """Type, index and name are kept; nan gives nan without a warning."""
    arrays = case.arrays(dtype)
    arrays[0][1] = np.nan
    for got, want in zip(case(*map(pandas_series, arrays)), case.want(*arrays), strict=True):
        pd.testing.assert_series_equal(got, pandas_series(want), check_exact=True)
        assert got.dtype == dtype


def test_pandas_dataframe(case, dtype):
    """The same for the columns of a data frame."""
    arrays = case.arrays(dtype)
    frames = [pd.DataFrame({"a": a, "b": a[::-1]}, index=list("wxyz")) for a in arrays]
    for got, want in zip(case(*frames), case.want(*arrays), strict=True):
        expected = pd.DataFrame({"a": want, "b": want[::-1]}, index=list("wxyz"))
        pd.testing.assert_frame_equal(got, expected, check_exact=True)


@pytest.mark.parametrize("kind", [NULLABLE, ARROW], ids=["nullable", "pyarrow"])
def test_pandas_missing_values(case, dtype, kind):
    """A missing value of a nullable or pyarrow-backed column stays missing, without a warning."""
    arrays = case.arrays(dtype)
    columns = [pandas_series(a, kind[dtype.str[1:]]) for a in arrays]
    columns[0].iloc[1] = pd.NA
    for got, want in zip(case(*columns), case.want(*arrays), strict=case.f.nout == 1):
        assert got.dtype == kind[dtype.str[1:]]
        assert got.isna().tolist() == [False, True, False, False]
        assert got.index.tolist() == list("wxyz")
        assert got.name == "logit"
        assert np.array_equal(got.drop("x").to_numpy(dtype), np.delete(want, 1))


@pytest.mark.parametrize("kind", INTEGERS, ids=str)
def test_pandas_integers(case, kind):
    """Integers and booleans with missing values become float64 of the same kind."""
    inside = 1 if case.f.nin > 1 or case.arrays()[0][0] > 0 else 0
    columns = [pd.Series([inside, None], dtype="Int64").astype(kind)] * case.f.nin
    with np.errstate(divide="ignore", invalid="ignore"):
        for got in case(*columns):
            assert got.dtype == INTEGERS[kind]
            assert got.isna().to_list()[1]


def test_pandas_alignment(case):
    """Two arguments are aligned by index; an index that only one of them has gives nan, without a warning."""
    if case.f.nin < 2:
        return
    first, second = map(pandas_series, case.arrays())
    want = case.want(first.to_numpy(), second.to_numpy())
    for got, numbers in zip(case(first, second[::-1].drop("w")), want, strict=True):
        assert got.index.tolist() == list("wxyz")
        assert np.isnan(got["w"])
        assert np.array_equal(got[1:], numbers[1:])


@polars_computes_zeros
def test_polars_series(case):
    """Name and missing values are kept."""
    arrays = case.arrays()
    columns = [pl.Series("logit", [a[0], None, *a[2:]]) for a in arrays]
    for got, want in zip(case(*columns), case.want(*arrays), strict=True) if case.f.nout == 1 else ():
        assert isinstance(got, pl.Series)
        assert got.dtype == pl.Float64
        assert got.name == "logit"
        assert got.to_list() == [want[0], None, *want[2:]]


@polars_computes_zeros
def test_polars_expression(case):
    """A column of a data frame, eager and lazy."""
    if case.f.nout > 1:
        return
    arrays = case.arrays()
    names = ["x", "y"][: case.f.nin]
    frame = pl.DataFrame(dict(zip(names, arrays, strict=True)))
    for got in (frame.select(case.f(*map(pl.col, names))), frame.lazy().select(case.f(*map(pl.col, names))).collect()):
        assert got.columns == ["x"]
        assert np.array_equal(got["x"].to_numpy(), case.f(*arrays))


@polars_computes_zeros
@pytest.mark.parametrize("integer", [pl.Int8, pl.UInt16, pl.Int32, pl.Int64], ids=str)
def test_polars_integers(case, integer):
    """
    Integer columns with missing values: polars takes the first output type that holds them, Float32 for 8 and 16 bits,
    Float64 otherwise; with two arguments see below.
    """
    if case.f.nout > 1 or case.f.nin > 1:
        return
    number = 1 if case.arrays()[0][0] > 0 else 0
    with np.errstate(divide="ignore", invalid="ignore"):
        (got,) = case(pl.Series("n", [number, None], dtype=integer))
    assert got.dtype == (pl.Float32 if integer in (pl.Int8, pl.UInt16) else pl.Float64)
    assert got.is_null().to_list() == [False, True]


@polars_computes_zeros
@pytest.mark.parametrize("integer", [pl.Int8, pl.UInt16, pl.Int32, pl.Int64], ids=str)
def test_polars_integers_binary(case, integer):
    """
    With two arguments polars takes the first loop to which the integers can be cast, as for NumPy's functions: Float32
    for 16 bits, and for 8 bits float16, which polars does not support.
    """
    if case.f.nin < 2 or case.f.nout > 1:
        return
    columns = [pl.Series("n", [2, 1, None], dtype=integer), pl.Series("m", [1, 0, 1], dtype=integer)]
    if integer == pl.Int8:
        for f in np.hypot, case.f:
            with pytest.raises(NotImplementedError, match="Float16"):
                f(*columns)
        columns = [column.cast(pl.Int32) for column in columns]
    (got,) = case(*columns)
    assert got.dtype == np.hypot(*columns).dtype == (pl.Float32 if integer == pl.UInt16 else pl.Float64)
    want = case.f([2, 1], [1, 0], dtype=got.head(0).to_numpy().dtype)
    assert got.to_list() == [*want.tolist(), None]


def test_polars_zeros_in_numpy():
    """np.log warns for a missing value of polars too."""
    with pytest.warns(RuntimeWarning, match="divide by zero encountered in log"):
        np.log(pl.Series([1.0, None]))


def test_polars_float32(case):
    """Float32 stays."""
    if case.f.nout > 1:
        return
    arrays = case.arrays("f4")
    columns = [pl.Series("logit", a) for a in arrays]
    (got,) = case(*columns)
    assert got.to_numpy().dtype == np.float32
    assert np.array_equal(got.to_numpy(), case.f(*arrays))


def test_polars_booleans():
    """polars passes Booleans as objects: cast labels to an integer."""
    logits, labels = pl.Series([0.5, -1.0]), pl.Series([True, False])
    with pytest.raises(TypeError, match="Cannot cast"):
        softufunc.log_prob(logits, labels)
    got = softufunc.log_prob(logits, labels.cast(pl.Int8))
    assert got.to_list() == softufunc.log_prob([0.5, -1.0], [True, False]).tolist()


def test_duckdb():
    """A function around the ufunc, on arrow arrays; the ufunc itself has more parameters than types."""
    connection = duckdb.connect()
    with pytest.raises(duckdb.Error, match="parameters"):
        connection.create_function("raw", softufunc.softplus, ["DOUBLE"], "DOUBLE", type="arrow")
    connection.create_function(
        "softplus", lambda x: pa.array(softufunc.softplus(x.to_numpy())), ["DOUBLE"], "DOUBLE", type="arrow"
    )
    got = connection.sql("select softplus(x) from (values (1.0::DOUBLE), (NULL), (3.0)) as t(x)").fetchall()
    assert got == [(softufunc.softplus(1.0),), (None,), (softufunc.softplus(3.0),)]


def test_matplotlib_scale():
    """matplotlib computes the scale at 0 and 1 too, where logit warns."""
    axes = Figure().subplots()
    axes.plot(softufunc.sigmoid(np.linspace(-5, 5, 50)))
    with np.errstate(divide="ignore", invalid="ignore"):
        axes.set_yscale("function", functions=(softufunc.logit, softufunc.sigmoid))
        FigureCanvasAgg(axes.figure).draw()
