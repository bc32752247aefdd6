"""What a new function lacks: every list and every page, compared with functions.h."""

import ast
import json
import re
from pathlib import Path

import pytest
from reference import FUNCTIONS, HEADERS, ROOT, bounds
from reference_of_two import FUNCTIONS_OF_TWO, bounds_of_two
from reference_two_results import EVERY_NAME as REFERENCE
from reference_two_results import SAME_BITS, TWO_RESULTS
from softufunc._ufuncs import tables
from sums import SUMS

import softufunc
from softufunc.__main__ import PLAIN
from softufunc._docs import DOCS
from softufunc._docs_of_two import DOCS_OF_TWO
from softufunc._docs_reductions import DOCS_OF_REDUCTIONS
from softufunc._docs_two_results import DOCS_OF_TWO_RESULTS

SOURCE = HEADERS.parent
HERE = Path(__file__).resolve().parent
LIST = (SOURCE / "functions" / "functions.h").read_text(encoding="utf-8")
LISTED = re.findall(r"^\s*X\((\w+), \w+\)", LIST, re.MULTILINE)
REDUCTIONS = re.findall(r"^\s*X\((\w+), \d, ", LIST, re.MULTILINE)
OF_TWO = re.findall(r"^\s*X\((\w+), [A-Z]+, [A-Z]+\)", LIST, re.MULTILINE)
WITH_TWO_RESULTS = re.findall(r"^\s*X\((\w+)\)", LIST, re.MULTILINE)


def read(*parts):
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def stubs():
    """The public names that __init__.pyi declares."""
    tree = ast.parse(read("src", "softufunc", "__init__.pyi"))
    names = {node.target.id for node in tree.body if isinstance(node, ast.AnnAssign)}
    return {name for name in names if not name.startswith("_")}


def readme_rows():
    """The functions in the first column of the README's table."""
    return set(re.findall(r"^\| `(\w+)\([\w, ]+\)` \|", read("README.md"), re.MULTILINE))


def found(pattern, *parts):
    """What a pattern finds at the beginnings of lines of a file."""
    return set(re.findall(f"^{pattern}", read(*parts), re.MULTILINE))


# the names for float32 and for arrays, which go with one that is listed
EXPORTED_BESIDE = {name + end for name in [*LISTED, *OF_TWO, *WITH_TWO_RESULTS] for end in ("f", "_array", "f_array")}
# what is kept for functions of one argument and one result only
OTHERS = {*OF_TWO, *WITH_TWO_RESULTS, *REDUCTIONS}
# where a function must be found: {what to do: the names that are there}
PLACES = {
    "a line in src/softufunc/functions/functions.h": {*LISTED, *OF_TWO, *WITH_TWO_RESULTS, *REDUCTIONS},
    "a file src/softufunc/functions/NAME.h": {path.stem for path in HEADERS.glob("*.h")}
    - {"all", "all_of_one", "all_of_two", "functions"},
    "a line in src/softufunc/functions/all_of_one.h, all_of_two.h or all.h": {
        name
        for file in ("all_of_one.h", "all_of_two.h", "all.h")
        for name in re.findall(r'#include "(?!all_)(\w+)\.h"', (HEADERS / file).read_text())
    },
    "an entry in DOCS of src/softufunc/_docs.py": {*DOCS, *DOCS_OF_TWO, *DOCS_OF_TWO_RESULTS, *DOCS_OF_REDUCTIONS},
    "a line in src/softufunc/__init__.pyi": stubs(),
    "an entry in TABLE of tests/reference.py or in SUMS of tests/sums.py": {*REFERENCE, *FUNCTIONS_OF_TWO, *SUMS},
    "an entry in tests/hashes.json (python tests/make_hashes.py)": set(json.loads((HERE / "hashes.json").read_text())),
    "a row in the table of README.md": readme_rows(),
    "a line in src/softufunc/include/softufunc.h": {
        *found(r"    SOFTUFUNC_\w+\((\w+)\)$", "src", "softufunc", "include", "softufunc.h"),
        *REDUCTIONS,
    },
    "four lines in src/softufunc/__init__.pxd": {
        *found(r"cdef \w+ (\w+)\(", "src", "softufunc", "__init__.pxd"),
        *REDUCTIONS,
    }
    - EXPORTED_BESIDE,
    "four lines in tests/exports.txt": {*found(r"\w+ (\w+)\(", "tests", "exports.txt"), *REDUCTIONS} - EXPORTED_BESIDE,
    "a row in docs/derivatives.md": found(r"\| `(\w+)\(x\)` \|", "docs", "derivatives.md") | OTHERS,
    "a formula in PLAIN of src/softufunc/__main__.py": {*PLAIN, *OTHERS},
    "a reference in tools/ulp/ulp.c": found(r"    X\((\w+)\)", "tools", "ulp", "ulp.c") | OTHERS,
    "a reference in tools/exhaustive/exhaustive.c": OTHERS
    | found(r"    X\((\w+), -?\d\)", "tools", "exhaustive", "exhaustive.c"),
    "a build that is up to date": set(tables["baseline"]),
}
EVERY_NAME = sorted(set().union(*PLACES.values()))


def test_worst_inputs():
    """Every function, and every one of two results that has bits of its own, has worst inputs."""
    own = {name for name in TWO_RESULTS if not all(SAME_BITS[name])}
    assert set(json.loads((HERE / "worst_inputs.json").read_text())) == {*LISTED, *own}


@pytest.mark.parametrize("name", OF_TWO)
def test_functions_of_two_are_complete(name):
    """A definition and two bounds in the file; the docstring promises no more, for float32 and for float64."""
    text = (HEADERS / f"{name}.h").read_text(encoding="utf-8")
    assert re.match(rf"/\* {name}\(x, \w\) = ", text), "the definition comes first"
    assert name in softufunc.__all__
    points = set(re.findall(r"^\* ([A-Z][\w ]+): ", DOCS_OF_TWO[name], re.MULTILINE))
    assert points >= {"Special values", "Accuracy", "Identity", "Derivative", "Methods", "Other names"}
    (line,) = re.findall(r"^\* Accuracy:.*?\(units", DOCS_OF_TWO[name], re.MULTILINE | re.DOTALL)
    promised = [float(number) for number in re.findall(r"(\d+(?:\.\d+)?) ULP", line)]
    assert bounds_of_two(name)["f4"].ulp <= promised[0]
    assert bounds_of_two(name)["f8"].ulp <= promised[-1]


def test_two_results_are_functions():
    """Each result has a name in the list; a bound is stated where the bits are others."""
    for name, parts in TWO_RESULTS.items():
        assert len(parts) == len(SAME_BITS[name]) == 2
        assert set(parts) <= set(LISTED)
        assert set(bounds(name)) == (set() if all(SAME_BITS[name]) else {"f4", "f8"})


def test_there_are_functions():
    """The lists are read: eleven functions or more, and two with two results, none twice."""
    assert len(LISTED) >= 11
    assert len([*LISTED, *WITH_TWO_RESULTS]) == len({*LISTED, *WITH_TWO_RESULTS})
    assert {"logaddexp", "logsubexp", "softminimum", "log_prob"} <= set(OF_TWO)
    assert set(OF_TWO) == set(FUNCTIONS_OF_TWO)
    assert set(WITH_TWO_RESULTS) == set(TWO_RESULTS)
    assert {"softplus", "softminus", "sigmoid", "one_minus_sigmoid", "logit"} <= set(LISTED)
    assert {"softplusinv", "softminusinv", "log_prob_0", "log_prob_1"} <= set(LISTED)


@pytest.mark.parametrize("name", EVERY_NAME)
def test_function_is_complete(name):
    """A function that is found anywhere is found everywhere; the message says what is missing."""
    missing = [place.replace("NAME", name) for place, names in PLACES.items() if name not in names]
    assert not missing, f"{name} lacks: " + "; ".join(missing)


@pytest.mark.parametrize("name", LISTED)
def test_its_page_has_what_it_is_made_from(name):
    """A page is made for every public name from its docstring; tools/check_docs.py looks at the page itself."""
    assert name in softufunc.__all__
    points = set(re.findall(r"^\* ([A-Z][\w ]+): ", DOCS[name], re.MULTILINE))
    assert points >= {"Special values", "Accuracy", "Other names"}


def test_the_guide_names_every_place():
    """docs/adding_a_function.md tells of each place where a function is looked for."""
    guide = read("docs", "adding_a_function.md")
    for place in PLACES:
        for file in re.findall(r"[\w/]+\.(?:c|h|py|pyi|pxd|txt|json|md)\b", place):
            assert f"`{file}`" in guide or f"python {file}" in guide, f"docs/adding_a_function.md does not name {file}"


@pytest.mark.parametrize("name", LISTED)
def test_its_file_tells_the_story(name):
    """functions/NAME.h opens with the definition and states one bound for each of float32 and float64."""
    text = (HEADERS / f"{name}.h").read_text(encoding="utf-8")
    assert re.match(rf"/\* {name}\(\w\) = ", text), "the definition comes first"
    assert set(bounds(name)) == {"f4", "f8"}, "one line 'BOUND f32 ... at ...' and one line 'BOUND f64 ... at ...'"


@pytest.mark.parametrize("name", LISTED)
def test_docstring_promises_no_more_than_the_bound(name):
    """The accuracy in the docstring is not better than what the tests check."""
    (line,) = re.findall(r"^\* Accuracy:.*?\(units", DOCS[name], re.MULTILINE | re.DOTALL)
    promised = {}
    for number, types in re.findall(r"(\d+\.\d+) ULP in ([a-z0-9 ]+)", line):
        for dtype in re.findall(r"float\d+", types):
            promised[dtype] = float(number)
    assert set(promised) == {"float32", "float64"}
    for dtype, key in (("float32", "f4"), ("float64", "f8")):
        assert bounds(name)[key].ulp <= promised[dtype]


@pytest.mark.parametrize("name", LISTED)
def test_table_entry_is_sound(name):
    """The reference table agrees with itself: inverses of inverses, hard inputs for both types, a direction."""
    function = FUNCTIONS[name]
    if function.inverse:
        inverse = FUNCTIONS[function.inverse]
        assert inverse.increasing == function.increasing
        assert inverse.inverse in (name, *(f.name for f in FUNCTIONS.values() if f.inverse == inverse.name))
    if function.symmetry:
        t, other, s = function.symmetry
        assert FUNCTIONS[other].symmetry is None
        assert function.increasing == (FUNCTIONS[other].increasing if t * s > 0 else not FUNCTIONS[other].increasing)
    assert set(function.hard) == {"f4", "f8"}
    assert all(len(pairs) >= 2 for pairs in function.hard.values())


def test_no_long_file():
    """No hand-written file of the package or its tests is above about 400 lines."""
    kinds = {".py", ".pyx", ".pyi", ".h", ".c", ".build"}
    files = [
        path for folder in ("src", "tests", "tools") for path in (ROOT / folder).rglob("*") if path.suffix in kinds
    ]
    assert len(files) > 20
    long = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in files}
    assert not {name: n for name, n in long.items() if n > 420}
