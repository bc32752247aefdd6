"""The tests with CPython and NumPy of Debian on other architectures: in a chroot, natively or emulated by qemu-user.

The wheel, with the stable ABI of Python 3.11, is built on this machine by Debian's cross compilers.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import partial

from tools import common
from tools.check.platforms import chroot
from tools.check.platforms.targets import Fault, Target, version
from tools.common import ROOT

PYTHON = (
    "python3",
    "python3-dev",
    "python3-numpy",
    "python3-pytest",
    "python3-pytest-xdist",
    "python3-hypothesis",
    "python3-gmpy2",
    "binutils",
)
WHOLE = ("numerics", "ufunc", "capi")
"""all tests except those of the files in the tree, which are the same everywhere"""
SUBSET = (
    "numerics/test_same_bits.py::test_stored_hash",
    "numerics/test_same_bits.py::test_single_elements",
    "numerics/test_special_values.py",
    "numerics/test_whole_rows.py::test_special_values",
    "numerics/test_whole_rows.py::test_hard_inputs",
    "numerics/test_whole_rows.py::test_nothing_is_raised",
    "numerics/test_exceptions.py",
    "numerics/test_longdouble.py",
    "ufunc/test_protocol.py",
    "capi",
)
"""where the whole suite takes hours, and with --quick: the tests of SUBSET_IS"""
SUBSET_IS = "hashes, special values, exceptions, long double, protocol, C API"


@dataclass(frozen=True)
class Machine:
    """An architecture, the name that meson and Python have for it, and the tests that run there."""

    name: str
    title: str
    architecture: chroot.Architecture
    family: str
    cpu: str
    endian: str = "little"
    tests: tuple[str, ...] = SUBSET
    flags: tuple[str, ...] = ()
    """of the C compiler"""


IEEE_LONG_DOUBLE = ("-mabi=ieeelongdouble", "-Wno-psabi")
"""Debian's ppc64el has long doubles of 113 bits, and gcc before version 14 pairs of doubles"""

MACHINES = (
    Machine("i386-python", "Linux i386, with SSE2", chroot.I386, "x86", "i686", tests=WHOLE),
    Machine("aarch64-python", "Linux AArch64", chroot.ARM64, "aarch64", "aarch64", tests=WHOLE),
    Machine("s390x-python", "Linux s390x, big-endian", chroot.S390X, "s390x", "s390x", "big"),
    Machine("riscv64-python", "Linux riscv64", chroot.RISCV64, "riscv64", "riscv64"),
    Machine("ppc64el-python", "Linux ppc64el", chroot.PPC64EL, "ppc64", "ppc64le", flags=IEEE_LONG_DOUBLE),
    Machine("armhf-python", "Linux armhf", chroot.ARMHF, "arm", "armv7l"),
)


def cross_file(machine, root, work):
    """Write meson's cross file. The headers of the target's Python and NumPy come before those of this machine's."""
    (python,) = (root / "usr" / "include").glob("python3.*")
    (numpy,) = root.glob("usr/lib/*/python3-numpy/numpy/_core/include")
    multiarch = python.parent / numpy.parents[3].name
    headers = work / "include"  # without the target's C library, which is newer than the compiler's
    headers.mkdir()
    (headers / multiarch.name).symlink_to(multiarch)
    folders = (f"-I{path}" for path in (python, headers, numpy))
    compiler = [f"{machine.architecture.triplet}-gcc", *machine.flags, *folders]
    text = f"""[binaries]
c = {compiler}
python = '{sys.executable}'
strip = '{machine.architecture.triplet}-strip'
[host_machine]
system = 'linux'
cpu_family = '{machine.family}'
cpu = '{machine.cpu}'
endian = '{machine.endian}'
"""
    (work / "cross.txt").write_text(text, encoding="utf-8")
    return work / "cross.txt"


def cross_wheel(machine, root, work):
    """Build the wheel for the machine and install it in the chroot."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "-w", work / "wheel"]
    common.run(
        *pip,
        f"-Csetup-args=--cross-file={cross_file(machine, root, work)}",
        ROOT,
        env=os.environ | {"_PYTHON_HOST_PLATFORM": f"linux-{machine.cpu}"},
    )
    (wheel,) = (work / "wheel").glob("*-abi3-*.whl")
    chroot.install(root, wheel)


def pytest_lines(process):
    """Yield the failures of pytest, the lines that explain them, and last its summary."""
    last, failures = "", 0
    for line in process.stdout:
        last = line.strip().strip("= ") or last
        if line.startswith(("FAILED", "ERROR")):
            failures += 1
            yield Fault(line.rstrip())
        elif line.startswith("E   "):
            yield line.rstrip()[:300]
    if process.wait() and not failures:
        yield Fault("pytest failed")
    yield last


def run_tests(run, enter, python, tree=chroot.TREE, tests=WHOLE):
    """Run the tests with a Python and yield the lines of the report.

    enter(*words, **environment) is the command that runs `words` where the Python is.
    """
    versions = "import platform, numpy; print(platform.machine(), platform.python_version(), numpy.__version__)"
    found = version(*enter(python, "-c", versions))
    yield found
    _, run.facts["python"], run.facts["numpy"] = found.split()
    tests = SUBSET if run.quick else tests
    run.facts["ran"] = "all tests" if tests == WHOLE else SUBSET_IS
    paths = [f"{tree}/tests/{part}" for part in tests]
    options = ["-q", "-n", "auto", "-p", "no:cacheprovider"]
    options += [f"--rootdir={tree}", f"--config-file={tree}/pyproject.toml"]
    command = enter(python, "-m", "pytest", *options, *paths, PYTHONDONTWRITEBYTECODE="1")
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, text=True, **streams) as process:
        for line in pytest_lines(process):
            yield line
    if count := re.search(r"(\d+) passed", line):
        run.facts["ran"] += f" ({int(count[1]):,})"


def check(machine, run):
    """Make the chroot, build the wheel, run the tests."""
    root = run.cache / machine.name
    run.facts["megabytes"] = chroot.make(root, machine.architecture, PYTHON)
    cross_wheel(machine, root, run.work)
    run.facts["compiler"] = version(f"{machine.architecture.triplet}-gcc", "--version")
    enter = partial(chroot.command, root, machine.architecture, run.work, LD_LIBRARY_PATH=chroot.blas(root))
    yield from run_tests(run, enter, "python3", tests=machine.tests)


TARGETS = tuple(
    Target(
        machine.name,
        f"{machine.title}, CPython",
        partial(check, machine),
        cheap=False,
        commands=(
            *chroot.COMMANDS,
            f"{machine.architecture.triplet}-gcc",
            *filter(None, [machine.architecture.emulator]),
        ),
        packages=(*chroot.PACKAGES, f"gcc-{machine.architecture.triplet}"),
    )
    for machine in MACHINES
)
