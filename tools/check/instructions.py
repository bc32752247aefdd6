"""Count the instructions of each kernel: python -m tools check instructions [MACHINE ...].

Counts have no noise, so they detect slower kernels even on a shared machine. instructions.c runs the loops that NumPy
calls for 4096 typical elements and for one. The kernels are compiled as for the package:

    native     for AVX2 and the x86-64 baseline; callgrind counts (valgrind does not support AVX-512)
    aarch64    by a cross compiler; qemu-user counts, by a plugin (instructions_qemu.c)

instructions.json and instructions_aarch64.json store the accepted counts and their compiler. A count fails if it is
more than 5 % higher, or 25 % with another compiler. After an intended change, `python -m tools refresh instructions`
updates the files.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tools import common
from tools.build import compile_build, link_program
from tools.check.platforms import programs
from tools.common import run

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "instructions.c"
PLUGIN = HERE / "instructions_qemu.c"


def measure_native(folder):
    """Return (number of elements and name of each count, {name: instructions})."""
    build = compile_build(folder / "build", "-Disa=avx2")
    program, files = link_program(build, folder / "count", PROGRAM, "-O1"), folder / "counts"
    options = ["--tool=callgrind", "--collect-atstart=no", "--quiet", f"--callgrind-out-file={files}"]
    names = run("valgrind", *options, program).splitlines()
    totals = {}
    for path in folder.glob("counts.*"):
        text = path.read_text(encoding="utf-8")
        if name := re.search(r"^desc: Trigger: Client Request: (.+)$", text, re.MULTILINE):
            totals[name[1]] = int(re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)[1])
    return names, totals


def measure_emulated(machine, folder):
    """Return the same for a machine that qemu-user emulates."""
    version = int(re.search(r"version (\d+)", run(*machine.emulator, "--version"))[1])
    plugin = folder / "plugin.so"
    flags = ["-O2", "-shared", "-fPIC", f"-I{common.ROOT}", f"-DPLUGIN_VERSION={1 if version < 9 else 2}"]
    run(os.environ.get("CC", "cc"), *flags, PLUGIN, "-o", plugin)
    program = programs.compile_program(machine, machine.compilers[0], "-O3", folder, PROGRAM)
    command = [*machine.emulator, "-plugin", plugin, program]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    names, marks = done.stdout.splitlines(), [int(mark) for mark in done.stderr.split()]
    nothing, *differences = (after - before for before, after in zip(marks[::2], marks[1::2], strict=True))
    differences = [difference - nothing for difference in differences]
    return names, {name.split(" ", 1)[1]: total for name, total in zip(names, differences, strict=True)}


@dataclass(frozen=True)
class Machine:
    """Where and by which compiler the counts are measured, and the file of the accepted ones."""

    compiler: str
    measure: callable
    target: Path

    def counted(self):
        """Return (version of the compiler, {instruction set: {kernel: instructions per element, or of one call}})."""
        compiler = run(self.compiler, "--version").splitlines()[0]
        with tempfile.TemporaryDirectory() as folder:
            names, totals = self.measure(Path(folder))
        counts = {}
        for line in names:
            elements, name = line.split(" ", 1)
            if name not in totals:
                sys.exit(f"no count for {name}")
            isa, kernel = name.split(" ", 1)
            counts.setdefault(isa, {})[kernel] = round(totals[name] / int(elements), 2)
        return compiler, {isa: dict(sorted(kernels.items())) for isa, kernels in sorted(counts.items())}

    def refresh(self):
        """Accept the current counts."""
        compiler, counts = self.counted()
        common.write_json(self.target, {"compiler": compiler, "instructions": counts})
        print(f"{self.target.name}: {sum(map(len, counts.values()))} counts")

    def check(self):
        """Print the counts that are too high; return how many they are."""
        start = time.perf_counter()
        compiler, counts = self.counted()
        stored = json.loads(self.target.read_text(encoding="utf-8"))
        limit = 1.05 if stored["compiler"] == compiler else 1.25
        bad = 0
        for isa in counts | stored["instructions"]:
            kernels, accepted = counts.get(isa, {}), stored["instructions"].get(isa, {})
            for kernel in kernels | accepted:
                count, before = kernels.get(kernel), accepted.get(kernel)
                if count is None or before is None or count > limit * before:
                    bad += 1
                    print(f"{isa} {kernel}: {count} instructions for each element, {before} accepted")
        print(f"{sum(map(len, counts.values()))} counts, {bad} not within {limit} times the accepted ones, ", end="")
        print(f"{time.perf_counter() - start:.0f} s")
        return bad


def emulated(name):
    machine = next(machine for machine in programs.MACHINES if machine.name == name)
    target = HERE / f"instructions_{name}.json"
    return Machine(machine.compilers[0][0], lambda folder: measure_emulated(machine, folder), target)


MACHINES = {
    "native": Machine(os.environ.get("CC", "cc"), measure_native, HERE / "instructions.json"),
    "aarch64": emulated("aarch64"),
}


def refresh():
    """Accept the current counts of every machine."""
    for machine in MACHINES.values():
        machine.refresh()


def main(arguments=None):
    parser = common.make_parser("check instructions", __doc__)
    common.add_names(parser, MACHINES, "machine")
    names = parser.parse_args(arguments).names or MACHINES
    bad = 0
    for name in names:
        print(f"{name}: ", end="", flush=True)
        bad += MACHINES[name].check()
    return bad > 0
