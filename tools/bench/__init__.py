"""Measure the speed: python -m tools bench [WHAT] [NAME ...].

    peers     the default: unary functions against NumPy, SciPy, PyTorch, JAX and others
    sums      binary functions and reductions against the same libraries
    builds    two builds of the package, in one process
    calls     scalar calls from C and numba
    short     short inner loops: runs of where=, at, short rows of reduce and accumulate
    tails     inputs in the tails of the functions, outliers and nans, against PyTorch
    threads   the recipe for many cores
    limits    cycles per element against the limit of the execution ports

See `python -m tools bench WHAT --help`.
"""

from tools.common import subcommand

WHAT = {
    "peers": "speed",
    "sums": "reductions",
    "builds": "builds",
    "calls": "calls",
    "short": "short",
    "tails": "tails",
    "threads": "threads",
    "limits": "limits",
}


def main(arguments):
    return subcommand("bench", __doc__, WHAT, arguments, default="peers")
