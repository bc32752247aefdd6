"""Measure the errors of the functions of a whole axis, logsumexp and log_likelihood, against MPFR.

    python tools/sums.py                                    all functions, float32 and float64, the best instruction set
    python tools/sums.py logsumexp --isa all --rounds 50 --lengths 1 2 3 100 100000
    python tools/sums.py --check                            exit status 1 if a bound of functions/NAME.h is exceeded

Kinds of data: normal numbers of several spreads, equal numbers, logarithms of probabilities that sum to 1 (results near
0), ramps that raise the maximum again and again, a few large terms among many tiny ones, numbers at odd multiples of
ln 2 / 2, large offsets. Printed for each kind: the largest error in ULP of the result, and the largest part of an error
that is beyond half an ULP, as a power of 2: relative to the sum of exponentials, or of absolute log-probabilities.
"""

import argparse
import sys

import measuring
import numpy as np

sys.path.insert(0, str(measuring.TOOLS.parent / "tests"))
import sums

KINDS = {"float32": "f4", "float64": "f8"}


def main():
    tables = measuring.tables()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("functions", nargs="*", help="default: all")
    parser.add_argument("--isa", nargs="+", default=[next(iter(tables))], help="instruction sets, or 'all'")
    parser.add_argument("--dtype", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--rounds", type=int, default=20, help="arrays of every kind and length (default 20)")
    parser.add_argument("--lengths", nargs="+", type=int, default=[1, 2, 3, 16, 17, 100, 511, 513, 5000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="exit status 1 if a bound is exceeded")
    args = parser.parse_args()
    failed = False
    for name in args.functions or list(sums.SUMS):
        for isa in tables if args.isa == ["all"] else args.isa:
            for dtype in args.dtype:
                random = np.random.default_rng(args.seed)
                bound = sums.bound(name, KINDS[dtype])
                print(f"{name} {isa} {dtype}: bound {bound.ulp} ULP + 2^{bound.log2:g}")
                for kind, make in sums.SUMS[name].kinds.items():
                    worst = sums.Worst()
                    for n in args.lengths:
                        for _ in range(args.rounds):
                            inputs = make(random, n, KINDS[dtype])
                            worst.add(sums.error(name, tables[isa][name], inputs), n)
                    fine = worst.share <= 1
                    failed |= not fine
                    print(f"    {kind:16} {worst}{'' if fine else '   BEYOND THE BOUND'}")
    sys.exit(args.check and failed)


if __name__ == "__main__":
    main()
