"""The docstrings of the ufuncs and of the package, generated from the facts.

python -c "from tools.docstrings import docstring; print(docstring('softplus'))"
"""

import math
import re
import textwrap

from tools.facts import FUNCTIONS, Function, references

TEMPLATE = """\
{summary}

{definition}

Parameters
----------
{parameters}
{keywords}
**kwargs
    The other keyword arguments of a {kind}: `casting`, `order`,
    `dtype`, `subok` and `signature`. See `numpy.ufunc`.

Returns
-------
{returns}

Warns
-----
RuntimeWarning
{warns}
{warnings}
See Also
--------
{see_also}

Notes
-----
{points}

{notes}

References
----------
{references}

Examples
--------
>>> import numpy as np
>>> import softufunc
{examples}"""

MODULE = """\
softplus, sigmoid, logit and related functions as NumPy ufuncs.

{functions}

get_include() and show_config() tell about the build; `python -m softufunc` checks
it. The functions have the keywords and methods of every `numpy.ufunc`, and
docstrings: help(softufunc.{first}).

Names in other libraries, which an AttributeError translates as well:

{names}"""

OUT = """\
out : ndarray, None, or tuple of ndarray and None, optional
    Where to store the result: an array of a shape that the {broadcasts}
    to. If not given or None, a new array is returned."""
TWO_OUTPUTS = """\
out : tuple of two ndarrays or None, optional
    Where to store the results: arrays of a shape that the {broadcasts}
    to. For None, a new array is returned."""
WHERE = """\
where : array_like, optional
    Condition, broadcast over the {inputs}. Elements are computed only where it
    is True. The others keep the {values} in `out`, or are
    uninitialized without `out`."""
REDUCTION = """\
out : ndarray, None, or tuple of ndarray and None, optional
    Where to store the result: an array of the shape of the result. If not
    given or None, a new array is returned.
axis : int, optional
    The axis to sum over (default: the last one). The other axes are
    kept{broadcast}.
axes : list of tuples, optional
    {axes}
keepdims : bool, optional
    If True, the axis is kept in the result, with length 1."""
ROWS = """\
out : ndarray, None, or tuple of ndarray and None, optional
    Where to store the result: an array of the shape of `x`, which may be
    `x`. If not given or None, a new array is returned.
axis : int, optional
    The axis (default: the last one). The function applies to each row along
    this axis on its own.
axes : list of tuples, optional
    The axis in the input and in the result: ``[axis, axis]``."""
CHOICE = """\
out : ndarray, None, or tuple of ndarray and None, optional
    Where to store the result: an array of the shape of the result. If not
    given or None, a new array is returned.
axis : int, optional
    The axis of the classes in `x` (default: the last one). The other axes are
    broadcast with `k`.
axes : list of tuples, optional
    The same as NumPy's generalized ufuncs take it: ``[axis, (), ()]``."""
MATRICES = """\
out : ndarray, None, or tuple of ndarray and None, optional
    Where to store the result: an array of the shape of the result. If not
    given or None, a new array is returned.
axes : list of tuples, optional
    The axes of the matrices in the inputs and in the result (default: the
    last two): ``[(-2, -1), (-2, -1), (-2, -1)]``."""
STRIDES = "the result does not depend on strides; an axis of any layout gives the same bits as a contiguous copy"


def wrap(text: str, width: int = 79, first: str = "", indent: str = "") -> str:
    """Wrap the text, without breaking ``literals``."""
    kept = re.sub(r"``[^`]*``|`[^`]*`", lambda literal: literal[0].replace(" ", "\0"), " ".join(text.split()))
    lines = textwrap.fill(
        kept, width, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return lines.replace("\0", " ")


def paragraphs(text: str) -> str:
    """Wrap each paragraph of a text."""
    return "\n\n".join(map(wrap, text.split("\n\n")))


def described(text: str) -> str:
    """Wrap the indented text below a name in a section."""
    return wrap(text, 79, "    ", "    ")


def shown(x: float | str) -> str:
    """Return a number, an expression or a row as it appears in the documentation."""
    if isinstance(x, tuple):
        return f"[{', '.join(map(shown, x))}]"
    if isinstance(x, str) or not math.isfinite(x):
        return str(x)
    if x == 0 and math.copysign(1, x) < 0:
        return "-0.0"
    return f"{x:g}"


def joined(parts: list[str]) -> str:
    """a, b and c"""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def outside(this: Function) -> str:
    """Describe the numbers outside the domain; empty if there are none."""
    low, high = this.domain
    if math.isfinite(low) and math.isfinite(high):
        return f"outside the interval from {shown(low)} to {shown(high)}"
    if math.isfinite(low):
        return "for negative `x`" if low == 0 else f"below {shown(low)}"
    if math.isfinite(high):
        return "for positive `x`" if high == 0 else f"above {shown(high)}"
    return ""


def special_values(this: Function) -> str:
    """Describe the special values, from `special_text` if given."""
    if this.special_text:
        return this.special_text
    if this.outputs:
        return f"as for {joined(list(this.outputs))}"
    found: dict[str, str] = {}
    for case in sorted(this.special, key=lambda case: case.inputs):
        (x,), (y,) = case.inputs, case.results
        place = "0" if x == 0 else shown(x)
        found.setdefault(place, f"``{this.name}({place}) = {shown(y)}``")
    text = ", ".join([*found.values(), f"``{this.name}(nan) = nan``"])
    return f"{text}, and nan {outside(this)}" if outside(this) else text


def warns(this: Function) -> str:
    """Describe which exceptions the function raises, and which inputs raise none."""
    if this.warns or this.nin > 1 or this.is_gufunc:
        return this.warns or "Never."
    poles = list(dict.fromkeys(shown(c.inputs[0] + 0.0) for c in this.special if c.raises == "divide"))
    infinite = [c.inputs[0] for c in this.special if math.isinf(c.inputs[0]) and not c.raises]
    quiet = "infinities and quiet nan" if len(infinite) == 2 else joined(["quiet nan", *(f"``{x}``" for x in infinite)])
    raised = [f"divide by zero at {joined(poles)}"] if poles else []
    raised += [f"invalid value {outside(this)}"] if outside(this) else []
    text = f"{'; '.join(raised).capitalize()}. Never for {quiet}." if raised else f"Never for {quiet}."
    vanishes = any(y == 0 for c in this.special if math.isinf(c.inputs[0]) for y in c.results)
    return f"{text} A subnormal result may raise underflow, which NumPy ignores by default." if vanishes else text


def accuracy(this: Function) -> str:
    """State the error bounds; ``{bound}`` in the facts stands for those of `bound`."""
    values = sorted(this.bound.items(), reverse=True)
    if not values:
        return this.accuracy
    if len(set(this.bound.values())) == 1:
        bound = f"{values[0][1]:g} ULP in float32 and float64"
    else:
        bound = ", ".join(f"{ulp:g} ULP in {dtype}" for dtype, ulp in values)
    if this.accuracy:
        return this.accuracy.replace("{bound}", bound)
    if this.nin == 1:
        what = "subnormal results included. float16 results are correctly rounded."
    else:
        what = f"{this.where}. float16 results are computed in float32 and rounded once."
    comma = "" if what.startswith("for ") else ","
    return (
        f"the error is below {bound} (units in the last place){comma} {what} longdouble results come from the "
        "long double functions of the C library."
    )


def derivative(this: Function) -> str:
    """Return the derivatives with respect to each input."""
    if this.nin == 1:
        return f"``{this.derivative[0]}``"
    return ", ".join(f"``{d}`` with respect to `{x}`" for d, x in zip(this.derivative, this.parameters, strict=False))


def inverse(this: Function) -> str:
    """Return the inverse; empty if there is none."""
    if this.symmetry == "even":
        return "none, as the function is even"
    return f"``{this.inverse}``" if this.inverse else ""


def elsewhere(this: Function) -> str:
    """Return the names in other libraries."""
    return ", ".join(f"``{name}``" if re.fullmatch(r"[\w.]+\(.*\)", name) else name for name in this.elsewhere)


def points(this: Function) -> dict[str, str]:
    """Return the bulleted points of the Notes, as {title: sentence}."""
    found = {
        "Special values": special_values(this),
        "Accuracy": accuracy(this),
        "Identity": this.relation or "",
        "Derivative": derivative(this) if this.nout == 1 else "",
        "Inverse": inverse(this),
        "Methods": this.methods or "",
        "Other names": elsewhere(this),
        "Layout": STRIDES if this.is_gufunc else "",
    }
    return {title: text.strip().rstrip(".") for title, text in found.items() if text}


def _types(this: Function) -> str:
    if this.nin == 1:
        return "Floating-point types are preserved; booleans and integers of every size give float64."
    if this.is_choice:
        return "The type is that of `x`; booleans and integers of every size give float64."
    labels = "integer and boolean labels take the type of `x`, and " if this.label else ""
    return f"Floating-point types follow NumPy's promotion rules; {labels}two integers or booleans give float64."


def _returns(this: Function) -> str:
    scalar = "`x` is a scalar" if this.nin == 1 else "both inputs are scalars"
    if any(this.core[1]):
        shape = (
            "shape of `x`"
            if this.nin == 1
            else "broadcast shape of the other axes, and the two that are not summed over"
        )
        return "out : ndarray\n" + described(f"``{this.formula}``, in the {shape}. {_types(this)}")
    if this.is_gufunc:
        (empty,) = [case.results[0] for case in this.special if not case.inputs[0]]
        shape = "shape of `x` without the axis" if this.nin == 1 else "broadcast shape of the other axes"
        scalar = "`x` has one dimension" if this.nin == 1 else "both inputs have one dimension"
        if this.is_choice:
            scalar = f"`x` has one dimension and `{this.parameters[1]}` is a scalar"
        text = f"``{this.formula}``, in the {shape}. {_types(this)} This is a scalar if {scalar}."
        return "out : ndarray or scalar\n" + described(f"{text} For an empty axis it is ``{shown(empty)}``.")
    names = {name: FUNCTIONS[name].formula for name in this.outputs} or {"out": this.formula}
    each = [f"{name} : ndarray or scalar\n    ``{formula}``, element by element." for name, formula in names.items()]
    subject = "This is a scalar" if this.nout == 1 else "Both are scalars"
    return "\n".join([*each, described(f"{_types(this)} {subject} if {scalar}.")])


def _keywords(this: Function) -> str:
    one = this.nin == 1
    if this.is_gufunc:
        if any(len(names) > 1 for names in this.core[0]):
            return MATRICES
        if any(this.core[1]):
            return ROWS
        axes = "One axis for each input, and the result: ``[axis, axis, ()]``."
        if one:
            axes = "``[axis]``, or ``[axis, ()]`` as NumPy's generalized ufuncs take it."
        if this.is_choice:
            return CHOICE
        return REDUCTION.format(axes=axes, broadcast="" if one else " and broadcast")
    out, values = (OUT, "value they have") if this.nout == 1 else (TWO_OUTPUTS, "values they have")
    return f"{out}\n{WHERE}".format(
        broadcasts="input broadcasts" if one else "inputs broadcast", inputs="input" if one else "inputs", values=values
    )


def signature(this: Function) -> str:
    """Return the signature at the top of a docstring: NumPy's own, but for the names x1 and x2 of two inputs."""
    outs = ", ".join(f"out{i + 1}" for i in range(this.nout))
    out = ", /, out=None" if this.nout == 1 else f"[, {outs}], / [, out={(None,) * this.nout}]"
    where, more = ("", ", axes, axis") if this.is_gufunc else ("where=True, ", "")
    return (
        f"{this.name}({', '.join(this.parameters)}{out}, *, {where}casting='same_kind', order='K', dtype=None, "
        f"subok=True[, signature{more}])"
    )


def examples(this: Function) -> str:
    """Return the examples after the imports, preceded by an empty line if they begin with prose."""
    return this.examples if this.examples.startswith(">>>") else f"\n{this.examples}"


def docstring(name: str) -> str:
    """Return the docstring of a ufunc, without the signature."""
    this = FUNCTIONS[name]
    cited = [references()[key].strip().replace("\n", "\n   ") for key in this.references]
    return TEMPLATE.format(
        summary=this.summary,
        definition=paragraphs(this.definition),
        parameters=f"{', '.join(this.parameters)} : array_like\n{described(this.arguments)}",
        keywords=_keywords(this),
        kind="generalized ufunc" if this.is_gufunc else "ufunc",
        returns=_returns(this),
        warns=described(warns(this)),
        warnings=f"\nWarnings\n--------\n{paragraphs(this.warnings)}\n" if this.warnings else "",
        see_also="\n".join(f"{each} : {FUNCTIONS[each].summary}" for each in this.see_also),
        points="\n".join(wrap(f"{title}: {text}.", 79, "* ", "  ") for title, text in points(this).items()),
        notes=paragraphs(this.notes),
        references="\n".join(f".. [{i}] {text}" for i, text in enumerate(cited, 1)),
        examples=examples(this),
    )


def other_names() -> dict[str, tuple[str, ...]]:
    """Return {name in another library: (what computes it here, ...)}, for example {"expit": ("sigmoid",)}."""
    libraries = "|".join(sorted({library for this in FUNCTIONS.values() for library in this.peers}))
    pattern = rf"(minus )?(?:(?:{libraries})(?:\.\w+)*\.)?([\w -]+?)(\(x\))?( with .*)?"
    found: dict[str, tuple[str, ...]] = {}
    for this in FUNCTIONS.values():
        for text in this.elsewhere:
            match = re.fullmatch(pattern, text)
            name = re.sub("[ -]", "_", match[2]) if match else ""
            if name.isidentifier() and name not in FUNCTIONS and match[2].count(" ") < 2:
                here = f"-{this.name}" if match[1] else this.name
                found[name] = (*found.get(name, ()), here)
    return found


def module_docstring() -> str:
    """Return the docstring of the package: a table with one line for each function."""
    calls = [f"{this.name}({', '.join(this.parameters)})" for this in FUNCTIONS.values()]
    summaries = [this.summary.replace("`", "").rstrip(".") for this in FUNCTIONS.values()]
    names: dict[str, list[str]] = {}
    for other, here in other_names().items():
        names.setdefault(" or ".join(here), []).append(other)
    return MODULE.format(
        first=next(iter(FUNCTIONS)),
        functions=_columns(calls, summaries),
        names=_columns(list(names), [", ".join(others) for others in names.values()]),
    )


def _columns(left: list[str], right: list[str]) -> str:
    width = max(map(len, left))
    return "\n".join(f"{key:{width}}  {text}" for key, text in zip(left, right, strict=True))
