"""Convert formulas in Python syntax to LaTeX, and LaTeX to MathML.

MathML needs no script and no web font, and every current browser renders it.
"""

import ast

import latex2mathml.converter
import sympy
from docutils import nodes
from sympy.parsing.sympy_parser import parse_expr
from sympy.printing.latex import LatexPrinter


def roman(name: str) -> str:
    """Return the LaTeX of a name with more than one letter."""
    return rf"\text{{{name}}}"


class Printer(LatexPrinter):
    """Print function names in roman type, with their underscores."""

    def _hprint_Function(self, name):
        return {"log": r"\log", "sum": r"\sum"}.get(name) or roman(name)

    def _print_Function(self, call, exp=None):
        notation = {"item": "{}_{{{}}}", "matmul": r"{} \, {}"}.get(call.func.__name__)
        if notation is None:
            return super()._print_Function(call, exp)
        return notation.format(*map(self._print, call.args))

    def _print_Mul(self, product):
        factors = [factor for factor in product.args if factor is not sympy.S.One]
        if len(factors) == len(product.args) or len(factors) != 1:
            return super()._print_Mul(product)
        base = sympy.Pow(factors[0].base, -factors[0].exp)
        return rf"\frac{{1}}{{{self._print(base)}}}"


class Calls(ast.NodeTransformer):
    """Replace what SymPy has no operators for: x[k] by item(x, k), and a @ b by matmul(a, b)."""

    def visit_Subscript(self, node):
        self.generic_visit(node)
        return ast.Call(ast.Name("item"), [node.value, node.slice], [])

    def visit_BinOp(self, node):
        self.generic_visit(node)
        return ast.Call(ast.Name("matmul"), [node.left, node.right], []) if isinstance(node.op, ast.MatMult) else node


KNOWN = ("exp", "log", "abs", "sqrt")
"""functions with mathematical notation; all others are printed by name, even those that SymPy defines"""


def latex(text: str) -> str | None:
    """Return the LaTeX of a Python expression, or None if the text is not one."""
    try:
        tree = Calls().visit(ast.parse(text, mode="eval"))
        called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call)}
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        meaning = {name: sympy.Function(name) if name in called else sympy.Symbol(name) for name in names - {*KNOWN}}
        with sympy.evaluate(False):
            expression = parse_expr(ast.unparse(tree), local_dict=meaning, evaluate=False)
    except (SyntaxError, TypeError, AttributeError, ValueError, sympy.SympifyError):
        return None
    if not isinstance(expression, sympy.Expr):
        return None
    return Printer({"order": "none", "mul_symbol": r" \, "}).doprint(expression).replace(r" \right)", r"\right)")


def visit_inline(translator, node):
    translator.body.append(latex2mathml.converter.convert(node.astext(), display="inline"))
    raise nodes.SkipNode


def visit_block(translator, node):
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate"))
    translator.body.append(latex2mathml.converter.convert(node.astext(), display="block"))
    translator.body.append("</div>")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
