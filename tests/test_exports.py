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
from reference_of_two import data
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
assert len(names) >= 15

def inputs(name, dtype):
    if getattr(softufunc, name).nin == 2:
        kinds = data(name, np.random.default_rng(1), 40, dtype)
        return [np.concatenate([pair[i] for pair in kinds.values()]) for i in (0, 1)]
    name = {"softplus_sigmoid": "softplus", "log_probs": "log_prob_0"}.get(name, name)
    return [np.concatenate([samples(name, dtype), pool(name, dtype)])]

for name in names:
    ufunc = getattr(softufunc, name)
    for dtype, suffix, real in ("f8", "", ctypes.c_double), ("f4", "f", ctypes.c_float):
        pointers = [ctypes.POINTER(real)] * (ufunc.nout if ufunc.nout > 1 else 0)
        scalar = function(name + suffix, None if pointers else real, *[real] * ufunc.nin, *pointers)
        kernel = function(f"{name}{suffix}_array", None, *[ctypes.c_void_p] * ufunc.nargs, ctypes.c_size_t)
        given = inputs(name, dtype)
        with np.errstate(all="ignore"):
            wanted = ufunc(*given) if ufunc.nout > 1 else [ufunc(*given)]
        for numbers in zip(*given, *wanted):
            places = [real() for _ in pointers]
            value = scalar(*numbers[:ufunc.nin], *map(ctypes.byref, places))
            results = [place.value for place in places] or [value]
            for result, want in zip(results, numbers[ufunc.nin:]):
                result = np.array(result, dtype)
                same = result.tobytes() == want.tobytes() or (np.isnan(result) and np.isnan(want))
                assert same, (name, dtype, numbers, result)
        for n in 0, 1, 2, 7, 8, 9, 63, 200, given[0].size:
            for place in range(-1, ufunc.nin):
                arrays = [x[:n].copy() for x in given]
                outs = [np.full(n, 42, dtype) for _ in wanted]
                if place >= 0:
                    outs[0] = arrays[place]
                kernel(*(array.ctypes.data for array in arrays + outs), n)
                for out, want in zip(outs, wanted):
                    np.testing.assert_array_equal(out, want[:n])
                for i, (array, x) in enumerate(zip(arrays, given)):
                    if i != place:
                        np.testing.assert_array_equal(array, x[:n])
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
    """Each ufunc without a core dimension has its two scalars and its two array loops."""
    ufuncs = {name for name in softufunc.__all__ if hasattr(getattr(softufunc, name), "nin")}
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
    members = re.findall(r"^    SOFTUFUNC_(?:OF_ONE|OF_TWO|TWO_RESULTS)\((\w+)\)$", header, re.MULTILINE)
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
