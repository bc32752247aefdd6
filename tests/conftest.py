"""Fixtures over functions, element types and the instruction sets that this processor runs, all in one process."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reference import FORMATS, FUNCTIONS
from softufunc._ufuncs import tables

ERRORS = {"divide by zero": "divide", "overflow": "overflow", "underflow": "underflow", "invalid value": "invalid"}


def pytest_configure(config):
    """The marks of NumPy's own tests, some of which are run with our functions."""
    for mark in ("thread_unsafe", "slow", "parallel_threads"):
        config.addinivalue_line("markers", f"{mark}: a mark of NumPy's tests")


@pytest.fixture(params=list(FUNCTIONS))
def name(request):
    """The name of every function of the reference table."""
    return request.param


@pytest.fixture(params=list(tables))
def isa(request):
    """Every instruction set that was compiled and runs here."""
    return request.param


@pytest.fixture(params=list(FORMATS))
def dtype(request):
    """float16, float32, float64, longdouble."""
    return request.param


@pytest.fixture(params=["f4", "f8"])
def real(request):
    """The types whose error bound the function files state: float32, float64."""
    return request.param


@pytest.fixture
def function(name):
    """The entry of the reference table."""
    return FUNCTIONS[name]


@pytest.fixture
def ufunc(name, isa):
    """The function's ufunc for one instruction set."""
    return tables[isa][name]


@pytest.fixture
def raised():
    """A set to which every floating-point error raised during the test adds its name: divide, invalid, ..."""
    found = set()
    with np.errstate(all="call"):
        before = np.seterrcall(lambda error, _: found.add(ERRORS[error]))
        yield found
        np.seterrcall(before)


@pytest.fixture
def quiet():
    """Floating-point errors are no subject of this test."""
    with np.errstate(all="ignore"):
        yield


@pytest.fixture
def run_python(tmp_path):
    """Run Python code in a fresh process, away from the checkout: run(*arguments, **environment)."""

    def run(*arguments, timeout=600, **environment):
        variables = {key: value for key, value in os.environ.items() if key != "SOFTUFUNC_ISA"}
        return subprocess.run(
            [sys.executable, *arguments],
            env=variables | environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run
