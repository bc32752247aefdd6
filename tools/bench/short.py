"""Measure short arrays and calls with short inner loops, against np.exp and np.logaddexp.

    python -m tools bench short                           every instruction set
    python -m tools bench short softplus logaddexp --isa avx2 --rounds 51
    python -m tools bench short --case array              the cases whose name contains this word
    python -m tools bench short --check                   exit status 1 if a ratio is above the limit of its case

The first cases are whole calls f(x, out) with arrays of 8 to 100 elements. In the others, NumPy calls an inner loop
once for each run of `where=`, each row of `reduce` and `accumulate`, and each index of `at`, which exposes the overhead
per call. Runs have 1, 2, 3, 4, 8, 16 and 64 elements. Unary functions are compared with np.exp, logaddexp and
softminimum with np.logaddexp; bfloat16, if ml_dtypes is installed, with our float32. Each instruction set runs in its
own process, pinned to one core, with NumPy limited to the same set. Times are medians of interleaved rounds, in CPU
time. The output shows ns per element of that function, and our time over it. Long double is left out: its time is that
of the C library's functions.
"""

import argparse
import json
import statistics
from itertools import repeat

from tools import common
from tools.bench.peers import worker_lines

RUNS = (1, 2, 3, 4, 8, 16, 64)
LIMIT = 1.1
BFLOAT16_LIMIT = 1.5
N = 12_288
SIZES = (8, 16, 33, 64, 100)
SIZE_LIMIT = 1.2
SIZE_CALLS = 200


def compared_names():
    """Return the unary functions, and the binary ones with an identity, whose methods np.logaddexp has too."""
    binary = [name for name, ufunc in next(iter(common.tables().values())).items() if ufunc.nin == 2 and ufunc.identity]
    return [*common.unary_names(), *binary]


def masks(run):
    """Return a mask that alternates between runs of True and False of the given length."""
    import numpy as np

    return np.arange(N) // run % 2 == 0


def arrays(ufunc, peer, x, out):
    """Return [our call, the peer's call], each of which computes a short array SIZE_CALLS times."""

    def repeated(f):
        for _ in repeat(None, SIZE_CALLS):
            f(x, out)

    return [lambda f=f: repeated(f) for f in (ufunc, peer)]


def cases(ufunc, peer, x, y):
    """Yield (name, [our call, the peer's call]) for calls of inner loops; x and y are arrays of N elements."""
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


def bfloat16_cases(ufunc, inputs):
    """Yield (name, [call with bfloat16, call with float32])."""
    import numpy as np

    given = [inputs, [x.astype("float32") for x in inputs]]
    for run in RUNS:
        mask = masks(run)
        outs = [np.zeros_like(x) for x, *_ in given]
        calls = [lambda x=x, o=o, m=mask: ufunc(*x, out=o, where=m) for x, o in zip(given, outs, strict=True)]
        yield f"where=, runs of {run}", calls


def ratio(calls, elements, rounds):
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
        times.append(taken[1] / (2 * elements))
        ratios.append(taken[0] / taken[1])
    return statistics.median(times), statistics.median(ratios)


def measured(isa, names):
    """Yield (name, type, case, limit, calls, number of elements)."""
    import numpy as np

    from tools.bench.inputs import aligned, typical_inputs
    from tools.bench.worker import half_types

    for name in names:
        ufunc = common.tables()[isa][name]
        peer = np.exp if ufunc.nin == 1 else np.logaddexp
        for dtype in ("float16", "float32", "float64"):
            inputs = typical_inputs(name, N, np.dtype(dtype).type)
            for n in SIZES if ufunc.nin == 1 else ():
                calls = arrays(ufunc, peer, inputs[0][:n], aligned(n, dtype))
                yield name, dtype, f"array of {n}", SIZE_LIMIT, calls, n * SIZE_CALLS
            for case, calls in cases(ufunc, peer, inputs[0], inputs[-1]):
                yield name, dtype, case, LIMIT, calls, N
        for dtype in half_types()[1:]:
            for case, calls in bfloat16_cases(ufunc, typical_inputs(name, N, dtype)):
                yield name, dtype.name, case, BFLOAT16_LIMIT, calls, N


def worker(isa, args):
    """Measure in a separate process, and print one JSON object per line."""
    common.pin(args.core)
    for name, dtype, case, limit, calls, elements in measured(isa, args.names or compared_names()):
        if args.case in case:
            ns, found = ratio(calls, elements, args.rounds)
            cell = {"name": name, "dtype": dtype, "case": case, "limit": limit, "ns": ns, "ratio": found}
            print(json.dumps(cell), flush=True)


def main(arguments=None):
    parser = common.make_parser("bench short", __doc__)
    common.add_names(parser, compared_names)
    common.add_isa(parser, "all")
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--case", default="", help="only cases whose name contains this")
    common.add_core(parser)
    limits = f"{SIZE_LIMIT} for arrays, {LIMIT} for inner loops, {BFLOAT16_LIMIT} for bfloat16"
    parser.add_argument("--check", action="store_true", help=f"exit status 1 if a ratio is above its limit: {limits}")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.worker:
        worker(args.worker, args)
        return 0
    missed = []
    for isa in common.chosen_isa(args, list(common.tables())):
        command = ["short", *args.names, "--rounds", str(args.rounds), "--case", args.case]
        for cell in worker_lines(command, isa, args.core):
            title = f"{isa} {cell['name']} {cell['dtype']} {cell['case']}"
            print(f"{title:66} {cell['ns']:8.2f} {cell['ratio']:7.2f}", flush=True)
            if cell["ratio"] > cell["limit"]:
                missed.append(f"{title}: {cell['ratio']:.2f}, at most {cell['limit']}")
    print("\n".join([f"above the limit: {len(missed)}", *missed]))
    return args.check and bool(missed)
