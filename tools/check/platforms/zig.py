"""Platforms for which PyPI's `ziglang` has a compiler and a C library: macOS, Windows and Linux.

Its clang compiles the program of programs.py. Nothing here can run the programs for macOS and for Windows on AArch64,
which are linked only, like that for ppc64el, where clang's code is faulty (programs.py runs that of gcc). The program
for Windows on x86-64 runs under wine.
"""

import os

from tools.check.platforms import programs
from tools.check.platforms.programs import WINE, Machine
from tools.check.platforms.targets import Target, version

ZIG = ("python-zig", "cc", "-g0", "-fno-sanitize=undefined", "-target")
"""without what zig adds at -O0, which takes longer than compiling"""
LINKED = ("x86_64-macos", "aarch64-macos", "aarch64-windows-gnu", "powerpc64le-linux-gnu")
WINDOWS = Machine("windows-clang", "Windows x86-64, clang", ("wine64",), ((*ZIG, "x86_64-windows-gnu"),), (WINE,))


def keep_libraries(run):
    """Let zig keep the C libraries that it compiles."""
    os.environ |= {"ZIG_GLOBAL_CACHE_DIR": str(run.cache / "zig"), "ZIG_LOCAL_CACHE_DIR": str(run.work / "zig")}


def link(run):
    """Compile and link."""
    keep_libraries(run)
    run.facts["compiler"] = version(*ZIG[:2], "--version")
    run.facts["ran"] = f"compiled and linked only: {', '.join(LINKED)}"
    for platform in LINKED:
        machine = Machine(platform, platform, (), ((*ZIG, platform),), link=())
        folder = run.work / platform
        folder.mkdir()
        size = programs.compile_program(machine, machine.compilers[0], "-O0", folder).stat().st_size
        yield f"{platform}: a program of {size} bytes"


def check(run):
    """Run the program for Windows on x86-64."""
    keep_libraries(run)
    yield from programs.check(WINDOWS, run)


TARGETS = (
    Target(
        "objects",
        "macOS, Windows AArch64, Linux ppc64el",
        link,
        commands=ZIG[:1],
        group="platforms",
        prepare=programs.prepare,
    ),
    Target(
        WINDOWS.name,
        WINDOWS.title,
        check,
        cheap=False,
        commands=(ZIG[0], WINE),
        packages=WINDOWS.packages,
        group="platforms",
        prepare=programs.prepare,
    ),
)
