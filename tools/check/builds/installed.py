"""Build and install the package in a folder, and check an installed one."""

import os
import subprocess
import sys
from pathlib import Path

from tools.check.platforms.chroots import pytest_lines
from tools.check.platforms.targets import Fault
from tools.common import ROOT, TESTS, run

CHECKED = ("numerics/test_same_bits.py", "numerics/test_special_values.py", "numerics/test_exceptions.py")
CHECKED_IS = "hashes, special values, exceptions, floating-point environment"
IMPORT = """
import numpy as np
import softufunc
assert np.array([1e-310])[0] * 0.5 == 5e-311, "importing softufunc sets flush-to-zero"
print(softufunc.__file__)
"""


def environment(**variables):
    """Return the environment variables for a build and its check, without those that would choose another build."""
    kept = {key: value for key, value in os.environ.items() if key not in ("SOFTUFUNC_ISA", "PYTHONPATH")}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"} | {key: str(value) for key, value in variables.items()}


def install(work, *options, source=ROOT, **variables):
    """Build with pip, its options and these environment variables, and return the folder where the package is."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps"]
    folder = work / "site"
    run(*pip, f"-Cbuild-dir={work / 'build'}", *options, "--target", folder, source, env=environment(**variables))
    return folder


def check(work, place, python=sys.executable, path=None):
    """Check the package that `python` imports, with PYTHONPATH set to `path`, from the folder `place`; yield lines."""
    options = {"cwd": work, "env": environment(PYTHONPATH=path or place), "text": True}
    where = run(python, "-c", IMPORT, **{key: options[key] for key in ("cwd", "env")}).strip()
    if not Path(where).is_relative_to(place):
        yield Fault(f"the tests would not use this build but {where}")
        return
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={ROOT}"]
    command += [f"--config-file={ROOT / 'pyproject.toml'}", *(TESTS / part for part in CHECKED)]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen([str(part) for part in command], **options, **streams) as process:
        yield from pytest_lines(process)
