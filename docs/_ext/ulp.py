"""Errors in ULP of formulas in float64, against MPFR; needs NumPy, Matplotlib and gmpy2."""

import gmpy2
import matplotlib.pyplot as plt
import numpy as np


def ulp_errors(formula, exact, x):
    """Return the errors of `formula` at x, in ULP of the results of `exact`."""
    with np.errstate(all="ignore"):
        got = formula(x).tolist()
    with gmpy2.context(precision=300):
        want = [exact(gmpy2.mpfr(v)) for v in x.tolist()]
        units = np.spacing([abs(float(y)) for y in want]).tolist()
        triples = zip(got, want, units, strict=True)
        errors = [float(abs(y - z) / unit) for y, z, unit in triples]
    return np.nan_to_num(errors, nan=np.inf)


def plot_errors(formulas, exact, x, around=None):
    """Plot the largest error of each six neighbours, over x or |x - around|."""
    _, axes = plt.subplots()
    places = x[::6] if around is None else abs(x[::6] - around)
    for i, (label, formula) in enumerate(formulas.items()):
        errors = ulp_errors(formula, exact, x).reshape(-1, 6).max(axis=1)
        style = {"marker": ".x+^"[i], "linestyle": "", "markersize": 4.5, "zorder": 3 - i / 4}
        axes.semilogy(places, errors.clip(0.03, 1e18), **style, label=label)
    axes.axhline(1, color="C4", linewidth=1)
    axes.set(ylabel="error in ULP", ylim=(0.03, 3e18))
    axes.set(yticks=10.0 ** np.arange(0, 19, 3))
    if around is None:
        axes.set(xlabel="x")
    else:
        axes.set(xscale="log", xlabel=f"distance of x from {around:.4g}")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
