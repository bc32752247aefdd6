"""Check the built documentation: python -m tools check docs FOLDER, the output folder of sphinx-build -b html.

Every public name has a page, the page of a function has all sections and plots for both themes, no plot occurs twice on
a page, and all internal links are valid. README.md, rendered as on PyPI, has a picture and tables, and its links are
whole addresses of files in the repository.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

import softufunc
from tools.check.docs_search import faults_of_search
from tools.common import ROOT, make_parser, repository

SECTIONS = {
    "Relations": ("Derivative", "Inverse"),
    "Special values": ("Special values",),
    "Accuracy": ("Accuracy",),
    "Names elsewhere": ("Other names",),
}
"""{section of a page: bullet points of the docstring that it shows}"""
# Sphinx writes these for its own use
GENERATED = {"search.html", "genindex.html"}


def read_pages(folder: Path) -> dict[Path, BeautifulSoup]:
    files = [file for file in folder.rglob("*.html") if "_static" not in file.parts]
    return {file: BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser") for file in files}


def faults_of_functions(folder: Path, pages: dict[Path, BeautifulSoup]) -> list[str]:
    """List what is missing on the pages of the public names."""
    found = []
    for name in softufunc.__all__:
        page = pages.get(folder / "functions" / f"{name}.html")
        thing = getattr(softufunc, name)
        if page is None:
            found.append(f"{name} has no page")
            continue
        if page.find(id=f"softufunc.{name}") is None:
            found.append(f"{name}: the page has no signature")
        if not isinstance(thing, np.ufunc):
            continue
        titles = {heading.contents[0] for heading in page.find_all("h2")}
        for section, points in SECTIONS.items():
            if section not in titles and any(f"\n* {point}: " in thing.__doc__ for point in points):
                found.append(f"{name}: the page has no section '{section}'")
        if page.find("math", display="block") is None and thing.nout == 1:
            found.append(f"{name}: the page has no formula")
        if ">>>" not in page.get_text():
            found.append(f"{name}: the page has no example")
        found += [f"{name}: no plot is {theme}" for theme in themes_lacking(page)]
    return found


def themes_lacking(page: BeautifulSoup) -> list[str]:
    return [theme for theme in ("only-light", "only-dark") if not page.select(f"img.plot-directive.{theme}")]


def repeated_plots(folder: Path, pages: dict[Path, BeautifulSoup]) -> list[str]:
    """List the pages on which a plot occurs twice."""
    found = []
    for file, page in pages.items():
        sources = [image["src"] for image in page.select("img.plot-directive")]
        again = len(sources) - len(set(sources))
        if again:
            found.append(f"{file.relative_to(folder)}: {again} of {len(sources)} plots are on it already")
    return found


def dead_links(folder: Path, pages: dict[Path, BeautifulSoup]) -> list[str]:
    """List broken internal links and images."""
    found = []
    for file, page in pages.items():
        if file.name in GENERATED:
            continue
        for tag in page.select("a[href], img[src], link[href], script[src]"):
            target = tag.get("href") or tag["src"]
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            known = pages.get(there)
            if not there.exists():
                found.append(f"{file.relative_to(folder)}: no file {target}")
            elif parts.fragment and known and not known.find(attrs={"id": unquote(parts.fragment)}):
                found.append(f"{file.relative_to(folder)}: no place {target}")
    return found


def faults_of_readme(text: str) -> list[str]:
    """Render the README, and list links that work only beside the sources and Markdown that stays as it is."""
    page = BeautifulSoup(MarkdownIt("commonmark").enable("table").render(text), "html.parser")
    found = [f"README.md: no {tag}" for tag in ("h1", "img", "table", "pre") if page.find(tag) is None]
    for tag in page.select("a[href], img[src]"):
        target = tag.get("href") or tag["src"]
        base, _, file = target.partition("/main/")
        if base.rpartition("/")[0] != repository() or not (ROOT / file).exists():
            found.append(f"README.md: {target} is no file in {repository()}")
    prose = [text for text in page.find_all(string=True) if not text.find_parent(["pre", "code"])]
    return found + [f"README.md: {text.strip()!r} is not rendered" for text in prose if "](" in text or "][" in text]


def main(arguments: list[str] | None = None) -> int:
    parser = make_parser("check docs", __doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="output folder of sphinx-build -b html")
    folder = parser.parse_args(arguments).folder.resolve()
    pages = read_pages(folder)
    faults = faults_of_functions(folder, pages) + repeated_plots(folder, pages) + dead_links(folder, pages)
    faults += faults_of_readme((ROOT / "README.md").read_text(encoding="utf-8"))
    pictures = sum(bool(page.select("img.plot-directive")) for page in pages.values())
    faults += faults_of_search(folder)
    print(*faults, f"{len(pages)} pages, {pictures} with plots; faults: {len(faults)}", sep="\n")
    return bool(faults) or not pages
