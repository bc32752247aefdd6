"""Infinities, nan, zeros, poles and inputs outside the domain: values, sign of zero, exceptions raised."""

import numpy as np
import pytest
from softufunc._ufuncs import tables, ufuncs

from tools.inputs import BINARY, CHUNK, ELEMENTWISE, SUMS, UNARY, equal, inside, neutral, normal_inputs, results
from tools.reference import FACTS, FORMATS, correct, special_cases

WORDS = {"divide": "divide by zero", "invalid": "invalid value"}


@np.errstate(all="ignore")
def right(got, want):
    """Return whether the value is correct; finite long double results of the C library may be off by one ULP."""
    if got.dtype != np.longdouble or not np.isfinite(want):
        return equal([got], [want])
    return abs(got - want) <= np.spacing(abs(want)) and np.signbit(got) == np.signbit(want)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_special_values(ufunc, name, dtype, raised):
    """Values and exceptions raised, as scalars and in arrays of several lengths."""
    for inputs, wants, exceptions in special_cases(name, dtype):
        raised.clear()
        alone = results(ufunc, inputs)
        assert all(right(got, want) for got, want in zip(alone, wants, strict=True)), (inputs, alone)
        assert raised == exceptions, inputs
        for n in (1, 3, 37, 1000):
            raised.clear()
            got = results(ufunc, [np.full(n, x) for x in inputs])
            assert equal(got, [np.full(n, y) for y in alone]), (inputs, n)
            assert raised == exceptions, (inputs, n)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_in_every_lane(ufunc, name, dtype, raised):
    """The same in every position among 66 other numbers, whose results do not change."""
    ordinary = normal_inputs(name, dtype)
    alone = results(ufunc, ordinary)
    for inputs, _, exceptions in special_cases(name, dtype):
        with np.errstate(all="ignore"):
            special = results(ufunc, inputs)
        arrays = [np.full((67, 67), v) for v in ordinary]
        wants = [np.full((67, 67), y) for y in alone]
        for table, value in (*zip(arrays, inputs, strict=True), *zip(wants, special, strict=True)):
            np.fill_diagonal(table, value)
        outs = [np.empty_like(want) for want in wants]
        for i in range(67):
            raised.clear()
            ufunc(*(x[i] for x in arrays), out=tuple(out[i] for out in outs))
            assert raised == exceptions, (inputs, i)
        assert equal(outs, wants), inputs


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_raise_means_raise(ufunc, name, dtype):
    """Under np.errstate(all="raise") exactly these exceptions become FloatingPointError."""
    with np.errstate(all="raise"):
        for inputs, _, exceptions in special_cases(name, dtype):
            if exceptions:
                with pytest.raises(FloatingPointError, match=WORDS[min(exceptions)]):
                    ufunc(*inputs)
            else:
                ufunc(*inputs)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_nan_stays_quiet_nan(ufunc, name, dtype, raised):
    """nan of either sign in any input gives nan, without an exception."""
    for place, sign, n in ((p, s, n) for p in range(ufunc.nin) for s in (1, -1) for n in (1, 67, 68)):
        arrays = [np.full(n, v) for v in normal_inputs(name, dtype)]
        arrays[place] = sign * np.full(n, np.nan, dtype)
        assert all(np.isnan(y).all() for y in results(ufunc, arrays))
    assert raised == set()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", UNARY)
def test_ends_of_the_range(ufunc, name, dtype):
    """The largest and smallest numbers in the domain give finite results."""
    info = np.finfo(dtype)
    x = np.array([info.max, info.smallest_normal, info.smallest_subnormal], dtype)
    (x,) = inside(name, np.concatenate([x, -x]))
    assert len(x) > 0
    assert all(np.isfinite(y).all() for y in results(ufunc, [x]))


@pytest.mark.parametrize("name", SUMS)
def test_rows(ufunc, name, dtype, raised):
    """Special rows, also after neutral elements, after the first chunk, reversed and strided; any sign of zero."""
    for inputs, (want,), exceptions in special_cases(name, dtype):
        raised.clear()
        got = ufunc(*inputs)
        assert got.dtype == dtype
        assert np.array_equal(got, want, equal_nan=True), inputs
        for before in (3, CHUNK + 7):
            late = [np.append(np.full(before, v), x) for v, x in zip(neutral(name, dtype), inputs, strict=True)]
            for rows in late, [x[::-1] for x in late], [np.repeat(x, 3)[::3] for x in late]:
                assert np.array_equal(ufunc(*rows), want, equal_nan=True), (inputs, before)
        assert raised == exceptions, inputs


@pytest.mark.parametrize("name", [name for name in BINARY if ufuncs[name].identity is not None])
def test_reduce(ufunc, name, dtype, raised):
    """reduce of the special rows of logsumexp gives the same results, up to the signs of softminimum."""
    sign = -np.sign(ufunc.identity).astype(dtype)
    for inputs, (want,), _ in special_cases("logsumexp", dtype):
        row = np.append(np.full(CHUNK + 7, -np.inf, dtype), inputs[0])
        for values in (row, row[::-1], np.repeat(row, 3)[::3]):
            assert np.array_equal(ufunc.reduce(sign * values), sign * want, equal_nan=True), inputs
    assert raised == set()


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("name", [name for name in BINARY if FACTS[name].label])
def test_largest_numbers(isa, name, dtype):
    """The largest finite logits and labels give finite results where the product is finite."""
    big = np.finfo(dtype).max
    x, t = np.array([-big, big, -1], dtype), np.array([1, 0, big], dtype)
    for output, got in enumerate(results(tables[isa][name], (x, t))):
        assert np.isfinite(got).all()
        assert np.array_equal(got, correct(name, x, t, output=output))
