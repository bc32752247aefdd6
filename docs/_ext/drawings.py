"""The plot on the page of a function."""

import matplotlib.pyplot as plt
import numpy as np

import softufunc
from tools import reference
from tools.facts import FUNCTIONS, Function

LIMIT = 6.0
LABELS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""second inputs to draw, if these are labels"""
NUMBERS = (-2.0, 0.0, 2.0)
"""second inputs to draw otherwise"""


def interval(this: Function) -> tuple[float, float]:
    """Return the domain of the function, clipped to [-LIMIT, LIMIT]."""
    return max(this.domain[0], -LIMIT), min(this.domain[1], LIMIT)


def draw(name: str) -> None:
    """Draw a curve for each output and each second input, and the derivative of a unary function."""
    this, ufunc = FUNCTIONS[name], getattr(softufunc, name)
    if this.is_gufunc:
        draw_sums(this, ufunc)
        return
    x = np.linspace(*interval(this), 1201)
    _, axes = plt.subplots()
    others = [()] if this.nin == 1 else [(value,) for value in (LABELS if this.label else NUMBERS)]
    seen = []
    for other in others:
        with np.errstate(all="ignore"):
            results = ufunc(x, *other)
        for i, y in enumerate(results if this.nout > 1 else [results]):
            axes.plot(x, y, label=label(this, i, other), linewidth=2.4 if others == [()] else 1.8)
            seen.append(y)
    if this.shape == (1, 1):
        derivative = reference.expression(this.derivative[0], this.parameters)
        with reference.precisely():
            slope = [float(derivative(reference.to_mp(value))) for value in x[1:-1]]
        axes.plot(x[1:-1], slope, "--", label="derivative", linewidth=1.6)
    finish(axes, np.concatenate(seen))


def draw_sums(this: Function, ufunc: np.ufunc) -> None:
    """Draw a reduction of x and several zeros, or of four logits x with several labels."""
    x = np.linspace(-LIMIT, LIMIT, 1201)
    _, axes = plt.subplots()
    seen = []
    for n in (0, 1, 2, 4) if this.nin == 1 else range(5):
        if this.nin == 1:
            y, text = ufunc(np.column_stack([x, *[np.zeros_like(x)] * n])), f"{n} zeros"
        else:
            labels = np.arange(4) < n
            y, text = ufunc(np.repeat(x[:, np.newaxis], 4, axis=1), labels), f"{n} of 4"
        axes.plot(x, y, label=text, linewidth=1.8)
        seen.append(y)
    finish(axes, np.concatenate(seen))
    title = "x and" if this.nin == 1 else "labels that are 1"
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(seen), title=title, columnspacing=1)


def finish(axes, y) -> None:
    """Set labels, and limits that include the x axis and exclude infinities."""
    y = y[np.isfinite(y)]
    bottom, top = max(y.min(), -LIMIT), min(y.max(), LIMIT)
    margin = 0.06 * (top - bottom)
    axes.set(xlabel="x", ylim=(min(bottom, 0) - margin, max(top, 0) + margin))
    axes.legend(loc="best")


def label(this: Function, output: int, other: tuple[float, ...]) -> str:
    if other:
        return f"{this.parameters[1]} = {other[0]:g}"
    return f"{this.name}(x)" if this.nout == 1 else this.outputs[output]


def description(this: Function) -> str:
    """Return the alternative text of the plot."""
    low, high = interval(this)
    return f"Plot of {this.name} for x from {low:g} to {high:g}"
