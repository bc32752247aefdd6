"""Types of ml_dtypes: one rule for the family, exact integers to float64, narrow floats to float32."""

import ml_dtypes
import numpy as np
import pytest

import softufunc
from tools.inputs import NAMES, results

INTEGERS = ("int2", "int4", "uint2", "uint4")
FLOATS = ("bfloat16", "float8_e4m3fn", "float8_e5m2", "float6_e2m3fn", "float4_e2m1fn")


@pytest.mark.parametrize(
    ("kind", "used"), [*((kind, "f8") for kind in INTEGERS), *((kind, "f4") for kind in FLOATS)], ids=str
)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_stand_ins(name, kind, used):
    """The type and the bits of float64 or float32, for one input and for two of the same type."""
    f = getattr(softufunc, name)
    x = np.array([1, 0, 1], getattr(ml_dtypes, kind))
    got, want = results(f, [x] * f.nin), results(f, [x.astype(used)] * f.nin)
    for mine, theirs in zip(got, want, strict=True):
        assert mine.dtype == used
        assert np.array_equal(mine, theirs, equal_nan=True)


def test_mixed():
    """Beside another type: what its stand-in gives there."""
    x = np.ones(3, ml_dtypes.bfloat16)
    for other, want in ((1, "f4"), (1.5, "f4"), (np.ones(3, "f2"), "f4"), (np.ones(3, "f4"), "f4"), (np.ones(3), "f8")):
        assert softufunc.logaddexp(x, other).dtype == want
        assert softufunc.logaddexp(other, x).dtype == want
    assert softufunc.logaddexp(x, np.ones(3, "i8")).dtype == "f8"
    for labels in (1, np.ones(3, "?"), np.ones(3, "i8"), np.ones(3, ml_dtypes.int4)):
        assert softufunc.log_prob(x, labels).dtype == "f4", labels


def test_methods():
    """reduce, accumulate and at."""
    x = np.zeros(1000, ml_dtypes.bfloat16)
    assert softufunc.logaddexp.reduce(x, dtype="f4") == np.float32(np.log(1000))
    assert softufunc.logaddexp.accumulate(x, dtype="f4")[-1] == np.float32(np.log(1000))
