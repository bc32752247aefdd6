"""Measure the recipe for many cores, in_chunks of examples/many_cores.py.

    python -m tools bench threads
    python -m tools bench threads sigmoid --dtype float32 --size 30000000 --chunks 32768 262144

The threads of a pool compute chunks of one array. The output shows the time of a single call in ns per element, and how
many times as fast each number of threads is, up to the number of cores, for each number of elements in a chunk. Times
are elapsed times, and the ratios are medians of interleaved rounds. Run nothing else meanwhile.
"""

import os
import runpy
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product

from tools import common
from tools.bench.inputs import aligned, typical_inputs

CHUNKS = (2**14, 2**16, 2**18, 2**20)


def elapsed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def measure(calls, rounds):
    """Return (median seconds of the first call, how many times as fast each call is: medians of interleaved rounds)."""
    times = [[elapsed(call) for call in calls] for _ in range(rounds + 1)][1:]
    ratios = [statistics.median(each[0] / each[i] for each in times) for i in range(len(calls))]
    return statistics.median(each[0] for each in times), ratios


def main(arguments=None):
    parser = common.make_parser("bench threads", __doc__)
    common.add_names(parser, common.unary_names(), default="softplus sigmoid")
    common.add_isa(parser)
    common.add_dtype(parser, ("float32", "float64"), ["float32", "float64"])
    parser.add_argument("--size", type=int, default=10_000_000, help="elements (default 10000000)")
    parser.add_argument("--chunks", nargs="+", type=int, default=CHUNKS, metavar="N", help="elements in a chunk")
    parser.add_argument("--rounds", type=int, default=15, help="rounds per cell (default 15)")
    args = parser.parse_args(arguments)
    in_chunks = runpy.run_path(str(common.ROOT / "examples" / "many_cores.py"))["in_chunks"]
    cores = os.cpu_count() or 1
    pools = {2**k: ThreadPoolExecutor(2**k) for k in range(cores.bit_length())}
    cases = list(product(args.chunks, pools))
    for isa, dtype, name in product(common.chosen_isa(args), args.dtype, args.names or ["softplus", "sigmoid"]):
        ufunc, (x,), out = common.tables()[isa][name], typical_inputs(name, args.size, dtype), aligned(args.size, dtype)
        calls = [partial(in_chunks, pools[threads], threads, ufunc, x, out, chunk) for chunk, threads in cases]
        seconds, (_, *ratios) = measure([partial(ufunc, x, out), *calls], args.rounds)
        print(f"{isa} {dtype} {name}: one call {1e9 * seconds / args.size:.3f} ns an element", flush=True)
        for chunk in args.chunks:
            print(f"    chunks of {chunk:8}", end="")
            for (each, threads), ratio in zip(cases, ratios, strict=True):
                print(
                    f"   {threads} {'threads' if threads > 1 else 'thread '} {ratio:5.2f}" if each == chunk else "",
                    end="",
                )
            print(flush=True)
    print("\n" + ", ".join(f"{key} {value}" for key, value in common.machine().items()))
    return 0
