"""Check what has to hold: python -m tools check WHAT.

    symbols        the object code of a build: symbols, instruction sets, whole vectors
    docs           the documentation as built
    release        what has to hold before a release
    versions       the tests with every Python, the oldest and the newest NumPy
    platforms      the same bits on other processors and with other compilers
    flags          builds with compiler flags from outside
    sanitize       the tests under AddressSanitizer and UndefinedBehaviorSanitizer
    valgrind       a short run of every ufunc under memcheck
    instructions   the instructions of each kernel, against those accepted
    guard          the time of each kernel in units of np.exp, against that accepted
    coefficients   the polynomials, computed again
    proofs         the proof of a bound

`python -m tools check WHAT --help` says more.
"""

import re

from tools.common import subcommand

WHAT = {word: word for word in re.findall(r"^    (\w+)  ", __doc__, re.MULTILINE)}


def main(arguments):
    return subcommand("check", __doc__, WHAT, arguments)
