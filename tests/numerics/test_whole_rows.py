"""Gufuncs that give a row for a row, one element of it, or a matrix, compared with MPFR; special values, exceptions."""

from functools import cache

import gmpy2
import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import CHUNK, GUFUNCS, WHOLE_ROWS, every_kind, fma_sets, hard_kinds, rows_of, same_bits
from tools.reference import DTYPES, FACTS, bound, correct, exact, expected, precisely, special_cases, to_mp

pytestmark = pytest.mark.usefixtures("quiet")
LENGTHS = (1, 2, 3, 5, 15, 16, 17, 64, 100, CHUNK - 1, CHUNK + 1, 1300)
TRANSFORMS = [name for name in WHOLE_ROWS if FACTS[name].signature == "(n)->(n)"]


@pytest.fixture(params=WHOLE_ROWS)
def name(request):
    """Every gufunc of this kind."""
    return request.param


@cache
def known(name, dtype):
    """[(inputs, exact results)]: hard rows of every kind and many lengths, one at a time."""
    found, random = [], np.random.default_rng(20261128)
    for n in LENGTHS:
        for kind, arrays in hard_kinds(name, random, n, dtype).items():
            if all(np.isfinite(x).all() for x in arrays):
                inputs = [np.asarray(x)[None] for x in arrays]
                found.append((kind, n, inputs, expected(name, *inputs)))
    witness = np.array(bound(name, dtype).witness, dtype)
    if witness.size:
        rows = [np.tile(witness, (witness.size, 1)), np.arange(witness.size)][: FACTS[name].nin]
        found.append(("witness", witness.size, rows, expected(name, *rows)))
    return found


def test_bounds(ufunc, name, real):
    """The error of every result is within the bound, for short and long rows."""
    for kind, n, inputs, want in known(name, real):
        share = want.share(ufunc(*inputs))
        assert share.max() <= 1, (kind, n, share.max())


def test_bounds_are_tight(name, real):
    """Some error reaches three fifths of the bound, or that of the witness, if there is one, nine tenths.

    Without FMA some errors are larger than with it.
    """
    cases, stated = known(name, real), bound(name, real)
    largest = max(want.ulp(made[name](*inputs)).max() for made in tables.values() for _, _, inputs, want in cases)
    least = 0.9 if stated.witness else 0.6
    assert largest > (least if every_kind(tables) else 0.4) * stated.ulp


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "categorical_log_prob"])
def test_dominated_rows(isa, name, real):
    """One number above the others, by less than a unit to more than the range of the type: next to 0, and subnormal."""
    ufunc, random = tables[isa][name], np.random.default_rng(3)
    for gap in (1, 5, 10, 11, 12, 20, 23, 24, 30, 36, 40, 90, 103, 300, 620, 624, 700, 730, 745, 800):
        for n, shift in ((2, 0), (7, -gap), (60, 500), (600, -3000.0), (4, 5000)):
            x = random.normal(0, 1, (1, n)).astype(real)
            x[0, n // 2] += gap
            x += np.array(shift, real)
            inputs = (x,) if FACTS[name].nin == 1 else (x, np.array([n // 2]))
            want = expected(name, *inputs)
            assert want.share(ufunc(*inputs)).max() <= 1, (gap, n, shift)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_long_rows(isa, name, real):
    """The error does not grow with the number of elements: a million equal ones."""
    got = tables[isa][name](np.zeros(10**6, real))[-1]
    want = {"softmax": 1e-6, "log_softmax": -np.log(1e6), "logcumsumexp": np.log(1e6)}[name]
    assert abs(got - np.dtype(real).type(want)) <= np.spacing(np.dtype(real).type(abs(want)))


@pytest.mark.parametrize("name", GUFUNCS)
def test_hard_inputs(isa, name):
    """The right values written in the facts are what MPFR says, and the results are within the bound of them."""
    cases = [(DTYPES[dtype], case) for dtype, cases in FACTS[name].hard.items() for case in cases]
    assert {dtype for dtype, _ in cases} == {"f4", "f8"}
    for dtype, (*values, result) in cases:
        inputs = [np.array(x, int if FACTS[name].is_choice and i else dtype) for i, x in enumerate(values)]
        single = [x[None] for x in inputs]
        assert same_bits(correct(name, *single), np.ravel(np.array(result, dtype))), values
        assert expected(name, *single).share(tables[isa][name](*single)).max() <= 1, values


def test_special_values(ufunc, name, dtype, raised):
    """The special values of the facts, and their exceptions: alone, in every row of a batch, and strided."""
    for inputs, (want,), exceptions in special_cases(name, dtype):
        if dtype == "g" and 800 in np.ravel(inputs[0]):
            continue  # e^-800 is a long double
        given = [np.asarray(x) for x in inputs]
        with np.errstate(all="ignore"):
            many = [np.stack([x] * 20) for x in given]
            wide = [x if x.dtype.kind in "iu" or x.ndim == 0 else np.repeat(x, 2, -1)[..., ::2] for x in given]
        raised.clear()
        got = ufunc(*given)
        assert raised - {"underflow"} == exceptions, inputs
        assert same_bits(np.asarray(got), np.asarray(want, dtype)), (inputs, got)
        raised.clear()
        assert same_bits(ufunc(*many), np.stack([np.asarray(want, dtype)] * 20)), inputs
        assert same_bits(np.asarray(ufunc(*wide)), np.asarray(want, dtype)), inputs
        assert raised - {"underflow"} == exceptions, inputs


def test_nothing_is_raised(ufunc, name, dtype, raised):
    """No exception for finite numbers of every size, except underflow of results."""
    random = np.random.default_rng(3)
    with np.errstate(all="ignore"):
        sizes = np.exp2(random.uniform(-1070, 9, 700)).astype(dtype)
        x = np.concatenate([sizes, -sizes, rows_of("softmax", 600, dtype)[0]])
    raised.clear()
    for part in (x, x[::-2], x[:3], x.reshape(-1, 4).T, x.reshape(-1, 40), x[:1].repeat(40)):
        with np.errstate(all="ignore"):
            more = [np.zeros(part.shape[:-1], int)] if FACTS[name].is_choice else []
            inputs = [part, *more]
            if FACTS[name].core[0][0] != ("n",):
                inputs = [np.atleast_2d(part), np.atleast_2d(part).T]
        raised.clear()
        ufunc(*inputs)
        assert raised <= {"underflow"}


@pytest.mark.parametrize("shift", [1e19, -1e30, 1e300, 1.7e308])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_huge_numbers(isa, name, shift):
    """Numbers whose spacing is larger than any logarithm: equal ones share, the others have nothing."""
    x = np.array([shift, shift, np.nextafter(shift, -np.inf)])
    share = [0.5, 0.5, 0.0] if name == "softmax" else [-np.log(2), -np.log(2), x[2] - x[0] - np.log(2)]
    for rows in (1, 20):
        got = tables[isa][name](np.stack([x] * rows))
        assert (abs(got - share) <= np.spacing(np.abs(share))).all()


def test_float16(ufunc, name):
    """Computed in float32 or float64, and rounded once or twice."""
    for n in (1, 2, 3, 17, 100, 700):
        rows = rows_of(name, (50, n), "f2", n)
        got, wide = ufunc(*rows), ufunc(*(x.astype("f4") if x.dtype == "f2" else x for x in rows))
        assert (np.abs(got.astype("f4") - wide) <= np.spacing(np.abs(got)).astype("f4") * (0.5 + 2.0**-11)).all(), n


@pytest.mark.parametrize("other", fma_sets(tables)[1:])
def test_sets_agree(name, dtype, other):
    """All instruction sets with FMA give the same bits, for rows of every length."""
    f, g = tables[fma_sets(tables)[0]][name], tables[other][name]
    for n in (*range(1, 150), 511, 512, 513, 2500):
        inputs = rows_of(name, n, dtype, n)
        inputs[0][..., ::7] *= 50
        assert same_bits(np.asarray(f(*inputs)), np.asarray(g(*inputs))), n
        several = rows_of(name, (17, min(n, 200)), dtype, n)
        assert same_bits(f(*several), g(*several)), n


def test_longdouble(name):
    """The relative error is some units of the type, whatever the number of elements."""
    ufunc, eps = next(iter(tables.values()))[name], float(np.finfo("g").eps)
    for n in (1, 2, 3, 50, 700):
        inputs = rows_of(name, (3, n), "g", n)
        inputs = (inputs[0] + np.random.default_rng(n).normal(0, 1, inputs[0].shape) * eps, *inputs[1:])
        got = ufunc(*inputs)
        assert got.dtype == np.longdouble
        with precisely():
            for a, b in zip(got.ravel(), exact(name, *inputs), strict=True):
                size = max(abs(b), 1) if FACTS[name].scale else abs(b)
                assert abs(to_mp(a) - b) <= 64 * max(eps, 2.0**-60) * size, n


def test_relations(isa, real):
    """Two classes are the sigmoid, one element is the choice, and the last running sum is the sum."""
    f = tables[isa]
    x = np.random.default_rng(1).normal(0, 8, 400).astype(real)
    two = np.stack([x, np.zeros_like(x)], -1)
    allowed = 2 * np.finfo(real).eps
    assert (abs(f["softmax"](two)[:, 0] / f["sigmoid"](x) - 1) <= allowed).all()
    assert (abs(f["log_softmax"](two)[:, 0] / f["log_prob_1"](x) - 1) <= allowed).all()
    assert same_bits(f["categorical_log_prob"](two, np.zeros(400, int)), f["log_softmax"](two)[:, 0].copy())
    assert same_bits(f["logcumsumexp"](x), f["logaddexp"].accumulate(x))
    rows = x.reshape(40, 10)
    assert (abs(f["logcumsumexp"](rows)[:, -1] - f["logsumexp"](rows)) <= np.spacing(f["logsumexp"](rows))).all()
    assert (abs(f["softmax"](rows).sum(-1) - 1) <= 10 * allowed).all()


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_longdouble_sums(name):
    """The rounding errors of a sum of long doubles are added to it."""
    x = np.full(10**5, -0.1, "g")
    x[0] = 0
    got = next(iter(tables.values()))[name](x)[0]
    with precisely():
        total = 1 + (len(x) - 1) * gmpy2.exp(to_mp(x[1]))
        want = 1 / total if name == "softmax" else -gmpy2.log(total)
        assert abs(to_mp(got) - want) <= 2 * float(np.finfo("g").eps) * abs(want)
