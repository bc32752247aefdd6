"""astropy and pint with softufunc.hooks: dimensionless inputs give dimensionless results."""

import subprocess
import sys

import astropy.units as u
import numpy as np
import pint
import pytest

import softufunc
from softufunc.hooks import register_astropy, register_pint


@pytest.fixture(scope="module", autouse=True)
def registered():
    register_astropy()
    register_pint()
    register_pint()  # registering twice is not an error


def test_astropy(case, dtype):
    """Ratios of units are converted first; quantities and plain numbers may be combined."""
    arrays = case.arrays(dtype)
    scaled = [(a * 1000).astype(dtype) * (u.m / u.km) for a in arrays]
    for quantities in ([a * u.one for a in arrays], scaled, [arrays[0] * u.one, *arrays[1:]]):
        for got, want in zip(case(*quantities), case.want(*arrays), strict=True):
            assert isinstance(got, u.Quantity)
            assert got.unit == u.dimensionless_unscaled
            np.testing.assert_allclose(got.value, want, rtol=8 * np.finfo(dtype).eps)
    for quantities in ([a * u.m for a in arrays], [*(a * u.one for a in arrays[1:]), arrays[0] * u.s]):
        with pytest.raises(u.UnitTypeError, match="dimensionless"):
            case.f(*quantities)


def methods(f, x):
    """Results of the methods of a binary ufunc for dimensionless numbers."""
    yield f.reduce(x)
    yield f.reduce(x.reshape(2, 3), axis=1)
    yield f.accumulate(x)
    yield f.reduceat(x, [0, 2])
    yield f.outer(x, x)


def test_methods_of_astropy():
    """Like np.logaddexp, methods accept dimensionless quantities and reject scaled ones."""
    x = np.array([0.5, -1.0, 2.0, 0.25, 3.0, -0.5])
    for f, reference in (softufunc.logaddexp, np.logaddexp), (softufunc.softminimum, None):
        for got, want in zip(methods(f, x * u.one), methods(reference or f, x), strict=True):
            assert isinstance(got, u.Quantity)
            assert got.unit == u.dimensionless_unscaled
            np.testing.assert_allclose(got.value, want, rtol=1e-15)
    for f in softufunc.logaddexp, np.logaddexp:
        with pytest.raises(u.UnitsError):
            f.reduce(x * (u.m / u.km))
    for f in softufunc.softplus, np.exp:
        y = x * u.one
        f.at(y, [1, 3])
        np.testing.assert_allclose(y.value[[0, 1]], [x[0], f(x[1])], rtol=1e-15)
    np.testing.assert_allclose(softufunc.logsumexp(x * u.one).value, np.logaddexp.reduce(x), rtol=1e-15)


def test_pint(case, dtype):
    """The same, also with `out`."""
    ureg = pint.UnitRegistry()
    arrays = case.arrays(dtype)
    scaled = [ureg.Quantity((a * 1000).astype(dtype), "m/km") for a in arrays]
    for quantities in ([ureg.Quantity(a, "") for a in arrays], scaled, [ureg.Quantity(arrays[0], ""), *arrays[1:]]):
        for got, want in zip(case(*quantities), case.want(*arrays), strict=True):
            assert isinstance(got, ureg.Quantity)
            assert got.units == ureg.dimensionless
            np.testing.assert_allclose(got.magnitude, want, rtol=8 * np.finfo(dtype).eps)
    with pytest.raises(pint.DimensionalityError):
        case.f(*(ureg.Quantity(a, "m") for a in arrays))


def test_import_does_not_register():
    """`import softufunc` imports neither the hooks nor the libraries."""
    code = "import sys, softufunc; sys.exit(any(n in sys.modules for n in ('softufunc.hooks', 'astropy', 'pint')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
