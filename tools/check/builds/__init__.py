"""Build the package as others do, and check each result: python -m tools check builds [NAME ...]

Compiler flags of distributors, release files, editable installs, read-only trees, old systems. Without a name, the
cheap targets run. The others must be named; --all runs all. --list shows them: name, what is built, time of the last
recorded run, and what they need.

Each build is installed and must give the stored hashes, special values and exceptions; its import must not change the
floating-point environment. Flags that change results (-ffast-math and its parts, -mfpmath=387, flush-to-zero at link
time) must be refused with a message that names them.

--record writes the results into docs/data/builds.json, from which the table of docs/platforms.md is made. --quick
runs a part of the tests of `manylinux`.
"""

from tools.check import platforms
from tools.check.builds import flags, manylinux, ways, wheels
from tools.common import ROOT

TARGETS = {target.name: target for kind in (flags, ways, manylinux, wheels) for target in kind.TARGETS}
RECORDS = ROOT / "docs" / "data" / "builds.json"


def main(arguments=None):
    return platforms.run_targets("check builds", __doc__, TARGETS, RECORDS, arguments)
