"""The plot on the page of a function."""

import matplotlib.pyplot as plt
import numpy as np
import reference
from facts import facts, second_argument

LIMIT = 6.0
SECOND = {"t": (0.0, 0.25, 0.5, 0.75, 1.0)}
"""the second arguments to draw, by the name of the argument: t is a label"""
USUALLY = (-2.0, 0.0, 2.0)


def interval(name: str) -> tuple[float, float]:
    """Where the function has values, and at most LIMIT away from 0."""
    low, high = getattr(facts(name).entry, "domain", (-np.inf, np.inf))
    return max(low, -LIMIT), min(high, LIMIT)


def draw(name: str) -> None:
    """One curve for each result and each second argument, and the derivative where the reference tells it."""
    if not facts(name).is_elementwise:
        draw_sums(name)
        return
    ufunc = facts(name).object
    low, high = interval(name)
    x = np.linspace(low, high, 1201)
    _, axes = plt.subplots()
    others = [()] if ufunc.nin == 1 else [(value,) for value in SECOND.get(second_argument(name), USUALLY)]
    seen = []
    for other in others:
        with np.errstate(all="ignore"):
            results = ufunc(x, *other)
        for i, y in enumerate(results if ufunc.nout > 1 else [results]):
            axes.plot(x, y, label=label(name, i, other), linewidth=2.4 if others == [()] else 1.8)
            seen.append(y)
    derivative = getattr(facts(name).entry, "derivative", None)
    if derivative is not None and ufunc.nin == ufunc.nout == 1:
        with reference.precisely():
            slope = [float(derivative(reference.to_mp(value))) for value in x[1:-1]]
        axes.plot(x[1:-1], slope, "--", label="derivative", linewidth=1.6)
    finish(axes, np.concatenate(seen))


def draw_sums(name: str) -> None:
    """What a sum over an axis does with one number x among zeros, or with one logit x for several labels."""
    ufunc = facts(name).object
    x = np.linspace(-LIMIT, LIMIT, 1201)
    _, axes = plt.subplots()
    seen = []
    for n in (0, 1, 2, 4) if ufunc.nin == 1 else range(5):
        if ufunc.nin == 1:
            y, text = ufunc(np.column_stack([x, *[np.zeros_like(x)] * n])), f"{n} zeros"
        else:
            labels = np.arange(4) < n
            y, text = ufunc(np.repeat(x[:, np.newaxis], 4, axis=1), labels), f"{n} of 4"
        axes.plot(x, y, label=text, linewidth=1.8)
        seen.append(y)
    finish(axes, np.concatenate(seen))
    title = "x and" if ufunc.nin == 1 else "labels that are 1"
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(seen), title=title, columnspacing=1)


def finish(axes, y) -> None:
    """Labels, and limits that show the axis and cut infinities off."""
    y = y[np.isfinite(y)]
    bottom, top = max(y.min(), -LIMIT), min(y.max(), LIMIT)
    margin = 0.06 * (top - bottom)
    axes.set(xlabel="x", ylim=(min(bottom, 0) - margin, max(top, 0) + margin))
    axes.legend(loc="best")


def label(name: str, result: int, other: tuple[float, ...]) -> str:
    if other:
        return f"{second_argument(name)} = {other[0]:g}"
    if facts(name).object.nout == 1:
        return f"{name}(x)"
    names = facts(name).results
    return names[result] if len(names) == facts(name).object.nout else f"{name}(x)[{result}]"


def description(name: str) -> str:
    """What the picture shows, for those who cannot see it."""
    low, high = interval(name)
    return f"Plot of {name} for x from {low:g} to {high:g}"
