"""The tests with other CPythons on this processor: newer ones, and free-threaded ones.

Debian sid has CPython 3.14 and 3.15, which run in a chroot with NumPy from PyPI. Free-threaded ones are compiled from
Debian's sources. All take the wheel with the stable ABI of Python 3.11 but the free-threaded ones, which have none.
"""

import os
import subprocess
import sys
from functools import partial

from tools import common
from tools.check.platforms import chroot
from tools.check.platforms.chroots import run_tests
from tools.check.platforms.targets import Fault, Target, version
from tools.common import ROOT

NEEDED = ("numpy", "pytest", "pytest-xdist", "hypothesis", "gmpy2")
PLATFORMS = ("2_28", "2_27", "2_17")
"""of manylinux wheels"""
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")
BUILD = ("numpy", "cython", "meson", "meson-python", "ninja")
SOURCES = {"3.13": "trixie", "3.14": chroot.SUITE}
"""of free-threaded Pythons: version, and the suite of Debian that has its source"""
ROUNDS = 30


def abi3_wheel(work):
    """Build the wheel of this Python."""
    common.run(sys.executable, *PIP, "wheel", "--no-build-isolation", "--no-deps", "-w", work / "wheel", ROOT)
    (wheel,) = (work / "wheel").glob("*-abi3-*.whl")
    return wheel


def download(folder, wanted, platforms, packages):
    """Download wheels of these packages for CPython `wanted`, with these platform tags, into a folder."""
    abis = (f"cp{wanted.replace('.', '')}", "abi3", "none")
    tags = [f"--platform={platform}" for platform in platforms] + [f"--abi={abi}" for abi in abis]
    tags += ["--implementation=cp", f"--python-version={wanted}", "--only-binary=:all:"]
    common.run(sys.executable, *PIP, "download", *tags, "-d", folder, *packages)


def check_newer(wanted, run):
    """Run the tests in a chroot with CPython `wanted`, say 3.15."""
    root = run.cache / f"python{wanted}"
    python = f"python{wanted}"
    run.facts["megabytes"] = chroot.make(root, chroot.AMD64, [python, f"{python}-dev", "binutils"])
    wheel = abi3_wheel(run.work)
    download(run.work / "wheels", wanted, [f"manylinux_{tag}_x86_64" for tag in PLATFORMS], NEEDED)
    chroot.install(root, wheel, *(run.work / "wheels").glob("*.whl"))
    run.facts["compiler"] = version("cc", "--version")
    yield from run_tests(run, partial(chroot.command, root, chroot.AMD64, run.work), python)


def sources(folder, suite, *packages):
    """Download and unpack Debian's sources of packages, each in a folder of its name, with an own list of packages."""
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    file = folder / "sources.list"
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    file.write_text(f"deb-src [signed-by={key}] {chroot.mirror()} {suite} main\n", encoding="utf-8")
    options = [f"-oDir::Etc::sourcelist={file}", "-oDir::Etc::sourceparts=-", f"-oDir::State::lists={lists}"]
    options += ["-oDir::Cache::srcpkgcache=", "-oDir::Cache::pkgcache=", "-oAcquire::Check-Valid-Until=false"]
    common.run("apt-get", "-q", *options, "update")
    for package in packages:
        unpacked = folder / package
        unpacked.mkdir()
        common.run("apt-get", "-q", *options, "source", "--download-only", package, cwd=unpacked)
        (archive,) = (path for path in unpacked.glob("*.orig.tar.*") if path.suffix != ".asc")
        common.run("tar", "-xf", archive, "--no-same-owner", "--strip-components=1", f"--directory={unpacked}")


def here(folder, *words, **environment):
    """Return the command that runs `words` in a folder, without variables that would choose another build."""
    variables = [f"{key}={value}" for key, value in environment.items()]
    return ["env", "-C", str(folder), "-u", "PYTHONPATH", "-u", "SOFTUFUNC_ISA", *variables, *map(str, words)]


def free_threaded(run, wanted):
    """Return the free-threaded Python in the cache, compiled if it is not there."""
    prefix = run.cache / f"python{wanted}t"
    python = prefix / "bin" / f"python{wanted}t"
    if not python.exists():
        sources(run.work, SOURCES[wanted], f"python{wanted}")
        folder = run.work / f"python{wanted}"
        common.run(
            "./configure", "--quiet", "--disable-gil", "--disable-test-modules", f"--prefix={prefix}", cwd=folder
        )
        common.run("make", "--silent", f"-j{len(os.sched_getaffinity(0))}", cwd=folder)
        common.run("make", "--silent", "install", cwd=folder)
    return python


def check_free_threaded(wanted, run):
    """Run the tests and the threads with free-threaded CPython `wanted`."""
    python = free_threaded(run, wanted)
    environment = run.work / "environment"
    common.run(python, "-m", "venv", environment)
    own = environment / "bin" / "python"
    common.run(own, *PIP, "install", "--only-binary=:all:", *NEEDED, *BUILD)
    flag = "-Csetup-args=-Dpython.allow_limited_api=false"
    common.run(own, *PIP, "install", "--no-build-isolation", "--no-deps", flag, ROOT)
    run.facts["megabytes"] = chroot.megabytes(python.parents[1])
    run.facts["compiler"] = version("cc", "--version")
    strict = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    hammer = [own, ROOT / "tools" / "check" / "platforms" / "free_threads.py", str(ROUNDS)]
    done = subprocess.run(hammer, env=os.environ | strict, capture_output=True, text=True)
    yield done.stdout.strip() if done.returncode == 0 else Fault(done.stderr.strip()[-2000:])

    yield from run_tests(run, partial(here, run.work), str(own), ROOT)
    run.facts["ran"] += "; 8 threads and their first import"


TARGETS = tuple(
    Target(
        f"python{wanted}",
        f"Linux x86-64, CPython {wanted}",
        partial(check_newer, wanted),
        cheap=False,
        commands=(*chroot.COMMANDS, "cc"),
        packages=("mmdebstrap", "gcc"),
    )
    for wanted in ("3.14", "3.15")
) + tuple(
    Target(
        f"python{wanted}t",
        f"Linux x86-64, free-threaded CPython {wanted}",
        partial(check_free_threaded, wanted),
        cheap=False,
        commands=("apt-get", "make", "cc"),
        packages=("gcc", "make", "libffi-dev", "libssl-dev", "zlib1g-dev"),
    )
    for wanted in SOURCES
)
