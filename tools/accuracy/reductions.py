"""Errors of the functions of rows, against MPFR: rows of every hard kind and of several lengths.

An error counts as its share of the bound: ulp * ULP(result), of some functions + 2^log2 * scale (`scale` of the facts).
For softmax and log_softmax, whose roundings seldom add up in random rows, a local search from the worst rows of two to
five numbers follows.
"""

import math
import sys

import numpy as np

from tools import inputs, reference
from tools.accuracy.report import KINDS
from tools.common import tables
from tools.facts import FUNCTIONS

SEARCHED, WORST, CHILDREN = (2, 3, 5), 150, 6
"""lengths of rows, the number of rows kept in a round, and of changed copies of each"""


def errors(ufunc, rows, want):
    """Return the largest (error in ULP, excess over bound.ulp relative to the scale, share of the bound).

    `want` is expected() of the rows.
    """
    with np.errstate(all="ignore"):
        got = np.ravel(ufunc(*rows))
    ulp, beyond = want.ulp(got), np.zeros(1)
    if want.log2_scale is not None:
        excess = np.maximum(ulp - reference.bound(want.name, want.dtype).ulp, 0)
        beyond = excess * np.exp2(want.exact[0].exponent - want.log2_scale)
    return float(ulp.max()), float(beyond.max()), float(want.share(got).max())


def hard_rows(name, dtype, lengths, count, seed):
    """Yield (kind, inputs, exact results): `count` rows of every hard kind and length."""
    for n in lengths:
        random = np.random.default_rng(seed)
        for _ in range(count):
            for kind, rows in inputs.hard_kinds(name, random, n, dtype).items():
                yield kind, rows, reference.expected(name, *rows)


def search(name, isa, dtype, args):
    """Return (error in ULP, row) of the worst row that a local search finds, from hard rows by random steps."""
    random, ufunc = np.random.default_rng(args.seed), tables()[isa][name]
    bits, spread = f"i{np.dtype(dtype).itemsize}", {"f4": 2.0**20, "f8": 2.0**45}[dtype]

    def largest(x):
        with np.errstate(all="ignore"):
            ulp = reference.expected(name, x).ulp(ufunc(x)).reshape(x.shape).max(-1)
        return np.where(np.isfinite(x).all(-1), ulp, 0)

    found = []
    for n in SEARCHED:
        draws = [inputs.hard_kinds(name, random, n, dtype) for _ in range(60)]
        x = np.stack([row for kinds in draws for (row,) in kinds.values()])
        error = largest(x)
        for _ in range(args.climb):
            order = np.argsort(error)[: -WORST - 1 : -1]
            x, error = x[order], error[order]
            near = np.repeat(x, CHILDREN, 0)
            steps = spread ** random.uniform(0, 1, near.shape) * random.choice([-1, 0, 1], near.shape)
            near = (near.view(bits) + np.rint(steps).astype(bits)).view(dtype)
            x, error = np.concatenate([x, near]), np.concatenate([error, largest(near)])
        found.append((error.max(), x[error.argmax()]))
    return max(found, key=lambda each: each[0])


def measure(name, sets, dtype, args):
    """Print the errors of one function and type, and return the records."""
    kind, records = KINDS[dtype], []
    bound = reference.bound(name, kind)
    found, points = {isa: {} for isa in sets}, 0
    for title, rows, want in hard_rows(name, kind, args.lengths, args.rows, args.seed):
        points += len(want.exact[0].nearest)
        for isa in sets:
            this = errors(tables()[isa][name], rows, want)
            found[isa][title] = tuple(map(max, found[isa].get(title, this), this))
    for isa in sets:
        relative = "" if bound.log2 is None else f" + 2^{bound.log2:g}"
        print(f"{name} {dtype} {isa}: bound {bound.ulp} ULP{relative}")
        for title, (ulp, beyond, share) in found[isa].items():
            rest = f"2^{math.log2(beyond):.2f}" if 0 < beyond < math.inf else "nothing"
            rest = "" if bound.log2 is None else f" {rest} of the scale,"
            note = "   ABOVE THE BOUND" if share > 1 else ""
            print(f"    {title:26} {ulp:10.4f} ULP,{rest} {share:.3f} of the bound{note}")
        worst, _, share = map(max, zip(*found[isa].values(), strict=True))
        if bound.log2 is None and FUNCTIONS[name].nin == 1:
            ulp, row = search(name, isa, kind, args)
            worst, share = max(worst, float(ulp)), max(share, float(ulp) / bound.ulp)
            note = "   ABOVE THE BOUND" if share > 1 else ""
            print(f"    {'local search':26} {ulp:10.4f} ULP at {','.join(float(x).hex() for x in row)}{note}")
        sys.stdout.flush()
        record = {"function": name, "dtype": dtype, "isa": isa, "points": points, "worst_ulp": worst}
        records.append(record | {"share_of_bound": share, "failed": share > 1})
    return records
