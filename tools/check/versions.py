"""Run the tests with one wheel on every Python and NumPy: python -m tools check versions.

Builds the wheel once, with the stable ABI of Python 3.11, and installs it in a new environment for each Python found,
3.11 or later, with the oldest supported NumPy and with the newest. Fails if tests fail, if a version named by --only is
not found, or, without --only, if only Python 3.11 is found. --quick runs a part of the tests.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from tools import common
from tools.common import ROOT

VERSIONS = ["3.11", "3.12", "3.13", "3.14"]
QUICK = [
    "ufunc/test_import.py",
    "ufunc/test_protocol.py",
    "ufunc/test_concurrency.py",
    "ufunc/test_main.py",
    "numerics",
]
OPTIONS = ["-q", "-n", "2", "-p", "no:cacheprovider"]
METADATA = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
(OLDEST,) = (re.fullmatch(r"numpy>=([\d.]+)", text)[1] for text in METADATA["dependencies"])
# the first NumPy with wheels for a Python, where it is later than the oldest supported one
FIRST_NUMPY = {"3.14": "2.3.2"}


def is_python(path, version):
    """Return whether this starts and has the version: a pyenv shim may not have an interpreter."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == version


def find_python(version):
    """Find an interpreter of the version: this one, one on PATH, or one installed by pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"))
    candidates = [sys.executable, shutil.which(f"python{version}"), *map(str, reversed(installed))]
    return next((path for path in candidates if path and is_python(path, version)), None)


def run(*command, cwd, show=False):
    environment = {key: value for key, value in os.environ.items() if key not in ("SOFTUFUNC_ISA", "PYTHONPATH")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode and not show:
        sys.exit(f"{done.stdout}\nfailed: {' '.join(str(part) for part in command)}")
    return done


def build(work):
    """Build the wheel with the running Python."""
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", work / "wheel", ROOT, cwd=work)
    (wheel,) = (work / "wheel").glob("*-abi3-*.whl")
    return wheel


def test(work, wheel, version, python, numpy, tests):
    """Install, run the tests, and return whether they passed."""
    start = time.perf_counter()
    environment = work / f"{version}-{numpy or 'newest'}"
    run(python, "-m", "venv", environment, cwd=work)
    own = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = f"numpy=={numpy}" if numpy else "numpy"
    run(own, "-m", "pip", "install", "--only-binary", "numpy", f"softufunc[test] @ file://{wheel}", wanted, cwd=work)
    found = run(own, "-c", "import numpy; print(numpy.__version__)", cwd=work).stdout.strip()
    done = run(own, "-m", "pytest", *OPTIONS, "--rootdir", ROOT, *tests, cwd=work, show=True)
    if done.returncode:
        print(done.stdout[max(done.stdout.find("\n==="), 0) :])
    summary = done.stdout.strip().splitlines()[-1].strip("= ")
    seconds = time.perf_counter() - start
    print(f"Python {version}, NumPy {found:6}: {summary} ({seconds:.0f} s with the installation)", flush=True)
    return done.returncode == 0


def main(arguments=None):
    parser = common.make_parser("check versions", __doc__)
    parser.add_argument("--quick", action="store_true", help="run part of the tests")
    parser.add_argument("--only", nargs="+", choices=VERSIONS, metavar="VERSION", help="these versions of Python alone")
    parser.add_argument("--wheel", type=Path, help="this wheel, and build none")
    options = parser.parse_args(arguments)
    pythons = {version: find_python(version) for version in options.only or VERSIONS}
    missing = [version for version, python in pythons.items() if python is None]
    print("not found: Python " + ", ".join(missing) if missing else "every version is found", flush=True)
    if options.only and missing:
        sys.exit("a version that --only names is missing")
    if not options.only and set(VERSIONS[1:]) <= set(missing):
        sys.exit("no Python later than 3.11 is found: the stable ABI would not be tried")
    tests = [ROOT / "tests" / part for part in QUICK if options.quick] or [ROOT / "tests"]
    passed = []
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        wheel = options.wheel.resolve() if options.wheel else build(work)
        for version, python in pythons.items():
            if python:
                for numpy in FIRST_NUMPY.get(version, OLDEST), None:
                    passed.append(test(work, wheel, version, python, numpy, tests))
    sys.exit(not all(passed))
