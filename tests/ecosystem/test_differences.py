"""docs/migrating.md: the results that change, and the tables of names for NumPy, SciPy, PyTorch and JAX."""

import re
from pathlib import Path

import jax
import numpy as np
import pytest
import torch
from scipy import special, stats

import softufunc

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "migrating.md").read_text(encoding="utf-8")
SHOWN = re.findall(
    r"`(\w+)\((.*?)\)` is (-?\d[\d.e-]*),\sand\s+(?:NumPy's|theirs|PyTorch's)\s+(-?\d[\d.e-]*\d|0)", PAGE
)
"""(function, arguments, result of softufunc, result of the other library)"""
OTHERS = {
    "logaddexp": [np.logaddexp],
    "sigmoid": [special.expit, lambda x: torch.sigmoid(torch.tensor(x, dtype=torch.float64))],
    "logit": [lambda p: torch.logit(torch.tensor(p, dtype=torch.float64))],
    "categorical_log_prob": [
        lambda x, k: -torch.nn.functional.cross_entropy(torch.tensor(x, dtype=torch.float64), torch.tensor(k))
    ],
    "softplus": [lambda x: torch.nn.functional.softplus(torch.tensor(x, dtype=torch.float64))],
}

ARRAYS = {
    "x": np.array([[-2.0, 0.5, 3.0], [1.0, -0.25, 0.0]]),
    "y": np.array([[1.0, 2.0, 3.0], [0.5, 4.0, 0.25]]),
    "p": np.array([[0.125, 0.5, 0.75], [0.25, 0.875, 0.375]]),
    "t": np.array([[0.0, 1.0, 1.0], [0.5, 0.0, 1.0]]),
    "w": np.array([[1.0, 2.0, 0.5], [3.0, 0.25, 1.0]]),
    "labels": np.array([2, 0]),
}
NUMBERS = {"k": 1, "dim": 1, "beta": 2.0, "eps": 0.25}
LIBRARIES = {
    "NumPy, SciPy": {"np": np, "special": special, "stats": stats, **ARRAYS},
    "PyTorch": {**vars(torch), **{name: torch.from_numpy(array) for name, array in ARRAYS.items()}},
    "JAX": {"lax": jax.lax, "nn": jax.nn, "numpy": jax.numpy, "scipy": jax.scipy, **ARRAYS},
}


def names():
    """List (library, expression there, expression here) of the tables; optax is not installed."""
    found = []
    for library in LIBRARIES:
        (tab,) = re.findall(rf"^::::{{tab-item}} {library}\n(.*?)^::::$", PAGE, re.MULTILINE | re.DOTALL)
        for there, here in re.findall(r"^\| (`.*?) \| (`.*?) \|", tab, re.MULTILINE):
            pairs = [(left, right) for left in re.findall("`(.*?)`", there) for right in re.findall("`(.*?)`", here)]
            found += [(library, *pair) for pair in pairs if not pair[0].startswith("optax.")]
    return found


@pytest.mark.parametrize(("library", "there", "here"), names())
def test_names(library, there, here):
    """Both expressions have the same value, also for two-dimensional arrays."""
    with jax.enable_x64(True):
        expected = np.asarray(eval(there, {**LIBRARIES[library], **NUMBERS}))
    got = np.asarray(eval(here, {**vars(softufunc), "np": np, **ARRAYS, **NUMBERS}))
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=1e-14)


def test_names_are_found():
    """Each table has rows."""
    assert {row[0] for row in names()} == set(LIBRARIES)
    assert len(names()) > 25


@pytest.mark.parametrize(("name", "arguments", "ours", "theirs"), SHOWN, ids=[row[0] for row in SHOWN])
def test_results(name, arguments, ours, theirs):
    """The numbers on the page."""
    x = eval(f"({arguments},)", {"np": np})
    assert getattr(softufunc, name)(*x) == float(ours)
    for other in OTHERS[name]:
        assert float(other(*x)) == float(theirs)


def test_every_comparison_is_found():
    """The regular expression finds the comparisons for all functions."""
    assert {row[0] for row in SHOWN} == set(OTHERS)


def test_float16():
    """SciPy's ufuncs have no float16 loop."""
    for other in special.expit, special.logit, special.log_expit:
        assert other(np.float16(0.5)).dtype == np.float64


def test_the_last_axis():
    """softufunc takes the last axis by default, SciPy all axes."""
    x = np.zeros((2, 3))
    assert softufunc.logsumexp(x).shape == (2,)
    assert special.logsumexp(x).shape == ()
    assert softufunc.softmax(x).sum() == pytest.approx(2)
    assert special.softmax(x).sum() == pytest.approx(1)
