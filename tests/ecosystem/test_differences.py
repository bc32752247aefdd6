"""The comparisons with NumPy, SciPy and PyTorch in docs/migrating.md."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import special

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
    "softplus": [lambda x: torch.nn.functional.softplus(torch.tensor(x, dtype=torch.float64))],
}


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


def test_logsumexp_sums_over_one_axis():
    """softufunc sums over the last axis by default, SciPy over all axes."""
    x = np.zeros((2, 3))
    assert softufunc.logsumexp(x).shape == (2,)
    assert special.logsumexp(x).shape == ()
