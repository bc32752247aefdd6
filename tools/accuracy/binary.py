"""Errors of the binary functions against MPFR: hard pairs, then a local search from the worst ones."""

import sys

import numpy as np

from tools import inputs, reference
from tools.accuracy.report import KINDS
from tools.common import hexed, tables
from tools.facts import FUNCTIONS


def groups(name, x, y, exact):
    """Return masks of the results near 0 and elsewhere; for labels, of 0 and 1 and of values in between."""
    if FUNCTIONS[name].label:
        classes = (y == 0) | (y == 1)
        return {"labels 0 and 1": classes, "labels in between": ~classes}
    size = np.maximum(np.abs(x), np.abs(y)).astype("f8") / 16
    near_0 = np.array([abs(value) < limit for value, limit in zip(exact, size, strict=True)], bool)
    return {"near 0": near_0, "elsewhere": ~near_0}


class Worst:
    """The largest errors of one ufunc, by group of results, and the pairs from which the search starts."""

    def __init__(self, name, ufunc, dtype):
        self.name, self.ufunc, self.dtype = name, ufunc, dtype
        self.groups, self.pairs = {}, []

    def add(self, x, y, exact):
        """Add pairs, and return (largest error, x, y) among them."""
        with np.errstate(all="ignore"):
            found = reference.ulp_error(self.ufunc(x, y), exact, self.dtype)
        for group, members in groups(self.name, x, y, exact).items():
            if members.any():
                i = np.argmax(np.where(members, found, -1))
                self.groups[group] = max(self.groups.get(group, (-1,)), (found[i], x[i], y[i]))
        best = np.argsort(found)[-12:]
        self.pairs = sorted([*self.pairs, *((found[i], x[i], y[i]) for i in best)])[-12:]
        return found[best[-1]], x[best[-1]], y[best[-1]]

    def climb(self, random, rounds):
        """Search around the worst pairs by random small steps, and return the worst pair found."""
        bits = reference.FORMATS[self.dtype].bits
        for _ in range(rounds):
            pairs = [np.array([pair[i] for pair in self.pairs], self.dtype) for i in (1, 2)]
            many = [np.repeat(part, 40) for part in pairs]
            for part in many:
                width = 2.0 ** random.uniform(0, 30 if self.dtype == "f8" else 16, len(part))
                step = (random.standard_normal(len(part)) * width).astype("i8")
                step[random.random(len(part)) < 0.3] = 0
                part[...] = (part.view(bits).astype("i8") + step).astype(bits).view(self.dtype)
            with np.errstate(all="ignore"):
                x, y = inputs.inside(self.name, *many)
            self.add(x, y, reference.exact(self.name, x, y))
        return self.pairs[-1]


def measure(name, sets, dtype, args):
    """Print the errors of one function and type, and return the records."""
    kind = KINDS[dtype]
    random, bound = np.random.default_rng(args.seed), reference.bounds(name).get(kind)
    limit = args.limit if args.limit is not None else bound.ulp if bound else np.inf
    worst = {isa: Worst(name, tables()[isa][name], kind) for isa in sets}
    each = args.points // len(inputs.hard_kinds(name, random, 4, kind)) + 1
    lines = {isa: [] for isa in sets}
    points = 0
    for title, arrays in inputs.hard_kinds(name, random, each, kind).items():
        x, y = inputs.inside(name, *arrays)
        points += len(x)
        exact = reference.exact(name, x, y)
        for isa in sets:
            lines[isa].append((title, worst[isa].add(x, y, exact)))
    records = []
    for isa in sets:
        lines[isa].append(("search", worst[isa].climb(np.random.default_rng(args.seed), args.climb)))
        print(f"{name} {dtype} {isa}: bound {limit}")
        for title, (error, x, y) in [*lines[isa], *((f"all, {k}", pair) for k, pair in worst[isa].groups.items())]:
            beyond = "   ABOVE THE BOUND" if error > limit else ""
            print(f"    {title:22} {error:8.4f}  {hexed(x)},{hexed(y)}{beyond}")
        sys.stdout.flush()
        error, x, y = worst[isa].pairs[-1]
        record = {"function": name, "dtype": dtype, "isa": isa, "points": points, "worst_ulp": float(error)}
        records.append(record | {"input": f"{hexed(x)},{hexed(y)}", "failed": bool(error > limit)})
    return records
