"""Measure errors in ULP: any function, type and instruction set, at as many points as you like.

    python tools/ulp.py softplus                                   float64, 10^6 points, then the search
    python tools/ulp.py --all --points 1e8                         what the bounds in functions/*.h are based on
    python tools/ulp.py sigmoid --isa avx2 baseline --range -746 -700
    python tools/ulp.py logit --dtype float32 --distributions near bits
    python tools/ulp.py softplus --dtype longdouble --points 1e4   float16 and longdouble: MPFR, slow
    python tools/ulp.py --all --points 1e8 --save tests/worst_inputs.json --json ulp.json
    python tools/ulp.py --all --verify 20000                       the fast reference against MPFR, nothing else

Printed for each function and instruction set: the largest error, its input in hexadecimal, what we got and what is
right, confirmed by MPFR; the share of correctly rounded results; then the largest error of each distribution of inputs
and of the search, which climbs from the worst points found to their worse neighbours. The exit status is 1 if MPFR
does not confirm an error, or one exceeds --limit.

The reference for float32 and float64 is ulp/ulp.c: double-double arithmetic, about 2^-95 relative. --save merges the
worst inputs into a file {function: {type: [inputs]}} that the tests replay.
"""

import argparse
import ctypes
import json
import math
import sys
from functools import cache
from pathlib import Path

import measuring
import numpy as np
from measuring import hexed

sys.path.insert(0, str(measuring.TOOLS.parent / "tests"))
import reference

CHUNK = 1 << 16
KINDS = {"float16": "f2", "float32": "f4", "float64": "f8", "longdouble": "g"}
LN2 = math.log(2)


@cache
def load_helper():
    """The C reference, with its constants from MPFR."""
    import gmpy2

    helper = measuring.compile_c(measuring.TOOLS / "ulp" / "ulp.c")
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    helper.find.argtypes = [ctypes.c_char_p]
    helper.setup.argtypes = [pointer]
    helper.reference.argtypes = [ctypes.c_int, pointer, pointer, pointer, pointer, size]
    helper.errors.argtypes = [ctypes.c_int, pointer, pointer, pointer, size, ctypes.c_int, ctypes.c_int]

    def parts(value, *bits):
        """The value as a sum of doubles, each with so many bits."""
        found = []
        for digits in bits:
            with gmpy2.context(precision=digits):
                part = float(+value)
            found.append(part)
            value = value - part
        return found

    with reference.precisely():
        ln2 = gmpy2.const_log2()
        values = parts(ln2, 53, 53, 53) + parts(ln2 / 64, 36, 36, 53)
        for j in range(64):
            values += parts(gmpy2.exp2(gmpy2.mpfr(j) / 64), 53, 53)
        for n in range(13):
            values += parts(1 / gmpy2.mpfr(math.factorial(n)), 53, 53)
    array = np.array(values)
    assert array.size == helper.setup_size()
    helper.setup(array.ctypes.data)
    return helper


def hexed_mpfr(value):
    """The value in hexadecimal, cut after 80 bits behind the point."""
    import gmpy2

    if not gmpy2.is_finite(value) or value == 0:
        return str(value)
    exponent = gmpy2.get_exp(value) - 1
    with reference.precisely():
        digits = f"{int(abs(value) * gmpy2.mpfr(2) ** (80 - exponent)):x}"
    return f"{'-' if value < 0 else ''}0x1.{digits[1:]}p{exponent:+d}"


class Measured:
    """One function in one type: where its points come from, and what its results are compared with."""

    def __init__(self, name, dtype, limits, seed):
        self.name, self.name_of_dtype, self.kind = name, dtype, KINDS[dtype]
        self.format, self.function = reference.FORMATS[self.kind], reference.FUNCTIONS[measuring.definition(name)]
        self.dtype, self.limits = np.dtype(dtype), limits
        self.random = np.random.default_rng(seed)
        self.fast = self.kind in ("f4", "f8")
        self.helper = load_helper() if self.fast else None
        self.index = self.helper.find(measuring.definition(name).encode()) if self.fast else None
        if self.fast and self.index < 0:
            sys.exit(f"no reference for {name}: add it to tools/ulp/ulp.c")

    def inside(self, x):
        """The points of the type that are in the domain and in --range; poles and nans belong to the tests."""
        with np.errstate(all="ignore"):
            x = np.asarray(x, self.dtype)
        low, high = self.function.domain
        x = x[np.isfinite(x) & (x > low) & (x < high)]
        return x if self.limits is None else x[(x >= self.limits[0]) & (x <= self.limits[1])]

    def powers(self, least, most, n):
        """Random signs times 2^e, e uniform."""
        return np.exp2(self.random.uniform(least, most, n)) * self.random.choice([-1.0, 1.0], n)

    def switches(self):
        """Points next to which a formula changes, cancels or overflows: those of tests/reference.py, and the places
        where the kernels' integers change: odd multiples of ln 2 / 2, in the argument or in the result."""
        low, high = self.function.active(self.format)
        odd = (np.arange(-1100, 1100) + 0.5) * LN2
        known = [*self.function.near, self.format.least * LN2, -self.format.least * LN2]
        if self.name == "logit":
            places = 1 / (1 + np.exp(-odd[np.abs(odd) < 40]))
        else:
            places = odd[(odd > low) & (odd < high)]
            if self.name == "log1mexp":
                # 1 - e^x = 2^(k + 1/2)
                places = np.concatenate([places, np.log(-np.expm1(odd[(odd < 0) & (odd > -40)]))])
            if self.name.endswith("inv"):
                # e^y - 1 = 2^(k + 1/2)
                more = np.log1p(np.exp(odd[np.abs(odd) < 40]))
                places = np.concatenate([places, more if high > 1 else -more])
        return np.concatenate([np.array(known, float), np.resize(places, 4 * len(known))])

    def draw(self, distribution, n):
        """About n points of a distribution (fewer, where some fall outside the domain)."""
        random, f = self.random, self.format
        low, high = self.limits or self.function.active(f)
        low, high = max(low, -1e4), min(high, 1e4)
        if distribution == "uniform":
            x = random.uniform(low, high, n)
        elif distribution == "middle":
            x = random.uniform(max(low, -8.0), min(high, 8.0), n)
        elif distribution == "tails":
            # log-uniform towards 0 and towards the largest numbers, and towards the ends of the domain
            x = self.powers(f.least - f.precision, math.log2(max(-low, high)) + 1, n)
            for part, end in enumerate(self.function.domain):
                if math.isfinite(end) and end:
                    x[part::3] = end + self.powers(-f.precision, -1, len(x[part::3]))
        elif distribution == "ends":
            # where the result underflows, or stops differing from its limit
            width = 1.3 * f.precision * LN2
            x = np.where(random.random(n) < 0.5, low + width * random.random(n), high - width * random.random(n))
        elif distribution == "bits":
            words = random.integers(0, 256, n * self.dtype.itemsize, dtype=np.uint8)
            if self.kind == "g":
                x = self.powers(-16445, 14, n).astype(self.dtype)
                return self.inside(x * (1 + random.random(n) * np.longdouble(2) ** -50))
            return self.inside(words.view(self.dtype))
        else:
            centre = random.choice(self.switches(), n)
            size = np.where(centre == 0, 1, np.abs(centre))
            x = centre + size * self.powers(-f.precision, -3, n)
        if self.kind == "g":
            # the low bits too
            x = x.astype(self.dtype) * (1 + self.random.random(len(x)) * np.longdouble(2) ** -52)
        return self.inside(x)

    def errors(self, ufunc, x):
        """The errors in ULP at x; inf for a wrong nan, infinity or sign of zero."""
        with np.errstate(all="ignore"):
            got = ufunc(x)
        if not self.fast:
            return reference.ulp_error(got, reference.exact(measuring.definition(self.name), x), self.kind)
        wide, wide_got = x.astype(np.float64), got.astype(np.float64)
        error = np.empty(len(x))
        self.helper.errors(
            self.index,
            wide.ctypes.data,
            wide_got.ctypes.data,
            error.ctypes.data,
            len(x),
            self.format.precision,
            self.format.least,
        )
        return error

    def exactly(self, ufunc, x):
        """(error, got, want) at one point by MPFR; want in hexadecimal."""
        with np.errstate(all="ignore"):
            got = ufunc(np.array([x], self.dtype))
        want = reference.exact(measuring.definition(self.name), [x])
        error = reference.ulp_error(got, want, self.kind)[0]
        return error, got[0], hexed_mpfr(want[0])


class Worst:
    """The worst points so far, at most `keep` of them."""

    def __init__(self, dtype, keep):
        self.x, self.error, self.keep = np.empty(0, dtype), np.empty(0), keep

    def add(self, x, error):
        threshold = self.error.min() if len(self.error) == self.keep else -1.0
        better = error > threshold
        if not better.any():
            return
        x, error = np.concatenate([self.x, x[better]]), np.concatenate([self.error, error[better]])
        x, first = np.unique(x, return_index=True)
        error = error[first]
        order = np.argsort(-error, kind="stable")[: self.keep]
        self.x, self.error = x[order], error[order]

    def apart(self, n):
        """The n worst that are not within 1 % of a worse one."""
        found = []
        for x in self.x:
            if len(found) < n and all(abs(x - y) > abs(y) / 128 for y in found):
                found.append(x)
        return found


def climb(measured, ufunc, worst, rounds):
    """Look for worse points around the worst ones: random distances from one ULP to a fraction of the number."""
    span = measured.format.precision - 4
    for _ in range(rounds):
        before = worst.x
        if not len(before):
            return
        x = np.repeat(before, 64 if measured.fast else 2)
        # spacing is 0 or subnormal at the bottom of the range: no move, and no harm
        steps = np.floor(measured.powers(0, span, len(x)))
        with np.errstate(all="ignore"):
            x = measured.inside(x + steps.astype(measured.dtype) * np.spacing(np.abs(x)))
        worst.add(x, measured.errors(ufunc, x))


def run(measured, isa, args, bar):
    """The record of a function in one instruction set."""
    ufunc = measuring.one_result(isa, measured.name)
    overall = Worst(measured.dtype, 1 << 12)
    points, correct, of_distribution = 0, 0, {}
    for distribution in args.distributions:
        worst = Worst(measured.dtype, 32 if measured.fast else 8)
        left, share = args.points // len(args.distributions), 0
        while left > 0:
            n = min(left, CHUNK if measured.fast else 200)
            x = measured.draw(distribution, n)
            error = measured.errors(ufunc, x)
            worst.add(x, error)
            share += len(x)
            correct += int((error <= 0.5).sum())
            left -= n
            bar.advance(n)
        points += share
        of_distribution[distribution] = {"points": share, "worst_ulp": float(max(worst.error, default=0.0))}
        climb(measured, ufunc, worst, args.climb)
        overall.add(worst.x, worst.error)
    worst = overall
    record = {
        "function": measured.name,
        "dtype": measured.name_of_dtype,
        "isa": isa,
        "points": points,
        "correctly_rounded": correct / max(points, 1),
        "distributions": of_distribution,
        "worst_inputs": [hexed(x) for x in worst.apart(args.keep)],
    }
    if len(worst.x):
        error, got, want = measured.exactly(ufunc, worst.x[0])
        fast = float(worst.error[0])
        record |= {"worst_ulp": float(error), "input": hexed(worst.x[0]), "got": hexed(got), "want": want}
        record["confirmed"] = bool(error == fast or abs(error - fast) < 1e-6 * max(1, error))
    return record


def print_record(record):
    print(f"{record['function']} {record['dtype']} {record['isa']}: ", end="")
    if not record["points"]:
        print("no points in the domain")
        return
    print(f"{record['worst_ulp']:.5f} ULP at most" + ("" if record["confirmed"] else ", NOT CONFIRMED BY MPFR"))
    print(f"    at {record['input']}: got {record['got']}, want {record['want']}")
    print(f"    {record['points']} points, {100 * record['correctly_rounded']:.4f} % correctly rounded")
    largest = [f"{name} {found['worst_ulp']:.4f}" for name, found in record["distributions"].items()]
    print(f"    largest errors: {', '.join(largest)}; search {record['worst_ulp']:.4f}")
    sys.stdout.flush()


def verify(measured, points, distributions):
    """Print the largest relative error of the C reference, as a power of two; is it above 2^-90?"""
    from gmpy2 import mpfr

    x = np.concatenate([measured.draw(name, points // len(distributions)) for name in distributions])
    high, low, exponent = np.empty((3, len(x)))
    wide = x.astype(np.float64)
    measured.helper.reference(
        measured.index, wide.ctypes.data, high.ctypes.data, low.ctypes.data, exponent.ctypes.data, len(x)
    )
    worst, where = 0.0, 0.0
    wants = reference.exact(measuring.definition(measured.name), x)
    with reference.precisely():
        for value, first, second, e, want in zip(x, high, low, exponent, wants, strict=True):
            error = abs((mpfr(first) + mpfr(second)) * mpfr(2) ** int(e) - want)
            # results below half the smallest subnormal are 0 here
            if abs(want) > mpfr(2) ** -1076 and not float(error / abs(want)) <= worst:
                worst, where = float(error / abs(want)), value
    print(f"{measured.name}: the reference is within 2^{np.log2(worst or 2.0**-200):.1f} relative (at {hexed(where)})")
    return not worst < 2.0**-90


def exceeds(record, limit):
    """Is the error above the limit or, without one, above the bound in the function's header?"""
    if limit is None:
        stated = reference.bounds(record["function"].partition(".")[0]).get(KINDS[record["dtype"]])
        limit = stated.ulp if stated else math.inf
    return record["worst_ulp"] > limit


def save(path, records):
    """Merge the worst inputs of the records into the file of the tests."""
    path = Path(path)
    content = json.loads(path.read_text()) if path.exists() else {}
    for record in records:
        kind = KINDS[record["dtype"]]
        known = content.setdefault(record["function"].partition(".")[0], {}).setdefault(kind, [])
        have = {float.fromhex(text) for text in known}
        known += [text for text in record["worst_inputs"] if float.fromhex(text) not in have]
    path.write_text(json.dumps(content, indent=1) + "\n")


def main():
    every = ["uniform", "middle", "tails", "ends", "bits", "near"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    measuring.add_choice_arguments(parser)
    parser.add_argument("--dtype", choices=list(KINDS), default="float64")
    parser.add_argument("--points", type=float, help="for each function (default 1e6 or, with MPFR, 1e4)")
    parser.add_argument(
        "--range", nargs=2, type=measuring.number, metavar=("LO", "HI"), help="only inputs from LO to HI"
    )
    parser.add_argument("--distributions", nargs="+", choices=every, default=every, help="of the inputs (default all)")
    parser.add_argument("--climb", type=int, default=100, metavar="N", help="rounds of the search (default 100)")
    parser.add_argument("--seed", type=int, default=1, help="of the random points (default 1)")
    parser.add_argument(
        "--limit", type=float, metavar="ULP", help="exit status 1 above this (default: BOUND in functions/NAME.h)"
    )
    parser.add_argument("--json", metavar="FILE", help="also write the records to FILE")
    parser.add_argument("--save", metavar="FILE", help="merge the worst inputs into FILE (not for longdouble)")
    parser.add_argument("--keep", type=int, default=8, metavar="N", help="worst inputs to record or save (default 8)")
    parser.add_argument("--verify", type=int, metavar="N", help="check the fast reference at N points, nothing else")
    args = measuring.parse(parser)
    names, sets = measuring.chosen(parser, args)
    args.points = int(args.points or (1e6 if KINDS[args.dtype] in ("f4", "f8") else 1e4))
    if args.save and args.dtype == "longdouble":
        parser.error("--save: the file holds numbers of at most 53 bits")
    if args.verify:
        sys.exit(max(verify(Measured(name, "float64", args.range, args.seed), args.verify, every) for name in names))
    records = []
    for name in names:
        for isa in sets:
            bar = measuring.Progress(f"{name} {isa}", args.points)
            record = run(Measured(name, args.dtype, args.range, args.seed), isa, args, bar)
            record["seconds"] = round(bar.close(), 1)
            print_record(record)
            records.append(record)
    if args.save:
        save(args.save, records)
    if args.json:
        measuring.write_json(args.json, {"machine": measuring.machine(), "records": records})
    sys.exit(any(r["points"] and (not r["confirmed"] or exceeds(r, args.limit)) for r in records))


if __name__ == "__main__":
    main()
