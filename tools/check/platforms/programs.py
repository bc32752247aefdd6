"""Kernels and loops as a program without Python: other processors and compilers give the same bits.

The kernels, and the loops that NumPy calls, are compiled into a small program (programs.c): with gcc and clang at -O2
and -O3 for each instruction set of this machine; with musl instead of glibc; with cross compilers for AArch64, riscv64
and s390x (big-endian), run by qemu-user; for WebAssembly with SIMD, run by node; and for Windows, run by wine. For
every function, each program must reproduce (compare.py)

* the special values and their exceptions, in every kind of loop;
* the hard inputs, the worst inputs known and thousands of others within the stated bound, and raise no exception that
  the result does not call for;
* the hashes of tests/hashes.json: all of float16, a million inputs of float32 and float64.

The inputs and expected results come from tools/inputs.py and tools/reference.py.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from tools import build, common
from tools.check.platforms.targets import Fault, Target, version
from tools.common import ROOT, SOURCE

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Machine:
    """A machine: its compilers, the emulator that runs its programs, its byte order."""

    name: str
    title: str
    packages: tuple[str, ...]
    compilers: tuple[tuple[str, ...], ...]
    emulator: tuple[str, ...] = ()
    order: str = "<"
    link: tuple[str, ...] = ("-static",)
    cheap: bool = True


CLANG = "clang-19" if shutil.which("clang-19") else "clang"  # clang 14 for AArch64 raises invalid for nan
NODE = (
    "node",
    "--no-warnings",
    "--no-turbo-fast-api-calls",  # with them, node 20 crashes after some thousands of calls of WASI
    "--experimental-wasi-unstable-preview1",  # for node 18
    str(HERE / "wasi.cjs"),
)
WINE = next((path for path in ("wine64", "/usr/lib/wine/wine64") if shutil.which(path)), "wine64")


def linux(name, title, **options):
    """Return a Linux machine that has a cross compiler and an emulator in Debian."""
    triplet = f"{name}-linux-gnu"
    compilers = ((f"{triplet}-gcc",), (CLANG, f"--target={triplet}"))
    return Machine(name, title, (f"gcc-{triplet}", "clang-19", "qemu-user"), compilers, (f"qemu-{name}",), **options)


MACHINES = (
    Machine("native", "Linux x86-64, each instruction set", ("gcc", "clang-19"), (("gcc",), (CLANG,)), link=()),
    Machine("musl", "Linux x86-64 with musl", ("musl-tools",), (("musl-gcc",),)),
    linux("aarch64", "Linux AArch64"),
    linux("riscv64", "Linux riscv64"),
    linux("s390x", "Linux s390x, big-endian", order=">"),
    Machine(
        "ppc64el",
        "Linux ppc64el",
        ("gcc-powerpc64le-linux-gnu", "qemu-user"),
        (("powerpc64le-linux-gnu-gcc",),),  # clang 19 crashes; the program of clang 22 has an illegal instruction
        ("qemu-ppc64le",),
        cheap=False,
    ),
    Machine(
        "wasm",
        "WebAssembly with SIMD",
        ("clang-19", "lld-19", "libclang-rt-19-dev-wasm32", "wasi-libc", "nodejs"),
        ((CLANG, "--target=wasm32-wasi", "-msimd128"),),
        NODE,
        link=(),
    ),
    Machine(
        "windows",
        "Windows x86-64",
        ("gcc-mingw-w64-x86-64", "wine64"),
        (("x86_64-w64-mingw32-gcc",),),
        (WINE,),
    ),
)
WINESERVER = shutil.which("wineserver") or "/usr/lib/wine/wineserver64"
CLANG_LOOPS = "-ffp-exception-behavior=maytrap"
POWER = ("-faltivec-src-compat=mixed", "-Wno-deprecated-altivec-src-compat")
"""the flags of src/softufunc/meson.build that gcc on this machine, whose flags these are, does not have"""
CHECKED = "every function: special values, exceptions, bounds, hashes"
LEVELS = ("-O2", "-O3")
EMULATED = ("-O3", "-O2")
"""one level each for gcc and clang on emulated machines, which take most of the time"""


def supported(compiler, flags):
    """Return the flags that the compiler supports, like meson's get_supported_arguments."""
    with tempfile.TemporaryDirectory() as folder:

        def compiles(*flag):
            command = [*compiler, "-Werror", *flag, "-x", "c", "-c", "-", "-o", "empty.o"]
            return subprocess.run(command, input=b"", capture_output=True, cwd=folder).returncode == 0

        if not compiles():
            sys.exit(f"{' '.join(compiler)} compiles nothing")
        return [flag for flag in flags if compiles(flag)]


def compile_program(machine, compiler, level, folder, source=HERE / "programs.c"):
    """Compile the program for all instruction sets of the machine."""
    kernels, loops, sets, sources = flags()
    if machine.name != "native":
        sets = {"baseline": []}
    build.make_headers(folder)
    common_flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{SOURCE}", f"-I{ROOT}", f"-I{folder}"]
    common_flags += supported(compiler, POWER)
    objects = []
    for name, extra in sets.items():
        objects.append(folder / f"{name}.o")
        wanted = [
            *common_flags,
            *supported(compiler, kernels),
            *supported(compiler, extra),
            f"-DINSTRUCTION_SET={name}",
        ]
        common.run(*compiler, level, *wanted, "-c", SOURCE / "kernels" / "kernels.c", "-o", objects[-1])
    have = [f"-DHAVE_{name.upper()}" for name in sets]
    program = folder / "run.exe"
    wanted = [*common_flags, *supported(compiler, [*loops, CLANG_LOOPS]), *have, *machine.link]
    common.run(*compiler, level, *wanted, source, *sources, *objects, "-o", program, "-lm")
    return program


@cache
def flags():
    """Return build.package_flags()."""
    with tempfile.TemporaryDirectory() as folder:
        return build.package_flags(Path(folder) / "build")


def prepare():
    """Compute the flags and the exact results, for all programs."""
    from tools.check.platforms import compare

    flags()
    compare.prepare()


def check(machine, run):
    """Compile, run and check the program of each compiler and level."""
    if machine.emulator == (WINE,):
        os.environ |= {"WINEPREFIX": str(run.work / "wine"), "WINEDEBUG": "-all"}
    run.facts["ran"] = CHECKED
    # without flags, with which zig would write a file
    run.facts["compiler"] = ", ".join(version(*compiler[:2], "--version") for compiler in machine.compilers)
    for compiler in machine.compilers[:1] if run.quick else machine.compilers:
        levels = LEVELS if machine.name == "native" else [EMULATED[compiler[0] == CLANG]]
        for level in ["-O2"] if run.quick else levels:
            folder = run.work / f"{compiler[0]}{level}"
            folder.mkdir()
            program = compile_program(machine, compiler, level, folder)
            command = [*machine.emulator, str(program)]
            yield from faults_of(command, machine.order, f"{' '.join(compiler)} {level}")
    if machine.emulator == (WINE,):
        subprocess.run([WINESERVER, "-w"])  # waits until its processes have ended


def faults_of(command, order, title):
    """Check the program for each of its instruction sets."""
    from tools.check.platforms import compare

    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for isa, *has in map(str.split, listed.splitlines()):
        fma, exceptions = (each == "1" for each in has)
        faults = list(compare.check([*command, isa], order, fma, exceptions))
        also = "" if exceptions else ", a platform without exceptions"
        fine = f"{len(faults)} faults" if faults else "fine"
        yield f"{title}, {isa} {'with' if fma else 'without'} FMA{also}: {fine}"
        yield from map(Fault, faults[:20])


TARGETS = tuple(
    Target(
        machine.name,
        machine.title,
        partial(check, machine),
        commands=tuple(dict.fromkeys(each[0] for each in (*machine.compilers, machine.emulator) if each)),
        packages=machine.packages,
        cheap=machine.cheap,
        prepare=prepare,
    )
    for machine in MACHINES
)
