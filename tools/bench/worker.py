"""One process of `bench peers`: measures one peer beside softufunc, np.exp and np.copyto. Not a command.

Reads a job from standard input (JSON) and writes one JSON object a line: measured cells, times in ns per element.
"""

import json
import statistics
import sys
import time
import warnings
from functools import partial
from itertools import product

import numpy as np

from tools.bench.inputs import LARGE, aligned, typical_inputs
from tools.bench.peers import PEERS
from tools.common import pin, tables
from tools.facts import FUNCTIONS

LIMIT_SECONDS, MIN_ROUNDS = 0.3, 3
"""a cell that takes longer gets fewer rounds than asked for, but so many: slow peers, and n = 10 000 000"""


def repetitions(call, min_time):
    """How often to make the call so that one measurement takes at least `min_time` seconds."""
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
    """{label: ns per element} for {label: call}: medians over rounds in each of which every call has its turn.

    The order moves on by one from round to round. The clock is the processor time of this process, all threads: on the
    one core that it is pinned to this is the elapsed time, less what other processes take from the core. Also the
    widest relative quartile distance, as "spread".
    """
    counts = {label: repetitions(call, min_time) if n < LARGE else 1 for label, call in calls.items()}
    times = {label: [] for label in calls}
    labels, begin = list(calls), time.process_time()
    for turn in range(rounds):
        for label in labels[turn % len(labels) :] + labels[: turn % len(labels)]:
            call, count = calls[label], counts[label]
            if n < LARGE:
                call()  # the call before, of another library, may have driven our data out of the cache
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


def agree(call, x, out, ours):
    """Does the peer compute the same function? Loosely: peers are inaccurate on these inputs, and wrong on a few."""
    out[:] = 0
    result = call()
    result = out if result is None or not hasattr(result, "dtype") else np.asarray(result)
    if result.size != x.size:
        result = out
    return bool(np.isclose(result[:LARGE], ours(x[:LARGE]), rtol=2e-3, atol=1e-3).mean() > 0.999)


def exp_input(n, dtype):
    """The input of np.exp: that of a function on the whole line."""
    return typical_inputs("softplus", n, dtype)[0]


def peer_cells(job, ufuncs):
    """The cells function x type x size of one peer."""
    for dtype in job["dtypes"]:
        for n in job["sizes"]:
            for name in job["functions"]:
                (x,), out = typical_inputs(name, n, dtype), aligned(n, dtype)
                call = PEERS[job["peer"]](name, x, out)
                if call is None:
                    continue
                cell = {"function": name, "dtype": dtype, "n": n, "peer": job["peer"]}
                if not agree(call, x, out, ufuncs[name]):
                    yield cell | {"wrong": True}
                    continue
                calls = {
                    "ours": partial(ufuncs[name], x, out),
                    "peer_time": call,
                    "exp": partial(np.exp, exp_input(n, dtype), out),
                    "copyto": partial(np.copyto, out, x),
                }
                yield cell | measure(calls, n, job["rounds"], job["min_time"])


def layouts(ufunc, name, n, dtype):
    """The calls on n elements whose times are compared among each other, by label."""
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
    if dtype == "float32":
        calls["float16"] = partial(ufunc, *typical_inputs(name, n, np.float16), aligned(n, np.float16))
    return calls


def layout_cells(job, ufuncs):
    """Strided, float16, one element, where=: everything that is measured against np.exp or against ourselves."""
    for name in job["functions"]:
        for dtype in job["dtypes"]:
            n, rounds, min_time = 100_000, job["rounds"], job["min_time"]
            times = measure(layouts(ufuncs[name], name, n, dtype), n, rounds, min_time)
            (x,), out = typical_inputs(name, 1, dtype), aligned(1, dtype)
            # two short calls with a small difference: more rounds
            single = {"one": partial(ufuncs[name], x, out), "exp_one": partial(np.exp, x, out)}
            single = measure(single, 1, 2 * rounds, min_time)
            yield {"function": name, "dtype": dtype, "peer": "layouts"} | single | times


def two_outputs_cells(job, ufuncs):
    """Functions with two outputs beside each output's function alone. `one_...` is the call for one element: what NumPy
    itself needs, more for two outputs than for one."""
    two = {name: function.outputs for name, function in FUNCTIONS.items() if function.outputs}
    for name, parts in two.items():
        for dtype, size in product(job["dtypes"], job["sizes"]):
            calls = {}
            for n in (1, size):
                (x,), outs = typical_inputs(name, n, dtype), (aligned(n, dtype), aligned(n, dtype))
                label = "one_" if n == 1 else ""
                calls[label + "both"] = partial(ufuncs[name], x, *outs)
                for number, part in enumerate(parts):
                    calls[f"{label}alone_{number}"] = partial(ufuncs[part], x, outs[0])
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
