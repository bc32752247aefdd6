"""Count the instructions of each kernel: python tools/instructions.py [--update].

Counts have no noise: on a shared machine a slower kernel shows in them long before it shows in a time. Callgrind counts
inside the loops that NumPy calls, over 4096 elements, for AVX2 and the baseline (it knows no AVX-512). The counts that
were accepted are in tools/instructions.json, with the compiler that made them; a count that is 5 % higher fails, and
with another compiler one that is 25 % higher. --update writes the file, after a change made on purpose.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from sanitize import install

TARGET = Path(__file__).resolve().parent / "instructions.json"
N = 4096
CALLS = f"""
import sys
import numpy as np
from softufunc._ufuncs import tables
np.seterr(all="ignore")
jobs = []
char = sys.argv[1]
for isa, made in tables.items():
    for name, ufunc in made.items():
        if (ufunc.nin, ufunc.nout, ufunc.signature) == (1, 1, None):
            x = [np.resize(np.linspace(0.01, 0.99, 97), {N}).astype(char) for _ in range(ufunc.nin)]
            jobs.append((isa, name, char, ufunc, x))
for isa, name, char, ufunc, x in jobs:
    ufunc(*x)
    print(isa, name, char)
"""


def measure(folder):
    """{isa: {function and type: instructions for each element}}"""
    site = install(folder, "-Disa=avx2")
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    counts = {}
    for suffix, char in {"f16": "e", "f32": "f", "f64": "d"}.items():
        # each passage through the loop makes a file
        files = folder / suffix
        options = [f"--{option}=softufunc_loop_{suffix}" for option in ("toggle-collect", "dump-after")]
        options += ["--tool=callgrind", "--collect-atstart=no", "--quiet", f"--callgrind-out-file={files}"]
        command = ["valgrind", *options, sys.executable, "-c", CALLS, char]
        lines = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.splitlines()
        dumps = sorted(folder.glob(f"{suffix}.*"), key=lambda path: int(path.name.split(".")[1]))
        totals = [int(re.search(r"^totals: (\d+)", path.read_text(), re.MULTILINE)[1]) for path in dumps]
        totals = [total for total in totals if total]
        if len(totals) != len(lines):
            sys.exit(f"{len(lines)} calls, but {len(totals)} counts")
        for line, total in zip(lines, totals, strict=True):
            isa, name, _ = line.split()
            counts.setdefault(isa, {})[f"{name} {char}"] = round(total / N, 2)
    return counts


def main():
    compiler = subprocess.run([os.environ.get("CC", "cc"), "--version"], check=True, capture_output=True, text=True)
    compiler = compiler.stdout.splitlines()[0]
    with tempfile.TemporaryDirectory() as folder:
        counts = measure(Path(folder))
    if "--update" in sys.argv[1:]:
        TARGET.write_text(json.dumps({"compiler": compiler, "instructions": counts}, indent=1) + "\n", encoding="utf-8")
        print(f"{TARGET.name}: written")
        return 0
    stored = json.loads(TARGET.read_text(encoding="utf-8"))
    limit = 1.05 if stored["compiler"] == compiler else 1.25
    bad = 0
    for isa, kernels in counts.items():
        for kernel, count in kernels.items():
            accepted = stored["instructions"].get(isa, {}).get(kernel)
            if accepted is None or count > limit * accepted:
                bad += 1
                print(f"{isa} {kernel}: {count} instructions for each element, {accepted} accepted")
    print(f"{sum(map(len, counts.values()))} kernels, {bad} with more than {limit} times the accepted instructions")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
