"""What the functions of a whole axis are: definitions, hard data and error bounds, for the tests and tools/sums.py.

A bound has two parts, `BOUND f64 0.52 ULP + 2^-55`: the first counts in units of the last place of the result, the
second is relative to the sum: absolute in its logarithm, times the sum of the absolute terms in a plain sum.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import gmpy2
import numpy as np
from gmpy2 import exp, log, log1p, mpfr
from reference import FORMATS, HEADERS, to_mp, ulp_exponent

inf, nan = math.inf, math.nan
PRECISION = 200
LN2 = 0.6931471805599453


def logsumexp(x: np.ndarray) -> tuple[mpfr, mpfr]:
    """(the result, 1: the error of the sum is an absolute error of the result)"""
    numbers = [to_mp(v) for v in x]
    most = max(numbers, default=mpfr("-inf"))
    if not gmpy2.is_finite(most) or any(gmpy2.is_nan(v) for v in numbers):
        return (mpfr("nan") if any(gmpy2.is_nan(v) for v in numbers) else most), mpfr(1)
    with gmpy2.context(precision=PRECISION):
        return most + log(gmpy2.fsum([exp(v - most) for v in numbers])), mpfr(1)


def log_likelihood(x: np.ndarray, t: np.ndarray) -> tuple[mpfr, mpfr]:
    """(the result, the sum of the absolute terms)"""
    terms = []
    with gmpy2.context(precision=PRECISION):
        for logit, label in zip(map(to_mp, x), map(to_mp, t), strict=True):
            factor = label if logit < 0 else 1 - label
            terms.append(log1p(exp(-abs(logit))) + (abs(logit) * factor if factor else 0))
        return -gmpy2.fsum(terms), gmpy2.fsum([abs(term) for term in terms])


@dataclass(frozen=True)
class Bound:
    """error <= ulp * ULP(result) + 2^log2 * size"""

    ulp: float
    log2: float


@cache
def bound(name: str, dtype: str) -> Bound:
    """From the line `BOUND f64 0.52 ULP + 2^-55` in functions/NAME.h."""
    kind = {"f4": "f32", "f8": "f64"}[dtype]
    text = (HEADERS / f"{name}.h").read_text(encoding="utf-8")
    ((ulp, log2),) = re.findall(rf"BOUND {kind} ([0-9.]+) ULP \+ 2\^(-[0-9.]+)", text)
    return Bound(float(ulp), float(log2))


@dataclass
class Error:
    """One result: the error in ULP, the part beyond half an ULP relative to `size` as log2, the share of the bound."""

    ulp: float
    beyond: float
    share: float
    got: float


def error(name: str, function: Callable, inputs: tuple[np.ndarray, ...]) -> Error:
    """Compare function(*inputs) with MPFR; the results are finite."""
    dtype = inputs[0].dtype.str[1:]
    got = function(*inputs)
    assert got.dtype == inputs[0].dtype
    want, size = SUMS[name].mp(*inputs)
    stated = bound(name, dtype)
    with gmpy2.context(precision=PRECISION):
        ulp = gmpy2.exp2(ulp_exponent(want, FORMATS[dtype]))
        difference = abs(to_mp(got) - want)
        allowed = stated.ulp * ulp + gmpy2.exp2(stated.log2) * size
        beyond = difference - ulp / 2
        log2 = float(gmpy2.log2(beyond / size)) if beyond > 0 else -math.inf
        return Error(float(difference / ulp), log2, float(difference / allowed), float(got))


class Worst:
    """The largest of each."""

    def __init__(self):
        self.ulp, self.beyond, self.share = (0.0, 0), (-math.inf, 0), 0.0

    def add(self, found: Error, n: int):
        self.ulp = max(self.ulp, (found.ulp, n))
        self.beyond = max(self.beyond, (found.beyond, n))
        self.share = max(self.share, found.share)

    def __str__(self):
        return (
            f"{self.ulp[0]:12.4g} ULP (n = {self.ulp[1]}), 2^{self.beyond[0]:.2f} beyond half an ULP "
            f"(n = {self.beyond[1]}), {100 * self.share:.0f} % of the bound"
        )


def _normal(spread: float, shift: float = 0.0) -> Callable:
    return lambda random, n, dtype: ((shift + spread * random.standard_normal(n)).astype(dtype),)


def _equal(random, n, dtype):
    return (np.full(n, random.uniform(-30, 30)).astype(dtype),)


def _normalised(random, n, dtype):
    """log-probabilities: the sum is 1 but for the rounding of the inputs"""
    p = random.exponential(size=n) ** 3 + 1e-300
    return (np.log(p / p.sum()).astype(dtype),)


def _near_zero(random, n, dtype):
    """n equal terms of 1 / n: the result is the rounding error of log(n)"""
    return (np.full(n, -np.log(n)).astype(dtype),)


def _ramp(random, n, dtype):
    """upwards, from a block to the next one by less or more than a window"""
    return (
        (np.arange(n) * random.choice([0.001, 0.37, 5.0, 40.0]) - random.choice([0.0, 1100.0, 3000.0])).astype(dtype),
    )


def _tiny(random, n, dtype):
    """one large term among many small ones, which together count as much"""
    x = random.normal(-np.log(n) - 1, 0.1, n)
    x[random.integers(n)] = 0
    return (x.astype(dtype),)


def _steps(random, n, dtype):
    return (((random.integers(-12, 12, n) + 0.5) * LN2 + random.normal(0, 1e-6, n)).astype(dtype),)


def _labelled(spread: float, labels: Callable) -> Callable:
    return lambda random, n, dtype: (
        (spread * random.standard_normal(n)).astype(dtype),
        labels(random, n).astype(dtype),
    )


def _zeros_and_ones(random, n):
    return random.integers(0, 2, n)


def _matching(random, n, dtype):
    """every label as the logit foretells: all terms are small"""
    x = (30 * random.standard_normal(n)).astype(dtype)
    return x, (x > 0).astype(dtype)


def _equal_labelled(random, n, dtype):
    return np.full(n, random.normal(0, 5)).astype(dtype), np.full(n, random.random()).astype(dtype)


@dataclass(frozen=True)
class Sum:
    """One function: its definition, and the kinds of hard data."""

    arguments: int
    mp: Callable
    kinds: dict[str, Callable]
    """{label: function of (random, n, dtype) that makes the inputs}"""


SUMS = {
    "logsumexp": Sum(
        1,
        logsumexp,
        {
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
        },
    ),
    "log_likelihood": Sum(
        2,
        log_likelihood,
        {
            "normal, 3": _labelled(3.0, _zeros_and_ones),
            "normal, 100": _labelled(100.0, _zeros_and_ones),
            "normal, 1e-6": _labelled(1e-6, _zeros_and_ones),
            "between 0 and 1": _labelled(3.0, lambda random, n: random.random(n)),
            "outside of 0, 1": _labelled(3.0, lambda random, n: random.normal(0, 10, n)),
            "matching": _matching,
            "equal": _equal_labelled,
        },
    ),
}

SPECIAL = [
    ([], -inf),
    ([-inf], -inf),
    ([-inf] * 40, -inf),
    ([inf], inf),
    ([inf, -inf, 1.0], inf),
    ([inf, inf], inf),
    ([nan], nan),
    ([inf, nan], nan),
    ([-inf, nan], nan),
    ([nan] * 33, nan),
    ([nan, 1e300], nan),
    ([3.5], 3.5),
    ([-0.0], 0.0),
]
"""(x, logsumexp(x)), without a flag"""

LIKELIHOODS = [
    ([], [], 0.0),
    ([inf, -inf], [1, 0], 0.0),
    ([inf, 1.0], [0, 1], -inf),
    ([-inf], [1], -inf),
    ([nan], [1], nan),
    ([1.0], [nan], nan),
    ([inf, nan], [0, 1], nan),
    ([inf, -inf], [0.5, 1], -inf),
]
"""(x, t, log_likelihood(x, t)), without a flag"""


BLOCK = 512
"""elements that are summed at once"""
TYPES = ("f2", "f4", "f8", "g")
LABELS = "?bBhHiIlLqQ"


def inputs_of(name: str, shape: int | tuple[int, ...], dtype: str, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Numbers, and labels 0 or 1 for those that take them."""
    random = np.random.default_rng(seed)
    x = (4 * random.standard_normal(shape)).astype(dtype)
    return (x,) if SUMS[name].arguments == 1 else (x, random.integers(0, 2, shape).astype(dtype))
