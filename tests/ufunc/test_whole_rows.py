"""Gufuncs that give a row for a row, one element of it, or a matrix: layouts, axes, types and outputs.

A call for a single row is the reference: tests/numerics/test_whole_rows.py compares it with MPFR. Every other way to
compute the row has the same bits.
"""

import itertools
import tracemalloc

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import WHOLE_ROWS, rows_of, same_bits
from tools.reference import FACTS

pytestmark = pytest.mark.usefixtures("quiet")
CHOICES = [name for name in WHOLE_ROWS if FACTS[name].is_choice]
TRANSFORMS = [name for name in WHOLE_ROWS if FACTS[name].signature == "(n)->(n)"]
MATRICES = [name for name in WHOLE_ROWS if FACTS[name].core[0][0] != ("n",)]
CORE = [1, 2, 3, 15, 16, 17, 47, 100, 127, 128, 129, 512, 513, 1543]
"""row lengths around the sizes of vectors, row batches and chunks"""
AWKWARD = [np.inf, -np.inf, np.nan, 1e300, -1e300, 1e19, 3000.0, -5000.0]
WHOLE = "?bBhHiIlLqQ"
SHAPES = [(3, 5, 7), (2, 600, 3), (40, 2, 130), (1, 1, 1), (33, 20, 2), (17, 300, 16), (0, 3, 4)]


@pytest.fixture(params=WHOLE_ROWS)
def name(request):
    """Every gufunc of this kind."""
    return request.param


def awkward_rows(name, shape, dtype, changed):
    """Return inputs, with special values in some rows, and one row far from the others."""
    inputs = rows_of(name, shape, dtype, shape[-1])
    rows, n = shape
    with np.errstate(all="ignore"):
        odd = np.array(AWKWARD, dtype)
    for i in range(min(len(odd), rows - 1) if changed else 0):
        inputs[0][(5 * i) % rows, ..., i % n] = odd[i]
    if changed:
        inputs[0][rows // 2] += 200_000 if dtype not in ("e", "f2") else 3000
        inputs[0][-1, ..., :1] += 60
    return inputs


def one_by_one(ufunc, inputs):
    """Return the results of a call for each row."""
    return np.array([ufunc(*row) for row in zip(*inputs, strict=True)], inputs[0].dtype)


def spread_out(x, spread, order="C"):
    """Return x as a view with a stride between nans, in its first and its last dimension."""
    if x.dtype.kind in "iu":
        return np.repeat(x, abs(spread))[:: abs(spread)][:: spread // abs(spread)][:: spread // abs(spread)]
    memory = np.full([n * abs(spread) + 2 for n in x.shape], np.nan, x.dtype, order)
    view = memory[tuple(slice(1, n * abs(spread) + 1) for n in x.shape)]
    view = view[tuple(slice(None, None, spread) for _ in x.shape)]
    view[...] = x
    return view


@pytest.mark.parametrize("n", CORE)
def test_rows_at_once(ufunc, name, dtype, n):
    """Any number of rows, in several layouts and into several outputs: each row has the bits of a call for it alone."""
    # long doubles are computed one row at a time
    for rows, changed in itertools.product((1, 3) if dtype == "g" else (1, 2, 15, 16, 17, 33), (False, True)):
        inputs = awkward_rows(name, (rows, n), dtype, changed)
        want = one_by_one(ufunc, inputs)
        assert same_bits(ufunc(*inputs), want), (rows, changed)
        for order, spread in ("C", 1), ("F", 1), ("C", 2), ("F", -1):
            views = [spread_out(x, spread, order) for x in inputs]
            assert same_bits(ufunc(*views), want), (rows, changed, order, spread)
            out = spread_out(np.zeros_like(want), spread, order)
            assert ufunc(*views, out=out) is out
            assert same_bits(out.copy(), want), (rows, changed, order, spread)


@pytest.mark.parametrize("name", TRANSFORMS + CHOICES)
@pytest.mark.parametrize(
    "shape", [(3, 5, 7), (2, 600, 3), (40, 2, 130), (1, 1, 1), (33, 20, 2), (17, 300, 16), (0, 3, 4)]
)
def test_every_axis(ufunc, name, real, shape):
    """axis, axes and out for every axis, compared with calls for each row."""
    for axis in range(3):
        moved = list(rows_of(name, tuple(np.moveaxis(np.empty(shape), axis, -1).shape), real))
        x = np.ascontiguousarray(np.moveaxis(moved[0], -1, axis))
        want = np.empty(moved[0].shape[: None if name in TRANSFORMS else -1], real)
        for row in np.ndindex(moved[0].shape[:-1]):
            want[row] = ufunc(*(part[row] for part in moved))
        want = np.moveaxis(want, -1, axis) if name in TRANSFORMS else want
        axes = [axis, axis] if name in TRANSFORMS else [axis, (), ()]
        for given in x, np.asfortranarray(x):
            assert same_bits(ufunc(given, *moved[1:], axis=axis), want)
            assert same_bits(ufunc(given, *moved[1:], axis=axis - 3), want)
            assert same_bits(ufunc(given, *moved[1:], axes=axes), want)
            out = np.full((*want.shape, 2), 7, real)[..., 0]
            assert ufunc(given, *moved[1:], axis=axis, out=out) is out
            assert same_bits(out.copy(), want)


@pytest.mark.parametrize("name", TRANSFORMS + CHOICES)
@pytest.mark.parametrize("n", [100, 127, 128, 511, 512, 700, 9000])
def test_columns(ufunc, name, dtype, n):
    """Columns of a matrix of any width, also a power of two, into each layout: the bits of contiguous rows."""
    columns = 3 if dtype == "g" else 70
    (x, *labels) = awkward_rows(name, (columns, n), dtype, True)
    want = one_by_one(ufunc, (x, *labels))
    matrix = np.full((n, 1024), 9, dtype)
    given = matrix[:, 3 : 3 + columns]
    given[...] = x.T
    assert same_bits(ufunc(given, *labels, axis=0).T.copy(), want)
    every_other = spread_out(x.T, -2)
    assert same_bits(ufunc(every_other, *labels, axis=0).T.copy(), want)
    if dtype == "f8":
        whole = np.rint(np.nan_to_num(given, posinf=9, neginf=-9) % 100).astype("i4")
        assert same_bits(ufunc(whole, *labels, axis=0).T.copy(), ufunc(whole.T.astype("f8"), *labels))
    if name in CHOICES:
        return
    for lines in np.zeros((n, 1024), dtype), np.zeros((n, 1000), dtype):
        for place in np.s_[:, 5 : 5 + columns], np.s_[:, 5 : 5 + 2 * columns : 2], np.s_[:, columns:0:-1]:
            lines[...] = 7
            ufunc(given, axis=0, out=lines[place])
            assert same_bits(lines[place].T.copy(), want)
            lines[place] = 7
            assert (lines == 7).all()
            ufunc(x.T, axis=0, out=lines[place])
            assert same_bits(lines[place].T.copy(), want)
    ufunc(given, axis=0, out=given)
    assert same_bits(given.T.copy(), want)
    given[...] = 9
    assert (matrix == 9).all()


@pytest.mark.parametrize("name", TRANSFORMS)
def test_in_place(ufunc, name, dtype):
    """The output is the input, overlaps it, or is part of it."""
    for rows, n in itertools.product((1, 3, 16, 40), (1, 3, 100, 700)):
        (x,) = awkward_rows(name, (rows, n), dtype, True)
        want = ufunc(x)
        for axis in 0, 1:
            y = (x if axis else x.T).copy()
            assert ufunc(y, axis=axis, out=y) is y
            assert same_bits(y, want if axis else np.ascontiguousarray(want.T)), (rows, n, axis)
        memory = np.zeros((rows, n + 3), dtype)
        memory[:, :n] = x
        ufunc(memory[:, :n], out=memory[:, 3:])
        assert same_bits(memory[:, 3:].copy(), want), (rows, n)


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_matrices(ufunc, name, dtype):
    """Every layout, transposes, stacks and broadcasting: each element has the bits of a row and a column alone."""
    random = np.random.default_rng(5)
    for n, k, m in [(1, 1, 1), (1, 30, 17), (17, 30, 1), (5, 7, 33), (33, 7, 5), (2, 600, 2), (16, 16, 16)]:
        a, b = ((4 * random.standard_normal(shape)).astype(dtype) for shape in ((n, k), (k, m)))
        a[0, 0], b[-1, 0] = -np.inf, 200
        want = ufunc(a, b)
        alone = [[ufunc(a[i : i + 1], b[:, j : j + 1])[0, 0] for j in range(m)] for i in range(n)]
        assert same_bits(want, np.array(alone, dtype))
        assert same_bits(np.ascontiguousarray(ufunc(b.T, a.T).T), want)
        for order, spread in itertools.product("CF", (1, 2, -1)):
            out = spread_out(np.zeros_like(want), spread, order)
            ufunc(spread_out(a, spread, order), spread_out(b, spread, order), out=out)
            assert same_bits(out.copy(), want), (n, k, m, order, spread)
        stack = np.stack([a, a[::-1]])
        assert same_bits(ufunc(stack, b), np.stack([want, want[::-1]]))
        assert same_bits(ufunc(a, np.stack([b, b])[:, None]), np.broadcast_to(want, (2, 1, n, m)).copy())
        assert same_bits(ufunc(a.T, b.T, axes=[(1, 0), (1, 0), (0, 1)]), want)
    assert same_bits(ufunc(np.ones((2, 0), dtype), np.ones((0, 3), dtype)), np.full((2, 3), -np.inf, dtype))
    assert ufunc(np.ones((0, 2), dtype), np.ones((2, 3), dtype)).shape == (0, 3)


def test_empty(ufunc, name, dtype):
    """No rows, and rows without elements."""
    for shape in (0, 4), (2, 0, 3):
        inputs = rows_of(name, shape, dtype)
        got = ufunc(*inputs)
        assert got.size == 0
        assert got.dtype == dtype
        assert got.shape[: len(shape) - 1] == shape[:-1]
    if name in TRANSFORMS:
        assert ufunc(np.empty((3, 0), dtype)).shape == (3, 0)
        assert ufunc(np.empty((0, 3), dtype), axis=0).shape == (0, 3)
    if name in CHOICES:
        assert np.isnan(ufunc(np.empty((3, 0), dtype), 0)).all()


def test_floats_keep_their_type(ufunc, name):
    """The result has the type of the numbers; an index of any type does not change it."""
    for char in "efdg":
        inputs = rows_of(name, (2, 5), char)
        assert ufunc(*inputs).dtype == char
        if name in CHOICES:
            for kind in WHOLE:
                got = ufunc(inputs[0], np.array([1, 0]).astype(kind))
                assert same_bits(got, ufunc(inputs[0], [1, 0])), kind
            assert same_bits(ufunc(inputs[0], 1), ufunc(inputs[0], [1, 1]))
            for wanted in "efdg":
                for index in 1, np.int8(1), [1, 0]:
                    assert ufunc(inputs[0], index, dtype=wanted, casting="same_kind").dtype == wanted
    for kind in WHOLE:
        inputs = [np.abs(x).astype(kind) for x in rows_of(name, (2, 5), "f8")]
        assert same_bits(ufunc(*inputs), ufunc(*(x if x.ndim == 1 else x.astype("f8") for x in inputs))), kind
    assert ufunc(*(x.tolist() for x in rows_of(name, (2, 5), "f8"))).dtype == "f8"
    with pytest.raises(TypeError):
        ufunc(*(x.astype(complex) for x in rows_of(name, (2, 5), "f8")))


@pytest.mark.parametrize("name", CHOICES)
def test_index(ufunc, dtype):
    """An index out of range gives nan and raises invalid, of any size; a float is a TypeError. Nothing else is read."""
    x = np.linspace(-2, 3, 300).astype(dtype)
    want = ufunc(x, 299)
    assert np.isfinite(want)
    assert all(ufunc(x, kind(299)) == want for kind in (int, np.int16, np.uint64))
    for index in (-1, 300, 301, 2**40, -(2**63), np.uint64(2**64 - 1), np.uint64(2**63 + 1), np.int8(-1)):
        with np.errstate(invalid="raise"), pytest.raises(FloatingPointError, match="invalid"):
            ufunc(x, index)
        assert np.isnan(ufunc(x, index)), index
    many = np.full(40, 299)
    many[[3, 17, 39]] = 300
    got = ufunc(np.broadcast_to(x, (40, 300)), many)
    assert np.flatnonzero(np.isnan(got)).tolist() == [3, 17, 39]
    assert (got[~np.isnan(got)] == want).all()
    for wrong in (1.0, [0.5], "a", 1j, None):
        with pytest.raises(TypeError):
            ufunc(x, wrong)


@pytest.mark.parametrize("name", CHOICES)
def test_no_temporary(name):
    """The memory that a call takes does not grow with the number of rows."""
    ufunc = next(iter(tables.values()))[name]
    x, index = np.zeros((2000, 500)), np.zeros(2000, int)
    out = np.empty(2000)
    ufunc(x, index, out=out)
    tracemalloc.start()
    ufunc(x, index, out=out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000


def test_wrong_calls(ufunc, name):
    """Errors as of np.vecdot and np.matmul, and none of the methods of binary functions."""
    inputs = rows_of(name, (2, 5), "f8")
    for wrong in ({"axis": 4}, {"axis": (0, 1)}, {"where": True}, {"out": np.empty((7, 99))}):
        with pytest.raises((ValueError, TypeError)):
            ufunc(*inputs, **wrong)
    with pytest.raises((ValueError, TypeError)):
        ufunc(*[1.0] * ufunc.nin)
    with pytest.raises((ValueError, RuntimeError, TypeError)):
        ufunc.reduce(inputs[0])
    assert ufunc.signature == FACTS[name].signature


def test_between_guards(isa, name, dtype):
    """No element beyond the input is read, none beyond the output is written."""
    ufunc = tables[isa][name]
    for n in (1, 2, 3, 7, 16, 17, 100, 129, 600):
        for rows in (1, 5, 16, 18):
            inputs = rows_of(name, (rows, n), dtype, n)
            want = one_by_one(ufunc, inputs)
            around = []
            for x in inputs:
                memory = np.full(x.size + 200, np.nan if x.dtype.kind == "f" else 0, x.dtype)
                view = memory[100:-100].reshape(x.shape)
                view[...] = x
                around.append(view)
            memory = np.full(want.size + 200, 7, want.dtype)
            ufunc(*around, out=memory[100:-100].reshape(want.shape))
            assert same_bits(memory[100:-100].reshape(want.shape).copy(), want), (n, rows)
            assert (memory[:100] == 7).all()
            assert (memory[-100:] == 7).all()
