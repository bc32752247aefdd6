"""Errors in ULP of several formulas for one function, against tools/reference.py, and their plot."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np

from tools import reference

MIN_ERROR, MAX_ERROR = 0.03, 1e18
POINTS_PER_BIN = 6


def largest_errors(name: str, formula: Callable, x: np.ndarray) -> np.ndarray:
    """Return the largest error in ULP in each bin; a wrong infinity or zero counts as MAX_ERROR."""
    with np.errstate(all="ignore"):
        got = formula(x)
    errors = reference.ulp_error(got, reference.exact(name, x), x.dtype.str[1:])
    return np.clip(errors, MIN_ERROR, MAX_ERROR).reshape(-1, POINTS_PER_BIN).max(axis=1)


def plot_errors(name: str, formulas: dict[str, Callable], x: np.ndarray, around: float | None = None) -> None:
    """Plot the errors of the formulas, the ufunc last, at the sorted points x or over their distance from `around`."""
    _, axes = plt.subplots()
    places = x[::POINTS_PER_BIN] if around is None else abs(x[::POINTS_PER_BIN] - around)
    others = [("C1", "x"), ("C2", "+"), ("C3", "1")]
    styles = [*others[: len(formulas) - 1], ("C0", ".")]
    for (label, formula), (colour, marker) in zip(formulas.items(), styles, strict=True):
        errors = largest_errors(name, formula, x)
        axes.semilogy(places, errors, marker, color=colour, markersize=4.5, label=label)
    axes.axhline(1, color="C4", linewidth=1)
    axes.set(ylabel="error in ULP", ylim=(MIN_ERROR, 3 * MAX_ERROR), yticks=10.0 ** np.arange(0, 19, 3))
    if around is None:
        axes.set(xlabel="x")
    else:
        axes.set(xscale="log", xlabel=f"distance of x from {around:.4g}")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
