"""where=: masked-out elements are not changed, not computed, and raise no exception."""

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import ELEMENTWISE, SUMS, equal, first, fresh, normal_inputs, results, strided
from tools.reference import special_cases


def masks(n):
    """Return masks: empty, full, alternating, runs, random."""
    random, numbers = np.random.default_rng(n), np.arange(n)
    found = [numbers < 0, numbers >= 0, numbers % 2 == 0, numbers % 2 == 1, numbers % 9 < 5, random.random(n) < 0.9]
    return found + [random.random(n) < 0.5 for _ in range(3)]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_where(ufunc, single):
    """Several kinds of masks and strides, and one mask broadcast over the rows of a larger output."""
    for n in (1, 2, 16, 67, 200, 1009):
        arrays, wants = (first(part, n) for part in single)
        for mask in masks(n):
            kept = [np.where(mask, y, y.dtype.type(7)) for y in wants]
            for stride in (1, 2, -1):
                out = fresh(wants)
                ufunc(*(strided(x, stride) for x in arrays), out=out, where=mask)
                assert equal(out, kept), (n, stride)
        mask = masks(n)[5]
        grid = tuple(np.full((3, n), 7, y.dtype) for y in wants)
        ufunc(*arrays, out=grid, where=mask)
        assert equal(grid, [np.tile(np.where(mask, y, y.dtype.type(7)), (3, 1)) for y in wants])


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_masked_elements_raise_nothing(ufunc, name, dtype, raised):
    """Inputs that would raise exceptions are ignored if masked out, between strided elements, or outside the array."""
    raising = [x for x, _, exceptions in special_cases(name, dtype) if exceptions]
    good = normal_inputs(name, dtype)
    for bad in raising[:3] or [tuple(np.full_like(v, np.nan) for v in good)]:
        for n in range(70):
            places = np.arange(n + 140)
            mask = (places >= 70) & (places < 70 + n)
            around = [np.where(mask, v, b) for v, b in zip(good, bad, strict=True)]
            ufunc(*(x[70 : 70 + n] for x in around))
            out = tuple(np.zeros(n + 140, dtype) for _ in range(ufunc.nout))
            ufunc(*around, where=mask, out=out)
            between = [np.stack([np.full(n, b), np.full(n, v)], -1) for v, b in zip(good, bad, strict=True)]
            ufunc(*(x[:, 1] for x in between))
            ufunc(*(x[::-1, 1] for x in between))
            assert raised == set(), (bad, n)


@pytest.mark.parametrize("name", SUMS)
def test_gufuncs_have_no_where(ufunc, name):
    """Gufuncs do not accept `where`, like np.vecdot."""
    with pytest.raises(TypeError):
        np.vecdot(np.ones(3), np.ones(3), where=True)
    with pytest.raises(TypeError):
        results(ufunc, [np.ones(3)] * ufunc.nin, where=True)
    assert all(tables[isa][name].signature for isa in tables)
