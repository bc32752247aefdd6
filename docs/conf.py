"""Sphinx configuration; a page for each function is written before the sources are read."""

from pathlib import Path

import softufunc

project = "softufunc"
author = "the softufunc developers"
version = release = softufunc.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {"show_prev_next": False}
html_title = f"softufunc {version}"
html_copy_source = False

numpydoc_show_class_members = False
myst_heading_anchors = 3
doctest_test_doctest_blocks = "default"

PAGE = """\
{name}
{underline}

.. currentmodule:: softufunc

.. autofunction:: {name}
"""


def write_function_pages(app):
    folder = Path(app.srcdir) / "functions"
    folder.mkdir(exist_ok=True)
    for name in softufunc.__all__:
        page = folder / f"{name}.rst"
        text = PAGE.format(name=name, underline="=" * len(name))
        if not page.exists() or page.read_text() != text:
            page.write_text(text)
    for page in folder.glob("*.rst"):
        if page.stem not in softufunc.__all__:
            page.unlink()


def setup(app):
    app.connect("builder-inited", write_function_pages)
