"""python -m softufunc: the self-check, the example on real data, the timings."""

import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import time

import numpy as np
import pytest
from softufunc._facts import FACTS as KNOWN
from softufunc._facts import OTHER_NAMES
from softufunc._ufuncs import tables

import softufunc
from tools.inputs import NAMES
from tools.reference import FACTS


def processor_time(*arguments, **options):
    """Run Python with these arguments, and return what it gave and its processor time."""
    start, before = time.monotonic(), os.times()
    command = [sys.executable, "-X", "warn_default_encoding", "-W", "error", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, **options)
    after = os.times()
    # other processes do not affect it; not available on Windows
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return done, seconds or time.monotonic() - start


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The output of one run of `python -m softufunc --json`, and its processor time."""
    done, seconds = processor_time("-m", "softufunc", "--json", cwd=tmp_path_factory.mktemp("main"))
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
    """The run takes less than ten seconds of processor time; where importing NumPy takes a second, 20 imports."""
    _, seconds = report
    _, numpy_import = processor_time("-c", "import numpy")
    assert seconds < (10 if numpy_import < 1 else 20 * numpy_import)  # an emulated processor


def test_self_check(report):
    """Every hard input was checked, and none failed."""
    check = report[0]["self_check"]
    assert check["failed"] == 0
    assert check["passed"] >= 24 * len(tables)


def test_self_check_knows_the_right_values():
    """The installed facts are those of the sources, which tests/numerics verifies with MPFR."""
    assert set(KNOWN) == set(NAMES)
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
    """Every function in float32 and float64 has times, and their ratio."""
    rows = {(row["function"], row["dtype"]): row for row in report[0]["speed"]}
    assert set(rows) == {(name, dtype) for name in NAMES for dtype in ("float32", "float64")}
    assert all(0 < row[key] < np.inf for row in rows.values() for key in ("softufunc", "plain", "exp"))
    assert all(row["ratio"] == row["plain"] / row["softufunc"] for row in rows.values())


def test_plain_digits(report):
    """The digits of the plain formula, for each function that has hard inputs, or whose outputs have."""
    rows = {row["function"]: row for row in report[0]["plain_digits"]}
    parts = {name: FACTS[name].outputs or [name] for name in NAMES}
    assert set(rows) == {name for name in NAMES if any(FACTS[part].hard.get("float64") for part in parts[name])}
    assert all(0 <= row["digits"] <= 16 == row["of"] for row in rows.values())
    assert (rows["softplusinv"]["inputs"], rows["softplusinv"]["digits"]) == ([np.log(2)], 0)
    assert (rows["log_prob"]["inputs"], rows["log_prob"]["digits"]) == ([40.0, 1], 0)
    assert 0 < rows["logit"]["digits"] < 16


def test_right_digits():
    """Digits are counted in the worst element; nan, infinities and a wrong sign have none."""
    main = importlib.import_module("softufunc.__main__")
    assert main.right_digits(1 + 2**-52, 1.0) == 16
    assert main.right_digits(1.001, 1.0) == 3
    assert main.right_digits([1.0, 1.001], np.array([1.0, 1.0])) == 3
    assert [main.right_digits(wrong, 1.0) for wrong in (np.nan, np.inf, 0.0, -1.0)] == [0, 0, 0, 0]
    assert main.right_digits(np.inf, np.inf) == 16


@pytest.mark.parametrize("name", NAMES)
def test_typical_inputs(name):
    """The inputs that are timed give numbers, and are as many as stated."""
    main = importlib.import_module("softufunc.__main__")
    inputs, count = main.typical(name, "float32", np.random.default_rng(1))
    assert len(inputs) == getattr(softufunc, name).nin
    assert 0.9e5 < count < 1.1e5
    found = main.outputs(getattr(softufunc, name)(*inputs))
    assert all(np.isfinite(each).all() and each.dtype == np.float32 for each in found)


def test_other_names():
    """The name of a function in another library raises an error that tells its name here."""
    wanted = {
        "expit": "sigmoid",
        "inv_logit": "sigmoid",
        "log_expit": "softminus or log_prob_1",
        "log_sigmoid": "softminus or log_prob_1",
        "logsigmoid": "softminus or log_prob_1",
        "log1pexp": "softplus",
        "softplus_inverse": "softplusinv",
        "logdiffexp": "logsubexp",
        "binary_cross_entropy_with_logits": "-log_prob or -log_likelihood",
    }
    for name, here in wanted.items():
        with pytest.raises(AttributeError, match=f"no attribute '{name}'; it is called {here} here$"):
            getattr(softufunc, name)
    with pytest.raises(AttributeError, match=r"^module 'softufunc' has no attribute 'unheard_of'$"):
        _ = softufunc.unheard_of
    assert not any(hasattr(softufunc, name) for name in OTHER_NAMES)
    assert {each.removeprefix("-") for here in OTHER_NAMES.values() for each in here} <= set(NAMES)


def test_other_names_are_not_guessed(run_python):
    """Python's own guess, logit for inv_logit, does not follow the translation."""
    done = run_python("-c", "import softufunc; softufunc.inv_logit")
    assert done.stderr.endswith("'inv_logit'; it is called sigmoid here\n")


def test_help_of_the_package():
    """help(softufunc) begins with one line for each function, and lists the names in other libraries."""
    first, _, *lines = inspect.getdoc(softufunc).splitlines()
    assert first == "softplus, sigmoid, logit and related functions as NumPy ufuncs."
    assert [line.partition("(")[0] for line in lines[: len(NAMES)]] == list(NAMES)
    assert lines[len(NAMES)] == ""
    assert any(line.startswith("sigmoid ") and "expit, " in line for line in lines[len(NAMES) :])
    assert max(map(len, lines)) <= 120


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
    """The text output has every function and numpy.exp in one line, and the fit with the published values."""
    main = importlib.import_module("softufunc.__main__")
    lines = "\n".join(main.text(report[0]))
    for name in (*NAMES, "numpy.exp"):
        assert sum(line.startswith(f"  {name} ") for line in lines.splitlines()) == 1
    assert re.search(r"^  softplusinv +[\d.]+ +[\d.]+x +[\d.]+ +[\d.]+x   0 of 16 at log 2$", lines, re.MULTILINE)
    assert max(map(len, lines.splitlines())) <= 120
    assert lines.count("15.0429") == 2
    assert report[0]["instruction_set"] in lines
