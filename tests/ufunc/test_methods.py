"""reduce, accumulate, reduceat, outer and at, compared with single calls; otherwise NumPy's errors."""

import itertools
import re

import gmpy2
import numpy as np
import pytest
from softufunc._ufuncs import tables, ufuncs

from tools.inputs import BINARY, ELEMENTWISE, LENGTHS, NAMES, ordinary, rows_of, same_bits
from tools.reference import bound

inf, nan = np.inf, np.nan
pytestmark = pytest.mark.usefixtures("quiet")
LIKE = {(1, 1, None): np.exp, (1, 2, None): np.modf, (2, 2, None): np.divmod}
"""NumPy's ufuncs with as many inputs and outputs"""
METHODS = ("reduce", "accumulate", "outer", "reduceat", "at")
REFUSED = [
    (name, method)
    for name, method in itertools.product(NAMES, METHODS)
    if name not in BINARY
    and (method != "outer" or ufuncs[name].nin == 1)
    and (method != "at" or name not in ELEMENTWISE or ufuncs[name].nout > 1)
]
WITH_IDENTITY = [name for name in BINARY if ufuncs[name].identity is not None]


@pytest.mark.parametrize(("name", "method"), REFUSED)
def test_other_methods_are_refused(isa, name, method, ufunc):
    """Methods that need two inputs and one output raise the error of a NumPy ufunc of the same shape."""
    like = LIKE.get((ufunc.nin, ufunc.nout, ufunc.signature), np.vecdot)
    two = [0.25, 0.25]
    arguments = {"outer": ([0.25], [0.25]), "reduceat": (two, [0]), "at": (np.zeros(2), [0])}.get(method, (two,))
    with pytest.raises((ValueError, TypeError, RuntimeError)) as theirs:
        getattr(like, method)(*arguments)
    message = re.escape(str(theirs.value)) if like is np.exp else None
    with pytest.raises(theirs.type, match=message):
        getattr(ufunc, method)(*arguments)


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if ufuncs[name].nout == 1])
def test_at(ufunc, name, dtype):
    """f.at works in place, once for each occurrence of an index."""
    x, *others = ordinary(name, dtype, 120)
    indices = np.random.default_rng(1).integers(0, 9, 120)
    got, want = x[:9].copy(), x[:9].copy()
    ufunc.at(got, indices, *others)
    for numbers in zip(indices, *others, strict=True):
        want[numbers[0]] = ufunc(want[numbers[0]], *numbers[1:])
    assert same_bits(got, want)
    got, want = x[:10].copy(), x[:10].copy()
    ufunc.at(got, slice(None, None, 2), *(other[:5] for other in others))
    want[::2] = ufunc(x[:10:2], *(other[:5] for other in others))
    assert same_bits(got, want)
    got, want, indices = x[:9].copy(), x[:9].copy(), [3, 0, 3, 8, 1, 2, 2, 7, 5]
    if others:
        ufunc.at(got, indices, got[::-1])
        for i, value in zip(indices, x[:9][::-1], strict=True):
            want[i] = ufunc(want[i], value)
        assert same_bits(got, want)


def running_errors(got, x, sign, dtype):
    """The errors of running logsumexps in ULP, beyond the absolute part of the bound; sign -1: of the opposites."""
    stated, errors = bound("logsumexp", "f4" if dtype == "f2" else dtype), []
    with gmpy2.context(precision=200):
        total, absolute = gmpy2.mpfr(0), gmpy2.exp2(stated.log2)
        for y, value in zip(sign * got, sign * x, strict=True):
            total += gmpy2.exp(gmpy2.mpfr(float(value)))
            want = gmpy2.log(total)
            errors.append(
                float((abs(gmpy2.mpfr(float(y)) - want) - absolute) / np.spacing(np.abs(np.dtype(dtype).type(want))))
            )
    return np.array(errors)


@pytest.mark.parametrize("name", WITH_IDENTITY)
@pytest.mark.parametrize("kind", ["normal", "rising", "falling", "steep", "zeros", "near zero"])
def test_accumulate_is_a_running_logsumexp(ufunc, name, real, kind):
    """Within the bound of logsumexp at every place, however many elements there were before."""
    random = np.random.default_rng(7)
    x = {
        "normal": 3 * random.standard_normal(1300),
        "rising": 0.25 * np.arange(1300.0),
        "falling": -0.01 * np.arange(1300.0),
        "steep": 31.0 * np.arange(1300.0) - 20000.0,
        "zeros": np.zeros(1300),
        "near zero": np.append([-0.75, -0.75], random.standard_normal(1298) - 5.0),
    }[kind].astype(real)
    sign = np.dtype(real).type(-np.sign(ufunc.identity))
    got = ufunc.accumulate(sign * x)
    assert got.dtype == x.dtype
    assert running_errors(got, sign * x, sign, real).max() <= bound("logsumexp", real).ulp
    assert same_bits(ufunc.accumulate(np.repeat(sign * x, 2)[::2]), got)


@pytest.mark.parametrize("name", WITH_IDENTITY)
def test_accumulate_of_special_values(ufunc, name, dtype, raised):
    """One number is the result as it is; infinities and nan as from single calls, without an exception."""
    sign = -np.sign(ufunc.identity)
    for x in (
        [-inf, -inf, 1e-5, -inf, 2.0],
        [1.0, inf, 3.0, nan, 1.0],
        [nan, 1.0],
        [-inf, inf, inf],
        [1.0, -inf, -400.0, -6e4, -inf],
        [*[1.0] * 700, nan, 2.0],
        [*[-inf] * 700, 0.125, -inf],
    ):
        values = sign * np.array(x, dtype)
        got = ufunc.accumulate(values)
        assert raised == set()
        with np.errstate(all="ignore"):
            want = np.array([values[0], *(ufunc.reduce(values[: n + 1]) for n in range(1, len(values)))])
            close = np.abs(got - want) <= np.spacing(np.abs(want))
            largest = (np.minimum if sign < 0 else np.maximum).accumulate(values)
        assert ((got == want) | (np.isnan(got) & np.isnan(want)) | close).all()
        alone = np.cumsum(values != ufunc.identity) <= 1
        assert same_bits(got[alone], largest[alone])


@pytest.mark.parametrize("name", WITH_IDENTITY)
def test_accumulate_of_many(ufunc, name):
    """A sum kept in the type of the elements stops growing: float16 at 6.238 instead of log(1000)."""
    sign = -np.sign(ufunc.identity)
    assert ufunc.accumulate(np.zeros(1000, "f2"))[-1] == np.float16(sign * np.log(1000))
    assert ufunc.accumulate(np.zeros(4_000_000, "f4"))[-1] == np.float32(sign * np.log(4e6))
    assert ufunc.accumulate(np.zeros(4_000_000))[-1] == sign * np.log(4e6)
    assert abs(ufunc.accumulate(np.zeros(100_000, "g"))[-1] - sign * np.log(np.longdouble(100_000))) <= np.spacing(
        np.longdouble(12)
    )


@pytest.mark.parametrize("name", BINARY)
def test_accumulate(ufunc, name, dtype):
    """Along every axis, and with an output that overlaps the input; without identity, a sequence of single calls."""
    x = ordinary(name, dtype, 120)[0]
    for values in (x, x[::-1], x[::3]) if name not in WITH_IDENTITY else ():
        want = [values[0]]
        for value in values[1:]:
            want.append(ufunc(want[-1], value))
        assert same_bits(ufunc.accumulate(values), np.array(want, dtype))
    table = x.reshape(6, 20)
    for axis in (0, 1):
        rows = np.moveaxis(table, axis, -1)
        got = np.moveaxis(ufunc.accumulate(table, axis=axis), axis, -1).copy()
        assert same_bits(got, np.array([ufunc.accumulate(row) for row in rows]))
    for lag in (0, 1, 3):
        buffer = np.concatenate([x, x])
        ufunc.accumulate(buffer[:120], out=buffer[lag : 120 + lag])
        assert same_bits(buffer[lag : 120 + lag], ufunc.accumulate(x)), lag


@pytest.mark.parametrize("name", BINARY)
def test_outer(ufunc, name, dtype):
    """Equal to broadcasting, also with an output that overlaps the inputs."""
    x, y = ordinary(name, dtype, 120)
    assert same_bits(ufunc.outer(x[:40], y[:30]), ufunc(x[:40, None], y[None, :30]))
    want = ufunc.outer(x[:9], y[:9])
    buffer = np.concatenate([x[:9], y[:72]])
    ufunc.outer(buffer[:9], buffer[9:18], out=buffer.reshape(9, 9))
    assert same_bits(buffer.reshape(9, 9), want)


@pytest.mark.parametrize("name", BINARY)
def test_reduceat_in_place(ufunc, name, dtype):
    """With an output that overlaps the input, results are those for a copy."""
    x, starts = ordinary(name, dtype, 120)[0], [0, 7, 8, 60, 30]
    want = ufunc.reduceat(x, starts)
    assert same_bits(want[1], x[7])
    assert same_bits(want[3], x[60])
    assert same_bits(want[2], ufunc.reduce(x[8:60]))
    for lag in (0, 1, 5):
        buffer = x.copy()
        ufunc.reduceat(buffer, starts, out=buffer[lag : 5 + lag])
        assert same_bits(buffer[lag : 5 + lag], want), lag


@pytest.mark.parametrize("name", [name for name in BINARY if name not in WITH_IDENTITY])
def test_reduce_without_identity(ufunc, name, dtype):
    """Equal to a sequence of single calls, on any axis; an error for empty arrays and several axes."""
    x = ordinary(name, dtype, 60)[0].reshape(5, 12)
    for axis in (0, 1):
        want = [ufunc.accumulate(row)[-1] for row in np.moveaxis(x, axis, -1)]
        assert same_bits(ufunc.reduce(x, axis=axis), np.array(want, dtype))
    with pytest.raises(ValueError, match="no identity"):
        ufunc.reduce(np.empty(0, dtype))
    with pytest.raises(ValueError, match="not reorderable"):
        ufunc.reduce(x, axis=(0, 1))


@pytest.mark.parametrize("name", WITH_IDENTITY)
def test_reduce(ufunc, name, real):
    """where=, initial=, keepdims, several axes, out, empty arrays and reduceat, compared with sums in float64."""
    unit, sign = 8 * np.finfo(real).eps, np.dtype(real).type(-np.sign(ufunc.identity))
    x = sign * (20 + 4 * np.random.default_rng(2).standard_normal((5, 6, 70))).astype(real)
    mask = np.random.default_rng(3).random(x.shape) < 0.5

    def plain(values, axis):
        values = sign * values.astype("f8")
        top = values.max(axis=axis, keepdims=True, initial=-1e9)
        return sign * (np.log(np.exp(values - top).sum(axis=axis)) + np.squeeze(top, axis))

    for axis in (0, 1, 2, (0, 1), (1, 2), (0, 2), (0, 1, 2)):
        want = plain(x, axis)
        np.testing.assert_allclose(ufunc.reduce(x, axis=axis), want, rtol=unit)
        kept = ufunc.reduce(x, axis=axis, keepdims=True)
        assert same_bits(np.squeeze(kept, axis), ufunc.reduce(x, axis=axis))
        masked = np.where(mask, x, np.array(ufunc.identity, real))
        np.testing.assert_allclose(ufunc.reduce(x, axis=axis, where=mask), plain(masked, axis), rtol=unit)
        out = np.empty(np.shape(want), real)
        assert ufunc.reduce(x, axis=axis, out=out) is out
        assert same_bits(out[()], ufunc.reduce(x, axis=axis))
    flat = x.ravel()
    for n in (0, 1, 2, 30):
        values = np.append(flat[:n], np.array(sign * 1.5, real))
        np.testing.assert_allclose(ufunc.reduce(flat[:n], initial=sign * 1.5), plain(values, 0), rtol=unit)
    assert same_bits(ufunc.reduce(np.empty((3, 0), real), axis=1), np.full(3, ufunc.identity, real))
    starts = [0, 5, 600, 599, 601, 2000]
    ends = [5, 600, 601, 601, 2000, len(flat)]
    want = [plain(flat[i:j], 0) for i, j in zip(starts, ends, strict=True)]
    want[2] = flat[600]
    np.testing.assert_allclose(ufunc.reduceat(flat, starts), want, rtol=unit)
    buffer = flat.copy()
    ufunc.reduce(buffer.reshape(30, 70), axis=1, out=buffer[:30])
    assert same_bits(buffer[:30], ufunc.reduce(flat.reshape(30, 70), axis=1))


@pytest.mark.parametrize("name", WITH_IDENTITY)
def test_reduce_is_the_gufunc(isa, name, real):
    """Over a contiguous or strided axis, reduce has the bits of logsumexp, up to the signs of softminimum."""
    ufunc, total = tables[isa][name], tables[isa]["logsumexp"]
    sign = np.dtype(real).type(-np.sign(ufunc.identity))
    for n in LENGTHS:
        if n >= 3:
            x = rows_of("logsumexp", n, real, n)[0]
            for values in (x, x[::-1], np.repeat(x, 2)[::2]):
                assert same_bits(ufunc.reduce(sign * values), sign * total(values))


def short_rows(real, n):
    """Rows of n numbers of every kind that the short folds of math/logsumexp_short.h tell apart."""
    random = np.random.default_rng(n)
    pool = [0.0, -0.0, 1.0, -0.7, 1e-200, 1e-40, -1e-12, 90.0, -300.0, 1030.0, 1e19, inf, -inf, nan]
    rows = [random.choice(pool[:k], n) for k in (4, 7, 9, 14) for _ in range(100)]
    rows += list(3 * random.standard_normal((200, n)))
    with np.errstate(over="ignore", under="ignore"):
        return np.array(rows).astype(real)


@pytest.mark.parametrize("name", WITH_IDENTITY)
@pytest.mark.parametrize("n", range(2, 12))
def test_short_rows(isa, name, real, n, raised):
    """Rows of 2 to 11 numbers: the bits of the gufuncs, whichever way they take, without an exception."""
    ufunc, sign = tables[isa][name], np.dtype(real).type(-np.sign(tables[isa][name].identity))
    x = short_rows(real, n)
    for values in (x, np.repeat(x, 2, axis=1)[:, ::2], x[:, ::-1]):
        got, running = sign * ufunc.reduce(sign * values, axis=1), sign * ufunc.accumulate(sign * values, axis=1)
        assert raised == set()
        assert same_bits(got, np.array([tables[isa]["logsumexp"](row) for row in values]))
        if n > 2:  # otherwise a single call of the binary function
            assert same_bits(running, np.array([tables[isa]["logcumsumexp"](row) for row in values]))


@pytest.mark.parametrize("name", WITH_IDENTITY)
def test_reduce_of_many(ufunc, isa, name):
    """where=, initial=, several axes, dtype=, keepdims and reduceat, compared with logsumexp."""
    total, sign, close = tables[isa]["logsumexp"], -np.sign(ufunc.identity), {"rtol": 4e-16}
    x = rows_of("logsumexp", (6, 7, 80), "f8")[0]

    def reduce(values, **keywords):
        return sign * ufunc.reduce(sign * np.asarray(values), **keywords)

    mask = np.random.default_rng(1).random(x.shape) < 0.5
    masked = np.where(mask, x, -np.inf)
    np.testing.assert_allclose(reduce(x, axis=2, where=mask), total(masked), rtol=1e-14)
    np.testing.assert_allclose(reduce(x, axis=(1, 2)), total(x.reshape(6, -1)), rtol=1e-14)
    # a sequence of single calls, each with the error of the binary function
    largest = np.abs(np.maximum.accumulate(x, axis=0)).max(axis=0) + np.log(len(x))
    allowed = (len(x) * bound(name, "f8").ulp + 1) * np.spacing(largest)
    assert (np.abs(reduce(x, axis=0) - total(x, axis=0)) <= allowed).all()
    np.testing.assert_allclose(reduce(x[0, 0], initial=sign * 3.0), total([*x[0, 0], 3.0]), **close)
    assert same_bits(reduce(x, axis=2, keepdims=True), total(x, keepdims=True))
    assert same_bits(reduce(x[0, 0].astype("f4"), dtype="f8"), total(x[0, 0].astype("f4").astype("f8")))
    flat, starts = x.ravel(), [0, 5, 600, 601, 3000]
    want = [total(flat[i:j]) for i, j in itertools.pairwise([*starts, len(flat)])]
    np.testing.assert_allclose(sign * ufunc.reduceat(sign * flat, starts), want, **close)
