"""logsumexp, log_likelihood and logaddexp.reduce: values against MPFR, layouts, types, flags."""

import itertools
import json
import math
from pathlib import Path

import gmpy2
import numpy as np
import pytest
from inputs import fma_sets, same_bits
from make_hashes import digest_of_sums
from reference_of_two import bounds_of_two
from softufunc._ufuncs import tables
from sums import BLOCK, LABELS, LIKELIHOODS, SPECIAL, SUMS, TYPES, bound, error, inputs_of

inf, nan = np.inf, np.nan
HASHES = json.loads((Path(__file__).parent / "hashes.json").read_text(encoding="utf-8"))
LENGTHS = (*range(1, 36), 63, 64, 65, 127, 128, 129, 500, *range(BLOCK - 2, BLOCK + 3), 1023, 1024, 1025, 1600)


@pytest.fixture(params=list(SUMS))
def name(request):
    """Every function of a whole axis."""
    return request.param


@pytest.fixture
def ufunc(name, isa):
    return tables[isa][name]


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in SUMS for kind in SUMS[name].kinds])
def test_bound(name, isa, real, kind):
    """Random and hard data of many lengths: within the bound that functions/NAME.h states."""
    random = np.random.default_rng(7)
    for n in (1, 2, 3, 15, 16, 17, 64, 100, BLOCK - 1, BLOCK, BLOCK + 1, 1300):
        found = error(name, tables[isa][name], SUMS[name].kinds[kind](random, n, real))
        assert found.share <= 1, (n, found)


def test_every_length(name, isa, real):
    """No length, around vectors and blocks, loses an element or adds one."""
    for n in LENGTHS:
        found = error(name, tables[isa][name], inputs_of(name, n, real, n))
        assert found.share <= 1, (n, found)


def test_every_place_counts(isa, real):
    """One large number anywhere among small ones decides; so does one small one among none."""
    for n in (5, 16, 40, BLOCK + 30):
        for place in range(n):
            x = np.full(n, -1000.0, real)
            x[place] = 3.5
            assert tables[isa]["logsumexp"](x) == 3.5, (n, place)
            t = np.ones(n, real)
            t[place] = 0
            assert tables[isa]["log_likelihood"](np.full(n, inf, real) * np.where(t, 1, -1).astype(real), t) == 0
            x = np.full(n, inf, real)
            x[place] = 2.25
            assert tables[isa]["log_likelihood"](x, np.ones(n, real)) == tables[isa]["log_prob_1"](x[place])


def test_does_not_grow_with_length(isa):
    """4 000 000 zeros in float32: every digit of log(4e6); 10^6 equal terms of log_likelihood."""
    assert tables[isa]["logsumexp"](np.zeros(4_000_000, "f4")) == np.float32(math.log(4e6))
    got, want = tables[isa]["logaddexp"].reduce(np.zeros(4_000_000, "f4")), np.float32(math.log(4e6))
    if np.lib.NumpyVersion(np.__version__) < "2.3.0":
        # that NumPy hands over 8192 elements at once, so that what came before is rounded 489 times
        assert abs(got - want) <= 489 * bounds_of_two("logaddexp")["f4"].ulp * np.spacing(want)
    else:
        assert got == want
    got = tables[isa]["log_likelihood"](np.zeros(1_000_000, "f4"), np.zeros(1_000_000, "?"))
    assert abs(float(got) / (1e6 * math.log(0.5)) - 1) < 2.0**-23


@pytest.mark.parametrize(
    ("x", "want"),
    [
        ([-math.log(2), -math.log(2)], 2.3190468138462996e-17),
        ([0.0, -300.0], 5.148200222412013e-131),
        ([0.0, -inf, -inf], 0.0),
        ([1e308, 1e308], 1e308),
        ([-1e308, -1e308], -1e308),
        ([1e308, -1e308, 1e308], 1e308),
        ([1000.0, 1000.0], 1000.6931471805599),
        ([-1024.5, -1024.5, -1024.5, -1024.5], -1024.5 + 2 * math.log(2)),
    ],
)
def test_hard_sums(isa, x, want):
    """What the usual formulas get wrong."""
    x = np.array(x)
    assert tables[isa]["logsumexp"](x) == want
    assert tables[isa]["logsumexp"](x[::-1]) == want
    if len(x) > 2:
        assert tables[isa]["logaddexp"].reduce(x) == want


@pytest.mark.parametrize(("x", "want"), SPECIAL)
@pytest.mark.parametrize("dtype", TYPES)
def test_special_values(isa, x, want, dtype, raised):
    """Infinities and nan, alone, among others and far behind the first block; no flag."""
    with np.errstate(all="ignore"):
        x = np.array(x, dtype)
    want = np.array(want, dtype)
    raised.clear()
    assert same_bits(np.abs(tables[isa]["logsumexp"](x)), np.abs(want))
    if len(x):
        late = np.concatenate([np.full(BLOCK + 7, -inf, dtype), x])
        for values in (late, late[::-1], np.repeat(late, 3)[::3]):
            got = tables[isa]["logsumexp"](values)
            assert np.array_equal(got, want, equal_nan=True)
            got = tables[isa]["logaddexp"].reduce(values)
            assert np.array_equal(got, want, equal_nan=True)
    assert raised == set()


@pytest.mark.parametrize(("x", "t", "want"), LIKELIHOODS)
@pytest.mark.parametrize("dtype", TYPES)
def test_special_likelihoods(isa, x, t, want, dtype, raised):
    """0 times infinity is 0, and nothing raises a flag."""
    x, t = np.array(x, dtype), np.array(t, dtype)
    for before in (0, 3, BLOCK + 7):
        logits = np.concatenate([np.full(before, inf, dtype), x])
        labels = np.concatenate([np.ones(before, dtype), t])
        got = tables[isa]["log_likelihood"](logits, labels)
        assert np.array_equal(got, np.array(want, dtype), equal_nan=True)
    assert raised == set()


@pytest.mark.parametrize("dtype", ["f4", "f8", "g"])
def test_huge_terms(isa, dtype, raised):
    """Terms next to the largest number: only a sum that is too large overflows, and an infinite term does not."""
    f, quarter = tables[isa]["log_likelihood"], np.ldexp(np.dtype(dtype).type(1), np.finfo(dtype).maxexp - 2)
    x, t = np.full(5, quarter), np.zeros(5, dtype)
    assert f(x[:3], t[:3]) == -3 * quarter
    assert f(inf * x, t) == -inf
    assert raised == set()
    assert f(x, t) == -inf
    assert raised == {"overflow"}


def test_ordinary_data_raises_nothing(name, isa, dtype, raised):
    """Nor do numbers of every size, subnormal ones too."""
    random = np.random.default_rng(3)
    with np.errstate(all="ignore"):
        sizes = np.exp2(random.uniform(-1070, 9, 700)).astype(dtype)
        x = np.concatenate([sizes, -sizes, inputs_of(name, 500, dtype)[0]])
        labels = random.random(len(x)).astype(dtype)
    ufunc = tables[isa][name]
    raised.clear()
    for part in (x, x[::-2], x[:3], x.reshape(-1, 4).T):
        ufunc(part) if SUMS[name].arguments == 1 else ufunc(part, labels[: part.shape[-1]])
    assert raised == set()


def test_earlier_flag_survives(isa, raised):
    """The underflow of a cast before the loop is reported, the loop's own is not."""
    x = np.array([1e-310, 0.0, 5.0])
    tables[isa]["logsumexp"](x, dtype="f4", casting="same_kind")
    assert raised == {"underflow"}
    raised.clear()
    tables[isa]["logsumexp"](x)
    assert raised == set()


def test_overflow_of_float16(isa, raised):
    """The sum of many of the largest numbers is beyond float16, and says so."""
    assert tables[isa]["logsumexp"](np.full(4_000_000, 65504, "f2")) == 65504
    assert raised == set()
    assert tables[isa]["logsumexp"](np.full(10_000_000, 65504, "f2")) == inf
    assert raised == {"overflow"}


@pytest.mark.parametrize("huge", [inf, 1e300])
def test_huge_terms_at_every_place(isa, huge):
    """Wherever it is, a term of this size does not enter the sum of ordinary ones."""
    f = tables[isa]["log_likelihood"]
    for place in range(130):
        x = np.zeros(130)
        x[place] = huge
        assert f(x, np.zeros(130)) == -huge, place


@pytest.mark.parametrize("dtype", TYPES)
def test_layouts(name, isa, dtype):
    """Strides of every kind give the bits of a contiguous copy."""
    ufunc = tables[isa][name]
    for n in (1, 2, 17, 100, BLOCK, BLOCK + 1, 1200):
        inputs = inputs_of(name, n, dtype)
        want = ufunc(*inputs)
        for stride in (2, 3, -1, -2, 7):
            spread = [np.full(n * abs(stride), nan, dtype)[:: abs(stride)][:n] for _ in inputs]
            spread = [room[::-1] if stride < 0 else room for room in spread]
            for room, x in zip(spread, inputs, strict=True):
                room[...] = x
            assert same_bits(ufunc(*spread), want), (n, stride)
            assert same_bits(ufunc(spread[0], *inputs[1:]), want), (n, stride)
        swapped = [x.astype(x.dtype.newbyteorder()) for x in inputs]
        assert same_bits(ufunc(*swapped), want)
        assert same_bits(ufunc(*(np.frombuffer(b"x" + x.tobytes(), "u1")[1:].view(dtype) for x in inputs)), want)
        repeated = [np.broadcast_to(x[:1], n) for x in inputs]
        assert same_bits(ufunc(*repeated), ufunc(*(x.copy() for x in repeated)))


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shape", [(3, 5, 7), (2, 600, 3), (40, 2, 520), (1, 1, 1), (33, 20, 2), (0, 3, 4)])
def test_every_axis(name, isa, dtype, shape):
    """axis, axes, keepdims and out on every axis, against a loop over the rows."""
    ufunc, inputs = tables[isa][name], inputs_of(name, shape, dtype)
    for axis in range(-3, 3):
        moved = [np.ascontiguousarray(np.moveaxis(x, axis, -1)) for x in inputs]
        want = np.empty(moved[0].shape[:-1], dtype)
        for row in np.ndindex(want.shape):
            want[row] = ufunc(*(x[row] for x in moved))
        assert same_bits(ufunc(*inputs, axis=axis), want)
        assert same_bits(ufunc(*inputs, axes=[*[axis] * len(inputs), ()]), want)
        assert same_bits(ufunc(*inputs, axis=axis, keepdims=True), np.expand_dims(want, axis))
        assert same_bits(ufunc(*(np.asfortranarray(x) for x in inputs), axis=axis), want)
        out = np.full((*want.shape, 2), 7, dtype)[..., 0]
        assert ufunc(*inputs, axis=axis, out=out) is out
        assert same_bits(np.ascontiguousarray(out), want)


def test_broadcast(isa):
    """One row of labels for many of logits, and the other way round."""
    f = tables[isa]["log_likelihood"]
    x, t = inputs_of("log_likelihood", (6, 70), "f8")
    assert same_bits(f(x, t[0]), np.array([f(row, t[0]) for row in x]))
    assert same_bits(f(x[0], t), np.array([f(x[0], row) for row in t]))
    assert same_bits(f(x[:, None], t[None]), np.array([[f(a, b) for b in t] for a in x]))
    assert same_bits(f(x, np.ones((6, 1))[:, [0] * 70]), f(x, np.ones((6, 70))))


def test_output_in_the_input(name, isa):
    """An output that is part of the input: as if the input had been copied."""
    ufunc, inputs = tables[isa][name], inputs_of(name, (5, 40), "f8")
    want = ufunc(*inputs)
    ufunc(*inputs, out=inputs[0][:, 39])
    assert same_bits(np.ascontiguousarray(inputs[0][:, 39]), want)


def test_empty(name, isa, dtype):
    """No element: the identity, for every row."""
    none = -inf if name == "logsumexp" else 0.0
    rows = [np.empty((3, 0), dtype)] * SUMS[name].arguments
    assert same_bits(tables[isa][name](*rows), np.full(3, none, dtype))
    assert tables[isa][name](*(x.T for x in rows), axis=0).shape == (3,)


def test_types_of_results(isa):
    """Floats keep their type, integers and booleans give float64."""
    f = tables[isa]["logsumexp"]
    for dtype in TYPES:
        assert type(f(np.zeros(3, dtype))) is np.dtype(dtype).type
    for dtype in LABELS:
        assert same_bits(f(np.array([1, 0, 1], dtype)), f(np.array([1.0, 0.0, 1.0])))
    assert same_bits(f([1, 2]), f([1.0, 2.0]))


@pytest.mark.parametrize("n", [3, 64, 1300])
def test_labels_do_not_promote(isa, n):
    """Boolean and integer labels of every size: the type and the bits of labels of the type of the logits."""
    f = tables[isa]["log_likelihood"]
    for dtype in TYPES:
        x, t = inputs_of("log_likelihood", n, dtype)
        want = f(x, t)
        assert type(want) is np.dtype(dtype).type
        for kind in LABELS:
            for labels in (t.astype(kind), np.repeat(t.astype(kind), 2)[::2], t.astype(np.dtype(kind).newbyteorder())):
                assert same_bits(f(x, labels), want), (dtype, kind)
            assert same_bits(f(np.repeat(x, 2)[::2], t.astype(kind)), want), (dtype, kind)
    assert f(np.zeros(2, "f4"), [1, 0]).dtype == "f4"
    assert f(np.zeros(2, "f4"), np.array([-3, 5], "i1")) == np.float32(-2 * math.log(2))


@pytest.mark.parametrize(("x", "t"), list(itertools.product("?bhQefdg", repeat=2)))
def test_promotion(isa, x, t):
    """Two floats are promoted as NumPy does; integers give float64; labels alone never promote."""
    got = tables[isa]["log_likelihood"](np.ones(2, x), np.ones(2, t)).dtype
    if x in "efdg":
        assert got == (np.result_type(x, t) if t in "efdg" else np.dtype(x))
    elif t not in "efdg":
        assert got == "f8"


WRONG = [
    lambda f, a, b: f(a, b[:-1]),
    lambda f, a, b: f(a, 1.0),
    lambda f, a, b: f(a, b, axis=4),
    lambda f, a, b: f(a, b, where=True),
    lambda f, a, b: f(a, b, out=np.empty(3)),
    lambda f, a, b: f(a.astype(complex), b, dtype="f8"),
    lambda f, a, b: f(a, b, axis=(0, 1)),
    lambda f, a, b: f(a),
    lambda f, a, b: f.reduce(a),
    lambda f, a, b: f.accumulate(a),
    lambda f, a, b: f.at(a, [0], b),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_errors_are_those_of_numpy(isa, wrong):
    """Wrong shapes, axes, keywords, methods: the exception of np.vecdot."""
    a, b = np.ones((2, 3)), np.ones(3)
    with pytest.raises((ValueError, TypeError, RuntimeError)) as theirs:
        wrong(np.vecdot, a, b)
    with pytest.raises(theirs.type):
        wrong(tables[isa]["log_likelihood"], a, b)


def test_wrong_input(isa):
    """Strings, complex numbers and scalars without an axis."""
    f = tables[isa]["logsumexp"]
    for x in (np.array(["a"]), np.array([1j]), np.array([1, None], object)):
        with pytest.raises(TypeError):
            f(x)
    with pytest.raises(ValueError, match="does not have enough dimensions"):
        f(1.0)


@pytest.mark.parametrize("order", range(5))
def test_permutations(isa, real, order):
    """The order of the numbers hardly matters: the exact sum does not depend on it."""
    x = inputs_of("logsumexp", 5000, real)[0]
    want = tables[isa]["logsumexp"](x)
    assert tables[isa]["logsumexp"](np.random.default_rng(order).permutation(x)) == want


@pytest.mark.parametrize("other", fma_sets(tables)[1:])
def test_sets_agree(name, real, other):
    """The instruction sets with FMA give the same bits, for every length and with far numbers among the others."""
    f, g = tables[fma_sets(tables)[0]][name], tables[other][name]
    for n in (*range(150), 511, 512, 513, 5000):
        inputs = inputs_of(name, n, real, n)
        inputs[0][::37] *= 100
        assert same_bits(f(*inputs), g(*inputs)), n


@pytest.mark.parametrize("isa", fma_sets(tables))
def test_stored_hash(name, isa, real):
    """The results are those of the last accepted kernels; `python tests/make_hashes.py` writes the new hashes."""
    assert digest_of_sums(tables[isa][name], name, real) == HASHES[name][real]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_reduce_is_logsumexp(isa, dtype):
    """logaddexp.reduce over a run, contiguous or strided: the bits of logsumexp."""
    add, sums = tables[isa]["logaddexp"], tables[isa]["logsumexp"]
    for n in LENGTHS:
        if n >= 3:
            x = inputs_of("logsumexp", n, dtype, n)[0]
            for values in (x, x[::-1], np.repeat(x, 2)[::2]):
                assert same_bits(add.reduce(values), sums(values))


def test_methods_that_reduce(isa):
    """where=, initial=, several axes, dtype=, keepdims, reduceat: in terms of logsumexp."""
    add, sums = tables[isa]["logaddexp"], tables[isa]["logsumexp"]
    x = inputs_of("logsumexp", (6, 7, 80), "f8")[0]
    close = {"rtol": 4e-16}
    mask = np.random.default_rng(1).random(x.shape) < 0.5
    np.testing.assert_allclose(add.reduce(x, axis=2, where=mask), sums(np.where(mask, x, -inf)), rtol=1e-14)
    np.testing.assert_allclose(add.reduce(x, axis=(1, 2)), sums(x.reshape(6, -1)), rtol=1e-14)
    # one call after the other: an error of logaddexp for each
    largest = np.abs(add.accumulate(x, axis=0)).max(axis=0)
    allowed = (len(x) * bounds_of_two("logaddexp")["f8"].ulp + 1) * np.spacing(largest)
    assert (np.abs(add.reduce(x, axis=0) - sums(x, axis=0)) <= allowed).all()
    np.testing.assert_allclose(add.reduce(x[0, 0], initial=3.0), sums([*x[0, 0], 3.0]), **close)
    assert same_bits(add.reduce(x, axis=2, keepdims=True), sums(x, keepdims=True))
    assert same_bits(add.reduce(x[0, 0].astype("f4"), dtype="f8"), sums(x[0, 0].astype("f4").astype("f8")))
    assert add.reduce(np.empty(0)) == -inf
    assert same_bits(add.reduce(np.empty((3, 0)), axis=1), np.full(3, -inf))
    flat, starts = x.ravel(), [0, 5, 600, 601, 3000]
    want = [sums(flat[i:j]) for i, j in itertools.pairwise([*starts, len(flat)])]
    np.testing.assert_allclose(add.reduceat(flat, starts), want, **close)


@pytest.mark.parametrize("n", [511, 5000])
def test_equal_terms(isa, n):
    """The error of a term must not add up: log(n) + x within the bound, for x that leave all kinds of fractions."""
    allowed, f = bound("logsumexp", "f8"), tables[isa]["logsumexp"]
    for x in np.linspace(-9.0, 3.0, 301):
        with gmpy2.context(precision=200):
            got = f(np.full(n, x))
            off = float(abs(gmpy2.mpfr(float(got)) - gmpy2.log(gmpy2.mpfr(n)) - gmpy2.mpfr(float(x))))
        assert off <= allowed.ulp * np.spacing(abs(got)) + 2.0**allowed.log2


def test_terms_of_every_size(isa):
    """Of the two sums that log_likelihood carries, of huge terms and of others, both reach the result."""
    x = np.array([1.5 * 2.0**1000] + [2.0**999] * 40)
    assert tables[isa]["log_likelihood"](x, 0.0 * x) == -21.5 * 2.0**1000


@pytest.mark.parametrize(("dtype", "x"), [("f4", -21.5), ("f8", -40.0)])
def test_many_small_terms(isa, dtype, x):
    """Terms that are each below half an ulp of the largest one, and add up to many."""
    n = 2**20
    terms = np.full(n + 1, x, dtype)
    terms[0] = 0.0
    want = np.log1p(n * np.exp(np.float64(x)))
    allowed = bound("logsumexp", dtype)
    off = abs(tables[isa]["logsumexp"](terms) - want)
    assert off <= allowed.ulp * np.spacing(want.astype(dtype)) + 2.0**allowed.log2
