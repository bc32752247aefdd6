"""Errors of the functions that reduce an axis, against MPFR: rows of every hard kind and of several lengths.

An error counts as its share of the bound: ulp * ULP(result) + 2^log2 * scale (`scale` of the facts).
"""

import math
import sys

import gmpy2
import numpy as np

from tools import inputs, reference
from tools.accuracy.report import KINDS
from tools.common import tables


def errors(name, ufunc, rows, dtype, bound):
    """Return (error in ULP, excess over bound.ulp relative to the scale, fraction of the bound) for one set of rows."""
    want, scale = reference.exact(name, *rows)[0], reference.scale(name, *rows)[0]
    with np.errstate(all="ignore"):
        got = ufunc(*rows)
    if not np.isfinite(got):
        return math.inf, math.inf, math.inf
    with reference.precisely():
        ulp = gmpy2.exp2(reference.ulp_exponent(want, reference.FORMATS[dtype]))
        error = abs(reference.to_mp(got) - want)
        beyond = (error - ulp * bound.ulp) / scale if scale else gmpy2.mpfr(0)
        allowed = ulp * bound.ulp + scale * gmpy2.exp2(bound.log2)
        return float(error / ulp), float(beyond), float(error / allowed)


def measure(name, sets, dtype, args):
    """Print the errors of one function and type, and return the records."""
    kind, records = KINDS[dtype], []
    bound = reference.bound(name, kind)
    for isa in sets:
        largest = (0.0, 0.0, 0.0)
        print(f"{name} {dtype} {isa}: bound {bound.ulp} ULP + 2^{bound.log2:g}")
        found, counts = {}, 0
        for n in args.lengths:
            random = np.random.default_rng(args.seed)
            for _ in range(args.rows):
                for title, rows in inputs.hard_kinds(name, random, n, kind).items():
                    this = errors(name, tables()[isa][name], rows, kind, bound)
                    found[title] = tuple(map(max, found.get(title, largest), this))
                    counts += 1
        for title, (ulp, beyond, share) in found.items():
            rest = f"2^{math.log2(beyond):.2f}" if 0 < beyond < math.inf else "nothing"
            note = "   ABOVE THE BOUND" if share > 1 else ""
            print(f"    {title:18} {ulp:10.4f} ULP, {rest} of the scale, {share:.3f} of the bound{note}")
        sys.stdout.flush()
        largest = tuple(map(max, zip(*found.values(), strict=True)))
        record = {"function": name, "dtype": dtype, "isa": isa, "points": counts, "worst_ulp": largest[0]}
        records.append(record | {"share_of_bound": largest[2], "failed": largest[2] > 1})
    return records
