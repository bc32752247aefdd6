"""The identities that hold bit for bit, because a sign flip is exact."""

import numpy as np
import pytest
from inputs import everyday_patterns, patterns, pool, same_bits, samples
from reference import FUNCTIONS
from softufunc._ufuncs import tables

PAIRS = [(f.name, *f.symmetry) for f in FUNCTIONS.values() if f.symmetry]


def test_the_table_lists_them():
    """softminus, one_minus_sigmoid, softminusinv, log_prob_0 and log_prob_1 are sign flips of three kernels."""
    assert sorted(PAIRS) == [
        ("log_prob_0", 1, "softplus", -1),
        ("log_prob_1", -1, "softplus", -1),
        ("one_minus_sigmoid", -1, "sigmoid", 1),
        ("softminus", -1, "softplus", -1),
        ("softminusinv", -1, "softplusinv", -1),
    ]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("name", "t", "other", "s"), PAIRS)
def test_symmetry(isa, dtype, name, t, other, s):
    """f(x) = s g(t x) for samples, special values and bit patterns of the whole type."""
    f, g = tables[isa][name], tables[isa][other]
    if dtype == "g":
        arrays = [pool(name, dtype), samples(name, "f8").astype("g") * (1 + np.finfo("g").eps)]
    else:
        arrays = [pool(name, dtype), samples(name, dtype), patterns(dtype, 2**15), everyday_patterns(dtype, 2**15)]
    for x in arrays:
        assert same_bits(f(x), s * g(t * x))


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", [f.name for f in FUNCTIONS.values() if f.even])
def test_even(isa, dtype, name):
    """f(-x) = f(x), bit for bit."""
    f = tables[isa][name]
    if dtype == "g":
        arrays = [pool(name, dtype), samples(name, "f8").astype("g") * (1 + np.finfo("g").eps)]
    else:
        arrays = [pool(name, dtype), samples(name, dtype), patterns(dtype, 2**15), everyday_patterns(dtype, 2**15)]
    for x in arrays:
        assert same_bits(f(-x), f(x))


@pytest.mark.usefixtures("quiet")
def test_softminus_is_log_prob_1(isa, dtype):
    """Two names of one function."""
    x = pool("softminus", dtype)
    assert same_bits(tables[isa]["softminus"](x), tables[isa]["log_prob_1"](x))
