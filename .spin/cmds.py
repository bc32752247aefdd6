"""One-word tasks for developers: spin build, test, ulp, bench, docs, lint."""

import sys
from pathlib import Path

import click
from spin import util

PASSED_ON = {"ignore_unknown_options": True, "help_option_names": []}
FOLDERS = ("src", "tools", "tests")


def python(*arguments):
    util.run([sys.executable, *arguments], replace=False)


@click.command()
def build():
    """🔧 Build the package and install it in the environment."""
    python("-m", "pip", "install", ".")


@click.command(context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1)
def test(arguments):
    """🧪 Run the tests; arguments go to pytest."""
    python("-m", "pytest", *arguments)


@click.command(context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1)
def ulp(arguments):
    """📏 Measure the errors in ULP; arguments go to tools/ulp.py."""
    python("tools/ulp.py", *(arguments or ["--all"]))


@click.command(context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1)
def bench(arguments):
    """⏱ Measure the time per element; arguments go to tools/bench.py."""
    python("tools/bench.py", *arguments)


@click.command()
def docs():
    """📖 Build the documentation, in docs/_build/html, and run its examples."""
    for builder in "html", "doctest":
        python("-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder, "docs", f"docs/_build/{builder}")
    python("tools/check_docs.py", "docs/_build/html")


@click.command()
def lint():
    """🧹 Check style and types."""
    sources = sorted(str(path) for folder in FOLDERS for path in Path(folder).rglob("*.[ch]"))
    python("-m", "ruff", "check")
    python("-m", "ruff", "format", "--check")
    util.run(["clang-format", "--dry-run", "-Werror", *sources], replace=False)
    python("-m", "mypy")
