"""Measure the speed on inputs in the tails of the functions, and with outliers and nans among them.

    python -m tools bench tails                           AVX2 and AVX-512
    python -m tools bench tails sigmoid softplus --isa avx2 --rounds 21
    python -m tools bench tails --check                   exit status 1 if a ratio is outside its limit

Logits have standard deviation 20, 100 or 1000; or 1, with 1 % outliers of 1000, or with one nan in 64. They are moved
into the domain of each function, as in the other benchmarks. In a bounded domain, there are only outliers, at its ends,
and nans. Columns are ns per element for standard deviation 1, then for each of these inputs, with the time over that
for standard deviation 1 and, where PyTorch computes the function, PyTorch's time over ours. Each instruction set runs
in its own process, pinned to a core, with PyTorch limited to the same set. Times are medians of interleaved rounds, in
CPU time, of n = 100 000 elements; of 1000 rows of 100 for logsumexp.
"""

import argparse
import json
from functools import partial

from tools import common
from tools.bench.peers import torch, version, worker_lines
from tools.bench.reductions import logaddexp_peers, sum_peers
from tools.facts import FUNCTIONS

N, ROWS = 100_000, 1000
SCALES = {"20": 20.0, "100": 100.0, "1000": 1000.0}
OUTLIERS, NANS = "1 % outliers", "nan in 64"
DATA = ("1", *SCALES, OUTLIERS, NANS)
LIMIT = 1.5
"""the time over that for standard deviation 1"""


def names():
    """Return the elementwise functions, and logsumexp."""
    return [name for name, function in FUNCTIONS.items() if not function.is_gufunc or name == "logsumexp"]


def inputs(name, dtype):
    """Return {kind of data: inputs}."""
    import numpy as np

    from tools.bench.inputs import aligned, typical_inputs

    function, random = FUNCTIONS[name], np.random.default_rng(20261128)
    low, high = function.domain
    bounded = np.isfinite(low) and np.isfinite(high)
    data = {"1": typical_inputs(name, N, dtype, 1.0)}
    if not bounded:
        data |= {kind: typical_inputs(name, N, dtype, scale) for kind, scale in SCALES.items()}
    for kind, share in ((OUTLIERS, 0.01), (NANS, 1 / 64)):
        first = aligned(N, dtype)
        first[:] = data["1"][0]
        chosen = random.random(N) < share
        sign = random.choice([-1.0, 1.0], N)
        ends = np.where(sign < 0, low, high) if bounded else 1000 * sign
        if not bounded and not np.isinf([low, high]).all():
            ends = 1000.0 if np.isfinite(low) else -1000.0
        first[chosen] = np.nan if kind == NANS else np.broadcast_to(ends, N)[chosen]
        second = data["1"][1:]
        if kind == OUTLIERS and function.condition:
            first, other = np.maximum(first, second[0]) + dtype(0.5), np.minimum(first, second[0])
            second = [other]
        data[kind] = [first, *second]
    return data


def peer(name, arrays, out):
    """Return the call of PyTorch, or None."""
    function = FUNCTIONS[name]
    if not version("torch"):
        return None
    if function.shape == (1, 1) and not function.is_gufunc:
        return torch(name, *arrays, out)
    calls = {"logaddexp": logaddexp_peers, "logsumexp": sum_peers}
    if name not in calls:
        return None
    given = (arrays[0].reshape(ROWS, -1), 1) if function.is_gufunc else (*arrays, out)
    return calls[name](*given)["torch"]


def cell(ufunc, name, dtype, rounds):
    """Return {kind of data: {"ours": ns, "torch": ns}}."""
    from tools.bench.inputs import aligned
    from tools.bench.worker import measure

    calls, function = {}, FUNCTIONS[name]
    for kind, arrays in inputs(name, dtype).items():
        outs = [aligned(N, dtype) for _ in range(max(function.nout, 1))]
        if function.is_gufunc:
            calls["ours", kind] = partial(ufunc, arrays[0].reshape(ROWS, -1))
        else:
            calls["ours", kind] = partial(ufunc, *arrays, *outs)
        if call := peer(name, arrays, outs[0]):
            calls["torch", kind] = call
    times = measure(calls, N, rounds, 0.0003)
    return {kind: {who: times[who, kind] for who in ("ours", "torch") if (who, kind) in times} for _, kind in calls}


def worker(isa, args):
    """Measure in a separate process, and print one JSON object per line."""
    import numpy as np

    common.pin(args.core)
    with np.errstate(all="ignore"):
        for dtype in args.dtype:
            for name in args.names or names():
                found = cell(common.tables()[isa][name], name, np.dtype(dtype).type, args.rounds)
                print(json.dumps({"name": name, "dtype": dtype, "data": found}), flush=True)


def describe(found):
    """Return the columns of a line, and [(kind, what is missed)]."""
    usual, columns, missed = found["1"]["ours"], [], []
    for kind in DATA:
        if kind not in found:
            columns.append(f"{'':20}")
            continue
        ours = found[kind]["ours"]
        text = f"{ours:.3f}" if kind == "1" else f"{ours:.3f} ({ours / usual:.2f})"
        if ours > LIMIT * usual:
            missed.append((kind, f"{ours / usual:.2f} times the usual time, at most {LIMIT}"))
        if "torch" in found[kind]:
            ratio = found[kind]["torch"] / ours
            text += f" {ratio:.2f}"
            if ratio < 1:
                missed.append((kind, f"{ratio:.2f} of torch, at least 1"))
        columns.append(f"{text:20}")
    return "".join(columns), missed


def main(arguments=None):
    parser = common.make_parser("bench tails", __doc__)
    common.add_names(parser, names)
    common.add_isa(parser, "all but the baseline")
    common.add_dtype(parser, ("float32", "float64"), ["float32", "float64"])
    parser.add_argument("--rounds", type=int, default=9)
    common.add_core(parser)
    parser.add_argument("--check", action="store_true", help="exit status 1 if a ratio is outside its limit")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.worker:
        worker(args.worker, args)
        return 0
    print(f"{'':40}" + "".join(f"{kind:20}" for kind in DATA))
    missed = []
    for isa in common.chosen_isa(args, [isa for isa in common.tables() if isa != "baseline"]):
        options = ["--rounds", str(args.rounds), "--dtype", *args.dtype]
        for found in worker_lines(["tails", *args.names, *options], isa, args.core):
            title = f"{isa} {found['dtype']} {found['name']}"
            columns, beyond = describe(found["data"])
            print(f"{title:40}{columns}".rstrip(), flush=True)
            missed += [f"{title}, {kind}: {text}" for kind, text in beyond]
    print("\n".join([f"outside the limits: {len(missed)}", *missed]))
    return args.check and bool(missed)
