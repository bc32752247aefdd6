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
    this, ufunc = FUNCTIONS[name], getattr(softufunc, name)
    if not this.is_gufunc:
        (draw_unary if this.nin == 1 else draw_binary)(this, ufunc)
    elif set(this.signature.split("->")[0].split(",")) == {"(n)"} and this.signature.endswith("->()"):
        draw_sums(this, ufunc)
    else:
        draw_rows(this, ufunc)


def draw_unary(this: Function, ufunc: np.ufunc) -> None:
    """Draw a curve for each output, and the derivative of a function with one output."""
    x = np.linspace(*interval(this), 1201)
    _, axes = plt.subplots()
    with np.errstate(all="ignore"):
        results = ufunc(x) if this.nout > 1 else [ufunc(x)]
    for name, y in zip(this.outputs or [f"{this.name}(x)"], results, strict=True):
        axes.plot(x, y, label=name, linewidth=2.4)
    if this.nout == 1:
        derivative = reference.expression(this.derivative[0], this.parameters)
        with reference.precisely():
            slope = [float(derivative(reference.to_mp(value))) for value in x[1:-1]]
        axes.plot(x[1:-1], slope, "--", label="derivative", linewidth=1.6)
    finish(axes, np.concatenate(results))


def draw_binary(this: Function, ufunc: np.ufunc) -> None:
    """Draw a panel for each output, with a curve for each second input."""
    x = np.linspace(-LIMIT, LIMIT, 1201)
    _, panels = plt.subplots(this.nout, sharex=True, squeeze=False, figsize=(5.4, 1 + 2.5 * this.nout))
    seconds = LABELS if this.label else NUMBERS
    for i, axes in enumerate(panels.flat):
        with np.errstate(all="ignore"):
            curves = [ufunc(x, second) if this.nout == 1 else ufunc(x, second)[i] for second in seconds]
        for second, y in zip(seconds, curves, strict=True):
            axes.plot(x, y, label=f"{this.parameters[1]} = {second:g}", linewidth=1.8)
        finish(axes, np.concatenate(curves), legend=i == 0)
        if this.nout > 1:
            axes.set(title=this.outputs[i], xlabel="x" if i == this.nout - 1 else "")


def draw_rows(this: Function, ufunc: np.ufunc) -> None:
    """Draw the elements of the result of a function of the row (x, 0, 1), or one for each index of an element."""
    x = np.linspace(-LIMIT, LIMIT, 1201)
    row = np.stack([x, np.zeros_like(x), np.ones_like(x)], axis=-1)
    if this.nin == 1:
        curves, title = ufunc(row).T, f"element of {this.name}([x, 0, 1])"
    elif "()" in this.signature.split("->")[0]:
        curves, title = [ufunc(row, k) for k in range(3)], f"{this.name}([x, 0, 1], {this.parameters[1]})"
    else:
        other = [[0, 1], [2, 0]]
        curves, title = ufunc(row[:, np.newaxis, :2], other)[:, 0].T, f"column of {this.name}([[x, 0]], {other})"
    _, axes = plt.subplots()
    for i, y in enumerate(curves):
        axes.plot(x, y, label=str(i), linewidth=1.8)
    finish(axes, np.concatenate(curves), legend=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, title=title, columnspacing=1)


def draw_sums(this: Function, ufunc: np.ufunc) -> None:
    """Draw a reduction of x and several zeros, or of four logits x with several labels."""
    x = np.linspace(-LIMIT, LIMIT, 1201)
    _, axes = plt.subplots()
    seen = []
    for n in (0, 1, 2, 4) if this.nin == 1 else range(5):
        if this.nin == 1:
            y, text = ufunc(np.column_stack([x, *[np.zeros_like(x)] * n])), str(n)
        else:
            labels = np.arange(4) < n
            y, text = ufunc(np.repeat(x[:, np.newaxis], 4, axis=1), labels), f"{n} of 4"
        axes.plot(x, y, label=text, linewidth=1.8)
        seen.append(y)
    finish(axes, np.concatenate(seen), legend=False)
    title = f"{this.name} of x and so many zeros" if this.nin == 1 else "labels that are 1"
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(seen), title=title, columnspacing=1)


def finish(axes, y, legend: bool = True) -> None:
    """Set labels, and limits that include the x axis and exclude infinities."""
    y = y[np.isfinite(y)]
    bottom, top = max(y.min(), -LIMIT), min(y.max(), LIMIT)
    margin = 0.06 * (top - bottom)
    axes.set(xlabel="x", ylim=(min(bottom, 0) - margin, max(top, 0) + margin))
    if legend:
        axes.legend(loc="best")


def description(this: Function) -> str:
    """Return the alternative text of the plot."""
    low, high = interval(this)
    return f"Plot of {this.name} for x from {low:g} to {high:g}"
