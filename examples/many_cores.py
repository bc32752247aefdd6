"""Softplus of a large array in chunks by several threads: python examples/many_cores.py [NUMBER OF ELEMENTS]

A ufunc releases the GIL while its loop runs, so that threads of one process compute at once. Each thread writes its
chunks into the same output array, and no chunk is copied. Prints the time for each number of threads up to the
number of cores, and its ratio to one thread: the median over rounds that are interleaved, since other programs disturb
a measurement.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from softufunc import softplus

CHUNK = 2**16
"""elements in a chunk: input and output fit into the second-level cache of a core"""
ROUNDS = 15


def in_chunks(pool, ufunc, x, out):
    """Compute ufunc(x, out=out) for one-dimensional arrays."""
    chunks = [slice(i, i + CHUNK) for i in range(0, x.size, CHUNK)]
    list(pool.map(lambda chunk: ufunc(x[chunk], out=out[chunk]), chunks))


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


elements = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
x = 3 * np.random.default_rng(1).standard_normal(elements)
out, expected = np.empty_like(x), softplus(x)

counts = [2**k for k in range(10) if 2**k <= (os.cpu_count() or 1)]
pools = {threads: ThreadPoolExecutor(threads) for threads in counts}
times = {threads: [] for threads in counts}
for _ in range(ROUNDS):
    for threads, pool in pools.items():
        times[threads].append(seconds(lambda pool=pool: in_chunks(pool, softplus, x, out)))
assert np.array_equal(out, expected)
one_call = np.median([seconds(lambda: softplus(x, out=out)) for _ in range(ROUNDS)])

print(f"one call: {one_call / elements * 1e9:.2f} ns an element; in chunks:")
for threads in counts:
    nanoseconds = np.median(times[threads]) / elements * 1e9
    ratio = np.median(np.divide(times[1], times[threads]))
    print(f"{threads:3} threads {nanoseconds:6.2f} ns an element, {ratio:.2f} times as fast")
