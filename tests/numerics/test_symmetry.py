"""Identities that hold bit for bit because sign flips are exact; functions with two outputs."""

import numpy as np
import pytest
from softufunc._ufuncs import tables, ufuncs

from tools.inputs import (
    NAMES,
    UNARY,
    equal,
    everyday_patterns,
    inside,
    neighbours,
    patterns,
    pool,
    results,
    same_bits,
    samples,
)
from tools.reference import FACTS
from tools.strategies import examples

pytestmark = pytest.mark.usefixtures("quiet")
FLIPS = [name for name in NAMES if FACTS[name].flip]
TWO_OUTPUTS = [name for name in NAMES if FACTS[name].outputs]


def arrays_of(name, dtype):
    """Return samples, special values and bit patterns over the whole range of the type."""
    found = [pool(name, dtype), samples(name, dtype)]
    if dtype == "g":
        return [found[0], tuple(x * (1 + np.finfo("g").eps) for x in found[1])]
    if FACTS[name].nin == 1:
        return [*found, (patterns(dtype, 2**15),), (everyday_patterns(dtype, 2**15),)]
    return [*found, (patterns(dtype, 2**13), patterns(dtype, 2**13, 98765))]


@pytest.mark.parametrize("name", FLIPS)
def test_flip(isa, dtype, name):
    """f(x) = y_sign g(x_sign x) with the signs of the facts, bit for bit; for binary functions also in methods."""
    flip = FACTS[name].flip
    f, g = tables[isa][name], tables[isa][flip.of]
    for inputs in arrays_of(name, dtype):
        assert same_bits(f(*inputs), flip.y * g(*(flip.x * x for x in inputs)))
    if f.nin == 2:
        x = samples(name, dtype)[0]
        for n in (1, 2, 3, 17, 100, 600):
            assert same_bits(f.reduce(x[:n]), flip.y * g.reduce(flip.x * x[:n]))
            assert same_bits(f.accumulate(x[:n]), flip.y * g.accumulate(flip.x * x[:n]))


@pytest.mark.parametrize("name", [name for name in FLIPS if name in UNARY])
def test_flip_of_neighbours(isa, name, real):
    """The same for runs of neighbouring numbers."""
    flip = FACTS[name].flip
    (run,) = inside(name, np.concatenate([neighbours(x, real, 32) for x in examples(name, real)]))
    assert same_bits(tables[isa][name](run), flip.y * tables[isa][flip.of](flip.x * run))


@pytest.mark.parametrize("name", [name for name in NAMES if FACTS[name].symmetry == "even"])
def test_even(isa, dtype, name):
    """f(-x) = f(x), bit for bit."""
    f = tables[isa][name]
    for (x,) in arrays_of(name, dtype):
        assert same_bits(f(-x), f(x))


@pytest.mark.parametrize("name", [name for name in NAMES if FACTS[name].symmetry == "symmetric"])
def test_symmetric(isa, name, dtype):
    """The order of the inputs changes no bit."""
    for x, y in arrays_of(name, dtype):
        assert same_bits(tables[isa][name](x, y), tables[isa][name](y, x))


@pytest.mark.parametrize("name", TWO_OUTPUTS)
def test_two_outputs(isa, name, dtype):
    """Each output equals the separate function, bit for bit or within one ULP, as stated in the facts."""
    facts = FACTS[name]
    for inputs in arrays_of(name, dtype):
        for got, part, same in zip(tables[isa][name](*inputs), facts.outputs, facts.same_bits, strict=True):
            alone = tables[isa][part](*inputs)
            if same or dtype in ("f2", "g"):
                assert same_bits(got, alone)
            else:
                limit = np.spacing(np.abs(alone[np.isfinite(alone)]))
                assert np.array_equal(np.isnan(got), np.isnan(alone))
                assert (np.abs(got - alone)[np.isfinite(alone)] <= limit).all()


@pytest.mark.parametrize("name", TWO_OUTPUTS)
def test_facts_of_two_outputs(name):
    """The functions of the outputs exist and take the same inputs."""
    assert len(FACTS[name].outputs) == len(FACTS[name].same_bits) == ufuncs[name].nout
    assert all(ufuncs[part].nin == ufuncs[name].nin for part in FACTS[name].outputs)


@pytest.mark.parametrize("order", range(5))
def test_order_of_a_row(isa, real, order):
    """The result does not depend on the order of the elements of this row."""
    x = (4 * np.random.default_rng(0).standard_normal(5000)).astype(real)
    want = tables[isa]["logsumexp"](x)
    assert tables[isa]["logsumexp"](np.random.default_rng(order).permutation(x)) == want


def test_second_names(isa, dtype):
    """Functions with the same flip are the same function under two names."""
    for name in FLIPS:
        twin = next(other for other in FLIPS if FACTS[other].flip == FACTS[name].flip)
        inputs = pool(name, dtype)
        assert equal(results(tables[isa][name], inputs), results(tables[isa][twin], inputs)), (name, twin)
