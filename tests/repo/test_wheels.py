"""The wheels of the workflow are those of the documentation, which says what has been tried of each."""

import re
import tomllib

import pytest

from tools.check import builds, platforms
from tools.check.builds import wheels
from tools.check.platforms import wheel
from tools.check.platforms.targets import Fault, Run
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


@pytest.mark.parametrize("kind", ["manylinux", "musllinux"])
@pytest.mark.parametrize("repaired", [True, False])
def test_repaired_wheel(repaired, kind, monkeypatch, tmp_path):
    """A wheel without the tag that pyproject.toml promises is a fault; that of the record is the repaired one."""
    tag = wheel.promised(kind)
    assert tag == f"{CONFIGURED[f'{kind}-x86_64-image']}_x86_64"
    names = {"built": "p-1-cp311-abi3-linux_x86_64.whl", "repaired": f"p-1-cp311-abi3-{tag if repaired else 'x'}.whl"}
    for folder, name in names.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).touch()

    def run_tests(run, enter, python, tree):
        run.facts["ran"] = "all tests"
        yield "1 passed"

    monkeypatch.setattr(wheel, "run_tests", run_tests)
    run = Run(tmp_path, tmp_path)
    place = wheel.Place(run, lambda *words, **environment: ["echo", words[-1]], "tree", str(tmp_path))
    lines = list(place.check(kind, "a library"))
    assert [type(line) for line in lines].count(Fault) == (not repaired)
    assert run.facts["ran"] == f"{names['repaired']} with a library: all tests"


@pytest.mark.parametrize("tried", [True, False])
def test_rows(tried):
    """Every platform has a row, which names the targets that have run, or says that it was never tried."""
    rows = wheels.rows(dict.fromkeys([*builds.TARGETS, *platforms.TARGETS]) if tried else {})
    assert {f"{build}-{row[0]}" for row in rows for build in ("cp311", "cp314t")} == wheels.promised()
    for name in ("manylinux", "musl-python"):
        assert [f"`{name}`" in row for row in rows].count(True) == tried
    assert tried or all(row[3:] == ["never tried"] * 3 for row in rows)


def test_records_of_builds():
    """docs/data/builds.json has no target that is gone, and no run with faults."""
    for name, record in platforms.records(builds.RECORDS).items():
        assert name in builds.TARGETS
        assert record["faults"] == 0
