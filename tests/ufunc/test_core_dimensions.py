"""Core dimensions of gufuncs: the bits of a row do not depend on other rows, the layout or the axis."""

import itertools

import numpy as np
import pytest

from tools.inputs import SUMS, rows_of, same_bits, strided


@pytest.fixture(params=SUMS)
def name(request):
    """Every gufunc."""
    return request.param


AWKWARD = [np.inf, -np.inf, np.nan, 1e300, -1e300, 3000.0, -5000.0]
"""values for single rows of a batch"""
CORE = [1, 2, 3, 15, 16, 17, 47, 48, 49, 127, 128, 512, 513, 1543]
"""row lengths around the sizes of vectors, row batches and chunks"""


@pytest.mark.parametrize("n", CORE)
def test_rows_at_once(ufunc, name, real, n, raised):
    """Any number of rows, in several layouts, between guards: each result has the bits of a call for its row."""
    for rows in (1, 2, 15, 16, 17, 33):
        inputs = rows_of(name, (rows, n), real, n)
        with np.errstate(all="ignore"):
            odd = np.array(AWKWARD, real)
        for changed in (0, len(odd)):
            for i in range(min(changed, rows - 1)):
                inputs[0][(5 * i) % rows, i % n] = odd[i]
            if changed:
                inputs[0][rows // 2] += 200_000
            want = np.array([ufunc(*(x[row] for x in inputs)) for row in range(rows)])
            raised.clear()
            for order, spread in itertools.product("CF", (1, 2, -1)):
                views = []
                for x in inputs:
                    buffer = np.full((rows * abs(spread) + 2, n + 2), np.nan, real, order)
                    view = buffer[1:-1, 1:-1][::spread]
                    view[...] = x
                    views.append(view)
                out = np.full(rows + 2, 7, real)
                assert same_bits(ufunc(*views), want), (rows, changed, order, spread)
                ufunc(*views, out=out[1:-1])
                assert same_bits(out[1:-1].copy(), want)
                assert out[0] == out[-1] == 7
                assert same_bits(ufunc(*(x[:, ::-1] for x in views)), ufunc(*(x[:, ::-1].copy() for x in inputs)))
            assert raised == set(), (rows, changed)


@pytest.mark.usefixtures("quiet")
def test_layouts_of_a_row(ufunc, name, dtype):
    """Any stride along the core dimension gives the bits of a contiguous copy."""
    for n in (1, 2, 17, 100, 512, 513, 1200):
        inputs = rows_of(name, n, dtype)
        want = ufunc(*inputs)
        for stride in (2, 3, -1, -2, 7):
            spread = [strided(x, stride, np.nan) for x in inputs]
            assert same_bits(ufunc(*spread), want), (n, stride)
            assert same_bits(ufunc(spread[0], *inputs[1:]), want), (n, stride)
        assert same_bits(ufunc(*(x.astype(x.dtype.newbyteorder()) for x in inputs)), want)
        assert same_bits(ufunc(*(np.frombuffer(b"x" + x.tobytes(), "u1")[1:].view(dtype) for x in inputs)), want)
        repeated = [np.broadcast_to(x[:1], n) for x in inputs]
        assert same_bits(ufunc(*repeated), ufunc(*(x.copy() for x in repeated)))


@pytest.mark.parametrize("shape", [(3, 5, 7), (2, 600, 3), (40, 2, 520), (1, 1, 1), (33, 20, 2), (0, 3, 4)])
def test_every_axis(ufunc, name, dtype, shape):
    """axis, axes, keepdims and out for every axis, compared with a loop over the rows."""
    inputs = rows_of(name, shape, dtype)
    for axis in range(3):
        moved = [np.ascontiguousarray(np.moveaxis(x, axis, -1)) for x in inputs]
        want = np.empty(moved[0].shape[:-1], dtype)
        for row in np.ndindex(want.shape):
            want[row] = ufunc(*(x[row] for x in moved))
        for same in (axis, axis - 3):
            assert same_bits(ufunc(*inputs, axis=same), want)
            assert same_bits(ufunc(*inputs, axes=[*[same] * len(inputs), ()]), want)
            assert same_bits(ufunc(*inputs, axis=same, keepdims=True), np.expand_dims(want, axis))
            assert same_bits(ufunc(*(np.asfortranarray(x) for x in inputs), axis=same), want)
            out = np.full((*want.shape, 2), 7, dtype)[..., 0]
            assert ufunc(*inputs, axis=same, out=out) is out
            assert same_bits(np.ascontiguousarray(out), want)


@pytest.mark.parametrize("type_", [*"efd", "?", "i1", "u2", "i8"])
@pytest.mark.parametrize("n", [100, 127, 128, 511, 512, 513, 1300])
def test_columns(ufunc, name, type_, n):
    """Columns of matrices of any width, also a power of two, whole or every other one: the bits of contiguous rows."""
    x, *labels = (x.T for x in rows_of(name, (70, n), "f8"))
    x = np.abs(x).astype(type_)
    for kind in [x.dtype, "?", "i8"] if labels else [x.dtype]:
        t = [y.astype(kind) for y in labels]
        want = ufunc(*(np.ascontiguousarray(y.T) for y in (x, *t)))
        assert want.dtype == (type_ if type_ in "efd" else "d")
        for width in 200, 1024:
            views = []
            for y in (x, *t):
                for place in np.s_[:, 5:75], np.s_[:, 140:0:-2]:
                    matrix = np.ones((n, width), y.dtype)
                    matrix[place] = y
                    views.append(matrix[place])
            for given in itertools.product(*(views[i : i + 2] for i in range(0, len(views), 2))):
                assert same_bits(ufunc(*given, axis=0), want), width
            assert same_bits(ufunc(views[0], *(np.asfortranarray(y) for y in t), axis=0), want)


def test_empty_rows(ufunc, dtype):
    """Empty rows give the value of an empty row, on any axis."""
    rows = [np.empty((3, 0), dtype)] * ufunc.nin
    want = ufunc(*(x[0] for x in rows))
    assert same_bits(ufunc(*rows), np.full(3, want, dtype))
    assert same_bits(ufunc(*(x.T for x in rows), axis=0), np.full(3, want, dtype))
