"""The functions of two arguments as ufuncs: layouts, methods, types, and NumPy's own tests of logaddexp."""

import itertools

import numpy as np
import pytest
from inputs import fma_sets, same_bits
from reference_of_two import FUNCTIONS_OF_TWO
from softufunc._ufuncs import tables

import softufunc

inf, nan = np.inf, np.nan
TYPES = ("f2", "f4", "f8", "g")
WHOLE = "?bBhHiIlLqQ"
LENGTHS = (*range(1, 35), 63, 64, 65, 127, 129, 257, 1025, 2051)
# numbers that all functions take, with x > y, and places for special values among them
POOL = np.random.default_rng(5).uniform(0.5, 6.0, 4200), np.random.default_rng(6).uniform(0.0, 0.5, 4200)


@pytest.fixture(params=list(FUNCTIONS_OF_TWO))
def name(request):
    """Every function of two arguments."""
    return request.param


@pytest.fixture
def ufunc(name, isa):
    return tables[isa][name]


def pool(dtype, n, special=True):
    x, y = (part[:n].astype(dtype) for part in POOL)
    if special:
        x[5::97], y[7::101], x[11::89] = inf, -inf, nan
    return x, y


def test_is_a_ufunc(ufunc, name):
    """Two arguments, one result, loops in the order in which NumPy promotes floats."""
    assert type(ufunc) is np.ufunc
    assert (ufunc.nin, ufunc.nout, ufunc.nargs) == (2, 1, 3)
    assert ufunc.types == ["ee->e", "ff->f", "dd->d", "gg->g"]
    assert ufunc.identity == FUNCTIONS_OF_TWO[name].identity
    assert (ufunc.signature, ufunc.__name__, ufunc.__module__) == (None, name, "softufunc")
    assert ufunc.__doc__.startswith(f"{name}(x1, x2, /, out=None, *, where=True, casting='same_kind', order='K'")


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("dtype", TYPES)
def test_layouts(ufunc, dtype):
    """Every length, and strides and alignments of every kind in each place: the bits of single calls."""
    x, y = pool(dtype, 2100)
    want = np.array([ufunc(a, b) for a, b in zip(x, y, strict=True)], dtype)
    for n in LENGTHS:
        assert same_bits(ufunc(x[:n], y[:n]), want[:n]), n
        offset = n % 7
        assert same_bits(ufunc(x[offset : offset + n], y[offset : offset + n]), want[offset : offset + n]), n
    for n, steps in itertools.product((1, 2, 33, 600), itertools.product((1, 2, -1, -3), repeat=3)):
        spread = [np.zeros(n * 3, dtype)[::step][:n] for step in steps]
        spread[0][...], spread[1][...] = x[:n], y[:n]
        ufunc(spread[0], spread[1], out=spread[2])
        assert same_bits(np.ascontiguousarray(spread[2]), want[:n]), (n, steps)
    unaligned = [np.frombuffer(b"x" + part.tobytes(), "u1")[1:].view(dtype) for part in (x, y)]
    assert same_bits(ufunc(*unaligned), want)
    swapped = [part.astype(part.dtype.newbyteorder()) for part in (x, y)]
    assert same_bits(ufunc(*swapped), want)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("dtype", TYPES)
def test_scalars(ufunc, dtype):
    """One number for all elements, in either place and in both."""
    x, y = pool(dtype, 1100)
    for n in (1, 2, 19, 1100):
        for a, b in ((x[:n], y[0]), (x[0], y[:n]), (np.broadcast_to(x[0], n), np.broadcast_to(y[0], n))):
            want = ufunc(np.broadcast_to(a, n).copy(), np.broadcast_to(b, n).copy())
            assert same_bits(ufunc(a, b), want)
            assert same_bits(ufunc(a, b, out=np.zeros(2 * n, dtype)[::2]).copy(), want)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("dtype", TYPES)
def test_overlap(ufunc, dtype):
    """In place of either argument, of both, shifted, reversed: as if the inputs had been copied."""
    for n in (1, 2, 5, 40, 700):
        x, y = pool(dtype, n + 3)
        want = ufunc(x[:n], y[:n])
        for place in (0, 1):
            room = [x[:n].copy(), y[:n].copy()]
            ufunc(*room, out=room[place])
            assert same_bits(room[place], want)
        for lag in (1, 2, 3):
            room = x.copy()
            ufunc(room[:n], y[:n], out=room[lag : n + lag])
            assert same_bits(room[lag : n + lag], want), (n, lag)
            room = y.copy()
            ufunc(x[:n], room[:n], out=room[lag : n + lag][::-1])
            assert same_bits(room[lag : n + lag][::-1].copy(), want), (n, lag)


@pytest.mark.usefixtures("quiet")
def test_where(ufunc, real):
    """Only the elements asked for are computed, and nothing else is written or raises."""
    x, y = pool(real, 300)
    mask = np.random.default_rng(3).random(300) < 0.5
    out = np.full(300, 7, real)
    ufunc(x, y, out=out, where=mask)
    assert same_bits(out, np.where(mask, ufunc(x, y), out.dtype.type(7)))


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("dtype", TYPES)
def test_accumulate_and_outer(ufunc, dtype):
    """accumulate is one call after the other; outer is broadcasting; at is one call for every index."""
    x, y = pool(dtype, 120, special=False)
    for values in (x, x[::-1], x[::3]):
        want = [values[0]]
        for value in values[1:]:
            want.append(ufunc(want[-1], value))
        assert same_bits(ufunc.accumulate(values), np.array(want, dtype))
    table = x.reshape(6, 20)
    for axis in (0, 1):
        got = ufunc.accumulate(table, axis=axis)
        rows = np.moveaxis(table, axis, -1)
        assert same_bits(np.moveaxis(got, axis, -1).copy(), np.array([ufunc.accumulate(row) for row in rows]))
    assert same_bits(ufunc.outer(x[:40], y[:30]), ufunc(x[:40, None], y[None, :30]))
    indices = np.random.default_rng(1).integers(0, 9, 120)
    got, want = x[:9].copy(), x[:9].copy()
    ufunc.at(got, indices, y)
    for i, value in zip(indices, y, strict=True):
        want[i] = ufunc(want[i], value)
    assert same_bits(got, want)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("dtype", TYPES)
def test_methods_in_place(ufunc, dtype):
    """Outputs in the memory of the input, the same or shifted: as if the input had been copied."""
    x, y = pool(dtype, 120, special=False)
    want = ufunc.accumulate(x)
    for lag in (0, 1, 3):
        room = np.concatenate([x, x])
        ufunc.accumulate(room[:120], out=room[lag : 120 + lag])
        assert same_bits(room[lag : 120 + lag], want), lag
    starts = [0, 7, 8, 60, 30]
    want = ufunc.reduceat(x, starts)
    for lag in (0, 1, 5):
        room = x.copy()
        ufunc.reduceat(room, starts, out=room[lag : 5 + lag])
        assert same_bits(room[lag : 5 + lag], want), lag
    want = ufunc.outer(x[:9], y[:9])
    room = np.concatenate([x[:9], y[:72]])
    ufunc.outer(room[:9], room[9:18], out=room.reshape(9, 9))
    assert same_bits(room.reshape(9, 9), want)
    room, want, indices = x[:9].copy(), x[:9].copy(), [3, 0, 3, 8, 1, 2, 2, 7, 5]
    ufunc.at(room, indices, room[::-1])
    for i, value in zip(indices, x[:9][::-1], strict=True):
        want[i] = ufunc(want[i], value)
    assert same_bits(room, want)


@pytest.mark.parametrize(("x", "y"), list(itertools.product(f"{WHOLE}efdg", repeat=2)))
def test_types_of_np_logaddexp(isa, x, y):
    """Where one argument is a float, or Python's number: the type that np.logaddexp has."""
    theirs = np.logaddexp(np.ones(3, x), np.zeros(3, y)).dtype
    for name in ("logaddexp", "logsubexp", "softminimum"):
        got = tables[isa][name](np.ones(3, x), np.zeros(3, y))
        assert got.dtype == (theirs if {x, y} & set("efdg") else np.float64)
        if x in "efdg":
            for number in (0, 0.5):
                assert tables[isa][name](np.ones(3, x), number).dtype == np.logaddexp(np.ones(3, x), number).dtype


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("dtype", TYPES)
def test_reduce_without_identity(isa, dtype):
    """logsubexp and log_prob: one call after the other, whatever the axis; of nothing, an error."""
    for name in ("logsubexp", "log_prob"):
        f = tables[isa][name]
        x = pool(dtype, 60, special=False)[0].reshape(5, 12)
        for axis in (0, 1):
            want = [f.accumulate(row)[-1] for row in np.moveaxis(x, axis, -1)]
            assert same_bits(f.reduce(x, axis=axis), np.array(want, dtype))
        with pytest.raises(ValueError, match="no identity"):
            f.reduce(np.empty(0, dtype))
        with pytest.raises(ValueError, match="not reorderable"):
            f.reduce(x, axis=(0, 1))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_reduce(isa, dtype):
    """where=, initial=, keepdims, several axes, out, no element, reduceat: logaddexp and its mirror image."""
    unit = 8 * np.finfo(dtype).eps
    sizes = (20 + 4 * np.random.default_rng(2).standard_normal((5, 6, 70))).astype(dtype)
    mask = np.random.default_rng(3).random(sizes.shape) < 0.5
    for name, sign in (("logaddexp", 1), ("softminimum", -1)):
        f, x = tables[isa][name], sign * sizes

        def plain(values, axis, sign=sign):
            values = sign * values.astype("f8")
            top = values.max(axis=axis, keepdims=True, initial=-1e9)
            with np.errstate(divide="ignore"):
                return sign * (np.log(np.exp(values - top).sum(axis=axis)) + np.squeeze(top, axis))

        for axis in (0, 1, 2, (0, 1), (1, 2), (0, 2), (0, 1, 2)):
            want = plain(x, axis)
            np.testing.assert_allclose(f.reduce(x, axis=axis), want, rtol=unit)
            kept = f.reduce(x, axis=axis, keepdims=True)
            assert same_bits(np.squeeze(kept, axis), f.reduce(x, axis=axis))
            masked = np.where(mask, x, np.array(-sign * inf, dtype))
            np.testing.assert_allclose(f.reduce(x, axis=axis, where=mask), plain(masked, axis), rtol=unit)
            out = np.empty(np.shape(want), dtype)
            assert f.reduce(x, axis=axis, out=out) is out
            assert same_bits(out[()], f.reduce(x, axis=axis))
        flat = x.ravel()
        for n in (0, 1, 2, 30):
            values = np.append(flat[:n], np.array(sign * 1.5, dtype))
            np.testing.assert_allclose(f.reduce(flat[:n], initial=sign * 1.5), plain(values, 0), rtol=unit)
        assert same_bits(f.reduce(np.empty((3, 0), dtype), axis=1), np.full(3, -sign * inf, dtype))
        starts = [0, 5, 600, 599, 601, 2000]
        ends = [5, 600, 601, 601, 2000, len(flat)]
        want = [plain(flat[i:j], 0) for i, j in zip(starts, ends, strict=True)]
        want[2] = flat[600]
        np.testing.assert_allclose(f.reduceat(flat, starts), want, rtol=unit)
        room = flat.copy()
        f.reduce(room.reshape(30, 70), axis=1, out=room[:30])
        assert same_bits(room[:30], f.reduce(flat.reshape(30, 70), axis=1))


@pytest.mark.parametrize(("x", "y"), list(itertools.product(f"{WHOLE}efdg", repeat=2)))
def test_types_of_results(isa, name, x, y):
    """Two floats are promoted as NumPy does, two integers or booleans give float64, and labels never promote."""
    got = tables[isa][name](np.ones(3, x), np.zeros(3, y))
    floats = [kind for kind in (x, y) if kind in "efdg"]
    if not floats:
        assert got.dtype == "f8"
    elif len(floats) == 2:
        assert got.dtype == np.result_type(x, y)
    elif name == "log_prob" and x in "efdg":
        assert got.dtype == np.dtype(x)
        assert same_bits(got, tables[isa][name](np.ones(3, x), np.zeros(3, x)))
    else:
        assert got.dtype == tables[isa][name].resolve_dtypes((np.dtype(x), np.dtype(y), None))[2]
        assert got.dtype.kind == "f"


def test_python_numbers(ufunc):
    """Python's numbers follow the type of the other argument; alone they give float64."""
    for kind in (np.float16, np.float32, np.float64, np.longdouble):
        assert type(ufunc(kind(2), 1)) is kind
        assert type(ufunc(kind(2), 0.5)) is kind
        assert type(ufunc(2, kind(0.5))) is kind
    assert type(ufunc(2, 1)) is type(ufunc(2.0, True)) is np.float64
    assert type(ufunc([2.0], [1])[0]) is np.float64


@pytest.mark.parametrize("value", [1j, "a", None, np.datetime64("2026-01-01"), np.array([object()])])
def test_wrong_types(ufunc, value):
    """Complex numbers, text, dates, objects: TypeError, in either place."""
    with pytest.raises(TypeError):
        ufunc(value, 1.0)
    with pytest.raises(TypeError):
        ufunc(1.0, value)
    with pytest.raises(TypeError):
        ufunc(1.0)


def test_shapes_that_do_not_fit(ufunc):
    """NumPy's own errors."""
    with pytest.raises(ValueError, match="could not be broadcast"):
        ufunc(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="non-broadcastable output"):
        ufunc(np.ones(3), 0.5, out=np.empty(1))


@pytest.mark.parametrize("other", fma_sets(tables)[1:])
@pytest.mark.usefixtures("quiet")
def test_sets_agree(name, dtype, other):
    """AVX2 and AVX-512: the same bits at every length, stride and alignment, and from the methods."""
    f, g = tables[fma_sets(tables)[0]][name], tables[other][name]
    x, y = pool(dtype, 2100)
    for n in LENGTHS:
        for step, start in ((1, 0), (1, n % 5), (2, 1), (-1, 3)):
            a, b = x[start:][::step][:n], y[start:][::step][:n]
            assert same_bits(f(a, b), g(a, b)), (n, step)
        assert same_bits(f(x[:n], y[3]), g(x[:n], y[3])), n
    x = pool(dtype, 1100, special=False)[0]
    assert same_bits(f.accumulate(x), g.accumulate(x))
    assert same_bits(f.outer(x[:50], x[50:150]), g.outer(x[:50], x[50:150]))
    if FUNCTIONS_OF_TWO[name].identity is not None:
        for n in LENGTHS:
            assert same_bits(f.reduce(x[:n]), g.reduce(x[:n])), n


@pytest.mark.parametrize(
    "test", ["test_logaddexp_values", "test_logaddexp_range", "test_inf", "test_nan", "test_reduce"]
)
def test_numpys_own_tests(test, monkeypatch):
    """NumPy's tests of np.logaddexp hold for ours."""
    theirs = pytest.importorskip("numpy._core.tests.test_umath")
    monkeypatch.setattr(np, "logaddexp", softufunc.logaddexp)
    getattr(theirs.TestLogAddExp(), test)()
