"""What compiled code may call: the names and signatures that the installed package exports.

They are frozen in tests/exports.txt: lines are added at its end, and none changes.
"""

import ctypes

from tools.facts import ROOT

TARGET = ROOT / "tests" / "exports.txt"


def exported() -> dict[str, str]:
    """{name: signature}, as cimport sees them."""
    import softufunc

    name_of = ctypes.pythonapi.PyCapsule_GetName
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    return {name: name_of(capsule).decode() for name, capsule in softufunc.__pyx_capi__.items()}


def lines() -> list[str]:
    """One declaration each: double softplus(double)."""
    return [signature.replace(" (", f" {name}(", 1) for name, signature in exported().items()]
