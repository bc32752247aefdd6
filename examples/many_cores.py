"""Softplus of a large array in chunks by several threads: python examples/many_cores.py [NUMBER OF ELEMENTS]

A ufunc releases the GIL while its loop runs, so that threads of one process compute at once. Each thread writes its
chunks into the same output array, and no chunk is copied. Prints the time for each number of threads up to the
number of cores: the least of several rounds, since other programs can only add to it.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from softufunc import softplus

CHUNK = 2**18
"""elements in a chunk; a pool needs some ten microseconds for each"""
ROUNDS = 25


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
times = dict.fromkeys([0, *counts], np.inf)
for _ in range(ROUNDS):
    times[0] = min(times[0], seconds(lambda: softplus(x, out=out)))
    for threads, pool in pools.items():
        times[threads] = min(times[threads], seconds(lambda pool=pool: in_chunks(pool, softplus, x, out)))
assert np.array_equal(out, expected)

for threads, best in times.items():
    how = f"{threads} threads, in chunks" if threads else "one call"
    print(f"{how:22} {best / elements * 1e9:5.2f} ns an element, {times[0] / best:.2f} times as fast")
