"""Infinities, nan, zeros, poles and inputs outside the domain; the sign of zero counts."""

import numpy as np
import pytest
from inputs import same_bits
from reference import FORMATS, FUNCTIONS, special_cases
from softufunc._ufuncs import tables

CASES = [
    pytest.param(name, dtype, *case, id=f"{name}-{dtype}-{float(case[0]):g}")
    for name in FUNCTIONS
    for dtype in FORMATS
    for case in special_cases(name, dtype)
]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("name", "dtype", "x", "want", "flag"), CASES)
def test_special_value(isa, name, dtype, x, want, flag):
    """The table's value, as a scalar and in every place of an array."""
    got = tables[isa][name](x)
    if dtype == "g":
        # ln 2 is the table's only irrational value; the C library may miss it by an ULP
        assert got == want or np.isnan(got) & np.isnan(want) or abs(got - want) <= np.spacing(abs(want))
        assert np.signbit(got) == np.signbit(want) or np.isnan(want)
    else:
        assert same_bits(got, want), f"{name}({x}) = {got}, not {want}"
    assert same_bits(tables[isa][name](np.full(37, x)), np.full(37, got))


@pytest.mark.usefixtures("quiet")
def test_nan_stays_quiet_nan(ufunc, dtype):
    """nan in, nan out, whatever its sign and however far to the end."""
    x = np.full(67, np.nan, dtype)
    assert np.isnan(ufunc(x)).all()
    assert np.isnan(ufunc(-x)).all()


@pytest.mark.usefixtures("quiet")
def test_ends_of_the_range(ufunc, function, dtype):
    """The largest and smallest numbers give the limit of the function or the nearest number to it, never a nan."""
    info = np.finfo(dtype)
    x = np.array([info.max, info.smallest_normal, info.smallest_subnormal], dtype)
    x = np.concatenate([x, -x])
    x = x[(x > function.domain[0]) & (x < function.domain[1])]
    y = ufunc(x)
    assert len(y) > 0
    assert np.isfinite(y).all(), dict(zip(x, y, strict=True))
