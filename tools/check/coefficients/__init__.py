"""Recompute the polynomials, and compare them with the coefficients in the kernels' headers.

    python -m tools check coefficients                 needs sollya; a few seconds
    python -m tools check coefficients --sollya /usr/local/bin/sollya

The output shows for each polynomial its type, interval, degree and largest error as a power of two (for expm1 relative
to e^r, otherwise relative to the function), and whether the header has the same coefficients; then the same for the
parts of ln 2, computed with MPFR. The exit status is 1 if anything differs.

The recipes are the .sollya files in this folder. A name in a recipe refers to an array or a function R(name) in a
header, whose hexadecimal constants, sorted by decreasing magnitude, must be the coefficients in order.
"""

import re
import subprocess
import sys
from pathlib import Path

import gmpy2
from gmpy2 import mpfr

from tools import common
from tools.common import SOURCE

HERE = Path(__file__).resolve().parent
HEADERS = sorted([*SOURCE.glob("math/*.h"), *SOURCE.glob("functions/*.h")])
HEX = r"-?0x[0-9a-f]+(?:\.[0-9a-f]+)?p[+-]?\d+"


def for_type(text, bits):
    """Remove comments, and the branches of `#if REAL_BITS == ...` that are not for this type.

    All branches of other conditions remain, except those of LONG_DOUBLE.
    """
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    kept, stack = [], []
    for line in text.splitlines():
        directive = re.match(r"\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b\s*(.*)", line)
        if not directive:
            if all(state is not False for state in stack):
                kept.append(line)
            continue
        word, condition = directive.groups()
        width = re.fullmatch(r"REAL_BITS == (\d+)", condition.strip())
        if word.startswith("if"):
            stack.append(int(width[1]) == bits if width else False if condition.strip() == "LONG_DOUBLE" else None)
        elif word == "endif":
            stack.pop()
        elif stack[-1] is not None:
            stack[-1] = int(width[1]) == bits if width else not stack[-1]
    return "\n".join(kept)


def body(text, name):
    """Return the text between the braces of the definition of R(name), an array or a function, or None."""
    start = re.search(rf"\bR\({name}\)(\[\d*\]\s*=|\([^;{{]*\))\s*{{", text)
    if not start:
        return None
    depth, i = 1, start.end()
    while depth:
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        i += 1
    return text[start.end() : i - 1]


def in_header(name, bits):
    """Return (header, constants by decreasing magnitude) of an array or function, or (None, None)."""
    for header in HEADERS:
        found = body(for_type(header.read_text(), bits), name)
        if found is not None:
            return header, sorted((float.fromhex(c) for c in re.findall(HEX, found)), key=abs, reverse=True)
    return None, None


def recipes(sollya):
    """Yield (name, bits, low, high, degree, log2 of the error, coefficients) of every recipe."""
    for path in sorted(HERE.glob("*.sollya")):
        run = subprocess.run([sollya, str(path)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        for block in re.split(r"\n(?=[a-z]\w* \d)", run.stdout.strip()):
            head, *coefficients = block.splitlines()
            match = re.fullmatch(r"(\w+) (32|64) (\S+) (\S+) (\d+) (\S+)", head)
            if not match or not all(re.fullmatch(HEX, c) for c in coefficients):
                sys.exit(f"cannot parse the output of {path.name}:\n{block}")
            name, bits, low, high, degree, error = match.groups()
            yield name, int(bits), float(low), float(high), int(degree), float(error), list(coefficients)


def check_polynomials(sollya):
    failed = False
    for name, bits, low, high, degree, error, coefficients in recipes(sollya):
        header, found = in_header(name, bits)
        want = [float.fromhex(c) for c in coefficients]
        text = f"{name} f{bits}: [{low:.4g}, {high:.4g}], degree {degree}, error 2^{error:.2f}"
        if found is None:
            failed = True
            print(f"{text}: in NO header")
        elif found == sorted(want, key=abs, reverse=True):
            print(f"{text}: the same in {header.relative_to(SOURCE)}")
        else:
            failed = True
            print(f"{text}: DIFFERENT in {header.relative_to(SOURCE)}")
            print(f"    recipe: {' '.join(coefficients)}")
            print(f"    header: {' '.join(c.hex() for c in found)}")
    return failed


def check_ln2():
    """Check the constants LN2_HI, LN2_LO, LN2_SHORT and LN2_REST, up to a power of two, and LOG2_E."""
    failed, checked = False, 0
    gmpy2.get_context().precision = 300
    ln2 = gmpy2.const_log2()
    for bits, digits in ((32, 24), (64, 53)):
        for header in HEADERS:
            text = for_type(header.read_text(), bits)
            values = {
                name: float.fromhex(value) for name, value in re.findall(rf"#define (LN2_\w+|LOG2_E) +({HEX})", text)
            }
            for high_name, low_name in (("LN2_HI", "LN2_LO"), ("LN2_SHORT", "LN2_REST")):
                if high_name not in values or low_name not in values:
                    continue
                high, low = mpfr(values[high_name]), mpfr(values[low_name])
                scale = mpfr(2) ** int(gmpy2.rint(gmpy2.log2(high / ln2)))
                rest = ln2 * scale - high
                with gmpy2.context(gmpy2.get_context(), precision=digits):
                    want = +rest
                sum_error = float(gmpy2.log2(abs(1 - (high + low) / (ln2 * scale))))
                same, checked = want == low, checked + 1
                failed |= not same
                where = f"f{bits} {header.relative_to(SOURCE)}"
                result = f"ln 2 to 2^{sum_error:.1f}" if same else f"{low_name} DIFFERENT: want {float(want).hex()}"
                print(f"{high_name} + {low_name} {where}: {result}")
            if "LOG2_E" in values:
                same, checked = values["LOG2_E"] == float(1 / ln2), checked + 1
                failed |= not same
                print(f"LOG2_E f{bits}: {'1 / ln 2 rounded' if same else f'DIFFERENT: want {float(1 / ln2).hex()}'}")
    if checked != 6:
        failed = True
        print(f"{checked} constants instead of three for each of two types")
    return failed


def main(arguments=None):
    parser = common.make_parser("check coefficients", __doc__)
    parser.add_argument("--sollya", default="sollya", metavar="COMMAND", help="the sollya program (default: sollya)")
    args = parser.parse_args(arguments)
    failed = check_polynomials(args.sollya)
    return check_ln2() or failed
