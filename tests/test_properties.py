"""Properties that hypothesis tries to break: order, mirror images, round trips."""

import gmpy2
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from inputs import harmless, inside, neighbours, same_bits, samples
from reference import FORMATS, FUNCTIONS, bound, exact, precisely, to_mp, ulp_exponent
from softufunc._ufuncs import tables

PROFILE = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pytestmark = pytest.mark.usefixtures("quiet")
RUN = 64
"""neighbouring numbers that an example looks at"""
INVERTIBLE = [f.name for f in FUNCTIONS.values() if f.inverse]


def numbers(name, dtype):
    """Floats of the type inside the domain, half of the time where the function is not flat."""
    f, function = FORMATS[dtype], FUNCTIONS[name]
    width = 8 * f.dtype.itemsize
    low, high = function.active(f)
    low, high = (
        float(np.nextafter(np.dtype(dtype).type(x), np.dtype(dtype).type(harmless(name)))) for x in (low, high)
    )
    lowest, highest = function.domain
    everywhere = st.floats(
        min_value=None if np.isinf(lowest) else lowest,
        max_value=None if np.isinf(highest) else highest,
        exclude_min=bool(np.isfinite(lowest)),
        exclude_max=bool(np.isfinite(highest)),
        allow_nan=False,
        allow_infinity=False,
        width=width,
    )
    active = st.floats(float(np.dtype(dtype).type(low)), float(np.dtype(dtype).type(high)), width=width)
    return st.one_of(active, everywhere)


def run_from(x, name, dtype):
    """x and its neighbours on both sides, as far as they are inside the domain, in order."""
    return np.sort(inside(name, neighbours(x, dtype, RUN // 2)))


def key(x):
    """Integers in the order of the numbers, one apart for neighbours; -0.0 and 0.0 are the same."""
    bits = x.view(f"i{x.itemsize}").astype("i8")
    lowest = np.int64(np.iinfo(f"i{x.itemsize}").min)
    return np.where(bits < 0, lowest - bits, bits)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_monotone_over_neighbours(ufunc, function, dtype):
    """From one number to the next the result never goes the wrong way (or by `step_back` ULP, see the table)."""

    @PROFILE
    @given(numbers(function.name, dtype))
    @example(0.25 if function.domain[1] > 0 else -0.25)
    def check(x):
        run = run_from(abs(x) if function.even else x, function.name, dtype)
        steps = np.diff(key(ufunc(run[run >= 0] if function.even else run)))
        back = -steps.min(initial=0) if function.increasing else steps.max(initial=0)
        assert back <= function.step_back

    check()


def test_monotone_over_all_samples(ufunc, function, real):
    """The same from every sample to the next number, and from ten thousand others."""
    low, high = function.active(FORMATS[real])
    random = np.random.default_rng(20260105)
    more = random.uniform(max(low, -2), min(high, 2), 10_000).astype(real)
    x = np.concatenate([samples(function.name, real), inside(function.name, more)])
    x = np.abs(x) if function.even else x
    after = np.nextafter(x, np.dtype(real).type(np.inf))
    x, after = x[after < function.domain[1]], after[after < function.domain[1]]
    steps = key(ufunc(after)) - key(ufunc(x))
    back = -steps if function.increasing else steps
    assert back.max() <= function.step_back, float(x[back.argmax()]).hex()


def test_monotone_from_afar(ufunc, function, real):
    """Over a hundred thousand numbers in order, no two neighbours among them, the results are in order."""
    low, high = function.active(FORMATS[real])
    low = 0 if function.even else low
    x = np.linspace(low, high, 100_001)[1:-1].astype(real)
    assert (np.diff(x) > 0).all()
    steps = np.diff(ufunc(x))
    assert (steps >= 0).all() if function.increasing else (steps <= 0).all()


@pytest.mark.parametrize("name", [f.name for f in FUNCTIONS.values() if f.symmetry])
def test_mirror_image(isa, name, real):
    """f(x) = s g(t x), bit for bit."""
    t, other, s = FUNCTIONS[name].symmetry

    @PROFILE
    @given(numbers(name, real))
    def check(x):
        x = run_from(x, name, real)
        assert same_bits(tables[isa][name](x), s * tables[isa][other](t * x))

    check()


@pytest.mark.parametrize("name", INVERTIBLE)
def test_round_trip(isa, name, real):
    """inverse(f(x)) lies where the error bounds of both allow: f within its bound, then inverse within its own."""
    function, f = FUNCTIONS[name], FORMATS[real]
    inverse = FUNCTIONS[function.inverse]
    there, back = tables[isa][name], tables[isa][inverse.name]
    slack, slack_back = (gmpy2.mpfr(bound(n, real)) for n in (name, inverse.name))

    @PROFILE
    @given(numbers(name, real))
    def check(x):
        x = np.dtype(real).type(x)
        y = there(x)
        with precisely():
            (middle,) = exact(name, [x])
            off = slack * gmpy2.exp2(ulp_exponent(middle, f))
            low, high = (gmpy2.mpfr(limit) for limit in inverse.domain)
            ends = [min(max(end, low), high) for end in (middle - off, middle + off)]
            # f(x) = y is exact to within `off`: the inverse of that interval, and one more error
            limits = sorted(inverse.mp(end) if low < end < high else limit_of(inverse, end) for end in ends)
            got = to_mp(back(y))
            bottom, top = (
                limit if gmpy2.is_infinite(limit) else widen(limit, s) for limit, s in zip(limits, (-1, 1), strict=True)
            )
            assert bottom <= got <= top, (x, y, back(y))

    def limit_of(g, end):
        return next((gmpy2.mpfr(v) for u, v, _ in g.special if u == end), gmpy2.mpfr(float(end)))

    def widen(limit, sign):
        return limit + sign * slack_back * gmpy2.exp2(ulp_exponent(limit, f))

    check()


def test_difference_of_softplus(isa, real):
    """softplus(x) - softplus(-x) = x, but for the errors of the two terms."""
    softplus, slack = tables[isa]["softplus"], bound("softplus", real)

    @PROFILE
    @given(numbers("softplus", real))
    def check(x):
        x = np.dtype(real).type(x)
        up, down = softplus(x), softplus(-x)
        with precisely():
            error = abs(to_mp(up) - to_mp(down) - to_mp(x))
            exponents = [ulp_exponent(to_mp(term), FORMATS[real]) for term in (up, down)]
            # a result rounded up to a power of 2 has the larger ULP: the bound counts in ULP of the exact value
            assert error <= slack * sum(gmpy2.exp2(e) for e in exponents)

    check()


def test_probabilities_add_up(isa, real):
    """sigmoid(x) + one_minus_sigmoid(x) = 1, but for the errors of the two terms."""
    p, q = tables[isa]["sigmoid"], tables[isa]["one_minus_sigmoid"]
    slacks = bound("sigmoid", real), bound("one_minus_sigmoid", real)

    @PROFILE
    @given(numbers("sigmoid", real))
    def check(x):
        x = np.dtype(real).type(x)
        terms = [to_mp(p(x)), to_mp(q(x))]
        with precisely():
            allowed = sum(s * gmpy2.exp2(ulp_exponent(t, FORMATS[real])) for s, t in zip(slacks, terms, strict=True))
            assert abs(terms[0] + terms[1] - 1) <= allowed

    check()
