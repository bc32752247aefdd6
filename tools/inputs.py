"""Deterministic inputs for tests and tools, and comparison of results."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import cache, lru_cache

import numpy as np

from tools import generators
from tools.reference import FACTS, FORMATS, special_cases

Arrays = tuple[np.ndarray, ...]
NAMES = list(FACTS)
GUFUNCS = [name for name in NAMES if FACTS[name].is_gufunc]
SUMS = [name for name in GUFUNCS if not any(FACTS[name].core[1]) and not FACTS[name].is_choice]
"""gufuncs that give one number for a row, or a row and labels"""
WHOLE_ROWS = [name for name in GUFUNCS if name not in SUMS]
"""gufuncs that give a row for a row, an element of it, or a matrix"""
ELEMENTWISE = [name for name in NAMES if not FACTS[name].is_gufunc]
UNARY = [name for name in ELEMENTWISE if FACTS[name].nin == 1]
BINARY = [name for name in ELEMENTWISE if FACTS[name].shape == (2, 1)]
"""those that NumPy gives reduce, accumulate and reduceat"""
CHUNK = 512
"""number of elements of a row that are summed at once"""
LENGTHS = (*range(1, 36), 63, 64, 65, 127, 128, 129, 500, *range(CHUNK - 2, CHUNK + 3), 1023, 1024, 1025, 1600)
"""lengths of rows, around vectors and chunks"""
HASHED = 2**20
"""number of inputs that a stored hash covers, for unary functions in float32 and float64"""


def fma_sets(tables: dict) -> list[str]:
    """Return the instruction sets with FMA, which give the same bits."""
    from softufunc._ufuncs import fma_sets

    return [isa for isa in tables if isa in fma_sets]


def every_kind(tables: dict) -> bool:
    """Return whether kernels with FMA and without run here: each kind has the worst inputs of some functions."""
    return 0 < len(fma_sets(tables)) < len(tables)


def patterns(dtype: str, n: int, start: int = 0) -> np.ndarray:
    """Return n bit patterns spread over the whole type by an odd multiplier, including nans, infinities, subnormals."""
    f = FORMATS[dtype]
    multiplier = 0x9E3779B97F4A7C15 >> (64 - 8 * f.dtype.itemsize) | 1
    numbers = np.arange(start, start + n, dtype="u8") * np.uint64(multiplier)
    return numbers.astype(f.bits).view(f.dtype)


def everyday_patterns(dtype: str, n: int, start: int = 0) -> np.ndarray:
    """Return n numbers of both signs, 2^-12 to 2^11 in magnitude, made by integer operations only, for portability."""
    f = FORMATS[dtype]
    one = np.array(1, dtype).view(f.bits)
    fraction = patterns(dtype, n, start).view(f.bits) >> f.bits.type(1)
    mantissa = fraction & f.bits.type(2 ** (f.precision - 1) - 1)
    index = np.arange(n)
    exponent = (one >> f.bits.type(f.precision - 1)).astype("i8") - 12 + index // 2 % 23
    sign = (index % 2).astype(f.bits) << f.bits.type(8 * f.dtype.itemsize - 1)
    return (sign | (exponent.astype(f.bits) << f.bits.type(f.precision - 1)) | mantissa).view(dtype)


def neighbours(x: float, dtype: str, n: int) -> np.ndarray:
    """Return x rounded to the type, and n numbers on each side of it; around 0, powers of 2 as well."""
    f = FORMATS[dtype]
    if x == 0:
        tiny = np.arange(-n, n + 1) * np.finfo(dtype).smallest_subnormal
        powers = 2.0 ** np.arange(-min(60, -f.least), 0)
        return np.concatenate([tiny.astype(dtype), powers.astype(dtype), -powers.astype(dtype)])
    middle = np.array([abs(x)], dtype).view(f.bits)[0]
    magnitudes = (middle - f.bits.type(n) + np.arange(2 * n + 1, dtype=f.bits)).view(dtype)
    return np.copysign(magnitudes, np.dtype(dtype).type(x))


def meets(name: str, *arrays: np.ndarray) -> np.ndarray:
    """Return a mask of the pairs that satisfy the condition of a binary function; all, if it has none."""
    facts = FACTS[name]
    if facts.condition is None:
        return np.full(arrays[0].shape, True)
    return eval(facts.condition, {"exp": np.exp, "where": np.where, **dict(zip(facts.parameters, arrays, strict=True))})


def is_inside(name: str, *arrays: np.ndarray) -> np.ndarray:
    """Return a mask of the inputs that are finite, strictly inside the domain, and satisfy the condition."""
    low, high = FACTS[name].domain
    finite = np.logical_and.reduce([np.isfinite(x) for x in arrays])
    if len(arrays) == 1:
        finite = finite & (arrays[0] > low) & (arrays[0] < high)
    return finite & meets(name, *arrays)


def inside(name: str, *arrays: np.ndarray) -> Arrays:
    """Return the inputs for which is_inside() is True."""
    mask = is_inside(name, *arrays)
    return tuple(x[mask] for x in arrays)


def normal_inputs(name: str, dtype: str) -> Arrays:
    """Return inputs of one call, inside the domain, with normal results: scalars, or rows for a gufunc."""
    facts, kind = FACTS[name], np.dtype(dtype).type
    if facts.is_gufunc:
        return tuple(np.full(3, 0.25, dtype) for _ in range(facts.nin)) if name in SUMS else rows_of(name, 3, dtype)
    for numbers in itertools.product((0.25, -0.25), repeat=facts.nin):
        if all(is_inside(name, *(np.array([v]) for v in numbers))):
            return tuple(kind(v) for v in numbers)
    raise ValueError(f"{name}: neither 0.25 nor -0.25 is inside the domain")


def ends(name: str, dtype: str) -> tuple[float, float]:
    """Return the interval in which the result of a unary function is neither its limit nor out of range."""
    f = FORMATS[dtype]
    return FACTS[name].ends(f.precision, f.least)


def hashed_inputs(name: str, dtype: str) -> np.ndarray:
    """Of one input: all float16; otherwise the first numbers of the two sequences inside the domain, half of each."""
    return _hashed_inputs(FACTS[name].domain, dtype)


@lru_cache(maxsize=8)
def _hashed_inputs(domain: tuple[float, float], dtype: str) -> np.ndarray:
    if dtype == "f2":
        return np.arange(2**16, dtype="u2").view("f2")
    parts = []
    for sequence in patterns, everyday_patterns:
        start, missing = 0, HASHED // 2
        while missing:
            x = sequence(dtype, 2**18, start)
            found = x[np.isfinite(x) & (x > domain[0]) & (x < domain[1])][:missing]
            parts.append(found)
            start, missing = start + 2**18, missing - len(found)
    x = np.concatenate(parts)
    x.flags.writeable = False
    return x


def hashed_pairs(name: str, dtype: str) -> Arrays:
    """2^16 pairs of numbers, made from integers alone: everyday ones, neighbours, bit patterns of the type."""
    x, y = everyday_patterns(dtype, 2**15), everyday_patterns(dtype, 2**15, 12345)
    bits = np.array(1, dtype).view(f"u{x.itemsize}").dtype
    beside = (x.view(bits) + np.arange(2**15, dtype=bits) % bits.type(9)).view(dtype)
    x = np.concatenate([x, x[: 2**14], patterns(dtype, 2**14, 5)])
    y = np.concatenate([y, beside[: 2**14], patterns(dtype, 2**14, 98765)])
    finite = np.isfinite(x) & np.isfinite(y)
    if FACTS[name].label:
        y = np.where(np.abs(y) < 1, np.abs(y), y.dtype.type(0.25))
    else:
        swap = ~meets(name, x, y)
        x, y = np.where(swap, y, x), np.where(swap, x, y)
    return x[finite], y[finite]


def hashed_row(name: str, dtype: str) -> Arrays:
    """2^15 numbers and labels, of which the hash of a gufunc holds 600 short rows and all of them in one."""
    x = everyday_patterns(dtype, 2**15)
    x[: 2**14] /= 32
    return (x,) if FACTS[name].nin == 1 else (x, (np.arange(2**15) % 5 / 4).astype(dtype))


def hashed_rows(name: str, dtype: str) -> list[Arrays]:
    """Short rows of every length up to 600 and a long one, with labels, an index, or as two matrices."""
    if name in SUMS or FACTS[name].nin == 1:
        inputs = hashed_row(name, dtype)
        return [*(tuple(part[50 * n : 51 * n] for part in inputs) for n in range(1, 601)), inputs]
    x = everyday_patterns(dtype, 2**15)
    x[: 2**14] /= 32
    if FACTS[name].is_choice:
        return [(x[50 * n : 51 * n], np.arange(n)[n // 3]) for n in range(1, 601)]
    shapes = [(1, k, m) for k in range(1, 40) for m in (1, 3, 16, 17)] + [(n, 35, 20) for n in (5, 19, 21, 40)]
    return [(x[: n * k].reshape(n, k), x[1000 : 1000 + k * m].reshape(k, m)) for n, k, m in shapes]


@np.errstate(all="ignore")
def hard_kinds(name: str, random: np.random.Generator, n: int, dtype: str) -> dict[str, Arrays]:
    """{kind: arrays}: hard finite inputs inside the domain, of float32 or float64, from the generator of the facts."""
    facts = FACTS[name]
    kinds = getattr(generators, facts.generator)(random, n, dtype)
    sign = facts.flip.x if facts.flip else 1
    if facts.is_gufunc:
        return kinds
    found = {}
    for kind, arrays in kinds.items():
        finite = np.logical_and.reduce([np.isfinite(x) for x in arrays])
        found[kind] = tuple((sign * x)[finite] for x in arrays)
    return found


@cache
@np.errstate(all="ignore")
def samples(name: str, dtype: str, n: int = 700) -> Arrays:
    """Inputs inside the domain: some 5000 of one input, n of every hard kind of two."""
    arrays = _samples_of_one(name, dtype) if FACTS[name].nin == 1 else _samples_of_two(name, dtype, n)
    for x in arrays:
        x.flags.writeable = False
    return arrays


def _samples_of_one(name: str, dtype: str) -> Arrays:
    """Different numbers: uniform, log-uniform, bit patterns, and the neighbourhoods; longdouble from float64."""
    if dtype == "g":
        return (samples(name, "f8")[0].astype("g"),)
    f = FORMATS[dtype]
    random = np.random.default_rng(20260101)
    low, high = ends(name, dtype)
    uniform = random.uniform(low, high, 1500)
    middle = random.uniform(max(low, -8.0), min(high, 8.0), 700)
    small = 2.0 ** random.uniform(f.least - f.precision, 0, 700)
    large = 2.0 ** random.uniform(-3, np.log2(max(-low, high)), 700)
    parts = [uniform, middle, small, -small, large, -large, 1 - small, 0.5 + small[:300] / 4, 0.5 - small[:300] / 4]
    chosen = np.concatenate([part.astype(dtype) for part in parts])
    near = [neighbours(x, dtype, 25) for x in FACTS[name].near]
    x = np.concatenate([chosen, *near, inside(name, patterns(dtype, 3000))[0][:1000]])
    return (np.unique(inside(name, x)[0]),)


def _samples_of_two(name: str, dtype: str, n: int) -> Arrays:
    """Pairs of all kinds, for float16 and longdouble made from those of float32 and float64."""
    seed = 20261124
    kinds = hard_kinds(name, np.random.default_rng(seed), n, {"f2": "f4", "g": "f8"}.get(dtype, dtype))
    arrays = [np.concatenate([pair[i] for pair in kinds.values()]).astype(dtype) for i in range(2)]
    if dtype == "g":
        x = arrays[0]
        arrays[0] = x + np.spacing(x.astype("f8")) * np.random.default_rng(seed).uniform(-0.4, 0.4, len(x))
    finite = np.isfinite(arrays[0]) & np.isfinite(arrays[1])
    return inside(name, *(x[finite] for x in arrays))


def ordinary(name: str, dtype: str, n: int) -> Arrays:
    """n inputs of everyday size, inside the domain; of two inputs, the first one is the larger one."""
    if FACTS[name].nin == 2:
        x = np.random.default_rng(5).uniform(0.5, 6.0, 4200), np.random.default_rng(6).uniform(0.0, 0.5, 4200)
        return tuple(part[:n].astype(dtype) for part in x)
    x = np.random.default_rng(5).uniform(0.05, 0.45, n).astype(dtype)
    return (x if is_inside(name, x[:1])[0] else -x,)


def rows_of(name: str, shape: int | tuple[int, ...], dtype: str, seed: int = 0) -> Arrays:
    """Numbers for a gufunc, and labels 0 or 1, or an index, for one that takes them; of matrices, (3, n) and (n, 2)."""
    facts, random = FACTS[name], np.random.default_rng(seed)
    shape = (shape,) if isinstance(shape, int) else shape
    if facts.core[0][0] != ("n",):
        return tuple(
            (4 * random.standard_normal((*shape[:-1], *core))).astype(dtype)
            for core in ((3, shape[-1]), (shape[-1], 2))
        )
    x = (4 * random.standard_normal(shape)).astype(dtype)
    if facts.is_choice:
        return x, random.integers(0, max(shape[-1], 1), shape[:-1])
    return (x,) if facts.nin == 1 else (x, random.integers(0, 2, shape).astype(dtype))


def neutral(name: str, dtype: str) -> Arrays:
    """An element for a row of a gufunc that changes no result, as a special value says that is that of an empty row."""
    empty, *others = special_cases(name, dtype)
    assert empty[0][0].size == 0
    inputs = next(inputs for inputs, result, _ in others if result == empty[1])
    return tuple(x[0] for x in inputs)


@cache
@np.errstate(all="ignore")
def pool(name: str, dtype: str, n: int = 1009) -> Arrays:
    """n inputs in a mixed order for the loops, or rows of 5: ordinary ones, special values, some outside the domain."""
    facts, random = FACTS[name], np.random.default_rng(20260102)
    special = [inputs for inputs, _, _ in special_cases(name, dtype)]
    if facts.is_gufunc:
        arrays = rows_of(name, (n, 5), dtype)
        for place, value in ((11, np.inf), (23, -np.inf), (37, np.nan)):
            arrays[0][place::61, ..., place % 5] = value
    elif facts.nin == 2:
        arrays = ordinary(name, dtype, n)
        for i, x in enumerate(arrays):
            x[3::9][: len(special)] = [inputs[i] for inputs in special][: len(x[3::9])]
    else:
        low, high = ends(name, "f4" if dtype == "g" else dtype)
        numbers = random.uniform(low, high, n * 900 // 1009).astype(dtype)
        arrays = (np.concatenate([numbers, np.resize(np.array(special, dtype)[:, 0], n - len(numbers))]),)
        random.shuffle(arrays[0])
    for x in arrays:
        x.flags.writeable = False
    return arrays


def results(ufunc: np.ufunc, arrays: Iterable, **keywords) -> Arrays:
    """The results of a call as a tuple, whatever their number."""
    y = ufunc(*arrays, **keywords)
    return y if ufunc.nout > 1 else (y,)


def first(arrays: Iterable[np.ndarray], n: int, start: int = 0) -> Arrays:
    """n elements, or rows, of every array."""
    return tuple(x[start : start + n] for x in arrays)


def fresh(wants: Iterable[np.ndarray], value: float = 7) -> Arrays:
    """Outputs that hold a number which has to stay where nothing is written."""
    return tuple(np.full(y.shape, value, y.dtype) for y in wants)


def strided(x: np.ndarray, stride: int, value: float = 0.375) -> np.ndarray:
    """The elements of x, along its first axis, at a stride, with other numbers between them."""
    memory = np.full((max(1, len(x) * abs(stride)), *x.shape[1:]), value, x.dtype)
    view = memory[:: abs(stride)][: len(x)]
    view = view[::-1] if stride < 0 else view
    view[...] = x
    assert len(x) < 2 or view.strides[0] == stride * x.itemsize * int(np.prod(x.shape[1:]))
    return view


def same_bits(a, b) -> bool:
    """Same type and shape, and equal in value, sign of zero and place of nans: the same bits but for a nan's own."""
    a, b = np.asanyarray(a), np.asanyarray(b)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.tobytes() == b.tobytes():
        return True
    nan = np.isnan(a)
    return bool(
        np.array_equal(nan, np.isnan(b))
        and np.array_equal(a[~nan], b[~nan])
        and np.array_equal(np.signbit(a[~nan]), np.signbit(b[~nan]))
    )


def equal(got: Iterable, want: Iterable) -> bool:
    """The same bits, result by result."""
    return all(same_bits(a, b) for a, b in zip(got, want, strict=True))
