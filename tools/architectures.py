"""The same bits on other processors and with other compilers: python tools/architectures.py [TARGET ...]

The kernels, and the loops that NumPy calls, are compiled into a small program without Python (architectures/run.c):
with gcc and clang at -O2 and -O3 for each instruction set of this machine; with cross compilers for AArch64, riscv64
and s390x (big-endian), run by qemu-user; and for Windows, run by wine. Each program must give

* the special values, in every kind of loop, and their flags;
* the hard inputs, the worst inputs known and thousands of others within the stated bound, without a flag that the
  result does not deserve;
* the hashes of tests/hashes.json: all of float16, a million inputs of float32 and float64;

for the functions of one argument, of two, with two results and of a whole axis. architectures/checks.py has the checks.

The inputs and what is right come from tests/: the program only computes. Debian's packages for all of it:
gcc clang-19 gcc-aarch64-linux-gnu gcc-riscv64-linux-gnu gcc-s390x-linux-gnu gcc-mingw-w64-x86-64 qemu-user wine64
"""

import argparse
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent / "architectures"))

from checks import ROOT, check, prepare

SOURCE = ROOT / "src" / "softufunc"


@dataclass(frozen=True)
class Target:
    """A machine: the prefix of its gcc, what runs its programs, its byte order."""

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
LEVELS = ("-O2", "-O3")
EMULATED = ("-O3", "-O2")
"""the levels of gcc and of clang for emulated machines, which take most of the time"""


def build_flags():
    """What src/softufunc/meson.build compiles with: the kernels, the loops, and the kernels of each instruction set."""
    text = (SOURCE / "meson.build").read_text(encoding="utf-8")
    words = re.compile(r"'(-[^']*)'")
    general, loops = (
        words.findall(re.search(rf"^{name} = .*?\(\n(.*?)\n\)", text, re.DOTALL | re.MULTILINE)[1])
        for name in ("kernel_args", "module_args")
    )
    sets = re.findall(r"^        '(\w+)': (?:\[|cc\.get_supported_arguments\()(.*?)[\])],$", text, re.MULTILINE)
    assert "-ffp-contract=off" in general
    assert "-ffp-contract=off" in loops
    assert {name for name, _ in sets} == {"baseline", "avx2", "avx512"}
    return general, loops, {name: words.findall(flags) for name, flags in sets}


def supported(compiler, flags):
    """Those of the flags that the compiler knows, as meson asks it."""
    command = [*compiler, "-Werror", "-x", "c", "-fsyntax-only", "-"]
    return [flag for flag in flags if not subprocess.run([*command, flag], input=b"", capture_output=True).returncode]


def compile_program(target, compiler, level, folder):
    """The program for all instruction sets of the target."""
    general, loops_only, sets = build_flags()
    if target.name != "native":
        sets = {"baseline": []}
    common = ["-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{SOURCE}"]
    flags = [*common, *supported(compiler, general)]
    objects = []
    for name, extra in sets.items():
        objects.append(folder / f"{name}.o")
        source = SOURCE / "kernels" / "kernels.c"
        wanted = [*flags, *supported(compiler, extra)]
        command = [*compiler, level, *wanted, f"-DINSTRUCTION_SET={name}", "-c", source, "-o", objects[-1]]
        subprocess.run(command, check=True)
    have = [f"-DHAVE_{name.upper()}" for name in sets]
    ufuncs = SOURCE / "ufuncs"
    loops = [
        SOURCE / "cpu.c",
        *sorted(ufuncs.glob("loops*.c")),
        *(ufuncs / f"{name}.c" for name in ("labels", "near_one")),
    ]
    sources = [ROOT / "tools/architectures/run.c", *loops, *objects]
    program = folder / "run.exe"
    flags = [*common, *supported(compiler, loops_only), *have, *target.link]
    subprocess.run([*compiler, level, *flags, *sources, "-o", program, "-lm"], check=True)
    return program


def job(target, compiler, level, folder):
    """Compile, run, check; (lines of the report, number of faults)."""
    start = time.perf_counter()
    folder.mkdir()
    program = compile_program(target, compiler, level, folder)
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


def main():
    names = [target.name for target in TARGETS]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(names))
    parser.add_argument("--skip-missing", action="store_true", help="pass over what has no compiler or emulator here")
    parser.add_argument("--quick", action="store_true", help="only gcc, only at -O2")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    if unknown := set(arguments.targets) - set(names):
        parser.error(f"no target is called {', '.join(unknown)}; there are {', '.join(names)}")
    prepare()  # once, for all processes
    bad = 0
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as work, ProcessPoolExecutor(arguments.jobs, fork) as executor:
        os.environ.update({"WINEPREFIX": f"{work}/wine", "WINEDEBUG": "-all"})
        waiting = []
        for target in TARGETS:
            if arguments.targets and target.name not in arguments.targets:
                continue
            for compiler in target.compilers[:1] if arguments.quick else target.compilers:
                missing = [tool for tool in (compiler[0], *target.emulator) if not shutil.which(tool)]
                if missing:
                    print(f"{target.name}: there is no {' and no '.join(missing)}")
                    bad += not arguments.skip_missing
                    continue
                levels = LEVELS if target.name == "native" else [EMULATED[compiler[0] == CLANG]]
                for level in ["-O2"] if arguments.quick else levels:
                    folder = Path(work) / f"{target.name}-{compiler[0]}{level}"
                    waiting.append(executor.submit(job, target, compiler, level, folder))
        for future in as_completed(waiting):
            lines, faults = future.result()
            print("\n".join(lines), flush=True)
            bad += faults
    print("all give the same bits" if not bad else f"{bad} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
