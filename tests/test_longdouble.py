"""longdouble is computed in long double: no double in disguise."""

import gmpy2
import numpy as np
import pytest
from reference import FORMATS, FUNCTIONS, exact, precisely, to_mp
from softufunc._ufuncs import ufuncs
from sums import SUMS

EPS = np.finfo("g").eps
TOLERANCE = 10 * float(EPS)
"""relative; 1.1e-18 where long double has 64 bits. The C library promises no more than a few ULP."""


def inputs(name):
    """Numbers that no double can hold, over the active range and beyond the range of double."""
    f, random = FORMATS["g"], np.random.default_rng(20260103)
    low, high = FUNCTIONS[name].active(f)
    inner = np.clip([low, high], -40, 40)
    parts = [random.uniform(low, high, 300), random.uniform(*inner, 300)]
    x = np.concatenate(parts).astype("g")
    x += random.uniform(-1, 1, len(x)) * np.spacing(x.astype("f8")) * 0.4
    small = np.ldexp(random.uniform(1, 2, 200).astype("g"), random.integers(f.least + 70, 0, 200))
    x = np.concatenate([x, small, -small, 1 - small[:50], np.array([0.5, -0.5]).astype("g") * (1 + 4 * EPS)])
    lowest, highest = FUNCTIONS[name].domain
    return x[(x > lowest) & (x < highest)]


def errors(name, x):
    """Relative errors; an input whose result is below the smallest normal number is left out."""
    kept, want = [], []
    for value, y in zip(x, exact(name, x), strict=True):
        if abs(y) > gmpy2.exp2(FORMATS["g"].least + 1):
            kept.append(value)
            want.append(y)
    with np.errstate(all="ignore"):
        got = ufuncs[name](np.array(kept, "g"))
    assert got.dtype == np.longdouble
    with precisely():
        relative = [float(abs(to_mp(g) - w) / abs(w)) for g, w in zip(got, want, strict=True)]
    return np.array(relative), np.array(kept)


def test_accuracy(name):
    """Within ten units of the last bit of a long double."""
    relative, x = errors(name, inputs(name))
    assert len(x) > 500
    i = int(np.argmax(relative))
    assert relative[i] < TOLERANCE, x[i]


@pytest.mark.parametrize("sign", [1, -1])
def test_next_to_the_zero_of_the_inverse(sign):
    """softplusinv next to ln 2, and its mirror image, where the result crosses zero."""
    ln2 = np.longdouble(2) ** -1 * np.longdouble("1.386294361119890618834464242916353136")
    x = np.concatenate([ln2 + np.spacing(ln2) * np.arange(-5, 6), ln2 + np.ldexp(np.longdouble(1), np.arange(-60, -3))])
    relative, x = errors("softplusinv" if sign > 0 else "softminusinv", sign * x)
    i = int(np.argmax(relative))
    assert relative[i] < TOLERANCE, x[i]


def test_next_to_one_half():
    """logit next to 1/2, where the result crosses zero."""
    x = np.longdouble(0.5) + EPS * np.arange(-20, 20) / 2
    relative, x = errors("logit", x[x != 0.5])
    assert relative.max() < TOLERANCE


def test_more_than_double(name):
    """The results are not those of double, unless long double is one: for MSVC, and on Apple's AArch64."""
    if np.finfo("f8").eps == EPS:
        return
    x = inputs(name)
    x = x[np.abs(x) < 30]
    with np.errstate(all="ignore"):
        wide = ufuncs[name](x)
        narrow = ufuncs[name](x.astype("f8"))
    assert np.mean(wide != narrow) > 0.4


def test_conversions_are_exact():
    """What the reference sees is the very number."""
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


@pytest.mark.parametrize("n", [1, 2, 3, 50, 700])
@pytest.mark.parametrize("name", SUMS)
def test_sums(name, n):
    """The functions of a whole axis: an error relative to the size of the sum, which does not grow with its length."""
    random = np.random.default_rng(n)
    x = random.normal(0, 3, n).astype("g") + random.normal(0, 1, n) * EPS
    arrays = [x, random.random(n).astype("g") + random.random(n) * EPS][: SUMS[name].arguments]
    want, size = SUMS[name].mp(*arrays)
    got = ufuncs[name](*arrays)
    assert got.dtype == np.longdouble
    with precisely():
        assert abs(to_mp(got) - want) < TOLERANCE * max(abs(want), size)
