"""What compiled code may call, tests/exports.txt: `python -m tools.capi` writes it from the installed package.

Names and signatures are frozen: lines are added at the end, and none changes.
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


def refresh() -> None:
    """Write the list; what was promised before stays as it was, or nothing is written."""
    old, new = TARGET.read_text(encoding="utf-8").splitlines(), lines()
    if new[: len(old)] != old:
        raise SystemExit("the C ABI is not what tests/exports.txt promises")
    TARGET.write_text("\n".join(new) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    refresh()
