"""Every way in which NumPy can lay out an array gives the bits of the scalar result of each element."""

import os
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from inputs import pool, same_bits
from reference import FORMATS
from softufunc._ufuncs import tables

pytestmark = pytest.mark.usefixtures("quiet")
LENGTHS = range(201)
STRIDES = (1, 2, 3, -1, -2, 5, -7, 16, 33)
"""in elements"""


@cache
def one_by_one(isa, name, dtype):
    """(inputs, results): every input of the pool alone in a call."""
    ufunc = tables[isa][name]
    x = pool(name, dtype)
    with np.errstate(all="ignore"):
        y = np.array([ufunc(value) for value in x], dtype)
    y.flags.writeable = False
    return x, y


@pytest.fixture
def both(isa, name, dtype):
    return one_by_one(isa, name, dtype)


def strided(x, stride):
    """The elements of x at a stride, with other numbers between them."""
    room = np.full(max(1, len(x) * abs(stride)), 0.375, x.dtype)
    view = room[:: abs(stride)][: len(x)]
    view = view[::-1] if stride < 0 else view
    view[...] = x
    assert len(x) < 2 or view.strides[0] == stride * x.itemsize
    return view


def test_scalars_are_arrays_of_one(ufunc, both):
    """A NumPy scalar, a 0-d array and an array of one element give the same."""
    x, y = both
    for value, want in zip(x[::9], y[::9], strict=True):
        scalar, zero_d, one = ufunc(value), ufunc(np.array(value)), ufunc(np.array([value]))
        assert type(scalar) is type(zero_d) is x.dtype.type
        assert same_bits(scalar, want)
        assert same_bits(zero_d, want)
        assert same_bits(one, np.array([want]))
        out = np.empty((), x.dtype)
        assert ufunc(np.array(value), out=out) is out
        assert same_bits(out, np.array(want))


def test_every_length(ufunc, both):
    """0 to 200 elements, starting at every place within a vector, and not one element more is written."""
    x, y = both
    for n in LENGTHS:
        start = n % 67
        out = np.full(n + 2, 7, x.dtype)
        ufunc(x[start : start + n], out=out[1:-1])
        assert same_bits(out[1:-1], y[start : start + n]), n
        assert out[0] == out[-1] == 7, n


@pytest.mark.parametrize("out_stride", STRIDES)
@pytest.mark.parametrize("in_stride", STRIDES)
def test_every_pair_of_strides(isa, in_stride, out_stride):
    """Adjacent, spread, reversed: input and output independently; what lies between stays untouched."""
    for dtype in FORMATS:
        for name in ("softplus", "logit"):
            x, y = one_by_one(isa, name, dtype)
            for n in (2, 17, 63, 200, 611):
                view = strided(x[:n], in_stride)
                room = np.full(n * abs(out_stride) + 2, 7, dtype)
                out = room[1:-1][:: abs(out_stride)]
                out = out[::-1] if out_stride < 0 else out
                tables[isa][name](view, out=out)
                assert same_bits(out, y[:n])
                out[...] = 7
                assert (room == 7).all()


@pytest.mark.parametrize("stride", STRIDES)
def test_every_length_strided(ufunc, both, stride):
    """0 to 200 elements from a strided input."""
    x, y = both
    room = strided(x[:201], stride)
    for n in LENGTHS:
        assert same_bits(ufunc(room[:n]), y[:n]), n


@pytest.mark.parametrize("stride", [2, 3, -1, -5])
def test_every_length_strided_output(ufunc, both, stride):
    """0 to 200 elements into a strided output."""
    x, y = both
    out = np.empty(201 * abs(stride), x.dtype)[::stride]
    for n in LENGTHS:
        ufunc(x[:n], out=out[:n])
        assert same_bits(out[:n], y[:n]), n


def test_stride_zero(ufunc, both):
    """One element, repeated: broadcast input."""
    x, y = both
    for i in range(0, 1009, 53):
        for n in (2, 8, 67, 1000):
            assert same_bits(ufunc(np.broadcast_to(x[i], n)), np.full(n, y[i]))


@pytest.mark.parametrize("offset", [1, 3, 9])
@pytest.mark.parametrize("size", [0, 1, 5])
def test_odd_strides(ufunc, both, offset, size):
    """A column of packed records: neither start nor stride is a multiple of the item size, or the stride is odd."""
    x, y = both
    records = np.zeros(len(x), [("before", f"V{offset}"), ("x", x.dtype), ("after", f"V{size}")])
    records["x"] = x
    assert records.dtype.itemsize == offset + x.itemsize + size
    assert same_bits(ufunc(records["x"]), y)
    ufunc(records["x"], out=records["x"])
    assert same_bits(records["x"], y)


def test_aligned_stride_that_is_no_multiple(ufunc, both):
    """Aligned, but the stride is no multiple of the item size, where the type's alignment allows that."""
    x, y = both
    step = x.itemsize + x.dtype.alignment if x.dtype.alignment < x.itemsize else x.itemsize + 2
    records = np.zeros(len(x), {"names": ["x"], "formats": [x.dtype], "itemsize": step})
    records["x"] = x
    assert same_bits(ufunc(records["x"]), y)


def test_unaligned(ufunc, both):
    """Input and output at addresses that are no multiple of anything."""
    x, y = (part[:300] for part in both)
    memory = np.zeros(x.nbytes + 16, "u1")
    for shift in range(1, 16):
        view = memory[shift : shift + x.nbytes].view(x.dtype)
        view[...] = x
        assert same_bits(ufunc(view), y), shift
        ufunc(x, out=view)
        assert same_bits(view, y), shift


def test_every_alignment_of_vectors(ufunc, both):
    """Input and output aligned to the element, not to the vector."""
    x, y = (part[:300] for part in both)
    memory, results = np.empty(317, x.dtype), np.empty(317, x.dtype)
    for shift in range(17):
        view, out = memory[shift : shift + 300], results[16 - shift : 316 - shift]
        view[...] = x
        ufunc(view, out=out)
        assert same_bits(out, y), shift


def test_in_place(ufunc, both):
    """out= the input itself, adjacent, strided and reversed."""
    x, y = both
    for n in (*range(70), 200, 1009):
        for stride in (1, 3, -1):
            room = strided(x[:n], stride)
            assert ufunc(room, out=room) is room
            assert same_bits(room, y[:n]), (n, stride)


@pytest.mark.parametrize("n", [2, 9, 67, 150, 900])
def test_overlapping_output(ufunc, both, n):
    """Output shifted against the input in the same memory: as if the input had been copied before."""
    x, y = both
    for shift in (1, 2, 3, 7, 8, 16, 31, 64):
        for sources in (slice(0, n), slice(shift, n + shift)):
            targets = slice(shift, n + shift) if sources.start == 0 else slice(0, n)
            memory = np.resize(x, n + shift).copy()
            want = np.resize(y, n + shift)[sources]
            ufunc(memory[sources], out=memory[targets])
            assert same_bits(memory[targets], want), (shift, sources)
    for source, target in ((slice(None), slice(None, None, -1)), (slice(None, None, -1), slice(None))):
        memory = x[:n].copy()
        ufunc(memory[source], out=memory[target])
        assert same_bits(memory[target], y[:n][source])
    memory = np.resize(x, 2 * n).copy()
    ufunc(memory[:n], out=memory[::2])
    assert same_bits(memory[::2], np.resize(y, 2 * n)[:n])


def test_byte_swapped(ufunc, both):
    """The other byte order as input, as output, as both; the result of a new array is native."""
    x, y = both
    other = x.astype(x.dtype.newbyteorder())
    assert not other.dtype.isnative
    got = ufunc(other)
    assert got.dtype.isnative
    assert same_bits(got, y)
    out = np.empty(len(x), other.dtype)
    ufunc(other, out=out)
    assert same_bits(out.astype(x.dtype), y)
    assert same_bits(ufunc(other[::-2]), y[::-2])


@pytest.mark.parametrize("shape", [(7, 11), (2, 3, 5, 7), (1, 67), (67, 1), (16, 16)])
def test_order_and_axes(ufunc, both, shape):
    """Fortran order, transposed and sliced arrays of several dimensions."""
    n = int(np.prod(shape))
    x, y = (part[:n].reshape(shape) for part in both)
    assert same_bits(ufunc(np.asfortranarray(x)), y)
    assert ufunc(np.asfortranarray(x)).flags.f_contiguous
    assert same_bits(ufunc(x.T), y.T)
    assert same_bits(ufunc(x, order="F"), y)
    assert same_bits(ufunc(x[..., ::2]), y[..., ::2])
    assert same_bits(ufunc(x[::-1, ::-1]), y[::-1, ::-1])
    out = np.empty(shape, x.dtype, order="F")
    ufunc(x, out=out)
    assert same_bits(out, y)


def test_broadcasting(ufunc, both):
    """Rows and columns repeated, and an input spread over a larger output."""
    x, y = (part[:35] for part in both)
    assert same_bits(ufunc(np.broadcast_to(x, (4, 35))), np.tile(y, (4, 1)))
    assert same_bits(ufunc(np.broadcast_to(x[:, None], (35, 4))), np.tile(y[:, None], (1, 4)))
    out = np.empty((3, 35), x.dtype)
    ufunc(x, out=out)
    assert same_bits(out, np.tile(y, (3, 1)))


@pytest.mark.parametrize("n", [1, 2, 16, 67, 200, 1009])
def test_where(ufunc, both, n):
    """Masks: none, all, alternating, random, runs; what is masked out stays as it was."""
    x, y = (part[:n] for part in both)
    random = np.random.default_rng(n)
    numbers = np.arange(n)
    masks = [numbers < 0, numbers >= 0, numbers % 2 == 0, numbers % 2 == 1, numbers % 9 < 5, random.random(n) < 0.9]
    masks += [random.random(n) < 0.5 for _ in range(3)]
    for mask in masks:
        for stride in (1, 2, -1):
            out = np.full(n, 7, x.dtype)
            ufunc(strided(x, stride), out=out, where=mask)
            assert same_bits(out, np.where(mask, y, np.array(7, x.dtype)))
    grid = np.full((3, n), 7, x.dtype)
    ufunc(x, out=grid, where=masks[5])
    assert same_bits(grid, np.tile(np.where(masks[5], y, np.array(7, x.dtype)), (3, 1)))


def test_read_only_input(ufunc, both):
    """An input that may not be written is read, and a read-only output is refused."""
    x, y = both
    assert not x.flags.writeable
    assert same_bits(ufunc(x), y)
    with pytest.raises(ValueError, match="read-only"):
        ufunc(x, out=x)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 5)])
def test_empty(ufunc, dtype, shape):
    """Empty in, empty out, of the same shape and type."""
    y = ufunc(np.empty(shape, dtype))
    assert y.shape == shape
    assert y.dtype == dtype
    assert same_bits(ufunc(np.empty((5, *shape), dtype)[::2]), np.empty((3, *shape), dtype))


def free_memory():
    """Bytes that can be had without swapping."""
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        available = re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text(encoding="ascii"))
        if available:
            return int(available[1]) * 1024
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):  # Windows and macOS do not tell
        return 0


@pytest.mark.skipif(free_memory() < 4 * 2**30, reason="less than 4 GiB of free memory")
def test_more_than_2_to_31_bytes():
    """In place over 2^31 bytes and a little more: every element is computed, whatever its offset."""
    softplus = next(iter(tables.values()))["softplus"]
    n = 2**28 + 1003
    x = np.zeros(n, "f8")
    assert x.nbytes > 2**31
    few = pool("softplus", "f8")[:300]
    want = softplus(few)
    places = [0, 2**27 - 150, 2**28 - 150, n - 300]
    for place in places:
        x[place : place + 300] = few
    softplus(x, out=x)
    for place in places:
        assert same_bits(x[place : place + 300], want), place
        x[place : place + 300] = softplus(0.0)
    assert x.min() == x.max() == softplus(0.0)


def test_strides_beyond_2_to_31_bytes(ufunc, both):
    """Few elements, spread over more than 2^31 bytes of untouched zeros."""
    x, y = (part[:35] for part in both)
    step = 2**26 // x.itemsize
    room = np.zeros(step * 34 + 1, x.dtype)
    for stride in (1, -1):
        view = room[:: step * stride]
        assert abs(view.strides[0]) * 34 > 2**31
        view[...] = x
        assert same_bits(ufunc(view), y)
        ufunc(view, out=view)
        assert same_bits(view, y)
