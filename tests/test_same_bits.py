"""The instruction sets with FMA give the same bits, today's and those of the stored hashes."""

import json
from pathlib import Path

import numpy as np
import pytest
from inputs import everyday_patterns, fma_sets, patterns, same_bits, samples
from make_hashes import digest
from reference_two_results import TWO_RESULTS
from softufunc._ufuncs import tables

FMA_SETS = fma_sets(tables)
HASHES = json.loads((Path(__file__).parent / "hashes.json").read_text(encoding="utf-8"))
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


@pytest.mark.parametrize("isa", FMA_SETS)
def test_stored_hash(name, isa, real):
    """The results of 65 536 bit patterns are those of the last accepted kernels.

    A kernel that was changed on purpose: `python tests/make_hashes.py` writes the new hashes.
    """
    assert digest(tables[isa][name], name, real) == HASHES[name][real]


@pytest.mark.parametrize("isa", FMA_SETS)
@pytest.mark.parametrize("name", TWO_RESULTS)
def test_stored_hash_of_two_results(name, isa, real):
    """The same for the functions with two results."""
    assert digest(tables[isa][name], name, real) == HASHES[name][real]


def test_float16_agrees_everywhere(name):
    """float16 is correctly rounded, so that every set gives the same bits, the baseline too."""
    x = np.arange(2**16, dtype="u2").view("f2")
    first, *others = [made[name](x) for made in tables.values()]
    assert all(same_bits(first, other) for other in others)
