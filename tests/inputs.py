"""The inputs that the tests sample, the same ones in every run, and how results are compared."""

import platform
from functools import cache

import numpy as np
from reference import FORMATS, FUNCTIONS, special_cases


def fma_sets(tables: dict) -> list[str]:
    """The instruction sets with FMA, which give the same bits: on x86-64 all but the baseline, elsewhere all."""
    plain = {"baseline"} if platform.machine() in ("x86_64", "AMD64") else set()
    return [isa for isa in tables if isa not in plain]


def patterns(dtype: str, n: int, start: int = 0) -> np.ndarray:
    """n bit patterns spread over the whole type by an odd multiplier: nans, infinities and subnormals among them."""
    f = FORMATS[dtype]
    multiplier = 0x9E3779B97F4A7C15 >> (64 - 8 * f.dtype.itemsize) | 1
    numbers = np.arange(start, start + n, dtype="u8") * np.uint64(multiplier)
    return numbers.astype(f.bits).view(f.dtype)


def everyday_patterns(dtype: str, n: int, start: int = 0) -> np.ndarray:
    """n numbers of both signs from 2^-12 to 2^11 in magnitude, made from integers alone: the same on every machine."""
    f = FORMATS[dtype]
    one = np.array(1, dtype).view(f.bits)
    fraction = patterns(dtype, n, start).view(f.bits) >> f.bits.type(1)
    mantissa = fraction & f.bits.type(2 ** (f.precision - 1) - 1)
    index = np.arange(n)
    exponent = (one >> f.bits.type(f.precision - 1)).astype("i8") - 12 + index // 2 % 23
    sign = (index % 2).astype(f.bits) << f.bits.type(8 * f.dtype.itemsize - 1)
    return (sign | (exponent.astype(f.bits) << f.bits.type(f.precision - 1)) | mantissa).view(dtype)


def neighbours(x: float, dtype: str, n: int) -> np.ndarray:
    """x rounded to the dtype, and n numbers on each side of it; around 0, powers of 2 as well."""
    f = FORMATS[dtype]
    if x == 0:
        tiny = np.arange(-n, n + 1) * np.finfo(dtype).smallest_subnormal
        powers = 2.0 ** np.arange(-min(60, -f.least), 0)
        return np.concatenate([tiny.astype(dtype), powers.astype(dtype), -powers.astype(dtype)])
    middle = np.array([abs(x)], dtype).view(f.bits)[0]
    magnitudes = (middle - f.bits.type(n) + np.arange(2 * n + 1, dtype=f.bits)).view(dtype)
    return np.copysign(magnitudes, np.dtype(dtype).type(x))


def harmless(name: str) -> float:
    """A number inside the domain whose result is a normal number."""
    return -0.25 if FUNCTIONS[name].domain[1] <= 0 else 0.25


def inside(name: str, x: np.ndarray) -> np.ndarray:
    """The finite ones that are strictly inside the domain."""
    low, high = FUNCTIONS[name].domain
    return x[np.isfinite(x) & (x > low) & (x < high)]


HASHED = 2**20
"""the number of inputs of which a stored hash holds the results, for float32 and float64"""


def hashed_inputs(name: str, dtype: str) -> np.ndarray:
    """All numbers of float16; otherwise the first of those two sequences that are inside the domain, half of each."""
    if dtype == "f2":
        return np.arange(2**16, dtype="u2").view("f2")
    parts = []
    for sequence in patterns, everyday_patterns:
        start, missing = 0, HASHED // 2
        while missing:
            found = inside(name, sequence(dtype, 2**18, start))[:missing]
            parts.append(found)
            start, missing = start + 2**18, missing - len(found)
    return np.concatenate(parts)


@cache
@np.errstate(all="ignore")
def samples(name: str, dtype: str) -> np.ndarray:
    """About 5000 different inputs inside the domain: uniform, log-uniform, bit patterns, and the neighbourhoods."""
    f, function = FORMATS[dtype], FUNCTIONS[name]
    random = np.random.default_rng(20260101)
    low, high = function.active(f)
    uniform = random.uniform(low, high, 1500)
    middle = random.uniform(max(low, -8.0), min(high, 8.0), 700)
    small = 2.0 ** random.uniform(f.least - f.precision, 0, 700)
    large = 2.0 ** random.uniform(-3, np.log2(max(-low, high)), 700)
    parts = [uniform, middle, small, -small, large, -large, 1 - small, 0.5 + small[:300] / 4, 0.5 - small[:300] / 4]
    chosen = np.concatenate([part.astype(dtype) for part in parts])
    near = [neighbours(x, dtype, 25) for x in function.near]
    x = np.concatenate([chosen, *near, inside(name, patterns(dtype, 3000))[:1000]])
    x = np.unique(inside(name, x))
    x.flags.writeable = False
    return x


@cache
@np.errstate(all="ignore")
def pool(name: str, dtype: str) -> np.ndarray:
    """1009 inputs in a mixed order for the loops: ordinary numbers, special values, some outside the domain."""
    random = np.random.default_rng(20260102)
    low, high = FUNCTIONS[name].active(FORMATS["f4" if dtype == "g" else dtype])
    ordinary = random.uniform(low, high, 900).astype(dtype)
    special = np.array([x for x, _, _ in special_cases(name, dtype)], dtype)
    x = np.concatenate([ordinary, np.resize(special, 109)])
    random.shuffle(x)
    x.flags.writeable = False
    return x


def same_bits(a, b):
    """Same type and shape, and equal in value, sign of zero and place of nans: the same bits but for a nan's own."""
    a, b = np.asanyarray(a), np.asanyarray(b)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    nan = np.isnan(a)
    return bool(
        np.array_equal(nan, np.isnan(b))
        and np.array_equal(a[~nan], b[~nan])
        and np.array_equal(np.signbit(a[~nan]), np.signbit(b[~nan]))
    )
