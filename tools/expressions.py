"""Evaluate the Python expressions of the facts, and flip their signs; read signatures."""

import ast
import math
import re
from collections.abc import Iterable


def evaluate(text: float | str, **names: float) -> float:
    """Return the value of a number, or of an expression in log, exp, sqrt and the given names."""
    if not isinstance(text, str):
        return float(text)
    return float(eval(text, {"log": math.log, "exp": math.exp, "sqrt": math.sqrt, "inf": math.inf, **names}))


def substitute(text: str, sign: int, parameters: Iterable[str]) -> str:
    """Return the expression with every parameter multiplied by the sign."""
    if sign == 1:
        return text
    names = set(parameters)

    class Negate(ast.NodeTransformer):
        def visit_UnaryOp(self, node):
            if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Name) and node.operand.id in names:
                return node.operand
            return self.generic_visit(node)

        def visit_Name(self, node):
            return ast.UnaryOp(ast.USub(), node) if node.id in names else node

    return ast.unparse(Negate().visit(ast.parse(text, mode="eval")))


def negate(text: str) -> str:
    """Return the negated expression."""
    tree = ast.parse(text, mode="eval").body
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return ast.unparse(tree.operand)
    return ast.unparse(ast.UnaryOp(ast.USub(), tree))


Core = tuple[list[tuple[str, ...]], list[tuple[str, ...]]]


def core_dimensions(signature: str) -> Core:
    """Return the names of the core dimensions of each input and output: ([("n",)], [()]) for "(n)->()"."""
    inputs, outputs = (re.findall(r"\(([^)]*)\)", side) for side in signature.split("->"))
    return tuple([tuple(filter(None, each.split(","))) for each in side] for side in (inputs, outputs))
