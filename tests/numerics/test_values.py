"""Results compared with exact values: hard inputs to the last bit, all others within the stated bound."""

import itertools
import json
from functools import cache

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.facts import ROOT
from tools.inputs import (
    BINARY,
    CHUNK,
    ELEMENTWISE,
    LENGTHS,
    SUMS,
    UNARY,
    equal,
    every_kind,
    hard_kinds,
    hashed_pairs,
    results,
    rows_of,
    same_bits,
    samples,
)
from tools.reference import DTYPES, FACTS, bound, correct, expected, owner, precisely, to_mp

WORST = json.loads((ROOT / "tests" / "worst_inputs.json").read_text(encoding="utf-8"))
BOUNDED = [(name, i) for name in ELEMENTWISE for i in range(FACTS[name].nout) if owner(name, i) == name]
"""(name, output) of each result with its own bound; the others have the bits of another function"""
SHORT = (1, 2, 3, 15, 16, 17, 64, 100, CHUNK - 1, CHUNK, CHUNK + 1, 1300)
pytestmark = pytest.mark.usefixtures("quiet")


@cache
def known(name, dtype):
    """[(inputs, exact results)]: samples of an elementwise function, hard rows of many lengths of a gufunc."""
    if name in ELEMENTWISE:
        return [(samples(name, dtype), expected(name, *samples(name, dtype)))]
    found, random = [], np.random.default_rng(7)
    for n in SHORT:
        kinds = hard_kinds(name, random, n, dtype).values()
        rows = [np.stack(parts) for parts in zip(*kinds, strict=True)]
        found.append((rows, expected(name, *rows)))
    for n in LENGTHS:
        rows = [x[None] for x in rows_of(name, n, dtype, n)]
        found.append((rows, expected(name, *rows)))
    return found


def assert_within(ufunc, name, arrays, want, outputs):
    got = results(ufunc, arrays)
    for output in outputs:
        assert got[output].dtype == arrays[0].dtype
        share = want.share(got[output], output)
        i = int(np.argmax(share))
        limit = bound(name, want.dtype, output)
        assert share[i] <= 1, f"output {output} at {[x[i] for x in arrays]}: {share[i]:.4f} times what {limit} allows"


def test_samples(ufunc, name, real):
    """Thousands of inputs, and rows of many kinds and lengths, are within the bound."""
    for arrays, want in known(name, real):
        assert_within(ufunc, name, arrays, want, range(ufunc.nout))


HARD = [(name, dtype) for name in ELEMENTWISE for dtype in FACTS[name].hard]


def hard(name, dtype):
    """Return (inputs, correct results) of the facts."""
    *inputs, want = np.array(FACTS[name].hard[dtype], DTYPES[dtype]).T
    return inputs, want


@pytest.mark.parametrize(("name", "kind"), HARD)
def test_hard_table_is_right(name, kind):
    """The right values written in the facts are what MPFR says."""
    inputs, want = hard(name, kind)
    assert same_bits(correct(name, *inputs), want)


@pytest.mark.parametrize(("name", "kind"), HARD)
def test_hard_inputs(isa, name, kind):
    """Known failures of well-known libraries come out right to the last bit, of two inputs within the bound.

    Those of float16 are just between two numbers in float32, on the wrong side of the exact result.
    """
    inputs, want = hard(name, kind)
    ufunc = tables[isa][name]
    got = ufunc(*inputs)
    if name in UNARY or kind == "float16":
        assert same_bits(got, want), [row for row in zip(*inputs, got, want, strict=True) if row[-1] != row[-2]]
        assert same_bits(np.array([ufunc(*row) for row in zip(*inputs, strict=True)]), want)
    else:
        assert_within(ufunc, name, inputs, expected(name, *inputs), [0])
    if kind == "float16":
        assert (ufunc(*(x.astype("f4") for x in inputs)).astype("f2") != want).any()


@pytest.mark.parametrize(("name", "output"), [pair for pair in BOUNDED if pair[0] in UNARY])
def test_worst_inputs(isa, name, output, real):
    """The worst inputs found by any search, and the witness, are within the bound."""
    stored = WORST.get(name, {}).get(real, ())  # tests/repo checks that every function has some
    numbers = [*bound(name, real, output).witness, *map(float.fromhex, stored)]
    x = np.array(numbers, real)
    assert len(x) > 0
    assert x.tolist() == numbers, "not representable in this type"
    assert_within(tables[isa][name], name, [x], expected(name, x), [output])


@pytest.mark.parametrize(("name", "output"), BOUNDED)
def test_witness(name, output, real):
    """Every bound has a witness that comes close to it without exceeding it, so that bounds are tight.

    Some witnesses are of kernels with FMA, others of kernels without.
    """
    stated = bound(name, real, output)
    inputs = np.array(stated.witness, real)[:, None]
    assert tuple(inputs[:, 0].tolist()) == stated.witness, "the witness is not representable in this type"
    want = expected(name, *inputs)
    shares = [want.share(results(made[name], inputs)[output], output)[0] for made in tables.values()]
    least = 0.9 if name in UNARY else 0.8
    assert (least if every_kind(tables) else 0) <= max(shares) <= 1, shares


@pytest.mark.parametrize("name", SUMS)
def test_bounds_of_gufuncs_are_tight(isa, name, real):
    """Some error reaches an eighth of what the bound permits beyond half an ULP."""
    largest = -np.inf
    for arrays, want in short_rows(name, real):
        largest = max(largest, want.beyond(tables[isa][name](*arrays)).max())
    assert largest >= bound(name, real).log2 - 3


@cache
def short_rows(name, dtype):
    """[(rows, exact results)] for every kind of short rows."""
    random, found = np.random.default_rng(20261125), []
    for n, _ in itertools.product((2, 3, 17, 100), range(6)):
        rows = [np.stack(parts) for parts in zip(*hard_kinds(name, random, n, dtype).values(), strict=True)]
        found.append((rows, expected(name, *rows)))
    return found


@pytest.mark.parametrize("name", BINARY)
def test_stored_pairs_are_right(name, real):
    """Every hundredth pair of the hashed inputs compared with MPFR: within the bound, mostly correctly rounded."""
    x, y = (part[::100] for part in hashed_pairs(name, real))
    if FACTS[name].condition and not FACTS[name].label:
        x, y = x[x != y], y[x != y]
    got, want = next(iter(tables.values()))[name](x, y), expected(name, x, y)
    assert want.share(got).max() <= 1
    assert np.mean(got == want.exact[0].nearest) > 0.9


@pytest.mark.parametrize("dtype", ["f8", "g"])
@pytest.mark.parametrize("name", [name for name in BINARY if FACTS[name].generator == "sums"])
def test_tiny_results(isa, name, dtype):
    """Where the exponentials add up to almost exactly 1, results are nearly correctly rounded.

    For a long double with more than 64 bits, the relative error is at most 2^-60.
    """
    sign = FACTS[name].flip.x if FACTS[name].flip else 1
    y = -np.random.default_rng(20260104).uniform(1, 680 if dtype == "f8" else 7800, 300).astype(dtype)
    x, y = sign * -np.exp(y), sign * y
    got, want = tables[isa][name](x, y), expected(name, x, y)
    if np.finfo(dtype).nmant <= 63:
        assert want.ulp(got).max() <= 0.5 + 2.0**-10
    else:
        with precisely():
            nearest = want.exact[0].nearest
            assert max(abs(to_mp(a) / to_mp(b) - 1) for a, b in zip(got, nearest, strict=True)) <= 2.0**-60


@pytest.mark.parametrize("name", BINARY)
def test_scalars_as_second_input(isa, name, real):
    """A scalar input gives the bits of an array filled with it."""
    x, y = (part[:40] for part in samples(name, real))
    ufunc = tables[isa][name]
    assert equal([ufunc(x, v) for v in y], [ufunc(x, np.full_like(x, v)) for v in y])
