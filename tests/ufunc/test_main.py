"""python -m softufunc: the self-check, the example on real data, the timings."""

import importlib
import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from softufunc._facts import FACTS as KNOWN
from softufunc._ufuncs import tables

import softufunc
from tools.inputs import UNARY
from tools.reference import FACTS


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The output of one run of `python -m softufunc --json`, and its processor time."""
    start, before = time.monotonic(), os.times()
    done = subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-W", "error", "-m", "softufunc", "--json"],
        cwd=tmp_path_factory.mktemp("main"),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    after = os.times()
    # processor time, which other processes do not affect; not available on Windows
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    seconds = seconds or time.monotonic() - start
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stderr == ""
    return json.loads(done.stdout), seconds


def test_keys(report):
    """The JSON object has all keys."""
    found, _ = report
    assert {"version", "numpy", "cpu", "instruction_set", "self_check", "fit", "speed"} <= set(found)
    assert found["version"] == softufunc.__version__
    assert found["numpy"] == np.__version__
    assert found["instruction_set"] in tables
    assert found["cpu"]


def test_under_ten_seconds(report):
    """The run takes less than ten seconds of processor time."""
    _, seconds = report
    assert seconds < 10


def test_self_check(report):
    """Every hard input was checked, and none failed."""
    check = report[0]["self_check"]
    assert check["failed"] == 0
    assert check["passed"] >= 24 * len(tables)


def test_self_check_knows_the_right_values():
    """The installed facts are those of the sources, which tests/numerics verifies with MPFR."""
    assert set(KNOWN) <= set(UNARY)
    assert sum(len(pairs) for known in KNOWN.values() for pairs in known["hard"].values()) >= 24
    for name, known in KNOWN.items():
        assert known["hard"] == {dtype: tuple(map(tuple, pairs)) for dtype, pairs in FACTS[name].hard.items()}


def test_self_check_fails(run_python):
    """A wrong function makes the exit status 1."""
    code = """if True:
        import runpy, sys
        import numpy as np
        import softufunc
        sys.modules["softufunc._ufuncs"].ufuncs["logit"] = np.sqrt
        sys.argv = ["softufunc", "--json"]
        np.seterr(all="ignore")
        runpy.run_module("softufunc", run_name="__main__")
        """
    done = run_python("-c", code)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["self_check"]["failed"] > 0


def test_fit(report):
    """The logistic regression of the O-ring data agrees with the published values to the last digit."""
    fit = report[0]["fit"]
    assert fit["flights"] == 23
    want = {
        "intercept": 15.0429,
        "slope": -0.2322,
        "intercept_standard_error": 7.3786,
        "slope_standard_error": 0.1082,
        "log_likelihood": -10.1576,
        "probability_at_31_F": 0.9996,
    }
    assert fit["published"] == want
    assert set(fit["estimates"]) == set(want)
    for key, published in want.items():
        assert abs(fit["estimates"][key] - published) <= 0.6e-4, key


def test_speed(report):
    """Every function in float32 and float64 has times between 0 and a microsecond."""
    rows = {(row["function"], row["dtype"]): row for row in report[0]["speed"]}
    assert set(rows) == {(name, dtype) for name in UNARY for dtype in ("float32", "float64")}
    assert all(0 < row[key] < 1000 for row in rows.values() for key in ("softufunc", "plain", "exp"))


def test_help(run_python):
    """--help lists the options; an unknown option is an error."""
    done = run_python("-m", "softufunc", "--help")
    assert done.returncode == 0
    assert "--json" in done.stdout
    assert run_python("-m", "softufunc", "--nonsense").returncode == 2


@pytest.mark.parametrize("level", ["1", "2"])
def test_optimised(run_python, level):
    """It works with python -O, and with -OO, which removes docstrings."""
    done = run_python("-m", "softufunc", "--help", PYTHONOPTIMIZE=level)
    assert done.returncode == 0, done.stderr
    assert "--json" in done.stdout


def test_text(report):
    """The text output has every function, and the fit with the published values."""
    main = importlib.import_module("softufunc.__main__")
    lines = "\n".join(main.text(report[0]))
    assert all(name in lines for name in UNARY)
    assert lines.count("15.0429") == 2
    assert report[0]["instruction_set"] in lines
