"""Build with compiler flags in CFLAGS and LDFLAGS, as package managers set them: python -m tools check flags.

Flags that change results (-ffast-math and its parts, -mfpmath=387, flush-to-zero at link time) must be refused with a
message that names them. With permitted flags the wheel is built, with gcc and with clang if installed, and must give
the stored hashes, special values and exceptions; importing it must not change the floating-point environment.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.common import ROOT, TESTS, make_parser, one_of

REFUSED = (
    "-Ofast", "-ffast-math", "-funsafe-math-optimizations", "-ffinite-math-only", "-fassociative-math",
    "-freciprocal-math", "-fno-signed-zeros", "-fsingle-precision-constant", "-mfpmath=387",
)  # fmt: skip
REFUSED_AT_THE_LINK = ("-ffast-math", "-Ofast", "-mdaz-ftz")
PERMITTED = (
    "-ffp-contract=fast", "-fno-rounding-math", "-frounding-math", "-O0", "-march=native", "-flto",
    "-g -O2 -fstack-protector-strong -Wformat -Werror=format-security -D_FORTIFY_SOURCE=2",
)  # fmt: skip
COMPILERS = ("gcc", "clang-19", "clang")
CHECKED = ("numerics/test_same_bits.py", "numerics/test_special_values.py", "numerics/test_exceptions.py")
ENVIRONMENT = """
import numpy as np
import softufunc
assert np.array([1e-310])[0] * 0.5 == 5e-311, "importing softufunc sets flush-to-zero"
"""


def run(*command, compiler, **flags):
    """Run a command with the compiler and with `flags`: CFLAGS, LDFLAGS."""
    environment = {key: value for key, value in os.environ.items() if key not in ("SOFTUFUNC_ISA", "PYTHONPATH")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment | {"CC": compiler, "PYTHONDONTWRITEBYTECODE": "1"} | flags,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def refused(compiler, name, flag):
    """Return whether the configuration stops and names the flag, and its output."""
    with tempfile.TemporaryDirectory() as folder:
        done = run(sys.executable, "-m", "mesonbuild.mesonmain", "setup", folder, compiler=compiler, **{name: flag})
    # the compiler itself refuses flags that it does not know
    named = flag in done.stdout or "cannot compile programs" in done.stdout
    return done.returncode != 0 and named, done.stdout


def permitted(compiler, flags):
    """Return whether the wheel built with these flags passes its tests, and the output."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pip = (sys.executable, "-m", "pip", "install", "-q", "--no-build-isolation", "--no-deps", "--target", folder)
        done = run(*pip, ".", compiler=compiler, CFLAGS=flags)
        if done.returncode == 0:
            path = {"PYTHONPATH": str(folder)}
            done = run(sys.executable, "-c", ENVIRONMENT, compiler=compiler, **path)
        if done.returncode == 0:
            tests = [TESTS / part for part in CHECKED]
            done = run(
                sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, compiler=compiler, **path
            )
    return done.returncode == 0, done.stdout


def main(arguments=None):
    parser = make_parser("check flags", __doc__)
    known = one_of("compiler found here", lambda: [name for name in COMPILERS if shutil.which(name)])
    parser.add_argument("--compiler", nargs="+", type=known, default=[], metavar="CC", help="gcc, clang (default: all)")
    parser.add_argument("--quick", action="store_true", help="only the flags that must be refused")
    args = parser.parse_args(arguments)
    found = args.compiler or [name for name in COMPILERS if shutil.which(name)]
    if not found:
        sys.exit("neither gcc nor clang is installed")
    bad = 0
    for compiler in found:
        jobs = [(f"CFLAGS={flag}", refused, ("CFLAGS", flag)) for flag in REFUSED]
        jobs += [(f"LDFLAGS={flag}", refused, ("LDFLAGS", flag)) for flag in REFUSED_AT_THE_LINK]
        if not args.quick:
            jobs += [(f"CFLAGS={flags}", permitted, (flags,)) for flags in PERMITTED]
        for title, job, values in jobs:
            fine, said = job(compiler, *values)
            print(f"{compiler}, {title}: {'refused' if job is refused else 'fine'}{'' if fine else ' NOT'}", flush=True)
            if not fine:
                bad += 1
                print(said)
    print("no fault" if not bad else f"{bad} faults")
    return bad > 0
