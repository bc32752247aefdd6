"""A process of `bench peers`: measures one peer, softufunc, np.exp and np.copyto. Not a command.

Reads a job in JSON from standard input, and writes one JSON object per measured cell, with times in ns per element.
"""

import json
import statistics
import sys
import time
import warnings
from functools import partial
from itertools import product

import numpy as np

from softufunc.hooks import register_ml_dtypes
from tools.bench.inputs import LARGE, aligned, typical_inputs
from tools.bench.peers import PEERS
from tools.common import pin, tables
from tools.facts import FUNCTIONS

CHECKED = 100_000
LIMIT_SECONDS, MIN_ROUNDS = 0.3, 3
"""cells that take longer (slow peers, n = 10 000 000) get fewer rounds than requested, but at least MIN_ROUNDS"""


def repetitions(call, min_time):
    """Return the number of calls for which one measurement takes at least `min_time` seconds."""
    call()
    count = 1
    while True:
        begin = time.perf_counter()
        for _ in range(count):
            call()
        spent = time.perf_counter() - begin
        if spent >= min_time:
            return count
        count = max(count + 1, min(count * 20, int(1.1 * count * min_time / max(spent, 1e-9))))


def measure(calls, n, rounds, min_time):
    """Return {label: ns per element} for {label: call}: medians over interleaved rounds.

    The order rotates from round to round. The clock is the CPU time of this process, over all threads: on the single
    core to which it is pinned, this is the elapsed time without that of other processes. The result also contains the
    largest relative interquartile range, as "spread".
    """
    counts = {label: repetitions(call, min_time) if n < LARGE else 1 for label, call in calls.items()}
    times = {label: [] for label in calls}
    labels, begin = list(calls), time.process_time()
    for turn in range(rounds):
        for label in labels[turn % len(labels) :] + labels[: turn % len(labels)]:
            call, count = calls[label], counts[label]
            if n < LARGE:
                call()  # the previous call, of another library, may have evicted our data from the cache
            start = time.process_time()
            for _ in range(count):
                call()
            times[label].append((time.process_time() - start) / count / n * 1e9)
        if turn + 1 >= MIN_ROUNDS and time.process_time() - begin > LIMIT_SECONDS:
            break
    result = {label: statistics.median(values) for label, values in times.items()}
    quartiles = [statistics.quantiles(values, n=4) if len(values) > 1 else values * 3 for values in times.values()]
    result["spread"] = max((high - low) / middle for low, middle, high in quartiles)
    result["rounds"] = len(times[labels[0]])
    return result


def computed(call, x, out):
    """Return the result of a call, which some libraries do not write to `out`."""
    out[:] = 0
    result = call()
    result = out if result is None or not hasattr(result, "dtype") else np.asarray(result)
    return (result if result.size == x.size else out)[:LARGE].copy()


def agree(result, wanted):
    """Return whether the peer computes the same function, up to its errors on these inputs, some of them large."""
    return bool(np.isclose(result, wanted, rtol=2e-3, atol=1e-3).mean() > 0.999)


def largest_error(result, x, ufunc):
    """Return the largest error on at most CHECKED of these inputs in ULP, against our long double if that is wider."""
    if np.finfo(np.longdouble).nmant <= np.finfo(result.dtype).nmant:
        return None
    result, exact = result[:CHECKED], ufunc(x[:CHECKED].astype(np.longdouble))
    errors = np.abs(result - exact) / np.spacing(np.abs(exact.astype(result.dtype)))
    return float(np.nan_to_num(errors, nan=np.inf).max())


def exp_input(n, dtype):
    """Return the input for np.exp: that of a function defined everywhere."""
    return typical_inputs("softplus", n, dtype)[0]


def peer_cells(job, ufuncs):
    """Yield the cells of one peer: function x type x size."""
    for dtype in job["dtypes"]:
        for n in job["sizes"]:
            for name in job["functions"]:
                (x,), out = typical_inputs(name, n, dtype), aligned(n, dtype)
                call = PEERS[job["peer"]](name, x, out)
                if call is None:
                    continue
                cell = {"function": name, "dtype": dtype, "n": n, "peer": job["peer"]}
                theirs, ours = computed(call, x, out), ufuncs[name](x[:LARGE])
                if not agree(theirs, ours):
                    yield cell | {"wrong": True}
                    continue
                cell |= {key: largest_error(y, x, ufuncs[name]) for key, y in (("ulp", theirs), ("our_ulp", ours))}
                calls = {
                    "ours": partial(ufuncs[name], x, out),
                    "peer_time": call,
                    "exp": partial(np.exp, exp_input(n, dtype), out),
                    "copyto": partial(np.copyto, out, x),
                }
                yield cell | measure(calls, n, job["rounds"], job["min_time"])


def half_types():
    """Return float16, and bfloat16 if ml_dtypes is installed."""
    try:
        register_ml_dtypes()
    except ImportError:
        return [np.dtype("float16")]
    return [np.dtype("float16"), np.dtype("bfloat16")]


def layouts(ufunc, name, n, dtype):
    """Return {label: call} for n elements in each layout, and the calls to compare them with."""
    (x,), e, out = typical_inputs(name, n, dtype), exp_input(n, dtype), aligned(n, dtype)
    matrix, exp_matrix = (np.repeat(a, 8).reshape(n, 8) for a in (x, e))
    mask = np.arange(n) % 2 == 0
    calls = {
        "contiguous": partial(ufunc, x, out),
        "exp_contiguous": partial(np.exp, e, out),
        "every_second": partial(ufunc, np.repeat(x, 2)[::2], out),
        "reversed": partial(ufunc, x[::-1], out),
        "column": partial(ufunc, matrix[:, 3], out),
        "exp_column": partial(np.exp, exp_matrix[:, 3], out),
        "where": partial(ufunc, x, out, where=mask),
        "exp_where": partial(np.exp, e, out, where=mask),
        "copied_column": partial(np.copyto, out, matrix[:, 3]),
        "negative_where": partial(np.negative, x, out, where=mask),
    }
    for half in half_types() if dtype == "float32" else ():
        calls[half.name] = partial(ufunc, *typical_inputs(name, n, half), aligned(n, half))
    return calls


def layout_cells(job, ufuncs):
    """Yield the cells measured against np.exp or our contiguous calls: strided, float16, one element, where=."""
    for name in job["functions"]:
        for dtype in job["dtypes"]:
            n, rounds, min_time = 100_000, job["rounds"], job["min_time"]
            times = measure(layouts(ufuncs[name], name, n, dtype), n, rounds, min_time)
            (x,), out = typical_inputs(name, 1, dtype), aligned(1, dtype)
            # the two calls are short and differ little, so they need more rounds
            single = {"one": partial(ufuncs[name], x, out), "exp_one": partial(np.exp, x, out)}
            single = measure(single, 1, 2 * rounds, min_time)
            yield {"function": name, "dtype": dtype, "peer": "layouts"} | single | times


def two_outputs_cells(job, ufuncs):
    """Yield the cells of functions with two outputs and of the functions of each output. `one_...` is the call for one
    element, which measures NumPy's overhead; it is larger for two outputs than for one."""
    two = {name: function.outputs for name, function in FUNCTIONS.items() if function.outputs}
    for name, parts in two.items():
        for dtype, size in product(job["dtypes"], job["sizes"]):
            calls = {}
            for n in (1, size):
                inputs, outs = typical_inputs(name, n, dtype), (aligned(n, dtype), aligned(n, dtype))
                label = "one_" if n == 1 else ""
                calls[label + "both"] = partial(ufuncs[name], *inputs, *outs)
                for number, part in enumerate(parts):
                    calls[f"{label}alone_{number}"] = partial(ufuncs[part], *inputs, outs[0])
            times = measure(calls, 1, job["rounds"], job["min_time"])
            yield {"function": name, "dtype": dtype, "n": size, "peer": "two outputs"} | times


def main():
    job = json.load(sys.stdin)
    pin(job["core"])
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    ufuncs = tables()[job["isa"]]
    cells = {"layouts": layout_cells, "two outputs": two_outputs_cells}.get(job["peer"], peer_cells)
    for cell in cells(job, ufuncs):
        print(json.dumps(cell), flush=True)


if __name__ == "__main__":
    main()
