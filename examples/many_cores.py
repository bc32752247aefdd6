"""Softplus of a large array in chunks by several threads: python examples/many_cores.py [NUMBER OF ELEMENTS]

A ufunc releases the GIL while its loop runs, so that threads of one process compute at once. Each thread writes its
chunks into the same output array, and no chunk is copied. `python -m tools bench threads` measures this recipe.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from softufunc import softplus


def in_chunks(pool, threads, function, x, out, chunk=2**18):
    """Compute function(x, out=out) for one-dimensional arrays: each thread takes every `threads`-th chunk."""

    def compute(first):
        for i in range(first, x.size, threads * chunk):
            function(x[i : i + chunk], out=out[i : i + chunk])

    list(pool.map(compute, range(0, threads * chunk, chunk)))


if __name__ == "__main__":
    x = 3 * np.random.default_rng(1).standard_normal(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
    out, threads = np.empty_like(x), os.cpu_count()
    with ThreadPoolExecutor(threads) as pool:
        in_chunks(pool, threads, softplus, x, out)
    assert np.array_equal(out, softplus(x))
    print(f"{x.size} elements, {threads} threads: the same bits as in one call")
