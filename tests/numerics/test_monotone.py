"""Results are monotone on each interval of the facts, for neighbouring and for distant inputs."""

import itertools

import numpy as np
import pytest

from tools.inputs import NAMES, ends, inside, neighbours, samples
from tools.reference import FACTS
from tools.strategies import examples

pytestmark = pytest.mark.usefixtures("quiet")
MONOTONE = [(name, interval) for name in NAMES for interval in FACTS[name].monotone]
CASES = pytest.mark.parametrize(("name", "interval"), MONOTONE, ids=[f"{name}-{way[2]}" for name, way in MONOTONE])
RUN = 64
"""neighbouring numbers around each example"""


def key(x):
    """Map numbers to integers in the same order, consecutive for neighbours; -0.0 and 0.0 are equal."""
    bits = x.view(f"i{x.itemsize}").astype("i8")
    lowest = np.int64(np.iinfo(f"i{x.itemsize}").min)
    return np.where(bits < 0, lowest - bits, bits)


def within(x, interval):
    """Return the numbers in the closed interval."""
    low, high, _ = interval
    return x[(x >= low) & (x <= high)]


def back(steps, interval):
    """Return the largest step in the wrong direction."""
    return -steps.min(initial=0) if interval[2] == "increasing" else steps.max(initial=0)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@CASES
def test_neighbours(ufunc, name, interval, dtype):
    """Between neighbouring inputs, the result changes by at most `step_back` ULP in the wrong direction."""
    low, high, _ = interval
    numbers = examples(name, dtype)
    numbers = np.unique(np.concatenate([numbers, -numbers, np.array(FACTS[name].near, dtype)]))
    numbers = numbers[(numbers >= low) & (numbers <= high)]
    assert len(numbers) >= 10
    runs = [within(np.sort(inside(name, neighbours(x, dtype, RUN // 2))[0]), interval) for x in numbers]
    results = np.split(ufunc(np.concatenate(runs)), np.cumsum([len(run) for run in runs])[:-1])
    for run, y in zip(runs, results, strict=True):
        assert back(np.diff(key(y)), interval) <= FACTS[name].step_back, float(run[0]).hex()


@CASES
def test_samples(ufunc, name, interval, real):
    """The same for each sample, and for ten thousand other inputs."""
    low, high = ends(name, real)
    more = np.random.default_rng(20260105).uniform(max(low, -2), min(high, 2), 10_000).astype(real)
    x = within(np.concatenate([samples(name, real)[0], *inside(name, more)]), interval)
    after = np.nextafter(x, np.dtype(real).type(np.inf))
    kept = (after < FACTS[name].domain[1]) & (after <= interval[1])
    x, after = x[kept], after[kept]
    assert len(x) > 1000
    steps = key(ufunc(after)) - key(ufunc(x))
    assert back(steps, interval) <= FACTS[name].step_back, [float(x[i]).hex() for i in (steps.argmin(), steps.argmax())]


@CASES
def test_distant(ufunc, name, interval, real):
    """Results are in order for a hundred thousand inputs that are not neighbours."""
    low, high = ends(name, real)
    x = np.linspace(max(low, interval[0]), min(high, interval[1]), 100_001)[1:-1].astype(real)
    assert (np.diff(x) > 0).all()
    assert back(np.diff(ufunc(x)), interval) == 0


@CASES
def test_direction(ufunc, name, interval):
    """The function clearly increases or decreases on the interval, as stated."""
    low, high = (np.clip(end, -5.0, 5.0) for end in interval[:2])
    x = low + (high - low) * np.array([0.2, 0.8])
    step = np.diff(ufunc(x))[0]
    assert step > 0.01 if interval[2] == "increasing" else step < -0.01


def test_intervals_cover_the_domain():
    """The monotone intervals of a function cover its domain, with alternating directions."""
    for name in {name for name, _ in MONOTONE}:
        intervals, (low, high) = FACTS[name].monotone, FACTS[name].domain
        assert intervals[0][0] == low, name
        assert intervals[-1][1] == high, name
        for one, other in itertools.pairwise(intervals):
            assert one[1] == other[0], name
            assert one[2] != other[2], name
