"""Update checked-in files that a tool generates: python -m tools refresh [WHAT ...].

    tables         tables of functions, accuracy, speed and platforms in README.md, CONTRIBUTING.md, docs/derivatives.md
    exports        tests/exports.txt, the functions of the C API: new ones are appended, none may vanish or change
    hashes         tests/hashes.json and its hash in CHANGELOG.md, after an intended change of results
    worst          tests/worst_inputs.json: the worst inputs of a search, confirmed by MPFR (half an hour)
    instructions   tools/check/instructions.json: accepted instruction counts (needs valgrind; a minute)
    guard          tools/check/guard.json: accepted times on this processor (two minutes, on an idle machine)
    data           docs/data: measurements shown in the documentation; see `refresh data --help`

Without WHAT: tables and exports, which are fast; a test compares them with the checked-in files. All parts except the
tables use the installed package.
"""

import importlib
import re
import sys

from tools import capi, common

WHAT = re.findall(r"^    (\w+)  ", __doc__, re.MULTILINE)
CHEAP = ("tables", "exports")


def with_rows(texts, rows):
    """Insert the tables {(file, name of the table): lines} into the texts {file: text}."""
    for (file, name), lines in rows.items():
        text = texts.get(file) or (common.ROOT / file).read_text(encoding="utf-8")
        begin, end = f"<!-- {name}-table -->\n", f"<!-- /{name}-table -->"
        before, rest = text.split(begin)
        table = "\n".join(lines)
        texts[file] = f"{before}{begin}{table}\n{end}{rest.split(end)[1]}"
    return texts


def tables():
    from tools import function_tables
    from tools.check import platforms
    from tools.refresh import readme

    rows = function_tables.rows() | readme.rows() | {("CONTRIBUTING.md", "platforms"): list(platforms.table())}
    return with_rows({}, rows)


def exports():
    """Return the frozen list of the C API, with the new functions of the installed package appended."""
    lines, frozen = capi.lines(), capi.TARGET.read_text(encoding="utf-8").splitlines()
    if lines[: len(frozen)] != frozen:
        sys.exit(f"the C ABI differs from {capi.TARGET.name}")
    return {str(capi.TARGET.relative_to(common.ROOT)): "\n".join(lines) + "\n"}


def cheap():
    """Return {file: expected content} for the files that need no measurement."""
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
        accuracy.main([*accuracy.unary_targets(), *arguments, "--save", str(common.TESTS / "worst_inputs.json")])


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
