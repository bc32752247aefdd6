"""Count the instructions of each kernel: python -m tools check instructions.

Counts have no noise: on a shared machine a slower kernel shows in them long before it shows in a time. Callgrind counts
inside the loops that NumPy calls, called by instructions.c: over 4096 typical elements, and for one. The kernels are
compiled as for the package, for AVX2 and the baseline (valgrind knows no AVX-512). The counts that were accepted are in
instructions.json, with the compiler that made them; a count that is 5 % higher fails, and with another compiler one
that is 25 % higher. `python -m tools refresh instructions` writes the file, after a change made on purpose.
"""

import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from tools import common
from tools.build import compile_build, link_program
from tools.common import run

HERE = Path(__file__).resolve().parent
TARGET = HERE / "instructions.json"


def measure(folder):
    """{"avx2": {"softplus f64": instructions for each element, "softplus f64 one": instructions of a call}}"""
    build = compile_build(folder / "build", "-Disa=avx2")
    program, files = link_program(build, folder / "count", HERE / "instructions.c", "-O1"), folder / "counts"
    options = ["--tool=callgrind", "--collect-atstart=no", "--quiet", f"--callgrind-out-file={files}"]
    calls = dict(reversed(line.split(" ", 1)) for line in run("valgrind", *options, program).splitlines())
    counts = {}
    for path in folder.glob("counts.*"):
        text = path.read_text(encoding="utf-8")
        name = re.search(r"^desc: Trigger: Client Request: (.+)$", text, re.MULTILINE)
        if name:
            total = int(re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)[1])
            isa, kernel = name[1].split(" ", 1)
            counts.setdefault(isa, {})[kernel] = round(total / int(calls.pop(name[1])), 2)
    if calls:
        sys.exit(f"no count for {', '.join(calls)}")
    return {isa: dict(sorted(kernels.items())) for isa, kernels in sorted(counts.items())}


def counted():
    """(version of the compiler, counts)."""
    compiler = run(os.environ.get("CC", "cc"), "--version").splitlines()[0]
    with tempfile.TemporaryDirectory() as folder:
        return compiler, measure(Path(folder))


def refresh():
    """Accept what is counted now."""
    compiler, counts = counted()
    common.write_json(TARGET, {"compiler": compiler, "instructions": counts})
    print(f"{TARGET.name}: {sum(map(len, counts.values()))} counts")


def main(arguments=None):
    parser = common.make_parser("check instructions", __doc__)
    parser.parse_args(arguments)
    start = time.perf_counter()
    compiler, counts = counted()
    stored = json.loads(TARGET.read_text(encoding="utf-8"))
    limit = 1.05 if stored["compiler"] == compiler else 1.25
    bad = 0
    for isa, kernels in counts.items():
        accepted = stored["instructions"].get(isa, {})
        for kernel in kernels | accepted:
            count, before = kernels.get(kernel), accepted.get(kernel)
            if count is None or before is None or count > limit * before:
                bad += 1
                print(f"{isa} {kernel}: {count} instructions for each element, {before} accepted")
    print(f"{sum(map(len, counts.values()))} counts, {bad} not within {limit} times the accepted ones, ", end="")
    print(f"{time.perf_counter() - start:.0f} s")
    return bad > 0
