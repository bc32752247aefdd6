"""The same bits and flags whatever rounding and flushing another library of the process has set.

Directed rounding once gave infinity for sigmoid: x rounded to a multiple of ln 2 left the interval of the polynomials.
"""

import ctypes
import platform
from contextlib import contextmanager

import numpy as np
import pytest
from inputs import patterns, pool, same_bits
from reference import FUNCTIONS
from softufunc._ufuncs import tables

C = ctypes.CDLL(None)
ROUNDING = {
    "x86_64": {"downward": 0x400, "upward": 0x800, "towards zero": 0xC00},
    "aarch64": {"downward": 0x800000, "upward": 0x400000, "towards zero": 0xC00000},
}.get(platform.machine(), {})
# The word of glibc's fenv_t that holds the control register, and the bits that flush subnormal results and inputs.
WORD, FLUSHING = {
    "x86_64": (7, {"flush to zero": 0x8000, "denormals are zero": 0x40, "both": 0x8040}),
    "aarch64": (0, {"flush to zero": 1 << 24}),
}.get(platform.machine(), (0, {}))
pytestmark = [
    pytest.mark.usefixtures("quiet"),
    pytest.mark.skipif(not ROUNDING, reason="no numbers are known for this processor"),
]


@contextmanager
def rounding(direction):
    """As between fesetround(direction) and fesetround(FE_TONEAREST)."""
    assert C.fesetround(ROUNDING[direction]) == 0
    try:
        yield
    finally:
        C.fesetround(0)


@contextmanager
def flushing(bits):
    """With the bits set in the control register."""
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
    """A function that returns a context with another floating-point environment."""
    context, argument = request.param
    return lambda: context(argument)


def test_environments_are_others(environment):
    """Each of them changes a sum or a product of NumPy's, and is gone afterwards."""
    left = np.array([1, 1, -1, 5e-324, 2e-308])
    right = np.array([1e-30, -1e-30, -1e-30, 5e-324, -1e-308])
    plain, other = left + right, np.empty(5)
    with environment():
        np.add(left, right, out=other)
    assert not same_bits(plain, other)
    assert same_bits(plain, left + right)


def inputs(name, dtype):
    """Every kind of number; float16 and the wider types through all exponents, subnormal numbers among them."""
    if dtype == "g":
        return pool(name, dtype)
    return np.concatenate([pool(name, dtype), patterns(dtype, 3000)])


def results(ufunc, arrays, **keywords):
    """The results as a tuple, whatever their number."""
    y = ufunc(*arrays, **keywords)
    return y if ufunc.nout > 1 else (y,)


def test_same_bits(ufunc, name, dtype, environment):
    """Contiguous, strided and single elements."""
    x = inputs(name, dtype)
    arrays = [np.roll(x, i) for i in range(ufunc.nin)]
    wants = results(ufunc, arrays)
    with environment():
        found = [results(ufunc, arrays)]
        if not ufunc.signature:
            found.append(tuple(y[::-1] for y in results(ufunc, [a[::-1] for a in arrays])))
            single = tuple(np.empty_like(y) for y in wants)
            mask = np.arange(len(x)) % 2 == 0
            ufunc(*arrays, out=single, where=mask)
            ufunc(*arrays, out=single, where=~mask)
            found.append(single)
    for gots in found:
        assert all(same_bits(got, want) for got, want in zip(gots, wants, strict=True))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_same_flags(isa, name, dtype, environment, raised):
    """The flags of special values, subnormal numbers and tiny results."""
    ufunc = tables[isa][name]
    special = [x for x, _, _ in FUNCTIONS[name].special] + [np.nan, np.inf, 0.25, 2.0, -1.0, -87.5, -720.0]
    x = np.array([*special, np.finfo(dtype).smallest_subnormal, np.finfo(dtype).tiny], dtype)
    for value in x:
        arrays = [np.array([value])] * ufunc.nin
        raised.clear()
        results(ufunc, arrays)
        want = set(raised)
        raised.clear()
        with environment():
            results(ufunc, arrays)
        assert raised == want, value


def test_environment_is_left_alone(environment):
    """After a call the other library finds the environment that it has set."""
    left, right = np.array([1, 1, -1, 5e-324, 2e-308]), np.array([1e-30, -1e-30, -1e-30, 5e-324, -1e-308])
    before, after, out = np.empty(5), np.empty(5), np.empty(5)
    softplus = next(iter(tables.values()))["softplus"]
    with environment():
        np.add(left, right, out=before)
        softplus(left, out=out)
        np.add(left, right, out=after)
    assert same_bits(before, after)
