"""No memory outside the operands is read or written, for all lengths around the ends of loops.

Inputs are surrounded by nan, which would propagate to a result, and outputs by numbers that must not change.
"""

from functools import cache

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import BINARY, ELEMENTWISE, GUFUNCS, SUMS, is_inside, same_bits

pytestmark = pytest.mark.usefixtures("quiet")
GUARD = 64
"""elements on each side, more than a loop might access in excess"""
LONGEST = 2100
LENGTHS = sorted(
    {*range(35)}
    | {k * step + d for step in (16, 48, 64, 96) for k in (1, 2, 3, 5, 8) for d in (-1, 0, 1)}
    | {192 * k + d for k in (1, 2, 3, 4, 8) for d in (-9, -8, -7, -1, 0, 1, 7, 8, 9)}
    | {1536 - 1, 1536 + 1, LONGEST}
)
LONGDOUBLE = [0, 1, 2, 3, 17]
STRIDES = (1, 2, -1)


def lengths(dtype):
    return LONGDOUBLE if dtype == "g" else LENGTHS


@cache
def numbers(name, dtype):
    """Return an array in the domain for each input; of two, the first one is larger."""
    random = np.random.default_rng(20260103)
    ufunc = next(iter(tables.values()))[name]
    arrays = [random.uniform(0.05, 0.45, LONGEST).astype(dtype) for _ in range(ufunc.nin)]
    if ufunc.nin == 2:
        arrays[0] += arrays[0].dtype.type(0.5)
    inside = name in GUFUNCS or is_inside(name, *(x[:1] for x in arrays)).all()
    return arrays if inside else [-x for x in arrays]


@cache
def results(isa, name, dtype):
    """Return the results for `numbers`, computed with one call per element."""
    ufunc = tables[isa][name]
    n = max(lengths(dtype))
    rows = [ufunc(*(a[i] for a in numbers(name, dtype))) for i in range(n)]
    found = np.array(rows, dtype).reshape(n, ufunc.nout).T
    assert not np.isnan(found).any()  # a nan would hide reads of a guard
    return found


def guarded(n, dtype, stride, value):
    """Return (the buffer, a view of n elements with this stride)."""
    memory = np.full(2 * GUARD + n * abs(stride), value, dtype)
    view = memory[GUARD : GUARD + n * abs(stride)][::stride]
    return memory, view


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("stride", STRIDES)
def test_elements(isa, name, dtype, stride):
    """Elementwise ufuncs, with new outputs and in place of each input."""
    ufunc, x, want = tables[isa][name], numbers(name, dtype), results(isa, name, dtype)
    for n in lengths(dtype):
        sources = [guarded(n, dtype, stride, np.nan)[1] for _ in x]
        memories, outs = zip(*(guarded(n, dtype, stride, 7) for _ in want), strict=True)
        for source, a in zip(sources, x, strict=True):
            source[...] = a[:n]
        ufunc(*sources, out=outs)
        for memory, out, y in zip(memories, outs, want, strict=True):
            assert same_bits(out.copy(), y[:n]), n
            out[...] = 7
            assert (memory == 7).all(), n
        for place in range(len(x)):
            memory, source = guarded(n, dtype, stride, 7)
            source[...] = x[place][:n]
            given = [*sources[:place], source, *sources[place + 1 :]]
            ufunc(*given, out=(source, *outs[1:]))
            assert same_bits(source.copy(), want[0][:n]), n
            source[...] = 7
            assert (memory == 7).all(), n


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("stride", STRIDES)
def test_axes(isa, name, dtype, stride):
    """Gufuncs with a single row between guards."""
    ufunc, x = tables[isa][name], numbers(name, dtype)
    for n in lengths(dtype):
        rows = []
        for a in x:
            memory, row = guarded(n, dtype, stride, np.nan)
            row[...] = a[:n]
            rows.append(row)
        want = ufunc(*(np.ascontiguousarray(a[:n]) for a in x))
        assert not np.isnan(want)
        memory, out = guarded(1, dtype, 1, 7)
        ufunc(*rows, out=out.reshape(()))
        assert same_bits(out[0], want), n
        out[...] = 7
        assert (memory == 7).all(), n


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("stride", STRIDES)
def test_methods(isa, name, dtype, stride):
    """reduce and accumulate."""
    ufunc, x = tables[isa][name], numbers(name, dtype)[0]
    for n in lengths(dtype)[1:]:
        _, source = guarded(n, dtype, stride, np.nan)
        source[...] = x[:n]
        memory, out = guarded(1, dtype, 1, 7)
        ufunc.reduce(source, out=out.reshape(()))
        assert same_bits(out[0], ufunc.reduce(x[:n].copy())), n
        assert ufunc.identity is None or not np.isnan(out[0])
        out[...] = 7
        assert (memory == 7).all(), n
        if n > 300:
            continue
        memory, out = guarded(n, dtype, stride, 7)
        ufunc.accumulate(source, out=out)
        assert same_bits(out.copy(), ufunc.accumulate(x[:n].copy())), n
        out[...] = 7
        assert (memory == 7).all(), n
