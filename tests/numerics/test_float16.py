"""float16: for unary functions, all 65 536 results are correctly rounded."""

from functools import cache

import gmpy2
import numpy as np
import pytest

from tools.inputs import BINARY, SUMS, UNARY, is_inside, results, rows_of, samples
from tools.reference import FACTS, correct, expected, rounded, special_cases

EVERYTHING = np.arange(2**16, dtype="u2").view("f2")


@cache
def answers(name):
    """Correctly rounded results for every bit pattern; flips and two outputs reuse those of other functions."""
    facts = FACTS[name]
    if facts.outputs:
        return tuple(answers(part)[0] for part in facts.outputs)
    if facts.flip:
        # index of the result of the source function for the (negated) input
        source = EVERYTHING.view("u2") ^ np.uint16(0x8000 if facts.flip.x < 0 else 0)
        return (answers(facts.flip.of)[0][source] * np.float16(facts.flip.y),)
    with np.errstate(all="ignore"):
        mask = is_inside(name, EVERYTHING)
        found = np.full(2**16, np.nan, "f2")
        found[mask] = correct(name, EVERYTHING[mask])
        for (x,), (y,), _ in special_cases(name, "f2"):
            if not np.isnan(x):
                found[x.view("u2")] = y
    return (found,)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", UNARY)
def test_every_float16_is_correctly_rounded(ufunc, name):
    """All bit patterns, in contiguous and reversed arrays; the sign of zero is checked."""
    for step in (1, -1):
        for got, want in zip(results(ufunc, [EVERYTHING[::step]]), answers(name), strict=True):
            bits, nans = got[::step].view("u2"), np.isnan(got[::step])
            wrong = (bits != want.view("u2")) & ~(nans & np.isnan(want))
            assert not wrong.any(), list(zip(EVERYTHING[wrong], got[::step][wrong], want[wrong], strict=True))[:5]


@cache
def pairs(name):
    return samples(name, "f2"), expected(name, *samples(name, "f2"))


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", BINARY)
def test_two_inputs(ufunc, name):
    """Computed in float32 and rounded once: the error is at most half an ULP plus the error of float32."""
    arrays, want = pairs(name)
    assert want.ulp(ufunc(*arrays)).max() <= 0.5 + 2.0**-11


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", SUMS)
def test_rows(ufunc, name):
    """The sum is computed in float32 and rounded once."""
    for n in (1, 2, 3, 17, 100, 700):
        rows = rows_of(name, (50, n), "f2", n)
        got, wide = ufunc(*rows), ufunc(*(x.astype("f4") for x in rows))
        assert (np.abs(got.astype("f4") - wide) <= np.spacing(np.abs(got)).astype("f4") * (0.5 + 2.0**-11)).all(), n


def test_rounding_of_the_reference():
    """The reference rounds ties to even, handles subnormal numbers, and overflows to infinity."""
    values = [1 + 2.0**-11, 1 + 3 * 2.0**-11, 2.0**-25, 1.5 * 2.0**-24, 65519.99, 65520.0, -(2.0**-26)]
    with np.errstate(all="ignore"):
        want = np.array(values).astype("f2")
    got = rounded([gmpy2.mpfr(value) for value in values], "f2")
    assert np.array_equal(got.view("u2"), want.view("u2"))
