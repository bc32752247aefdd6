"""longdouble is computed in long double, not in double."""

from functools import cache

import gmpy2
import numpy as np
import pytest
from softufunc._ufuncs import tables, ufuncs

from tools.inputs import BINARY, ELEMENTWISE, SUMS, UNARY, ends, inside, results, rows_of, samples
from tools.reference import FACTS, FORMATS, exact, precisely, scale, to_mp

EPS = np.finfo("g").eps
TOLERANCE = 10 * float(EPS)
"""relative; 1.1e-18 if long double has 64 bits. The errors of the C library are a few ULP."""


@cache
def inputs(name):
    """Return numbers not representable in double, over the active range and beyond the range of double."""
    if FACTS[name].nin == 2:
        return samples(name, "g")
    f, random = FORMATS["g"], np.random.default_rng(20260103)
    low, high = ends(name, "g")
    inner = np.clip([low, high], -40, 40)
    parts = [random.uniform(low, high, 300), random.uniform(*inner, 300)]
    x = np.concatenate(parts).astype("g")
    x += random.uniform(-1, 1, len(x)) * np.spacing(x.astype("f8")) * 0.4
    small = np.ldexp(random.uniform(1, 2, 200).astype("g"), random.integers(f.least + 70, 0, 200))
    x = np.concatenate([x, small, -small, 1 - small[:50], np.array([0.5, -0.5]).astype("g") * (1 + 4 * EPS)])
    return inside(name, x)


@np.errstate(all="ignore")
def errors(name, arrays, output=0):
    """Return (relative errors, inputs), without inputs whose result is subnormal."""
    got, smallest = results(ufuncs[name], arrays)[output], gmpy2.exp2(FORMATS["g"].least + 1)
    assert got.dtype == np.longdouble
    found, kept = [], []
    for i, (g, want) in enumerate(zip(got, exact(name, *arrays, output=output), strict=True)):
        if abs(want) > smallest:
            with precisely():
                found.append(float(abs(to_mp(g) - want) / abs(want)))
            kept.append(i)
    return np.array(found), [x[kept] for x in arrays]


@pytest.mark.parametrize("name", UNARY)
def test_one_input(name):
    """The relative error of each output is below 10 eps."""
    for output in range(ufuncs[name].nout):
        relative, (x,) = errors(name, inputs(name), output)
        assert len(x) > 500
        i = int(np.argmax(relative))
        assert relative[i] < TOLERANCE, x[i]


@pytest.mark.parametrize("name", BINARY)
def test_two_inputs(name):
    """The relative error is below 64 eps, or 2^-60 near zeros if long double has more than 64 bits."""
    relative, (x, y) = errors(name, inputs(name))
    allowed = np.full(len(x), 64 * float(EPS))
    if np.finfo("g").nmant > 63 and not FACTS[name].label:
        with np.errstate(all="ignore"):
            near = 16 * np.abs(next(iter(tables.values()))[name](x, y)) < np.maximum(np.abs(x), np.abs(y))
        allowed[near] = 2.0**-60
    i = int(np.argmax(relative / allowed))
    assert relative[i] <= allowed[i], (x[i], y[i])


@pytest.mark.parametrize("name", SUMS)
def test_rows(name):
    """The error relative to the scale of the sum does not grow with its length."""
    for n in (1, 2, 3, 50, 700):
        x, *labels = rows_of(name, (3, n), "g", n)
        random = np.random.default_rng(n)
        x = x + random.normal(0, 1, x.shape) * EPS
        rows = (x, *(random.random(x.shape).astype("g") + random.random(x.shape) * EPS for _ in labels))
        got = ufuncs[name](*rows)
        assert got.dtype == np.longdouble
        with precisely():
            for g, want, size in zip(got, exact(name, *rows), scale(name, *rows), strict=True):
                assert abs(to_mp(g) - want) < TOLERANCE * max(abs(want), size), n


@pytest.mark.parametrize("sign", [1, -1])
def test_near_the_zero_of_the_inverse(sign):
    """softplusinv near ln 2, and softminusinv near -ln 2, where the result crosses zero."""
    ln2 = np.longdouble(2) ** -1 * np.longdouble("1.386294361119890618834464242916353136")
    x = np.concatenate([ln2 + np.spacing(ln2) * np.arange(-5, 6), ln2 + np.ldexp(np.longdouble(1), np.arange(-60, -3))])
    relative, (x,) = errors("softplusinv" if sign > 0 else "softminusinv", [sign * x])
    i = int(np.argmax(relative))
    assert relative[i] < TOLERANCE, x[i]


def test_near_one_half():
    """logit near 1/2, where the result crosses zero."""
    x = np.longdouble(0.5) + EPS * np.arange(-20, 20) / 2
    relative, _ = errors("logit", [x[x != 0.5]])
    assert relative.max() < TOLERANCE


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.usefixtures("quiet")
def test_more_than_double(name):
    """Results differ from those of double, unless long double is double (MSVC, Apple's AArch64)."""
    if np.finfo("f8").eps == EPS:
        return
    arrays = inputs(name)
    small = np.logical_and.reduce([np.abs(x) < 30 for x in arrays])
    arrays = [x[small] for x in arrays]
    narrow = results(ufuncs[name], [x.astype("f8") for x in arrays])
    for wide, y in zip(results(ufuncs[name], arrays), narrow, strict=True):
        assert np.mean(wide != y) > 0.4


def test_conversions_are_exact():
    """The conversion from long double to MPFR is exact."""
    random = np.random.default_rng(20260104)
    for exponent in (0, 5, -40, -16000, 16000):
        if abs(exponent) >= -FORMATS["g"].least:
            continue
        for _ in range(50):
            x = np.ldexp(np.longdouble(random.random()) + np.longdouble(random.random()) * EPS, exponent)
            digits = np.format_float_scientific(x, unique=False, precision=30)
            y = to_mp(x)
            with precisely():
                assert abs(gmpy2.mpfr(digits) - y) <= abs(y) * gmpy2.mpfr("1e-30")
            mantissa, power = np.frexp(x)
            assert gmpy2.mpfr(y, FORMATS["g"].precision) == y
            assert int(gmpy2.get_exp(y)) == power
            assert mantissa != 0
