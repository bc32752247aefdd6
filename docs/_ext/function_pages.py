"""A page for each public name, and the tables over all of them.

What a page tells stands elsewhere already, see facts.py; so a new function has its page without an entry here. The
pages are written to docs/functions, which git ignores.
"""

import re
from pathlib import Path

import numpy as np
from drawings import description
from facts import SHOWN_IN_SECTIONS, Facts, facts, measurements, other_names, public_names, second_argument, ufuncs
from formulas import latex, roman
from sphinx.util.docutils import SphinxDirective


def list_table(head: list[str], rows: list[list[str]], widths: str = "auto") -> str:
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [head, *rows]:
        lines += [f"   {'* -' if i == 0 else '  -'} {cell}" for i, cell in enumerate(row)]
    return "\n".join(lines)


def section(title: str, *paragraphs: str) -> str:
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"{title}\n{'-' * len(title)}\n\n{body}" if body else ""


def linked(text: str) -> str:
    """The names of functions that stand alone become links."""
    return re.sub(r"``(\w+)``", lambda m: f":obj:`{m[1]}`" if m[1] in public_names() else m[0], text)


def number(value: float | str) -> str:
    """A number as a reader writes it; the sign of zero is shown where it is negative."""
    if isinstance(value, str):
        return value.replace("ln2", "ln 2").replace("-", "−")
    if not np.isfinite(value):
        return {"inf": "∞", "-inf": "−∞"}.get(str(float(value)), "nan")
    return f"{value:.17g}".replace("-", "−") if value == int(value) and abs(value) < 1e6 else repr(float(value))


def definition(known: Facts) -> str:
    formula = known.formula and latex(known.formula)
    if not formula:
        return ""
    arguments = "x" if known.object.nin == 1 else f"x, {second_argument(known.name)}"
    return f".. math:: {roman(known.name)}({arguments}) = {formula}"


def special_values(known: Facts) -> str:
    """The table of tests/reference.py, or the sentence of the docstring where there is none."""
    cases = getattr(known.entry, "special", ())
    if not cases or known.object.nin != 1 or known.object.nout != 1:
        return known.points.get("Special values", "")
    rows, done = [], set()
    for x, y, flag in cases:
        both = x == 0 and any(other == 0 and (v, f) == (y, flag) and other is not x for other, v, f in cases)
        place = "±0" if both else number(x)
        if place not in done:
            done.add(place)
            rows.append([place, number(y), flag or ""])
    rows.append(["nan", "nan", ""])
    low, high = known.entry.domain
    outside = [f"below {number(low)}"] * bool(np.isfinite(low)) + [f"above {number(high)}"] * bool(np.isfinite(high))
    if outside:
        rows.append([" or ".join(outside), "nan", "invalid"])
    return list_table(["x", f"{known.name}(x)", "flag"], rows)


def accuracy(known: Facts) -> str:
    """What the docstring promises; from functions/NAME.h the bounds, where they are needed, and how that was found."""
    rows, commands = [], []
    for kind, ulp, where, how in measurements(known.name):
        numbers = ", ".join(repr(float.fromhex(part)) for part in where.split(",") if is_hex(part))
        rows.append([kind, f"{ulp} ULP", f"``{numbers}``" if numbers else "", f"``{where.replace(',', ', ')}``"])
        found = re.sub(r"^got [^;]*; ", "", how)
        if found:
            commands.append((kind, re.sub(r"tools/[^;]*[^;. ]", lambda m: f"``{m[0]}``", found)))
    text = known.points.get("Accuracy", "")
    text = text[:1].upper() + text[1:]
    if not rows:
        return text
    place = "at x" if known.object.nin == 1 else f"at x, {second_argument(known.name)}"
    # with two arguments the bound is above what was found, and one line tells of both types
    head = ["type", "largest error found" if known.object.nin == 1 else "bound", place, "in hexadecimal"]
    if known.object.nin == 1:
        how = "\n".join(f"* {kind}: {command}." for kind, command in commands)
    else:
        how = "\n".join(f"* float32 and float64: {command}." for _, command in commands)
    return "\n\n".join([text, list_table(head, rows), "How it was found:", how])


def is_hex(text: str) -> bool:
    return re.fullmatch(r"-?0x[0-9a-f.]+p[+-]?\d+", text) is not None


def hard_inputs(known: Facts) -> str:
    pairs = getattr(known.entry, "hard", {}).get("f8", {})
    if not pairs or known.object.nin != 1 or known.object.nout != 1:
        return ""
    rows = [[f"``{x!r}``", f"``{y!r}``"] for x, y in sorted(pairs.items()) if isinstance(x, float)]
    introduction = "Well-known libraries or formulas fail at these inputs. In float64, correctly rounded:"
    return f"{introduction}\n\n{list_table(['x', f'{known.name}(x)'], rows)}" if rows else ""


def relations(known: Facts) -> str:
    titles = [title for title in ("Inverse", "Derivative", "Identity") if title in known.points]
    return "\n".join(f"* {title}: {linked(known.points[title])}" for title in titles)


def picture(known: Facts) -> str:
    return f"""\
.. themed-plot::
   :alt: {description(known.name)}

   from drawings import draw

   draw("{known.name}")"""


def page(name: str) -> str:
    """The page of a public name in reStructuredText."""
    known = facts(name)
    head = f"{name}\n{'=' * len(name)}\n\n.. currentmodule:: softufunc"
    body = f".. autofunction:: {name}"
    if not isinstance(known.object, np.ufunc):
        return f"{head}\n\n{body}\n"
    parts = [
        head,
        known.summary,
        known.extended,
        definition(known),
        picture(known),
        section("Relations", relations(known)),
        section("Special values", special_values(known)),
        section("Accuracy", accuracy(known)),
        section("Hard inputs", hard_inputs(known)),
        section("Other names", linked(known.points.get("Other names", ""))),
        section("Signature and examples", body),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def write_pages(app) -> None:
    folder = Path(app.srcdir) / "functions"
    folder.mkdir(exist_ok=True)
    for name in public_names():
        file, text = folder / f"{name}.rst", page(name)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
    for file in folder.glob("*.rst"):
        if file.stem not in public_names():
            file.unlink()


def shorten(app, what, name, thing, options, lines) -> None:
    """Leave out of a docstring what its page shows above it; the text of help() stays as it is."""
    if not isinstance(thing, np.ufunc) or "Parameters" not in lines:
        return
    del lines[: lines.index("Parameters")]
    text = "\n".join(lines)
    for title in SHOWN_IN_SECTIONS:
        text = re.sub(rf"^\* {title}: .*\n(?:  .*\n)*", "", text, flags=re.MULTILINE)
    lines[:] = text.split("\n")


class FunctionTable(SphinxDirective):
    """Every ufunc with its definition, inverse and derivative."""

    def run(self):
        rows = []
        for name in ufuncs():
            known = facts(name)
            points = [linked(known.points.get(title, "").rstrip(".")) for title in ("Inverse", "Derivative")]
            rows.append([f":obj:`{name}`", f"``{known.formula}``" if known.formula else known.summary, *points])
        return self.parse_text_to_nodes(
            ".. currentmodule:: softufunc\n\n" + list_table(["function", "definition", "inverse", "derivative"], rows)
        )


class OtherNames(SphinxDirective):
    """What others call each function, from the docstrings."""

    def run(self):
        rows = [[linked(other_names(name)), f":obj:`{name}`"] for name in ufuncs() if other_names(name)]
        return self.parse_text_to_nodes(".. currentmodule:: softufunc\n\n" + list_table(["elsewhere", "here"], rows))


def setup(app):
    app.connect("builder-inited", write_pages)
    # before numpydoc, which has the usual priority of 500
    app.connect("autodoc-process-docstring", shorten, priority=400)
    app.add_directive("function-table", FunctionTable)
    app.add_directive("other-names", OtherNames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
