"""Every function has the right type in the stubs; .ci/types tests one function of each type."""

import ast
import re
from pathlib import Path

import pytest

import softufunc
from tools.facts import ROOT
from tools.inputs import NAMES
from tools.reference import FACTS

STUBS = Path(softufunc.__file__).with_name("__init__.pyi").read_text(encoding="utf-8")
KIND = {name: re.findall(rf"^{name}: Final\[(\w+)\]$", STUBS, re.MULTILINE) for name in NAMES}


def shape(name):
    """Return the properties that determine the type."""
    f = getattr(softufunc, name)
    return f.nin, f.nout, f.signature, bool(FACTS[name].label)


@pytest.mark.parametrize("name", NAMES)
def test_kind(name):
    """Each function has one type, which it shares with exactly the functions of the same shape."""
    assert len(KIND[name]) == 1
    for other in NAMES:
        assert (KIND[other] == KIND[name]) == (shape(other) == shape(name)), other


@pytest.mark.parametrize("name", NAMES)
def test_docstring_below_the_name(name):
    """The docstring follows the name, so that editors show it."""
    text = STUBS.partition(f"\n{name}: Final[{KIND[name][0]}]\n")[2]
    assert text.startswith(f'"""{FACTS[name].summary}')


@pytest.mark.parametrize("kind", sorted({kinds[0] for kinds in KIND.values()}))
def test_every_kind_is_tried(kind):
    """Some function of each type is called inside assert_type in .ci/types."""
    names = [name for name in NAMES if KIND[name] == [kind]]
    text = "".join(file.read_text(encoding="utf-8") for file in (ROOT / ".ci" / "types").glob("*.py"))
    assert any(re.search(rf"assert_type\({name}\(", text) for name in names)


@pytest.mark.parametrize("kind", sorted({kinds[0] for kinds in KIND.values()}))
def test_last_overloads(kind):
    """Any array-like gives Any, and a wrong keyword a short error: the last two overloads of every type."""
    folder = Path(softufunc.__file__).with_name("_typing")
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in folder.glob("*.pyi")]
    (found,) = (node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind)
    *_, general, wrong = (each for each in found.body if isinstance(each, ast.FunctionDef) and each.name == "__call__")
    for overload in general, wrong:
        assert {ast.unparse(each.annotation) for each in overload.args.posonlyargs[1:]} == {"Input"}
        assert set(ast.unparse(overload.returns).removeprefix("tuple").strip("[]").split(", ")) == {"Any"}
    assert ast.unparse(wrong.args.kwarg.annotation) == "WrongKeyword[Never]"
