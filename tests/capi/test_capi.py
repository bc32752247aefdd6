"""The C API: names and signatures are frozen, and results are those of the ufuncs."""

import re
from pathlib import Path

import pytest

import softufunc
from tools.capi import exported, lines
from tools.facts import ROOT
from tools.inputs import ELEMENTWISE

FROZEN = (ROOT / "tests" / "exports.txt").read_text(encoding="utf-8").splitlines()
"""the C ABI, in the order of softufunc.h: lines are appended and never changed"""
BESIDE = ("", "f", "_array", "f_array")
"""suffixes: scalar functions for float64 and float32, array loops for both"""

BITS = """
import ctypes
import sys
import numpy as np

import softufunc
from tools.inputs import ELEMENTWISE, equal, first, fresh, pool, results, same_bits, samples

pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
name_of = ctypes.pythonapi.PyCapsule_GetName
name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]

def function(name, result, *arguments):
    capsule = softufunc.__pyx_capi__[name]
    return ctypes.CFUNCTYPE(result, *arguments)(pointer_of(capsule, name_of(capsule)))

assert softufunc.show_config()["instruction_set"] == sys.argv[1]
for name in ELEMENTWISE:
    ufunc = getattr(softufunc, name)
    for dtype, suffix, real in ("f8", "", ctypes.c_double), ("f4", "f", ctypes.c_float):
        pointers = [ctypes.POINTER(real)] * (ufunc.nout if ufunc.nout > 1 else 0)
        scalar = function(name + suffix, None if pointers else real, *[real] * ufunc.nin, *pointers)
        kernel = function(f"{name}{suffix}_array", None, *[ctypes.c_void_p] * ufunc.nargs, ctypes.c_size_t)
        some = samples(name, dtype) if ufunc.nin == 1 else [x[::17] for x in samples(name, dtype)]
        given = [np.concatenate(pair) for pair in zip(some, pool(name, dtype))]
        with np.errstate(all="ignore"):
            wanted = results(ufunc, given)
        single = fresh(wanted)
        places = [real() for _ in pointers]
        for i, numbers in enumerate(zip(*given)):
            value = scalar(*numbers, *map(ctypes.byref, places))
            for out, place in zip(single, places):
                out[i] = place.value
            if not places:
                single[0][i] = value
        assert equal(single, wanted), (name, dtype)
        for n in 0, 1, 2, 7, 8, 9, 63, 200, given[0].size:
            for place in range(-1, ufunc.nin):
                arrays = [x[:n].copy() for x in given]
                outs = list(fresh(first(wanted, n), 42))
                if place >= 0:
                    outs[0] = arrays[place]
                kernel(*(array.ctypes.data for array in arrays + outs), n)
                assert equal(outs, first(wanted, n)), (name, dtype, n, place)
                assert all(same_bits(a, x[:n]) for i, (a, x) in enumerate(zip(arrays, given)) if i != place)
print("same bits:", len(ELEMENTWISE))
"""


def test_names_and_signatures_are_frozen():
    """Modules compiled with an older softufunc stay compatible; `python -m tools refresh` appends lines."""
    assert lines() == FROZEN
    assert len(set(FROZEN)) == len(FROZEN)


def test_every_function_is_exported():
    """Each elementwise ufunc has two scalar functions and two array loops, in the order of functions.h."""
    assert [name + end for name in ELEMENTWISE for end in BESIDE] == list(exported())


def test_cython_declares_it():
    """__init__.pxd declares exactly the exported functions."""
    text = Path(softufunc.__file__).with_name("__init__.pxd").read_text(encoding="utf-8")
    declared = {}
    for line in re.findall(r"^cdef .*", text, re.MULTILINE):
        result, name, arguments = re.fullmatch(r"cdef (\w+) (\w+)\((.*)\) noexcept nogil", line).groups()
        types = [
            re.sub(r"^const (\w+)", r"\1 const", re.sub(r"\w+$", "", part).strip()) for part in arguments.split(", ")
        ]
        declared[name] = f"{result} ({', '.join(types)})"
    assert declared == exported()


def test_the_order_in_c_is_frozen():
    """softufunc.h has the functions in the order of functions.h: offsets in the struct are frozen too."""
    header = Path(softufunc.get_include(), "softufunc.h").read_text(encoding="utf-8")
    members = re.findall(r"^    SOFTUFUNC_\d_\d\((\w+)\)$", header, re.MULTILINE)
    frozen = [re.search(r" (\w+)\(", line)[1] for line in FROZEN]
    assert [name + end for name in members for end in BESIDE] == frozen
    assert "#define SOFTUFUNC_API_VERSION 1\n" in header


def test_same_bits(isa, run_python):
    """Scalar functions and array loops, also in place, have the bits of the ufunc on every instruction set."""
    done = run_python("-c", BITS, isa, SOFTUFUNC_ISA=isa, PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("same bits: ")


@pytest.mark.parametrize("module", ["softufunc", "softufunc.__main__"])
def test_numba_is_not_imported(module, run_python):
    """Importing softufunc does not import numba."""
    done = run_python("-c", f"import sys, {module}; sys.exit(any(m.startswith('numba') for m in sys.modules))")
    assert done.returncode == 0, done.stderr
