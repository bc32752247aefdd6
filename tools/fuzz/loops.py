"""Fuzz the C loops under the address and undefined-behaviour sanitizers: python -m tools fuzz loops.

tools/fuzz/loops.c calls every kind of loop with random lengths, strides and overlaps. By default its random bytes come
from a seeded generator, and the compiler is `cc`. With --libfuzzer SECONDS they come from libFuzzer, which searches for
new paths through the code, and the compiler is clang.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from tools import common
from tools.build import compile_build, link_program

SANITIZERS = ("address", "undefined")
SETS = ("avx512", "avx2", "baseline")


def build(compiler, sanitizers, folder, defines, chosen):
    """Loops and kernels as meson compiles them, under sanitizers, and tools/fuzz/loops.c in one program."""
    flags = [f"-fsanitize={','.join(sanitizers)}", "-fno-sanitize-recover=all", "-g"]
    # libFuzzer's main is for the program, not for the libraries
    in_library = [flag.replace("=fuzzer,", "=fuzzer-no-link,") for flag in flags]
    options = [f"-Dc_args={' '.join(in_library)}", "-Db_lundef=false", f"-Disa={','.join(chosen)}"]
    made = compile_build(folder / "build", *options, CC=compiler)
    source = Path(__file__).resolve().parent / "loops.c"
    return link_program(made, folder / "fuzz_loops", source, *flags, "-O2", *defines, compiler=compiler)


def main(arguments=None):
    parser = common.make_parser("fuzz loops", __doc__)
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"), help="random unless given")
    parser.add_argument("--libfuzzer", type=int, metavar="SECONDS", help="use libFuzzer for so long")
    parser.add_argument("--compiler", help="cc, or clang with --libfuzzer")
    known = common.one_of("instruction set", SETS)
    parser.add_argument(
        "--isa", nargs="+", type=known, default=list(SETS), metavar="ISA", help="on x86-64 (default: all)"
    )
    options = parser.parse_args(arguments)
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
