"""Compute a logistic regression and a log-sum-exp in several processes, on data larger than the memory of one of them.

dask splits the data into chunks and sends the functions to the workers; a ufunc is pickled by name. The results are
compared with those of a single process.
"""

import logging

import dask
import dask.array as da
import numpy as np
from distributed import Client, LocalCluster

from softufunc import log_prob, log_prob_grad, logaddexp, sigmoid, sigmoid_grad

COEFFICIENTS = np.array([0.5, -1.0, 2.0, 0.25])


def data(rows, rows_of_a_chunk):
    """Return random regressors and labels, generated lazily, chunk by chunk."""
    random = da.random.default_rng(1)
    regressors = random.normal(size=(rows, COEFFICIENTS.size), chunks=(rows_of_a_chunk, -1))
    labels = random.uniform(size=rows, chunks=rows_of_a_chunk) < sigmoid(regressors @ COEFFICIENTS)
    return regressors, labels


def fit(regressors, labels, steps=5):
    """Fit the coefficients by Newton's method. Return them and the mean cross-entropy."""
    coefficients = np.zeros(regressors.shape[1])
    for _ in range(steps):
        logits = regressors @ coefficients
        slope, curvature, loss = dask.compute(
            regressors.T @ log_prob_grad(logits, labels),
            regressors.T @ (regressors * sigmoid_grad(logits)[:, np.newaxis]),
            -log_prob(logits, labels).mean(),
        )
        coefficients += np.linalg.solve(curvature, slope)
    return coefficients, loss


def logsumexp(x):
    """Return log(sum(exp(x))) of a dask array; the chunks' results are reduced like elements."""
    return da.reduction(x, chunk=logaddexp.reduce, aggregate=logaddexp.reduce, dtype=x.dtype)


def run(rows=26_000_000, rows_of_a_chunk=100_000, memory="768MiB"):
    """Compute everything in this process and on two workers, and return both."""
    regressors, labels = data(rows, rows_of_a_chunk)
    with dask.config.set(scheduler="synchronous"):
        alone = *fit(regressors, labels), logsumexp(regressors @ COEFFICIENTS).compute()
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            memory_limit=memory,
            dashboard_address=":0",
            silence_logs=logging.ERROR,
        ) as cluster,
        Client(cluster) as client,
    ):
        share = min(worker["memory_limit"] for worker in client.scheduler_info()["workers"].values())
        print(f"{regressors.nbytes / 2**20:.0f} MiB of regressors, {share / 2**20:.0f} MiB for each worker")
        assert regressors.nbytes > share
        together = *fit(regressors, labels), logsumexp(regressors @ COEFFICIENTS).compute()
    return alone, together


if __name__ == "__main__":
    for here, there in zip(*run(), strict=True):
        print(here, "alone")
        print(there, "on two workers")
        np.testing.assert_allclose(there, here, rtol=1e-13)
