"""The C API of the installed package: exported names and signatures.

They are frozen in tests/exports.txt, to which lines are only appended.
"""

import ctypes

from tools.facts import ROOT

TARGET = ROOT / "tests" / "exports.txt"


def exported() -> dict[str, str]:
    """Return {name: signature}, as Cython's cimport sees them."""
    import softufunc

    name_of = ctypes.pythonapi.PyCapsule_GetName
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    return {name: name_of(capsule).decode() for name, capsule in softufunc.__pyx_capi__.items()}


def lines() -> list[str]:
    """Return one declaration per function, such as "double softplus(double)"."""
    return [signature.replace(" (", f" {name}(", 1) for name, signature in exported().items()]
