"""What other compiled code may call: names and signatures are frozen, and the results are those of the ufuncs."""

import ctypes
import re
from pathlib import Path

import pytest
from reference import ROOT

import softufunc

HERE = Path(__file__).resolve().parent
SOURCE = ROOT / "src" / "softufunc"
FROZEN = (HERE / "exports.txt").read_text(encoding="utf-8").splitlines()
"""what compiled code was promised, in the order of softufunc.h: lines are added at the end, and none changes"""

BITS = """
import ctypes
import sys
import numpy as np

sys.path.insert(0, sys.argv[1])
from inputs import pool, samples
import softufunc

pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
name_of = ctypes.pythonapi.PyCapsule_GetName
name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]

def function(name, result, *arguments):
    capsule = softufunc.__pyx_capi__[name]
    return ctypes.CFUNCTYPE(result, *arguments)(pointer_of(capsule, name_of(capsule)))

assert softufunc.show_config()["instruction_set"] == sys.argv[2]
names = [name for name in softufunc.__pyx_capi__ if not name.endswith("_array") and name in softufunc.__all__]
assert len(names) >= 9
for name in names:
    ufunc = getattr(softufunc, name)
    for dtype, suffix, real in ("f8", "", ctypes.c_double), ("f4", "f", ctypes.c_float):
        scalar = function(name + suffix, real, *[real] * ufunc.nin)
        kernel = function(f"{name}{suffix}_array", None, *[ctypes.c_void_p] * (ufunc.nin + 1), ctypes.c_size_t)
        x = np.concatenate([samples(name, dtype), pool(name, dtype)])
        with np.errstate(all="ignore"):
            y = ufunc(x)
        for a, b in zip(x, y):
            result = np.array(scalar(a), dtype)
            assert result.tobytes() == b.tobytes() or (np.isnan(result) and np.isnan(b)), (name, dtype, a, result, b)
        for n in 0, 1, 2, 7, 8, 9, 63, 200, x.size:
            for in_place in False, True:
                given = x[:n].copy()
                out = given if in_place else np.full(n, 42, dtype)
                kernel(given.ctypes.data, out.ctypes.data, n)
                np.testing.assert_array_equal(out, y[:n])
                assert in_place or n == 0 or (given == x[:n]).all() or np.isnan(x[:n]).any()
print("same bits:", len(names))
"""


def name_of(capsule):
    get = ctypes.pythonapi.PyCapsule_GetName
    get.restype, get.argtypes = ctypes.c_char_p, [ctypes.py_object]
    return get(capsule).decode()


def exported():
    """{name: signature}, as cimport sees them."""
    return {name: name_of(capsule) for name, capsule in softufunc.__pyx_capi__.items()}


def test_names_and_signatures_are_frozen():
    """Modules compiled against an older softufunc find what they were promised; what is new is added to the list."""
    promised = {}
    for line in FROZEN:
        result, name, arguments = re.fullmatch(r"(\w+) (\w+)\((.*)\)", line).groups()
        promised[name] = f"{result} ({arguments})"
    assert len(promised) == len(FROZEN)
    assert exported() == promised


def test_every_function_is_exported():
    """Each ufunc with one argument, one result and no core dimension has its two scalars and its two array loops."""
    ufuncs = {name for name in softufunc.__all__ if getattr(getattr(softufunc, name), "nargs", 0) == 2}
    elementwise = {name for name in ufuncs if getattr(softufunc, name).signature is None}
    assert {name + end for name in elementwise for end in ("", "f", "_array", "f_array")} == set(exported())


def test_cython_declares_it():
    """__init__.pxd declares what is exported, and nothing else."""
    text = (SOURCE / "__init__.pxd").read_text(encoding="utf-8")
    declared = {}
    for line in re.findall(r"^cdef .*", text, re.MULTILINE):
        result, name, arguments = re.fullmatch(r"cdef (\w+) (\w+)\((.*)\) noexcept nogil", line).groups()
        types = [
            re.sub(r"^const (\w+)", r"\1 const", re.sub(r"\w+$", "", part).strip()) for part in arguments.split(", ")
        ]
        declared[name] = f"{result} ({', '.join(types)})"
    assert declared == exported()


def test_the_order_in_c_is_frozen():
    """softufunc.h has the functions in the order of the list: their places in the struct are frozen too."""
    header = Path(softufunc.get_include(), "softufunc.h").read_text(encoding="utf-8")
    members = re.findall(r"^    SOFTUFUNC_OF_(?:ONE|TWO)\((\w+)\)$", header, re.MULTILINE)
    frozen = [re.search(r" (\w+)\(", line)[1] for line in FROZEN]
    assert [name + end for name in members for end in ("", "f", "_array", "f_array")] == frozen
    assert "#define SOFTUFUNC_API_VERSION 1\n" in header


def test_same_bits(isa, run_python):
    """Scalars and array loops give the bits of the ufunc, on every instruction set; arrays in place too."""
    done = run_python("-c", BITS, str(HERE), isa, SOFTUFUNC_ISA=isa)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("same bits: ")


@pytest.mark.parametrize("module", ["softufunc", "softufunc.__main__"])
def test_numba_is_not_imported(module, run_python):
    """numba imports softufunc's part for it, and never the other way round."""
    done = run_python("-c", f"import sys, {module}; sys.exit(any(m.startswith('numba') for m in sys.modules))")
    assert done.returncode == 0, done.stderr
