"""Count the instructions of each kernel: python -m tools check instructions.

Counts have no noise, so they detect slower kernels even on a shared machine. Callgrind counts the instructions of the
loops that NumPy calls, which instructions.c runs for 4096 typical elements and for one. The kernels are compiled as for
the package, for AVX2 and the baseline (valgrind does not support AVX-512). instructions.json stores the accepted counts
and their compiler. A count fails if it is more than 5 % higher, or 25 % with another compiler. After an intended
change, `python -m tools refresh instructions` updates the file.
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
    """Return {"avx2": {"softplus f64": instructions per element, "softplus f64 one": instructions per call}}."""
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
    """Return (version of the compiler, counts)."""
    compiler = run(os.environ.get("CC", "cc"), "--version").splitlines()[0]
    with tempfile.TemporaryDirectory() as folder:
        return compiler, measure(Path(folder))


def refresh():
    """Accept the current counts."""
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
