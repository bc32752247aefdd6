"""Benchmarks of every ufunc for asv, which keeps a history of the times.

    cd benchmarks
    asv run --python=same --quick          the installed softufunc, one round
    asv run v0.1.0..main                   every commit in between, built by asv
    asv compare v0.1.0 main

`python -m tools bench` compares with other libraries.
"""

import numpy as np

from softufunc import _ufuncs


def ufuncs():
    """Return {name: ufunc} for the instruction set selected at import."""
    return getattr(_ufuncs, "ufuncs", _ufuncs)


def elementwise():
    """Return the names of the ufuncs that are not generalized ufuncs."""
    return sorted(name for name, ufunc in ufuncs().items() if not ufunc.signature)


def inputs(name, n, dtype):
    """Return arguments with finite results: normal, of one sign, or between 0 and 1.

    A second argument is half of the first.
    """
    random = np.random.default_rng(20261101)
    normal = 3 * random.standard_normal(n)
    for x in (normal, np.abs(normal), -np.abs(normal), random.uniform(0.01, 0.99, n)):
        x = x.astype(dtype)
        arguments = [x, x / 2][: ufuncs()[name].nin]
        with np.errstate(all="ignore"):
            if np.isfinite(ufuncs()[name](*arguments)).all():
                return arguments
    raise ValueError(f"no inputs for {name}")


class Contiguous:
    params = (elementwise(), ["float16", "float32", "float64", "longdouble"], [1, 1000, 100_000])
    param_names = ("function", "dtype", "n")

    def setup(self, name, dtype, n):
        self.ufunc, arguments = ufuncs()[name], inputs(name, n, dtype)
        self.args = arguments + [np.empty(n, dtype) for _ in range(self.ufunc.nout)]

    def time_ufunc(self, name, dtype, n):
        self.ufunc(*self.args)


class Strided:
    params = (elementwise(), ["float32", "float64"], ["every second", "reversed", "column", "where"])
    param_names = ("function", "dtype", "layout")

    def setup(self, name, dtype, layout):
        n = 100_000
        self.ufunc, arguments = ufuncs()[name], inputs(name, n, dtype)
        laid_out = {
            "every second": lambda x: np.repeat(x, 2)[::2],
            "reversed": lambda x: x[::-1],
            "column": lambda x: np.repeat(x, 8).reshape(n, 8)[:, 3],
            "where": lambda x: x,
        }[layout]
        self.args = [laid_out(x) for x in arguments] + [np.empty(n, dtype) for _ in range(self.ufunc.nout)]
        self.keywords = {"where": np.arange(n) % 2 == 0} if layout == "where" else {}

    def time_ufunc(self, name, dtype, layout):
        self.ufunc(*self.args, **self.keywords)
