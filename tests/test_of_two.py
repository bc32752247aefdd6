"""The functions of two arguments: values against MPFR, special values, flags, relations."""

import json
from pathlib import Path

import gmpy2
import numpy as np
import pytest
from inputs import fma_sets, same_bits
from make_hashes import digest_of_two, pairs
from reference import FORMATS, precisely, rounded, to_mp, ulp_error
from reference_of_two import FUNCTIONS_OF_TWO, bounds_of_two, data, exact, groups
from softufunc._ufuncs import tables

import softufunc

inf, nan = np.inf, np.nan
HASHES = json.loads((Path(__file__).parent / "hashes.json").read_text(encoding="utf-8"))
TYPES = ("f2", "f4", "f8", "g")
# found by trying all pairs of float16
TIES = {
    "logaddexp": (("-0x1.4cp-15", "-0x1.ec4p3"), ("-0x1.bep-14", "-0x1.378p3"), ("-0x1.3e4p3", "-0x1.a5p-16")),
    "logsubexp": (("-0x1.35p-15", "-0x1.ec4p3"), ("-0x1.958p-15", "-0x1.ec4p3"), ("0x1.f28p-15", "-0x1.258p3")),
    "log_prob": (("-0x1.afp2", "-0x1.634p-13"), ("-0x1.c8p2", "-0x1.b68p-14"), ("-0x1.ddp4", "0x1p-21")),
}
SETS = fma_sets(tables)


@pytest.fixture(params=list(FUNCTIONS_OF_TWO))
def name(request):
    """Every function of two arguments."""
    return request.param


@pytest.fixture
def ufunc(name, isa):
    return tables[isa][name]


@np.errstate(all="ignore")
def inputs_of(name, dtype, n=700, seed=20261124):
    """Pairs of all kinds, for float16 and longdouble made from those of float32 and float64, inside the domain."""
    kinds = data(name, np.random.default_rng(seed), n, {"f2": "f4", "g": "f8"}.get(dtype, dtype))
    x, y = (np.concatenate([pair[i] for pair in kinds.values()]).astype(dtype) for i in (0, 1))
    if dtype == "g":
        x = x + np.spacing(x.astype("f8")) * np.random.default_rng(seed).uniform(-0.4, 0.4, len(x))
    kept = np.isfinite(x) & np.isfinite(y)
    if name == "logsubexp":
        kept &= x > y
    return x[kept], y[kept]


@pytest.mark.usefixtures("quiet")
def test_bound(ufunc, name, real):
    """Random and hard pairs, next to zeros and in far tails: within the bound that functions/NAME.h states."""
    x, y = inputs_of(name, real)
    found = ulp_error(ufunc(x, y), exact(name, x, y), real)
    worst = int(np.argmax(found))
    assert found[worst] <= bounds_of_two(name)[real].ulp, (x[worst].hex(), y[worst].hex())


def test_bound_of_the_docstring(name):
    """The docstring states the bound of functions/NAME.h."""
    bounds = {bound.ulp for bound in bounds_of_two(name).values()}
    assert f"the error is below {bounds.pop():g} ULP in float32 and float64" in getattr(softufunc, name).__doc__
    assert not bounds


@pytest.mark.usefixtures("quiet")
def test_witness(name, real):
    """The pair that the file names comes close to the bound, and not beyond, in one of the instruction sets."""
    bound = bounds_of_two(name)[real]
    x, y = (np.array([value], real) for value in bound.witness)
    errors = [ulp_error(tables[isa][name](x, y), exact(name, x, y), real)[0] for isa in tables]
    assert 0.8 * bound.ulp <= max(errors) <= bound.ulp


@pytest.mark.usefixtures("quiet")
def test_float16(ufunc, name):
    """Through float32, rounded once: at most half an ULP and what float32 is off."""
    x, y = inputs_of(name, "f2")
    assert ulp_error(ufunc(x, y), exact(name, x, y), "f2").max() <= 0.5 + 2.0**-11


@pytest.mark.usefixtures("quiet")
def test_float16_ties(ufunc, name):
    """Subnormal results that float32 has just between two float16 numbers, on the wrong side of the exact one."""
    sign = -1 if name == "softminimum" else 1
    ties = TIES["logaddexp" if name == "softminimum" else name]
    x, y = sign * np.array([[float.fromhex(value) for value in pair] for pair in ties], "f2").T
    want = rounded(exact(name, x, y), "f2")
    for stored in ufunc(x, y), np.array([ufunc(*pair) for pair in zip(x, y, strict=True)]):
        assert same_bits(stored, want)
    assert (ufunc(x.astype("f4"), y.astype("f4")).astype("f2") != want).any()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("dtype", ["f8", "g"])
@pytest.mark.parametrize("name", ["logaddexp", "softminimum"])
def test_tiny_results(isa, name, dtype):
    """Where the exponentials add up to 1 but for their rounding, down to the smallest: nearly correctly rounded.

    Of a long double with more than 64 bits, 2^-60 is promised.
    """
    sign = -1 if name == "softminimum" else 1
    y = -np.random.default_rng(20260104).uniform(1, 680 if dtype == "f8" else 7800, 300).astype(dtype)
    x, y = sign * -np.exp(y), sign * y
    got, want = tables[isa][name](x, y), exact(name, x, y)
    if np.finfo(dtype).nmant <= 63:
        assert ulp_error(got, want, dtype).max() <= 0.5 + 2.0**-10
    else:
        with precisely():
            assert max(abs(to_mp(a) / b - 1) for a, b in zip(got, want, strict=True)) <= 2.0**-60


@pytest.mark.usefixtures("quiet")
def test_longdouble(name):
    """Long double, and no double in disguise: 64 eps, and 2^-60 next to zeros where it has more than 64 bits."""
    x, y = inputs_of(name, "g")
    want = exact(name, x, y)
    got = tables[SETS[0]][name](x, y)
    assert got.dtype == np.longdouble
    allowed = np.full(len(x), 64 * float(np.finfo("g").eps))
    if np.finfo("g").nmant > 63:
        allowed[groups(name, x, y, want).get("near 0", slice(0))] = 2.0**-60
    with precisely():
        for a, b, g, w, limit in zip(x, y, got, want, allowed, strict=True):
            if abs(w) > gmpy2.exp2(FORMATS["g"].least + 1):
                assert abs(to_mp(g) - w) <= limit * abs(w), (float(a).hex(), float(b).hex())


@pytest.mark.parametrize("dtype", TYPES)
def test_special_values(ufunc, name, dtype, raised):
    """Infinities, equal numbers, the outside of the domain: value, sign of zero and flag, no other flag."""
    kind = np.dtype(dtype).type
    for x, y, want, flag in FUNCTIONS_OF_TWO[name].special:
        for n in (1, 3, 40, 1000):
            raised.clear()
            got = ufunc(np.full(n, x, dtype), np.full(n, y, dtype))
            assert same_bits(got, np.full(n, want, dtype)), (x, y, n)
            assert raised == ({flag} if flag else set()), (x, y, n)
        raised.clear()
        assert same_bits(ufunc(kind(x), kind(y)), kind(want)), (x, y)
        assert raised == ({flag} if flag else set()), (x, y)


@pytest.mark.parametrize("dtype", TYPES)
def test_nan(ufunc, dtype, raised):
    """nan in either place gives nan, and raises nothing, beside infinities too."""
    for other in (nan, inf, -inf, 0.0, -0.0, 1.5, -1.5, np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal):
        for n in (1, 50):
            a, b = np.full(n, nan, dtype), np.full(n, other, dtype)
            assert np.isnan(ufunc(a, b)).all()
            assert np.isnan(ufunc(b, a)).all()
    assert raised == set()


def test_special_values_among_others(ufunc, name, real, raised):
    """In any place of a vector, without a change of its neighbours."""
    for x, y, want, flag in FUNCTIONS_OF_TWO[name].special:
        for place in range(37):
            a, b = np.full(37, 1.25, real), np.full(37, 0.5, real)
            expected = ufunc(a, b)
            a[place], b[place], expected[place] = x, y, want
            raised.clear()
            assert same_bits(ufunc(a, b), expected), (x, y, place)
            assert raised == ({flag} if flag else set()), (x, y, place)


@pytest.mark.parametrize("dtype", TYPES)
def test_flags_of_finite_numbers(ufunc, name, dtype, raised):
    """Nothing where the result is a normal number; underflow at most where it is not."""
    with np.errstate(all="ignore"):
        x, y = inputs_of(name, dtype, 300)
        z = ufunc(x, y)
        normal = np.isfinite(z) & (np.abs(z) >= 2 * np.finfo(dtype).smallest_normal)
    raised.clear()
    ufunc(x[normal], y[normal])
    for a, b in zip(x[normal][::17], y[normal][::17], strict=True):
        ufunc(a, b)
    assert raised == set()
    finite = np.isfinite(z)
    ufunc(x[finite], y[finite])
    assert raised <= {"underflow"}


def test_earlier_flags_survive(ufunc, raised):
    """The underflow of a cast before the loop is reported, the loop's own is not."""
    ufunc(np.array([1.0, 1.5]), np.array([1e-310, 0.0]), dtype="f4", casting="same_kind")
    assert raised == {"underflow"}
    raised.clear()
    ufunc(np.array([1.0, 1.5]), np.array([1e-310, 0.0]))
    assert raised == set()


@pytest.mark.parametrize("dtype", TYPES)
def test_overflow_of_log_prob(isa, raised, dtype):
    """Finite logits and labels whose product is too large: alone, in an array, with a mask, as for np.multiply."""
    f, large = tables[isa]["log_prob"], np.finfo(dtype).max / 2
    for n in (1, 2, 17, 300):
        x, t = np.full(n, large, dtype), np.full(n, -3.0, dtype)
        for call in (
            lambda x=x, t=t: f(x, t),
            lambda x=x, t=t: f(x[::-1], t),
            lambda x=x, t=t: f(x, t, where=np.arange(len(x)) % 2 == 0, out=np.full(len(x), np.inf, x.dtype)),
            lambda x=x, t=t: f(x[0], t[0]),
            lambda x=x, t=t: np.multiply(x, t),
        ):
            raised.clear()
            assert np.isinf(call()).all()
            assert raised == {"overflow"}
    raised.clear()
    infinite = np.array([np.inf], dtype)
    assert np.isinf(f(infinite, np.zeros(1, dtype))).all()
    assert raised == set()


@pytest.mark.usefixtures("quiet")
def test_softminimum_is_a_mirror_image(isa):
    """softminimum(x, y) = -logaddexp(-x, -y) bit for bit, its reduce and accumulate too."""
    low, high = tables[isa]["softminimum"], tables[isa]["logaddexp"]
    for dtype in TYPES:
        x, y = inputs_of("logaddexp", dtype)
        assert same_bits(low(x, y), -high(-x, -y))
        for n in (1, 2, 3, 17, 100, 600):
            assert same_bits(low.reduce(x[:n]), -high.reduce(-x[:n]))
            assert same_bits(low.accumulate(x[:n]), -high.accumulate(-x[:n]))


@pytest.mark.usefixtures("quiet")
def test_functions_of_one_argument(isa, real):
    """logaddexp(x, 0), log_prob(x, 1), log_prob(x, 0), logsubexp(x, 0): those of one argument within one unit."""
    f = tables[isa]
    x = np.concatenate([inputs_of("logaddexp", real)[0], np.linspace(-110, 110, 997).astype(real)])
    positive = x[x > 0]
    for got, want in (
        (f["logaddexp"](x, 0.0), f["softplus"](x)),
        (f["logaddexp"](0.0, x), f["softplus"](x)),
        (f["softminimum"](x, 0.0), f["softminus"](x)),
        (f["log_prob"](x, 1), f["log_prob_1"](x)),
        (f["log_prob"](x, 0), f["log_prob_0"](x)),
        (f["logsubexp"](positive, 0.0), f["softplusinv"](positive)),
    ):
        assert got.dtype == real
        assert (np.abs(got - want) <= np.maximum(np.spacing(np.abs(got)), np.spacing(np.abs(want)))).all()


def test_symmetric(isa, real):
    """The order of the arguments changes no bit."""
    for name in ("logaddexp", "softminimum"):
        x, y = inputs_of(name, real)
        assert same_bits(tables[isa][name](x, y), tables[isa][name](y, x))


HARD = [
    ("logaddexp", -np.log(2), -np.log(2)),
    ("logaddexp", -1e-300, -690.775527898213682),
    ("logaddexp", -0.5, -0.9327521295671885),
    ("logaddexp", 1e308, 1e308),
    ("logaddexp", -745.0, -745.0),
    ("logsubexp", 1e-300, -690.775527898213682),
    ("logsubexp", 5e17, -6e-309),
    ("logsubexp", 1.0, 0.9999999999999999),
    ("logsubexp", np.log(3), np.log(2)),
    ("log_prob", 40.0, 1.0),
    ("log_prob", 1e300, 0.9999999999999999),
    ("log_prob", -800.0, 1e-310),
]


@pytest.mark.parametrize(("name", "x", "y"), HARD)
def test_hard_pairs(isa, name, x, y):
    """Where the usual formulas fail."""
    x, y = np.array([x]), np.array([y])
    with np.errstate(under="ignore"):
        error = ulp_error(tables[isa][name](x, y), exact(name, x, y), "f8")[0]
    assert error <= bounds_of_two(name)["f8"].ulp


@pytest.mark.parametrize("other", SETS[1:])
@pytest.mark.usefixtures("quiet")
def test_sets_agree(name, dtype, other):
    """The instruction sets with FMA give the same bits, for pairs of all kinds and lengths."""
    f, g = tables[SETS[0]][name], tables[other][name]
    x, y = inputs_of(name, dtype, 400)
    for n in (*range(70), len(x)):
        assert same_bits(f(x[:n], y[:n]), g(x[:n], y[:n])), n


@pytest.mark.parametrize("isa", SETS)
def test_stored_hash(name, isa, real):
    """The results are those of the last accepted kernels; `python tests/make_hashes.py` writes the new hashes."""
    assert digest_of_two(tables[isa][name], name, real) == HASHES[name][real]


@pytest.mark.usefixtures("quiet")
def test_stored_pairs_are_right(name, real):
    """Of the pairs of the hash, every hundredth one against MPFR; the rounded values differ by one unit at most."""
    x, y = (part[::100] for part in pairs(name, real))
    inside = x > y if name == "logsubexp" else np.full(len(x), True)
    got, want = tables[SETS[0]][name](x[inside], y[inside]), exact(name, x[inside], y[inside])
    assert ulp_error(got, want, real).max() <= bounds_of_two(name)[real].ulp
    assert np.mean(got == rounded(want, real)) > 0.9


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_largest_numbers(isa, dtype):
    """The largest finite logit and label are no infinities."""
    f, big = tables[isa]["log_prob"], np.finfo(dtype).max
    assert f(-big, np.array(1, dtype)) == -big
    assert f(big, np.array(0, dtype)) == -big
    assert f(np.array(-1, dtype), big) == -big
