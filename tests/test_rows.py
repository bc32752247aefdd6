"""logsumexp and log_likelihood of many rows, which are computed several at once: the bits of each row alone."""

import numpy as np
import pytest
from inputs import same_bits
from softufunc._ufuncs import tables
from sums import BLOCK, LABELS, SUMS, TYPES, inputs_of

inf, nan = np.inf, np.nan
AWKWARD = [inf, -inf, nan, 1e300, -1e300, 3000.0, -5000.0]
"""what one row may have in it and its neighbours not; as much of it as the type holds"""


@pytest.mark.parametrize("n", [1, 2, 3, 15, 16, 17, 47, 48, 49, 127, 128, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
@pytest.mark.parametrize("name", list(SUMS))
def test_rows_at_once(name, isa, real, n, raised):
    """Any number of rows, in lanes or one by one, side by side or apart, between guards: the bits of each alone."""
    ufunc = tables[isa][name]
    for rows in (1, 2, 15, 16, 17, 33):
        inputs = inputs_of(name, (rows, n), real, n)
        with np.errstate(all="ignore"):
            odd = np.array(AWKWARD, real)
        for changed in (0, len(odd)):
            for i in range(min(changed, rows - 1)):
                inputs[0][(5 * i) % rows, i % n] = odd[i]
            if changed:
                inputs[0][rows // 2] += 200_000
            want = np.array([ufunc(*(x[row] for x in inputs)) for row in range(rows)])
            raised.clear()
            for order in "CF":
                for spread in (1, 2, -1):
                    views = []
                    for x in inputs:
                        room = np.full((rows * abs(spread) + 2, n + 2), nan, real, order)
                        view = room[1:-1, 1:-1][::spread]
                        view[...] = x
                        views.append(view)
                    out = np.full(rows + 2, 7, real)
                    assert same_bits(ufunc(*views), want), (rows, changed, order, spread)
                    ufunc(*views, out=out[1:-1])
                    assert same_bits(out[1:-1].copy(), want)
                    assert out[0] == out[-1] == 7
                    assert same_bits(ufunc(*(x[:, ::-1] for x in views)), ufunc(*(x[:, ::-1].copy() for x in inputs)))
            assert raised == set(), (rows, changed)


def test_rows_with_labels(isa):
    """Rows of labels of every type, of one row for all, of float16 logits."""
    f = tables[isa]["log_likelihood"]
    for dtype in TYPES:
        x, t = inputs_of("log_likelihood", (21, 5), dtype)
        want = np.array([f(a, b) for a, b in zip(x, t, strict=True)])
        for kind in LABELS:
            assert same_bits(f(x, t.astype(kind)), want), (dtype, kind)
            assert same_bits(f(x, t.astype(kind)[0]), np.array([f(a, t[0]) for a in x])), (dtype, kind)
