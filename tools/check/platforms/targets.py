"""What a target is: a processor, compiler or Python on which `python -m tools check platforms` runs the package."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


class Fault(str):
    """A line of a report that is a fault."""


@dataclass
class Run:
    """What the function of a target receives, and the facts that it adds for the record."""

    work: Path
    """a temporary folder"""
    cache: Path
    """a folder that is kept: chroots, interpreters"""
    quick: bool = False
    """run a part of the checks only"""
    facts: dict[str, str | int] = field(default_factory=dict)
    """of the record: "compiler", "python", "numpy", "ran" (what was run), "megabytes" in the cache"""


@dataclass(frozen=True)
class Target:
    """A platform, what it needs, and the function that checks it."""

    name: str
    title: str
    """the platform, in the table of docs/platforms.md"""
    run: Callable[[Run], Iterator[str]]
    """yields the lines of the report; faults as Fault"""
    cheap: bool = True
    """whether it runs by default, as in .ci/run; others must be named, or take --all"""
    commands: tuple[str, ...] = ()
    """must be on PATH"""
    packages: tuple[str, ...] = ()
    """Debian packages that provide the commands and libraries"""
    group: str = ""
    """the dependency group of pyproject.toml that provides the others"""
    prepare: Callable[[], None] | None = None
    """called once, before all targets that share it"""


def version(*command: str) -> str:
    """Return the first line that a command prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.partition("\n")[0]
