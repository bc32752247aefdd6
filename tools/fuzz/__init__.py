"""Test with random calls: python -m tools fuzz WHAT.

    calls    the whole ufunc protocol, against a slow model
    loops    the C loops, with random strides, under sanitizers

See `python -m tools fuzz WHAT --help`.
"""

from tools.common import subcommand

WHAT = {"calls": "calls", "loops": "loops"}


def main(arguments):
    return subcommand("fuzz", __doc__, WHAT, arguments)
