"""The same bits and exceptions in any rounding direction, and with flushing of subnormal numbers.

With directed rounding, the argument reduction would leave the interval of the polynomials; sigmoid was once infinite.
"""

import ctypes
import itertools
import platform
import sys
from contextlib import contextmanager
from functools import cache

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import UNARY, equal, patterns, pool, results, same_bits
from tools.reference import FACTS

X86 = {"downward": 0x400, "upward": 0x800, "towards zero": 0xC00}
ARM = {"downward": 0x800000, "upward": 0x400000, "towards zero": 0xC00000}
ROUNDING = {  # of <fenv.h>
    "x86_64": X86,
    "i686": X86,
    "aarch64": ARM,
    "armv7l": ARM,
    "ppc64le": {"downward": 3, "upward": 2, "towards zero": 1},
    "riscv64": {"downward": 2, "upward": 3, "towards zero": 1},
    "s390x": {"downward": 3, "upward": 2, "towards zero": 1},
}.get(platform.machine(), {})
# The index of the control register in fenv_t, and the bits that flush subnormal results and inputs
MXCSR = 1 if sys.platform == "darwin" else 7
FLUSHING_OF_SSE = {"flush to zero": 0x8000, "denormals are zero": 0x40, "both": 0x8040}
WORD, FLUSHING = {
    "x86_64": (MXCSR, FLUSHING_OF_SSE),
    "i686": (3, FLUSHING_OF_SSE),
    "aarch64": (0, {"flush to zero": 1 << 24}),
}.get(platform.machine(), (0, {}))
C = ctypes.CDLL(None) if ROUNDING else None  # ROUNDING is empty on Windows, which has no such library
pytestmark = [
    pytest.mark.usefixtures("quiet"),
    pytest.mark.skipif(not ROUNDING, reason="unknown control register on this architecture"),
]


@contextmanager
def rounding(direction):
    """Set the rounding direction."""
    assert C.fesetround(ROUNDING[direction]) == 0
    try:
        yield
    finally:
        C.fesetround(0)


@contextmanager
def flushing(bits):
    """Set the bits in the control register."""
    environment = (ctypes.c_uint32 * 8)()
    assert C.fegetenv(environment) == 0
    before = bytes(environment)
    environment[WORD] |= FLUSHING[bits]
    assert C.fesetenv(environment) == 0
    try:
        yield
    finally:
        C.fesetenv(before)


ENVIRONMENTS = [
    *(pytest.param((rounding, direction), id=direction) for direction in ROUNDING),
    *(pytest.param((flushing, bits), id=bits) for bits in FLUSHING),
]


@pytest.fixture(params=ENVIRONMENTS)
def environment(request):
    """A function that returns a context manager with a non-default floating-point environment."""
    context, argument = request.param
    return lambda: context(argument)


def test_environments_have_an_effect(environment):
    """Each of them changes a sum computed by NumPy, and is restored afterwards."""
    left = np.array([1, 1, -1, 5e-324, 2e-308])
    right = np.array([1e-30, -1e-30, -1e-30, 5e-324, -1e-308])
    plain, other = left + right, np.empty(5)
    with environment():
        np.add(left, right, out=other)
    assert not same_bits(plain, other)
    assert same_bits(plain, left + right)


def inputs(ufunc, dtype):
    """Return numbers with all exponents, including subnormal numbers, and special values."""
    (x,) = pool(ufunc.__name__ if ufunc.__name__ in UNARY else "softplus", dtype)
    if dtype != "g":
        x = np.concatenate([x, patterns(dtype, 3000)])
    arrays = [np.roll(x, i) for i in range(ufunc.nin)]
    if ufunc.signature:  # one row per number, because a nan would hide all other terms of a sum
        arrays = [np.stack([a, np.full_like(a, 0.75), np.full_like(a, -0.5)], -1) for a in arrays]
    return arrays


def every_way(ufunc, arrays):
    """Return results for contiguous and strided arrays, single elements, and methods."""
    found = [*results(ufunc, arrays), *results(ufunc, [a[..., ::-1] for a in arrays])]
    if ufunc.signature:
        return found
    single = tuple(np.empty_like(y) for y in found[: ufunc.nout])
    mask = np.arange(len(arrays[0])) % 2 == 0
    ufunc(*arrays, out=single, where=mask)
    ufunc(*arrays, out=single, where=~mask)
    found += single
    if (ufunc.nin, ufunc.nout) == (2, 1):
        x = arrays[0][np.abs(arrays[0]) < 50]
        found += [ufunc.reduce(x), ufunc.reduce(x[: len(x) // 2 * 2].reshape(-1, 2), axis=0), ufunc.accumulate(x[:99])]
    return found


@cache
def known(ufunc, dtype):
    """Return (inputs, results in the default environment)."""
    arrays = inputs(ufunc, dtype)
    return arrays, every_way(ufunc, arrays)


def test_same_bits(ufunc, dtype, environment):
    """Results have the same bits in any environment."""
    arrays, wants = known(ufunc, dtype)
    assert any(np.isfinite(want).any() for want in wants)
    with environment():
        gots = every_way(ufunc, arrays)
    assert equal(gots, wants)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_same_exceptions(ufunc, dtype, environment, raised):
    """Special values, subnormal inputs and subnormal results raise the same exceptions in any environment."""
    cases = FACTS[ufunc.__name__].special if ufunc.__name__ in UNARY else ()
    special = {case.inputs[0] for case in cases} or {0.0, -np.inf}
    values = [*special, np.nan, np.inf, 0.25, 2.0, -1.0, -87.5, -720.0]
    values += [np.finfo(dtype).smallest_subnormal, np.finfo(dtype).tiny]
    for numbers in itertools.product(values, repeat=ufunc.nin):
        arrays = [np.array([number], dtype) for number in numbers]
        raised.clear()
        results(ufunc, arrays)
        want = set(raised)
        raised.clear()
        with environment():
            results(ufunc, arrays)
        assert raised == want, numbers


def test_environment_is_left_alone(environment):
    """A call does not change the environment."""
    left, right = np.array([1, 1, -1, 5e-324, 2e-308]), np.array([1e-30, -1e-30, -1e-30, 5e-324, -1e-308])
    before, after, out = np.empty(5), np.empty(5), np.empty(5)
    softplus = next(iter(tables.values()))["softplus"]
    with environment():
        np.add(left, right, out=before)
        softplus(left, out=out)
        np.add(left, right, out=after)
    assert same_bits(before, after)
