"""Measure the speed: python -m tools bench [WHAT] [NAME ...].

    peers     functions of one input, against NumPy, SciPy, PyTorch, JAX, numexpr, numba and onnxruntime (the default)
    sums      functions of two inputs and reductions, against the same libraries
    builds    two builds of the package, in one process
    calls     calls of one element from C and numba
    short     calls with short inner loops: runs of where=, at, short rows of reduce and accumulate

`python -m tools bench WHAT --help` has the options.
"""

from tools.common import subcommand

WHAT = {"peers": "speed", "sums": "reductions", "builds": "builds", "calls": "calls", "short": "short"}


def main(arguments):
    return subcommand("bench", __doc__, WHAT, arguments, default="peers")
