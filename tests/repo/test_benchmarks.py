"""The asv benchmarks in benchmarks/benchmarks/ufuncs.py run for every ufunc."""

import runpy

import numpy as np
import pytest

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
