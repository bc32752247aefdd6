"""numpy.ma: domains are masked after register_numpy_ma(), and sums have forms that leave masked elements out."""

import numpy as np
import pytest

import softufunc
from softufunc import log_likelihood, log_prob, logaddexp, logsumexp, softminimum
from softufunc.hooks import register_numpy_ma
from tools.inputs import ELEMENTWISE, normal_inputs

inf, nan = np.inf, np.nan
OUTSIDE = {
    "logit": ([-0.5, 0.0, 0.5, 1.0, 2.0, inf, nan], [1, 1, 0, 1, 1, 1, 0]),
    "softplusinv": ([-1.0, 0.0, 1.0, inf, -inf, nan], [1, 1, 0, 0, 1, 0]),
    "softminusinv": ([1.0, 0.0, -1.0, -inf, inf, nan], [1, 1, 0, 0, 1, 0]),
    "log1mexp": ([1.0, 0.0, -1.0, -inf, inf, nan], [1, 1, 0, 0, 1, 0]),
}


@pytest.fixture(autouse=True)
def domains(monkeypatch):
    """The hook, taken back after the test."""
    monkeypatch.setattr(np.ma.core, "ufunc_domain", dict(np.ma.core.ufunc_domain))
    monkeypatch.setattr(np.ma.core, "ufunc_fills", dict(np.ma.core.ufunc_fills))
    register_numpy_ma()


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.filterwarnings("ignore:invalid value", "ignore:divide by zero")
def test_outside_the_domain(name):
    """What np.log masks: numbers outside, and poles; not infinite limits and nan."""
    x, outside = OUTSIDE[name]
    got = getattr(softufunc, name)(np.ma.array(x))
    assert got.mask.tolist() == list(map(bool, outside))
    assert np.log(np.ma.array([-1.0, 0.0, inf, nan])).mask.tolist() == [True, True, False, False]
    masked = getattr(softufunc, name)(np.ma.array(x, mask=np.arange(len(x)) == 2))
    assert masked.mask[2]


@pytest.mark.filterwarnings("ignore:invalid value", "ignore:divide by zero")
def test_two_inputs():
    """logsubexp where its argument is not positive; a mask of either input."""
    x, y = np.ma.array([1.0, 0.0, 0.0, 3.0], mask=[0, 0, 0, 1]), np.ma.array([0.0, 0.0, 1.0, 0.0])
    assert softufunc.logsubexp(x, y).mask.tolist() == [False, True, True, True]
    assert logaddexp(x, y).mask.tolist() == [False, False, False, True]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_inside_the_domain(name):
    """Nothing is masked, and the results are those of plain arrays."""
    f, arrays = getattr(softufunc, name), [np.atleast_1d(x) for x in normal_inputs(name, "f8")]
    got, want = f(*map(np.ma.array, arrays)), f(*arrays)
    for mine, theirs in zip(got if f.nout > 1 else [got], want if f.nout > 1 else [want], strict=True):
        assert not np.ma.getmaskarray(mine).any()
        assert np.array_equal(mine.data, theirs)


def test_sums_of_what_is_not_masked():
    """filled() with what adds nothing: along every axis, and of all elements."""
    x = np.random.default_rng(1).standard_normal((5, 6))
    mask = np.random.default_rng(2).random((5, 6)) < 0.4
    mask[2] = True
    a = np.ma.array(x, mask=mask)
    for axis in (0, 1):
        kept = [x.T[i][~mask.T[i]] for i in range(6)] if axis == 0 else [x[i][~mask[i]] for i in range(5)]
        want = [logsumexp(row) for row in kept]
        np.testing.assert_allclose(logsumexp(a.filled(-inf), axis=axis), want, rtol=4e-16)
        np.testing.assert_allclose(logaddexp.reduce(a.filled(-inf), axis=axis), want, rtol=1e-14)
        np.testing.assert_allclose(logaddexp.reduce(x, axis=axis, where=~mask), want, rtol=1e-14)
        np.testing.assert_allclose(
            softminimum.reduce(a.filled(inf), axis=axis), [softminimum.reduce(r) for r in kept], rtol=1e-14
        )
    np.testing.assert_allclose(logaddexp.reduce(a.filled(-inf), axis=None), logsumexp(x[~mask]), rtol=4e-16)


def test_likelihood_of_what_is_not_masked():
    """A masked array of terms and its sum; or a logit of inf with the label 1, whose term is 0."""
    x = np.ma.array([0.5, -1.0, nan, 2.0], mask=[0, 1, 1, 0])
    t = np.array([1.0, 0.0, 1.0, 0.0])
    want = log_likelihood([0.5, 2.0], [1.0, 0.0])
    np.testing.assert_allclose(log_prob(x, t).sum(), want, rtol=4e-16)
    np.testing.assert_allclose(log_likelihood(x.filled(inf), np.where(x.mask, 1, t)), want, rtol=4e-16)
