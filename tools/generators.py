"""Hard inputs for binary functions and for rows: the functions named by `generator` of the facts.

Each returns {kind: arrays}, of float32 or float64, from functions of (random, n, dtype).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tools.reference import FORMATS, Format

LN2 = 0.6931471805599453
Arrays = tuple[np.ndarray, ...]


def _wide(random: np.random.Generator, n: int, f: Format) -> np.ndarray:
    """Both signs, every magnitude."""
    return np.copysign(2.0 ** random.uniform(f.least - f.precision + 1, 1 - f.least, n), random.uniform(-1, 1, n))


def _shifted(random: np.random.Generator, x: np.ndarray, dtype: str, steps: int) -> np.ndarray:
    """Every number moved by up to so many of its neighbours."""
    f = FORMATS[dtype]
    bits = np.abs(x.astype(dtype)).view(f.bits).astype("i8") + random.integers(-steps, steps + 1, len(x))
    return np.copysign(np.maximum(bits, 0).astype(f.bits).view(dtype), x.astype(dtype))


def _edge(random: np.random.Generator, n: int) -> np.ndarray:
    """Where one formula ends and one for results nearer to 0 begins, of either sign."""
    edges = random.choice([1 / 8, 1 / 16, 2.0**-8, 2.0**-10], n) * random.uniform(0.95, 1.1, n)
    return np.copysign(edges, random.uniform(-1, 1, n))


def _depth(dtype: str) -> float:
    """Minus the logarithm of the smallest normal number."""
    return -np.log(np.finfo(dtype).smallest_normal)


def sums(random: np.random.Generator, n: int, dtype: str) -> dict[str, Arrays]:
    """Logarithms of two terms, in either order; on the curve the terms add up to 1."""
    f, depth = FORMATS[dtype], _depth(dtype)
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
    kinds["curve"] = (larger.astype(dtype), _shifted(random, curve, dtype, 3))
    first = larger.astype(dtype)
    kinds["on the curve"] = (first, np.log(-np.expm1(first.astype("f8"))).astype(dtype))
    for pair in kinds.values():
        pair[0][swap], pair[1][swap] = pair[1][swap], pair[0][swap]
    return kinds


def differences(random: np.random.Generator, n: int, dtype: str) -> dict[str, Arrays]:
    """Logarithms of two terms, the larger one first; on the curve their difference is 1."""
    f, depth = FORMATS[dtype], _depth(dtype)
    result = np.copysign(np.exp(-random.uniform(0, 30, n)), random.uniform(-1, 1, n))
    y = np.where(np.arange(n) % 2, 2 * random.standard_normal(n), -random.uniform(0, depth, n))
    small = np.copysign(2.0 ** random.uniform(f.least, 0, n), random.uniform(-1, 1, n))
    curve = np.logaddexp(y, 0)
    kinds = {
        kind: pair
        for kind, pair in sums(random, n, dtype).items()
        if kind in ("ordinary", "scaled", "wide", "equal", "far", "away")
    }
    first = np.maximum(curve, np.finfo(dtype).smallest_normal)
    kinds["edge"] = (np.logaddexp(y, _edge(random, n) * curve).astype(dtype), y.astype(dtype))
    kinds["near the curve"] = (np.logaddexp(y, result).astype(dtype), y.astype(dtype))
    kinds["curve"] = (_shifted(random, first, dtype, 3), y.astype(dtype))
    kinds["neighbours"] = (_shifted(random, 3 * small, dtype, 8), (3 * small).astype(dtype))
    ordered = {kind: (np.maximum(*pair), np.minimum(*pair)) for kind, pair in kinds.items()}
    return {kind: (x[x > y], y[x > y]) for kind, (x, y) in ordered.items()}


def likelihoods(random: np.random.Generator, n: int, dtype: str) -> dict[str, Arrays]:
    """Logits and labels from 0 to 1."""
    f, depth = FORMATS[dtype], _depth(dtype)
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


def scores(random: np.random.Generator, n: int, dtype: str) -> dict[str, Arrays]:
    """Logits, and labels from 0 to 1, beyond, and next to the sigmoid of the logit."""
    f = FORMATS[dtype]
    x = 6 * random.standard_normal(n)
    sigmoid = 1 / (1 + np.exp(-x))
    distance = np.copysign(2.0 ** random.uniform(-5, 1, n), random.uniform(-1, 1, n))
    kinds = {
        "beyond": (x, 3 * random.standard_normal(n)),
        "wide labels": (x, _wide(random, n, f)),
        "next to the sigmoid": (x, sigmoid + distance * np.minimum(sigmoid, 1 - sigmoid)),
    }
    kinds = {kind: tuple(part.astype(dtype) for part in pair) for kind, pair in kinds.items()}
    return likelihoods(random, n, dtype) | kinds


def _normal(spread: float, shift: float = 0.0) -> Callable:
    return lambda random, n, dtype: ((shift + spread * random.standard_normal(n)).astype(dtype),)


def _equal(random: np.random.Generator, n: int, dtype: str) -> Arrays:
    return (np.full(n, random.uniform(-30, 30)).astype(dtype),)


def _normalised(random: np.random.Generator, n: int, dtype: str) -> Arrays:
    """Log-probabilities: the sum is 1 but for the rounding of the inputs."""
    p = random.exponential(size=n) ** 3 + 1e-300
    return (np.log(p / p.sum()).astype(dtype),)


def _near_zero(random: np.random.Generator, n: int, dtype: str) -> Arrays:
    """n equal terms of 1 / n: the result is the rounding error of log(n)."""
    return (np.full(n, -np.log(n)).astype(dtype),)


def _ramp(random: np.random.Generator, n: int, dtype: str) -> Arrays:
    """Upwards, from one chunk to the next by less or more than the range of the terms."""
    step, start = random.choice([0.001, 0.37, 5.0, 40.0]), random.choice([0.0, 1100.0, 3000.0])
    return ((np.arange(n) * step - start).astype(dtype),)


def _tiny(random: np.random.Generator, n: int, dtype: str) -> Arrays:
    """One large term among many small ones, which together count as much."""
    x = random.normal(-np.log(n) - 1, 0.1, n)
    x[random.integers(n)] = 0
    return (x.astype(dtype),)


def _steps(random: np.random.Generator, n: int, dtype: str) -> Arrays:
    """Next to where the reduction modulo ln 2 changes over."""
    return (((random.integers(-12, 12, n) + 0.5) * LN2 + random.normal(0, 1e-6, n)).astype(dtype),)


ROWS = {
    "normal, 3": _normal(3.0),
    "normal, 100": _normal(100.0),
    "normal, 1e-6": _normal(1e-6),
    "large offset": _normal(3.0, 5000.0),
    "offset at switch": _normal(10.0, 1024.0),
    "negative offset": _normal(10.0, -1030.0),
    "equal": _equal,
    "normalised": _normalised,
    "near zero": _near_zero,
    "ramp": _ramp,
    "tiny terms": _tiny,
    "steps": _steps,
}


def rows(random: np.random.Generator, n: int, dtype: str) -> dict[str, Arrays]:
    """One row of n numbers of every kind."""
    return {kind: make(random, n, dtype) for kind, make in ROWS.items()}


def classes(random: np.random.Generator, n: int, dtype: str) -> dict[str, Arrays]:
    """One row of n logits of every kind, and the index of a class: any one, or the largest one."""
    found = {}
    for kind, (x,) in rows(random, n, dtype).items():
        found[kind] = x, random.integers(n)
        found[f"{kind}, largest"] = x, np.argmax(x)
    return found


def matrices(random: np.random.Generator, n: int, dtype: str) -> dict[str, Arrays]:
    """A row and a column of n numbers of every kind, as matrices; also with large numbers at different places."""
    found = {kind: (x[None, :], random.permutation(x)[:, None]) for kind, (x,) in rows(random, n, dtype).items()}
    x = np.linspace(0, -400, n).astype(dtype)
    return found | {"opposite": (x[None, :], x[::-1, None]), "equal sums": (x[None, :], -x[:, None])}


def _labelled(spread: float, labels: Callable) -> Callable:
    return lambda random, n, dtype: (
        (spread * random.standard_normal(n)).astype(dtype),
        labels(random, n).astype(dtype),
    )


def _zeros_and_ones(random: np.random.Generator, n: int) -> np.ndarray:
    return random.integers(0, 2, n)


def _matching(random: np.random.Generator, n: int, dtype: str) -> Arrays:
    """Every label as the logit predicts: all terms are small."""
    x = (30 * random.standard_normal(n)).astype(dtype)
    return x, (x > 0).astype(dtype)


def _equal_labelled(random: np.random.Generator, n: int, dtype: str) -> Arrays:
    return np.full(n, random.normal(0, 5)).astype(dtype), np.full(n, random.random()).astype(dtype)


LABELLED_ROWS = {
    "normal, 3": _labelled(3.0, _zeros_and_ones),
    "normal, 100": _labelled(100.0, _zeros_and_ones),
    "normal, 1e-6": _labelled(1e-6, _zeros_and_ones),
    "between 0 and 1": _labelled(3.0, lambda random, n: random.random(n)),
    "outside of 0, 1": _labelled(3.0, lambda random, n: random.normal(0, 10, n)),
    "matching": _matching,
    "equal": _equal_labelled,
}


def labelled_rows(random: np.random.Generator, n: int, dtype: str) -> dict[str, Arrays]:
    """One row of n logits and one of labels, of every kind."""
    return {kind: make(random, n, dtype) for kind, make in LABELLED_ROWS.items()}
