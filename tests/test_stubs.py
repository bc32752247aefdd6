"""Every function has the type in the stubs that .ci/types tries with one function of each kind."""

import re

import numpy as np
import pytest
from reference import ROOT

import softufunc

STUBS = (ROOT / "src" / "softufunc" / "__init__.pyi").read_text(encoding="utf-8")
LABELS = re.findall(
    r"X\((\w+), \w+, LABEL\)", (ROOT / "src/softufunc/functions/functions.h").read_text(encoding="utf-8")
)
KINDS = {
    (1, 1, None): "UFuncOfOne",
    (2, 1, None): "UFuncOfTwo",
    (1, 2, None): "UFuncWithTwoResults",
    (1, 1, "(n)->()"): "GUFuncOfOne",
    (2, 1, "(n),(n)->()"): "GUFuncOfLabels",
}
UFUNCS = [name for name in softufunc.__all__ if isinstance(getattr(softufunc, name), np.ufunc)]


@pytest.mark.parametrize("name", UFUNCS)
def test_kind(name):
    """The number of arguments and results, and the signature, decide."""
    f = getattr(softufunc, name)
    kind = "UFuncOfLabels" if name in LABELS else KINDS[f.nin, f.nout, f.signature]
    assert re.findall(rf"^{name}: (.*)$", STUBS, re.MULTILINE) == [f"Final[{kind}]"]


@pytest.mark.parametrize("kind", [*KINDS.values(), "UFuncOfLabels"])
def test_every_kind_is_tried(kind):
    """Some function of each kind is called in the files of .ci/types, inside assert_type."""
    names = [name for name in UFUNCS if f"\n{name}: Final[{kind}]\n" in STUBS]
    text = "".join(file.read_text(encoding="utf-8") for file in (ROOT / ".ci" / "types").glob("*.py"))
    assert any(re.search(rf"assert_type\({name}\(", text) for name in names)
