"""Results against exact values: hard inputs to the last bit, everything else within the stated bound."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import sums
from inputs import same_bits, samples
from reference import FUNCTIONS, bound, bounds, correct, exact, ulp_error
from softufunc._ufuncs import tables

WORST = json.loads((Path(__file__).parent / "worst_inputs.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def exact_samples():
    """exact_samples(name, dtype): the samples and their exact values, computed once for all instruction sets."""
    known = {}

    def get(name, dtype):
        if (name, dtype) not in known:
            x = samples(name, dtype)
            known[name, dtype] = x, exact(name, x)
        return known[name, dtype]

    return get


def assert_within(ufunc, name, x, want):
    with np.errstate(all="ignore"):
        got = ufunc(x)
    assert got.dtype == x.dtype
    errors = ulp_error(got, want, x.dtype.str[1:])
    i = int(np.argmax(errors))
    limit = bound(name, x.dtype.str[1:])
    assert errors[i] <= limit, f"{errors[i]:.4f} ULP at {float(x[i]).hex()}: got {float(got[i]).hex()}, bound {limit}"


def test_hard_table_is_right(function, real):
    """The right values written in the reference table are what MPFR says."""
    x, y = (np.array(list(part), real) for part in (function.hard[real].keys(), function.hard[real].values()))
    assert same_bits(correct(function.name, x), y)


@pytest.mark.usefixtures("quiet")
def test_hard_inputs(function, ufunc, real):
    """Known failures of well-known libraries come out right to the last bit."""
    x, y = (np.array(list(part), real) for part in (function.hard[real].keys(), function.hard[real].values()))
    got = ufunc(x)
    assert same_bits(got, y), [(float(a), float(b), float(c)) for a, b, c in zip(x, got, y, strict=True) if b != c]


def test_samples(ufunc, name, real, exact_samples):
    """Thousands of inputs of every kind are within the bound."""
    assert_within(ufunc, name, *exact_samples(name, real))


def test_worst_inputs(ufunc, name, real):
    """The worst inputs that any search has found are within the bound."""
    x = np.array([float.fromhex(text) for text in WORST[name][real]], real)
    assert len(x) > 0
    assert [float(value) for value in x] == [float.fromhex(text) for text in WORST[name][real]], "not of this type"
    assert_within(ufunc, name, x, exact(name, x))


def test_worst_inputs_name_the_functions():
    """The data file has an entry for every function."""
    assert set(FUNCTIONS) <= set(WORST)
    assert all(set(entry) == {"f4", "f8"} for entry in WORST.values())


def test_witness(name, real):
    """Every bound has a witness that does not exceed it and comes within a tenth of it, so that no bound is idle."""
    stated = bounds(name)[real]
    x = np.array([stated.witness], real)
    assert float(x[0]) == stated.witness, "the witness is no number of this type"
    want = exact(name, x)
    with np.errstate(all="ignore"):
        errors = {isa: ulp_error(ufuncs[name](x), want, real)[0] for isa, ufuncs in tables.items()}
    assert max(errors.values()) <= stated.ulp, errors
    assert max(errors.values()) >= 0.9 * stated.ulp, errors


@pytest.mark.parametrize("name", sums.SUMS)
def test_no_bound_of_a_sum_is_idle(name, isa, real):
    """Some error reaches an eighth of what the bound allows beyond half an ULP."""
    random, worst = np.random.default_rng(20261125), sums.Worst()
    for make, n, _ in itertools.product(sums.SUMS[name].kinds.values(), (2, 3, 17, 100), range(6)):
        worst.add(sums.error(name, tables[isa][name], make(random, n, real)), n)
    assert worst.beyond[0] >= sums.bound(name, real).log2 - 3
