"""Count the instructions of each kernel: python tools/instructions.py [--update].

Counts have no noise: on a shared machine a slower kernel shows in them long before it shows in a time. Callgrind counts
inside the loops that NumPy calls, called by tools/instructions/count.c: over 4096 usual elements, and for one. The
kernels are compiled as for the package, for AVX2 and the baseline (valgrind knows no AVX-512). The counts that were
accepted are in tools/instructions.json, with the compiler that made them; a count that is 5 % higher fails, and with
another compiler one that is 25 % higher. --update writes the file, after a change made on purpose.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
TARGET = TOOLS / "instructions.json"


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, **options).stdout


def compile_program(folder):
    """The kernels and loops with the commands of the package's own build, and the program that calls them."""
    build = folder / "build"
    run("meson", "setup", "-Disa=avx2", build, TOOLS.parent)
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    entries = [entry for entry in entries if "/src/softufunc/" in entry["file"] and entry["file"].endswith(".c")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for entry in entries:
            (build / entry["output"]).parent.mkdir(parents=True, exist_ok=True)
        list(pool.map(lambda entry: run(*shlex.split(entry["command"]), cwd=build), entries))
    program = folder / "count"
    source = TOOLS.parent / "src" / "softufunc"
    objects = [build / entry["output"] for entry in entries]
    compiler = os.environ.get("CC", "cc")
    run(
        compiler, "-O1", f"-I{source}", f"-I{TOOLS}", TOOLS / "instructions" / "count.c", *objects, "-lm", "-o", program
    )
    return program


def measure(folder):
    """{"avx2": {"softplus f64": instructions for each element, "softplus f64 one": instructions of a call}}"""
    program, files = compile_program(folder), folder / "counts"
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="accept what is counted now")
    options = parser.parse_args()
    start = time.perf_counter()
    compiler = run(os.environ.get("CC", "cc"), "--version").splitlines()[0]
    with tempfile.TemporaryDirectory() as folder:
        counts = measure(Path(folder))
    if options.update:
        TARGET.write_text(json.dumps({"compiler": compiler, "instructions": counts}, indent=1) + "\n", encoding="utf-8")
        print(f"{TARGET.name}: {sum(map(len, counts.values()))} counts, {time.perf_counter() - start:.0f} s")
        return 0
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


if __name__ == "__main__":
    sys.exit(main())
