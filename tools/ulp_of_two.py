"""Measure the errors of the functions of two arguments against MPFR, and search for larger ones.

    python tools/ulp_of_two.py                            all functions, float32 and float64, the best instruction set
    python tools/ulp_of_two.py logaddexp --points 1e5 --isa all --dtype float64
    python tools/ulp_of_two.py --isa all --points 1e6 --check
                                                          exit status 1 if a bound of functions/NAME.h is exceeded

Printed for each instruction set and kind of data (tests/reference_of_two.py): the largest error in units in the last
place, and where. Then the worst pairs are moved by small steps, again and again. The last lines are the largest errors
of all that was tried, apart for results near 0 (below a 16th of the larger argument) and elsewhere, for log_prob for
the labels 0 and 1 and for those in between.
"""

import argparse
import sys

import measuring
import numpy as np

sys.path.insert(0, str(measuring.TOOLS.parent / "tests"))
import reference
import reference_of_two as of_two

KINDS = {"float32": "f4", "float64": "f8"}
NAMES = {kind: name for name, kind in KINDS.items()}


def inside(name, x, y):
    with np.errstate(all="ignore"):
        fine = np.isfinite(x) & np.isfinite(y)
        if name == "logsubexp":
            fine &= x > y
        if name == "log_prob":
            fine &= (y >= 0) & (y <= 1)
    return x[fine], y[fine]


class Worst:
    """The largest errors of one ufunc: of each group of results, and the pairs that a search begins with."""

    def __init__(self, name, ufunc, dtype):
        self.name, self.ufunc, self.dtype = name, ufunc, dtype
        self.groups, self.pairs = {}, []

    def add(self, x, y, exact):
        """(largest error, x, y) of these pairs, which count from now on."""
        with np.errstate(all="ignore"):
            found = reference.ulp_error(self.ufunc(x, y), exact, self.dtype)
        for group, members in of_two.groups(self.name, x, y, exact).items():
            if members.any():
                i = np.argmax(np.where(members, found, -1))
                self.groups[group] = max(self.groups.get(group, (-1,)), (found[i], x[i], y[i]))
        best = np.argsort(found)[-12:]
        self.pairs = sorted([*self.pairs, *((found[i], x[i], y[i]) for i in best)])[-12:]
        return found[best[-1]], x[best[-1]], y[best[-1]]

    def climb(self, random, rounds):
        """The worst of many small moves of the worst pairs, over and over."""
        bits = reference.FORMATS[self.dtype].bits
        for _ in range(rounds):
            pairs = [np.array([pair[i] for pair in self.pairs], self.dtype) for i in (1, 2)]
            many = [np.repeat(part, 40) for part in pairs]
            for part in many:
                width = 2.0 ** random.uniform(0, 30 if self.dtype == "f8" else 16, len(part))
                step = (random.standard_normal(len(part)) * width).astype("i8")
                step[random.random(len(part)) < 0.3] = 0
                part[...] = (part.view(bits).astype("i8") + step).astype(bits).view(self.dtype)
            x, y = inside(self.name, *many)
            self.add(x, y, of_two.exact(self.name, x, y))
        return self.pairs[-1]


def measure(name, sets, dtype, args):
    """Print the errors of one function and type; True if all are within the bound."""
    random, bound = np.random.default_rng(args.seed), of_two.bounds_of_two(name).get(dtype)
    worst = {isa: Worst(name, measuring.tables()[isa][name], dtype) for isa in sets}
    each = int(args.points) // len(of_two.data(name, random, 4, dtype)) + 1
    lines = {isa: [] for isa in sets}
    for kind, (x, y) in of_two.data(name, random, each, dtype).items():
        exact = of_two.exact(name, x, y)
        for isa in sets:
            lines[isa].append((kind, worst[isa].add(x, y, exact)))
    fine = True
    for isa in sets:
        lines[isa].append(("search", worst[isa].climb(np.random.default_rng(args.seed), args.rounds)))
        print(f"{name} {isa} {NAMES[dtype]}: bound {bound.ulp if bound else 'none'}")
        for title, (error, x, y) in [*lines[isa], *((f"all, {k}", pair) for k, pair in worst[isa].groups.items())]:
            beyond = bound is not None and error > bound.ulp
            fine &= not beyond
            print(f"    {title:22} {error:8.4f}  {short(x)},{short(y)}{'   BEYOND THE BOUND' if beyond else ''}")
        sys.stdout.flush()
    return fine


def main():
    tables = measuring.tables()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("functions", nargs="*", help="default: all")
    parser.add_argument("--isa", nargs="+", default=[next(iter(tables))], help="instruction sets, or 'all'")
    parser.add_argument("--dtype", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--points", type=float, default=1e5, help="of all kinds of data together (default 1e5)")
    parser.add_argument("--rounds", type=int, default=40, help="of the search (default 40)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="exit status 1 if a bound is exceeded")
    args = parser.parse_args()
    sets = list(tables) if args.isa == ["all"] else args.isa
    fine = True
    for name in args.functions or list(of_two.FUNCTIONS_OF_TWO):
        for dtype in args.dtype:
            fine &= measure(name, sets, KINDS[dtype], args)
    sys.exit(args.check and not fine)


def short(value):
    """float.hex without the zeros at the end."""
    mantissa, _, exponent = float(value).hex().partition("p")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}p{exponent}"


if __name__ == "__main__":
    main()
