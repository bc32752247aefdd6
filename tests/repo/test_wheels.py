"""The wheels of the workflow are those of the documentation, which says what has been tried of each."""

import re
import tomllib

import pytest

from tools.check import builds, platforms
from tools.check.builds import wheels
from tools.facts import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONFIGURED = PYPROJECT["tool"]["cibuildwheel"]
WORKFLOW = (ROOT / ".github" / "workflows" / "wheels.yml").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")


def test_runners():
    """The workflow has one runner for each system and architecture, which builds for its own architecture."""
    (listed,) = re.findall(r"^        runner: \[(.*)\]$", WORKFLOW, re.MULTILINE)
    places = {platform.runner: (platform.system, platform.architecture) for platform in wheels.PLATFORMS}
    assert listed.split(", ") == list(places)
    assert len(set(places.values())) == len(places)
    assert all((p.system, p.architecture) == places[p.runner] for p in wheels.PLATFORMS)
    assert CONFIGURED["archs"] == ["auto64"]


def test_builds():
    """The builds and images of pyproject.toml are those of the list; nothing is skipped."""
    assert CONFIGURED["build"] == [f"{wheels.STABLE}-*", f"{wheels.FREE_THREADED}-*"]
    assert "skip" not in CONFIGURED
    images = {f"{p.name.replace('_', '-', 1)}-image" for p in wheels.PLATFORMS if "linux_" in p.name}
    assert {key for key in CONFIGURED if key.endswith("-image")} == images
    (override,) = CONFIGURED["overrides"]
    assert override["select"] == f"{wheels.FREE_THREADED}-*"


def test_version_of_cibuildwheel():
    """The target `cibuildwheel` has the version of the workflow."""
    (version,) = re.findall(r"cibuildwheel==([\d.]+)", WORKFLOW)
    assert f"cibuildwheel=={version}" in PYPROJECT["dependency-groups"]["release"]


def test_targets():
    """What has tried a wheel is a target of `check builds` or `check platforms`."""
    for platform in wheels.PLATFORMS:
        for name in (*platform.stable, *platform.free_threaded, *platform.code):
            assert name in builds.TARGETS or name in platforms.TARGETS, name


def test_page():
    """docs/platforms.md has the table of wheels, and says that free-threaded Python has no stable ABI."""
    assert "```{measured} wheels\n```" in PAGE
    version = wheels.FREE_THREADED.removeprefix("cp3").removesuffix("t")
    assert re.search(rf"[Ff]ree-threaded\s+Python 3\.{version} has no stable ABI", PAGE)


@pytest.mark.parametrize("tried", [True, False])
def test_rows(tried):
    """Every platform has a row, which names the targets that have run, or says that it was never tried."""
    rows = wheels.rows(dict.fromkeys([*builds.TARGETS, *platforms.TARGETS]) if tried else {})
    assert {f"{build}-{row[0]}" for row in rows for build in ("cp311", "cp314t")} == wheels.promised()
    assert ["`manylinux`" in row for row in rows].count(True) == tried
    assert tried or all(row[3:] == ["never tried"] * 3 for row in rows)


def test_records_of_builds():
    """docs/data/builds.json has no target that is gone, and no run with faults."""
    for name, record in platforms.records(builds.RECORDS).items():
        assert name in builds.TARGETS
        assert record["faults"] == 0
