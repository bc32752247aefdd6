"""Write tests/hashes.json from the installed softufunc, and its hash in CHANGELOG.md.

Run this only after an intended change of results.
"""

import hashlib
import json
import re

import numpy as np

from tools.facts import ROOT
from tools.inputs import NAMES, fma_sets, hashed_inputs, hashed_pairs, hashed_rows
from tools.reference import FACTS

TARGET = ROOT / "tests" / "hashes.json"
CHANGES = ROOT / "CHANGELOG.md"
LINE = re.compile(r"result bits `([0-9a-f]{8})`")


def digest(y):
    """Return the SHA-256 of the results in little-endian order, with all nans made equal."""
    y = np.where(np.isnan(y), np.array(np.nan, y.dtype), y)
    return hashlib.sha256(y.astype(y.dtype.newbyteorder("<")).tobytes()).hexdigest()


@np.errstate(all="ignore")
def digest_of(ufunc, name, dtype):
    """Return the digest of a function: of a million inputs; of pairs, accumulate and outer; or of some hundred rows."""
    facts = FACTS[name]
    if facts.is_gufunc:
        return digest(np.concatenate([np.ravel(ufunc(*row)) for row in hashed_rows(name, dtype)]))
    if facts.nin == 2:
        x, y = hashed_pairs(name, dtype)
        if facts.nout == 2:
            return digest(np.concatenate([*ufunc(x, y), *map(np.ravel, ufunc.outer(x[:30], y[:30]))]))
        parts = ufunc(x, y), ufunc.accumulate(y[:999]), ufunc.outer(x[:30], y[:30]).ravel()
        return digest(np.concatenate(parts))
    return digest(np.asarray(ufunc(hashed_inputs(name, dtype))))


def key(dtype, fma):
    """Return the key of a digest: FMA changes results, except those of float16."""
    return dtype if fma or dtype == "f2" else f"{dtype} without FMA"


def entries(name):
    """Return [(key, type, with FMA)] of a function's digests; only unary functions have digests without FMA."""
    if FACTS[name].nin == 1 and not FACTS[name].is_gufunc:
        return list({key(t, fma): (key(t, fma), t, fma) for t in ("f2", "f4", "f8") for fma in (True, False)}.values())
    return [(dtype, dtype, True) for dtype in ("f4", "f8")]


def number():
    """Return the first eight digits of the hash of hashes.json, which CHANGELOG.md states."""
    return hashlib.sha256(TARGET.read_bytes()).hexdigest()[:8]


def computed():
    """Return {name: {key: digest}} of the installed package."""
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
