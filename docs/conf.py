"""Sphinx configuration; the pages of the functions come from _ext/function_pages.py."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

import softufunc  # noqa: E402

project = "softufunc"
author = "the softufunc developers"
version = release = softufunc.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "matplotlib.sphinxext.plot_directive",
    "formulas",
    "function_pages",
    "measured",
    "themed_plot",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build"]
default_role = None
nitpicky = True
nitpick_ignore_regex = [
    # type descriptions of numpydoc, and NumPy objects, for which no intersphinx inventory is loaded
    ("py:class", r"array_like|ndarray|scalar|optional|None|tuple of .*"),
    ("py:obj", r"numpy\..*"),
]

html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    # no table of contents beside the wide tables
    "secondary_sidebar_items": {"**": ["page-toc"], "reference": []},
}
html_title = f"softufunc {version}"
html_copy_source = False
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["softufunc.css"]
html_math_renderer = "mathml"

numpydoc_show_class_members = False
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]
doctest_test_doctest_blocks = "default"
plot_formats = ["svg"]
plot_html_show_formats = False
plot_html_show_source_link = False
