"""Check the object code of a build: python -m tools check symbols BUILD_DIRECTORY.

* A kernel library exports its table only, and depends only on memcpy, memset and ufuncs/fixed_point.c. Otherwise the
  linker might put an inline function compiled for a better processor into the baseline.
* It contains instructions of its instruction set only.
* The kernel of every function computes on whole vectors.
* The extension module exports its entry point only.

Needs nm and objdump.
"""

import platform
import re
import sys
from pathlib import Path

from tools.common import make_parser, run
from tools.facts import FOLDER, FUNCTIONS

LIBRARY = re.compile(r"libkernels_(\w+)\.a")
SHARED = {"softufunc_exp_sum_minus_1", "softufunc_log1p_of_near"}
"""in ufuncs/fixed_point.c, compiled for the baseline"""
ALLOWED = {"memcpy", "memset", "_GLOBAL_OFFSET_TABLE_"} | SHARED

# What an instruction set may not contain, and what its vectors are called.
AVX512 = re.compile(r"%zmm|%[xy]mm(1[6-9]|2\d|3[01])\b|%k[0-7]")
X86 = {
    "baseline": (re.compile(r"^v(?!er[rw]\b)|%[yz]mm"), "xmm"),
    "avx2": (AVX512, "ymm"),
    "avx512": (None, "zmm"),
}
ARITHMETIC = r"^v?(?:add|sub|mul|div|fn?m(?:add|sub)(?:132|213|231))p{type}\b.*%{register}"


def kernels_of(name):
    """Return [(symbol, type letters of its arithmetic)] of a function; a gufunc has a structure with them in NAME.h.

    A gufunc may compute rows of floats in double.
    """
    function = FUNCTIONS[name]
    if not function.is_gufunc:
        return [(f"{name}_array_f32", "s"), (f"{name}_array_f64", "d")]
    text = (FOLDER / f"{name}.h").read_text(encoding="utf-8")
    found = re.search(rf"softufunc_(reduction|transform|choice|product) {name}_\1 = \{{(.*?)\}};", text, re.DOTALL)
    if not found:  # the running logsumexp of the table
        return [("scan", "d")]
    symbols = re.findall(r"\b\w+\b" if found[1] == "product" else r"\b\w+_f(?:32|64)\b", found[2])
    return [(symbol, "sd" if symbol.endswith("_f32") else "d") for symbol in symbols]


def names(*command):
    return {line.split()[-1] for line in run(*command).splitlines() if line.strip() and not line.endswith(":")}


def instructions(library):
    """Return [(address, instruction)] and {symbol: addresses} of a library with one object file."""
    code = []
    for line in run("objdump", "-d", "--no-show-raw-insn", library).splitlines():
        if match := re.match(r"\s*([0-9a-f]+):\s+(\S.*)", line):
            code.append((int(match[1], 16), match[2]))
    symbols = {}
    for line in run("nm", "-S", library).splitlines():
        if match := re.fullmatch(r"([0-9a-f]+) ([0-9a-f]+) [tT] (\S+)", line):
            start, size = int(match[1], 16), int(match[2], 16)
            symbols[match[3]] = range(start, start + size)
    return code, symbols


def body(symbol, code, symbols):
    """Return the instructions of a function, following a jump if the function consists only of one."""
    found = [instruction for address, instruction in code if address in symbols[symbol]]
    jumps = [re.match(r"jmp\s+[0-9a-f]+ <([\w.]+)>", instruction) for instruction in found]
    if len(found) <= 3 and any(jumps):
        return body(next(jump[1] for jump in jumps if jump), code, symbols)
    return found


def reached(symbol, code, symbols, seen=None):
    """Return the instructions of a function and of those it calls or jumps to, as to a part that gcc has split off."""
    seen = seen or set()
    seen.add(symbol)
    found = body(symbol, code, symbols)
    for instruction in list(found):
        called = re.match(r"(?:call|j\w+)\s+[0-9a-f]+ <([\w.]+)>", instruction)
        if called and called[1] in symbols and called[1] not in seen:
            found += reached(called[1], code, symbols, seen)
    return found


def check_library(library):
    instruction_set = LIBRARY.fullmatch(library.name)[1]
    exported = names("nm", "-g", "--defined-only", library)
    if exported != {f"softufunc_table_{instruction_set}"}:
        yield f"exports {', '.join(sorted(exported))}"
    if missing := names("nm", "-u", library) - ALLOWED:
        yield f"needs {', '.join(sorted(missing))}"
    if platform.machine() not in ("x86_64", "AMD64"):
        return
    foreign, register = X86[instruction_set]
    code, symbols = instructions(library)
    if not code:
        yield "holds no code"
    if foreign:
        found = [instruction for _, instruction in code if foreign.search(instruction)]
        if found:
            yield f"holds {len(found)} instructions of another instruction set, such as {found[0]}"
    for kernel, letters in (kernel for name in FUNCTIONS for kernel in kernels_of(name)):
        if kernel not in symbols:
            yield f"has no {kernel}"
            continue
        whole = re.compile(ARITHMETIC.format(type=f"[{letters}]", register=register))
        if sum(bool(whole.search(instruction)) for instruction in reached(kernel, code, symbols)) < 10:
            yield f"{kernel} does not compute on whole vectors ({register})"


def check_module(module):
    exported = names("nm", "-D", "--defined-only", module)
    if exported != {"PyInit__ufuncs"}:
        yield f"exports {', '.join(sorted(exported))}"


def main(arguments=None):
    parser = make_parser("check symbols", __doc__)
    parser.add_argument("directory", metavar="BUILD_DIRECTORY", help="meson's build directory")
    directory = parser.parse_args(arguments).directory
    libraries = sorted(path for path in Path(directory).rglob("libkernels_*.a") if LIBRARY.fullmatch(path.name))
    modules = sorted(Path(directory).rglob("_ufuncs*.so"))
    if not libraries or len(modules) != 1:
        sys.exit(f"no build in {directory}")
    bad = 0
    for path, check in [*((path, check_library) for path in libraries), (modules[0], check_module)]:
        faults = list(check(path))
        bad += len(faults)
        print(f"{path.name}: {'fine' if not faults else ''}")
        for fault in faults:
            print(f"    {fault}")
    return 1 if bad else 0
