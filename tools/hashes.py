"""Write tests/hashes.json from the installed softufunc, and its number in CHANGELOG.md.

To be run after a change of a kernel that is meant to change results; a change that is not meant to must not need it.
"""

import hashlib
import json
import re

import numpy as np

from tools.facts import ROOT
from tools.inputs import NAMES, fma_sets, hashed_inputs, hashed_pairs, hashed_row
from tools.reference import FACTS

TARGET = ROOT / "tests" / "hashes.json"
CHANGES = ROOT / "CHANGELOG.md"
LINE = re.compile(r"result bits `([0-9a-f]{8})`")


def digest(y):
    """SHA-256 of the results, little-endian; every nan counts as the same one."""
    y = np.where(np.isnan(y), np.array(np.nan, y.dtype), y)
    return hashlib.sha256(y.astype(y.dtype.newbyteorder("<")).tobytes()).hexdigest()


@np.errstate(all="ignore")
def digest_of(ufunc, name, dtype):
    """The digest of a function: of a million inputs; of pairs, a running total and a table; of 601 rows."""
    facts = FACTS[name]
    if facts.is_gufunc:
        inputs = hashed_row(name, dtype)
        rows = [[part[50 * n : 51 * n] for part in inputs] for n in range(1, 601)]
        return digest(np.array([ufunc(*row) for row in [*rows, inputs]], dtype))
    if facts.nin == 2:
        x, y = hashed_pairs(name, dtype)
        parts = ufunc(x, y), ufunc.accumulate(y[:999]), ufunc.outer(x[:30], y[:30]).ravel()
        return digest(np.concatenate(parts))
    return digest(np.asarray(ufunc(hashed_inputs(name, dtype))))


def key(dtype, fma):
    """The entry of a function: multiply-adds that are rounded once change results, but not those of float16."""
    return dtype if fma or dtype == "f2" else f"{dtype} without FMA"


def entries(name):
    """(key, type, with FMA) for every digest of a function: all kernels of one input, those with FMA of the others."""
    if FACTS[name].nin == 1 and not FACTS[name].is_gufunc:
        return list({key(t, fma): (key(t, fma), t, fma) for t in ("f2", "f4", "f8") for fma in (True, False)}.values())
    return [(dtype, dtype, True) for dtype in ("f4", "f8")]


def number():
    """What CHANGELOG.md says of hashes.json: eight digits of its own hash."""
    return hashlib.sha256(TARGET.read_bytes()).hexdigest()[:8]


def computed():
    """{name: {key: digest}} of the installed package."""
    from softufunc._ufuncs import tables

    sets = fma_sets(tables)
    if not sets or sets == list(tables):
        raise SystemExit("this machine runs only one of the two kinds of kernels, with FMA and without")
    return {
        name: {
            label: digest_of(tables[sets[0] if fma else "baseline"][name], name, t) for label, t, fma in entries(name)
        }
        for name in NAMES
    }


def main():
    hashes = computed()
    stored = json.loads(TARGET.read_text(encoding="utf-8"))
    order = sorted(hashes, key=lambda name: (name not in stored, list(stored).index(name) if name in stored else 0))
    text = json.dumps({name: hashes[name] for name in order}, indent=1)
    TARGET.write_text(text + "\n", encoding="utf-8", newline="\n")
    text = CHANGES.read_text(encoding="utf-8")
    CHANGES.write_text(LINE.sub(f"result bits `{number()}`", text, count=1), encoding="utf-8", newline="\n")
    print(f"{TARGET}: {len(hashes)} functions; result bits {number()}")


if __name__ == "__main__":
    main()
