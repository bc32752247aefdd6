"""Fixtures for functions, element types and the supported instruction sets, all in one process."""

import os
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import ELEMENTWISE, SUMS, pool, results
from tools.reference import FORMATS

ERRORS = {"divide by zero": "divide", "overflow": "overflow", "underflow": "underflow", "invalid value": "invalid"}


def pytest_configure(config):
    """Register the marks of NumPy's own tests, some of which are run with softufunc's functions."""
    for mark in ("thread_unsafe", "slow", "parallel_threads"):
        config.addinivalue_line("markers", f"{mark}: a mark of NumPy's tests")


@pytest.fixture(params=[*ELEMENTWISE, *SUMS])
def name(request):
    """Every function that gives one number for an element or row; test_whole_rows.py has the others."""
    return request.param


@pytest.fixture(params=list(tables))
def isa(request):
    """Every instruction set that was compiled and that this processor supports."""
    return request.param


@pytest.fixture(params=list(FORMATS))
def dtype(request):
    """float16, float32, float64, longdouble."""
    return request.param


@pytest.fixture(params=["f4", "f8"])
def real(request):
    """float32 and float64, the types with stated error bounds."""
    return request.param


@pytest.fixture
def ufunc(name, isa):
    """The function's ufunc for one instruction set."""
    return tables[isa][name]


@cache
def one_by_one(isa, name, dtype):
    """(arguments, results) for the pool, computed with one call for each element or row."""
    arrays = pool(name, dtype)
    with np.errstate(all="ignore"):
        rows = [results(tables[isa][name], part) for part in zip(*arrays, strict=True)]
    wants = tuple(np.array(part, dtype) for part in zip(*rows, strict=True))
    for want in wants:
        want.flags.writeable = False
    return arrays, wants


@pytest.fixture
def single(isa, name, dtype):
    """(arguments, results): two tuples of arrays, from calls with a single element, or a single row of a gufunc."""
    return one_by_one(isa, name, dtype)


@pytest.fixture
def raised():
    """Set of the names of floating-point exceptions raised during the test: divide, invalid, ..."""
    found = set()
    with np.errstate(all="call"):
        before = np.seterrcall(lambda error, _: found.add(ERRORS[error]))
        yield found
        np.seterrcall(before)


@pytest.fixture
def quiet():
    """Ignore floating-point exceptions."""
    with np.errstate(all="ignore"):
        yield


@pytest.fixture
def run_python(tmp_path):
    """Run Python in a new process, outside the source tree: run(*arguments, **environment)."""

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
