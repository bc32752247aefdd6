"""Measure calls with short inner loops, against np.exp and np.logaddexp.

    python -m tools bench short                           every instruction set
    python -m tools bench short softplus logaddexp --isa avx2 --rounds 51
    python -m tools bench short --check                   exit status 1 if a ratio is above the limit of its case

NumPy calls an inner loop once for each run of `where=`, each row of `reduce` and `accumulate`, and each index of `at`,
which exposes the overhead per call. Runs have 1, 2, 3, 4, 8, 16 and 64 elements. Unary functions are compared with
np.exp, logaddexp and softminimum with np.logaddexp. Each instruction set runs in its own process, pinned to one core,
with NumPy limited to the same set. Times are medians of interleaved rounds, in CPU time. The output shows ns per
element of np.exp or np.logaddexp, and our time over it.
"""

import argparse
import json
import statistics

from tools import common
from tools.bench.peers import worker_lines

RUNS = (1, 2, 3, 4, 8, 16, 64)
LIMIT = 1.1
N = 12_288


def compared_names():
    """Return the unary functions, and the binary ones with an identity, whose methods np.logaddexp has too."""
    binary = [name for name, ufunc in next(iter(common.tables().values())).items() if ufunc.nin == 2 and ufunc.identity]
    return [*common.unary_names(), *binary]


def masks(run):
    """Return a mask that alternates between runs of True and False of the given length."""
    import numpy as np

    return np.arange(N) // run % 2 == 0


def cases(ufunc, peer, x, y):
    """Yield (name, [our call, the peer's call]); x and y are arrays of N elements."""
    import numpy as np

    inputs = (x, y)[: ufunc.nin]
    for run in RUNS:
        mask, out = masks(run), np.zeros_like(x)
        yield f"where=, runs of {run}", [lambda f=f, o=out, m=mask: f(*inputs, out=o, where=m) for f in (ufunc, peer)]
    if ufunc.nin == 1:
        return
    index = np.random.default_rng(1).integers(0, N, N)
    for what, indices in (("at, random", index), ("at, one cell", np.zeros_like(index))):
        to = x.copy()
        yield what, [lambda f=f, i=indices, to=to: f.at(to, i, y) for f in (ufunc, peer)]
    for run in RUNS[1:]:
        rows = x[: N // run * run].reshape(-1, run)
        yield f"reduce, rows of {run}", [lambda f=f, a=rows: f.reduce(a, axis=1) for f in (ufunc, peer)]
        yield f"accumulate, rows of {run}", [lambda f=f, a=rows: f.accumulate(a, axis=1) for f in (ufunc, peer)]
    for run in RUNS:
        mask = masks(run)
        yield f"reduce, where=, runs of {run}", [lambda f=f, m=mask: f.reduce(x, where=m) for f in (ufunc, peer)]


def ratio(calls, rounds):
    """Return (ns per element of the peer, our time / its time): medians of interleaved rounds."""
    import time

    for call in calls:
        call()
    times, ratios = [], []
    for _ in range(rounds):
        taken = []
        for call in calls:
            start = time.process_time_ns()
            call()
            call()
            taken.append(time.process_time_ns() - start)
        times.append(taken[1] / (2 * N))
        ratios.append(taken[0] / taken[1])
    return statistics.median(times), statistics.median(ratios)


def worker(isa, args):
    """Measure in a separate process, and print one JSON object per line."""
    import numpy as np

    from tools.bench.inputs import typical_inputs

    common.pin(args.core)
    for name in args.names or compared_names():
        ufunc = common.tables()[isa][name]
        for dtype in ("float32", "float64"):
            inputs = typical_inputs(name, N, np.dtype(dtype).type)
            for case, calls in cases(ufunc, np.exp if ufunc.nin == 1 else np.logaddexp, inputs[0], inputs[-1]):
                ns, found = ratio(calls, args.rounds)
                print(json.dumps({"name": name, "dtype": dtype, "case": case, "ns": ns, "ratio": found}), flush=True)


def main(arguments=None):
    parser = common.make_parser("bench short", __doc__)
    common.add_names(parser, compared_names)
    common.add_isa(parser, "all")
    parser.add_argument("--rounds", type=int, default=31)
    common.add_core(parser)
    parser.add_argument("--check", action="store_true", help=f"exit status 1 if a ratio is above {LIMIT}")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.worker:
        worker(args.worker, args)
        return 0
    missed = []
    for isa in common.chosen_isa(args, list(common.tables())):
        for cell in worker_lines(["short", *args.names, "--rounds", str(args.rounds)], isa, args.core):
            title = f"{isa} {cell['name']} {cell['dtype']} {cell['case']}"
            print(f"{title:66} {cell['ns']:8.2f} {cell['ratio']:7.2f}", flush=True)
            if cell["ratio"] > LIMIT:
                missed.append(f"{title}: {cell['ratio']:.2f}, at most {LIMIT}")
    print("\n".join([f"above the limit: {len(missed)}", *missed]))
    return args.check and bool(missed)
