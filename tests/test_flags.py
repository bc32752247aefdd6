"""Floating-point flags: raised if and only if the mathematical result deserves it."""

import gmpy2
import numpy as np
import pytest
from inputs import harmless, samples
from reference import FORMATS, FUNCTIONS, exact, special_cases
from softufunc._ufuncs import tables

CASES = [
    pytest.param(name, dtype, *case, id=f"{name}-{dtype}-{float(case[0]):g}")
    for name in FUNCTIONS
    for dtype in FORMATS
    for case in special_cases(name, dtype)
]


def expected(flag):
    return {flag} if flag else set()


@pytest.mark.parametrize(("name", "dtype", "x", "want", "flag"), CASES)
def test_special_value_alone(isa, name, dtype, x, want, flag, raised):
    """A pole raises divide, an input outside the domain invalid, nan and infinities nothing."""
    tables[isa][name](x)
    assert raised == expected(flag)


@pytest.mark.parametrize(("name", "dtype", "x", "want", "flag"), CASES)
def test_special_value_in_every_lane(isa, name, dtype, x, want, flag, raised):
    """The same, hidden at every place among 66 harmless numbers, whose results it leaves alone."""
    ufunc = tables[isa][name]
    array = np.full((67, 67), harmless(name), dtype)
    np.fill_diagonal(array, x)
    alone = ufunc(array[0, 1])
    for i, row in enumerate(array):
        raised.clear()
        y = ufunc(row)
        assert raised == expected(flag), i
        y[i] = alone
        assert (y == alone).all(), i


@pytest.mark.parametrize(("name", "dtype", "x", "want", "flag"), CASES)
def test_raise_means_raise(isa, name, dtype, x, want, flag):
    """Under np.errstate(all="raise") the flag becomes FloatingPointError, and nothing else does."""
    with np.errstate(all="raise"):
        if flag:
            words = {"divide": "divide by zero", "invalid": "invalid value"}[flag]
            with pytest.raises(FloatingPointError, match=words):
                tables[isa][name](x)
        else:
            tables[isa][name](x)


def finite_samples(name, dtype):
    """Inputs inside the domain, for every type."""
    if dtype == "g":
        return samples(name, "f8").astype("g")
    return samples(name, dtype)


@pytest.fixture(scope="module")
def normal_samples():
    """normal_samples(name, dtype): the samples whose exact result is normal or zero, and the others."""
    known = {}

    def get(name, dtype):
        if (name, dtype) not in known:
            f = FORMATS[dtype]
            with np.errstate(all="ignore"):
                x = finite_samples(name, dtype)
                smallest = gmpy2.exp2(f.least)
                # an exact 0 is logit(1/2); the other zeros are results too small even for MPFR
                tiny = [abs(y) < smallest and (y != 0 or v != 0.5) for v, y in zip(x, exact(name, x), strict=True)]
                known[name, dtype] = x[np.logical_not(tiny)], x[tiny]
        return known[name, dtype]

    return get


def test_normal_results_raise_nothing(ufunc, name, dtype, normal_samples, raised):
    """No flag at all where the result is a normal number, in vectors and one by one."""
    x, _ = normal_samples(name, dtype)
    ufunc(x)
    assert raised == set()
    for value in x[::7]:
        ufunc(value)
        assert raised == set(), float(value).hex()


def test_tiny_results_raise_at_most_underflow(ufunc, name, dtype, normal_samples, raised):
    """Where the result is below the smallest normal number, underflow is allowed, and nothing else."""
    _, x = normal_samples(name, dtype)
    for value in x:
        ufunc(value)
    ufunc(x)
    assert raised <= {"underflow"}


@pytest.mark.parametrize("dtype", ["f2", "f4"])
def test_flag_of_an_earlier_cast_survives(ufunc, name, dtype, raised):
    """The overflow of casting 1e300 to a smaller type is reported, whatever the loops do afterwards."""
    sign = np.copysign(1.0, harmless(name))
    low, high = FUNCTIONS[name].domain
    for n in (1, 67, 20_000):
        for place in (0, n // 2, n - 1):
            x = np.full(n, harmless(name))
            x[place] = sign * 1e300
            raised.clear()
            ufunc(x, dtype=dtype, casting="same_kind")
            assert raised - {"invalid"} == {"overflow"}
            assert ("invalid" in raised) == (not low <= sign * np.inf <= high)


UNBOUNDED = [(f.name, x) for f in FUNCTIONS.values() for x, y, _ in f.special if np.isinf(x) and y in (-np.inf, np.inf)]


@pytest.mark.parametrize(("name", "limit"), UNBOUNDED)
def test_flag_of_an_earlier_result_survives(isa, name, limit, raised):
    """A longdouble result too large for the float16 output overflows in a cast between two runs of the loop."""
    x = np.full(20_000, np.longdouble(harmless(name)))
    x[0] = np.copysign(np.longdouble("1e300"), limit)
    out = np.empty(20_000, "f2")
    tables[isa][name](x, out=out, casting="same_kind")
    assert np.isinf(out[0])
    assert np.isfinite(out[1:]).all()
    assert raised == {"overflow"}


def test_flag_of_an_earlier_chunk_survives(ufunc, function, dtype, raised):
    """A pole at the very start of a long strided array is still reported at its end."""
    for x, _, flag in special_cases(function.name, dtype):
        array = np.full((20_000, 3), harmless(function.name), dtype)[:, 1]
        array[0] = x
        raised.clear()
        ufunc(array)
        assert raised == expected(flag), x


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if np.isfinite(function.domain).any()])
def test_what_is_not_computed_raises_nothing(isa, name, dtype, raised):
    """Poles masked out, between strided elements, before the first and after the last one."""
    ufunc = tables[isa][name]
    low, high = FUNCTIONS[name].domain
    pole = low if np.isfinite(low) else high
    for n in range(70):
        around = np.full(n + 140, pole, dtype)
        around[70 : 70 + n] = harmless(name)
        ufunc(around[70 : 70 + n])
        ufunc(around, where=around != pole, out=np.zeros_like(around))
        between = np.full((n, 2), pole, dtype)
        between[:, 1] = harmless(name)
        ufunc(between[:, 1])
        ufunc(between[::-1, 1])
        assert raised == set(), n
