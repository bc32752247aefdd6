"""Build the C code for the tools: with meson, as for the package, or with the same flags and another compiler."""

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

from tools.common import ROOT, SOURCE, run

MESON = [sys.executable, "-m", "mesonbuild.mesonmain"]
LEFT = (".git", ".venv", ".mesonpy-*", "build", "build-*", "dist", "_build", "__pycache__", ".hypothesis", ".*_cache")
"""by builds and tests in the tree"""


def copy_tree(folder):
    """Copy the tree, uncommitted changes included, to a new folder, and return it."""
    return Path(shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT)))


def configure(build, *options, **environment):
    """Configure a build of the tree with meson, with these options and environment variables."""
    run(*MESON, "setup", *options, build, ROOT, env=os.environ | environment)
    return Path(build)


def compile_build(build, *options, targets=(), **environment):
    """Configure and compile these targets of meson; without any, all."""
    configure(build, *options, **environment)
    run(*MESON, "compile", "-C", build, *targets, env=os.environ | environment)
    return Path(build)


def compiled_files(build):
    """Return [(file, compiler arguments)] for the C files of a configured build."""
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    return [
        ((build / entry["file"]).resolve(), shlex.split(entry["command"]))
        for entry in entries
        if entry["file"].endswith(".c")
    ]


def link_program(build, program, source, *flags, compiler=None):
    """Link one source file with the loops and kernels of a build into a program without Python."""
    archives = sorted((build / "src" / "softufunc").glob("*.a"))
    libraries = ["-Wl,--start-group", *archives, "-Wl,--end-group", "-lm"]
    run(compiler or os.environ.get("CC", "cc"), *flags, f"-I{SOURCE}", f"-I{ROOT}", source, *libraries, "-o", program)
    return program


def make_headers(folder):
    """Write the generated headers into the folder."""
    run(sys.executable, "-m", "tools.generate", folder, cwd=ROOT)


def package_flags(folder):
    """Return meson's (kernel flags, loop flags, {instruction set: flags}, sources of the loops)."""
    kernels, loops, sets, sources = [], [], {}, []
    for file, arguments in compiled_files(configure(folder)):
        target = next(part for part in arguments if part.startswith("-I")).split("/")[-1]
        floating = [part for part in arguments if part.startswith("-f") and not part.startswith(("-fPIC", "-fdiag"))]
        name = next((part.split("=")[1] for part in arguments if part.startswith("-DINSTRUCTION_SET=")), None)
        if name:
            kernels = floating + [part for part in arguments if part.startswith("-Wno")]
            sets[name] = [part for part in arguments if part.startswith("-m")]
        elif "loops" in target:
            loops = floating
            sources.append(file)
    return kernels, loops, sets, sorted(sources)
