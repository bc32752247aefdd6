"""Compare the time of each kernel with that of np.exp in one process: python -m tools check guard.

Fails if a kernel's time, in units of np.exp, exceeds 1.25 times the accepted ratio. Ratios depend on the processor and
on NumPy, whose np.exp is the unit: tools/check/guard.json stores them for each processor (vendor, family, model) and
NumPy (major.minor) on which `python -m tools refresh guard` was run. On other machines the limit is only a coarse one,
twice the largest ratio recorded on any machine, and the output notes this.

Short runs of the kernel and of np.exp alternate, and the ratio is that of the median CPU times. Noise makes a ratio too
large occasionally, a slower kernel always: a kernel that fails is measured again, up to five times, and the smallest
ratio counts. `refresh` stores the median of five.
"""

import json
import platform
import re
import statistics
import time
from pathlib import Path

import numpy as np

from tools import common
from tools.bench.inputs import typical_inputs

TARGET = Path(__file__).resolve().parent / "guard.json"
LIMIT, LIMIT_ELSEWHERE = 1.25, 2.0
REPEATS, ROUNDS, RUN = 5, 11, 4e5
"""RUN: nanoseconds of a run"""
PAUSES = (0, 2, 10)
"""seconds before a slow kernel is measured again, because on a shared machine one disturbance may affect all repeats"""
N = 8192
"""elements: input and output fit into the caches nearest to the processor"""


def machine():
    """Return the key of the ratios, such as "GenuineIntel 6 143, NumPy 2.4"."""
    numpy = ".".join(np.__version__.split(".")[:2])
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        found = [re.search(rf"^{key}\s*: (.+)$", text, re.MULTILINE) for key in ("vendor_id", "cpu family", "model")]
        processor = " ".join(match[1] for match in found)
    except (OSError, TypeError):
        processor = platform.processor() or platform.machine()
    return f"{processor}, NumPy {numpy}"


def arguments(ufunc, dtype):
    """Return inputs with a period of 97, so that their values matter little, and outputs."""
    inputs = [np.resize(x.ravel()[:97], x.shape) for x in typical_inputs(ufunc.__name__, N, dtype)]
    outputs = ufunc(*inputs)
    return inputs, outputs if ufunc.nout > 1 else (np.asarray(outputs),)


def ratio(ufunc, dtype):
    """Return the time of a call in units of the time of np.exp for as many elements."""
    inputs, outputs = arguments(ufunc, dtype)
    x = np.resize(np.linspace(-8, 8, 97), N).astype(dtype)
    y = np.empty_like(x)
    clock = time.process_time_ns

    def run(function, inputs, outputs, calls):
        start = clock()
        for _ in range(calls):
            function(*inputs, out=outputs)
        return (clock() - start) / calls

    jobs = [(ufunc, inputs, outputs), (np.exp, [x], (y,))]
    calls = [max(1, round(RUN / min(run(*job, 3) for _ in range(3)))) for job in jobs]
    times = [[run(*job, n) for job, n in zip(jobs, calls, strict=True)] for _ in range(ROUNDS)]
    ours, exp = (statistics.median(column) for column in zip(*times, strict=True))
    return ours / exp


def kernels():
    """Return {"avx2 softplus f4": (ufunc, dtype), ...}."""
    return {
        f"{isa} {name} {dtype}": (ufunc, dtype)
        for isa, made in common.tables().items()
        for name, ufunc in made.items()
        for dtype in ("f4", "f8")
    }


def refresh():
    """Accept the ratios measured now."""
    stored = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    rounds = [{name: ratio(*job) for name, job in kernels().items()} for _ in range(REPEATS)]
    medians = {name: round(statistics.median(found[name] for found in rounds), 3) for name in rounds[0]}
    common.write_json(TARGET, stored | {machine(): medians})
    print(f"{TARGET.name}: {len(medians)} ratios for {machine()}")


def main(arguments=None):
    parser = common.make_parser("check guard", __doc__)
    parser.parse_args(arguments)
    stored = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    here, start = machine(), time.perf_counter()
    limits = {}
    for name in kernels():
        others = [ratios[name] for ratios in stored.values() if name in ratios]
        if name in stored.get(here, {}):
            limits[name] = LIMIT * stored[here][name]
        elif others:
            limits[name] = LIMIT_ELSEWHERE * max(others)
    recorded = len(stored.get(here, {}).keys() & limits.keys())
    print(f"{here}: {recorded} ratios are recorded; the limits of {len(limits) - recorded} are those of other machines")
    unknown = sorted(kernels().keys() - limits.keys())
    slow = dict.fromkeys(limits, np.inf)
    for pause in PAUSES:
        if slow:
            time.sleep(pause)
        for name in list(slow):
            for _ in range(REPEATS):
                slow[name] = min(slow[name], ratio(*kernels()[name]))
                if slow[name] <= limits[name]:
                    del slow[name]
                    break
    for name in unknown:
        print(f"{name}: no ratio is recorded")
    for name, measured in slow.items():
        print(f"{name}: {measured:.3f} times np.exp, at most {limits[name]:.3f}")
    bad = len(unknown) + len(slow)
    text = f"{len(kernels())} kernels, {bad} beyond their limits"
    print(f"{text}, {time.perf_counter() - start:.0f} s")
    return bad > 0
