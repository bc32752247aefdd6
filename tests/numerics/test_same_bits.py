"""All instruction sets with FMA give the same bits; all results match the stored hashes."""

import json

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.hashes import CHANGES, LINE, TARGET, digest_of, entries, key, number
from tools.inputs import (
    BINARY,
    ELEMENTWISE,
    GUFUNCS,
    HASHED,
    LENGTHS,
    UNARY,
    equal,
    everyday_patterns,
    first,
    fma_sets,
    hashed_inputs,
    inside,
    ordinary,
    patterns,
    pool,
    results,
    rows_of,
    same_bits,
    samples,
)
from tools.reference import FACTS

FMA_SETS = fma_sets(tables)
HASHES = json.loads(TARGET.read_text(encoding="utf-8"))
STORED = [
    (name, dtype, isa)
    for name in FACTS
    for label, dtype, _ in entries(name)
    for isa in tables
    if label == key(dtype, isa in FMA_SETS)
]
pytestmark = pytest.mark.usefixtures("quiet")


def arrays_of(name, dtype):
    """Return inputs over the whole range of the type, and dense ones where formulas switch."""
    if name in GUFUNCS:
        rows = [rows_of(name, n, dtype, n) for n in (*range(1, 150), 511, 512, 513, 5000)]
        for row in rows:
            row[0][::37] *= 100
        return rows
    found = [samples(name, dtype), pool(name, dtype)]
    if dtype != "g" and name in UNARY:
        found += [(patterns(dtype, 2**16, 12345),), (everyday_patterns(dtype, 2**16, 12345),)]
    if dtype != "g" and name in BINARY:
        found += [(patterns(dtype, 2**14, 12345), patterns(dtype, 2**14, 54321))]
    return found


@pytest.mark.parametrize("other", FMA_SETS[1:])
def test_sets_agree(name, dtype, other):
    """For bit patterns over the whole range of the type, samples, and rows of many lengths."""
    f, g = tables[FMA_SETS[0]][name], tables[other][name]
    for arrays in arrays_of(name, dtype):
        assert equal(results(f, arrays), results(g, arrays))
    if name in ELEMENTWISE:
        arrays = samples(name, dtype)
        for n in range(70):
            assert equal(results(f, first(arrays, n)), results(g, first(arrays, n))), n


@pytest.mark.parametrize("other", FMA_SETS[1:])
@pytest.mark.parametrize("name", BINARY)
def test_sets_agree_in_methods(name, dtype, other):
    """At many lengths, strides and alignments, and in reduce, accumulate and outer."""
    f, g = tables[FMA_SETS[0]][name], tables[other][name]
    x, y = (np.resize(part, 2100) for part in pool(name, dtype))
    for n in (*range(1, 35), 63, 64, 65, 127, 129, 257, 1025, 2051):
        for step, start in ((1, 0), (1, n % 5), (2, 1), (-1, 3)):
            a, b = x[start:][::step][:n], y[start:][::step][:n]
            assert same_bits(f(a, b), g(a, b)), (n, step)
        assert same_bits(f(x[:n], y[3]), g(x[:n], y[3])), n
    x = ordinary(name, dtype, 1100)[0]
    assert same_bits(f.accumulate(x), g.accumulate(x))
    assert same_bits(f.outer(x[:50], x[50:150]), g.outer(x[:50], x[50:150]))
    if f.identity is not None:
        for n in LENGTHS:
            assert same_bits(f.reduce(x[:n]), g.reduce(x[:n])), n


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_single_elements(isa, name, dtype):
    """Single elements, selected by a mask, have the bits of the whole array."""
    f = tables[isa][name]
    found = [samples(name, dtype)]
    if dtype != "g":
        sequences = (patterns, 54321), (everyday_patterns, 54321)
        found += [tuple(make(dtype, 2**14, start + i) for i in range(f.nin)) for make, start in sequences]
    for arrays in found:
        alternating = np.arange(len(arrays[0])) % 2 == 0
        outs = tuple(np.empty_like(arrays[0]) for _ in range(f.nout))
        f(*arrays, out=outs, where=alternating)
        f(*arrays, out=outs, where=~alternating)
        assert equal(outs, results(f, arrays))


def runs(name, dtype, n=300):
    """Return runs of n ordinary inputs, in which some or all are tails, special, or next to where paths meet."""
    random = np.random.default_rng(20261128)
    least = -float(np.log(np.finfo(dtype).tiny))
    tails = [random.normal(0, scale, n) for scale in (20, 100, 1000, 0.7 * least)]
    tails += [random.choice(values, n) for values in ([np.nan], [-1e4, 1e4], [-np.inf, np.inf], [0.0, -0.0])]
    edges = random.choice([20, 40, least, least + 16, 1.052 * least], n).astype(dtype) * random.choice([-1, 1], n)
    tails += [edges + random.integers(-2, 3, n) * np.spacing(edges)]
    found = []
    for share in (0.01, 0.3, 1.0):
        for tail in tails:
            chosen = random.random(n) < share
            first, *others = ordinary(name, dtype, n)
            first[chosen] = tail[chosen].astype(dtype)
            for other in others:
                other[chosen] = random.choice([0.0, 0.5, 1.0], n)[chosen]
            found.append((first, *others))
    return tuple(map(np.concatenate, zip(*found, strict=True)))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_paths_agree(isa, name, dtype):
    """Each element has the same bits in a block with others, whichever path that takes, and as a single element."""
    f, arrays = tables[isa][name], runs(name, dtype)
    whole = results(f, arrays)
    outs = tuple(np.empty_like(arrays[0]) for _ in range(f.nout))
    alternating = np.arange(len(arrays[0])) % 2 == 0
    f(*arrays, out=outs, where=alternating)
    f(*arrays, out=outs, where=~alternating)
    assert equal(outs, whole)
    order = np.random.default_rng(1).permutation(len(arrays[0]))
    assert equal(results(f, [x[order] for x in arrays]), [y[order] for y in whole])


@pytest.mark.parametrize(("name", "dtype", "isa"), STORED)
def test_stored_hash(name, dtype, isa):
    """Results have the stored hashes, with FMA and, for unary functions, without.

    After an intended change of results, `python -m tools refresh hashes` writes the new hashes.
    """
    assert digest_of(tables[isa][name], name, dtype) == HASHES[name][key(dtype, isa in FMA_SETS)]


def test_stored_hashes_are_complete():
    """Every function has a hash for each of its types."""
    assert {name: set(stored) for name, stored in HASHES.items()} == {
        name: {label for label, _, _ in entries(name)} for name in FACTS
    }


@pytest.mark.parametrize("name", UNARY)
def test_hashed_inputs(name, real):
    """A million inputs in the domain, mostly distinct, with varied results."""
    x = hashed_inputs(name, real)
    assert len(x) == HASHED >= 10**6
    assert len(*inside(name, x)) == HASHED
    assert len(np.unique(x)) > 0.9 * HASHED
    assert all(len(np.unique(y)) > 0.1 * HASHED for y in results(next(iter(tables.values()))[name], [x]))


def test_changed_bits_are_in_the_changelog():
    """The newest entry names the stored hashes, so that any change of a result is documented."""
    assert LINE.search(CHANGES.read_text(encoding="utf-8"))[1] == number()


@pytest.mark.parametrize("name", UNARY)
def test_float16_agrees_everywhere(name):
    """float16 is correctly rounded, so all instruction sets, including the baseline, give the same bits."""
    x = np.arange(2**16, dtype="u2").view("f2")
    one, *others = [results(made[name], [x]) for made in tables.values()]
    assert all(equal(one, other) for other in others)
