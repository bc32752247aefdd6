"""Measure the errors of the functions of two arguments against MPFR, and search for larger ones.

    python tools/ulp_of_two.py                            all functions, float32 and float64, the best instruction set
    python tools/ulp_of_two.py logaddexp --points 1e6 --isa all --dtype float64
    python tools/ulp_of_two.py --check                    exit status 1 if a bound of functions/NAME.h is exceeded

Printed for each kind of data (tests/reference_of_two.py): the largest error in units in the last place, and where. Then
the worst pairs are moved by small steps for as long as the error grows.
"""

import argparse
import sys

import measuring
import numpy as np

sys.path.insert(0, str(measuring.TOOLS.parent / "tests"))
import reference
import reference_of_two as of_two

KINDS = {"float32": "f4", "float64": "f8"}


def errors(ufunc, name, x, y, dtype):
    with np.errstate(all="ignore"):
        return reference.ulp_error(ufunc(x, y), of_two.exact(name, x, y), dtype)


def inside(name, x, y):
    with np.errstate(all="ignore"):
        fine = np.isfinite(x) & np.isfinite(y)
        if name == "logsubexp":
            fine &= x > y
        if name == "log_prob":
            fine &= (y >= 0) & (y <= 1)
    return x[fine], y[fine]


def climb(ufunc, name, x, y, dtype, random, rounds):
    """The worst of many small moves of the worst pairs, over and over."""
    bits = reference.FORMATS[dtype].bits
    for _ in range(rounds):
        many = [np.repeat(part, 40) for part in (x, y)]
        for part in many:
            width = 2.0 ** random.uniform(0, 30 if dtype == "f8" else 16, len(part))
            step = (random.standard_normal(len(part)) * width).astype("i8")
            step[random.random(len(part)) < 0.3] = 0
            part[...] = (part.view(bits).astype("i8") + step).astype(bits).view(dtype)
        x, y = inside(name, *(np.concatenate([part, old]) for part, old in zip(many, (x, y), strict=True)))
        found = errors(ufunc, name, x, y, dtype)
        best = np.argsort(found)[-12:]
        x, y = x[best], y[best]
    return found[best[-1]], x[-1], y[-1]


def main():
    tables = measuring.tables()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("functions", nargs="*", help="default: all")
    parser.add_argument("--isa", nargs="+", default=[next(iter(tables))], help="instruction sets, or 'all'")
    parser.add_argument("--dtype", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--points", type=float, default=1e5, help="of all kinds of data together (default 1e5)")
    parser.add_argument("--rounds", type=int, default=20, help="of the search (default 20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="exit status 1 if a bound is exceeded")
    args = parser.parse_args()
    failed = False
    for name in args.functions or list(of_two.FUNCTIONS_OF_TWO):
        for isa in tables if args.isa == ["all"] else args.isa:
            for dtype in args.dtype:
                kind_of_type, random = KINDS[dtype], np.random.default_rng(args.seed)
                bound = of_two.bounds_of_two(name).get(kind_of_type)
                print(f"{name} {isa} {dtype}: bound {bound.ulp if bound else 'none'}")
                each = int(args.points) // len(of_two.data(name, random, 4, kind_of_type)) + 1
                worst, pairs = 0.0, []
                for kind, (x, y) in of_two.data(name, random, each, kind_of_type).items():
                    found = errors(tables[isa][name], name, x, y, kind_of_type)
                    order = np.argsort(found)[-6:]
                    pairs += [(found[i], x[i], y[i]) for i in order]
                    print(f"    {kind:16} {found[order[-1]]:8.4f}  {where(x[order[-1]], y[order[-1]])}", flush=True)
                pairs = sorted(pairs, key=lambda pair: pair[0])[-12:]
                x, y = (np.array([pair[i] for pair in pairs], kind_of_type) for i in (1, 2))
                worst, x, y = climb(tables[isa][name], name, x, y, kind_of_type, random, args.rounds)
                fine = bound is None or worst <= bound.ulp
                failed |= not fine
                print(
                    f"    {'search':16} {worst:8.4f}  {where(x, y)}{'' if fine else '   BEYOND THE BOUND'}", flush=True
                )
    sys.exit(args.check and failed)


def where(x, y):
    return f"{short(x)},{short(y)}"


def short(value):
    """float.hex without the zeros at the end."""
    mantissa, _, exponent = float(value).hex().partition("p")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}p{exponent}"


if __name__ == "__main__":
    main()
