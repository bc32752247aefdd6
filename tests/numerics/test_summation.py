"""Long rows: the error does not grow with the number of elements, and every element is included."""

import math

import gmpy2
import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import CHUNK
from tools.reference import bound

inf = np.inf


def test_every_place_counts(isa, real):
    """A single significant element is included in every position."""
    f = tables[isa]
    for n in (5, 16, 40, CHUNK + 30):
        for place in range(n):
            x = np.full(n, -1000.0, real)
            x[place] = 3.5
            assert f["logsumexp"](x) == 3.5, (n, place)
            t = np.ones(n, real)
            t[place] = 0
            assert f["log_likelihood"](np.full(n, inf, real) * np.where(t, 1, -1).astype(real), t) == 0
            x = np.full(n, inf, real)
            x[place] = 2.25
            assert f["log_likelihood"](x, np.ones(n, real)) == f["log_prob_1"](x[place])


def test_does_not_grow_with_length(isa):
    """4 000 000 zeros in float32 give every digit of log(4e6); 10^6 equal terms of log_likelihood."""
    assert tables[isa]["logsumexp"](np.zeros(4_000_000, "f4")) == np.float32(math.log(4e6))
    got, want = tables[isa]["logaddexp"].reduce(np.zeros(4_000_000, "f4")), np.float32(math.log(4e6))
    if np.lib.NumpyVersion(np.__version__) < "2.3.0":
        # older NumPy calls the loop for 8192 elements at a time, so the running result is rounded 489 times
        assert abs(got - want) <= 489 * bound("logaddexp", "f4").ulp * np.spacing(want)
    else:
        assert got == want
    got = tables[isa]["log_likelihood"](np.zeros(1_000_000, "f4"), np.zeros(1_000_000, "?"))
    assert abs(float(got) / (1e6 * math.log(0.5)) - 1) < 2.0**-23


@pytest.mark.parametrize(
    ("x", "want"),
    [
        ([-math.log(2), -math.log(2)], 2.3190468138462996e-17),
        ([0.0, -300.0], 5.148200222412013e-131),
        ([0.0, -inf, -inf], 0.0),
        ([1e308, 1e308], 1e308),
        ([-1e308, -1e308], -1e308),
        ([1e308, -1e308, 1e308], 1e308),
        ([1000.0, 1000.0], 1000.6931471805599),
        ([-1024.5, -1024.5, -1024.5, -1024.5], -1024.5 + 2 * math.log(2)),
    ],
)
def test_hard_sums(isa, x, want):
    """Sums for which the usual formulas are inaccurate."""
    x = np.array(x)
    assert tables[isa]["logsumexp"](x) == want
    assert tables[isa]["logsumexp"](x[::-1]) == want
    if len(x) > 2:
        assert tables[isa]["logaddexp"].reduce(x) == want


@pytest.mark.parametrize("huge", [inf, 1e300])
def test_huge_terms_at_every_place(isa, huge):
    """A huge term is handled correctly in every position."""
    f = tables[isa]["log_likelihood"]
    for place in range(130):
        x = np.zeros(130)
        x[place] = huge
        assert f(x, np.zeros(130)) == -huge, place


@pytest.mark.parametrize("n", [511, 5000])
def test_equal_terms(isa, n):
    """Rounding errors of equal terms do not accumulate: log(n) + x is within the bound for many x."""
    allowed, f = bound("logsumexp", "f8"), tables[isa]["logsumexp"]
    for x in np.linspace(-9.0, 3.0, 301):
        with gmpy2.context(precision=200):
            got = f(np.full(n, x))
            off = float(abs(gmpy2.mpfr(float(got)) - gmpy2.log(gmpy2.mpfr(n)) - gmpy2.mpfr(float(x))))
        assert off <= allowed.ulp * np.spacing(abs(got)) + 2.0**allowed.log2


def test_terms_of_every_size(isa):
    """The result of log_likelihood includes both the huge terms and the others, which are summed separately."""
    x = np.array([1.5 * 2.0**1000] + [2.0**999] * 40)
    assert tables[isa]["log_likelihood"](x, 0.0 * x) == -21.5 * 2.0**1000


@pytest.mark.parametrize(("dtype", "x"), [("f4", -21.5), ("f8", -40.0)])
def test_many_small_terms(isa, dtype, x):
    """Many terms below half an ULP of the largest one, with a significant sum."""
    n = 2**20
    terms = np.full(n + 1, x, dtype)
    terms[0] = 0.0
    want = np.log1p(n * np.exp(np.float64(x)))
    allowed = bound("logsumexp", dtype)
    off = abs(tables[isa]["logsumexp"](terms) - want)
    assert off <= allowed.ulp * np.spacing(want.astype(dtype)) + 2.0**allowed.log2
