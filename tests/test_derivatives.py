"""docs/derivatives.md: every row of its table is right, for every function of the family."""

import re

import gmpy2
import numpy as np
import pytest
from inputs import harmless
from reference import FUNCTIONS, ROOT, exact, precisely

import softufunc

TEXT = (ROOT / "docs" / "derivatives.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)\(x\)` \|.*\| `([^`]*)` \|$", TEXT, re.MULTILINE))
NAMES = {name: getattr(softufunc, name) for name in FUNCTIONS} | {"np": np}


def points(name):
    """Ordinary and far inputs inside the domain, where the derivative is small too."""
    if FUNCTIONS[name].domain == (0.0, 1.0):
        return np.array([1e-300, 1e-9, 0.1, 0.5, 0.75, 1 - 2.0**-30])
    x = np.array([1e-9, 0.25, 0.5, 0.6931471805599453, 1.0, 3.0, 17.0, 40.0, 200.0, 700.0])
    low, high = FUNCTIONS[name].domain
    return np.concatenate([-x if low < 0 else [], x if high > 0 else []])


def slopes(name, x):
    """The derivatives by a difference quotient in 2000 bits, with steps of 2^-400 relative: right to about 2^-700."""
    found = []
    with gmpy2.context(precision=2000):
        for value in x:
            middle = gmpy2.mpfr(float(value))
            h = abs(middle) * gmpy2.exp2(-400)
            found.append((FUNCTIONS[name].mp(middle + h) - FUNCTIONS[name].mp(middle - h)) / (2 * h))
    return found


def test_every_function_has_a_row():
    """One row for each function with one argument and one result."""
    assert set(ROWS) == set(FUNCTIONS)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_row(name):
    """What the table says, computed as it says in float64, is the derivative to a few ULP, however small it is.

    NumPy's own functions and up to five roundings: 8 ULP; the exponential of `softminusinv` multiplies its error by
    its argument.
    """
    x = points(name)
    want = slopes(name, x)
    got = eval(ROWS[name], NAMES | {"x": x})
    allowed = 8 + (np.abs(x) if "np.exp(" in ROWS[name] else 0)
    with precisely():
        errors = np.array([float(abs((gmpy2.mpfr(float(g)) - w) / w)) for g, w in zip(got, want, strict=True)])
    assert (errors <= allowed * 2.0**-52).all(), dict(zip(x, errors * 2.0**52, strict=True))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_reference_table(name):
    """The derivatives in tests/reference.py are the same."""
    x = [*points(name), harmless(name)]
    with precisely():
        for value, slope in zip(x, slopes(name, x), strict=True):
            error = abs(FUNCTIONS[name].derivative(gmpy2.mpfr(float(value))) / slope - 1)
            assert error < 2.0**-120, value
    assert len(exact(name, x)) == len(x)
