"""Typical inputs of every function, from its facts."""

import math

import numpy as np

from tools.facts import FUNCTIONS

LARGE = 1_000_000
"""beyond this size the numbers repeat, because generating them would take longer than the measurement"""
BORDER = {"bfloat16": 1e-2, "float16": 1e-3, "float32": 1e-6, "float64": 1e-6}
"""the smallest distance of an input from the end of a domain"""


def aligned(n, dtype):
    """Return an empty array aligned to a cache line, which is fastest for every library."""
    dtype = np.dtype(dtype)
    scratch = np.empty(n * dtype.itemsize + 64, np.uint8)
    offset = -scratch.ctypes.data % 64
    return scratch[offset : offset + n * dtype.itemsize].view(dtype)


def typical_inputs(name, n, dtype, scale=3.0):
    """Return one array per input: uniform in a bounded domain, else normal with this standard deviation, moved into it.

    Labels are 0 or 1. Pairs satisfy the condition of a binary function. An index is in the middle of a row; two square
    matrices have at most n elements each.
    """
    function, dtype = FUNCTIONS[name], np.dtype(dtype)
    random, drawn = np.random.default_rng(20261101), min(n, LARGE)
    low, high = function.domain
    border = BORDER[dtype.name]
    if np.isfinite(low) and np.isfinite(high):
        values = [random.uniform(low + border, high - border, drawn)]
    else:
        values = [scale * random.standard_normal(drawn) for _ in range(function.nin)]
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
    if function.is_choice:
        return [arrays[0], np.array(n // 2)]
    if any(len(core) == 2 for core in function.core[0]):
        m = math.isqrt(n)
        return [array[: m * m].reshape(m, m) for array in arrays]
    return arrays
