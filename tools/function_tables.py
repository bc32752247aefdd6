"""Generate the function tables in README.md and docs/derivatives.md from the facts.

`python -m tools refresh` writes them between the lines <!-- NAME-table --> and <!-- /NAME-table -->.
"""

import re
from collections.abc import Iterator

from tools.facts import FUNCTIONS, Function


def html(formula: str) -> str:
    """Convert a formula in NumPy notation to mathematical notation in HTML."""
    text = formula
    while match := re.search(r"\b(exp|sum)\(", text):
        end = closing(text, match.end())
        inner = html(text[match.end() : end])
        total = f"Σ ({inner})" if " + " in inner else f"Σ {inner}"
        written = f"e<sup>{inner}</sup>" if match[1] == "exp" else total
        text = text[: match.start()] + written + text[end + 1 :]
    text = re.sub(r"\*\*(\w+)", r"<sup>\1</sup>", text)
    return text.replace(" * ", " ").replace("-", "−")


def closing(text: str, start: int) -> int:
    """Return the index of the parenthesis that closes the one before `start`."""
    depth = 1
    for i in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    raise ValueError(f"no closing parenthesis in {text}")


def with_numpy(formula: str) -> str:
    """Qualify the NumPy functions in an expression of the facts with `np.`."""
    return re.sub(r"\b([a-z]\w*)\(", lambda m: m[0] if m[1] in FUNCTIONS else f"np.{m[0]}", formula)


def call(this: Function) -> str:
    return f"`{this.name}({', '.join(this.parameters)})`"


def definition(this: Function) -> str:
    """Return the formula, or the functions that the outputs equal."""
    if this.formula:
        return html(this.formula)
    return ", ".join(call(FUNCTIONS[name]) for name in this.outputs)


def function_table() -> Iterator[str]:
    yield "| function | definition | inverse | elsewhere |"
    yield "|---|---|---|---|"
    for this in FUNCTIONS.values():
        inverse = f"`{this.inverse}`" if this.inverse else ""
        yield f"| {call(this)} | {definition(this)} | {inverse} | {', '.join(this.elsewhere)} |"


def derivative_table() -> Iterator[str]:
    yield "| function | definition | derivative |"
    yield "|---|---|---|"
    for this in FUNCTIONS.values():
        if this.shape == (1, 1) and not this.is_gufunc:
            yield f"| {call(this)} | {definition(this)} | `{with_numpy(this.derivative[0])}` |"


def rows() -> dict[tuple[str, str], list[str]]:
    """{(file, name of the table): lines}"""
    return {
        ("README.md", "function"): list(function_table()),
        ("docs/derivatives.md", "derivative"): list(derivative_table()),
    }
