"""bfloat16 after `hooks.register_ml_dtypes()`: for unary functions, all 65 536 results are correctly rounded."""

from functools import cache

import gmpy2
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
from gmpy2 import mpfr
from softufunc._ufuncs import tables

import softufunc
from softufunc.hooks import register_ml_dtypes
from tests.ufunc.test_float_environment import ENVIRONMENTS, every_way
from tools.inputs import (
    BINARY,
    ELEMENTWISE,
    GUFUNCS,
    LENGTHS,
    NAMES,
    UNARY,
    equal,
    first,
    fma_sets,
    fresh,
    is_inside,
    pool,
    results,
    rows_of,
    same_bits,
    samples,
    strided,
)
from tools.reference import FACTS, Format, exact, precisely, special_cases, ulp_exponent

register_ml_dtypes()
BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
FORMAT = Format("f4", 8, -126)
EVERYTHING = np.arange(2**16, dtype="u2").view(BFLOAT16)
IDENTITIES = [name for name in BINARY if tables["baseline"][name].identity is not None]
LABELLED = [name for name in NAMES if FACTS[name].label]


def rounded(values):
    """MPFR numbers, correctly rounded."""
    with FORMAT.context:
        nearest = [+value for value in values]
    return np.array([float(value) for value in nearest], "f4").astype(BFLOAT16)


def narrow(arrays):
    """Return the arrays with bfloat16 instead of other floats."""
    return tuple(x.astype(BFLOAT16) if x.dtype.kind == "f" else x for x in arrays)


def wide(arrays, dtype="f8"):
    """Return the arrays with another float type instead of bfloat16."""
    return tuple(x.astype(dtype) if x.dtype == BFLOAT16 else x for x in arrays)


def as_numbers(values):
    """A row or a scalar of the facts, exact in bfloat16, or None."""
    found = narrow([np.asarray(value) for value in values])
    exactly = all(
        np.array_equal(x.astype("f8"), np.asarray(v), equal_nan=True) for x, v in zip(found, values, strict=True)
    )
    return tuple(x[()] for x in found) if exactly else None


def cases(name):
    """The special cases of float32 whose inputs bfloat16 has: (inputs, results, exceptions)."""
    for inputs, outputs, exceptions in special_cases(name, "f4"):
        numbers = as_numbers(inputs)
        if numbers is not None:
            yield numbers, tuple(np.asarray(y).astype(BFLOAT16)[()] for y in outputs), exceptions


@cache
def answers(name):
    """Correctly rounded results for every bit pattern; flips and two outputs reuse those of other functions."""
    facts = FACTS[name]
    if facts.outputs:
        return tuple(answers(part)[0] for part in facts.outputs)
    if facts.flip:
        source = EVERYTHING.view("u2") ^ np.uint16(0x8000 if facts.flip.x < 0 else 0)
        found = answers(facts.flip.of)[0][source]
        return (-found if facts.flip.y < 0 else found,)
    with np.errstate(all="ignore"):
        x = EVERYTHING.astype("f8")
        mask = is_inside(name, x)
        found = np.full(2**16, np.nan, BFLOAT16)
        found[mask] = rounded(exact(name, x[mask]))
        for (x,), (y,), _ in cases(name):
            if not np.isnan(x):
                found[x.view("u2")] = y
    return (found,)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", UNARY)
def test_every_bfloat16_is_correctly_rounded(ufunc, name):
    """All bit patterns, in contiguous and reversed arrays and as single elements; the sign of zero is checked."""
    outs = tuple(np.empty(2**16, BFLOAT16) for _ in range(ufunc.nout))
    alternating = np.arange(2**16) % 2 == 0
    for mask in alternating, ~alternating:
        ufunc(EVERYTHING, out=outs, where=mask)
    ways = (results(ufunc, [EVERYTHING]), [y[::-1] for y in results(ufunc, [EVERYTHING[::-1]])], outs)
    for found in ways:
        for got, want in zip(found, answers(name), strict=True):
            assert got.dtype == BFLOAT16
            wrong = (got.view("u2") != want.view("u2")) & ~(np.isnan(got) & np.isnan(want))
            assert not wrong.any(), list(zip(EVERYTHING[wrong], got[wrong], want[wrong], strict=True))[:5]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", UNARY)
def test_ties(ufunc, name):
    """Results that are halfway between two bfloat16 numbers in float32, in short arrays and at every place."""
    tie = np.zeros(2**16, bool)
    for y in results(ufunc, [EVERYTHING.astype("f4")]):
        tie |= y.view("u4") & 0xFFFF == 0x8000
    places = np.resize(np.flatnonzero(tie) if tie.any() else np.arange(0x3F00, 0x3F20), 100)
    for n in (1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 100):
        chosen = np.roll(places, n)[:n]
        assert equal(results(ufunc, [EVERYTHING[chosen]]), [y[chosen] for y in answers(name)]), n


@cache
def pairs(name):
    """Pairs of the hard kinds, with their exact results for each output."""
    with np.errstate(all="ignore"):
        arrays = narrow(samples(name, "f4"))
        mask = is_inside(name, *wide(arrays))
    arrays = tuple(
        np.array(list(part), BFLOAT16) for part in zip(*set(zip(*(x[mask] for x in arrays), strict=True)), strict=True)
    )
    return arrays, [exact(name, *arrays, output=i) for i in range(FACTS[name].nout)]


def error(got, want):
    """|got - want| in ULP of bfloat16; 0 for the same infinity."""
    if not gmpy2.is_finite(want) or not np.isfinite(got):
        return 0.0 if float(got) == float(rounded([want])[0]) else np.inf
    with precisely():
        return float(abs(mpfr(float(got)) - want) / gmpy2.exp2(ulp_exponent(want, FORMAT)))


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if FACTS[name].nin == 2])
def test_two_inputs(ufunc, name):
    """Computed in float32 and rounded once: the error is at most half an ULP plus the error of float32."""
    arrays, wants = pairs(name)
    assert len(arrays[0]) > 1000
    for got, want in zip(results(ufunc, arrays), wants, strict=True):
        assert max(map(error, got, want)) <= 0.5 + 2.0**-16


@np.errstate(all="ignore")
def close(got, want, more=2.0**-16):
    """Is bfloat16 at most half an ULP and a little more from a float64 result?"""
    ulp = np.ldexp(1.0, np.maximum(np.frexp(np.where(np.isfinite(want), want, 1))[1] - 1, -126) - 7)
    got = got.astype("f8")
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    return bool((same | (np.abs(got - want) <= ulp * (0.5 + more))).all())


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", GUFUNCS)
def test_rows(ufunc, name):
    """The sum is computed in a wider type and rounded once, in every layout, with labels of every type."""
    for n in (1, 2, 3, 10, 17, 100, 700, 3000):
        for seed, shape in enumerate([(50, n), (5, n), (1, n)]):
            rows = narrow(rows_of(name, shape, "f4", seed))
            got, want = ufunc(*rows), ufunc(*wide(rows))
            assert got.dtype == BFLOAT16
            assert close(got, want), (n, shape)
            for layout in (
                np.asfortranarray,
                lambda x: strided(x, 2),
                lambda x: strided(x, -1),
                lambda x: x.T.copy().T,
            ):
                assert same_bits(ufunc(*map(layout, rows)), got), (n, shape)
    if FACTS[name].label:
        labels = rows[1] % 2
        for kind in "?bBhHiIlLqQ":
            assert same_bits(ufunc(rows[0], labels.astype(kind)), ufunc(rows[0], labels))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_special_values(ufunc, name, raised):
    """Values and exceptions raised, as scalars and in arrays."""
    for inputs, wants, exceptions in cases(name):
        for n in (None, 1, 3, 37, 1000):
            raised.clear()
            got = results(ufunc, [x if n is None else np.full(n, x) for x in inputs])
            assert equal(got, [y if n is None else np.full(n, y) for y in wants]), (inputs, got)
            assert raised == exceptions, (inputs, n)


@pytest.mark.parametrize("name", UNARY)
def test_normal_results_raise_nothing(ufunc, name, raised):
    """No exception for any input with a finite result that is not subnormal."""
    usual = is_inside(name, EVERYTHING.astype("f8"))
    for want in answers(name):
        usual &= np.isfinite(want) & (np.abs(want.astype("f4")) >= 2.0**-126)
    x = EVERYTHING[usual]
    raised.clear()
    ufunc(x)
    ufunc(x[::-2])
    ufunc(x, out=tuple(np.empty(len(x), BFLOAT16) for _ in range(ufunc.nout)), where=np.arange(len(x)) % 2 == 0)
    assert raised == set()


@pytest.mark.parametrize("name", [name for name in LABELLED if name in ELEMENTWISE])
def test_overflow(ufunc, name, raised):
    """A result that float32 holds and bfloat16 does not is infinite and raises overflow, in every lane."""
    # 181^2 is a little below 2^15: the product is between the largest bfloat16 and the largest float32
    beyond = np.full(67, -181 * 2.0**120, BFLOAT16), np.full(67, 181 / 128, BFLOAT16)
    below = np.full(67, -EVERYTHING[0x7F7F]), np.ones(67, BFLOAT16)
    assert np.isfinite(results(ufunc, wide(beyond, "f4"))).all()
    wants = [rounded(exact(name, *(x[:1] for x in beyond), output=i))[0] for i in range(ufunc.nout)]
    assert np.isfinite(results(ufunc, wide(below, "f4"))).all()
    results(ufunc, below)
    assert raised == set()
    for i in range(67):
        raised.clear()
        mixed = tuple(np.where(np.arange(67) == i, x, y) for x, y in zip(beyond, below, strict=True))
        got = results(ufunc, mixed)
        assert [y[i] for y in got] == wants
        assert raised == ({"overflow"} if np.isinf(wants).any() else set())
    raised.clear()
    assert list(results(ufunc, [x[0] for x in beyond])) == wants
    assert raised == ({"overflow"} if np.isinf(wants).any() else set())


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", NAMES)
def test_layouts(ufunc, name):
    """The same bits at every length, stride and alignment, in place, with `out` and with `where`."""
    arrays = narrow(pool(name, "f4"))
    wants = results(ufunc, arrays)
    assert all(y.dtype == BFLOAT16 for y in wants)
    for n in (*range(70), 383, 384, 385, 769, 1000):
        given, want = first(arrays, n), first(wants, n)
        for stride in (1, 2, -1, 40):
            outs = tuple(strided(y, stride) for y in fresh(want))
            ufunc(*(strided(x, stride) for x in given), out=outs)
            assert equal(outs, want), (n, stride)
        shifted = tuple(np.frombuffer(b"x" + x.tobytes(), x.dtype, x.size, 1).reshape(x.shape) for x in given)
        assert equal(results(ufunc, shifted), want), n
        mask = np.arange(n) % 3 != 0
        outs = fresh(want)
        ufunc(*given, out=outs, where=mask) if name in ELEMENTWISE else ufunc(*given, out=outs)
        for out, y in zip(outs, want, strict=True):
            assert same_bits(out[mask], y[mask])
            assert name in GUFUNCS or (out[~mask] == 7).all()
    if name in ELEMENTWISE:
        for place in range(ufunc.nin):
            copies = [x.copy() for x in arrays]
            ufunc(*copies, out=(copies[place], *fresh(wants[1:])))
            assert same_bits(copies[place], wants[0])
        big = tuple(np.resize(x, (30, 50)) for x in arrays)
        assert equal([y.T for y in results(ufunc, [x.T for x in big])], results(ufunc, big))


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", NAMES)
def test_sets_agree(name):
    """All instruction sets with FMA give the same bits."""
    one, *others = (tables[isa][name] for isa in fma_sets(tables))
    found = [narrow(pool(name, "f4"))]
    if name in ELEMENTWISE and one.nin == 2:
        random = np.random.default_rng(1)
        found += [pairs(name)[0], tuple(EVERYTHING[random.integers(0, 2**16, 2**17)] for _ in range(2))]
    if name in GUFUNCS:
        found += [narrow(rows_of(name, n, "f4", n)) for n in LENGTHS]
    for arrays in found:
        assert all(equal(results(one, arrays), results(other, arrays)) for other in others)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", IDENTITIES)
def test_methods(ufunc, name):
    """Of reduce and accumulate, the sums are kept in float64, so that the error does not grow with the length."""
    x = np.random.default_rng(2).normal(0, 3, (7, 1601)).astype(BFLOAT16)
    x[2, ::5] = -np.inf
    x[3, ::7] = np.inf
    x[4, 700] = np.nan
    for n in LENGTHS:
        for row in x[:, :n]:
            assert close(ufunc.reduce(row), ufunc.reduce(row.astype("f8"))), n
            assert close(ufunc.accumulate(row), ufunc.accumulate(row.astype("f8"))), n
    zeros = np.zeros(100_000, BFLOAT16)
    largest = np.log(len(zeros)) * np.sign(-ufunc.identity)
    for got in (ufunc.reduce(zeros), ufunc.accumulate(zeros)[-1], ufunc.reduce(zeros[None], axis=1)[0]):
        assert close(got, np.float64(largest))
    assert same_bits(ufunc.reduce(zeros[:0]), zeros.dtype.type(ufunc.identity))
    assert same_bits(ufunc.reduce(x, axis=1), np.array([ufunc.reduce(row) for row in x]))
    assert same_bits(ufunc.accumulate(x, axis=1), np.array([ufunc.accumulate(row) for row in x]))
    assert same_bits(
        ufunc.reduceat(x[0], [0, 9, 900]),
        np.array([ufunc.reduce(x[0][i:j]) for i, j in ((0, 9), (9, 900), (900, None))]),
    )
    assert same_bits(ufunc.outer(x[0, :50], x[1, :70]), ufunc(x[0, :50, None], x[1, None, :70]))
    mask = np.arange(1601) < 900  # NumPy calls the loop for each run of the mask
    assert close(ufunc.reduce(x[0], where=mask), ufunc.reduce(x[0, mask].astype("f8")))
    assert same_bits(ufunc.reduce(x[0].astype("f8"), dtype=BFLOAT16), ufunc.reduce(x[0]))


def test_ties_of_sums(isa):
    """Sums that float32 rounds to halfway between two bfloat16 numbers are decided in float64."""
    x = np.random.default_rng(4).uniform(-1, 1, (2**22, 2)).astype(BFLOAT16).astype("f8")
    want = np.logaddexp(x[:, 0], x[:, 1])
    tie = want.astype("f4").view("u4") & 0xFFFF == 0x8000
    x, want = x[tie].astype(BFLOAT16), want[tie]
    assert len(x) > 10
    assert close(tables[isa]["logsumexp"](x), want, 2.0**-30)
    rows = np.full((len(x), 40), -np.inf, BFLOAT16)
    rows[:, 1::20] = x
    assert close(tables[isa]["logaddexp"].accumulate(rows, axis=1)[:, 21:], want[:, None], 2.0**-30)
    assert close(tables[isa]["logaddexp"].reduce(rows, axis=1), want, 2.0**-30)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_at(ufunc, name):
    """One element after the other."""
    if ufunc.nout == 1:
        arrays = narrow(pool(name, "f4"))
        got = arrays[0].copy()
        ufunc.at(got, np.arange(len(got)), *arrays[1:])
        assert same_bits(got, ufunc(*arrays))


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("name", NAMES)
def test_float_environment(ufunc, name, environment):
    """The same bits in any rounding direction, and with flushing of subnormal numbers."""
    context, argument = environment
    arrays = narrow(pool(name, "f4"))
    wants = every_way(ufunc, arrays)
    with context(argument):
        gots = every_way(ufunc, arrays)
    assert equal(gots, wants)


@pytest.mark.parametrize("name", UNARY)
def test_jax(name):
    """Arrays of JAX, turned to NumPy's."""
    x = jnp.linspace(-0.45, 0.45, 100, dtype=jnp.bfloat16)
    f = getattr(softufunc, name)
    with np.errstate(all="ignore"):
        for got, want in zip(results(f, [np.asarray(x)]), answers(name), strict=True):
            assert same_bits(got, want[np.asarray(x).view("u2")])
            assert jnp.asarray(got).dtype == jnp.bfloat16
