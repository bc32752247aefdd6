"""Generate a page for each public name, and the tables of all functions.

The content comes from functions/NAME.toml and from the BOUND lines of functions/NAME.h. The pages are written to
docs/functions, which git ignores.
"""

import re
from pathlib import Path

import numpy as np
from drawings import description
from formulas import latex, roman
from sphinx.util.docutils import SphinxDirective

import softufunc
from tools.docstrings import points
from tools.facts import FOLDER, FUNCTIONS, Function

PUBLIC = list(softufunc.__all__)
SHOWN_IN_SECTIONS = ("Special values", "Accuracy", "Identity", "Derivative", "Inverse", "Methods", "Other names")
"""bullet points of a docstring's notes that the page shows as separate sections"""
MEASUREMENT = r"BOUND (f32|f64) (\S+) at (\S+)\n((?: \*  +.*\n)*)"


def measurements(name: str) -> list[tuple[str, str, str, str]]:
    """Return (type, largest error in ULP, input, how it was found) from the head of functions/NAME.h."""
    head = (FOLDER / f"{name}.h").read_text(encoding="utf-8").split("*/")[0]
    return [
        ("float32" if kind == "f32" else "float64", ulp, where, " ".join(how.replace(" * ", " ").split()))
        for kind, ulp, where, how in re.findall(MEASUREMENT, head)
    ]


def list_table(head: list[str], rows: list[list[str]], widths: str = "auto") -> str:
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [head, *rows]:
        lines += [f"   {'* -' if i == 0 else '  -'} {cell}" for i, cell in enumerate(row)]
    return "\n".join(lines)


def section(title: str, *paragraphs: str) -> str:
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"{title}\n{'-' * len(title)}\n\n{body}" if body else ""


def linked(text: str) -> str:
    """Turn function names in literals into links."""
    return re.sub(r"``(\w+)``", lambda m: f":obj:`{m[1]}`" if m[1] in PUBLIC else m[0], text)


def number(value: float | str | tuple[float, ...]) -> str:
    """Format a number for readers; negative zero keeps its sign."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(number, value))}]" if len(value) < 10 else f"{len(value)} times {number(value[0])}"
    if isinstance(value, str):
        return value.replace("log(2)", "log 2").replace("-", "−")
    if not np.isfinite(value):
        return {"inf": "∞", "-inf": "−∞"}.get(str(float(value)), "nan")
    return f"{value:.17g}".replace("-", "−") if value == int(value) and abs(value) < 1e6 else repr(float(value))


def definition(this: Function) -> str:
    formula = this.formula and latex(this.formula)
    if not formula:
        return ""
    return f".. math:: {roman(this.name)}({', '.join(this.parameters)}) = {formula}"


def special_values(this: Function) -> str:
    """Return the table of special values, preceded by the docstring's sentence if it is written by hand."""
    rows: dict[str, list[str]] = {}
    for case in this.special:
        zeros = [c for c in this.special if all(x == 0 for x in (*c.inputs, *case.inputs))]
        both = len(zeros) == 2 and zeros[0].results == zeros[1].results and this.nin == 1
        places = ["±0"] if both else [number(x) for x in case.inputs]
        rows.setdefault(" ".join(places), [*places, *map(number, case.results), case.raises or ""])
    if not this.is_gufunc and this.nin == 1:
        rows["nan"] = ["nan"] * (1 + this.nout) + [""]
    low, high = this.domain
    outside = [f"below {number(low)}"] * bool(np.isfinite(low)) + [f"above {number(high)}"] * bool(np.isfinite(high))
    if outside:
        rows["outside"] = [" or ".join(outside), "nan", "invalid"]
    results = list(this.outputs) or [f"{this.name}({', '.join(this.parameters)})"]
    table = list_table([*this.parameters, *results, "exception raised"], list(rows.values()))
    sentence = this.special_text and sentence_of(this, "Special values")
    return f"{sentence}\n\n{table}" if sentence else table


def sentence_of(this: Function, title: str) -> str:
    """Return a bullet point of the docstring as a sentence."""
    text = " ".join(points(this).get(title, "").split())
    return f"{text[:1].upper()}{text[1:]}." if text and not text.startswith("``") else text


def accuracy(this: Function) -> str:
    """Return the error bound, and from functions/NAME.h the largest errors with their inputs and commands."""
    rows, commands = [], []
    for kind, ulp, where, how in measurements(this.name):
        numbers = ", ".join(repr(float.fromhex(part)) for part in where.split(",") if is_hex(part))
        rows.append([kind, f"{ulp} ULP", f"``{numbers}``" if numbers else "", f"``{where.replace(',', ', ')}``"])
        found = re.sub(r"^got [^;]*; ", "", how)
        if found:
            commands.append((kind, re.sub(r"(?:python -m )?tools[ /][^;]*[^;. ]", lambda m: f"``{m[0]}``", found)))
    text = sentence_of(this, "Accuracy")
    if not rows:
        return text
    # for two inputs NAME.h states a bound above the largest errors, and one command for both types
    head = [
        "type",
        "largest error found" if this.nin == 1 else "bound",
        f"at {', '.join(this.parameters)}",
        "in hexadecimal",
    ]
    if this.nin == 1:
        how = "\n".join(f"* {kind}: {command}." for kind, command in commands)
    else:
        how = "\n".join(f"* float32 and float64: {command}." for _, command in commands)
    return "\n\n".join([text, list_table(head, rows), "How it was found:", how])


def is_hex(text: str) -> bool:
    return re.fullmatch(r"-?0x[0-9a-f.]+p[+-]?\d+", text) is not None


def hard_inputs(this: Function) -> str:
    cases = sorted(this.hard.get("float64", ()))
    if not cases:
        return ""
    rows = [[f"``{value!r}``" for value in case] for case in cases]
    head = [*this.parameters, f"{this.name}({', '.join(this.parameters)})"]
    introduction = "Well-known libraries or formulas fail at these inputs. Correctly rounded float64 results:"
    return f"{introduction}\n\n{list_table(head, rows)}"


def relations(this: Function) -> str:
    found = points(this)
    titles = [title for title in ("Inverse", "Derivative", "Identity", "Methods") if title in found]
    return "\n".join(f"* {title}: {linked(' '.join(found[title].split()))}" for title in titles)


def picture(this: Function) -> str:
    return f"""\
.. themed-plot::
   :alt: {description(this)}

   from drawings import draw

   draw("{this.name}")"""


def page(name: str) -> str:
    """Return the page of a public name in reStructuredText."""
    head = f"{name}\n{'=' * len(name)}\n\n.. currentmodule:: softufunc"
    body = f".. autofunction:: {name}"
    if name not in FUNCTIONS:
        return f"{head}\n\n{body}\n"
    this = FUNCTIONS[name]
    parts = [
        head,
        this.summary,
        this.definition,
        definition(this),
        picture(this),
        section("Relations", relations(this)),
        section("Special values", special_values(this)),
        section("Accuracy", accuracy(this)),
        section("Hard inputs", hard_inputs(this)),
        section("Other names", linked(points(this).get("Other names", ""))),
        section("Signature and examples", body),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def write_pages(app) -> None:
    folder = Path(app.srcdir) / "functions"
    folder.mkdir(exist_ok=True)
    for name in PUBLIC:
        file, text = folder / f"{name}.rst", page(name)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
    for file in folder.glob("*.rst"):
        if file.stem not in PUBLIC:
            file.unlink()


def shorten(app, what, name, thing, options, lines) -> None:
    """Remove from a docstring what its page shows above it; help() is not affected."""
    if not isinstance(thing, np.ufunc) or "Parameters" not in lines:
        return
    del lines[: lines.index("Parameters")]
    text = "\n".join(lines)
    for title in SHOWN_IN_SECTIONS:
        text = re.sub(rf"^\* {title}: .*\n(?:  .*\n)*", "", text, flags=re.MULTILINE)
    lines[:] = text.split("\n")


class FunctionTable(SphinxDirective):
    """``function-table``: every function with its definition, inverse and derivative."""

    def run(self):
        rows = []
        for name, this in FUNCTIONS.items():
            found = points(this)
            columns = [linked(found.get(title, "")) for title in ("Inverse", "Derivative")]
            rows.append([f":obj:`{name}`", f"``{this.formula}``" if this.formula else this.summary, *columns])
        return self.parse_text_to_nodes(
            ".. currentmodule:: softufunc\n\n" + list_table(["function", "definition", "inverse", "derivative"], rows)
        )


class OtherNames(SphinxDirective):
    """``other-names``: the names of each function in other libraries."""

    def run(self):
        names = {name: points(this).get("Other names", "") for name, this in FUNCTIONS.items()}
        rows = [[linked(others), f":obj:`{name}`"] for name, others in names.items() if others]
        return self.parse_text_to_nodes(".. currentmodule:: softufunc\n\n" + list_table(["elsewhere", "here"], rows))


class SpecialValues(SphinxDirective):
    """``special-values``: special values of the unary functions, and the exceptions they raise."""

    def run(self):
        rows = []
        for name, this in FUNCTIONS.items():
            if this.shape == (1, 1) and not this.is_gufunc:
                cases = [
                    f"{number(case.inputs[0])} → {number(case.results[0])}"
                    + (f" ({case.raises})" if case.raises else "")
                    for case in this.special
                ]
                rows.append([f":obj:`{name}`", ", ".join(cases)])
        return self.parse_text_to_nodes(
            ".. currentmodule:: softufunc\n\n" + list_table(["function", "special values"], rows)
        )


def setup(app):
    app.connect("builder-inited", write_pages)
    # before numpydoc, which has the default priority of 500
    app.connect("autodoc-process-docstring", shorten, priority=400)
    app.add_directive("function-table", FunctionTable)
    app.add_directive("other-names", OtherNames)
    app.add_directive("special-values", SpecialValues)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
