"""Measure the speed of the binary functions, of the reductions and of the functions of rows.

    python -m tools bench sums                            every instruction set
    python -m tools bench sums --check                    exit status 1 if a required ratio (MUST) is missed
    python -m tools bench sums --isa avx2 --rounds 25

logaddexp is compared with np.logaddexp, PyTorch, JAX and numba; logsumexp and logaddexp.reduce with SciPy and PyTorch,
for 1 000 000 elements, for short rows and over other axes; log_likelihood with log_prob(x, t).sum(), for 10 000 000
elements. rows.py has the cases of softmax, log_softmax, categorical_log_prob, logcumsumexp and logmatmulexp. Libraries
that are not installed are skipped. Each instruction set runs in its own process, pinned to a core, with the peers
limited to the same set, except those with an asterisk (rows.py). Times are medians of interleaved rounds, in CPU time,
on contiguous arrays. The output shows ns per element, and the peers' times over ours. `bench peers --check` runs this
too.
"""

import argparse
import json

from tools import common
from tools.bench import rows
from tools.bench.peers import version, worker_lines

# The required minimum of the peer's time / our time.
MUST = rows.MUST | {
    **{(f"logaddexp, n = {n}", peer): 1.0 for n in (1000, 100_000) for peer in ("numpy", "torch", "jax", "numba")},
    ("logsumexp", "torch"): 1.0,
    ("logsumexp", "scipy"): 5.0,
    ("logaddexp.accumulate, n = 100000", "numpy"): 5.0,
    ("logaddexp.accumulate, n = 100000", "torch"): 5.0,
    ("logaddexp.accumulate, rows of 10", "numpy"): 1.0,
    ("logaddexp.accumulate, axis 0 of (1000, 1000)", "numpy"): 1.0,
    ("logaddexp.reduce", "torch"): 1.0,
    ("logaddexp.reduce", "scipy"): 5.0,
    ("log_likelihood, float labels", "log_prob.sum"): 1.8,
    ("log_likelihood, bool labels", "log_prob.sum"): 1.8,
    ("log_likelihood, int labels", "log_prob.sum"): 1.8,
    ("logsumexp, axis 0 of (1000, 1000)", "scipy"): 1.0,
    ("logsumexp, axis 0 of (1024, 1024)", "scipy"): 1.0,
    ("logsumexp, axis 0 of (100000, 10)", "scipy"): 1.0,
    ("logsumexp, axis 1 of (100000, 10)", "scipy"): 1.0,
    ("logsumexp, axis 1 of (100000, 10)", "torch"): 1.0,
    ("logsumexp, axis 1 of (300000, 3)", "scipy"): 1.0,
    ("logsumexp, axis 1 of (300000, 3)", "torch"): 1.0,
    ("logsumexp, axis 1 of (1000, 128)", "torch"): 1.0,
    ("logsumexp, axis 1 of (1000, 200)", "torch"): 1.0,
    ("logsumexp, axis 1 of (500, 256)", "torch"): 1.0,
    ("logsumexp, axis 1 of (4000, 256)", "torch"): 1.0,
}


def logaddexp_peers(x, y, out):
    """Return {label: call} of the libraries that have logaddexp; JAX has no `out`."""
    import numpy as np

    calls = {"numpy": lambda: np.logaddexp(x, y, out=out)}
    if version("torch"):
        import torch

        torch.set_num_threads(1)
        tensors = [torch.from_numpy(array) for array in (x, y, out)]
        calls["torch"] = lambda: torch.logaddexp(tensors[0], tensors[1], out=tensors[2])
    if version("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
        compiled, given = jax.jit(jax.numpy.logaddexp), [jax.device_put(array) for array in (x, y)]
        calls["jax"] = lambda: compiled(*given).block_until_ready()
    if version("numba"):
        import numba

        loop = numba.njit(lambda x, y, out: np.logaddexp(x, y, out))
        calls["numba"] = lambda: loop(x, y, out)
    return calls


def sum_peers(x, axis):
    """Return {label: call} of the libraries that have logsumexp."""
    calls = {}
    if version("scipy"):
        from scipy.special import logsumexp

        calls["scipy"] = lambda: logsumexp(x, axis=axis)
    if version("torch"):
        import torch

        torch.set_num_threads(1)
        tensor = torch.from_numpy(x)
        calls["torch"] = lambda: torch.logsumexp(tensor, axis)
    return calls


def accumulate_cases(logaddexp, random, dtype):
    """Yield the cases of accumulate: one row, short rows, and the first axis, along which elements are far apart."""
    import numpy as np

    for name, shape, axis in (
        ("n = 100000", (100_000,), 0),
        ("rows of 10", (10_000, 10), 1),
        ("axis 0 of (1000, 1000)", (1000, 1000), 0),
    ):
        x = (3 * random.standard_normal(shape)).astype(dtype)
        calls = {
            "ours": lambda x=x, axis=axis: logaddexp.accumulate(x, axis=axis),
            "numpy": lambda x=x, axis=axis: np.logaddexp.accumulate(x, axis=axis),
        }
        if version("torch"):
            import torch

            torch.set_num_threads(1)
            tensor = torch.from_numpy(x)
            calls["torch"] = lambda tensor=tensor, axis=axis: torch.logcumsumexp(tensor, axis)
        yield f"logaddexp.accumulate, {name}", x.size, calls


def cases(ufuncs, dtype):
    """Yield (name, number of elements, {label: call}); the first call is ours."""
    import numpy as np

    random = np.random.default_rng(20261101)
    sums, likelihood, logaddexp = ufuncs["logsumexp"], ufuncs["log_likelihood"], ufuncs["logaddexp"]
    for n in (1000, 100_000):
        x, y = ((3 * random.standard_normal(n)).astype(dtype) for _ in range(2))
        out = np.empty(n, dtype)
        ours = {"ours": lambda x=x, y=y, out=out: logaddexp(x, y, out)}
        yield f"logaddexp, n = {n}", n, ours | logaddexp_peers(x, y, out)
    n = 1_000_000
    x = (3 * random.standard_normal(n)).astype(dtype)
    yield "logsumexp", n, {"ours": lambda: sums(x), **sum_peers(x, 0)}
    yield "logaddexp.reduce", n, {"ours": lambda: logaddexp.reduce(x), **sum_peers(x, 0)}
    yield from accumulate_cases(logaddexp, random, dtype)
    n = 10_000_000
    logits = (3 * random.standard_normal(n)).astype(dtype)
    truth = random.random(n) < 0.5
    for kind, t in (("float", truth.astype(dtype)), ("bool", truth), ("int", truth.astype(int))):
        calls = {"ours": lambda t=t: likelihood(logits, t)}
        calls["log_prob.sum"] = lambda t=t: ufuncs["log_prob"](logits, t).sum()
        calls["softplus.sum"] = lambda: ufuncs["softplus"](logits).sum()
        yield f"log_likelihood, {kind} labels", n, calls
    in_cache = (((1000, 128), 1), ((1000, 200), 1), ((500, 256), 1))
    squares = tuple(((n, n), 0) for n in rows.SQUARES)
    in_memory = (*squares, ((100_000, 10), 0), ((4000, 256), 1), ((100_000, 10), 1), ((300_000, 3), 1))
    for shape, axis in (*in_cache, *in_memory):
        a = (3 * random.standard_normal(shape)).astype(dtype)
        calls = {"ours": lambda a=a, axis=axis: sums(a, axis=axis), **sum_peers(a, axis)}
        yield f"logsumexp, axis {axis} of {shape}", a.size, calls
    yield from rows.cases(ufuncs, random, dtype)


def worker(isa, rounds, core):
    """Measure in a separate process, and print one JSON object per line."""
    from tools.bench.worker import measure

    common.pin(core)
    ufuncs = common.tables()[isa]
    for dtype in ("float32", "float64"):
        for name, n, calls in cases(ufuncs, dtype):
            print(
                json.dumps({"name": name, "dtype": dtype, "isa": isa, **measure(calls, n, rounds, 0.002)}), flush=True
            )


def main(arguments=None):
    sets = [isa for isa in common.tables() if isa != "baseline"] or list(common.tables())
    parser = common.make_parser("bench sums", __doc__)
    common.add_isa(parser, "all but the baseline")
    parser.add_argument("--rounds", type=int, default=11)
    common.add_core(parser)
    parser.add_argument("--check", action="store_true", help="exit status 1 if a required ratio is missed")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.worker:
        worker(args.worker, args.rounds, args.core)
        return 0
    missed, best = [], next(iter(common.tables()))
    for isa in common.chosen_isa(args, sets):
        for cell in worker_lines(["sums", "--rounds", str(args.rounds)], isa, args.core):
            others = {
                key: time for key, time in cell.items() if isinstance(time, float) and key not in ("ours", "spread")
            }
            ratios = {key: time / cell["ours"] for key, time in others.items()}
            unlimited = {key for key in others if isa != best and (cell["name"], key) in rows.UNLIMITED}
            text = ", ".join(
                f"{key}{'*' if key in unlimited else ''} {time:.3f} ({ratios[key]:.2f})" for key, time in others.items()
            )
            title = f"{isa} {cell['dtype']} {cell['name']}"
            print(f"{title:62} {cell['ours']:8.3f}   {text}", flush=True)
            for key, ratio in ratios.items():
                required = MUST.get((cell["name"], key), 0)
                if ratio < required and key not in unlimited:
                    missed.append(f"{title}: {ratio:.2f} of {key}, at least {required}")
    print("\n".join([f"MUST missed: {len(missed)}", *missed]))
    return args.check and bool(missed)
