"""Fixtures over functions, element types and the instruction sets that this processor runs, all in one process."""

import os
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import NAMES, pool, results
from tools.reference import FORMATS

ERRORS = {"divide by zero": "divide", "overflow": "overflow", "underflow": "underflow", "invalid value": "invalid"}


def pytest_configure(config):
    """The marks of NumPy's own tests, some of which are run with our functions."""
    for mark in ("thread_unsafe", "slow", "parallel_threads"):
        config.addinivalue_line("markers", f"{mark}: a mark of NumPy's tests")


@pytest.fixture(params=NAMES)
def name(request):
    """The name of every function of the list."""
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
def ufunc(name, isa):
    """The function's ufunc for one instruction set."""
    return tables[isa][name]


@cache
def one_by_one(isa, name, dtype):
    """(arguments, results): every element of the pool, or every row of it, alone in its call."""
    arrays = pool(name, dtype)
    with np.errstate(all="ignore"):
        rows = [results(tables[isa][name], part) for part in zip(*arrays, strict=True)]
    wants = tuple(np.array(part, dtype) for part in zip(*rows, strict=True))
    for want in wants:
        want.flags.writeable = False
    return arrays, wants


@pytest.fixture
def single(isa, name, dtype):
    """(arguments, results): two tuples of arrays, from calls with one element, or one row of a gufunc, each."""
    return one_by_one(isa, name, dtype)


@pytest.fixture
def raised():
    """A set to which every floating-point exception raised during the test adds its name: divide, invalid, ..."""
    found = set()
    with np.errstate(all="call"):
        before = np.seterrcall(lambda error, _: found.add(ERRORS[error]))
        yield found
        np.seterrcall(before)


@pytest.fixture
def quiet():
    """Floating-point exceptions are no subject of this test."""
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
