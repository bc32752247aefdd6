"""float16: all 65 536 inputs give the correctly rounded result."""

from functools import cache

import gmpy2
import numpy as np
import pytest
from reference import FUNCTIONS, exact, rounded, special_cases

EVERYTHING = np.arange(2**16, dtype="u2").view("f2")


@cache
def answers(name):
    """The correctly rounded result for every bit pattern; a symmetry, being exact, saves half of the work."""
    function = FUNCTIONS[name]
    if function.symmetry:
        t, other, s = function.symmetry
        flip = np.uint16(0x8000)
        # what `other` gives for the negated inputs stands at the pattern with the other sign
        source = EVERYTHING.view("u2") ^ flip if t < 0 else EVERYTHING.view("u2")
        return answers(other)[source] * np.float16(s)
    with np.errstate(all="ignore"):
        low, high = function.domain
        inside = np.isfinite(EVERYTHING) & (low < EVERYTHING) & (high > EVERYTHING)
        result = np.full(2**16, np.nan, "f2")
        result[inside] = rounded(exact(name, EVERYTHING[inside]), "f2")
        for x, y, _ in special_cases(name, "f2"):
            if not np.isnan(x):
                result[x.view("u2")] = y
    return result


@pytest.mark.usefixtures("quiet")
def test_every_float16_is_correctly_rounded(ufunc, name):
    """In one array, in a strided one, and therefore in every place of a vector; the sign of zero counts."""
    want = answers(name)
    for got in (ufunc(EVERYTHING), ufunc(EVERYTHING[::-1])[::-1]):
        wrong = (got.view("u2") != want.view("u2")) & ~(np.isnan(got) & np.isnan(want))
        assert not wrong.any(), list(zip(EVERYTHING[wrong], got[wrong], want[wrong], strict=True))[:5]


def test_rounding_of_the_reference():
    """Ties go to even, subnormals keep their spacing, what is too large becomes infinite."""
    values = [1 + 2.0**-11, 1 + 3 * 2.0**-11, 2.0**-25, 1.5 * 2.0**-24, 65519.99, 65520.0, -(2.0**-26)]
    with np.errstate(all="ignore"):
        want = np.array(values).astype("f2")
    got = rounded([gmpy2.mpfr(value) for value in values], "f2")
    assert np.array_equal(got.view("u2"), want.view("u2"))
