"""The recipes of docs/recipes.md, against MPFR: the error of a few operations, without cancellation."""

import gmpy2
import numpy as np
import pytest

from softufunc import (
    categorical_log_prob,
    log1mexp,
    log_prob_0,
    log_prob_1,
    log_softmax,
    logaddexp,
    logsubexp,
    logsumexp,
    sigmoid,
    softmax,
    softplus,
)

RANDOM = np.random.default_rng(20261127)


def errors(got, exact):
    """The errors in ULP of the result; `exact` is called with 300 bits."""
    with gmpy2.context(precision=300):
        pairs = zip(got.tolist(), exact(), strict=True)
        return np.array([float(abs(gmpy2.mpfr(y) - want)) / np.spacing(abs(float(want))) for y, want in pairs])


def mp(x):
    return [gmpy2.mpfr(float(v)) for v in x]


@pytest.mark.parametrize("scale", [1.0, 10.0, 100.0])
def test_entropy(scale):
    """Both terms are positive; softplus(x) - x * sigmoid(x) has no digit left at x = 40."""
    x = np.append(scale * RANDOM.standard_normal(400), [40.0, -40.0, 0.0])
    a = np.abs(x)

    def exact():
        for v in mp(a):
            u = gmpy2.exp(-v)
            yield gmpy2.log1p(u) + v * u / (1 + u)

    assert errors(softplus(-a) + a * sigmoid(-a), exact).max() < 2.5
    lost = softplus(40.0) - 40.0 * sigmoid(40.0)
    assert abs(lost - (softplus(-40.0) + 40.0 * sigmoid(-40.0))) > 0.9 * abs(softplus(-40.0))


@pytest.mark.parametrize("gap", [1e-6, 1e-3, 1.0, 30.0])
def test_log_of_a_difference_of_sigmoids(gap):
    """Three terms of one sign; the difference of the sigmoids, or of their logarithms, loses half of the digits."""
    b = 3 * RANDOM.standard_normal(400)
    a = b + gap * RANDOM.uniform(0.5, 2, 400)

    def exact():
        for p, q in zip(mp(a), mp(b), strict=True):
            yield gmpy2.log(1 / (1 + gmpy2.exp(-p)) - 1 / (1 + gmpy2.exp(-q)))

    got = log_prob_1(a) + log_prob_0(b) + log1mexp(b - a)
    assert (errors(got, exact) * np.spacing(np.abs(got)) / np.abs(got)).max() < 5e-16
    if gap <= 1e-3:
        worse = errors(logsubexp(log_prob_1(a), log_prob_1(b)), exact)
        assert worse.max() > 100


@pytest.mark.parametrize("n", [1, 10, 10**6, 10**9])
def test_binomial(n):
    """Two terms of one sign; n log_prob(x, k / n) loses digits by the rounding of k / n where 1 - k / n is small."""
    x = 10 * RANDOM.standard_normal(400)
    k = np.where(RANDOM.random(400) < 0.5, RANDOM.integers(0, n + 1, 400), n - RANDOM.integers(0, 2, 400))

    def exact():
        for v, count in zip(mp(x), k.tolist(), strict=True):
            yield -count * gmpy2.log1p(gmpy2.exp(-v)) - (n - count) * gmpy2.log1p(gmpy2.exp(v))

    got = k * log_prob_1(x) + (n - k) * log_prob_0(x)
    assert (errors(got, exact) * np.spacing(np.abs(got)) / np.abs(got)).max() < 4e-16


@pytest.mark.parametrize("n", [2, 30, 1000])
def test_logmeanexp_and_weights(n):
    """logsumexp less log(n); with weights, their logarithms are added. The error is relative to log(n)."""
    x, w = 3 * RANDOM.standard_normal((50, n)) + RANDOM.uniform(-30, 30, (50, 1)), RANDOM.uniform(0.1, 2, n)

    def mean():
        for row in x:
            yield gmpy2.log(sum(gmpy2.exp(v) for v in mp(row)) / n)

    def weighted():
        for row in x:
            yield gmpy2.log(sum(f * gmpy2.exp(v) for v, f in zip(mp(row), mp(w), strict=True)))

    for got, exact in ((logsumexp(x) - np.log(n), mean), (logsumexp(x + np.log(w)), weighted)):
        assert (errors(got, exact) * np.spacing(np.abs(got))).max() < 2 * np.spacing(np.abs(x).max() + np.log(n))


@pytest.mark.parametrize("scale", [1.0, 10.0, 100.0])
@pytest.mark.parametrize("n", [2, 3, 30])
def test_shares(n, scale):
    """Entropy and effective number of softmax; all terms have one sign."""
    x = scale * RANDOM.standard_normal((200, n))
    x[0], x[1, 1:] = 0, -40

    def odds(row):
        terms = [gmpy2.exp(v) for v in mp(row)]
        return [sum(terms[:i] + terms[i + 1 :]) / term for i, term in enumerate(terms)]

    def entropy():
        for row in x:
            yield sum(gmpy2.log1p(r) / (1 + r) for r in odds(row))

    def number():
        for row in x:
            yield 1 / sum(1 / (1 + r) ** 2 for r in odds(row))

    p, log_p = softmax(x), log_softmax(x)
    assert errors(-np.sum(p * np.where(np.isneginf(log_p), 0, log_p), axis=1), entropy).max() < 6
    assert errors(1 / np.sum(p**2, axis=1), number).max() < 6


def test_gradient_of_a_class():
    """What docs/multiclass.md says: -expm1 of the log-probability is the probability of the other classes."""
    x = 20 * RANDOM.standard_normal((300, 4))

    def others():
        for row in x:
            terms = [gmpy2.exp(v) for v in mp(row)]
            yield sum(terms[1:]) / sum(terms)

    assert errors(-np.expm1(categorical_log_prob(x, 0)), others).max() < 3
    likely = x[:, 0] > x[:, 1:].max(axis=1) + 37
    assert likely.any()
    assert (1 - softmax(x)[likely, 0] == 0).all()


def test_small_logmeanexp():
    """Of small numbers: log1p of a mean of expm1, where logsumexp less log(n) cancels."""
    x, w = np.array([1e-10, 2e-10, -3e-11]), np.array([0.5, 0.25, 0.25])

    def exact():
        yield gmpy2.log(sum(f * gmpy2.exp(v) for v, f in zip(mp(x), mp(w), strict=True)))

    assert errors(np.array([np.log1p(w @ np.expm1(x))]), exact).max() < 3
    assert errors(np.array([logsumexp(x + np.log(w))]), exact).max() > 1e5


def test_other_axes():
    """logaddexp.reduce takes what a gufunc cannot: axis=None, several axes, scalars, a positional axis."""
    x = 3 * RANDOM.standard_normal((4, 5, 6))
    whole = logsumexp(x.ravel())
    assert logaddexp.reduce(x, axis=None) == whole
    np.testing.assert_allclose(logaddexp.reduce(x, axis=(1, 2)), logsumexp(x.reshape(4, 30)), rtol=1e-15)
    np.testing.assert_allclose(logaddexp.reduce(x, axis=(0, 1)), logsumexp(x.reshape(20, 6), axis=0), rtol=4e-15)
    np.testing.assert_allclose(logaddexp.reduce(x, 0), logsumexp(x, axis=0), rtol=4e-15)
    np.testing.assert_allclose(
        np.apply_over_axes(logaddexp.reduce, x.reshape(20, 6), 1)[:, 0], logsumexp(x).ravel(), rtol=1e-15
    )
    assert logaddexp.reduce(3.0) == logaddexp.reduce(3.0, axis=None) == 3.0
