"""Run the tests with the compiled code under AddressSanitizer and UndefinedBehaviorSanitizer.

    python -m tools check sanitize [--short] [TEST ...]
    python -m tools check valgrind

sanitize instruments the extension and the kernels of every instruction set, and stops at the first fault. It runs all
tests or the given ones; --short runs a few, without AVX-512. valgrind runs memcheck on a short program that calls every
ufunc, for AVX2 and the baseline (valgrind does not support AVX-512).

Both build in a temporary folder. They need gcc or clang with sanitizers, or valgrind, and a Python with the build and
test requirements.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import common
from tools.build import copy_tree
from tools.common import ROOT

SHORT = [
    *(f"ufunc/test_{name}.py" for name in ("layouts", "overlap", "whole_rows")),
    "numerics/test_float16.py",
]
LESS = "not more_than_2_to_31 and not no_leak and not import_is_noticed and not import_is_quick and not import_in_fresh"
"""excluded: sanitizers keep freed blocks, which inflates memory, and slow down imports"""
SHORTER = f"{LESS} and avx2 and (f4 or f8 or float16)"

SHORT_RUN = """
import numpy as np
from softufunc._ufuncs import tables
assert "avx512" not in tables, "built without it: valgrind does not know it"
np.seterr(all="ignore")

def arguments(ufunc, n, dtype):
    # blocks of exactly this size: accesses beyond them are detected
    x = [np.linspace(-2, 3, n).astype(dtype) for _ in range(ufunc.nin)]
    if ufunc.signature and ",()->" in ufunc.signature:
        return [x[0], np.array(0)]
    if ufunc.signature and "k" in ufunc.signature:
        return [x[0][None], x[1][:, None]]
    return x

for made in tables.values():
    for ufunc in made.values():
        for dtype in "efdg":
            for n in (0, 1, 2, 3, 7, 17, 64, 67, 300, 700):
                x = arguments(ufunc, n, dtype)
                y = ufunc(*x)
                ufunc(*(np.flip(a) for a in x))
                ufunc(*(a[(slice(None, None, 3),) * a.ndim] for a in x))
                if ufunc.signature and n:
                    ufunc(*(np.stack([a] * 17) for a in x))
                if not ufunc.signature:
                    ufunc(*x, out=y, where=np.arange(n) % 2 == 0)
                if ufunc.nin == 2 and ufunc.nout == 1 and not ufunc.signature and n:
                    ufunc.accumulate(x[0])
                    int(ufunc.reduce(x[0]) > 0)
                # memcheck reports results that depend on uninitialized memory here
                for part in y if ufunc.nout > 1 else (y,):
                    int((part > 0).sum())
print("every ufunc was called")
"""


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


def install(folder, *options):
    """Build the package with these meson options, and return a folder for PYTHONPATH."""
    copy = copy_tree(folder / "source")
    settings = [f"-Csetup-args={option}" for option in options]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--target"]
    run(*pip, folder / "site", copy, *settings)
    return folder / "site"


def run_sanitizers(folder, tests, short):
    site = install(
        folder,
        *(["-Disa=avx2"] if short else []),
        "-Db_sanitize=address,undefined",
        "-Db_lundef=false",
        "-Dbuildtype=debugoptimized",
    )
    compiler = os.environ.get("CC", "cc")
    found = run(compiler, "-print-file-name=libasan.so", capture_output=True, text=True).stdout.strip()
    # Python itself leaks on exit; tests/ufunc/test_memory.py covers leaks in calls
    environment = {
        **os.environ,
        "PYTHONPATH": str(site),
        "LD_PRELOAD": os.path.realpath(found),
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        "PYTHONMALLOC": "malloc",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    where = "import softufunc; print(softufunc.__file__)"
    answer = run(sys.executable, "-c", where, env=environment, capture_output=True, text=True, cwd=folder).stdout
    if not answer.startswith(str(site)):
        sys.exit(f"the tests would not use this build: {answer}")
    tests = tests or [ROOT / "tests", "-k", LESS]
    if short:
        tests = [*(ROOT / "tests" / part for part in SHORT), "-k", SHORTER]
    pytest = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "2", "-p", "no:cacheprovider", "--rootdir", ROOT, "-c"]
    run(*pytest, ROOT / "pyproject.toml", *tests, env=environment, cwd=folder)


def run_valgrind(folder):
    site = install(folder, "-Disa=avx2", "-Dbuildtype=debugoptimized")
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONMALLOC": "malloc", "NPY_DISABLE_CPU_FEATURES": ""}
    options = ["--error-exitcode=9", "--leak-check=no", "--suppressions=/dev/null", "--quiet"]
    # memcheck also reports NumPy and Python; only reports with the module in the trace count
    log = folder / "valgrind.log"
    command = ["valgrind", *options, f"--log-file={log}", sys.executable, "-c", SHORT_RUN]
    done = subprocess.run([str(part) for part in command], env=environment, cwd=folder, check=False)
    text = log.read_text(encoding="utf-8", errors="replace")
    if done.returncode not in (0, 9):
        sys.exit(f"valgrind: {done.returncode}\n{text[-3000:]}")
    blocks = text.split("\n\n")
    blocks = [block for part in blocks for block in part.split("== \n")]
    bad = [block for block in blocks if "_ufuncs.abi3" in block or "softufunc/" in block]
    print(f"valgrind: {len(bad)} findings in softufunc")
    if bad:
        sys.exit("\n\n".join(bad[:5]))


def main(arguments=None):
    parser = common.make_parser("check sanitize", __doc__)
    parser.add_argument("tests", nargs="*", metavar="TEST", help="tests for pytest (default: all)")
    parser.add_argument("--short", action="store_true", help="a few tests, for AVX2")
    args = parser.parse_args(arguments)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        run_sanitizers(Path(folder), [Path(test).resolve() for test in args.tests], args.short)
    print(f"sanitize: fine, {time.perf_counter() - start:.0f} s")


def main_of_valgrind(arguments=None):
    common.make_parser("check valgrind", __doc__).parse_args(arguments)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        run_valgrind(Path(folder))
    print(f"valgrind: fine, {time.perf_counter() - start:.0f} s")
