"""What every function is: the one table that the tests, the ulp tool and the benchmarks walk through.

A definition is evaluated by MPFR with 300 bits, chosen so that no cancellation costs more than half of them; an ULP is
the spacing of the dtype at the exact result, for a subnormal result the smallest subnormal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import gmpy2
import numpy as np
from gmpy2 import exp, expm1, log, log1p, mpfr
from hard_inputs import (
    LOG1MEXP_HARD,
    LOGIT_HARD,
    SIGMOID_GRAD_HARD,
    SIGMOID_HARD,
    SOFTPLUS_HARD,
    SOFTPLUSINV_HARD,
    flip,
)

ROOT = Path(__file__).resolve().parent.parent
HEADERS = ROOT / "src" / "softufunc" / "functions"
PRECISION = 300
inf, nan = float("inf"), float("nan")
LN2 = "ln2"


@dataclass(frozen=True)
class Format:
    """A floating-point type: `precision` bits, 2^least the smallest normal number."""

    name: str
    precision: int
    least: int

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(self.name)

    @property
    def bits(self) -> np.dtype:
        return np.dtype(f"u{self.dtype.itemsize}")

    @property
    def context(self) -> gmpy2.context:
        """An MPFR context that rounds as the type does, gradual underflow and overflow included."""
        lowest = self.least - self.precision + 2
        highest = 2 - self.least
        return gmpy2.context(precision=self.precision, emin=lowest, emax=highest, subnormalize=True)


FORMATS = {
    "f2": Format("f2", 11, -14),
    "f4": Format("f4", 24, -126),
    "f8": Format("f8", 53, -1022),
    "g": Format("g", 1 - int(np.log2(np.finfo("g").eps)), int(np.finfo("g").minexp)),
}


@dataclass(frozen=True)
class Function:
    """One entry of the table. `special` and `outside` hold inputs; every other number raises nothing but underflow."""

    name: str
    mp: Callable[[mpfr], mpfr]
    increasing: bool
    derivative: Callable[[mpfr], mpfr]
    inverse: str | None = None
    """the function g with g(f(x)) = x"""
    even: bool = False
    """f(-x) = f(x), bit for bit; `increasing` is then what it does for x > 0"""
    symmetry: tuple[int, str, int] | None = None
    """(t, name, s): f(x) = s name(t x), bit for bit"""
    special: tuple[tuple[float, float | str, str | None], ...] = ()
    """(x, f(x), the flag it raises); the sign of zero counts; "ln2" and "-ln2" are rounded to the type"""
    domain: tuple[float, float] = (-inf, inf)
    """the inputs that have a result; the others give nan and raise invalid"""
    active: Callable[[Format], tuple[float, float]] = lambda f: (-inf, inf)
    """where the result is neither its own limit nor out of range"""
    near: tuple[float, ...] = ()
    """zeros, poles and switches between formulas: their neighbourhoods are sampled densely"""
    step_back: int = 0
    """by how many ULP f may go the wrong way from one number to the next, where those are far closer than results"""
    hard: dict[str, dict[float, float]] = field(default_factory=dict)
    """{dtype: {x: f(x) correctly rounded}}: known failures of well-known libraries"""


def softplus(x: mpfr) -> mpfr:
    return x + log1p(exp(-x)) if x > 0 else log1p(exp(x))


def sigmoid(x: mpfr) -> mpfr:
    return 1 / (1 + exp(-x))


def logit(p: mpfr) -> mpfr:
    return log(p / (1 - p))


def softplusinv(y: mpfr) -> mpfr:
    return y + log1p(-exp(-y)) if y > 1 else log(expm1(y))


def log1mexp(x: mpfr) -> mpfr:
    return log(-expm1(x)) if x > -1 else log1p(-exp(x))


def sigmoid_grad(x: mpfr) -> mpfr:
    return sigmoid(x) * sigmoid(-x)


def _left(f: Format) -> float:
    """Where e^x has left the type."""
    return (f.least - f.precision - 1) * 0.6931471805599453


def _right(f: Format) -> float:
    """Where 1 + e^-x has become 1."""
    return (f.precision + 4) * 0.6931471805599453


STEPS = tuple(0.6931471805599453 * k / 2 for k in range(-12, 13))
"""the reduction modulo ln 2 changes over at odd multiples of ln 2 / 2, and is exact at multiples of ln 2"""


def _softplus_active(f: Format) -> tuple[float, float]:
    return _left(f), _right(f)


def _flipped_active(f: Format) -> tuple[float, float]:
    return -_right(f), -_left(f)


TABLE = (
    Function(
        "softplus",
        mp=softplus,
        derivative=sigmoid,
        inverse="softplusinv",
        increasing=True,
        special=((-inf, 0.0, None), (inf, inf, None), (0.0, LN2, None), (-0.0, LN2, None)),
        active=_softplus_active,
        near=(0.0, 20.0, 40.0, -30.0, -88.0, -104.0, -708.4, -745.1, *STEPS),
        step_back=1,
        hard=SOFTPLUS_HARD,
    ),
    Function(
        "softminus",
        mp=lambda x: -softplus(-x),
        derivative=lambda x: sigmoid(-x),
        inverse="softminusinv",
        increasing=True,
        symmetry=(-1, "softplus", -1),
        special=((-inf, -inf, None), (inf, -0.0, None), (0.0, "-ln2", None), (-0.0, "-ln2", None)),
        active=_flipped_active,
        near=(0.0, -20.0, -40.0, 88.0, 104.0, 708.4, 745.1, *STEPS),
        step_back=1,
        hard=flip(SOFTPLUS_HARD, -1, -1),
    ),
    Function(
        "sigmoid",
        mp=sigmoid,
        derivative=sigmoid_grad,
        inverse="logit",
        increasing=True,
        special=((-inf, 0.0, None), (inf, 1.0, None), (0.0, 0.5, None), (-0.0, 0.5, None)),
        active=_softplus_active,
        near=(0.0, 16.6, 20.0, 36.7, 40.0, -87.3, -104.0, -708.4, -709.8, -745.1, *STEPS),
        hard=SIGMOID_HARD,
    ),
    Function(
        "one_minus_sigmoid",
        mp=lambda x: sigmoid(-x),
        derivative=lambda x: -sigmoid_grad(x),
        increasing=False,
        symmetry=(-1, "sigmoid", 1),
        special=((-inf, 1.0, None), (inf, 0.0, None), (0.0, 0.5, None), (-0.0, 0.5, None)),
        active=_flipped_active,
        near=(0.0, -16.6, -20.0, -36.7, -40.0, 87.3, 104.0, 708.4, 709.8, 745.1, *STEPS),
        hard=flip(SIGMOID_HARD, -1, 1),
    ),
    Function(
        "logit",
        mp=logit,
        derivative=lambda p: 1 / (p * (1 - p)),
        inverse="sigmoid",
        increasing=True,
        special=((0.0, -inf, "divide"), (-0.0, -inf, "divide"), (1.0, inf, "divide"), (0.5, 0.0, None)),
        domain=(0.0, 1.0),
        active=lambda f: (0.0, 1.0),
        near=(0.0, 0.25, 1 / 3, 0.41421356237309503, 0.5, 0.585786437626905, 2 / 3, 0.75, 1.0),
        hard=LOGIT_HARD,
    ),
    Function(
        "softplusinv",
        mp=softplusinv,
        derivative=lambda y: -1 / expm1(-y),
        inverse="softplus",
        increasing=True,
        special=((0.0, -inf, "divide"), (-0.0, -inf, "divide"), (inf, inf, None)),
        domain=(0.0, inf),
        active=lambda f: (0.0, _right(f)),
        near=(0.0, 2.0**-30, 0.25, 1.0, 1.5, 2.0, 20.0, 40.0, *(x for x in STEPS if x > 0)),
        hard=SOFTPLUSINV_HARD,
    ),
    Function(
        "softminusinv",
        mp=lambda y: -softplusinv(-y),
        derivative=lambda y: -1 / expm1(y),
        inverse="softminus",
        increasing=True,
        symmetry=(-1, "softplusinv", -1),
        special=((0.0, inf, "divide"), (-0.0, inf, "divide"), (-inf, -inf, None)),
        domain=(-inf, 0.0),
        active=lambda f: (-_right(f), 0.0),
        near=(0.0, -(2.0**-30), -0.25, -1.0, -1.5, -2.0, -20.0, -40.0, *(x for x in STEPS if x < 0)),
        hard=flip(SOFTPLUSINV_HARD, -1, -1),
    ),
    Function(
        "log1mexp",
        mp=log1mexp,
        derivative=lambda x: -1 / expm1(-x),
        inverse="log1mexp",
        increasing=False,
        special=((0.0, -inf, "divide"), (-0.0, -inf, "divide"), (-inf, -0.0, None)),
        domain=(-inf, 0.0),
        active=lambda f: (_left(f), 0.0),
        near=(0.0, -(2.0**-30), -1.0, -16.6, -20.0, -40.0, -88.0, -104.0, -708.4, -745.1, *(x for x in STEPS if x < 0)),
        hard=LOG1MEXP_HARD,
    ),
    Function(
        "log_prob_0",
        mp=lambda x: -softplus(x),
        derivative=lambda x: -sigmoid(x),
        increasing=False,
        symmetry=(1, "softplus", -1),
        special=((-inf, -0.0, None), (inf, -inf, None), (0.0, "-ln2", None), (-0.0, "-ln2", None)),
        active=_softplus_active,
        near=(0.0, 20.0, 40.0, -30.0, -88.0, -104.0, -708.4, -745.1, *STEPS),
        step_back=1,
        hard=flip(SOFTPLUS_HARD, 1, -1),
    ),
    Function(
        "log_prob_1",
        mp=lambda x: -softplus(-x),
        derivative=lambda x: sigmoid(-x),
        inverse="softminusinv",
        increasing=True,
        symmetry=(-1, "softplus", -1),
        special=((-inf, -inf, None), (inf, -0.0, None), (0.0, "-ln2", None), (-0.0, "-ln2", None)),
        active=_flipped_active,
        near=(0.0, -20.0, -40.0, 88.0, 104.0, 708.4, 745.1, *STEPS),
        step_back=1,
        hard=flip(SOFTPLUS_HARD, -1, -1),
    ),
    Function(
        "sigmoid_grad",
        mp=sigmoid_grad,
        derivative=lambda x: sigmoid_grad(x) * (sigmoid(-x) - sigmoid(x)),
        even=True,
        increasing=False,
        special=((-inf, 0.0, None), (inf, 0.0, None), (0.0, 0.25, None), (-0.0, 0.25, None)),
        active=lambda f: (_left(f), -_left(f)),
        near=(0.0, 20.0, -20.0, 40.0, -40.0, 87.3, -104.0, -708.4, 709.8, 745.1, *STEPS),
        step_back=1,
        hard=SIGMOID_GRAD_HARD,
    ),
)
FUNCTIONS = {function.name: function for function in TABLE}


def precisely() -> gmpy2.context:
    """The context in which the definitions are evaluated."""
    return gmpy2.context(precision=PRECISION)


def to_mp(x: np.floating | float) -> mpfr:
    """x exactly, from any NumPy floating type."""
    if isinstance(x, np.longdouble) and np.isfinite(x):
        mantissa, exponent = np.frexp(x)
        with precisely():
            whole = mpfr(0)
            while mantissa:  # in parts that a double holds: three of them for 113 bits
                part = float(mantissa)
                whole += mpfr(part)
                mantissa -= np.longdouble(part)
            return gmpy2.mul_2exp(whole, int(exponent)) if exponent >= 0 else gmpy2.div_2exp(whole, -int(exponent))
    return mpfr(float(x), PRECISION)


def exact(name: str, inputs: Iterable) -> list[mpfr]:
    """The function at every input, to 300 bits."""
    definition = FUNCTIONS[name].mp
    with precisely():
        return [definition(to_mp(x)) for x in inputs]


def rounded(values: Iterable[mpfr], dtype: str) -> np.ndarray:
    """Every value correctly rounded to float16, float32 or float64."""
    with FORMATS[dtype].context:
        return np.array([float(+value) for value in values], "f8").astype(dtype)


def correct(name: str, inputs: np.ndarray) -> np.ndarray:
    """The function at every input, correctly rounded to the type of the inputs."""
    return rounded(exact(name, inputs), inputs.dtype.str[1:])


def ulp_exponent(value: mpfr, f: Format) -> int:
    """The ULP of a finite value is 2 to this power."""
    e = gmpy2.get_exp(value) - 1 if value != 0 else f.least
    return max(e, f.least) - (f.precision - 1)


def ulp_error(got: np.ndarray, want: Iterable[mpfr], dtype: str) -> np.ndarray:
    """|got - want| in ULP; inf where one of the two is nan or infinite, or a zero has the wrong sign."""
    f = FORMATS[dtype]
    errors = np.empty(len(got))
    with precisely():
        for i, (g, w) in enumerate(zip(got, want, strict=True)):
            m = to_mp(g)
            if not (gmpy2.is_finite(m) and gmpy2.is_finite(w)):
                same = gmpy2.is_nan(m) and gmpy2.is_nan(w)
                errors[i] = 0.0 if same or m == w else inf
            elif m == 0 and gmpy2.is_signed(m) != gmpy2.is_signed(w):
                errors[i] = inf
            else:
                difference, e = abs(m - w), ulp_exponent(w, f)
                scaled = gmpy2.mul_2exp(difference, -e) if e < 0 else gmpy2.div_2exp(difference, e)
                errors[i] = float(scaled)
    return errors


WITNESS = re.compile(r"BOUND (f32|f64) (\d+(?:\.\d+)?) at (-?0x[0-9a-f]+(?:\.[0-9a-f]*)?p[+-]?\d+)")


@dataclass(frozen=True)
class Bound:
    """The largest error in ULP and an input that comes close to it."""

    ulp: float
    witness: float


@cache
def bounds(name: str) -> dict[str, Bound]:
    """{dtype: Bound} from the lines `BOUND f64 0.61 at -0x1.4c8d2p-1` in functions/NAME.h: their only source."""
    text = (HEADERS / f"{name}.h").read_text(encoding="utf-8")
    found = {}
    for kind, ulp, witness in WITNESS.findall(text):
        dtype = {"f32": "f4", "f64": "f8"}[kind]
        if dtype in found:
            raise ValueError(f"functions/{name}.h states two bounds for {kind}")
        found[dtype] = Bound(float(ulp), float.fromhex(witness))
    return found


def bound(name: str, dtype: str) -> float:
    """The largest error in ULP that functions/NAME.h promises for this dtype."""
    stated = bounds(name)
    if dtype not in stated:
        raise ValueError(f"functions/{name}.h has no line 'BOUND {'f32' if dtype == 'f4' else 'f64'} ... at ...'")
    return stated[dtype].ulp


def special_cases(name: str, dtype: str) -> list[tuple[np.floating, np.floating, str | None]]:
    """(x, f(x), flag) for the special values, nan, and inputs outside the domain, in the dtype."""
    function, kind = FUNCTIONS[name], np.dtype(dtype).type
    with precisely():
        ln2 = gmpy2.const_log2()
        high = float(ln2)
        low = np.longdouble(float(ln2 - high))
    natural = np.longdouble(high) + low if dtype == "g" else rounded([ln2], dtype)[0]
    constants = {LN2: natural, "-ln2": -natural}
    cases = [(kind(x), kind(constants.get(y, y)), flag) for x, y, flag in function.special]
    cases.append((kind(nan), kind(nan), None))
    cases += [(x, kind(nan), "invalid") for x in outside(name, dtype)]
    return cases


def outside(name: str, dtype: str) -> list[np.floating]:
    """Inputs outside the domain: the nearest ones, the farthest ones, infinity."""
    kind, info = np.dtype(dtype).type, np.finfo(dtype)
    found = []
    for edge, away in zip(FUNCTIONS[name].domain, (-inf, inf), strict=True):
        if np.isfinite(edge):
            sign = kind(np.sign(away))
            next_one = np.nextafter(kind(edge), kind(away)) if edge else sign * info.smallest_subnormal
            further = kind(edge) + sign * kind(0.5)
            found += [next_one, further, sign * kind(1000), sign * info.max, kind(away)]
            if not edge:
                found.append(sign * info.smallest_normal)
    return found
