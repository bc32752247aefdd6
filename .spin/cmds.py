"""Developer tasks: spin build, test, docs, lint, and the commands of `python -m tools`."""

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
    """🧪 Run the tests; arguments are passed to pytest."""
    python("-m", "pytest", *arguments)


def tool(name, text):
    """Return a task that runs the command `name` of `python -m tools`."""

    @click.command(name=name, help=f"{text}: python -m tools {name}", context_settings=PASSED_ON)
    @click.argument("arguments", nargs=-1)
    def run(arguments):
        python("-m", "tools", name, *arguments)

    return run


accuracy = tool("accuracy", "📏 Measure the largest errors in ULP")
bench = tool("bench", "⏱ Measure the speed")
check = tool("check", "🔍 Check object code, docs, releases, platforms, performance, proofs")
fuzz = tool("fuzz", "🎲 Test with random calls")
mutate = tool("mutate", "🧬 Test the tests: break kernels on purpose")
refresh = tool("refresh", "🔄 Update checked-in files that a tool generates")


@click.command()
def docs():
    """📖 Build the documentation, in docs/_build/html, and run its examples."""
    for builder in "html", "doctest":
        python("-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder, "docs", f"docs/_build/{builder}")
    python("-m", "tools", "check", "docs", "docs/_build/html")


@click.command()
def lint():
    """🧹 Check style and types."""
    sources = sorted(str(path) for folder in FOLDERS for path in Path(folder).rglob("*.[ch]"))
    python("-m", "ruff", "check")
    python("-m", "ruff", "format", "--check")
    util.run(["clang-format", "--dry-run", "-Werror", *sources], replace=False)
    python("-m", "mypy")
