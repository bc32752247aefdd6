"""Write what the build makes from functions/functions.h and functions/NAME.toml.

    python -m tools.generate OUTDIR

meson runs this; only the standard library is needed. The texts around what is generated are in the files that end in
`.in`, where @FUNCTIONS@ stands for it.
"""

import argparse
import json
import pprint
from pathlib import Path

from tools.docstrings import docstring
from tools.facts import FOLDER, FUNCTIONS, ROOT, Function

PACKAGE = ROOT / "src" / "softufunc"
MADE = "made by tools/generate.py from functions/functions.h and functions/NAME.toml"
UFUNCS = [f for f in FUNCTIONS.values() if not f.is_gufunc]
GUFUNCS = [f for f in FUNCTIONS.values() if f.is_gufunc]
TYPES = {"": "double", "f": "float"}
STUBS = {
    (1, 1, False): ("unary", "UnaryUFunc"),
    (1, 2, False): ("unary", "TwoOutputUFunc"),
    (2, 1, False): ("binary", "BinaryUFunc"),
    (1, 1, True): ("gufuncs", "UnaryGUFunc"),
}
LABEL_STUBS = {False: ("labels", "LabelUFunc"), True: ("gufuncs", "LabelGUFunc")}


def filled(template: str, **parts: str) -> str:
    """The text of a file of the package, with each @NAME@ replaced."""
    text = (PACKAGE / template).read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"@{name.upper()}@", part)
    return text


def all_ufuncs_h() -> str:
    """Includes the functions, in the order of functions.h."""
    return "".join(f'#include "functions/{f.name}.h"\n' for f in UFUNCS)


def all_gufuncs_h() -> str:
    """Includes the gufuncs, in the order of functions.h."""
    return "".join(f'#include "functions/{f.name}.h"\n' for f in GUFUNCS)


def docstrings_h() -> str:
    """DOC_NAME for each function; one literal a line, because compilers limit the length of one."""
    lines = []
    for name in FUNCTIONS:
        literals = [json.dumps(f"{line}\n") for line in docstring(name).splitlines()]
        lines += [f"static const char DOC_{name}[] =", *(f"    {literal}" for literal in literals)]
        lines[-1] += ";"
    return "\n".join([f"/* {MADE} */", *lines, ""])


def softufunc_h() -> str:
    """The C header."""
    members = "\n".join(f"    SOFTUFUNC_{f.nin}_{f.nout}({f.name})" for f in UFUNCS)
    return filled("include/softufunc.h.in", functions=members)


def declarations(f: Function) -> list[str]:
    """What cimport finds of a function."""
    outs = ["out", "out2"][: f.nout]
    found = []
    for suffix, real in TYPES.items():
        inputs = [f"{real} {x}" for x in f.parameters]
        if f.nout == 1:
            found.append(f"cdef {real} {f.name}{suffix}({', '.join(inputs)}) noexcept nogil")
        else:
            pointers = [f"{real} *{each}" for each in outs]
            found.append(f"cdef void {f.name}{suffix}({', '.join(inputs + pointers)}) noexcept nogil")
    for suffix, real in TYPES.items():
        arrays = [f"const {real} *{x}" for x in f.parameters] + [f"{real} *{each}" for each in outs]
        found.append(f"cdef void {f.name}{suffix}_array({', '.join(arrays)}, size_t n) noexcept nogil")
    return found


def init_pxd() -> str:
    """What Cython's cimport reads."""
    return filled("__init__.pxd.in", functions="\n\n".join("\n".join(declarations(f)) for f in UFUNCS))


def stub(f: Function) -> tuple[str, str]:
    """(module of _typing, class) of a function."""
    return LABEL_STUBS[f.is_gufunc] if f.label else STUBS[f.nin, f.nout, f.is_gufunc]


def init_pyi() -> str:
    """The stubs; editors show the text below a name."""
    classes: dict[str, set[str]] = {}
    entries = []
    for f in FUNCTIONS.values():
        module, kind = stub(f)
        classes.setdefault(module, set()).add(kind)
        entries.append(f'{f.name}: Final[{kind}]\n"""{docstring(f.name)}\n"""')
    imports = [f"from softufunc._typing.{m} import {', '.join(sorted(kinds))}" for m, kinds in sorted(classes.items())]
    return filled("__init__.pyi.in", imports="\n".join(imports), functions="\n\n".join(entries))


def facts_py() -> str:
    """The facts that the installed package needs."""
    facts = {f.name: {"plain": f.plain, "sample": f.sample, "hard": f.hard} for f in UFUNCS if f.nin == 1}
    text = pprint.pformat(facts, width=118, sort_dicts=False)
    return f'"""Facts of the unary functions, {MADE}."""\n\nfrom math import inf  # noqa: F401\n\nFACTS = {text}\n'


OUTPUTS = {
    "all_ufuncs.h": all_ufuncs_h,
    "all_gufuncs.h": all_gufuncs_h,
    "docstrings.h": docstrings_h,
    "softufunc.h": softufunc_h,
    "__init__.pxd": init_pxd,
    "__init__.pyi": init_pyi,
    "_facts.py": facts_py,
}


def dependencies() -> list[Path]:
    """The files that the generated ones are made from."""
    return [
        *sorted(FOLDER.glob("*.toml")),
        FOLDER / "functions.h",
        *sorted(PACKAGE.glob("**/*.in")),
        *(Path(__file__).with_name(name) for name in ("docstrings.py", "expressions.py", "facts.py", "generate.py")),
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.generate", description=__doc__.partition("\n")[0])
    parser.add_argument("outdir", type=Path, help="the folder to write to")
    outdir = parser.parse_args(arguments).outdir
    for name, make in OUTPUTS.items():
        (outdir / name).write_text(make(), encoding="utf-8", newline="\n")
    # in the format of make: meson runs this again when one of the files changes
    needed = " ".join(str(file).replace(" ", "\\ ") for file in dependencies())
    (outdir / "generated.d").write_text(f"{' '.join(OUTPUTS)}: {needed}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
