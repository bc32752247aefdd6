"""Shared by the accuracy tools: names of types, numbers in hexadecimal, limits."""

import math

from tools import reference

KINDS = {"float16": "f2", "float32": "f4", "float64": "f8", "longdouble": "g"}


def hexed_mpfr(value):
    """Format the value in hexadecimal, truncated to 80 bits after the point."""
    import gmpy2

    if not gmpy2.is_finite(value) or value == 0:
        return str(value)
    exponent = gmpy2.get_exp(value) - 1
    with reference.precisely():
        digits = f"{int(abs(value) * gmpy2.mpfr(2) ** (80 - exponent)):x}"
    return f"{'-' if value < 0 else ''}0x1.{digits[1:]}p{exponent:+d}"


def limit_of(record, limit):
    """Return the limit in ULP, or the bound in the header of the function if `limit` is None."""
    if limit is not None:
        return limit
    stated = reference.bounds(record["function"].partition(".")[0]).get(KINDS[record["dtype"]])
    return stated.ulp if stated else math.inf
