"""The instruction sets with FMA give the same bits; they and the baseline give those of the stored hashes."""

import json

import numpy as np
import pytest
from inputs import HASHED, everyday_patterns, fma_sets, hashed_inputs, inside, patterns, same_bits, samples
from make_hashes import CHANGES, LINE, TARGET, digest, key, number
from reference_two_results import TWO_RESULTS
from softufunc._ufuncs import tables

FMA_SETS = fma_sets(tables)
HASHES = json.loads(TARGET.read_text(encoding="utf-8"))
pytestmark = pytest.mark.usefixtures("quiet")


@pytest.mark.parametrize("other", FMA_SETS[1:])
def test_sets_agree(name, dtype, other):
    """Over bit patterns of the whole type and over the samples: float16 and longdouble too."""
    f, g = tables[FMA_SETS[0]][name], tables[other][name]
    if dtype == "g":
        arrays = [samples(name, "f8").astype("g")]
    else:
        arrays = [patterns(dtype, 2**16, 12345), everyday_patterns(dtype, 2**16, 12345), samples(name, dtype)]
    for x in arrays:
        a, b = f(x), g(x)
        assert same_bits(a, b), [float(v).hex() for v in x[(a != b) & ~np.isnan(a)][:5]]


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_single_elements(name, isa, dtype):
    """What comes one by one, as through a mask, has the bits of the whole array."""
    f = tables[isa][name]
    for x in patterns(dtype, 2**14, 54321), everyday_patterns(dtype, 2**14, 54321), samples(name, dtype):
        alternating = np.arange(len(x)) % 2 == 0
        y = np.empty_like(x)
        f(x, out=y, where=alternating)
        f(x, out=y, where=~alternating)
        assert same_bits(y, f(x))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_stored_hash(name, isa, dtype):
    """The results of a million inputs are those of the last accepted kernels, with FMA and without.

    A kernel that was changed on purpose: `python tests/make_hashes.py` writes the new hashes.
    """
    y = tables[isa][name](hashed_inputs(name, dtype))
    assert digest(y) == HASHES[name][key(dtype, isa in FMA_SETS)]


def test_hashed_inputs(name, real):
    """A million of them, inside the domain, most of them different, with results that are not all the same."""
    x = hashed_inputs(name, real)
    assert len(x) == HASHED >= 10**6
    assert len(inside(name, x)) == HASHED
    assert len(np.unique(x)) > 0.9 * HASHED
    assert len(np.unique(next(iter(tables.values()))[name](x))) > 0.1 * HASHED


def test_changed_bits_are_in_the_changelog():
    """Its newest entry names the stored hashes: whoever changes a result bit writes there why."""
    assert LINE.search(CHANGES.read_text(encoding="utf-8"))[1] == number()


@pytest.mark.parametrize("isa", FMA_SETS)
@pytest.mark.parametrize("name", TWO_RESULTS)
def test_stored_hash_of_two_results(name, isa, real):
    """The same for the functions with two results."""
    x = hashed_inputs(TWO_RESULTS[name][0], real)
    assert digest(np.asarray(tables[isa][name](x))) == HASHES[name][key(real, True)]


def test_float16_agrees_everywhere(name):
    """float16 is correctly rounded, so that every set gives the same bits, the baseline too."""
    x = np.arange(2**16, dtype="u2").view("f2")
    first, *others = [made[name](x) for made in tables.values()]
    assert all(same_bits(first, other) for other in others)
