"""Compare the speed of two builds in one process: python tools/compare.py OLD NEW [--functions ...] [--isa ...].

OLD and NEW are compiled modules, as meson leaves them: build/src/softufunc/_ufuncs.abi3.so. Calls of both take turns,
so that a noisy machine disturbs both alike; printed is the time of OLD in ns per element, the median of the ratios
NEW / OLD over all rounds, and at the end their geometric mean. The times before and after in CHANGELOG.md and in
docs/design.md are measured so. The layouts are those of tools/bench.py.
"""

import argparse
import importlib.util
import itertools
import math
import os
import statistics
import sys
import time

import measuring
import numpy as np
from bench_worker import layouts

LAYOUTS = ("contiguous", "every_second", "reversed", "column", "where")


def tables_of(path):
    """The tables of a compiled module that is not the installed one."""
    sys.modules.pop("softufunc._ufuncs", None)
    spec = importlib.util.spec_from_file_location("softufunc._ufuncs", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["softufunc._ufuncs"] = module
    spec.loader.exec_module(module)
    return module.tables


def taking_turns(calls, rounds):
    """(median time of the first call in seconds, median ratio of the second call's time to it)."""
    times = [[] for _ in calls]
    for turn in range(rounds):
        for which in (turn % 2, 1 - turn % 2):
            start = time.perf_counter()
            calls[which]()
            calls[which]()
            times[which].append((time.perf_counter() - start) / 2)
    return statistics.median(times[0]), statistics.median(new / old for old, new in zip(*times, strict=True))


def main():
    sets, names = list(measuring.tables()), measuring.unary_names()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs=2, metavar="BUILD", help="OLD and NEW")
    parser.add_argument("--functions", nargs="+", choices=names, default=names, metavar="FUNCTION", help="default: all")
    parser.add_argument("--isa", nargs="+", choices=sets, default=sets, help="default: all that this processor runs")
    parser.add_argument("--dtypes", nargs="+", default=["float32", "float64"], metavar="DTYPE")
    parser.add_argument("--layouts", nargs="+", choices=LAYOUTS, default=["contiguous"], metavar="LAYOUT")
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=101)
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [None]
    parser.add_argument("--core", type=int, default=cores[-1], help="core to be pinned to (default: the last one)")
    args = parser.parse_args()
    if args.core is not None:
        os.sched_setaffinity(0, {args.core})
    builds = [tables_of(path) for path in args.builds]
    logarithms = []
    for isa, dtype, layout, name in itertools.product(args.isa, args.dtypes, args.layouts, args.functions):
        with np.errstate(all="ignore"):
            calls = [layouts(tables[isa][name], name, args.n, dtype)[layout] for tables in builds]
            seconds, ratio = taking_turns(calls, args.rounds)
        print(f"{isa:9} {dtype} {layout:13} {name:18} {seconds / args.n * 1e9:8.3f} ns {ratio:8.3f}", flush=True)
        logarithms.append(math.log(ratio))
    print(f"geometric mean of the ratios: {math.exp(statistics.fmean(logarithms)):.4f}")


if __name__ == "__main__":
    main()
