"""Check the package: python -m tools check WHAT.

    symbols        object code of a build: symbols, instruction sets, vectorization
    docs           the built documentation: pages, plots, links
    release        release files: contents, metadata, reproducibility
    versions       the tests with every Python, and with the oldest and newest NumPy
    platforms      the same bits on other processors and with other compilers
    builds         builds with other flags and tools, as distributors and developers make them
    sanitize       the tests under AddressSanitizer and UndefinedBehaviorSanitizer
    valgrind       a short run of every ufunc under memcheck
    instructions   the instruction count of each kernel, against the accepted count
    guard          the time of each kernel in units of np.exp, against the accepted time
    coefficients   the polynomial coefficients, recomputed
    proofs         the proof of the error bound of logit

See `python -m tools check WHAT --help`.
"""

import re

from tools.common import subcommand

WHAT = {word: word for word in re.findall(r"^    (\w+)  ", __doc__, re.MULTILINE)}


def main(arguments):
    return subcommand("check", __doc__, WHAT, arguments)
