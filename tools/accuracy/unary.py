"""Errors of the unary functions: random inputs of several distributions, then a local search from the worst ones."""

import json
import math
import sys
from pathlib import Path

import numpy as np

from tools import reference
from tools.accuracy import definitions
from tools.accuracy.report import KINDS, hexed_mpfr, limit_of
from tools.common import definition, hexed, one_output
from tools.facts import FUNCTIONS

CHUNK = 1 << 16
LN2 = math.log(2)
DISTRIBUTIONS = ("uniform", "middle", "tails", "ends", "bits", "near")


class Measured:
    """One function in one type: its sample points and its reference."""

    def __init__(self, name, dtype, limits, seed):
        self.name, self.name_of_dtype, self.kind = name, dtype, KINDS[dtype]
        self.function = FUNCTIONS[definition(name)]
        self.format = reference.FORMATS[self.kind]
        self.dtype, self.limits = np.dtype(dtype), limits
        self.random = np.random.default_rng(seed)
        self.fast = self.kind in ("f4", "f8")
        self.index = definitions.index(self.function.name)

    def inside(self, x):
        """Return the points in the domain and in --range, converted to the type; the tests cover poles and nans."""
        with np.errstate(all="ignore"):
            x = np.asarray(x, self.dtype)
        low, high = self.function.domain
        x = x[np.isfinite(x) & (x > low) & (x < high)]
        return x if self.limits is None else x[(x >= self.limits[0]) & (x <= self.limits[1])]

    def powers(self, low, high, n):
        """Return n random signs times 2^e, with e uniform from low to high."""
        return np.exp2(self.random.uniform(low, high, n)) * self.random.choice([-1.0, 1.0], n)

    def switches(self):
        """Return points near which a formula changes, cancels or overflows: `near` of the facts, and odd multiples of
        ln 2 / 2, in the argument or in the result, where the exponent k of the argument reduction changes."""
        low, high = self.function.domain
        odd = (np.arange(-1100, 1100) + 0.5) * LN2
        known = [*self.function.near, self.format.least * LN2, -self.format.least * LN2]
        places = [odd]
        if self.function.inverse in FUNCTIONS:
            import softufunc

            with np.errstate(all="ignore"):
                places.append(getattr(softufunc, self.function.inverse)(odd[np.abs(odd) < 40]))
        places = np.concatenate(places)
        places = places[(places > low) & (places < high)]
        return np.concatenate([np.array(known, float), np.resize(places, 4 * len(known))])

    def draw(self, distribution, n):
        """Return up to n points of a distribution; those outside the domain are dropped."""
        random, f = self.random, self.format
        low, high = self.limits or self.function.ends(f.precision, f.least)
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
            # where the result underflows, or rounds to its limit
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
            # randomize the low bits of long double too
            x = x.astype(self.dtype) * (1 + self.random.random(len(x)) * np.longdouble(2) ** -52)
        return self.inside(x)

    def errors(self, ufunc, x):
        """Return the errors in ULP at x; inf for a wrong nan, infinity or sign of zero."""
        with np.errstate(all="ignore"):
            got = ufunc(x)
        if not self.fast:
            return reference.ulp_error(got, reference.exact(self.function.name, x), self.kind)
        wide, wide_got = x.astype(np.float64), got.astype(np.float64)
        error = np.empty(len(x))
        definitions.library().errors(
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
        """Return (error, got, want) at one point, computed with MPFR; want is in hexadecimal."""
        with np.errstate(all="ignore"):
            got = ufunc(np.array([x], self.dtype))
        want = reference.exact(self.function.name, np.array([x], self.dtype))
        error = reference.ulp_error(got, want, self.kind)[0]
        return error, got[0], hexed_mpfr(want[0])

    def confirmed(self, ufunc, points):
        """Return the x of the (x, error) pairs whose error MPFR confirms."""
        found = []
        for x, fast in points:
            error = self.exactly(ufunc, x)[0]
            if error == fast or abs(error - fast) < 1e-6 * max(1, error):
                found.append(x)
        return found


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
        """Return (x, error) of the n worst points that are not within 1 % of a worse one."""
        found = []
        for x, error in zip(self.x, self.error, strict=True):
            if len(found) < n and all(abs(x - y) > abs(y) / 128 for y, _ in found):
                found.append((x, error))
        return found


def climb(measured, ufunc, worst, rounds):
    """Search around the worst points, at random distances from one ULP to a fraction of the number."""
    span = measured.format.precision - 4
    for _ in range(rounds):
        before = worst.x
        if not len(before):
            return
        x = np.repeat(before, 64 if measured.fast else 2)
        # at the bottom of the range the spacing may be 0, which repeats the point
        steps = np.floor(measured.powers(0, span, len(x)))
        with np.errstate(all="ignore"):
            x = measured.inside(x + steps.astype(measured.dtype) * np.spacing(np.abs(x)))
        worst.add(x, measured.errors(ufunc, x))


def run(measured, isa, args, bar):
    """Measure a function in one instruction set, and return the record."""
    ufunc = one_output(isa, measured.name)
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
        "worst_inputs": [hexed(x) for x in measured.confirmed(ufunc, worst.apart(args.keep))],
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
    """Print the largest relative error of the fast reference, and return whether it is 2^-90 or more."""
    x = np.concatenate([measured.draw(name, points // len(distributions)) for name in distributions])
    worst, where = definitions.relative_error(measured.function.name, x, reference.exact(measured.function.name, x))
    log2 = np.log2(worst or 2.0**-200)
    print(f"{measured.name}: relative error of the reference at most 2^{log2:.1f} (at {hexed(where)})")
    return not worst < 2.0**-90


def save(path, records):
    """Merge the worst inputs of the records, confirmed by MPFR, into the file of the tests."""
    path = Path(path)
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for record in records:
        kind = KINDS[record["dtype"]]
        known = content.setdefault(record["function"].partition(".")[0], {}).setdefault(kind, [])
        have = {float.fromhex(text) for text in known}
        known += [text for text in record["worst_inputs"] if float.fromhex(text) not in have]
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def failed(record, limit):
    """Does MPFR not confirm the error, or is it above the limit?"""
    return bool(record["points"]) and (not record["confirmed"] or record["worst_ulp"] > limit_of(record, limit))
