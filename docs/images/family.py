"""Draw the plot of the README: python docs/images/family.py [FILE] (default: docs/images/family.svg)."""

import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

import softufunc

# This grey is legible on white and on black.
GREY, BLUE, ORANGE = "#808080", "#2f81c7", "#d9730d"
LIMIT = 4
STYLE = {
    "svg.hashsalt": "family",
    "font.size": 13,
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.titlecolor": GREY,
    "text.color": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
}
# function, colour, line style, position of the label
PANELS = [
    [
        ("softplus", BLUE, "-", (-3.8, 0.25)),
        ("softplusinv", BLUE, "--", (0.75, -2.9)),
        ("softminus", ORANGE, "-", (1.6, -0.65)),
        ("softminusinv", ORANGE, "--", (-3.5, 2.9)),
    ],
    [
        ("sigmoid", BLUE, "-", (2.1, 1.15)),
        ("one_minus_sigmoid", ORANGE, "-", (-3.8, 1.15)),
        ("logit", BLUE, "--", (1.2, 3.0)),
    ],
]


def main(file):
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(9, 4.4), layout="constrained")
        x = np.linspace(-LIMIT, LIMIT, 801)
        for panel, curves in zip(axes, PANELS, strict=True):
            for name, colour, line, place in curves:
                with np.errstate(divide="ignore", invalid="ignore"):
                    y = getattr(softufunc, name)(x)
                panel.plot(x, y, line, color=colour, linewidth=2.4)
                panel.annotate(name, place, color=colour)
            panel.axline((0, 0), slope=1, color=GREY, linewidth=0.6, linestyle=":")
            panel.axhline(0, color=GREY, linewidth=0.6)
            panel.axvline(0, color=GREY, linewidth=0.6)
            panel.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), aspect="equal", xlabel="x")
            panel.spines[["top", "right"]].set_visible(False)
        figure.savefig(
            file,
            transparent=True,
            metadata={"Date": None, "Title": "softplus, softminus, sigmoid, one_minus_sigmoid and their inverses"},
        )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_suffix(".svg"))
