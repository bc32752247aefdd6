"""Nothing but the elements asked for is read or written: arrays between guards, at all lengths where loops end.

Inputs stand between nans, which would show in a result; outputs between numbers that have to stay.
"""

from functools import cache

import numpy as np
import pytest
from inputs import same_bits
from softufunc._ufuncs import tables

pytestmark = pytest.mark.usefixtures("quiet")
GUARD = 64
"""elements on each side: more than any vector, group or block that a loop might take too many"""
MOST = 2100
LENGTHS = sorted(
    {*range(35)}
    | {k * step + d for step in (16, 48, 64, 96) for k in (1, 2, 3, 5, 8) for d in (-1, 0, 1)}
    | {192 * k + d for k in (1, 2, 3, 4, 8) for d in (-9, -8, -7, -1, 0, 1, 7, 8, 9)}
    | {1536 - 1, 1536 + 1, MOST}
)
LONGDOUBLE = [0, 1, 2, 3, 17]
NAMES = list(next(iter(tables.values())))
STRIDES = (1, 2, -1)
NEGATIVE = ("softminusinv", "log1mexp")


def lengths(dtype):
    return LONGDOUBLE if dtype == "g" else LENGTHS


@cache
def numbers(name, dtype):
    """An array for each argument, inside the domain; of two, the first one is the larger one."""
    random = np.random.default_rng(20260103)
    ufunc = next(iter(tables.values()))[name]
    arrays = [random.uniform(0.05, 0.45, MOST).astype(dtype) for _ in range(ufunc.nin)]
    if ufunc.nin == 2:
        arrays[0] += arrays[0].dtype.type(0.5)
    return [-x for x in arrays] if name in NEGATIVE else arrays


@cache
def results(isa, name, dtype):
    """One result after the other of `numbers`, each alone in its call."""
    ufunc = tables[isa][name]
    n = max(lengths(dtype))
    rows = [ufunc(*(a[i] for a in numbers(name, dtype))) for i in range(n)]
    found = np.array(rows, dtype).reshape(n, ufunc.nout).T
    assert not np.isnan(found).any()  # a nan would hide that a guard was read
    return found


def guarded(n, dtype, stride, value):
    """(all of the memory, a view of n elements at this stride)"""
    room = np.full(2 * GUARD + n * abs(stride), value, dtype)
    view = room[GUARD : GUARD + n * abs(stride)][::stride]
    return room, view


@pytest.mark.parametrize("name", [name for name in NAMES if not tables["baseline"][name].signature])
@pytest.mark.parametrize("stride", STRIDES)
def test_elements(isa, name, dtype, stride):
    """Functions of one and of two arguments, of one and of two results, in fresh outputs and in place."""
    ufunc, x, want = tables[isa][name], numbers(name, dtype), results(isa, name, dtype)
    for n in lengths(dtype):
        sources = [guarded(n, dtype, stride, np.nan)[1] for _ in x]
        rooms, outs = zip(*(guarded(n, dtype, stride, 7) for _ in want), strict=True)
        for source, a in zip(sources, x, strict=True):
            source[...] = a[:n]
        ufunc(*sources, out=outs)
        for room, out, y in zip(rooms, outs, want, strict=True):
            assert same_bits(out.copy(), y[:n]), n
            out[...] = 7
            assert (room == 7).all(), n
        for place in range(len(x)):
            room, source = guarded(n, dtype, stride, 7)
            source[...] = x[place][:n]
            given = [*sources[:place], source, *sources[place + 1 :]]
            ufunc(*given, out=(source, *outs[1:]))
            assert same_bits(source.copy(), want[0][:n]), n
            source[...] = 7
            assert (room == 7).all(), n


@pytest.mark.parametrize("name", [name for name in NAMES if tables["baseline"][name].signature])
@pytest.mark.parametrize("stride", STRIDES)
def test_axes(isa, name, dtype, stride):
    """Functions of a whole axis: three rows side by side in memory, the second between the guards."""
    ufunc, x = tables[isa][name], numbers(name, dtype)
    for n in lengths(dtype):
        rows = []
        for a in x:
            room, row = guarded(n, dtype, stride, np.nan)
            row[...] = a[:n]
            rows.append(row)
        want = ufunc(*(np.ascontiguousarray(a[:n]) for a in x))
        assert not np.isnan(want)
        room, out = guarded(1, dtype, 1, 7)
        ufunc(*rows, out=out.reshape(()))
        assert same_bits(out[0], want), n
        out[...] = 7
        assert (room == 7).all(), n


@pytest.mark.parametrize("name", [name for name in NAMES if tables["baseline"][name].identity is not None])
@pytest.mark.parametrize("stride", STRIDES)
def test_methods(isa, name, dtype, stride):
    """reduce and accumulate of the functions of two arguments that have them."""
    ufunc, x = tables[isa][name], numbers(name, dtype)[0]
    for n in lengths(dtype)[1:]:
        _, source = guarded(n, dtype, stride, np.nan)
        source[...] = x[:n]
        room, out = guarded(1, dtype, 1, 7)
        ufunc.reduce(source, out=out.reshape(()))
        assert same_bits(out[0], ufunc.reduce(x[:n].copy())), n
        assert not np.isnan(out[0])
        out[...] = 7
        assert (room == 7).all(), n
        if n > 300:
            continue
        room, out = guarded(n, dtype, stride, 7)
        ufunc.accumulate(source, out=out)
        assert same_bits(out.copy(), ufunc.accumulate(x[:n].copy())), n
        out[...] = 7
        assert (room == 7).all(), n
