"""Fuzz the C loops under the address and undefined-behaviour sanitizers: python tools/fuzz_loops.py.

tools/fuzzing/loops.c calls every kind of loop with random lengths, strides and overlaps. By default the bytes that it
decides by come from a generator with a seed and the compiler is `cc`; with --libfuzzer SECONDS they come from
libFuzzer, which looks for new paths through the code, and the compiler is clang.
"""

import argparse
import concurrent.futures
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
FATAL = ["-fno-sanitize-recover=all"]
SETS = {
    "baseline": [],
    "avx2": ["-mavx2", "-mfma", "-mf16c"],
    "avx512": ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mavx2", "-mfma", "-mf16c"],
}


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


def build(compiler, sanitizers, folder, defines, chosen):
    """Compile kernels, loops and tools/fuzzing/loops.c into one program."""
    sets = (
        {name: SETS[name] for name in {"baseline", *chosen}}
        if platform.machine() in ("x86_64", "AMD64")
        else {"baseline": []}
    )
    common = [compiler, *FLAGS, *FATAL, f"-fsanitize={','.join(sanitizers)}"]
    have = [f"-DHAVE_{name.upper()}" for name in sets]
    sources = [SOURCE / "cpu.c", *sorted((SOURCE / "ufuncs").glob("*.c"))]
    sources.append(ROOT / "tools" / "fuzzing" / "loops.c")
    jobs = [
        *([SOURCE / "kernels" / "kernels.c", *flags, f"-DINSTRUCTION_SET={name}"] for name, flags in sets.items()),
        *([path, *have, *defines] for path in sources),
    ]
    objects = [folder / f"{i}.o" for i in range(len(jobs))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda job, to: run(*common, *job, "-c", "-o", to), jobs, objects))
    program = folder / "fuzz_loops"
    run(*common, *objects, "-lm", "-o", program)
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"), help="random unless given")
    parser.add_argument("--libfuzzer", type=int, metavar="SECONDS", help="use libFuzzer for so long")
    parser.add_argument("--compiler", help="cc, or clang with --libfuzzer")
    parser.add_argument("--isa", nargs="+", choices=SETS, default=list(SETS), help="instruction sets, on x86-64")
    options = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.libfuzzer is None:
            program = build(options.compiler or "cc", SANITIZERS, folder, ["-DSTANDALONE"], options.isa)
            print(f"seed {options.seed}, built in {time.perf_counter() - start:.0f} s", flush=True)
            command = [program, options.seed, options.calls]
        else:
            program = build(options.compiler or "clang", ["fuzzer", *SANITIZERS], folder, [], options.isa)
            limits = [f"-max_total_time={options.libfuzzer}", "-max_len=2800", "-len_control=0"]
            command = [program, f"-seed={options.seed % 2**32}", *limits, "-print_final_stats=1"]
        code = subprocess.run([str(part) for part in command], cwd=folder, check=False).returncode
    print(f"{'no fault' if code == 0 else 'FAILED'} in {time.perf_counter() - start:.0f} s, seed {options.seed}")
    return code != 0


if __name__ == "__main__":
    sys.exit(main())
