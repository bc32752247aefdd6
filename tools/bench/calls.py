"""Measure the time of scalar calls from C and numba: python -m tools bench calls.

Independent calls overlap in the processor; chained calls depend on each other. Times are medians of many rounds, in ns
per call, and for the array kernel in ns per element. --check fails if a float64 call of softplus takes more than 15 ns.
"""

import ctypes
import statistics
import sys
import time
from pathlib import Path

import numpy as np

import softufunc
from tools import common
from tools.bench.inputs import typical_inputs

N = 2000
LIMIT = 15.0


def pointer(name):
    capsule = softufunc.__pyx_capi__[name]
    signature = ctypes.pythonapi.PyCapsule_GetName
    signature.restype, signature.argtypes = ctypes.c_char_p, [ctypes.py_object]
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.c_void_p(get(capsule, signature(capsule)))


def loops(library, name, x):
    """Return {label: call for all elements of x}."""
    suffix, bits = ("", "f64") if x.dtype == np.float64 else ("f", "f32")
    out = np.empty_like(x)
    # data_as keeps the arrays alive as long as the pointers
    given = (x.ctypes.data_as(ctypes.c_void_p), out.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(x.size))
    scalar = pointer(name + suffix)
    kernel = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)(
        pointer(f"{name}{suffix}_array").value
    )
    made = {
        "C": lambda: library[f"independent_{bits}"](scalar, *given),
        "C, chained": lambda: library[f"chained_{bits}"](scalar, *given),
        "array": lambda: kernel(*given),
    }
    if numba_loop := in_numba(name):
        numba_loop(x, out)
        made["numba"] = lambda: numba_loop(x, out)
    return made


def in_numba(name):
    try:
        from numba import njit
    except ImportError:
        return None
    ufunc = getattr(softufunc, name)

    @njit
    def loop(x, out):
        for i in range(x.size):
            out[i] = ufunc(x[i])

    return loop


def medians(calls, rounds):
    """Return the median times in ns per call; every round runs all calls in turn."""
    times = {what: [] for what in calls}
    for _ in range(rounds):
        for what, call in calls.items():
            start = time.perf_counter()
            call()
            times[what].append((time.perf_counter() - start) / N * 1e9)
    return {what: statistics.median(some[rounds // 4 :]) for what, some in times.items()}


def main(arguments=None):
    parser = common.make_parser("bench calls", __doc__)
    common.add_names(parser, common.unary_names())
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--check", action="store_true", help=f"fail if softplus takes more than {LIMIT} ns")
    args = parser.parse_args(arguments)
    library = common.compile_c(Path(__file__).resolve().parent / "calls.c")
    print(", ".join(f"{key} {value}" for key, value in common.machine().items()))
    print(f"instruction set {softufunc.show_config()['instruction_set']}")
    worst = 0.0
    for dtype in np.float64, np.float32:
        for name in args.names or common.unary_names():
            (x,) = typical_inputs(name, N, dtype)
            found = medians(loops(library, name, x), args.rounds)
            print(f"{name:18} {x.dtype}  " + "  ".join(f"{what} {ns:6.2f}" for what, ns in found.items()), flush=True)
            if name == "softplus" and dtype == np.float64:
                worst = max(ns for what, ns in found.items() if what in ("C", "numba"))
    if args.check and not 0 < worst <= LIMIT:
        sys.exit(f"a call of softplus takes {worst:.2f} ns; the limit is {LIMIT}")
