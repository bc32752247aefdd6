"""The fast reference: `exact` of the facts, translated to C with double-double numbers (double_double.h).

Expressions become calls: "x + log1p(exp(-x))" is add(x, dd_log1p(dd_exp(negate(x)))). The facts assume 300 bits, where
double-double arithmetic has 106; so two forms that cancel near a zero have dedicated functions: log(a / b) and
log(expm1(x)). The code is compiled at run time.
"""

import ast
import ctypes
import math
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from tools.common import compile_c
from tools.facts import FUNCTIONS

HERE = Path(__file__).resolve().parent
BINARY = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide"}
CALLS = {"exp": "dd_exp", "expm1": "dd_expm1", "log": "dd_log", "log1p": "dd_log1p"}
CALLS |= {"abs": "absolute", "max": "larger", "min": "smaller"}
NAMES = [name for name, function in FUNCTIONS.items() if function.shape == (1, 1) and not function.is_gufunc]
"""functions with a reference here: one input, one output"""


def is_call(node, name):
    return isinstance(node, ast.Call) and node.func.id == name


def to_c(node):
    """Translate an expression to C."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant):
        return f"from_double({float(node.value)!r})"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return f"negate({to_c(node.operand)})"
    if isinstance(node, ast.BinOp) and type(node.op) in BINARY:
        return f"{BINARY[type(node.op)]}({to_c(node.left)}, {to_c(node.right)})"
    if isinstance(node, ast.IfExp):
        return f"({to_c(node.test)} ? {to_c(node.body)} : {to_c(node.orelse)})"
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = to_c(node.left), to_c(node.comparators[0])
        if isinstance(node.ops[0], ast.Lt):
            return f"is_less({left}, {right})"
        if isinstance(node.ops[0], ast.Gt):
            return f"is_less({right}, {left})"
    if is_call(node, "log") and isinstance(node.args[0], ast.BinOp) and isinstance(node.args[0].op, ast.Div):
        return f"log_of_quotient({to_c(node.args[0].left)}, {to_c(node.args[0].right)})"
    if is_call(node, "log") and is_call(node.args[0], "expm1"):
        return f"log_of_expm1({to_c(node.args[0].args[0])})"
    if isinstance(node, ast.Call):
        name = node.func.id
        if name not in CALLS and name not in NAMES:
            raise ValueError(f"no double-double function for {name}(); choose from {', '.join([*CALLS, *NAMES])}")
        return f"{CALLS.get(name, f'exact_{name}')}({', '.join(map(to_c, node.args))})"
    raise ValueError(f"no double-double arithmetic for {ast.unparse(node)!r}")


def number(x):
    """Return a double as a C literal."""
    return "NAN" if math.isnan(x) else f"{'-' if x < 0 else ''}INFINITY" if math.isinf(x) else float(x).hex()


def source():
    """Return the text of definitions.h."""
    lines = []
    for name in NAMES:
        function = FUNCTIONS[name]
        body = to_c(ast.parse(function.exact[0], mode="eval").body)
        lines.append(f"static dd exact_{name}(dd {function.parameters[0]})\n{{\n    return {body};\n}}\n")
    table = []
    for name in NAMES:
        function = FUNCTIONS[name]
        cases = [(case.inputs[0], case.results[0]) for case in function.special]
        special = [f"{{{number(x)}, {number(y)}}}" for x, y in cases if not isinstance(y, str)]
        parts = [
            f"{{{number(low)}, {number(high)}, {1 if way == 'increasing' else -1}}}"
            for low, high, way in function.monotone
        ]
        lines.append(f"static const special_value special_{name}[] = {{{', '.join([*special, '{NAN, NAN}'])}}};")
        lines.append(f"static const interval monotone_{name}[] = {{{', '.join([*parts, '{0, 0, 0}'])}}};")
        low, high = map(number, function.domain)
        table.append(f"    {{exact_{name}, {low}, {high}, special_{name}, monotone_{name}}},")
    return "\n".join([*lines, "static const definition definitions[] = {", *table, "};", ""])


def parts(value, *bits):
    """Split the MPFR value into a sum of doubles with the given numbers of bits."""
    import gmpy2

    found = []
    for digits in bits:
        with gmpy2.context(precision=digits):
            part = float(+value)
        found.append(part)
        value = value - part
    return found


@cache
def library():
    """Compile and load the C reference, with constants from MPFR."""
    import gmpy2

    from tools.reference import precisely

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "definitions.h").write_text(source(), encoding="utf-8")
        helper = compile_c(HERE / "accuracy.c", f"-I{folder}")
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    helper.setup.argtypes = [pointer]
    helper.reference.argtypes = [ctypes.c_int, pointer, pointer, pointer, pointer, size]
    helper.errors.argtypes = [ctypes.c_int, pointer, pointer, pointer, size, ctypes.c_int, ctypes.c_int]
    helper.fill.argtypes = [ctypes.c_uint64, size, pointer]
    helper.exact.argtypes = [ctypes.c_int, pointer, pointer, size]
    helper.judge.argtypes = [ctypes.c_int, pointer, pointer, pointer, size, pointer]
    with precisely():
        ln2 = gmpy2.const_log2()
        values = parts(ln2, 53, 53, 53) + parts(ln2 / 64, 36, 36, 53)
        for j in range(64):
            values += parts(gmpy2.exp2(gmpy2.mpfr(j) / 64), 53, 53)
        for n in range(13):
            values += parts(1 / gmpy2.mpfr(math.factorial(n)), 53, 53)
    array = np.array(values)
    assert array.size == helper.setup_size()
    helper.setup(array.ctypes.data)
    return helper


def index(name):
    """Return the index of a function in the C reference."""
    return NAMES.index(name)


def relative_error(name, x, wants):
    """Return (the largest relative error of the reference over x, its input), compared with MPFR values."""
    from gmpy2 import mpfr

    from tools.reference import precisely

    wide = np.ascontiguousarray(x, np.float64)
    high, low, exponent = np.empty((3, len(x)))
    library().reference(index(name), wide.ctypes.data, high.ctypes.data, low.ctypes.data, exponent.ctypes.data, len(x))
    worst, where = 0.0, 0.0
    with precisely():
        for value, first, second, e, want in zip(x, high, low, exponent, wants, strict=True):
            # values below half the smallest subnormal round to 0 whatever their digits
            if abs(want) > mpfr(2) ** -1076:
                error = float(abs((mpfr(first) + mpfr(second)) * mpfr(2) ** int(e) / want - 1))
                if not error <= worst:
                    worst, where = error, value
    return worst, where
