"""``.. themed-plot::`` is matplotlib's ``.. plot::``, drawn once for the light and once for the dark theme.

Plots use the colours ``C0``, ``C1``, ... only; each theme defines its own. ``C0`` is softufunc's.
"""

from pathlib import Path
from typing import ClassVar

from docutils.parsers.rst import directives
from matplotlib.sphinxext.plot_directive import PlotDirective

CURVES = {
    "light": ["#0b6fb8", "#c2410c", "#15803d", "#7e22ce", "#57534e"],
    "dark": ["#5eb3f5", "#fb923c", "#4ade80", "#c792f5", "#c4bfba"],
}
INK = {"light": "#3b4450", "dark": "#c3ccd6"}
PAGE = {"light": "#ffffff", "dark": "#14181e"}
"""the background of the page, behind the text of a legend"""
GRID = {"light": "#d3d8de", "dark": "#3a434f"}


def parameters(theme: str) -> dict:
    ink = INK[theme]
    return {
        "axes.edgecolor": ink,
        "axes.facecolor": "none",
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.labelcolor": ink,
        "axes.linewidth": 0.8,
        "axes.prop_cycle": f"cycler('color', {CURVES[theme]})",
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": ink,
        "axes.titlesize": 12,
        "legend.fontsize": 10.5,
        "figure.constrained_layout.use": True,
        "figure.figsize": (5.4, 3.5),
        "font.size": 11.5,
        "grid.color": GRID[theme],
        "grid.linewidth": 0.7,
        "legend.edgecolor": "none",
        "legend.facecolor": PAGE[theme],
        "legend.framealpha": 0.85,
        "lines.linewidth": 2,
        "savefig.facecolor": "none",
        "savefig.edgecolor": "none",
        "svg.hashsalt": "softufunc",
        "text.color": ink,
        "xtick.color": ink,
        "ytick.color": ink,
    }


class ThemedPlot(PlotDirective):
    """Take the same code and options as ``.. plot::``, but no file; ``:alt:`` is required."""

    required_arguments = 0
    optional_arguments = 0
    option_spec: ClassVar = {**PlotDirective.option_spec, "alt": directives.unchanged_required}

    def run(self):
        env = self.state.document.settings.env
        config = env.config
        shows_source = "include-source" in self.options
        messages = []
        # the plot inserted last comes first on the page, and shows the code
        for theme in ("dark", "light"):
            config.plot_rcparams = parameters(theme)
            self.options["class"] = [f"only-{theme}"]
            self.options["include-source"] = shows_source and theme == "light"
            # the file name contains this counter; MyST restarts it for each block of reStructuredText
            self.state_machine.document.attributes["_plot_counter"] = env.temp_data.get("themed plots", 0)
            messages += super().run()
            env.temp_data["themed plots"] = self.state_machine.document.attributes["_plot_counter"]
        return messages


def forget(app, env, docname) -> None:
    """Delete plots older than the data or the code here; matplotlib itself redraws if the page has changed."""
    here = Path(__file__).resolve().parent
    newest = max(file.stat().st_mtime for file in (*here.glob("*.py"), *here.parent.glob("data/*.json")))
    page = Path(app.doctreedir).parent / "plot_directive" / docname
    for file in page.parent.glob(f"{page.name}-*"):
        if file.stat().st_mtime < newest:
            file.unlink()


def setup(app):
    app.add_directive("themed-plot", ThemedPlot)
    app.connect("env-purge-doc", forget)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
