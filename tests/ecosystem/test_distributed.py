"""dask.distributed with separate processes: functions are pickled, and results are those of a single process."""

import runpy
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from dask.base import tokenize
from distributed import Client, LocalCluster

from softufunc.hooks import register_dask

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "on_a_cluster.py"


@pytest.fixture(scope="module")
def client():
    """Two processes."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        yield client


def test_every_ufunc_is_sent(case, client):
    """A ufunc can be sent to another process, where its results have the same bits."""
    register_dask()  # for ufuncs with two outputs
    arrays = case.arrays("f4", 1000)
    for got, want in zip(case(*(da.from_array(a, chunks=300) for a in arrays)), case.want(*arrays), strict=True):
        assert np.array_equal(got.compute(), want)
    got = client.submit(case.f, *arrays, pure=False).result()
    assert np.array_equal(got, case.f(*arrays))
    assert client.submit(lambda f: f.__module__, case.f).result() == "softufunc"


def test_the_same_token(case):
    """dask's token of a function is deterministic, so that results can be cached."""
    assert tokenize(case.f) == tokenize(case.f)


def test_the_example():
    """With data larger than a worker's memory, results are those of a single process up to summation order."""
    alone, together = runpy.run_path(str(EXAMPLE))["run"]()
    for here, there in zip(alone, together, strict=True):
        np.testing.assert_allclose(there, here, rtol=1e-13)
    coefficients, loss, _ = together
    np.testing.assert_allclose(coefficients, [0.5, -1.0, 2.0, 0.25], atol=0, rtol=0.02)
    assert 0 < loss < np.log(2)
