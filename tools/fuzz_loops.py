"""Fuzz the C loops under the address and undefined-behaviour sanitizers: python tools/fuzz_loops.py.

tools/fuzzing/loops.c calls the loops with random lengths, strides and overlaps. By default the bytes that it decides
by come from a generator with a seed and the compiler is `cc`; with --libfuzzer SECONDS they come from libFuzzer, which
looks for new paths through the code, and the compiler is clang.
"""

import argparse
import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "softufunc"
SANITIZERS = ["address", "undefined"]
FLAGS = ["-O2", "-g", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-Wno-psabi", f"-I{SOURCE}"]
FLAGS.append(f"-I{sysconfig.get_path('include')}")
# Shifting exponents left out of the top, and through the sign, is what the kernels do on purpose, in unsigned integers.
FATAL = ["-fno-sanitize-recover=all"]
SETS = {
    "baseline": [],
    "avx2": ["-mavx2", "-mfma", "-mf16c"],
    "avx512": ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mavx2", "-mfma", "-mf16c"],
}


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


def build(compiler, sanitizers, folder, defines):
    """Compile kernels, loops and tools/fuzzing/loops.c into one program."""
    sets = SETS if platform.machine() in ("x86_64", "AMD64") else {"baseline": []}
    common = [*FLAGS, *FATAL, f"-fsanitize={','.join(sanitizers)}"]
    objects = []
    for name, flags in sets.items():
        objects.append(folder / f"{name}.o")
        kernels = SOURCE / "dispatch" / "kernels.c"
        run(compiler, *common, *flags, f"-DINSTRUCTION_SET={name}", "-c", kernels, "-o", objects[-1])
    have = [f"-DHAVE_{name.upper()}" for name in sets]
    rest = [path for path in sorted((SOURCE / "dispatch").glob("*.c")) if path.name != "kernels.c"]
    program = folder / "fuzz_loops"
    driver = ROOT / "tools" / "fuzzing" / "loops.c"
    run(compiler, *common, *have, *defines, driver, *rest, *objects, "-lm", "-o", program)
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"), help="random unless given")
    parser.add_argument("--libfuzzer", type=int, metavar="SECONDS", help="use libFuzzer for so long")
    parser.add_argument("--compiler", help="cc, or clang with --libfuzzer")
    options = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.libfuzzer is None:
            program = build(options.compiler or "cc", SANITIZERS, folder, ["-DSTANDALONE"])
            print(f"seed {options.seed}, built in {time.perf_counter() - start:.0f} s", flush=True)
            command = [program, options.seed, options.calls]
        else:
            program = build(options.compiler or "clang", ["fuzzer", *SANITIZERS], folder, [])
            limits = [f"-max_total_time={options.libfuzzer}", "-max_len=2800", "-len_control=0"]
            command = [program, f"-seed={options.seed % 2**32}", *limits, "-print_final_stats=1"]
        code = subprocess.run([str(part) for part in command], cwd=folder, check=False).returncode
    print(f"{'no fault' if code == 0 else 'FAILED'} in {time.perf_counter() - start:.0f} s, seed {options.seed}")
    return code != 0


if __name__ == "__main__":
    sys.exit(main())
