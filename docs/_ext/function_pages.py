"""Generate a page for each public name, and the tables of all functions.

The content comes from functions/NAME.toml and from the BOUND lines of functions/NAME.h. The pages are written to
docs/functions, which git ignores.
"""

import re
from pathlib import Path

import numpy as np
from docutils import nodes
from drawings import description
from formulas import latex, roman
from numpydoc.docscrape_sphinx import SphinxDocString
from sphinx.util.docutils import SphinxDirective

import softufunc
from tools.docstrings import examples, points
from tools.facts import FOLDER, FUNCTIONS, Function

PUBLIC = list(softufunc.__all__)
SHOWN_IN_SECTIONS = ("Special values", "Accuracy", "Identity", "Derivative", "Inverse", "Methods", "Other names")
"""bullet points of a docstring's notes that the page shows as separate sections"""
GROUPS = {
    "Softplus and sigmoid": "Softplus, the sigmoid, and what is made of them: for every number, element by element.",
    "Log-probabilities": "Log-probabilities of two classes, from the logit, and their derivatives.",
    "Inverses": "Functions of a part of the real line: the inverses of the sigmoid, softplus and softminus.",
    "Binary functions": "Sums and differences of exponentials, for two arrays, with NumPy's methods such as `reduce`.",
    "Along an axis": "Generalized ufuncs: they work on the last axis, or the one that the keyword `axis` names.",
    "Utilities": "What is installed, and where.",
}
"""{group of functions: what they are for}; `group` places each function"""
DEFAULTS = {"where": True, "axis": -1, "keepdims": False}
"""keywords shown in a signature, if the docstring describes them"""
MEASUREMENT = r"BOUND (f32|f64) (\S+) at (\S+)\n((?: \*  +.*\n)*)"


def group(name: str) -> str:
    """Return the group of a public name, from its facts."""
    this = FUNCTIONS.get(name)
    if this is None:
        return "Utilities"
    if this.is_gufunc:
        return "Along an axis"
    if this.label or name.startswith("log_prob"):
        return "Log-probabilities"
    if this.nin > 1:
        return "Binary functions"
    return "Inverses" if np.isfinite(this.domain).any() else "Softplus and sigmoid"


def slug(title: str) -> str:
    return title.lower().replace(" ", "-")


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
    """Turn names of functions in backquotes, and calls of them in literals, into links."""

    def link(found):
        sign, text, name = found.groups()
        minus = r"−\ " if sign else ""
        return f"{minus}:obj:`{text} <{name}>`" if name in PUBLIC else found[0]

    text = re.sub(r"``(-?)((\w+)(?:\([^()]*\))?)``", link, text)
    return re.sub(
        r"(?<![:`])`(\w+)`(?![`_])", lambda found: f":obj:{found[0]}" if found[1] in PUBLIC else found[0], text
    )


def number(value: float | str | tuple[float, ...]) -> str:
    """Format a number for readers; negative zero keeps its sign."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(number, value))}]" if len(value) < 10 else f"{len(value)} times {number(value[0])}"
    if isinstance(value, str):
        return value.replace("log(2)", "log 2").replace("-", "−")
    if not np.isfinite(value):
        return {"inf": "∞", "-inf": "−∞"}.get(str(float(value)), "nan")
    text = f"{value:.17g}" if value == int(value) and abs(value) < 1e6 else repr(float(value))
    return text.replace("-", "−")


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
    head, table = [*this.parameters, *results, "exception raised"], list(rows.values())
    if not any(row[-1] for row in table):
        head, table = head[:-1], [row[:-1] for row in table]
    table = list_table(head, table)
    sentence = this.special_text and sentence_of(this, "Special values")
    return f"{sentence}\n\n{table}" if sentence else table


def sentence_of(this: Function, title: str) -> str:
    """Return a bullet point of the docstring as a sentence."""
    text = " ".join(points(this).get(title, "").split())
    return linked(f"{text[:1].upper()}{text[1:]}." if text and not text.startswith("``") else text)


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


def parts(docstring: str) -> dict[str, str]:
    """Return {title: text} of the sections of a docstring; the summary has the title ''."""
    found = re.split(r"^(\w.*)\n-+\n", docstring, flags=re.MULTILINE)
    return {"": found[0], **{title: text.strip("\n") for title, text in zip(found[1::2], found[2::2], strict=True)}}


def remaining(name: str) -> str:
    """Return the sections of the docstring that the page does not show elsewhere, as numpydoc formats them."""
    known = parts(getattr(softufunc, name).__doc__)
    for title in SHOWN_IN_SECTIONS:
        known["Notes"] = re.sub(rf"^\* {title}: .*\n(?:  .*\n)*", "", known["Notes"], flags=re.MULTILINE)
    titles = ("Parameters", "Returns", "Warns", "See Also", "Notes", "References")
    found = {title: known[title].strip() for title in titles}
    text = "\n\n".join(f"{title}\n{'-' * len(title)}\n{body}" for title, body in found.items() if body)
    # numpydoc cites each reference once more, for LaTeX; a footnote that nothing cites would be an error
    text = re.sub(r"^\.\. only:: latex\n(?:\n| .*\n?)*", "", str(SphinxDocString(text)), flags=re.MULTILINE)
    cited = set(re.findall(r"\[(\d+)\]_", text))
    return re.sub(r"^\.\. \[(\d+)\]", lambda found: found[0] if found[1] in cited else "* ", text, flags=re.MULTILINE)


def example(this: Function) -> str:
    """Return the examples of the docstring, preceded by a warning if there is one."""
    code = f">>> import numpy as np\n>>> import softufunc\n{examples(this).rstrip()}"
    warning = this.warnings and ".. warning::\n\n   " + this.warnings.strip().replace("\n", "\n   ")
    return f"{warning}\n\n{code}" if warning else code


def signature(this: Function) -> str:
    """Return the parameters that the docstring describes; NumPy's own signature has x1, x2 and every keyword."""
    described = re.findall(r"^(\w+) : ", parts(getattr(softufunc, this.name).__doc__)["Parameters"], re.MULTILINE)
    keywords = "".join(f", {name}={DEFAULTS[name]}" for name in described if name in DEFAULTS)
    return f"({', '.join(this.parameters)}, /, out=None, *{keywords}, **kwargs)"


def picture(this: Function) -> str:
    return f"""\
.. themed-plot::
   :alt: {description(this)}

   from drawings import draw

   draw("{this.name}")"""


def page(name: str) -> str:
    """Return the page of a public name in reStructuredText."""
    head = f"{name}\n{'=' * len(name)}\n\n.. currentmodule:: softufunc"
    if name not in FUNCTIONS:
        return f"{head}\n\n.. autofunction:: {name}\n"
    this = FUNCTIONS[name]
    sections = [
        head,
        f".. autofunction:: {name}",
        example(this),
        picture(this),
        section("Definition", linked(this.definition), definition(this)),
        section("Special values", special_values(this)),
        section("Accuracy", accuracy(this), hard_inputs(this)),
        section("Relations", relations(this)),
        section("Names elsewhere", linked(points(this).get("Other names", ""))),
        section("Arguments and notes", linked(remaining(name))),
    ]
    return "\n\n".join(part for part in sections if part) + "\n"


def group_page(title: str) -> str:
    """Return the page of a group: its functions with their summaries."""
    names = [name for name in PUBLIC if group(name) == title]
    rows = [[f":obj:`{name}`", linked(summary(name))] for name in names]
    entries = "\n   ".join(f"/functions/{name}" for name in names)
    return (
        f"{title}\n{'=' * len(title)}\n\n.. currentmodule:: softufunc\n\n{GROUPS[title].replace('`', '``')}\n\n"
        f"{list_table(['function', 'what it computes'], rows)}\n\n.. toctree::\n   :hidden:\n\n   {entries}\n"
    )


def summary(name: str) -> str:
    """Return the first sentence of the docstring, without the signature that NumPy adds."""
    text = FUNCTIONS[name].summary if name in FUNCTIONS else getattr(softufunc, name).__doc__.strip()
    return text.split("\n")[0]


def write_pages(app) -> None:
    folder = Path(app.srcdir) / "functions"
    (folder / "groups").mkdir(parents=True, exist_ok=True)
    texts = {folder / f"{name}.rst": page(name) for name in PUBLIC}
    texts |= {folder / "groups" / f"{slug(title)}.rst": group_page(title) for title in GROUPS}
    for file, text in texts.items():
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
    for file in folder.rglob("*.rst"):
        if file not in texts:
            file.unlink()


def shorten(app, what, name, thing, options, lines) -> None:
    """Keep only the summary of a docstring whose page shows the rest; help() is not affected."""
    if isinstance(thing, np.ufunc) and "Parameters" in lines:
        lines[:] = linked(FUNCTIONS[thing.__name__].summary).split("\n")


def replace_signature(app, what, name, thing, options, arguments, returned):
    return (signature(FUNCTIONS[thing.__name__]), None) if isinstance(thing, np.ufunc) else None


def add_tooltips(app, document, docname) -> None:
    """Give the links to functions their summaries as tooltips."""
    for link in document.findall(nodes.reference):
        module, _, name = link.get("reftitle", "").rpartition(".")
        if module == "softufunc" and name in PUBLIC:
            link["reftitle"] = summary(name).replace("`", "")


class FunctionTable(SphinxDirective):
    """``function-table``: for each group, its functions with their definitions and inverses, and its page."""

    def run(self):
        text = [".. currentmodule:: softufunc"]
        for title in GROUPS:
            names = [name for name in PUBLIC if group(name) == title]
            rows = [[f":obj:`{name}`", formula(name), linked(inverse(name))] for name in names]
            heading = f".. rubric:: :doc:`{title} </functions/groups/{slug(title)}>`"
            text += [heading, list_table(["function", "definition", "inverse"], rows, "30 45 25")]
        pages = "\n   ".join(f"/functions/groups/{slug(title)}" for title in GROUPS)
        text.append(f".. toctree::\n   :hidden:\n\n   {pages}")
        return self.parse_text_to_nodes("\n\n".join(text))


def formula(name: str) -> str:
    """Return the formula of a function as a literal, or its summary."""
    this = FUNCTIONS.get(name)
    return f"``{this.formula}``" if this and this.formula else linked(summary(name))


def inverse(name: str) -> str:
    return points(FUNCTIONS[name]).get("Inverse", "") if name in FUNCTIONS else ""


class OtherNames(SphinxDirective):
    """``other-names``: the names of each function in other libraries."""

    def run(self):
        names = {name: points(this).get("Other names", "") for name, this in FUNCTIONS.items()}
        rows = [[f":obj:`{name}`", linked(others)] for name, others in names.items() if others]
        return self.parse_text_to_nodes(".. currentmodule:: softufunc\n\n" + list_table(["here", "elsewhere"], rows))


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
    app.connect("doctree-resolved", add_tooltips)
    # before numpydoc, which has the default priority of 500
    app.connect("autodoc-process-signature", replace_signature, priority=400)
    app.connect("autodoc-process-docstring", shorten, priority=400)
    app.add_directive("function-table", FunctionTable)
    app.add_directive("other-names", OtherNames)
    app.add_directive("special-values", SpecialValues)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
