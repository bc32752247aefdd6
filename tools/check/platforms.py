"""Check that other processors and compilers give the same bits: python -m tools check platforms [TARGET ...]

The kernels, and the loops that NumPy calls, are compiled into a small program without Python (platforms.c):
with gcc and clang at -O2 and -O3 for each instruction set of this machine; with cross compilers for AArch64, riscv64
and s390x (big-endian), run by qemu-user; and for Windows, run by wine. For every function, each program must reproduce
(platforms_compare.py)

* the special values and their exceptions, in every kind of loop;
* the hard inputs, the worst inputs known and thousands of others within the stated bound, and raise no exception that
  the result does not call for;
* the hashes of tests/hashes.json: all of float16, a million inputs of float32 and float64.

The inputs and expected results come from tools/inputs.py and tools/reference.py. The Debian packages required:
gcc clang-19 gcc-aarch64-linux-gnu gcc-riscv64-linux-gnu gcc-s390x-linux-gnu gcc-mingw-w64-x86-64 qemu-user wine64
"""

import multiprocessing
import os
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tools import build, common
from tools.check.platforms_compare import check, prepare
from tools.common import ROOT, SOURCE


@dataclass(frozen=True)
class Target:
    """A target: its compilers, the emulator that runs its programs, its byte order."""

    name: str
    compilers: tuple[tuple[str, ...], ...]
    emulator: tuple[str, ...] = ()
    order: str = "<"
    link: tuple[str, ...] = ("-static",)


CLANG = "clang-19" if shutil.which("clang-19") else "clang"  # clang 14 for AArch64 raises invalid for nan
WINE = next((path for path in ("wine64", "/usr/lib/wine/wine64") if shutil.which(path)), "wine64")
TARGETS = (
    Target("native", (("gcc",), (CLANG,)), link=()),
    Target("aarch64", (("aarch64-linux-gnu-gcc",), (CLANG, "--target=aarch64-linux-gnu")), emulator=("qemu-aarch64",)),
    Target("riscv64", (("riscv64-linux-gnu-gcc",), (CLANG, "--target=riscv64-linux-gnu")), emulator=("qemu-riscv64",)),
    Target(
        "s390x", (("s390x-linux-gnu-gcc",), (CLANG, "--target=s390x-linux-gnu")), emulator=("qemu-s390x",), order=">"
    ),
    Target("windows", (("x86_64-w64-mingw32-gcc",),), emulator=(WINE,)),
)
CLANG_LOOPS = "-ffp-exception-behavior=maytrap"
"""the flag of src/softufunc/meson.build that gcc, whose flags these are, does not have"""
LEVELS = ("-O2", "-O3")
EMULATED = ("-O3", "-O2")
"""one level each for gcc and clang on emulated machines, which take most of the time"""


def supported(compiler, flags):
    """Return the flags that the compiler supports, like meson's get_supported_arguments."""
    command = [*compiler, "-Werror", "-x", "c", "-fsyntax-only", "-"]
    return [flag for flag in flags if not subprocess.run([*command, flag], input=b"", capture_output=True).returncode]


def compile_program(target, compiler, level, folder, flags):
    """Compile the program for all instruction sets of the target; `flags`: build.package_flags()."""
    kernels, loops, sets, sources = flags
    if target.name != "native":
        sets = {"baseline": []}
    build.make_headers(folder)
    common_flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{SOURCE}", f"-I{ROOT}", f"-I{folder}"]
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
    wanted = [*common_flags, *supported(compiler, [*loops, CLANG_LOOPS]), *have, *target.link]
    source = Path(__file__).resolve().parent / "platforms.c"
    common.run(*compiler, level, *wanted, source, *sources, *objects, "-o", program, "-lm")
    return program


def job(target, compiler, level, folder, flags):
    """Compile, run and check; return (lines of the report, number of faults)."""
    start = time.perf_counter()
    folder.mkdir()
    program = compile_program(target, compiler, level, folder, flags)
    command = [*target.emulator, str(program)]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    lines, bad = [], 0
    for isa, fma in (line.split() for line in listed if line.strip()):
        faults = list(check([*command, isa], target.order, fma == "1"))
        bad += len(faults)
        title = f"{target.name}, {' '.join(compiler)} {level}, {isa} {'with' if fma == '1' else 'without'} FMA"
        lines += [f"{title}: {'fine' if not faults else f'{len(faults)} faults'}", *(f"    {x}" for x in faults[:20])]
    lines.append(f"    {time.perf_counter() - start:.0f} s")
    return lines, bad


def main(arguments=None):
    names = [target.name for target in TARGETS]
    parser = common.make_parser("check platforms", __doc__)
    common.add_names(parser, names, "target")
    parser.add_argument("--skip-missing", action="store_true", help="skip targets without a compiler or emulator here")
    parser.add_argument("--quick", action="store_true", help="only gcc, only at -O2")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args(arguments)
    prepare()  # once, for all processes
    bad = 0
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as work, ProcessPoolExecutor(args.jobs, fork) as executor:
        os.environ.update({"WINEPREFIX": f"{work}/wine", "WINEDEBUG": "-all"})
        waiting, flags = [], build.package_flags(Path(work) / "build")
        for target in TARGETS:
            if args.names and target.name not in args.names:
                continue
            for compiler in target.compilers[:1] if args.quick else target.compilers:
                missing = [tool for tool in (compiler[0], *target.emulator) if not shutil.which(tool)]
                if missing:
                    print(f"{target.name}: not found: {', '.join(missing)}")
                    bad += not args.skip_missing
                    continue
                levels = LEVELS if target.name == "native" else [EMULATED[compiler[0] == CLANG]]
                for level in ["-O2"] if args.quick else levels:
                    folder = Path(work) / f"{target.name}-{compiler[0]}{level}"
                    waiting.append(executor.submit(job, target, compiler, level, folder, flags))
        for future in as_completed(waiting):
            lines, faults = future.result()
            print("\n".join(lines), flush=True)
            bad += faults
    print("all give the same bits" if not bad else f"{bad} faults")
    return 1 if bad else 0
