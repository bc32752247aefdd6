"""Peers from Intel's libraries of elementary functions: SVML, in vector registers, and MKL's VML. Not a command.

SVML is what Intel's compilers call in vectorized loops: svml.c computes the formula of NumPy with it. Its functions
state 4 ULP, and 1 ULP as variants of high accuracy. VML computes one elementary function of an array, with 1 ULP in
its mode of high accuracy; NumPy does the other operations of the formula. The processor's instruction set decides how
they compute, not its manufacturer, but both libraries choose their own code for it.
"""

import ast
import ctypes
import os
from functools import cache, partial
from importlib import metadata
from pathlib import Path

from tools import common

PACKAGES = {"svml": "intel-cmplr-lib-rt", "svml_ha": "intel-cmplr-lib-rt", "mkl": "mkl"}
VECTOR_BYTES = "SVML_VECTOR_BYTES"
"""an environment variable"""
HIGH_ACCURACY = 2
VML_NAMES = {"exp": "Exp", "expm1": "Expm1", "log": "Ln", "log1p": "Log1p"}


@cache
def library(package, name, mode=ctypes.DEFAULT_MODE):
    """Load a shared library of an installed package."""
    (file,) = (file for file in metadata.files(package) if file.name.startswith(name))
    return ctypes.CDLL(str(file.locate().resolve()), mode)


class Constants(ast.NodeTransformer):
    """Replace numbers by C(number), a vector."""

    def visit_Constant(self, node):
        return ast.Call(ast.Name("C"), [node], [])


@cache
def svml_function(text, itemsize, high_accuracy):
    """Compile svml.c for an expression."""
    for name in ("libintlc.so.5", "libsvml.so"):
        library(PACKAGES["svml"], name, ctypes.RTLD_GLOBAL)
    vector_bytes = int(os.environ.get(VECTOR_BYTES, 64))
    suffix = f"{'f' if itemsize == 4 else ''}{vector_bytes // itemsize}{'_ha' if high_accuracy else ''}"
    function = common.compile_c(
        Path(__file__).with_name("svml.c"),
        "-march=skylake-avx512" if vector_bytes == 64 else "-march=haswell",
        f"-DFORMULA={text}",
        f"-DREAL_BITS={8 * itemsize}",
        f"-DVECTOR_BYTES={vector_bytes}",
        f"-DSUFFIX={suffix}",
    ).formula
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
    return function


def svml(tree, x, out, high_accuracy=False):
    """Return a call of the formula with SVML."""
    text = ast.unparse(ast.fix_missing_locations(Constants().visit(tree)))
    return partial(svml_function(text, x.itemsize, high_accuracy), x.ctypes.data, out.ctypes.data, x.size)


def vml_lookup(itemsize):
    """Return a function that returns MKL's function for a name, or else NumPy's."""
    import numpy as np

    mkl = library("mkl", "libmkl_rt.so")

    def lookup(name):
        if name not in VML_NAMES:
            return getattr(np, name)
        function, addresses = getattr(mkl, f"vm{'s' if itemsize == 4 else 'd'}{VML_NAMES[name]}"), {}
        function.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]

        def call(x, out):
            for array in (x, out):
                if id(array) not in addresses:
                    addresses[id(array)] = array.ctypes.data
            function(x.size, addresses[id(x)], addresses[id(out)], HIGH_ACCURACY)

        return call

    return lookup
