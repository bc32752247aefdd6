"""softufunc-config: what is needed to compile C and C++ code that uses softufunc."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import softufunc


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="softufunc-config", description=(__doc__ or "").partition(": ")[2])
    options = parser.add_mutually_exclusive_group(required=True)
    options.add_argument("--cflags", action="store_true", help="print the compiler flags: -I, folder of softufunc.h")
    options.add_argument("--pkgconfigdir", action="store_true", help="print the folder of softufunc.pc")
    options.add_argument("--version", action="store_true", help="print the version")
    wanted = parser.parse_args(arguments)
    include = Path(softufunc.get_include())
    if wanted.version:
        print(softufunc.__version__)
    elif wanted.cflags:
        print(f"-I{include}")
    else:
        folder = include.parent / "lib" / "pkgconfig"
        if not folder.is_dir():
            parser.exit(1, "softufunc-config: softufunc.pc is missing, as in an editable install; use --cflags\n")
        print(folder)
    return 0
