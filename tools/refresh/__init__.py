"""Write what is checked in and made by a tool: python -m tools refresh [WHAT ...].

    tables         the tables of the functions, of accuracy and of speed in README.md and docs/derivatives.md
    exports        tests/exports.txt, the functions of the C API: new ones are added, none may vanish or change
    hashes         tests/hashes.json and its number in CHANGELOG.md, after a change that is meant to change results
    worst          tests/worst_inputs.json: the worst inputs of a search, confirmed by MPFR (half an hour)
    instructions   tools/check/instructions.json, the accepted counts (valgrind; a minute)
    guard          tools/check/guard.json, the accepted times on this processor (two minutes, a quiet machine)
    data           docs/data: the measurements that the documentation shows; `refresh data --help`

Without WHAT: tables and exports, which take no time; a test compares them with what is checked in. All but the tables
need the package as it is installed.
"""

import importlib
import re
import sys

from tools import capi, common

WHAT = re.findall(r"^    (\w+)  ", __doc__, re.MULTILINE)
CHEAP = ("tables", "exports")


def with_rows(texts, rows):
    """{file: text} with the rows {(file, name of the table): lines} in their places."""
    for (file, name), lines in rows.items():
        text = texts.get(file) or (common.ROOT / file).read_text(encoding="utf-8")
        begin, end = f"<!-- {name}-table -->\n", f"<!-- /{name}-table -->"
        before, rest = text.split(begin)
        table = "\n".join(lines)
        texts[file] = f"{before}{begin}{table}\n{end}{rest.split(end)[1]}"
    return texts


def tables():
    from tools import function_tables
    from tools.refresh import readme

    return with_rows({}, function_tables.rows() | readme.rows())


def exports():
    """The frozen list of the C API, with the new functions of the installed package at its end."""
    lines, frozen = capi.lines(), capi.TARGET.read_text(encoding="utf-8").splitlines()
    if lines[: len(frozen)] != frozen:
        sys.exit(f"the C ABI is not what {capi.TARGET.name} promises")
    return {str(capi.TARGET.relative_to(common.ROOT)): "\n".join(lines) + "\n"}


def cheap():
    """{file: what it has to hold}, of all that is written without measuring."""
    return tables() | exports()


def write(texts):
    for file, text in texts.items():
        path = common.ROOT / file
        changed = path.read_text(encoding="utf-8") != text
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{file}: {'written' if changed else 'unchanged'}")


def worst():
    from tools import accuracy

    for dtype in ("float32", "float64"):
        arguments = ["--isa", "all", "--dtype", dtype, "--points", "1e7"]
        accuracy.main([*accuracy.names_of_one(), *arguments, "--save", str(common.TESTS / "worst_inputs.json")])


def hashes():
    from tools.hashes import main as make

    make()


def main(arguments):
    if arguments[:1] == ["data"]:
        return importlib.import_module("tools.refresh.docs_data").main(arguments[1:])
    parser = common.make_parser("refresh", __doc__)
    common.add_names(parser, WHAT, "part", " ".join(CHEAP))
    for what in parser.parse_args(arguments).names or CHEAP:
        if what in ("instructions", "guard"):
            importlib.import_module(f"tools.check.{what}").refresh()
        elif what in CHEAP:
            write({"tables": tables, "exports": exports}[what]())
        else:
            {"worst": worst, "hashes": hashes}[what]()
    return 0
