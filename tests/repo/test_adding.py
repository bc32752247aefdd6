"""Adding a function takes two new files and one line, as described in docs/adding_a_function.md.

toy.h and toy.toml are added to a copy of the project, the copy is built, and the tests for the function run there. No
other file may change, except those written by `python -m tools refresh`. The build needs the group `compiled`;
conftest.py skips the collection of this file if it is not installed.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.facts import ROOT

HERE = Path(__file__).parent
FOLDER = Path("src", "softufunc", "functions")
ADDED = {f"{FOLDER.as_posix()}/toy.h", f"{FOLDER.as_posix()}/toy.toml"}
REFRESH = ("tables", "exports", "hashes")
REFRESHED = {"CHANGELOG.md", "README.md", "docs/derivatives.md", "tests/exports.txt", "tests/hashes.json"}
"""the files they write: hashes of the results and their number, the list of the C ABI, rows of two tables"""


def contents(folder):
    """Return {file: hash of its contents}."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def copy(tmp_path):
    """A copy of the files tracked by git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for file in filter(None, listed.split("\0")):
        if (ROOT / file).is_file():
            (tmp_path / "copy" / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, tmp_path / "copy" / file)
    return tmp_path / "copy"


@pytest.fixture
def run(copy, tmp_path):
    """Run Python in the copy, with the package built from it: run(*arguments) returns the output."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path / "installed"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path / "hypothesis"),
    }

    def call(*arguments):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return call


def test_two_files_and_one_line(copy, run, tmp_path):
    """The tests of all properties pass for a toy function that is not monotone and has a zero and special values."""
    before = contents(copy)
    for name in ("toy.h", "toy.toml"):
        shutil.copyfile(HERE / name, copy / FOLDER / name)
    listed = copy / FOLDER / "functions.h"
    *_, last = re.finditer(r"^UFUNC\(.*\)\n", listed.read_text(encoding="utf-8"), re.MULTILINE)
    text = listed.read_text(encoding="utf-8")
    listed.write_text(f"{text[: last.end()]}UFUNC(toy, 1, 1)\n{text[last.end() :]}", encoding="utf-8")

    target = ["--no-build-isolation", "--no-deps", "--no-index", "--target", str(tmp_path / "installed")]
    run("-m", "pip", "install", "-q", *target, f"-Cbuild-dir={tmp_path / 'build'}", ".")
    added = contents(copy)
    assert {file for file in added if file not in before} == ADDED
    assert {file for file in before if added.get(file) != before[file]} == {f"{FOLDER.as_posix()}/functions.h"}

    run("-m", "tools", "refresh", *REFRESH)
    after = contents(copy)
    assert {file for file in {*added, *after} if after.get(file) != added.get(file)} == REFRESHED
    assert (copy / "tests" / "exports.txt").read_text().startswith((ROOT / "tests" / "exports.txt").read_text())
    assert "| `toy(x)` |" in (copy / "README.md").read_text(encoding="utf-8")

    report = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "toy", "tests")
    assert int(re.search(r"^(\d+) passed", report, re.MULTILINE)[1]) > 250, report
    found = run("-c", "import softufunc as s; print(s.toy(-1.0), s.show_config()['available'], s.__file__)")
    assert found.startswith("-0.36787944117144233 ['")
    assert str(tmp_path / "installed") in found
