"""Every function has two files, bounds with witnesses, hashes, worst inputs, and rows in the tables."""

import json
import re
from pathlib import Path

import pytest
from softufunc._ufuncs import tables

import softufunc
from tools import generate, refresh
from tools.facts import FOLDER, ROOT
from tools.inputs import BINARY, ELEMENTWISE, NAMES, UNARY
from tools.reference import DTYPES, FACTS, bounds, owner

PACKAGE = Path(softufunc.__file__).parent
WITH_BOUNDS = [name for name in NAMES if any(owner(name, i) == name for i in range(FACTS[name].nout))]
"""the others have the bits of other functions"""
DOSSIER = [name for name in UNARY if FACTS[name].nout == 1]


def test_two_files_each():
    """Each function has two files, there are no other files of this kind, and names are unique."""
    assert len(NAMES) == len(set(NAMES)) >= 19
    assert {path.stem for path in FOLDER.glob("*.h")} - {"functions"} == set(NAMES)
    assert {path.stem for path in FOLDER.glob("*.toml")} - {"references"} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_header_comment(name):
    """functions/NAME.h starts with the definition, and states bounds for float32 and float64 unless it has none."""
    text = (FOLDER / f"{name}.h").read_text(encoding="utf-8")
    assert re.match(rf"/\* {name}\(\w+(, \w+)*\) = ", text), "the definition comes first"
    assert set(bounds(name)) == ({"f4", "f8"} if name in WITH_BOUNDS else set()), "BOUND f32 ... and BOUND f64 ..."
    for stated in bounds(name).values():
        assert (stated.log2 is None) == (FACTS[name].scale is None)
        if name in ELEMENTWISE:
            assert len(stated.witness) == FACTS[name].nin
        else:  # a row
            assert bool(stated.witness) == (stated.log2 is None)


@pytest.mark.parametrize("name", [name for name in WITH_BOUNDS if name in ELEMENTWISE])
def test_promised_no_more_than_the_bound(name):
    """The accuracy stated in the facts and the docstring is not better than the tested bound."""
    promised = {DTYPES[dtype]: ulp for dtype, ulp in FACTS[name].bound.items()}
    assert set(promised) == {"f4", "f8"}
    for dtype, ulp in promised.items():
        assert bounds(name)[dtype].ulp <= ulp <= 1
        assert f"{ulp:g}" in getattr(softufunc, name).__doc__


@pytest.mark.parametrize("name", DOSSIER)
def test_facts_are_complete(name):
    """Hard inputs for both types, monotone intervals, a derivative, special values at both ends of the domain."""
    facts = FACTS[name]
    assert set(facts.hard) == {"float32", "float64"}
    assert all(len(cases) >= 2 for cases in facts.hard.values())
    assert facts.monotone
    assert len(facts.derivative) == 1
    found = {case.inputs[0] for case in facts.special}
    assert set(facts.domain) <= found


@pytest.mark.parametrize("name", BINARY)
def test_facts_of_two_inputs_are_complete(name):
    """Generator, hard inputs, both derivatives, special values, and a description of the methods."""
    facts = FACTS[name]
    assert facts.generator
    assert len(facts.derivative) == 2
    assert len(facts.special) >= 8
    assert facts.methods
    assert facts.hard.get("float64")


@pytest.mark.parametrize("name", NAMES)
def test_docstring(name):
    """The docstring has the summary, special values, accuracy, relation and other names."""
    text = getattr(softufunc, name).__doc__
    for point in ("Special values", "Accuracy", "Identity", "Other names"):
        assert (point == "Other names" and not FACTS[name].elsewhere) or f"* {point}:" in text, point
    assert FACTS[name].summary in text


def test_worst_inputs():
    """Every unary function with its own bound has worst inputs for both types."""
    stored = json.loads((ROOT / "tests" / "worst_inputs.json").read_text(encoding="utf-8"))
    assert set(stored) == {name for name in WITH_BOUNDS if name in UNARY}
    assert all(set(entry) == {"f4", "f8"} for entry in stored.values())


def test_build_is_up_to_date():
    """The installed files match the current list of functions and facts."""
    assert set(tables["baseline"]) == set(NAMES)
    for name in ("__init__.pyi", "__init__.pxd", "_facts.py"):
        assert (PACKAGE / name).read_text(encoding="utf-8") == generate.OUTPUTS[name](), name
    header = Path(softufunc.get_include(), "softufunc.h").read_text(encoding="utf-8")
    assert header == generate.OUTPUTS["softufunc.h"]()


@pytest.mark.parametrize(("file", "text"), list(refresh.cheap().items()), ids=list(refresh.cheap()))
def test_refreshed(file, text):
    """The files that `python -m tools refresh` writes without measurements are up to date."""
    assert (ROOT / file).read_text(encoding="utf-8") == text


def test_stages():
    """kernels/stages.h names kernels; a misspelled name would be a kernel of three stages without a word."""
    text = (FOLDER.parent / "kernels" / "stages.h").read_text(encoding="utf-8")
    named = set(re.findall(r"\bIS\((?!other)(\w+)\)", text))
    assert named
    assert named <= set(ELEMENTWISE)


def test_no_long_file():
    """No handwritten file of the package, its tools or its tests is longer than about 400 lines."""
    kinds = {".py", ".pyx", ".pyi", ".h", ".c", ".in", ".toml", ".build"}
    files = [
        path for folder in ("src", "tests", "tools") for path in (ROOT / folder).rglob("*") if path.suffix in kinds
    ]
    assert len(files) > 100
    long = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in files}
    assert not {name: n for name, n in long.items() if n > 420}
