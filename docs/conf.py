"""Sphinx configuration; the pages of the functions come from _ext/function_pages.py."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

import softufunc  # noqa: E402
from tools.common import repository  # noqa: E402
from tools.facts import FUNCTIONS  # noqa: E402

project = "softufunc"
author = "the softufunc developers"
copyright = author
version = release = softufunc.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx_copybutton",
    "sphinx_design",
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
    "logo": {"text": f"softufunc {version}", "alt_text": "softufunc: documentation home"},
    "icon_links": [{"name": "Repository", "url": repository(), "icon": "fa-brands fa-github"}],
    "use_edit_page_button": True,
    "navbar_persistent": ["search-button"],
    "navbar_end": ["theme-switcher", "navbar-icon-links"],
    "header_links_before_dropdown": 6,
    "show_nav_level": 2,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
    # no table of contents beside the wide tables
    "secondary_sidebar_items": {
        "**": ["page-toc", "edit-this-page"],
        **{page: [] for page in ("index", "reference", "accuracy", "performance", "robustness")},
    },
}
html_sidebars = {"index": [], "getting_started": []}
html_context = {
    "edit_page_provider_name": "GitHub",
    # the page of a function is made from its facts
    "edit_page_url_template": repository()
    + "/edit/main/"
    + "{% if not file_name.startswith('functions/') %}docs/{{ file_name }}"
    + f"{{% elif file_name[10:-4] in {list(FUNCTIONS)} %}}src/softufunc/{{{{ file_name[:-4] }}}}.toml"
    + "{% else %}docs/_ext/function_pages.py{% endif %}",
}
html_logo = "_static/logo.svg"
html_favicon = "_static/logo.svg"
html_title = f"softufunc {version}"
html_copy_source = False
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["softufunc.css"]
html_math_renderer = "mathml"

numpydoc_show_class_members = False
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "dollarmath"]
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
doctest_test_doctest_blocks = "default"
plot_formats = ["svg"]
plot_html_show_formats = False
plot_html_show_source_link = False
