"""Prove the error bound of logit in float64 with FMA: python tools/proofs/check.py

    python tools/proofs/check.py             the proof, and random checks of what surrounds it; exit status 1 on failure
    python tools/proofs/check.py --kernel    and the emulation against the installed softufunc, bit by bit

Needs gappa, sollya and mpmath. README.md tells what is proven and how.
"""

import argparse
import itertools
import math
import random
import re
import shutil
import struct
import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path

import mpmath

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent.parent / "src" / "softufunc"
GAPPA_FILE = HERE / "logit_f64.gappa"
SOLLYA_FILE = HERE / "logit_f64.sollya"
HEX_FLOAT = re.compile(r"0x1\.[0-9a-f]+p[+-]\d+")

# The claim: the largest error in ulp. With FMA; the last column is without, where it is proven.
CLAIMED = {"k = 0, p >= 1/2": 0.54, "k = 0, p < 1/2": 0.60, "k != 0": 0.65}
CLAIMED_WITHOUT_FMA = {"k = 0, p >= 1/2": 0.54, "k = 0, p < 1/2": 0.60}

# k, the ends of p, and a power of 2 below the results' magnitude. The ends where k changes are exact; the others are a
# little off the result's next power of 2, to the safe side. p > 1/2 is 1 - p with -k.
CASES = [
    (-1, "0.3775", "5/12", "1/4"),
    (-1, "0.2689", "0.3775", "1/2"),
    (-1, "1/4", "0.2689", "1"),
    (-2, "1/5", "1/4", "1"),
    (-2, "3/20", "1/5", "1"),
    (-3, "0.1192", "3/20", "1"),
    (-3, "1/12", "0.1192", "2"),
]
FAR = Fraction(1, 12)  # k <= -4 below, where the result is above 2
LARGEST_K = 1075  # 1074, of the smallest subnormal number
SLACK = Fraction(1, 2**40)  # for the rounding of q, where a range comes from p alone

# Equal statements of the C sources and quotes ("# C:") of the Gappa file: function, file.
MIRRORED = [
    ("residual", "math/vector.h"),
    ("divide", "math/log.h"),
    ("atanh_narrow", "math/log.h"),
    ("exponent", "math/log.h"),
    ("log_sum", "math/log.h"),
    ("logit_begin", "functions/logit.h"),
    ("logit_end", "functions/logit.h"),
]


class Failure(Exception):
    pass


def require(condition, message):
    if not condition:
        raise Failure(message)


# --- the sources -----------------------------------------------------------------------------------------------------


def statements(function, path):
    """The statements of a C function, as float64 with FMA sees them."""
    text = (SOURCES / path).read_text()
    body = re.search(rf"^static inline \S+ R\({function}\)\(.*?^{{\n(.*?)^}}", text, re.MULTILINE | re.DOTALL)
    require(body, f"{path}: R({function}) not found")
    kept, taken = [], [True]
    for line in re.sub(r"/\*.*?\*/", "", body[1], flags=re.DOTALL).splitlines():
        if line.startswith("#if"):
            require(line in ("#if REAL_BITS == 32", "#if HAVE_FMA"), f"{path}: unexpected {line}")
            taken.append(line == "#if HAVE_FMA")
        elif line.startswith("#else"):
            taken[-1] = not taken[-1]
        elif line.startswith("#endif"):
            taken.pop()
        elif all(taken):
            kept.append(line)
    found = [" ".join(part.split()) + ";" for part in " ".join(kept).split(";") if part.strip()]
    return [statement for statement in found if statement != "(void)p;"]


def check_sources(proof):
    """The proof is about the code: the same statements, the same numbers."""
    wanted = [statement for function, path in MIRRORED for statement in statements(function, path)]
    quoted = [" ".join(quote.split()) for quote in re.findall(r"^# C: (.*)$", proof, re.MULTILINE)]
    for statement in wanted:
        require(statement in quoted, f"in the sources, not in {GAPPA_FILE.name}: {statement}")
    for quote in quoted:
        require(quote in wanted, f"in {GAPPA_FILE.name}, not in the sources: {quote}")

    def read(pattern, text):
        match = re.search(pattern.replace("NUMBER", f"({HEX_FLOAT.pattern})"), text)
        require(match, f"no {pattern} in the sources")
        return [float.fromhex(number) for number in match.groups()]

    text = " ".join(wanted)
    numbers = {}
    for letter, even, odd in (("a", "c2", "c1"), ("b", "c4", "c3"), ("c", "c6", "c5"), ("d", "c8", "c7")):
        numbers[even], numbers[odd] = read(rf"real {letter} = R\(madd\)\(C\(NUMBER\), z, C\(NUMBER\)\);", text)
    ln2 = read(r"ln2_high = C\(NUMBER\), ln2_low = C\(NUMBER\);", text)
    numbers["ln2_high"], numbers["ln2_low"] = (part * 2.0**52 for part in ln2)
    for file in (GAPPA_FILE, SOLLYA_FILE):
        found = re.findall(rf"^(\w+) = ({HEX_FLOAT.pattern})( \* 2\^52)?;$", file.read_text(), re.MULTILINE)
        values = {name: float.fromhex(value) * (2.0**52 if scaled else 1) for name, value, scaled in found}
        require(values == numbers, f"{file.name}: not the numbers of math/log.h: {values} instead of {numbers}")
    return numbers


# --- the tools -------------------------------------------------------------------------------------------------------


def run(command, text=None):
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=50)
    except subprocess.TimeoutExpired:
        raise Failure(f"{command[0]}: no answer in 50 seconds") from None
    return done.returncode, done.stdout + done.stderr


def dyadic(text):
    """The number that gappa and sollya write as nbe, for n 2^e."""
    mantissa, _, exponent = text.partition("b")
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent or 0)


def sollya():
    status, output = run(["sollya", str(SOLLYA_FILE)])
    found = dict(re.findall(r"^(\w+) (\d+(?:b[+-]?\d+)?)$", output, re.MULTILINE))
    require(status == 0 and set(found) == {"eta", "tau", "zmax"} and "arning" not in output, f"sollya: {output}")
    return {name: dyadic(value) for name, value in found.items()}


def written(value, up):
    """A multiple of 2^-200 above or below the value, for gappa."""
    scaled = Fraction(value) * 2**200
    return f"{math.ceil(scaled) if up else math.floor(scaled)}b-200"


class Proof:
    """The lemmas of the Gappa file."""

    def __init__(self, text):
        self.parts = {}
        for part in re.split(r"^#: (?=definitions|hints|lemma)", text, flags=re.MULTILINE)[1:]:
            head, body = part.split("\n", 1)
            kind, name, *uses = head.split()
            self.parts[kind, name] = (uses, body)
        self.runs = 0

    def included(self, kind, body):
        return re.sub(r"^#: include (\w+)$", lambda match: self.parts[kind, match[1]][1], body, flags=re.MULTILINE)

    def prove(self, name, fma=True, **numbers):
        """Run a lemma with these numbers: ranges X=(low, high) become X_LOW and X_HIGH. The bounds of its `in ?`."""
        uses, body = self.parts["lemma", name]
        text = "".join(self.included("definitions", self.parts["definitions", use][1]) for use in uses)
        if not fma:
            text, count = re.subn(r"rnd\((\w+\*\w+) \+ (\w+)\)", r"rnd(rnd(\1) + \2)", text)
            require(count == 8, f"{count} multiply-adds instead of 8")
        text += self.included("hints", body)
        values = {}
        for key, value in numbers.items():
            if isinstance(value, tuple):
                values[key + "_LOW"], values[key + "_HIGH"] = written(value[0], False), written(value[1], True)
            else:
                values[key] = written(value, True)
        text = "\n".join(line.partition("#")[0] for line in text.splitlines())
        text = re.sub(r"\b[A-Z]{1,}[A-Z_]*\b", lambda match: values.get(match[0], match[0]), text)
        # the same header twice is an error
        text = "@rnd = float<ieee_64,ne>;\n" + text.replace("@rnd = float<ieee_64,ne>;\n", "")
        status, output = run(["gappa"], text)
        self.runs += 1
        require(status == 0 and "Error" not in output, f"{name}: {output}")
        bounds = {}
        for expression, interval in re.findall(r"^ *(\w+) in \[(.*)\]$", output, re.MULTILINE):
            ends = [dyadic(end) for end in re.sub(r"{[^}]*}", "", interval).split(",")]
            bounds[expression] = max(map(abs, ends))
        asked = set(re.findall(r"(\w+) in \?", body))
        require(asked == set(bounds), f"{name}: bounds of {asked} wanted: {output}")
        return bounds


# --- p in [0, 1/2], k <= 0: the ranges of a case ----------------------------------------------------------------------


def result(p):
    """-logit(p)"""
    p = mpmath.mpf(p.numerator) / p.denominator
    return mpmath.log((1 - p) / p)


def around(low, high):
    return low - SLACK, high + SLACK


def prove_middle(proof, constants, fma):
    """k = 0: 5/12 <= p < 7/12."""
    eta, largest = constants["eta"], Fraction(1, 3)
    # results above 1/4 have S above 0.2486
    bottom = Fraction("0.2486")
    require(result((1 - bottom / 2) / 2) < 0.25, "k = 0: the range of the result")
    errors = {}
    for name, low in (("k = 0, p >= 1/2", Fraction(0)), ("k = 0, p < 1/2", Fraction(4097, 2**65))):
        top = proof.prove("middle_top", fma, S=around(bottom, largest), S_LOW_PART=low, ETA=eta, ULP=Fraction(1, 2**54))
        small = (Fraction(1, 2**30), Fraction(1, 4))
        rest = proof.prove("middle_rest", fma, S=small, S_LOW_PART=low, ETA=eta, ULP=1)
        errors[name] = Fraction(1, 2) + max(top["in_ulp"], rest["relative"])
    return errors


def prove_case(proof, constants, k, ulp, below, above, s):
    """k != 0: the pair from both signs of k, then the sum. The ranges of scaled, q and ratio for k < 0 and k > 0."""
    low = error = Fraction(0)
    for (scaled, q, ratio), q_low in ((below, Fraction(4097, 2**66)), (above, Fraction(0))):
        bounds = proof.prove("divide", SCALED=scaled, Q=q, RATIO=ratio, Q_LOW_PART=q_low)
        low, error = max(low, 2 * bounds["low"]), max(error, 2 * bounds["error"])
    bounds = proof.prove("log_sum", K=k, S=s, LOW=low, ERROR=error, ULP=ulp, ETA=constants["eta"], TAU=constants["tau"])
    return Fraction(1, 2) + bounds["in_ulp"]


def prove_outside(proof, constants):
    """k != 0"""
    ends = [(Fraction(high), Fraction(low)) for _, low, high, _ in CASES]
    require(ends[0][0] == Fraction(5, 12) and ends[-1][1] == FAR, "the cases do not begin or end where they should")
    require(all(a[1] == b[0] for a, b in itertools.pairwise(ends)), "a gap between the cases")
    largest = Fraction(0)
    for k, low, high, power in CASES:
        low, high, power = Fraction(low), Fraction(high), Fraction(power)
        require(result(high) >= power, f"k = {k}: the results are not above {power}")
        scale = 2**-k
        ratios = [(scale * p - (1 - p)) / (scale * p + (1 - p)) for p in (low, high)]
        below = around(scale * low, scale * high), around(1 - high, 1 - low), around(*ratios)
        above = around(1 - high, 1 - low), around(scale * low, scale * high), around(-ratios[1], -ratios[0])
        s = around(-2 * ratios[1], -2 * ratios[0])
        error = prove_case(proof, constants, (Fraction(-k), Fraction(-k)), power / 2**52, below, above, s)
        print(f"  k = {k:+} and {-k:+}, p or 1 - p in [{float(low):.4f}, {float(high):.4f}]: {float(error):.4f}")
        largest = max(largest, error)
    # |k| >= 4: 2/3 <= p' / (1 - p) <= 3/2
    require(result(FAR) >= 2, "|k| >= 4: the results are not above 2")
    fifth, near_1 = Fraction(1, 5), around(1 - FAR, Fraction(1))
    wide = around((1 - FAR) * 2 / 3, Fraction(3, 2))
    ratio = around(-fifth, fifth)
    s = around(-2 * fifth, 2 * fifth)
    k = (Fraction(4), Fraction(LARGEST_K))
    error = prove_case(proof, constants, k, Fraction(1, 2**51), (wide, near_1, ratio), (near_1, wide, ratio), s)
    print(f"  |k| in [4, {LARGEST_K}]: {float(error):.4f}")
    return {"k != 0": max(largest, error)}


# --- the emulation: what README.md argues, on random and on extreme numbers --------------------------------------


def bits(x):
    return struct.unpack("<q", struct.pack("<d", x))[0]


def number(integer):
    return struct.unpack("<d", struct.pack("<q", integer))[0]


def madd(a, b, c):
    """a b + c, rounded once."""
    return float(Fraction(a) * Fraction(b) + Fraction(c))


def choose_k(p):
    return (bits(p) - bits(1.0 - p) + 2**51) >> 52


def logit(p, numbers):
    """The C code, with checks of each step that is said to be exact."""
    shift = 0 if p >= sys.float_info.min else 53
    p = p * 2.0**shift
    q = 1.0 - p
    q_low = (1.0 - q) - p
    exact_q = 1 - Fraction(p)
    require(Fraction(q) + Fraction(q_low) == exact_q, "1 - p = q + q_low")
    k = choose_k(p)
    scaled = number(bits(p) - (k << 52))
    require(scaled == math.ldexp(p, -k), "scaled = p 2^-k")
    a, total = scaled - q, scaled + q
    require(Fraction(a) == Fraction(scaled) - Fraction(q), "scaled - q")
    require(5 * abs(Fraction(a)) <= Fraction(scaled) + Fraction(q), "|ratio| <= 1/5")
    require(abs(q_low) <= 2.0**-54 and (k <= 0 or q_low == 0), "q_low")
    units = 2 ** (53 + max(k, 0))
    require(k == 0 or all((Fraction(x) * units).denominator == 1 for x in (scaled, q)), "multiples of 2^-53")
    sum_low = (scaled - (total - q)) + q_low

    reciprocal = 1.0 / total
    high = a * reciprocal
    rest = madd(-high, sum_low, madd(-high, total, a)) - q_low
    low = rest * reciprocal
    if k == 0:
        require(total == 1 and sum_low == 0 and (high, low) == (a, -q_low), "k = 0: a denominator of 1")
        require(Fraction(high) + Fraction(low) == 2 * Fraction(p) - 1, "k = 0: the pair is 2 p - 1")
        require(low == 0 or p < 0.5, "k = 0: 2 p - 1 is one number where p >= 1/2")
    high, low = high + high, low + low

    c = [numbers[f"c{i}"] for i in range(1, 9)]
    z = high * high
    z2 = z * z
    z4 = z2 * z2
    pairs = [madd(c[i + 1], z, c[i]) for i in (0, 2, 4, 6)]
    poly = madd(madd(pairs[3], z2, pairs[2]), z4, madd(pairs[1], z2, pairs[0]))
    k -= shift
    rest = madd(high, z * poly, madd(k, numbers["ln2_low"], low))
    multiple = k * numbers["ln2_high"]
    require(Fraction(multiple) == k * Fraction(numbers["ln2_high"]), "k ln2_high")
    first = multiple + high
    part = first - multiple
    require(Fraction(part) == Fraction(first) - Fraction(multiple), "high - k ln2_high")
    low = high - part
    require(Fraction(first) + Fraction(low) == Fraction(multiple) + Fraction(high), "k ln2_high + s.high = high + low")
    return first + (low + rest)


def error_in_ulp(got, p):
    exact = mpmath.mpf(p)
    exact = mpmath.log(exact / (1 - exact))
    if exact == 0:
        return 0.0 if got == 0 else math.inf
    exponent = mpmath.frexp(exact)[1]
    return float(abs(mpmath.mpf(got) - exact) / mpmath.ldexp(1, exponent - 53))


def edge(k):
    """The least p with a k of at least this. bits(p) grows with p and bits(1 - p) does not, so that k grows with p."""
    low, high = bits(sys.float_info.min), bits(1 - 2.0**-53)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if choose_k(number(middle)) >= k else (middle + 1, high)
    return number(low)


def check_edges():
    """k changes where the cases say."""
    wanted = {0: Fraction(5, 12), 1: Fraction(7, 12), -3: FAR, 4: 1 - FAR}
    for k, low, _, _ in CASES:
        wanted[k], wanted[1 - k] = Fraction(low), 1 - Fraction(low)  # the last one of each k is the lowest
    require(set(wanted) == set(range(-3, 5)), f"edges: {sorted(wanted)}")
    for k, place in wanted.items():
        found = edge(k)
        require(abs(Fraction(found) - place) <= 2.0**-53, f"k = {k} from {found.hex()} on, not from {place}")
    require(edge(0) >= Fraction(5, 12) and math.nextafter(edge(1), 0) < Fraction(7, 12), "|2 p - 1| <= 1/6 for k = 0")
    lowest = choose_k(2.0**-1021)  # 2^53 times the smallest subnormal number
    require(lowest - 53 >= -LARGEST_K and choose_k(1 - 2.0**-53) <= 53, "the range of k")
    print(f"k = 0: from {edge(0).hex()} to {math.nextafter(edge(1), 0).hex()}, between 5/12 and 7/12")


@cache
def inputs(count):
    """Where k changes, powers of 2, next to 1/2, random, and subnormal."""
    near = [edge(k) for k in range(-1000, 53, 7)] + [edge(k) for k in range(-12, 13)]
    near += [2.0**-i for i in range(1, 1023)] + [1 - 2.0**-i for i in range(1, 54)]
    near += [0.5 + sign * 2.0**-i for i in range(2, 54) for sign in (1, -1)]
    near += [float(Fraction(p)) for _, *ends, _ in CASES for p in ends]
    near += [1 - p for p in near if p > 1e-16]
    found = {number(bits(p) + step) for p in near for step in (-2, -1, 0, 1, 2)}
    source = random.Random(1)
    found.update(source.uniform(0.4166, 0.5) for _ in range(count))
    found.update(source.uniform(0.5, 0.5834) for _ in range(count))
    found.update(source.random() for _ in range(count))
    found.update(number(source.randrange(bits(2.0**-1022), bits(1.0))) for _ in range(count))
    found.update(0.5 + source.choice((-1, 1)) * 2.0 ** source.uniform(-54, -4) for _ in range(count))
    found.update(1 - 2.0 ** source.uniform(-53, 0) for _ in range(count))
    found.update(source.randrange(1, 2 ** source.randrange(1, 53)) * 2.0**-1074 for _ in range(count))
    return sorted(p for p in found if 0 < p < 1)


def region(p):
    if p < sys.float_info.min:
        return "k != 0"
    return ("k = 0, p >= 1/2" if p >= 0.5 else "k = 0, p < 1/2") if choose_k(p) == 0 else "k != 0"


def check_numerically(numbers, count):
    """The steps said to be exact, and the errors; the largest of each region."""
    worst = dict.fromkeys(CLAIMED, (0.0, 0.5))
    mpmath.mp.prec = 160
    for p in inputs(count):
        got = logit(p, numbers)
        worst[region(p)] = max(worst[region(p)], (error_in_ulp(got, p), p))
    return worst


def check_kernel(numbers, count):
    import numpy as np

    import softufunc

    p = np.array(inputs(count))
    got = softufunc.logit(p)
    wrong = [x for x, y in zip(p.tolist(), got.tolist(), strict=True) if logit(x, numbers) != y]
    require(not wrong, f"the emulation is not the kernel: {len(wrong)} of {len(p)} differ, as at {wrong[:1]}")
    print(f"the installed kernel gives the emulation's bits at {len(p)} numbers")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1500, help="random numbers of each kind (default: 1500)")
    parser.add_argument("--kernel", action="store_true", help="compare the emulation with the installed softufunc")
    options = parser.parse_args()
    try:
        for tool in ("gappa", "sollya"):
            require(shutil.which(tool), f"{tool} is not installed")
        text = GAPPA_FILE.read_text()
        numbers = check_sources(text)
        print(f"the statements and the {len(numbers)} numbers are those of the C sources")
        check_edges()
        worst = check_numerically(numbers, options.points)
        if options.kernel:
            check_kernel(numbers, options.points)

        constants = sollya()
        print("sollya: eta = 2^{:.2f}, tau = 2^{:.2f}".format(*(math.log2(constants[key]) for key in ("eta", "tau"))))
        require(constants["zmax"] >= (Fraction(2, 5) + SLACK) ** 2, "zmax is too small")
        proof = Proof(text)
        proof.prove("middle_below")
        proof.prove("middle_above")
        proven = prove_middle(proof, constants, True)
        proven |= prove_outside(proof, constants)
        without = prove_middle(proof, constants, False)
        print(f"gappa: {proof.runs} runs")
        for bounds, claims in ((proven, CLAIMED), (without, CLAIMED_WITHOUT_FMA)):
            require(set(bounds) == set(claims), "a region is missing")
            for name, bound in bounds.items():
                require(bound <= claims[name], f"{name}: {float(bound):.4f} ulp proven, {claims[name]} claimed")
        for name, bound in proven.items():
            error, p = worst[name]
            require(error <= bound, f"{name}: an error of {error} ulp at {p.hex()}")
            also = f"; without FMA {float(without[name]):.4f}" if name in without else ""
            print(f"proven: {name}: {float(bound):.4f} ulp (largest seen {error:.4f} at {p.hex()}){also}")
        print(f"proven: |logit - exact| <= {float(max(proven.values())):.4f} ulp for every float64 in (0, 1), with FMA")
    except Failure as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
