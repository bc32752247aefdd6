"""Every memory layout gives the bits of the result for a single element or row."""

import itertools
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.common import unary_names
from tools.inputs import equal, first, fresh, ordinary, pool, results, same_bits, strided

pytestmark = pytest.mark.usefixtures("quiet")
LENGTHS = 201
STRIDES = (1, 2, 3, -1, -2, 5, -7, 16, 33)
"""in elements"""
THREE = [
    *itertools.product((1, 2, -1, -3), repeat=3),
    *[(3, -1, 2), (-2, 5, -1), (16, 1, 33), (1, -7, 5), (33, 16, 1), (-1, 1, 16), (5, -2, 1)],
]
"""strides of three arrays; for two arrays all pairs are tested"""
NEEDS_64_BITS = pytest.mark.skipif(sys.maxsize < 2**32, reason="needs 64-bit addresses")


def test_scalars_are_arrays_of_one(ufunc, single):
    """A NumPy scalar, a 0-d array and an array with one element give the same bits."""
    arrays, wants = single
    kind = arrays[0].dtype.type
    for numbers in zip(*(a[::9] for a in (*arrays, *wants)), strict=True):
        x, want = numbers[: ufunc.nin], numbers[ufunc.nin :]
        scalar, zero_d = results(ufunc, x), results(ufunc, [np.asarray(v) for v in x])
        assert all(type(v) is kind for v in (*scalar, *zero_d))
        assert equal(scalar, want)
        assert equal(zero_d, want)
        assert equal(results(ufunc, [np.asarray(v)[None] for v in x]), [np.array([v]) for v in want])
        out = tuple(np.empty((), kind) for _ in want)
        assert all(a is b for a, b in zip(results(ufunc, x, out=out), out, strict=True))
        assert equal(out, [np.asarray(v) for v in want])


def written(ufunc, calls, wants, width):
    """Return whether each call (inputs, start, n) writes exactly its results into a separate row of a table."""
    tables = [np.full((len(calls), width + 2), 7, y.dtype) for y in wants]
    expected = [table.copy() for table in tables]
    for line, (inputs, start, n) in enumerate(calls):
        ufunc(*inputs, out=tuple(table[line, 1 : n + 1] for table in tables))
        for table, y in zip(expected, wants, strict=True):
            table[line, 1 : n + 1] = y[start : start + n]
    return equal(tables, expected)


@pytest.mark.parametrize("name", unary_names())
def test_larger_than_the_caches(name, isa):
    """Results of more than 64 MiB, some of which bypass the caches: at several places in a cache line, and in place."""
    n, x = 2**24 + 999, np.concatenate([*ordinary(name, "f4", 5000), *pool(name, "f4")])
    y, x = (np.resize(a, n) for a in (tables[isa][name](x), x))
    for start in (0, 13):
        out = np.full(n + 32, 7, "f4")
        tables[isa][name](x, out=out[start : n + start])
        assert same_bits(out[start : n + start], y)
        assert (out[:start] == 7).all()
        assert (out[n + start :] == 7).all()
    assert same_bits(tables[isa][name](x, out=x), y)


def test_every_length(ufunc, single):
    """0 to 200 elements and some longer arrays, starting at every position in a vector; no other element is written."""
    arrays, wants = single
    lengths = [n for n in (*range(LENGTHS), 257, 600, 900) if n + 67 <= len(wants[0])]
    calls = [(first(arrays, n, n % 67), n % 67, n) for n in lengths]
    assert written(ufunc, calls, wants, max(lengths))


def test_every_length_strided(ufunc, single):
    """0 to 200 elements from strided inputs, with every stride."""
    arrays, wants = single
    for stride in STRIDES:
        buffers = [strided(x[:LENGTHS], stride) for x in arrays]
        assert written(ufunc, [(first(buffers, n), 0, n) for n in range(LENGTHS)], wants, LENGTHS), stride


def test_every_length_strided_output(ufunc, single):
    """0 to 200 elements into strided outputs."""
    arrays, wants = single
    for stride in (2, 3, -1, -5):
        outs = [strided(np.zeros(LENGTHS, y.dtype), stride) for y in wants]
        for n in range(LENGTHS):
            ufunc(*first(arrays, n), out=first(outs, n))
            if n % 20 == 0 or n < 35:
                assert equal(first(outs, n), first(wants, n)), (stride, n)
            for out in outs:
                out[...] = 0.375


def test_strides(ufunc, single):
    """Independent strides for each array; memory between the elements does not change."""
    arrays, wants = single
    count = ufunc.nargs
    more = [(*strides, *strides[: count - 3]) for strides in THREE]
    for strides in itertools.product(STRIDES, repeat=2) if count == 2 else more:
        for n in (1, 2, 17, 63, 200, 611):
            if n > len(wants[0]):
                continue
            views = [strided(x[:n], step) for x, step in zip(arrays, strides, strict=False)]
            buffers = [np.full(n * abs(step) + 2, 7, arrays[0].dtype) for step in strides[ufunc.nin :]]
            outs = [buffer[1:-1][:: abs(step)] for buffer, step in zip(buffers, strides[ufunc.nin :], strict=True)]
            outs = [out[::-1] if step < 0 else out for out, step in zip(outs, strides[ufunc.nin :], strict=True)]
            ufunc(*views, out=tuple(outs))
            assert equal(outs, first(wants, n)), (strides, n)
            for out in outs:
                out[...] = 7
            assert all((buffer == 7).all() for buffer in buffers), (strides, n)


def test_stride_zero(ufunc, single):
    """Broadcast inputs (stride 0), one at a time and all together."""
    arrays, wants = single
    count = len(wants[0])
    for i in range(0, count, 53):
        for n in (2, 8, 67, 1000):
            repeated = [np.broadcast_to(x[i], (n, *x.shape[1:])) for x in arrays]
            assert equal(results(ufunc, repeated), [np.full(n, y[i]) for y in wants])
    if ufunc.nin == 1:
        return
    for n in (1, 2, 19, 200, count):
        for place in range(ufunc.nin):
            inputs = list(first(arrays, n))
            inputs[place] = np.broadcast_to(inputs[place][n // 2], inputs[place].shape)
            want = results(ufunc, [x.copy() for x in inputs])
            assert equal(results(ufunc, inputs), want), (n, place)
            inputs[place] = inputs[place][0]
            assert equal(results(ufunc, inputs), want), (n, place)
            out = tuple(np.zeros(2 * n, y.dtype)[::2] for y in wants)
            ufunc(*inputs, out=out)
            assert equal(out, want), (n, place)


def test_odd_strides(ufunc, single):
    """Fields of packed records: neither start nor stride is a multiple of the item size, or the stride is odd."""
    arrays, wants = single
    names = "abc"[: ufunc.nin]
    for offset, size in itertools.product((1, 3, 9), (0, 1, 5)):
        fields = [(name, x.dtype, x.shape[1:]) for name, x in zip(names, arrays, strict=True)]
        records = np.zeros(len(wants[0]), [("before", f"V{offset}"), *fields, ("after", f"V{size}")])
        for name, x in zip(names, arrays, strict=True):
            records[name] = x
        inputs = [records[name] for name in names]
        assert records.dtype.itemsize == offset + sum(x[0].nbytes for x in arrays) + size
        assert equal(results(ufunc, inputs), wants)
        if ufunc.signature is None:
            out = (inputs[0], *fresh(wants[1:]))
            ufunc(*inputs, out=out)
            assert equal(out, wants)


def test_aligned_stride_that_is_no_multiple(ufunc, single):
    """Aligned elements with a stride that is not a multiple of the item size, if the alignment permits."""
    arrays, wants = single
    views = []
    for x in arrays:
        size = x[0].nbytes
        step = size + x.dtype.alignment if x.dtype.alignment < x.itemsize else size + 2
        formats = {"names": ["x"], "formats": [(x.dtype, x.shape[1:])], "itemsize": step}
        records = np.zeros(len(x), formats)
        records["x"] = x
        views.append(records["x"])
    assert equal(results(ufunc, views), wants)


def test_unaligned(ufunc, single):
    """Unaligned inputs and outputs."""
    arrays, wants = (first(part, 300) for part in single)
    for shift in range(1, 16):
        views = []
        for x in (*arrays, *wants):
            view = np.zeros(x.nbytes + 16, "u1")[shift : shift + x.nbytes].view(x.dtype).reshape(x.shape)
            view[...] = x
            views.append(view)
        inputs, outs = views[: ufunc.nin], tuple(views[ufunc.nin :])
        for out in outs:
            out[...] = 7
        assert equal(results(ufunc, inputs), wants), shift
        ufunc(*arrays, out=outs)
        assert equal(outs, wants), shift


def test_every_alignment_of_vectors(ufunc, single):
    """Inputs and outputs aligned to the element, not to the vector."""
    arrays, wants = (first(part, 300) for part in single)
    n = len(wants[0])
    for shift in range(17):
        views = [np.empty((n + 17, *x.shape[1:]), x.dtype)[shift + i : shift + i + n] for i, x in enumerate(arrays)]
        outs = tuple(np.empty(n + 17, y.dtype)[16 - shift : 16 - shift + n] for y in wants)
        for view, x in zip(views, arrays, strict=True):
            view[...] = x
        ufunc(*views, out=outs)
        assert equal(outs, wants), shift


def test_byte_swapped(ufunc, single):
    """Non-native byte order in inputs, outputs and both; new arrays have native byte order."""
    arrays, wants = single
    others = [x.astype(x.dtype.newbyteorder()) for x in arrays]
    assert not any(other.dtype.isnative for other in others)
    got = results(ufunc, others)
    assert all(y.dtype.isnative for y in got)
    assert equal(got, wants)
    for inputs in arrays, others:
        out = tuple(np.empty(y.shape, y.dtype.newbyteorder()) for y in wants)
        ufunc(*inputs, out=out)
        assert equal([y.astype(y.dtype.newbyteorder()) for y in out], wants)
    assert equal(results(ufunc, [other[::-2] for other in others]), [y[::-2] for y in wants])


SHAPES = [(7, 11), (2, 3, 5, 7), (1, 67), (67, 1), (16, 16)]


def test_order_and_axes(ufunc, single):
    """Fortran order, transposed, reversed and sliced arrays of several dimensions."""
    for shape in SHAPES:
        n = int(np.prod(shape))
        if n > len(single[1][0]):
            continue
        arrays, wants = ([x[:n].reshape(*shape, *x.shape[1:]) for x in part] for part in single)
        axes = len(shape)
        assert equal(results(ufunc, [np.asfortranarray(x) for x in arrays]), wants)
        turned = [x.transpose(*range(axes)[::-1], *range(axes, x.ndim)) for x in arrays]
        assert equal(results(ufunc, turned), [y.T for y in wants])
        assert equal(results(ufunc, arrays, order="F"), wants)
        last = (slice(None),) * (axes - 1) + (slice(None, None, 2),)
        assert equal(results(ufunc, [x[last] for x in arrays]), [y[last] for y in wants])
        assert equal(results(ufunc, [x[::-1, ::-1] for x in arrays]), [y[::-1, ::-1] for y in wants])
        out = tuple(np.empty(shape, y.dtype, order="F") for y in wants)
        ufunc(*arrays, out=out)
        assert equal(out, wants)
        if ufunc.signature is None:
            assert all(y.flags.f_contiguous for y in results(ufunc, [np.asfortranarray(x) for x in arrays]))


def test_broadcasting(ufunc, single):
    """Broadcast rows and columns, and inputs broadcast to larger outputs."""
    arrays, wants = (first(part, 35) for part in single)
    for n in (4,):
        rows = [np.broadcast_to(x, (n, *x.shape)) for x in arrays]
        assert equal(results(ufunc, rows), [np.tile(y, (n, 1)) for y in wants])
        columns = [np.broadcast_to(x[:, None], (len(x), n, *x.shape[1:])) for x in arrays]
        assert equal(results(ufunc, columns), [np.tile(y[:, None], (1, n)) for y in wants])
    out = tuple(np.empty((3, len(y)), y.dtype) for y in wants)
    ufunc(*arrays, out=out)
    assert equal(out, [np.tile(y, (3, 1)) for y in wants])
    if ufunc.nin == 2:
        x, t = arrays
        want = [[results(ufunc, (a, b)) for b in t[:9]] for a in x]
        got = results(ufunc, (x[:, None], t[None, :9]))
        assert equal(got, [np.array([[pair[i] for pair in row] for row in want]) for i in range(ufunc.nout)])


def test_read_only_input(ufunc, single):
    """Read-only inputs are accepted, read-only outputs are not."""
    arrays, wants = single
    assert not any(x.flags.writeable for x in arrays)
    assert equal(results(ufunc, arrays), wants)
    for place in range(ufunc.nout):
        out = list(fresh(wants))
        out[place].flags.writeable = False
        with pytest.raises(ValueError, match="read-only"):
            ufunc(*arrays, out=tuple(out))


def test_empty(ufunc, dtype):
    """Empty inputs give empty outputs of the same shape and type."""
    core = () if ufunc.signature is None else (3,)
    for shape in [(0,), (0, 3), (3, 0), (2, 0, 5)]:
        got = results(ufunc, [np.empty((*shape, *core), dtype)] * ufunc.nin)
        assert [(y.shape, y.dtype) for y in got] == [(shape, dtype)] * ufunc.nout
        got = results(ufunc, [np.empty((5, *shape, *core), dtype)[::2]] * ufunc.nin)
        assert equal(got, [np.empty((3, *shape), dtype)] * ufunc.nout)


@NEEDS_64_BITS
def test_strides_beyond_2_to_31_bytes(ufunc, single):
    """A few elements or rows spread over more than 2^31 bytes."""
    arrays, wants = (first(part, 35) for part in single)
    step = 2**26 // arrays[0][0].nbytes
    buffers = [np.zeros((step * 34 + 1, *x.shape[1:]), x.dtype) for x in arrays]
    for stride in (1, -1):
        views = [buffer[:: step * stride] for buffer in buffers]
        for view, x in zip(views, arrays, strict=True):
            assert abs(view.strides[0]) * 34 > 2**31
            view[...] = x
        assert equal(results(ufunc, views), wants)
        if ufunc.signature is None:
            out = (views[0], *fresh(wants[1:]))
            ufunc(*views, out=out)
            assert equal(out, wants)


def free_memory():
    """Return the available memory in bytes."""
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        available = re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text(encoding="ascii"))
        if available:
            return int(available[1]) * 1024
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):  # not available on Windows and macOS
        return 0


@NEEDS_64_BITS
@pytest.mark.parametrize("n", [2**28 + 1003])
def test_more_than_2_to_31_bytes(n):
    """In place over more than 2^31 bytes: every element is computed."""
    if free_memory() < 4 * 2**30:
        pytest.skip("less than 4 GiB of free memory")
    softplus = next(iter(tables.values()))["softplus"]
    x = np.zeros(n, "f8")
    assert x.nbytes > 2**31
    few = pool("softplus", "f8")[0][:300]
    want = softplus(few)
    places = [0, 2**27 - 150, 2**28 - 150, n - 300]
    for place in places:
        x[place : place + 300] = few
    softplus(x, out=x)
    for place in places:
        assert same_bits(x[place : place + 300], want), place
        x[place : place + 300] = softplus(0.0)
    assert x.min() == x.max() == softplus(0.0)
