"""Versions, requirements and links agree in all files for packaging: pyproject.toml is where they are stated."""

import re
import subprocess
import tomllib

import pytest

import softufunc
from tools.facts import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def names(requirements):
    return {re.match(r"[\w.-]+", each)[0]: re.sub(r"^[\w.-]+ ?", "", each) for each in requirements}


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("meson.build", r"^    version: '(.+)',$"),
        ("CITATION.cff", r"^version: (.+)$"),
        ("docs/citation.md", r"^  version = \{(.+)\},$"),
        ("recipe/recipe.yaml", r'^  version: "(.+)"$'),
        ("CHANGELOG.md", r"^## \[(\d.+?)\]"),
    ],
)
def test_version(file, pattern):
    """Every file states the version that is installed."""
    assert re.search(pattern, read(file), re.MULTILINE)[1] == softufunc.__version__


def test_links():
    """All links to the repository and to the documentation begin with those of pyproject.toml."""
    home, docs = PROJECT["urls"]["Homepage"], PROJECT["urls"]["Documentation"]
    assert all(url.startswith((home, docs)) for url in PROJECT["urls"].values())
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    found = {}
    for file in listed or ["README.md", "CITATION.cff", "CONTRIBUTING.md", "recipe/recipe.yaml"]:
        if file.endswith((".md", ".cff", ".yaml", ".yml", ".py", ".toml", ".rst")) and (ROOT / file).is_file():
            # the host, and on GitHub the owner and the name
            for url in re.findall(r"https://(?:github\.com/softufunc/[\w-]+|softufunc\.[\w.]*\w)", read(file)):
                found.setdefault(url, file)
    assert set(found) == {home, docs}, found


def test_citation():
    """CITATION.cff has the license, the authors and the links of pyproject.toml."""
    for line in (
        f"license: {PROJECT['license']}",
        f"  - name: {PROJECT['authors'][0]['name']}",
        f"repository-code: {PROJECT['urls']['Homepage']}",
        f"url: {PROJECT['urls']['Documentation']}",
    ):
        assert line in read("CITATION.cff").splitlines()


def test_recipe():
    """The conda recipe has the requirements of pyproject.toml, those of the build, of the package and of its tests."""
    blocks = re.findall(r"^ +(host|run):\n((?: +- .*\n)+)", read("recipe/recipe.yaml"), re.MULTILINE)
    found = [names(re.findall(r"- (.*)", block)) for _, block in blocks]
    assert [kind for kind, _ in blocks] == ["host", "run", "run"]
    host, run, tests = found
    assert names(PYPROJECT["build-system"]["requires"]).items() <= host.items()
    oldest = PROJECT["requires-python"].removeprefix(">=")
    assert host["python"] == host["python-abi3"] == f"{oldest}.*"
    assert run == {"python": "", **names(PROJECT["dependencies"])}
    assert tests == names(PROJECT["optional-dependencies"]["test"])


def test_pre_commit():
    """The hooks use the versions of the group `lint`."""
    used = re.findall(r'additional_dependencies: \["(.*)"\]', read(".pre-commit-config.yaml"))
    assert len(used) == read(".pre-commit-config.yaml").count("- id:")
    assert set(used) == {each for each in PYPROJECT["dependency-groups"]["lint"] if "==" in each}


def test_groups():
    """CONTRIBUTING.md and .ci/run install groups that exist."""
    for file in "CONTRIBUTING.md", ".readthedocs.yaml", ".github/workflows/wheels.yml", "tools/common.py":
        wanted = set(re.findall(r"--group[ =](\w+)", read(file)))
        assert wanted, file
        assert wanted <= set(PYPROJECT["dependency-groups"]), file
    installed = re.search(r"groups=\((.*)\)", read(".ci/run"))[1].split()
    assert set(installed) <= set(PYPROJECT["dependency-groups"])
