"""Prove the error bound of logit in float64 with FMA: python -m tools check proofs.

    python -m tools check proofs             the proof, and random checks of what surrounds it; exit status 1 on failure
    python -m tools check proofs --kernel    and the emulation against the installed softufunc, bit by bit

Needs gappa, sollya and mpmath. README.md tells what is proven and how.
"""

import itertools
import math
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import mpmath

from tools import common
from tools.check.proofs.emulation import (
    CASES,
    CLAIMED,
    CLAIMED_WITHOUT_FMA,
    FAR,
    LARGEST_K,
    Failure,
    check_edges,
    check_kernel,
    check_numerically,
    require,
)
from tools.common import SOURCE

HERE = Path(__file__).resolve().parent
GAPPA_FILE = HERE / "logit_f64.gappa"
SOLLYA_FILE = HERE / "logit_f64.sollya"
HEX_FLOAT = re.compile(r"0x1\.[0-9a-f]+p[+-]\d+")

SLACK = Fraction(1, 2**40)  # for the rounding of q, where a range comes from p alone

# Equal statements of the C sources and quotes ("# C:") of the Gappa file: function, file.
MIRRORED = [
    ("residual", "math/vector.h"),
    ("divide", "math/log.h"),
    ("atanh_narrow", "math/log.h"),
    ("exponent", "math/log.h"),
    ("log_parts", "math/log.h"),
    ("log_sum", "math/log.h"),
    ("logit_head", "functions/logit.h"),
    ("logit_of_carry", "functions/logit.h"),
]


# --- the sources -----------------------------------------------------------------------------------------------------


def statements(function, path):
    """Return the statements of a C function, with the operations of float64 with FMA."""
    text = (SOURCE / path).read_text()
    body = re.search(rf"^static ALWAYS_INLINE \S+ R\({function}\)\(.*?^{{\n(.*?)^}}", text, re.MULTILINE | re.DOTALL)
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
    return [statement for statement in found if statement != "(void)x;"]


def check_sources(proof):
    """Check that the proof has the statements and the numbers of the code."""
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
    float64 = (SOURCE / "math/log.h").read_text().partition("#else\n")[2]
    ln2 = read(r"#define LN2_SHORT NUMBER\n#define LN2_REST NUMBER\n", float64)
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
        require(result(high) >= float(power), f"k = {k}: the results are not above {power}")
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


def main(arguments=None):
    parser = common.make_parser("check proofs", __doc__)
    parser.add_argument("--points", type=int, default=1500, help="random numbers of each kind (default: 1500)")
    parser.add_argument("--kernel", action="store_true", help="compare the emulation with the installed softufunc")
    options = parser.parse_args(arguments)
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
