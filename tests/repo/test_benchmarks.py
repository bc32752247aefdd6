"""The asv benchmarks in benchmarks/benchmarks/ufuncs.py run for every ufunc; the errors that `bench peers` shows."""

import runpy

import numpy as np
import pytest

import softufunc
from tools.bench.worker import largest_error
from tools.facts import ROOT
from tools.inputs import ELEMENTWISE

BENCHMARKS = runpy.run_path(str(ROOT / "benchmarks" / "benchmarks" / "ufuncs.py"))


@pytest.mark.parametrize("suite", ["Contiguous", "Strided"])
def test_every_benchmark_runs(suite):
    """Every function in the first type and layout, at the smallest size, gives finite results."""
    benchmark = BENCHMARKS[suite]()
    names, *others = benchmark.params
    assert set(names) == set(ELEMENTWISE)
    for name in names:
        case = (name, *(values[0] for values in others))
        benchmark.setup(*case)
        benchmark.time_ufunc(*case)
        for out in benchmark.args[benchmark.ufunc.nin :]:
            assert np.isfinite(out).all(), name


@pytest.mark.skipif(np.finfo("g").nmant <= 52, reason="needs a wide long double")
def test_largest_error(real):
    """The error of a result is its distance from the exact one in ULP; 3 ULP are added to one of them."""
    x = np.linspace(-3, 3, 1001).astype(real)
    y = softufunc.sigmoid(x)
    assert 0.4 < largest_error(y, x, softufunc.sigmoid) < 1
    y[700] += 3 * np.spacing(y[700])
    assert 2.4 < largest_error(y, x, softufunc.sigmoid) < 3.6
    y[0] = np.nan
    assert largest_error(y, x, softufunc.sigmoid) > 1e30
