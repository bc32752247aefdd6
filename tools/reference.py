"""Reference results computed with MPFR from `exact` of the facts, and errors in ULP.

Definitions are evaluated with 300 bits, of which cancellation loses at most half. An ULP is the spacing of the type at
the exact result; for a subnormal result it is the smallest subnormal number.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import gmpy2
import numpy as np
from gmpy2 import mpfr

from tools.facts import FOLDER
from tools.facts import FUNCTIONS as FACTS

PRECISION = 300
inf, nan = float("inf"), float("nan")


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
DTYPES = {"float16": "f2", "float32": "f4", "float64": "f8"}
"""{name in the facts: key of FORMATS}"""


def precisely() -> gmpy2.context:
    """The context in which the definitions are evaluated."""
    return gmpy2.context(precision=PRECISION)


def type_of(x: np.ndarray) -> str:
    """The key of FORMATS."""
    return next(key for key, f in FORMATS.items() if f.dtype == x.dtype)


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
            whole = gmpy2.mul_2exp(whole, int(exponent)) if exponent >= 0 else gmpy2.div_2exp(whole, -int(exponent))
            return -whole if whole == 0 and np.signbit(x) else whole
    return mpfr(float(x), PRECISION)


class Row(tuple):
    """A row of a gufunc, known by its identity, so that its maximum is computed once."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


def others(row: Sequence[mpfr]) -> list[mpfr]:
    """The row without its first maximum."""
    place = row.index(max(row))
    return [*row[:place], *row[place + 1 :]]


def _scope() -> dict[str, Callable]:
    """What expressions of the facts may name, and a function (name, output) that compiles the definition."""
    names = {"exp": gmpy2.exp, "expm1": gmpy2.expm1, "log": gmpy2.log, "log1p": gmpy2.log1p, "tanh": gmpy2.tanh}
    names |= {"sqrt": gmpy2.sqrt, "abs": abs, "sum": gmpy2.fsum, "zip": zip, "int": int, "inf": mpfr("inf")}
    names |= {"accumulate": itertools.accumulate, "others": others}
    names |= {"max": lru_cache(maxsize=1)(max), "min": lru_cache(maxsize=1)(min), "__builtins__": {}}
    for name, facts in FACTS.items():
        if facts.nout == 1:
            names[name] = eval(f"lambda {', '.join(facts.parameters)}: {facts.exact[0]}", names)
    return names


SCOPE = _scope()


@cache
def definition(name: str, output: int = 0) -> Callable[..., mpfr]:
    """The function of MPFR numbers that `exact` says, or of rows for a gufunc; to be called inside precisely()."""
    facts = FACTS[name]
    return expression(facts.exact[output], facts.parameters)


@cache
def expression(text: str, parameters: tuple[str, ...]) -> Callable[..., mpfr]:
    """The function of MPFR numbers that an expression of the facts is."""
    return eval(f"lambda {', '.join(parameters)}: {text}", SCOPE)


def _arguments(name: str, arrays: Iterable[np.ndarray]) -> list[list]:
    """The inputs as MPFR numbers; of a gufunc, as rows of them."""
    return [
        [_numbers(part) for part in (np.asarray(x)[None] if np.ndim(x) == len(core) else x)]
        for x, core in zip(arrays, FACTS[name].core[0], strict=True)
    ]


def _numbers(x: np.ndarray) -> mpfr | Row:
    """A number, a row, or a matrix as a row of rows."""
    return to_mp(x) if np.ndim(x) == 0 else Row(map(_numbers, x))


def _flat(value: mpfr | list) -> list[mpfr]:
    """The numbers of a result: one, or those of a row or matrix."""
    return [number for part in value for number in _flat(part)] if isinstance(value, list) else [value]


def exact(name: str, *arrays: np.ndarray, output: int = 0) -> list[mpfr]:
    """The function at every element, or all results of every row, of the arrays, to 300 bits; the inputs are finite."""
    function = definition(name, output)
    with precisely():
        return [y for numbers in zip(*_arguments(name, arrays), strict=True) for y in _flat(function(*numbers))]


def scale(name: str, *arrays: np.ndarray) -> list[mpfr]:
    """What the second number of the bound of a gufunc is relative to, for every row."""
    facts = FACTS[name]
    function = expression(facts.scale, facts.parameters)
    with precisely():
        return [mpfr(function(*rows)) for rows in zip(*_arguments(name, arrays), strict=True)]


def from_mp(value: mpfr, dtype: str) -> np.floating:
    """A value that the type holds."""
    kind = np.dtype(dtype).type
    if dtype != "g" or not gmpy2.is_finite(value) or value == 0:
        return kind(float(value))
    exponent = int(gmpy2.get_exp(value))
    with precisely():
        rest = gmpy2.div_2exp(value, exponent) if exponent >= 0 else gmpy2.mul_2exp(value, -exponent)
        whole = kind(0)
        while rest:
            part = float(rest)
            whole += kind(part)
            rest -= mpfr(part)
    return np.ldexp(whole, exponent)


def rounded(values: Iterable[mpfr], dtype: str) -> np.ndarray:
    """Every value correctly rounded to the type."""
    with FORMATS[dtype].context:
        nearest = [+value for value in values]
    return np.array([from_mp(value, dtype) for value in nearest], dtype)


def correct(name: str, *arrays: np.ndarray, output: int = 0) -> np.ndarray:
    """The function at every element, correctly rounded to the type of the inputs."""
    return rounded(exact(name, *arrays, output=output), type_of(arrays[0]))


def ulp_exponent(value: mpfr, f: Format) -> int:
    """The ULP of a finite value is 2 to this power."""
    e = gmpy2.get_exp(value) - 1 if value != 0 else f.least
    return max(e, f.least) - (f.precision - 1)


@dataclass(frozen=True)
class Exact:
    """Exact results as arrays: each is `nearest` + `rest` ULP, and its ULP is 2^exponent."""

    nearest: np.ndarray
    rest: np.ndarray
    exponent: np.ndarray

    @classmethod
    def of(cls, values: list[mpfr], dtype: str) -> Exact:
        f = FORMATS[dtype]
        nearest = rounded(values, dtype)
        exponent = np.array([ulp_exponent(v, f) if gmpy2.is_finite(v) else 0 for v in values], int)
        rest = np.zeros(len(values))
        with precisely():
            for i, value in enumerate(values):
                if np.isfinite(nearest[i]):
                    rest[i] = (
                        gmpy2.mul_2exp(value - to_mp(nearest[i]), int(-exponent[i]))
                        if exponent[i] < 0
                        else (gmpy2.div_2exp(value - to_mp(nearest[i]), int(exponent[i])))
                    )
        return cls(nearest, rest, exponent)

    def ulp(self, got: np.ndarray) -> np.ndarray:
        """|got - exact| in ULP; inf where only one is nan or infinite, or a zero has the wrong sign."""
        wide = "g" if self.nearest.dtype == np.longdouble else "f8"
        with np.errstate(all="ignore"):
            difference = np.ldexp(got.astype(wide) - self.nearest.astype(wide), -self.exponent).astype("f8")
            errors = np.abs(difference - self.rest)
            finite = np.isfinite(got) & np.isfinite(self.nearest)
            same = (got == self.nearest) | np.isnan(got) & np.isnan(self.nearest)
            wrong_zero = (got == 0) & (np.signbit(got) != np.signbit(self.nearest))
        return np.where(finite & ~wrong_zero, errors, np.where(same & ~wrong_zero, 0.0, inf))


def ulp_error(got: np.ndarray, want: list[mpfr], dtype: str) -> np.ndarray:
    """|got - want| in ULP, as Exact.ulp."""
    return Exact.of(list(want), dtype).ulp(np.asarray(got))


HEX = r"-?0x[0-9a-f]+(?:\.[0-9a-f]*)?p[+-]?\d+"
LINE = re.compile(rf"BOUND (f32|f64) (\d+(?:\.\d+)?)(?: ULP(?: \+ 2\^(-[0-9.]+))?| at ({HEX}(?:,{HEX})*))")


@dataclass(frozen=True)
class Bound:
    """error <= ulp * ULP(result), of some gufuncs + 2^log2 * scale; the witness is an input that comes close."""

    ulp: float
    log2: float | None = None
    witness: tuple[float, ...] = ()


@cache
def bounds(name: str) -> dict[str, Bound]:
    """{dtype: Bound} from the BOUND lines of functions/NAME.h, which are their only source:

    BOUND f64 0.61 at -0x1.4c8d2p-1
    BOUND f64 0.52 ULP + 2^-55              of a gufunc
    BOUND f64 0.8 ULP                       of a gufunc that has no `scale`
    """
    found = {}
    for kind, ulp, log2, witness in LINE.findall((FOLDER / f"{name}.h").read_text(encoding="utf-8")):
        dtype = {"f32": "f4", "f64": "f8"}[kind]
        if dtype in found:
            raise ValueError(f"functions/{name}.h states two bounds for {kind}")
        numbers = tuple(float.fromhex(text) for text in witness.split(",") if text)
        found[dtype] = Bound(float(ulp), float(log2) if log2 else None, numbers)
    return found


def owner(name: str, output: int = 0) -> str:
    """The function whose bound an output has: of two outputs, that of its own function if the bits are the same."""
    facts = FACTS[name]
    return facts.outputs[output] if facts.outputs and facts.same_bits[output] else name


def bound(name: str, dtype: str, output: int = 0) -> Bound:
    """The bound that functions/NAME.h promises for this type."""
    stated = bounds(owner(name, output))
    if dtype not in stated:
        raise ValueError(f"functions/{name}.h has no line 'BOUND {'f32' if dtype == 'f4' else 'f64'} ...'")
    return stated[dtype]


@dataclass(frozen=True)
class Expected:
    """The exact results of some inputs, to compare what any instruction set gives for them."""

    name: str
    dtype: str
    exact: tuple[Exact, ...]
    """of each output"""
    log2_scale: np.ndarray | None
    """of a gufunc with `scale`, the logarithm of this for each result"""

    def ulp(self, got: np.ndarray, output: int = 0) -> np.ndarray:
        """The error of each result in ULP."""
        return self.exact[output].ulp(np.ravel(got))

    def share(self, got: np.ndarray, output: int = 0) -> np.ndarray:
        """The error of each result as a share of what the bound allows."""
        limit = bound(self.name, self.dtype, output)
        allowed = limit.ulp
        if self.log2_scale is not None:
            allowed = allowed + np.exp2(limit.log2 + self.log2_scale - self.exact[output].exponent)
        return self.ulp(got, output) / allowed

    def beyond(self, got: np.ndarray) -> np.ndarray:
        """Of a gufunc: the logarithm of the part of each error beyond half an ULP, relative to `scale`."""
        with np.errstate(all="ignore"):
            return np.log2(np.maximum(self.ulp(got) - 0.5, 0)) + self.exact[0].exponent - self.log2_scale


def expected(name: str, *arrays: np.ndarray) -> Expected:
    """The exact results of the inputs: elements, or rows of one length for a gufunc."""
    facts, dtype = FACTS[name], type_of(arrays[0])
    values = [exact(name, *arrays, output=i) for i in range(facts.nout)]
    sizes = None
    if facts.scale:
        sizes = np.array([float(gmpy2.log2(v)) for v in scale(name, *arrays)])
        sizes = np.repeat(sizes, len(values[0]) // len(sizes))
    return Expected(name, dtype, tuple(Exact.of(v, dtype) for v in values), sizes)


Case = tuple[tuple, tuple, set[str]]


def _number(value: float | str | tuple, dtype: str) -> np.ndarray | np.floating:
    """A fact in the type: a number, an expression correctly rounded, a row, or a matrix."""
    if isinstance(value, tuple):
        return np.array([_number(each, dtype) for each in value], dtype)
    if isinstance(value, str):
        with precisely():
            return rounded([expression(value, ())()], dtype)[0]
    return np.dtype(dtype).type(value)


@np.errstate(all="ignore")
def special_cases(name: str, dtype: str) -> list[Case]:
    """(inputs, results, exceptions raised) in the type: the special values, nan, and inputs outside the domain."""
    facts, kind = FACTS[name], np.dtype(dtype).type
    cases = []
    for case in facts.special:
        inputs, outputs = (tuple(_number(v, dtype) for v in part) for part in (case.inputs, case.results))
        if facts.is_choice:
            inputs = inputs[0], int(inputs[1])
        cases.append((inputs, outputs, {case.raises} - {None}))
    if facts.is_gufunc:
        return cases
    info, nans = np.finfo(dtype), (kind(nan),) * facts.nout
    others = (nan, inf, -inf, 0.0, -0.0, 1.5, -1.5, info.max, info.smallest_subnormal)
    if facts.nin == 1:
        cases.append(((kind(nan),), nans, set()))
        cases += [((x,), nans, {"invalid"}) for x in outside(name, dtype)]
    else:
        cases += [((kind(nan), kind(v)), nans, set()) for v in others]
        cases += [((kind(v), kind(nan)), nans, set()) for v in others]
    return cases


def outside(name: str, dtype: str) -> list[np.floating]:
    """Inputs outside the domain of one input: the nearest ones, the farthest ones, infinity."""
    kind, info = np.dtype(dtype).type, np.finfo(dtype)
    found = []
    for edge, away in zip(FACTS[name].domain, (-inf, inf), strict=True):
        if np.isfinite(edge):
            sign = kind(np.sign(away))
            next_one = np.nextafter(kind(edge), kind(away)) if edge else sign * info.smallest_subnormal
            further = kind(edge) + sign * kind(0.5)
            found += [next_one, further, sign * kind(1000), sign * info.max, kind(away)]
            if not edge:
                found.append(sign * info.smallest_normal)
    return found
