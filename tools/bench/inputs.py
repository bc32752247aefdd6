"""Typical inputs of every function, made from its facts."""

import numpy as np

from tools.facts import FUNCTIONS

LARGE = 1_000_000
"""from here on the numbers repeat: random numbers would take longer than the measurement"""
BORDER = {"float16": 1e-3, "float32": 1e-6, "float64": 1e-6}
"""how close inputs come to the end of a domain"""


def aligned(n, dtype):
    """An empty array that starts at a cache line, as every library likes best."""
    dtype = np.dtype(dtype)
    scratch = np.empty(n * dtype.itemsize + 64, np.uint8)
    offset = -scratch.ctypes.data % 64
    return scratch[offset : offset + n * dtype.itemsize].view(dtype)


def typical_inputs(name, n, dtype):
    """One array for each input: uniform in a bounded domain, and otherwise 3 times standard normal, moved into it.

    A label is 0 or 1. The condition of two inputs holds.
    """
    function, dtype = FUNCTIONS[name], np.dtype(dtype)
    random, drawn = np.random.default_rng(20261101), min(n, LARGE)
    low, high = function.domain
    border = BORDER[dtype.name]
    if np.isfinite(low) and np.isfinite(high):
        values = [random.uniform(low + border, high - border, drawn)]
    else:
        values = [3 * random.standard_normal(drawn) for _ in range(function.nin)]
    if np.isfinite(low) and not np.isfinite(high):
        values[0] = low + np.maximum(np.abs(values[0]), border)
    elif np.isfinite(high) and not np.isfinite(low):
        values[0] = high - np.maximum(np.abs(values[0]), border)
    if function.label:
        values[1] = np.where(values[1] < 0, 0.0, 1.0)
    elif function.condition:
        values = [np.maximum(*values) + 0.5, np.minimum(*values)]
    arrays = [aligned(n, dtype) for _ in values]
    for array, value in zip(arrays, values, strict=True):
        array[:] = np.resize(value, n)
    return arrays
