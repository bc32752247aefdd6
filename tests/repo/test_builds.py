"""`python -m tools check builds`: the pieces that its targets share. tests/repo/test_platforms.py tests the frame."""

from pathlib import Path

import numpy as np

from tools import build, copy_numpy_headers
from tools.check.builds import flags, installed, ways
from tools.check.platforms.targets import Fault
from tools.facts import ROOT


def test_another_build_is_a_fault(tmp_path):
    """The tests do not run with a package that was not built."""
    (found,) = installed.check(tmp_path, tmp_path)
    assert isinstance(found, Fault)
    assert "not use this build" in found


def test_documented_editable_installs():
    """CONTRIBUTING.md has an editable install with build isolation and one without, which the targets run."""
    found = [block for block in ways.blocks("Set up") if "pip install" in block and "--editable" in block]
    assert ["--no-build-isolation" in block for block in found] == [True, False]


def test_every_flag_is_refused():
    """meson.build lists every flag that must be refused."""
    text = (ROOT / "src" / "softufunc" / "meson.build").read_text(encoding="utf-8")
    assert all(f"'{flag}'" in text for flag in (*flags.REFUSED, *flags.REFUSED_AT_THE_LINK))


def test_headers_are_copied_once(tmp_path):
    """An unchanged header keeps its time, so that nothing is compiled again; a changed one is copied."""
    copy_numpy_headers.main(tmp_path)
    source = Path(np.get_include())
    names = {path.relative_to(source) for path in source.rglob("*.h")}
    assert names == {path.relative_to(tmp_path) for path in tmp_path.rglob("*.h")}
    first, second = (tmp_path / name for name in sorted(names)[:2])
    before = first.stat().st_mtime_ns
    second.write_text("changed", encoding="utf-8")
    copy_numpy_headers.main(tmp_path)
    assert first.stat().st_mtime_ns == before
    assert second.read_bytes() == (source / second.relative_to(tmp_path)).read_bytes()


def test_copy_of_the_tree(tmp_path):
    """The copy has what a build needs, and no results of builds."""
    copy = build.copy_tree(tmp_path / "copy")
    assert (copy / "tools" / "check" / "builds" / "flags.py").exists()
    assert (copy / "meson.build").exists()
    assert not (copy / ".git").exists()
    assert not list(copy.rglob("__pycache__"))
