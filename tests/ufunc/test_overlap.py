"""Outputs that overlap inputs: results are those for copies of the inputs."""

import itertools

import numpy as np
import pytest

from tools.inputs import ELEMENTWISE, SUMS, equal, first, fresh, results, rows_of, same_bits, strided

pytestmark = pytest.mark.usefixtures("quiet")
LENGTHS = (*range(70), 200, 700, 1009)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_in_place(ufunc, single):
    """Each output in place of each input, contiguous, strided and reversed."""
    arrays, wants = single
    places = list(itertools.product(range(ufunc.nin), range(ufunc.nout)))
    for n, stride in itertools.product(LENGTHS, (1, 3, -1)):
        for source, target in places:
            inputs, outs = list(first(arrays, n)), list(fresh(first(wants, n)))
            inputs[source] = outs[target] = strided(inputs[source], stride)
            got = results(ufunc, inputs, out=tuple(outs))
            assert all(a is b for a, b in zip(got, outs, strict=True))
            assert equal(outs, first(wants, n)), (n, stride, source, target)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_shifted(ufunc, single):
    """An output that overlaps an input with a shift in either direction, forwards and reversed."""
    arrays, wants = single
    places = list(itertools.product(range(ufunc.nin), range(ufunc.nout)))
    for n, shift in itertools.product((1, 2, 9, 40, 67, 150, 300, 900), (1, 2, 3, 7, 8, 16, 31, 64)):
        for source, target in places:
            for start, step in itertools.product((0, shift), (1, -1)):
                memory = np.resize(arrays[source], n + shift)
                inputs, outs = list(first(arrays, n)), list(fresh(first(wants, n)))
                inputs[source] = memory[start : start + n]
                memory[start : start + n] = arrays[source][:n]
                end = shift - start
                outs[target] = memory[end : end + n][::step]
                ufunc(*inputs, out=tuple(outs))
                assert equal(outs, first(wants, n)), (n, shift, source, target, start, step)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_reversed_and_spread(ufunc, single):
    """An output in the memory of an input, reversed or with twice the stride."""
    arrays, wants = single
    for n in (2, 9, 67, 150, 500):
        for place, forwards in itertools.product(range(ufunc.nin), (True, False)):
            inputs, outs = list(first(arrays, n)), list(fresh(first(wants, n)))
            memory = inputs[place].copy()
            if not forwards:
                memory[...] = memory[::-1].copy()
            inputs[place], outs[0] = (memory, memory[::-1]) if forwards else (memory[::-1], memory)
            ufunc(*inputs, out=tuple(outs))
            assert equal(outs, first(wants, n)), (n, place, forwards)
            memory = np.resize(arrays[place], 2 * n)
            inputs[place], outs = memory[:n], list(fresh(first(wants, n)))
            outs[0] = memory[::2]
            ufunc(*inputs, out=tuple(outs))
            assert equal(outs, first(wants, n)), (n, place)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_outputs_that_overlap_each_other(ufunc, single):
    """Overlapping outputs: the second one is complete, the first one is kept where they do not overlap."""
    arrays, wants = single
    if ufunc.nout == 1:
        x = arrays[0][:300].copy()  # one output with twice the size of the inputs: both halves are equal
        out = np.empty((2, 300), x.dtype)
        ufunc(x, *first(arrays[1:], 300), out=out)
        assert same_bits(out, np.stack([wants[0][:300]] * 2))
        return
    for shift in (1, 7, 64):
        memory = np.zeros(300 + shift, arrays[0].dtype)
        ufunc(*first(arrays, 300), out=(memory[:300], memory[shift:]))
        assert same_bits(memory[300:], wants[1][300 - shift : 300])


@pytest.mark.parametrize("name", SUMS)
def test_output_in_a_row(ufunc, name, dtype):
    """An output of a gufunc that is part of an input."""
    for rows, n in itertools.product((1, 5, 40), (3, 40, 600)):
        for place, column in itertools.product(range(ufunc.nin), (0, n // 2, n - 1)):
            inputs = rows_of(name, (rows, n), dtype)
            want = ufunc(*inputs)
            ufunc(*inputs, out=inputs[place][:, column])
            assert same_bits(np.ascontiguousarray(inputs[place][:, column]), want), (rows, n, place, column)
