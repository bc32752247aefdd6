"""The C code of logit in rational arithmetic: checks every step that the proof takes as exact."""

import math
import random
import struct
import sys
from fractions import Fraction
from functools import cache

import mpmath

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


class Failure(Exception):
    pass


def require(condition, message):
    if not condition:
        raise Failure(message)


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

    reciprocal = 2.0 / total
    high = a * reciprocal
    part = 0.5 * high
    rest = madd(-part, sum_low, madd(-part, total, a)) - q_low
    low = rest * reciprocal
    if k == 0:
        require(total == 1 and sum_low == 0 and (high, low) == (2 * a, -2 * q_low), "k = 0: a denominator of 1")
        require(Fraction(high) + Fraction(low) == 2 * (2 * Fraction(p) - 1), "k = 0: the pair is twice 2 p - 1")
        require(low == 0 or p < 0.5, "k = 0: 2 p - 1 is one number where p >= 1/2")

    c = [numbers[f"c{i}"] for i in range(1, 9)]
    z = high * high
    z2 = z * z
    pairs = [madd(c[i + 1], z, c[i]) for i in (0, 2, 4, 6)]
    poly = madd(madd(madd(pairs[3], z2, pairs[2]), z2, pairs[1]), z2, pairs[0])
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
