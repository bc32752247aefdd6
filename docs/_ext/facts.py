"""What is known of a public name, read from the places that state it.

These are its docstring, its entry in tests/reference.py, and the BOUND lines of functions/NAME.h. A name that has
only a docstring, because it is no ufunc or the reference does not tell enough of it, has fewer facts; that is no
error.
"""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import reference
from numpydoc.docscrape import NumpyDocString

import softufunc

SHOWN_IN_SECTIONS = ("Special values", "Accuracy", "Identity", "Derivative", "Inverse", "Other names")
"""the points of a docstring's notes that a page shows in sections of their own"""
POINT = re.compile(r"^\* ([A-Z][\w ]+): (.*(?:\n  .*)*)", re.MULTILINE)
MEASUREMENT = r"BOUND (f32|f64) (\S+) at (\S+)\n((?: \*  +.*\n)*)"


@dataclass(frozen=True)
class Facts:
    """What a page tells of a name."""

    name: str
    object: object
    summary: str
    extended: str
    points: dict[str, str]
    """{"Derivative": "``sigmoid(x)``", ...}: the points of the notes"""
    results: tuple[str, ...]
    """the names of the results"""
    formula: str | None
    """the expression that the docstring says is returned"""
    entry: "reference.Function | None"

    @property
    def is_elementwise(self) -> bool:
        return isinstance(self.object, np.ufunc) and self.object.signature is None


def public_names() -> list[str]:
    return list(softufunc.__all__)


def ufuncs() -> list[str]:
    return [name for name in public_names() if isinstance(getattr(softufunc, name), np.ufunc)]


@cache
def facts(name: str) -> Facts:
    thing = getattr(softufunc, name)
    doc = NumpyDocString(thing.__doc__)
    points = {title: " ".join(text.split()) for title, text in POINT.findall("\n".join(doc["Notes"]))}
    summary = " ".join(doc["Summary"])
    described = [" ".join(result.desc) for result in doc["Returns"]]
    formula = re.match(r"``([^`]+)``", described[0]) if len(described) == 1 else None
    return Facts(
        name=name,
        object=thing,
        summary=summary,
        extended="\n".join(doc["Extended Summary"]),
        points=points,
        results=tuple(result.name for result in doc["Returns"]),
        formula=formula and formula[1],
        entry=reference.FUNCTIONS.get(name),
    )


def second_argument(name: str) -> str:
    """What the docstring of a ufunc with two arguments calls the second one; y if it names none."""
    parameters = NumpyDocString(getattr(softufunc, name).__doc__)["Parameters"]
    names = [each for parameter in parameters for each in parameter.name.split(", ")]
    if names[:2] == ["x1", "x2"]:  # of a generalised ufunc, which names its arguments itself
        return re.search(r"`(\w+)`", " ".join(parameters[1].desc))[1]
    return names[1] if len(names) > 1 else "y"


def measurements(name: str) -> list[tuple[str, str, str, str]]:
    """(type, largest error in ULP, where, how it was found) from the head of functions/NAME.h."""
    header = reference.HEADERS / f"{name}.h"
    if not header.exists():
        return []
    found = re.findall(MEASUREMENT, header.read_text(encoding="utf-8").split("*/")[0])
    return [
        ("float32" if kind == "f32" else "float64", ulp, where, " ".join(how.replace(" * ", " ").split()))
        for kind, ulp, where, how in found
    ]


def other_names(name: str) -> str:
    """What others call it; "those of NAME" in a docstring are the names of another function here."""
    text = facts(name).points.get("Other names", "").rstrip(".")
    same = re.fullmatch(r"those of (\w+)", text)
    return other_names(same[1]) if same else text
