"""The facts of each function, read from functions/functions.h and functions/NAME.toml.

    FUNCTIONS["softplus"].exact         ("x + log1p(exp(-x)) if x > 0 else log1p(exp(x))",)

`Function` documents every key of a NAME.toml. The build imports this module, so it uses the standard library only.
Attributes of the ufunc object (types, identity) are not repeated here.
"""

from __future__ import annotations

import ast
import math
import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from pathlib import Path

from tools.expressions import Core, core_dimensions, evaluate, negate, substitute

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "src" / "softufunc" / "functions"
inf = math.inf
EXCEPTIONS = ("divide", "invalid", "overflow", "underflow")
DTYPES = ("float16", "float32", "float64")
STEPS = 12
"""on each side of 0, the multiples of `reduction_step` that are sampled"""

Value = float | str | tuple
"""a number, an expression such as "-log(2)", a row of numbers, or a matrix as a tuple of rows"""


class FactError(ValueError):
    """An invalid file of facts; the message names the file and the key."""


@dataclass(frozen=True)
class Special:
    """One entry of `special`: inputs, results, and the floating-point exception raised, or None.

    Results that are strings are expressions, to be rounded to the type. The sign of zero counts.
    """

    inputs: tuple[Value, ...]
    results: tuple[Value, ...]
    raises: str | None = None


@dataclass(frozen=True)
class Flip:
    """f(t) = y * of(x * t), bit for bit, where the signs x (of every input) and y are 1 or -1."""

    of: str
    x: int
    y: int


@dataclass(frozen=True, kw_only=True)
class Function:
    """The facts of one function. Fields without a comment are text for its docstring, in reStructuredText."""

    name: str
    nin: int
    nout: int
    signature: str | None = None
    """the gufunc signature, or None for a ufunc"""

    summary: str
    definition: str
    parameters: tuple[str, ...] = ("x", "y")
    """names of the inputs, which the expressions below use"""
    label: str | None = None
    """the second parameter, if it is a label: integer and boolean labels never change the type of the result"""
    outputs: tuple[str, ...] = ()
    """for a function with two outputs: the functions that they equal"""
    same_bits: tuple[bool, ...] = ()
    """for each output: whether it equals its function bit for bit"""
    flip: Flip | None = None
    """this function is another one with signs flipped; facts not given follow from those of the other function"""

    exact: tuple[str, ...] = ()
    """the definition of each output, without cancellation in 300 bits, from exp, expm1, log, log1p, min, max, abs and
    earlier functions; for a gufunc, an expression in whole rows, which may also use sum, zip, accumulate, int, and
    others(x), the row without its first maximum"""
    scale: str | None = None
    """for a gufunc whose BOUND lines have two numbers: the quantity to which the second one is relative"""
    plain: tuple[str, ...] = ()
    """the formula one would write with NumPy, for each output"""
    formula: str | None = None
    """the formula shown in the documentation, in NumPy notation"""
    derivative: tuple[str, ...] = ()
    """with respect to each input, in functions of NumPy and the package, without cancellation"""
    inverse: str | None = None
    """the name of a function, or an expression in x"""
    domain: tuple[float, float] = (-inf, inf)
    """for one input: numbers outside give nan and raise "invalid\""""
    condition: str | None = None
    """for two inputs: where the bound holds, a condition in NumPy notation"""
    monotone: tuple[tuple[float, float, str], ...] = ()
    """(low, high, "increasing" or "decreasing")"""
    step_back: int = 0
    """the largest violation of monotonicity between adjacent inputs, in ULP, where the function is nearly flat"""
    symmetry: str | None = None
    """"even": f(-x) = f(x), bit for bit; "symmetric": f(x, y) = f(y, x), bit for bit"""
    special: tuple[Special, ...] = ()
    """special values; every other number inside the domain raises nothing but underflow"""
    active: tuple[float | str, float | str] | None = None
    """the interval in which the result is neither its limit nor out of range (default: the domain); the ends may be
    expressions in `precision` (bits) and `least` (2**least is the smallest normal number) of the type"""
    near: tuple[float, ...] = ()
    """zeros, poles and switches between formulas, whose neighbourhoods are sampled densely"""
    reduction_step: float | None = None
    """multiples of this number are added to `near`"""
    sample: tuple[float, float] = (-20.0, 20.0)
    """the interval of typical inputs, for benchmarks and plots"""
    generator: str | None = None
    """for two inputs and for rows: the function of tools/generators.py that generates hard inputs"""
    hard: dict[str, tuple[tuple[float, ...], ...]] = field(default_factory=dict)
    """{dtype: ((inputs..., correctly rounded result), ...)}: where well-known libraries or formulas fail"""
    bound: dict[str, float] = field(default_factory=dict)
    """{dtype: ULP}: the bound in the documentation; the BOUND lines of NAME.h are the largest errors found"""
    peers: dict[str, str] = field(default_factory=dict)
    """{library: expression in the names of the library}, where it differs from `plain`"""
    elsewhere: tuple[str, ...] = ()
    """names in other libraries"""

    arguments: str = "Input values."
    special_text: str | None = None
    warns: str | None = None
    warnings: str | None = None
    accuracy: str | None = None
    where: str | None = None
    methods: str | None = None
    relation: str | None = None
    references: tuple[str, ...] = ()
    """keys of references.toml"""
    see_also: tuple[str, ...] = ()
    notes: str = ""
    examples: str

    @property
    def is_gufunc(self) -> bool:
        return self.signature is not None

    @property
    def core(self) -> Core:
        """Return the names of the core dimensions of each input and of each output."""
        return core_dimensions(self.signature) if self.signature else ([()] * self.nin, [()] * self.nout)

    @property
    def is_choice(self) -> bool:
        """Return whether a gufunc takes the index of an element, an integer, as its second input."""
        return self.is_gufunc and self.nin == 2 and not self.core[0][1]

    @property
    def shape(self) -> tuple[int, int]:
        """Return (number of inputs, number of outputs)."""
        return self.nin, self.nout

    @property
    def is_monotone(self) -> bool:
        """Return whether the function is monotone on its whole domain."""
        return len(self.monotone) == 1

    def ends(self, precision: int, least: int) -> tuple[float, float]:
        """Return `active` as numbers, for a type with this precision and exponent range."""
        low, high = self.active or self.domain
        return evaluate(low, precision=precision, least=least), evaluate(high, precision=precision, least=least)


@cache
def declared() -> dict[str, dict]:
    """Return {name: {nin, nout, signature}} from functions.h, in the order of the C ABI, the gufuncs last."""
    text = re.sub(r"/\*.*?\*/", "", (FOLDER / "functions.h").read_text(encoding="utf-8"), flags=re.DOTALL)
    found: dict[str, dict] = {}
    for name, nin, nout in re.findall(r"^UFUNC\((\w+), (\d), (\d)\)", text, re.MULTILINE):
        found[name] = {"nin": int(nin), "nout": int(nout)}
    for name, signature in re.findall(r'^GUFUNC\((\w+), "(.*)"\)', text, re.MULTILINE):
        inputs, outputs = signature.split("->")
        found[name] = {"nin": inputs.count("("), "nout": outputs.count("("), "signature": signature}
    return found


KEYS = {each.name: each for each in fields(Function) if each.name not in ("name", "nin", "nout", "signature")}
REQUIRED = [name for name, each in KEYS.items() if each.default is MISSING and each.default_factory is MISSING]
ONE_FOR_EACH_OUTPUT = ("exact", "plain")
LISTS = ("parameters", "outputs", "same_bits", "derivative", "near", "elsewhere", "references", "see_also")
PAIRS = ("domain", "active", "sample")


def _read(name: str) -> Function:
    """Read the facts stated in the file of one function."""
    file = FOLDER / f"{name}.toml"
    if not file.exists():
        raise FactError(f"functions.h lists {name}, but there is no functions/{name}.toml")
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
        return _function(name, given)
    except (FactError, tomllib.TOMLDecodeError, ValueError, TypeError, KeyError, SyntaxError) as error:
        what = f"no key {error}" if isinstance(error, KeyError) else error
        raise FactError(f"functions/{name}.toml: {what}") from error


def _function(name: str, given: dict) -> Function:
    unknown = sorted(set(given) - set(KEYS))
    if unknown:
        raise FactError(f"unknown key {unknown[0]!r}; the keys are {', '.join(KEYS)}")
    missing = [key for key in REQUIRED if key not in given]
    if missing:
        raise FactError(f"the key {missing[0]!r} is missing")
    own = declared()[name]
    whole = bool(core_dimensions(own.get("signature", "->()"))[1][0])
    facts = {key: value.strip() if isinstance(value, str) else value for key, value in given.items()}
    for key in (*LISTS, *ONE_FOR_EACH_OUTPUT, *PAIRS):
        if key in facts:
            facts[key] = tuple(facts[key]) if isinstance(facts[key], list) else (facts[key],)
    for key in PAIRS:
        if key in facts and len(facts[key]) != 2:
            raise FactError(f"{key}: expected two numbers, low and high")
    parameters = facts.get("parameters", ("x", "y"))[: own["nin"]]
    facts["parameters"] = parameters
    for key, count in ("domain", 2), ("sample", 2):
        if key in facts:
            facts[key] = tuple(evaluate(end) for end in facts[key][:count])
    if "near" in facts:
        facts["near"] = tuple(evaluate(x) for x in facts["near"])
    if "reduction_step" in facts:
        facts["reduction_step"] = evaluate(facts["reduction_step"])
    if "monotone" in facts:
        facts["monotone"] = tuple((float(low), float(high), _direction(way)) for low, high, way in facts["monotone"])
    if "flip" in facts:
        facts["flip"] = Flip(**facts["flip"])
    if "special" in facts:
        facts["special"] = tuple(_special(case, parameters, own["nout"], whole) for case in facts["special"])
    if "hard" in facts:
        facts["hard"] = {_dtype(dtype): tuple(map(tuple, cases)) for dtype, cases in facts["hard"].items()}
    if "bound" in facts:
        facts["bound"] = {_dtype(dtype): float(ulp) for dtype, ulp in facts["bound"].items()}
    for key in (*ONE_FOR_EACH_OUTPUT, "derivative"):
        for text in facts.get(key, ()):
            ast.parse(text, mode="eval")
    return Function(name=name, **own, **facts)


def _direction(text: str) -> str:
    if text not in ("increasing", "decreasing"):
        raise FactError(f'monotone: expected "increasing" or "decreasing", not {text!r}')
    return text


def _dtype(text: str) -> str:
    if text not in DTYPES:
        raise FactError(f"{text!r} is none of the types {', '.join(DTYPES)}")
    return text


def _special(case: dict, parameters: tuple[str, ...], nout: int, whole: bool) -> Special:
    """`whole`: a result is a row or a matrix."""
    case = dict(case)
    repeat = case.pop("repeat", 1)
    raises = case.pop("raises", None)
    result = case.pop("result")
    if set(case) != set(parameters):
        raise FactError(f"special: expected {', '.join(parameters)}, result and raises, not {', '.join(case)}")
    if raises not in (None, *EXCEPTIONS):
        raise FactError(f"special: {raises!r} is none of the exceptions {', '.join(EXCEPTIONS)}")
    results = result if isinstance(result, list) and not whole else [result]
    if len(results) != nout:
        raise FactError(f"special: expected {nout} results, not {len(results)}")
    return Special(tuple(_value(case[each], repeat) for each in parameters), tuple(map(_value, results)), raises)


def _value(x: float | str | list, repeat: int = 1) -> Value:
    if isinstance(x, list):
        return tuple(map(_value, x * repeat))
    return x if isinstance(x, str) else float(x)


def _times(sign: int, x: Value) -> Value:
    if isinstance(x, tuple):
        return tuple(sign * each for each in x)
    if isinstance(x, str):
        return x if sign == 1 else negate(x)
    return sign * x


def _flipped(this: Function, source: Function) -> Function:
    """Return the facts of `this`, completed by those that follow from the function it flips."""
    x, y = this.flip.x, this.flip.y
    call = f"{source.name}({', '.join(('-' if x < 0 else '') + each for each in source.parameters)})"

    def interval(ends):
        turned = ends and [_times(x, end) for end in (ends if x > 0 else reversed(ends))]
        return turned and tuple(end if isinstance(end, str) else end + 0.0 for end in turned)  # no -0.0

    def direction(way):
        return way if x * y > 0 else {"increasing": "decreasing", "decreasing": "increasing"}[way]

    follows = {
        "exact": (call if y > 0 else f"-{call}",),
        "plain": tuple(substitute(text, x, source.parameters) for text in source.plain),
        "domain": interval(source.domain),
        "condition": source.condition and substitute(source.condition, x, source.parameters),
        "monotone": tuple((*interval((low, high)), direction(way)) for low, high, way in source.monotone)[::x],
        "step_back": source.step_back,
        "symmetry": source.symmetry,
        "special": tuple(
            Special(tuple(_times(x, v) for v in case.inputs), tuple(_times(y, v) for v in case.results), case.raises)
            for case in source.special
        ),
        "active": interval(source.active),
        "near": tuple(x * each + 0.0 for each in source.near),
        "reduction_step": source.reduction_step,
        "sample": interval(source.sample),
        "generator": source.generator,
        "hard": {
            dtype: tuple((*(x * v for v in case[:-1]), y * case[-1]) for case in cases)
            for dtype, cases in source.hard.items()
        },
        "bound": source.bound,
        "parameters": source.parameters,
        "label": source.label,
        "arguments": source.arguments,
    }
    if y < 0:
        follows["plain"] = tuple(negate(text) for text in follows["plain"])
    if x == y == 1:  # an alias
        follows |= {key: getattr(source, key) for key in ("peers", "elsewhere", "derivative", "inverse")}
    given = {key for key, each in KEYS.items() if getattr(this, key) != _default(each)}
    root = source.flip or Flip(source.name, 1, 1)
    changes = {key: value for key, value in follows.items() if key not in given}
    return replace(this, **changes, flip=Flip(root.of, x * root.x, y * root.y))


def _default(each):
    return each.default if each.default_factory is MISSING else each.default_factory()


def _with_outputs(this: Function, outputs: list[Function]) -> Function:
    """Return the facts of `this`, completed by those that follow from the functions its outputs equal."""
    cases = []
    for case in outputs[0].special:
        others = [next(c for c in each.special if str(c.inputs) == str(case.inputs)) for each in outputs]
        raised = {each.raises for each in others} - {None}
        cases.append(Special(case.inputs, tuple(each.results[0] for each in others), next(iter(raised), None)))
    lows, highs = zip(*(each.domain for each in outputs), strict=True)
    parameters = outputs[0].parameters
    conditions = [f"({each.condition})" for each in outputs if each.condition]
    return replace(
        this,
        parameters=parameters,
        label=outputs[0].label,
        arguments=outputs[0].arguments,
        condition=" & ".join(conditions) or None,
        generator=outputs[-1].generator,
        exact=tuple(f"{each.name}({', '.join(parameters)})" for each in outputs),
        plain=this.plain or tuple(each.plain[0] for each in outputs),
        special=tuple(cases),
        domain=(max(lows), min(highs)),
        near=tuple(dict.fromkeys(x for each in outputs for x in each.near)),
        active=this.active or outputs[0].active,
        sample=outputs[0].sample,
    )


def _with_steps(this: Function) -> Function:
    """Return the facts with the multiples of `reduction_step` inside the domain added to `near`."""
    if this.reduction_step is None:
        return this
    low, high = this.domain
    steps = (this.reduction_step * k for k in range(-STEPS, STEPS + 1))
    inside = [x for x in steps if low < x < high]
    return replace(this, near=tuple(dict.fromkeys((*this.near, *inside))))


def load() -> dict[str, Function]:
    """Return {name: facts}, in the order of functions.h; raise FactError if a file is missing or invalid."""
    stray = {file.stem for file in FOLDER.glob("*.toml")} - {*declared(), "references"}
    if stray:
        name = min(stray)
        raise FactError(f"there is a functions/{name}.toml, but functions.h does not list {name}")
    stated = {name: _read(name) for name in declared()}
    found: dict[str, Function] = {}
    for name, this in stated.items():
        needed = [this.flip.of] if this.flip else this.outputs
        late = [each for each in needed if each not in found]
        if late:
            raise FactError(f"functions/{name}.toml: {late[0]!r} is no earlier function of functions.h")
        if this.flip:
            this = _flipped(this, found[this.flip.of])
        elif this.outputs:
            this = _with_outputs(this, [found[each] for each in this.outputs])
        found[name] = _checked(this)
    return {name: _with_steps(this) for name, this in found.items()}


def _checked(this: Function) -> Function:
    """Return the facts if their numbers of entries and their references to other names are valid."""
    for key, count in ("exact", this.nout), ("parameters", this.nin):
        if len(getattr(this, key)) != count:
            raise FactError(f"functions/{this.name}.toml: {key}: expected {count}, not {len(getattr(this, key))}")
    if this.nout == 1 and len(this.derivative) != this.nin - this.is_choice:
        raise FactError(f"functions/{this.name}.toml: derivative: expected one for each input but an index")
    for name in this.references:
        if name not in references():
            raise FactError(f"functions/{this.name}.toml: references: {name!r} is not in references.toml")
    for name in this.see_also:
        if name not in declared():
            raise FactError(f"functions/{this.name}.toml: see_also: functions.h does not list {name!r}")
    return this


@cache
def references() -> dict[str, str]:
    """Return {key: reference} of references.toml."""
    return tomllib.loads((FOLDER / "references.toml").read_text(encoding="utf-8"))


FUNCTIONS = load()
"""{name: facts}, in the order of the C ABI, the gufuncs last"""
