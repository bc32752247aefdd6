"""Errors in ULP of several formulas for one function, against tools/reference.py, and their plot."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np

from tools import reference

LEAST, MOST = 0.03, 1e18
POINTS_OF_A_BIN = 6


def largest_errors(name: str, formula: Callable, x: np.ndarray) -> np.ndarray:
    """The largest error among every POINTS_OF_A_BIN neighbours, in ULP; a wrong infinity or zero counts as MOST."""
    with np.errstate(all="ignore"):
        got = formula(x)
    errors = reference.ulp_error(got, reference.exact(name, x), x.dtype.str[1:])
    return np.clip(errors, LEAST, MOST).reshape(-1, POINTS_OF_A_BIN).max(axis=1)


def plot_errors(name: str, formulas: dict[str, Callable], x: np.ndarray, around: float | None = None) -> None:
    """The errors of the formulas at x, which is sorted; with `around`, over the distance from there."""
    _, axes = plt.subplots()
    places = x[::POINTS_OF_A_BIN] if around is None else abs(x[::POINTS_OF_A_BIN] - around)
    markers = [*"x+1"[: len(formulas) - 1], "."]
    for (label, formula), marker in zip(formulas.items(), markers, strict=True):
        axes.semilogy(places, largest_errors(name, formula, x), marker, markersize=4.5, label=label)
    axes.axhline(1, color="C4", linewidth=1)
    axes.set(ylabel="error in ULP", ylim=(LEAST, 3 * MOST), yticks=10.0 ** np.arange(0, 19, 3))
    if around is None:
        axes.set(xlabel="x")
    else:
        axes.set(xscale="log", xlabel=f"distance of x from {around:.4g}")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
