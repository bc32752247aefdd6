"""python tests/make_hashes.py: write tests/hashes.json from the installed softufunc, and its number in CHANGELOG.md.

To be run after a change of a kernel that is meant to change results; a change that is not meant to must not need it.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from inputs import everyday_patterns, fma_sets, hashed_inputs, patterns
from reference import FUNCTIONS, ROOT
from reference_of_two import FUNCTIONS_OF_TWO
from reference_two_results import EVERY_NAME, TWO_RESULTS
from sums import SUMS

TARGET = Path(__file__).resolve().parent / "hashes.json"
CHANGES = ROOT / "CHANGELOG.md"
LINE = re.compile(r"result bits `([0-9a-f]{8})`")


def digest(y):
    """SHA-256 of the results, little-endian; every nan counts as the same one."""
    y = np.where(np.isnan(y), np.array(np.nan, y.dtype), y)
    return hashlib.sha256(y.astype(y.dtype.newbyteorder("<")).tobytes()).hexdigest()


def pairs(name, dtype):
    """2^16 pairs of numbers, made from integers alone: everyday ones, neighbours, bit patterns of the type."""
    x, y = everyday_patterns(dtype, 2**15), everyday_patterns(dtype, 2**15, 12345)
    bits = np.array(1, dtype).view(f"u{x.itemsize}").dtype
    beside = (x.view(bits) + np.arange(2**15, dtype=bits) % bits.type(9)).view(dtype)
    x = np.concatenate([x, x[: 2**14], patterns(dtype, 2**14, 5)])
    y = np.concatenate([y, beside[: 2**14], patterns(dtype, 2**14, 98765)])
    if name == "log_prob":
        y = np.where(np.abs(y) < 1, np.abs(y), y - y + 0.25).astype(dtype)
    if name == "logsubexp":
        x, y = np.maximum(x, y), np.minimum(x, y)
    finite = np.isfinite(x) & np.isfinite(y)
    return x[finite], y[finite]


def digest_of_two(ufunc, name, dtype):
    """The same of those pairs, and of a running total and a table of some of them."""
    with np.errstate(all="ignore"):
        x, y = pairs(name, dtype)
        z = np.concatenate([ufunc(x, y), ufunc.accumulate(y[:999]), ufunc.outer(x[:30], y[:30]).ravel()])
    z = np.where(np.isnan(z), z.dtype.type(np.nan), z)
    return hashlib.sha256(z.astype(z.dtype.newbyteorder("<")).tobytes()).hexdigest()


def digest_of_sums(ufunc, name, dtype):
    """The same of 600 sums, of 1 to 600 numbers, half of them with numbers below 64 only, and one of all."""
    x = everyday_patterns(dtype, 2**15)
    x[: 2**14] /= 32
    labels = (np.arange(2**15) % 5 / 4).astype(dtype)
    inputs = (x,) if SUMS[name].arguments == 1 else (x, labels)
    y = [ufunc(*(part[50 * n : 51 * n] for part in inputs)) for n in range(1, 601)]
    y = np.array([*y, ufunc(*inputs)], dtype)
    return hashlib.sha256(y.astype(y.dtype.newbyteorder("<")).tobytes()).hexdigest()


def key(dtype, fma):
    """The entry of a function: multiply-adds that are rounded once change results, but not those of float16."""
    return dtype if fma or dtype == "f2" else f"{dtype} without FMA"


def number():
    """What CHANGELOG.md says of hashes.json: eight digits of its own hash."""
    return hashlib.sha256(TARGET.read_bytes()).hexdigest()[:8]


def main():
    from softufunc._ufuncs import tables

    isa = next(iter(fma_sets(tables)), None)
    if isa is None or fma_sets(tables) == list(tables):
        raise SystemExit("this machine runs only one of the two kinds of kernels, with FMA and without")
    hashes = {}
    for name in EVERY_NAME:
        hashes[name] = entry = {}
        for dtype in "f2", "f4", "f8":
            x = hashed_inputs(name if name in FUNCTIONS else TWO_RESULTS[name][0], dtype)
            for fma, table in (True, tables[isa]), (False, tables["baseline"]):
                with np.errstate(all="ignore"):
                    entry[key(dtype, fma)] = digest(np.asarray(table[name](x)))
    for name in FUNCTIONS_OF_TWO:
        hashes[name] = {dtype: digest_of_two(tables[isa][name], name, dtype) for dtype in ("f4", "f8")}
    for name in SUMS:
        hashes[name] = {dtype: digest_of_sums(tables[isa][name], name, dtype) for dtype in ("f4", "f8")}
    TARGET.write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8", newline="\n")
    text = CHANGES.read_text(encoding="utf-8")
    CHANGES.write_text(LINE.sub(f"result bits `{number()}`", text, count=1), encoding="utf-8", newline="\n")
    print(f"{TARGET}: {len(hashes)} functions, from {isa}; result bits {number()}")


if __name__ == "__main__":
    main()
