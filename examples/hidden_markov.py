"""Fit hidden Markov models to the yearly numbers of large earthquakes, and compare them with published fits.

The numbers of earthquakes of magnitude 7 or more, 1900 to 2006, have a Poisson distribution whose mean depends on a
hidden state; the states of successive years are a Markov chain (W. Zucchini, I. L. MacDonald and R. Langrock, "Hidden
Markov Models for Time Series", second edition, 2016, chapter 4). The Baum-Welch algorithm runs on logarithms: one
logmatmulexp moves a row of them, one for each state, from a year to the next.
"""

import numpy as np

from softufunc import log_softmax, logmatmulexp, logsumexp, softmax

# fmt: off
EARTHQUAKES = np.array([
    13, 14, 8, 10, 16, 26, 32, 27, 18, 32, 36, 24, 22, 23, 22, 18, 25, 21, 21, 14, 8, 11, 14, 23, 18, 17, 19, 20, 22,
    19, 13, 26, 13, 14, 22, 24, 21, 22, 26, 21, 23, 24, 27, 41, 31, 27, 35, 26, 28, 36, 39, 21, 17, 22, 17, 19, 15, 34,
    10, 15, 22, 18, 15, 20, 15, 22, 19, 16, 30, 27, 29, 23, 20, 16, 21, 21, 25, 16, 18, 15, 18, 14, 10, 15, 8, 15, 6,
    11, 8, 7, 18, 16, 13, 12, 13, 20, 15, 16, 12, 18, 15, 16, 13, 15, 16, 11, 11])
# fmt: on
YEARS = len(EARTHQUAKES)
LOG_FACTORIAL = np.append(0, np.cumsum(np.log(np.arange(1, EARTHQUAKES.max() + 1))))[EARTHQUAKES]


def passes(start, step, emit):
    """Return the forward and the backward logarithms, with a row for each year and a column for each state."""
    forward, backward = np.empty_like(emit), np.zeros_like(emit)
    forward[0] = start + emit[0]
    for year in range(1, YEARS):
        forward[year] = logmatmulexp(forward[year - 1, np.newaxis], step)[0] + emit[year]
    for year in range(YEARS - 1, 0, -1):
        backward[year - 1] = logmatmulexp(step, (emit[year] + backward[year])[:, np.newaxis])[:, 0]
    return forward, backward


def fit(means, rounds=700):
    """Return the log-likelihood of the fitted model, and the mean of each state."""
    states = len(means)
    start, step = log_softmax(np.zeros(states)), log_softmax(3 * np.eye(states))
    for _ in range(rounds):
        emit = EARTHQUAKES[:, np.newaxis] * np.log(means) - means - LOG_FACTORIAL[:, np.newaxis]
        forward, backward = passes(start, step, emit)
        state = softmax(forward + backward)  # the probability of each state in each year
        pairs = logsumexp(forward[:-1, :, np.newaxis] + (emit + backward)[1:, np.newaxis], axis=0) + step
        start, step = log_softmax(forward[0] + backward[0]), log_softmax(pairs)
        means = EARTHQUAKES @ state / state.sum(axis=0)
    return logsumexp(forward[-1]), means


for means, published in ([15, 25], -341.8787), ([10, 20, 30], -328.5275):
    found, fitted = fit(np.array(means, float))
    print(f"{len(means)} states: log-likelihood {found:.4f} (published {published}), means {fitted.round(3)}")
    assert abs(found - published) < 1e-4
