"""Drive the whole ufunc protocol with random calls: python -m tools fuzz calls --calls 1000000.

Each call is made twice, on two copies of the same memory: with the ufunc, and with a slow model of it that uses the
same NumPy machinery (tools/fuzz/model.py). Results, memory, exceptions and their messages must agree. The calls run in
a separate process, so that a crash can be attributed to a call. A call depends only on the seed and its number; --seed
and --first reproduce it.
"""

import argparse
import collections
import mmap
import os
import re
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

from tools import common
from tools.fuzz.model import faults, model_of
from tools.fuzz.random_calls import Call

ADDRESS = re.compile(r"0x[0-9a-f]+|with casting rule '\w+'")
"""what differs in messages of NumPy from call to call"""


def same_numbers(a, b):
    """Equal bit for bit but for the nans' own bits."""
    if a.dtype.names:
        return all(same_numbers(a[name], b[name]) for name in a.dtype.names)
    if a.dtype.kind in "mM":  # not a time is unequal to itself
        return a.tobytes() == b.tobytes()
    if a.dtype.kind == "O":
        return repr(a.tolist()) == repr(b.tolist())
    if a.dtype.kind not in "fc":
        return bool(np.array_equal(a, b))
    with np.errstate(all="ignore"):
        nan = np.isnan(a)
        if not np.array_equal(nan, np.isnan(b)):
            return False
        a, b = a[~nan], b[~nan]
        return np.array_equal(a, b) and np.array_equal(np.signbit(a.real), np.signbit(b.real))


def same(a, b, values):
    """Are two results the same in type, shape, layout and, where `values` says so, numbers?"""
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(same(x, y, values) for x, y in zip(a, b, strict=True))
    if isinstance(a, np.ma.MaskedArray):
        masks = np.ma.getmaskarray(a), np.ma.getmaskarray(b)
        if masks[0].shape == a.shape:  # which NumPy does not see to in every method
            a, b = a.filled(0), b.filled(0)
        return np.array_equal(*masks) and same(np.asarray(a), np.asarray(b), values)
    if isinstance(a, (np.ndarray, np.generic)):
        x, y = np.asarray(a), np.asarray(b)
        alike = x.dtype == y.dtype and x.shape == y.shape and x.strides == y.strides
        return alike and (not values or same_numbers(x, y))
    return repr(a) == repr(b) if not hasattr(a, "__array_ufunc__") else True


def outcome(ufunc, call):
    """(result, None) or (None, exception)"""
    try:
        return getattr(ufunc, call.method)(*call.arguments, **call.keywords), None
    except Exception as error:
        return None, error


def undefined(ufunc, call):
    """Are the results those of an order that NumPy leaves open?

    Which of two outputs in the same memory is written last, and what a generalized ufunc reads from an input that is
    its output too: np.vecdot(x, [1, 1, 1], out=x) has the same fault.
    """
    out = call.keywords.get("out")
    outputs = [x for x in (out if isinstance(out, tuple) else (out,)) if isinstance(x, np.ndarray)]
    if ufunc.signature:
        places = [(x.ctypes.data, x.shape, x.strides) for x in call.arguments if isinstance(x, np.ndarray)]
        return any((x.ctypes.data, x.shape, x.strides) in places for x in outputs)
    return len(outputs) > 1 and np.may_share_memory(*outputs[:2])


def check(ufunc, model, seed):
    """Make one call with both; None or what is different."""
    ours, theirs = Call(seed, ufunc), Call(seed, model)
    if ours.random() < 0.03:
        with np.errstate(all="raise"):
            outcome(ufunc, ours)
        return ours.method, "errors raised", None
    (result, error), (expected, wanted) = outcome(ufunc, ours), outcome(model, theirs)
    if faults:
        return ours.method, "", f"the model failed: {faults.pop()!r}"
    # NumPy has several kinds of TypeError for types without a loop
    if type(error) is not type(wanted) and not (isinstance(error, TypeError) and isinstance(wanted, TypeError)):
        return ours.method, "", f"{error!r} instead of {wanted!r}"
    name = type(error).__name__ if error else "result"
    if error and type(error) is type(wanted) and ADDRESS.sub("", str(error)) != ADDRESS.sub("", str(wanted)):
        return ours.method, name, f"says {error}, instead of {wanted}"
    # where= without out= leaves uninitialized numbers
    open_order = undefined(ufunc, ours)
    values = ("where" not in ours.keywords or ours.method == "reduce") and not open_order
    if not error and not same(result, expected, values):
        return ours.method, name, f"{result!r} instead of {expected!r}"
    for (raw, block), (raw_expected, block_expected) in zip(ours.memory, theirs.memory, strict=True):
        if not open_order and not np.array_equal(raw, raw_expected) and not same_numbers(block, block_expected):
            return ours.method, name, f"memory differs: {block!r} instead of {block_expected!r}"
    return ours.method, name, None


def describe(ufunc, seed):
    call = Call(seed, ufunc)

    def one(x):
        return f"<{type(x).__name__} {x.dtype} {x.shape} {x.strides}>" if isinstance(x, np.ndarray) else repr(x)[:80]

    parts = [one(x) for x in call.arguments] + [f"{key}={one(x)}" for key, x in call.keywords.items()]
    return f"{ufunc.__name__}.{call.method}({', '.join(parts)})"


def worker(options):
    """Make the calls and write the number of the one at work into the file."""
    from softufunc._ufuncs import tables

    warnings.simplefilter("ignore")
    pairs = [(isa, ufunc, model_of(ufunc)) for isa, made in tables.items() for ufunc in made.values()]
    counts, bad = collections.Counter(), 0
    with open(options.worker, "r+b") as file, mmap.mmap(file.fileno(), 8) as place, np.errstate(all="ignore"):
        for i in range(options.first, options.first + options.calls):
            place[:] = i.to_bytes(8, "little")
            seed = (options.seed << 64) + i
            isa, ufunc, model = pairs[i % len(pairs)]
            method, kind, difference = check(ufunc, model, seed)
            counts[method, kind] += 1
            if difference:
                bad += 1
                if bad <= 20:
                    print(f"call {i}, {isa}: {describe(ufunc, seed)}\n    {difference[:1500]}", flush=True)
    for (method, kind), n in sorted(counts.items()):
        print(f"{n:9d} {method:10s} {kind}")
    sys.exit(bad > 0)


def main(arguments=None):
    parser = common.make_parser("fuzz calls", __doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"), help="random unless given")
    parser.add_argument("--first", type=int, default=0, help="the number of the first call")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        worker(options)
    print(f"seed {options.seed}, {options.calls} calls from {options.first}", flush=True)
    start = time.perf_counter()
    with tempfile.NamedTemporaryFile() as file:
        file.write(bytes(8))
        file.flush()
        python = [sys.executable, "-X", "faulthandler", "-m", "tools", "fuzz", "calls"]
        command = [*python, *(arguments or []), "--seed", str(options.seed)]
        code = subprocess.run([*command, "--worker", file.name], check=False).returncode
        file.seek(0)
        last = int.from_bytes(file.read(8), "little")
    if code not in (0, 1) or (code == 1 and last != options.first + options.calls - 1):
        print(f"died with {code} in call {last}: --seed {options.seed} --first {last} --calls 1")
        return 1
    print(f"{'no difference' if code == 0 else 'FAILED'} in {time.perf_counter() - start:.0f} s, seed {options.seed}")
    return code
