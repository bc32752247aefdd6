"""The functions of two arguments, as reference.py has those of one: definitions by MPFR, special values, data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from gmpy2 import exp, expm1, log, log1p, mpfr
from reference import FORMATS, HEADERS, precisely, to_mp

inf, nan = float("inf"), float("nan")


@dataclass(frozen=True)
class FunctionOfTwo:
    """One entry of the table; numbers outside `special` and outside the domain raise nothing but underflow."""

    name: str
    mp: Callable[[mpfr, mpfr], mpfr]
    identity: float | None
    special: tuple[tuple[float, float, float, str | None], ...]
    """(x, y, f(x, y), the flag it raises), besides nan, which gives nan and raises nothing"""
    first: str = "x"
    second: str = "y"


def logaddexp(x: mpfr, y: mpfr) -> mpfr:
    a, b = (x, y) if x > y else (y, x)
    return a + log1p(exp(b - a))


def logsubexp(x: mpfr, y: mpfr) -> mpfr:
    d = x - y
    return x + (log(-expm1(-d)) if d < 1 else log1p(-exp(-d)))


def log_prob(x: mpfr, t: mpfr) -> mpfr:
    q = t if x < 0 else 1 - t
    return -(log1p(exp(-abs(x))) + q * abs(x))


def _flipped(cases):
    return tuple((-x, -y, -z, flag) for x, y, z, flag in cases)


_LOGADDEXP_SPECIAL = (
    (-inf, -inf, -inf, None),
    (inf, inf, inf, None),
    (inf, -inf, inf, None),
    (-inf, inf, inf, None),
    (-inf, 1.5, 1.5, None),
    (1.5, -inf, 1.5, None),
    (inf, 1.5, inf, None),
    (1.5, inf, inf, None),
    (-inf, 0.0, 0.0, None),
    (0.0, -inf, 0.0, None),
)
TABLE = (
    FunctionOfTwo("logaddexp", logaddexp, -inf, _LOGADDEXP_SPECIAL),
    FunctionOfTwo(
        "softminimum",
        lambda x, y: -logaddexp(-x, -y),
        inf,
        _flipped(_LOGADDEXP_SPECIAL),
    ),
    FunctionOfTwo(
        "logsubexp",
        logsubexp,
        None,
        (
            (1.5, 1.5, -inf, "divide"),
            (0.0, -0.0, -inf, "divide"),
            (-300.0, -300.0, -inf, "divide"),
            (-inf, -inf, -inf, None),
            (inf, inf, nan, "invalid"),
            (1.0, 1.5, nan, "invalid"),
            (-1.5, inf, nan, "invalid"),
            (-inf, inf, nan, "invalid"),
            (-inf, 0.0, nan, "invalid"),
            (1.5, -inf, 1.5, None),
            (0.0, -inf, 0.0, None),
            (inf, -inf, inf, None),
            (inf, 1.5, inf, None),
        ),
    ),
    FunctionOfTwo(
        "log_prob",
        log_prob,
        None,
        (
            (inf, 1.0, -0.0, None),
            (-inf, 0.0, -0.0, None),
            (inf, 0.0, -inf, None),
            (-inf, 1.0, -inf, None),
            (inf, 0.5, -inf, None),
            (-inf, 0.5, -inf, None),
            (inf, 1.5, inf, None),
            (-inf, -0.5, inf, None),
        ),
        second="t",
    ),
)
FUNCTIONS_OF_TWO = {function.name: function for function in TABLE}


def exact(name: str, x: np.ndarray, y: np.ndarray) -> list[mpfr]:
    """The function at every pair of finite numbers, by MPFR with 300 bits."""
    mp = FUNCTIONS_OF_TWO[name].mp
    with precisely():
        return [mp(to_mp(a), to_mp(b)) for a, b in zip(x, y, strict=True)]


def groups(name: str, x: np.ndarray, y: np.ndarray, z: list[mpfr]) -> dict[str, np.ndarray]:
    """{group: which of the pairs}: those that a bound is asked for apart, given the exact results."""
    if name == "log_prob":
        extreme = (y == 0) | (y == 1)
        return {"labels 0 and 1": extreme, "labels in between": ~extreme}
    larger = np.maximum(np.abs(x), np.abs(y))
    near = np.array([16 * abs(value) < to_mp(most) for value, most in zip(z, larger, strict=True)], bool)
    return {"near 0": near, "elsewhere": ~near}


WITNESS = re.compile(r"BOUND (f32|f64) (\d+(?:\.\d+)?) at (-?0x[0-9a-fp.+-]+),(-?0x[0-9a-fp.+-]+)")


@dataclass(frozen=True)
class Bound:
    """The largest error in ULP and a pair of inputs that comes close to it."""

    ulp: float
    witness: tuple[float, float]


@cache
def bounds_of_two(name: str) -> dict[str, Bound]:
    """{dtype: Bound} from the lines `BOUND f64 0.61 at -0x1.4p-1,0x1p+0` in functions/NAME.h: their only source."""
    text = (HEADERS / f"{name}.h").read_text(encoding="utf-8")
    found = WITNESS.findall(text)
    kinds = {"f32": "f4", "f64": "f8"}
    return {kinds[kind]: Bound(float(ulp), (float.fromhex(x), float.fromhex(y))) for kind, ulp, x, y in found}


def _wide(random, n, f):
    """Both signs, every magnitude."""
    return np.copysign(2.0 ** random.uniform(f.least - f.precision + 1, 1 - f.least, n), random.uniform(-1, 1, n))


def _shaken(random, x, dtype, steps):
    """Every number moved by up to so many of its neighbours."""
    f = FORMATS[dtype]
    bits = np.abs(x.astype(dtype)).view(f.bits).astype("i8") + random.integers(-steps, steps + 1, len(x))
    return np.copysign(np.maximum(bits, 0).astype(f.bits).view(dtype), x.astype(dtype))


def _edge(random, n):
    """Where one formula ends and one for results nearer to 0 begins, of either sign."""
    edges = random.choice([1 / 8, 1 / 16, 2.0**-8, 2.0**-10], n) * random.uniform(0.95, 1.1, n)
    return np.copysign(edges, random.uniform(-1, 1, n))


def _sums(random, n, dtype):
    """{kind: (a, b)} for logaddexp, of types f4 and f8."""
    f = FORMATS[dtype]
    depth = -np.log(np.finfo(dtype).smallest_normal)
    a, b = 3 * random.standard_normal(n), 3 * random.standard_normal(n)
    p = np.where(np.arange(n) % 2, random.uniform(0, 1, n), np.exp(-random.uniform(0, depth, n)))
    larger = np.log1p(-p)
    curve = np.log(-np.expm1(larger))
    small = np.copysign(2.0 ** random.uniform(f.least, 0, n), random.uniform(-1, 1, n))
    distance = random.uniform(0, depth + 40, n)
    swap = random.random(n) < 0.5
    kinds = {
        "ordinary": (a, b),
        "scaled": (30 * a, 30 * b),
        "wide": (_wide(random, n, f), _wide(random, n, f)),
        "equal": (a, a + np.exp(-random.uniform(0, 40, n)) * np.sign(b)),
        "far": (small, small - distance),
        "away": (a, a - distance),
        "tail": (-(2.0 ** random.uniform(-60, 6, n)), -random.uniform(0, depth, n)),
    }
    u, edge = random.uniform(0, 1, n), _edge(random, n)
    first = (edge - 1) * np.log1p(u)
    kinds["edge"] = (first, first + np.log(u))
    kinds = {kind: tuple(part.astype(dtype) for part in pair) for kind, pair in kinds.items()}
    kinds["curve"] = (larger.astype(dtype), _shaken(random, curve, dtype, 3))
    first = larger.astype(dtype)
    kinds["on the curve"] = (first, np.log(-np.expm1(first.astype("f8"))).astype(dtype))
    for pair in kinds.values():
        pair[0][swap], pair[1][swap] = pair[1][swap], pair[0][swap]
    return kinds


def _differences(random, n, dtype):
    """{kind: (x, y)} for logsubexp, x > y."""
    f = FORMATS[dtype]
    depth = -np.log(np.finfo(dtype).smallest_normal)
    result = np.copysign(np.exp(-random.uniform(0, 30, n)), random.uniform(-1, 1, n))
    y = np.where(np.arange(n) % 2, 2 * random.standard_normal(n), -random.uniform(0, depth, n))
    small = np.copysign(2.0 ** random.uniform(f.least, 0, n), random.uniform(-1, 1, n))
    curve = np.logaddexp(y, 0)
    kinds = {
        kind: pair
        for kind, pair in _sums(random, n, dtype).items()
        if kind in ("ordinary", "scaled", "wide", "equal", "far", "away")
    }
    first = np.maximum(curve, np.finfo(dtype).smallest_normal)
    kinds["edge"] = (np.logaddexp(y, _edge(random, n) * curve).astype(dtype), y.astype(dtype))
    kinds["near the curve"] = (np.logaddexp(y, result).astype(dtype), y.astype(dtype))
    kinds["curve"] = (_shaken(random, first, dtype, 3), y.astype(dtype))
    kinds["neighbours"] = (_shaken(random, 3 * small, dtype, 8), (3 * small).astype(dtype))
    ordered = {kind: (np.maximum(*pair), np.minimum(*pair)) for kind, pair in kinds.items()}
    return {kind: (x[x > y], y[x > y]) for kind, (x, y) in ordered.items()}


def _likelihoods(random, n, dtype):
    """{kind: (x, t)} for log_prob, 0 <= t <= 1."""
    f = FORMATS[dtype]
    depth = -np.log(np.finfo(dtype).smallest_normal)
    x = 3 * random.standard_normal(n)
    t = random.uniform(0, 1, n)
    tiny = 2.0 ** random.uniform(f.least - f.precision, 0, n)
    kinds = {
        "ordinary": (x, t),
        "scaled": (30 * x, t),
        "classes": (10 * x, np.arange(n) % 2),
        "tails": (random.uniform(-depth, depth, n), tiny),
        "almost 1": (random.uniform(-depth, depth, n), 1 - tiny),
        "wide": (_wide(random, n, f) / 2, t),
        "wide, tiny": (_wide(random, n, f) / 2, tiny),
    }
    return {kind: tuple(part.astype(dtype) for part in pair) for kind, pair in kinds.items()}


@np.errstate(all="ignore")
def data(name: str, random: np.random.Generator, n: int, dtype: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """{kind: (x, y)}: finite numbers inside the domain, up to n of every kind, of float32 or float64."""
    if name == "log_prob":
        kinds = _likelihoods(random, n, dtype)
    elif name == "logsubexp":
        kinds = _differences(random, n, dtype)
    else:
        sign = -1 if name == "softminimum" else 1
        kinds = {kind: (sign * x, sign * y) for kind, (x, y) in _sums(random, n, dtype).items()}
    found = {}
    for kind, (x, y) in kinds.items():
        finite = np.isfinite(x) & np.isfinite(y)
        found[kind] = x[finite], y[finite]
    return found
