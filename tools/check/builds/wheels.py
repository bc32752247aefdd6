"""The wheels that are promised, by pyproject.toml and the workflow of the wheels, and what has been tried of each.

docs/platforms.md has a table of them. tests/repo/test_wheels.py compares this list with the configuration, the target
`cibuildwheel` compares it with what cibuildwheel itself reads there.
"""

import sys
from dataclasses import dataclass

from tools.check.builds.installed import environment
from tools.check.platforms.targets import Fault, Target
from tools.common import ROOT, run


@dataclass(frozen=True)
class Platform:
    """A platform of wheels, as cibuildwheel names it, and the targets that have tried something of it."""

    name: str
    title: str
    system: str
    """and the architecture, as cibuildwheel takes them"""
    architecture: str
    runner: str
    """of the workflow; it builds the wheels"""
    stable: tuple[str, ...] = ()
    """targets that build and test the wheel with the stable ABI"""
    free_threaded: tuple[str, ...] = ()
    """targets that build and test the wheel for free-threaded Python"""
    code: tuple[str, ...] = ()
    """targets that test the code otherwise: other wheels, the kernels and loops as a program"""


PLATFORMS = (
    Platform(
        "manylinux_x86_64",
        "Linux x86-64, glibc",
        "linux",
        "x86_64",
        "ubuntu-24.04",
        stable=("manylinux",),
        free_threaded=("python3.14t",),
        code=("native", "python3.14", "python3.15", "python3.13t"),
    ),
    Platform(
        "musllinux_x86_64",
        "Linux x86-64, musl",
        "linux",
        "x86_64",
        "ubuntu-24.04",
        stable=("musl-python",),
        code=("musl",),
    ),
    Platform(
        "manylinux_aarch64",
        "Linux AArch64, glibc",
        "linux",
        "aarch64",
        "ubuntu-24.04-arm",
        code=("aarch64", "aarch64-python"),
    ),
    Platform("musllinux_aarch64", "Linux AArch64, musl", "linux", "aarch64", "ubuntu-24.04-arm"),
    Platform("macosx_x86_64", "macOS, Intel", "macos", "x86_64", "macos-15-intel"),
    Platform("macosx_arm64", "macOS, Apple", "macos", "arm64", "macos-15"),
    Platform("win_amd64", "Windows x86-64", "windows", "AMD64", "windows-2022", code=("windows", "windows-clang")),
)
STABLE, FREE_THREADED = "cp311", "cp314t"
"""what is built for each platform: with the stable ABI, and for free-threaded Python, which has none"""


def promised():
    """Return the identifiers of all wheels, as cibuildwheel writes them."""
    return {f"{build}-{platform.name}" for build in (STABLE, FREE_THREADED) for platform in PLATFORMS}


def rows(records):
    """Return the table: a platform, its runner, and the targets that have run; records are those of all targets."""

    def tried(names):
        return ", ".join(f"`{name}`" for name in names if name in records) or "never tried"

    columns = ("stable", "free_threaded", "code")
    return [[p.name, p.title, p.runner, *(tried(getattr(p, column)) for column in columns)] for p in PLATFORMS]


def check(run_):
    """Compare the list with the wheels that cibuildwheel would build."""
    found = set()
    for system, architecture in dict.fromkeys((platform.system, platform.architecture) for platform in PLATFORMS):
        options = ["--platform", system, "--archs", architecture, "--print-build-identifiers"]
        found |= set(run(sys.executable, "-m", "cibuildwheel", *options, ROOT, env=environment()).split())
    run_.facts["ran"] = f"the configuration, {len(found)} wheels"
    for name in sorted(found ^ promised()):
        yield Fault(
            f"{name} is {'built, but not listed in tools/check/builds/wheels.py' if name in found else 'not built'}"
        )
    yield f"{len(found)} wheels"


TARGETS = (Target("cibuildwheel", "the wheels that cibuildwheel would build", check, commands=("cibuildwheel",)),)
