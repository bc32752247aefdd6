"""inverse(f(x)) = x within the error bounds of both functions."""

from functools import cache

import gmpy2
import pytest
from softufunc._ufuncs import tables

from tools.inputs import UNARY
from tools.reference import FACTS, FORMATS, bound, definition, exact, precisely, to_mp, ulp_exponent
from tools.strategies import examples

pytestmark = pytest.mark.usefixtures("quiet")
INVERTIBLE = [name for name in UNARY if FACTS[name].inverse in FACTS]


@cache
def limits(name, dtype):
    """Return for each example the interval of inverse(f(x)) permitted by the bounds of both functions."""
    f, inverse = FORMATS[dtype], FACTS[FACTS[name].inverse]
    mp, x = definition(inverse.name), examples(name, dtype)
    slack, slack_back = (gmpy2.mpfr(bound(n, dtype).ulp) for n in (name, inverse.name))
    special = {case.inputs[0]: case.results[0] for case in inverse.special}
    found = []
    for middle in exact(name, x):
        with precisely():
            off = slack * gmpy2.exp2(ulp_exponent(middle, f))
            low, high = (gmpy2.mpfr(limit) for limit in inverse.domain)
            ends = [min(max(end, low), high) for end in (middle - off, middle + off)]
            # the inverse of the interval of f(x) +- off, extended by the error of the inverse
            ends = sorted(mp(e) if low < e < high else gmpy2.mpfr(special.get(float(e), float(e))) for e in ends)
            errors = [0 if gmpy2.is_infinite(e) else slack_back * gmpy2.exp2(ulp_exponent(e, f)) for e in ends]
            found.append((ends[0] - errors[0], ends[1] + errors[1]))
    return found


@pytest.mark.parametrize("name", INVERTIBLE)
def test_round_trip(isa, name, real):
    """The result is in the interval permitted by the bounds of both functions."""
    x = examples(name, real)
    got = tables[isa][FACTS[name].inverse](tables[isa][name](x))
    for value, y, (bottom, top) in zip(x, got, limits(name, real), strict=True):
        assert bottom <= to_mp(y) <= top, (value, y)


def test_inverses_of_inverses():
    """The inverse of the inverse is the function, or one with the same definition, and has the same direction."""
    assert len(INVERTIBLE) >= 8
    for name in INVERTIBLE:
        inverse = FACTS[FACTS[name].inverse]
        same = {n for n in FACTS if FACTS[n].flip == FACTS[name].flip and FACTS[n].exact == FACTS[name].exact}
        assert inverse.inverse in {name, *same, *(n for n in INVERTIBLE if FACTS[n].inverse == inverse.name)}
        assert [way for *_, way in inverse.monotone] == [way for *_, way in FACTS[name].monotone]
