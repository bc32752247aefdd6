"""The same bits on other processors and with other compilers: python tools/architectures.py [TARGET ...]

The kernels, and the loops that NumPy calls, are compiled into a small program without Python (architectures/run.c):
with gcc and clang at -O2 and -O3 for each instruction set of this machine; with cross compilers for AArch64, riscv64
and s390x (big-endian), run by qemu-user; and for Windows, run by wine. Each program must give

* the special values, in every kind of loop, and their flags;
* the hard inputs, the worst inputs known and thousands of others within the stated bound, without a flag that the
  result does not deserve;
* the hashes of tests/hashes.json: all of float16, a million inputs of float32 and float64.

The inputs and what is right come from tests/: the program only computes. Debian's packages for all of it:
gcc clang gcc-aarch64-linux-gnu gcc-riscv64-linux-gnu gcc-s390x-linux-gnu gcc-mingw-w64-x86-64 qemu-user wine64
"""

import argparse
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import gmpy2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from inputs import hashed_inputs, pool, same_bits, samples
from make_hashes import digest, key
from reference import FORMATS, FUNCTIONS, ROOT, bound, exact, special_cases, ulp_error

SOURCE = ROOT / "src" / "softufunc"
TYPES = ("f2", "f4", "f8")
STEPS = (1, 2, -1, 3)
FLAGS = {None: 0, "divide": 1, "overflow": 2, "underflow": 4, "invalid": 8}
HASHES = json.loads((ROOT / "tests" / "hashes.json").read_text(encoding="utf-8"))
WORST = json.loads((ROOT / "tests" / "worst_inputs.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Target:
    """A machine: the prefix of its gcc, what runs its programs, its byte order."""

    name: str
    compilers: tuple[tuple[str, ...], ...]
    emulator: tuple[str, ...] = ()
    order: str = "<"
    link: tuple[str, ...] = ("-static",)


WINE = next((path for path in ("wine64", "/usr/lib/wine/wine64") if shutil.which(path)), "wine64")
TARGETS = (
    Target("native", (("gcc",), ("clang",)), link=()),
    Target(
        "aarch64", (("aarch64-linux-gnu-gcc",), ("clang", "--target=aarch64-linux-gnu")), emulator=("qemu-aarch64",)
    ),
    Target(
        "riscv64", (("riscv64-linux-gnu-gcc",), ("clang", "--target=riscv64-linux-gnu")), emulator=("qemu-riscv64",)
    ),
    Target(
        "s390x", (("s390x-linux-gnu-gcc",), ("clang", "--target=s390x-linux-gnu")), emulator=("qemu-s390x",), order=">"
    ),
    Target("windows", (("x86_64-w64-mingw32-gcc",),), emulator=(WINE,)),
)
LEVELS = ("-O2", "-O3")
EMULATED = ("-O3", "-O2")
"""the levels of gcc and of clang for emulated machines, which take most of the time"""


def build_flags():
    """What src/softufunc/meson.build compiles the kernels with: in general, and for each instruction set."""
    text = (SOURCE / "meson.build").read_text(encoding="utf-8")
    words = re.compile(r"'(-[^']*)'")
    general = words.findall(re.search(r"kernel_args = .*?\(\n(.*?)\n\)", text, re.DOTALL)[1])
    sets = re.findall(r"^        '(\w+)': \[(.*?)\]", text, re.MULTILINE)
    assert "-ffp-contract=off" in general
    assert {name for name, _ in sets} == {"baseline", "avx2", "avx512"}
    return general, {name: words.findall(flags) for name, flags in sets}


def supported(compiler, flags):
    """Those of the flags that the compiler knows, as meson asks it."""
    command = [*compiler, "-Werror", "-x", "c", "-fsyntax-only", "-"]
    return [flag for flag in flags if not subprocess.run([*command, flag], input=b"", capture_output=True).returncode]


def compile_program(target, compiler, level, folder):
    """The program for all instruction sets of the target."""
    general, sets = build_flags()
    if target.name != "native":
        sets = {"baseline": []}
    flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{SOURCE}", *supported(compiler, general)]
    objects = []
    for name, extra in sets.items():
        objects.append(folder / f"{name}.o")
        source = SOURCE / "dispatch" / "kernels.c"
        command = [*compiler, level, *flags, *extra, f"-DINSTRUCTION_SET={name}", "-c", source, "-o", objects[-1]]
        subprocess.run(command, check=True)
    have = [f"-DHAVE_{name.upper()}" for name in sets]
    sources = [ROOT / "tools/architectures/run.c", SOURCE / "dispatch/loops.c", SOURCE / "dispatch/cpu.c", *objects]
    program = folder / "run.exe"
    subprocess.run([*compiler, level, *flags, *have, *target.link, *sources, "-o", program, "-lm"], check=True)
    return program


class Program:
    """A running program: arrays in, arrays and flags out."""

    def __init__(self, command, order):
        self.order = order
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, name, x, step=1, each=False):
        """(f(x), flags): one flag for each element, or one for all of them."""
        dtype = x.dtype.newbyteorder(self.order)
        request = f"{name} {x.dtype.str[1:]} {len(x)} {step} {int(each)}\n"
        self.process.stdin.write(request.encode() + x.astype(dtype).tobytes())
        self.process.stdin.flush()
        answer = self.process.stdout.read(x.nbytes)
        flags = self.process.stdout.read(len(x) if each else 1)
        if len(answer) < x.nbytes:
            raise RuntimeError(f"the program ended in the midst of {request}")
        return np.frombuffer(answer, dtype).astype(x.dtype), np.frombuffer(flags, "u1")


@cache
def ordinary(name, dtype):
    """Inputs with results of ordinary size, which raise nothing."""
    low, high = FUNCTIONS[name].domain
    x = pool(name, dtype)
    return x[(x > max(low, -4)) & (x < min(high, 4)) & (abs(x) > 2**-8)]


def check_special_values(program, name, dtype):
    cases = special_cases(name, dtype)
    x, y = (np.array(part, dtype) for part in list(zip(*cases, strict=True))[:2])
    want = np.array([FLAGS[flag] for *_, flag in cases])
    got, raised = program(name, x, each=True)
    for i in range(len(x)):
        if not (same_bits(got[i], y[i]) and raised[i] == want[i]):
            yield f"f({x[i]}) = {got[i]} with flags {raised[i]}, not {y[i]} with {want[i]}"
    # among others, at all distances
    around = np.resize(ordinary(name, dtype), 67)
    for step in STEPS:
        alone, raised = program(name, around, step)
        if raised[0]:
            yield f"ordinary numbers raise {raised[0]}"
        for i, special in enumerate(x):
            mixed, place = around.copy(), 7 * i % 67
            mixed[place] = special
            values, raised = program(name, mixed, step)
            right = alone.copy()
            right[place] = y[i]
            if not (same_bits(values, right) and raised[0] == want[i]):
                yield f"{special} among others, step {step}: {values[place]} with flags {raised[0]}"


@cache
def known(name, dtype):
    """Inputs, their exact results, and where the result is below the smallest normal number."""
    f = FORMATS[dtype]
    hard = [*FUNCTIONS[name].hard.get(dtype, {}), *map(float.fromhex, WORST[name].get(dtype, []))]
    x = np.concatenate([np.array(hard, dtype), samples(name, dtype)[:: 1 if dtype == "f2" else 3]])
    y = exact(name, x)
    smallest = gmpy2.exp2(f.least)
    tiny = np.array([abs(v) < smallest and v != 0 for v in y])
    return x, y, tiny


def check_known(program, name, dtype):
    x, exact_results, tiny = known(name, dtype)
    limit = 0.5 if dtype == "f2" else bound(name, dtype)
    got, raised = program(name, x, each=True)
    errors = ulp_error(got, exact_results, dtype)
    i = int(np.argmax(errors))
    if errors[i] > limit:
        yield f"{errors[i]:.4f} ULP at {float(x[i]).hex()}, more than {limit}"
    wrong = raised.astype("i8") & ~np.where(tiny, FLAGS["underflow"], 0)
    if wrong.any():
        i = int(np.argmax(wrong != 0))
        yield f"raises {raised[i]} at {float(x[i]).hex()}"


def check_steps(program, name, dtype):
    x = pool(name, dtype)
    one_by_one, flags = program(name, x, each=True)
    for step in STEPS:
        got, raised = program(name, x, step)
        if not same_bits(got, one_by_one):
            yield f"other results at a distance of {step} elements"
        if (int(raised[0]) ^ int(np.bitwise_or.reduce(flags))) & ~FLAGS["underflow"]:
            yield f"other flags at a distance of {step} elements"


def check_hash(program, name, dtype, fma):
    y, _ = program(name, hashed_inputs(name, dtype))
    if digest(y) != HASHES[name][key(dtype, fma)]:
        yield f"other results than those of tests/hashes.json, {key(dtype, fma)}"


def check(command, order, fma):
    """All faults of one program."""
    program = Program(command, order)
    for name in FUNCTIONS:
        for dtype in TYPES:
            for faults in (
                check_special_values(program, name, dtype),
                check_known(program, name, dtype),
                check_steps(program, name, dtype),
                check_hash(program, name, dtype, fma),
            ):
                yield from (f"{name} {dtype}: {fault}" for fault in faults)
    program.process.stdin.close()
    if program.process.wait():
        yield "the program failed at its end"


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
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    if unknown := set(arguments.targets) - set(names):
        parser.error(f"no target is called {', '.join(unknown)}; there are {', '.join(names)}")
    for name in FUNCTIONS:
        for dtype in TYPES:
            known(name, dtype)  # once, for all processes
    bad = 0
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as work, ProcessPoolExecutor(arguments.jobs, fork) as executor:
        os.environ.update({"WINEPREFIX": f"{work}/wine", "WINEDEBUG": "-all"})
        waiting = []
        for target in TARGETS:
            if arguments.targets and target.name not in arguments.targets:
                continue
            for compiler in target.compilers:
                missing = [tool for tool in (compiler[0], *target.emulator) if not shutil.which(tool)]
                if missing:
                    print(f"{target.name}: there is no {' and no '.join(missing)}")
                    bad += not arguments.skip_missing
                    continue
                for level in LEVELS if target.name == "native" else [EMULATED[compiler[0] == "clang"]]:
                    folder = Path(work) / f"{target.name}-{compiler[0]}{level}"
                    waiting.append(executor.submit(job, target, compiler, level, folder))
        for future in waiting:
            lines, faults = future.result()
            print("\n".join(lines), flush=True)
            bad += faults
    print("all give the same bits" if not bad else f"{bad} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
