"""Functions with two results: each is its function, alone, bit for bit or within the stated bound, in every layout."""

import json
from pathlib import Path

import gmpy2
import numpy as np
import pytest
from inputs import everyday_patterns, fma_sets, patterns, pool, same_bits, samples
from reference import FORMATS, bound, bounds, exact, special_cases, ulp_error
from reference_two_results import SAME_BITS, TWO_RESULTS
from softufunc._ufuncs import tables, ufuncs

import softufunc

WORST = json.loads((Path(__file__).parent / "worst_inputs.json").read_text(encoding="utf-8"))
OWN = [(name, i) for name, same in SAME_BITS.items() for i in (0, 1) if not same[i]]
pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture(params=list(TWO_RESULTS))
def name(request):
    """The name of every function with two results."""
    return request.param


@pytest.fixture
def both(isa, name, dtype):
    """(inputs, first results, second results): every input of the pool alone in a call."""
    ufunc = tables[isa][name]
    x = pool(TWO_RESULTS[name][0], dtype)
    pairs = [ufunc(value) for value in x]
    return x, np.array([y for y, _ in pairs], dtype), np.array([z for _, z in pairs], dtype)


def arrays_of(name, dtype):
    part = TWO_RESULTS[name][0]
    if dtype == "g":
        return [pool(part, dtype), samples(part, "f8").astype("g") * (1 + np.finfo("g").eps)]
    return [pool(part, dtype), samples(part, dtype), patterns(dtype, 2**15), everyday_patterns(dtype, 2**15)]


def test_is_a_ufunc(ufunc, name):
    """One input, two outputs, four loops in the order that sends integers to float64."""
    assert type(ufunc) is np.ufunc
    assert (ufunc.nin, ufunc.nout, ufunc.nargs) == (1, 2, 3)
    assert ufunc.types == ["d->dd", "f->ff", "e->ee", "g->gg"]
    assert ufunc.identity is None
    assert ufunc.signature is None
    assert (ufunc.__name__, ufunc.__module__) == (name, "softufunc")
    assert getattr(softufunc, name) is ufuncs[name]


def test_the_single_functions(ufunc, isa, name, dtype):
    """Each result is that of the function alone: bit for bit, or, where the table says so, within an ULP or two."""
    for x in arrays_of(name, dtype):
        for got, part, same in zip(ufunc(x), TWO_RESULTS[name], SAME_BITS[name], strict=True):
            alone = tables[isa][part](x)
            if same or dtype in ("f2", "g"):
                assert same_bits(got, alone)
            else:
                limit = np.spacing(np.abs(alone[np.isfinite(alone)]))
                assert np.array_equal(np.isnan(got), np.isnan(alone))
                assert (np.abs(got - alone)[np.isfinite(alone)] <= limit).all()


def test_every_float16(ufunc, isa, name):
    """All 65 536 inputs: both results are correctly rounded, as those of the single functions are (test_half.py)."""
    x = np.arange(2**16, dtype="u2").view("f2")
    for got, part in zip(ufunc(x), TWO_RESULTS[name], strict=True):
        assert same_bits(got, tables[isa][part](x))


@pytest.mark.parametrize(("name", "i"), OWN)
def test_bound(isa, real, name, i):
    """A result with bits of its own is within its bound at the samples and at the worst inputs found."""
    part, stated = TWO_RESULTS[name][i], bounds(name)[real]
    worst = np.array([float.fromhex(text) for text in WORST[name][real]], real)
    assert len(worst) > 0
    x = np.concatenate([samples(part, real), worst, np.array([stated.witness], real)])
    assert float(x[-1]) == stated.witness
    errors = ulp_error(tables[isa][name](x)[i], exact(part, x), real)
    assert errors.max() <= bound(name, real), float(x[errors.argmax()]).hex()


@pytest.mark.parametrize(("name", "i"), OWN)
def test_witness(real, name, i):
    """No bound is idle."""
    stated = bounds(name)[real]
    x = np.array([stated.witness], real)
    want = exact(TWO_RESULTS[name][i], x)
    errors = [ulp_error(made[name](x)[i], want, real)[0] for made in tables.values()]
    assert 0.9 * stated.ulp <= max(errors) <= stated.ulp


def test_special_values(ufunc, name, dtype):
    """Infinities, zeros and nan, as a scalar and in every place of an array; the sign of zero counts."""
    for i, part in enumerate(TWO_RESULTS[name]):
        for x, want, _ in special_cases(part, dtype):
            got = ufunc(x)[i]
            if dtype == "g" and not np.isnan(want):
                assert abs(got - want) <= np.spacing(abs(want)) or got == want
                assert np.signbit(got) == np.signbit(want)
            else:
                assert same_bits(got, want), f"result {i} of {name}({x}) = {got}, not {want}"
            assert same_bits(ufunc(np.full(37, x))[i], np.full(37, got))


@pytest.mark.parametrize("other", fma_sets(tables)[1:])
def test_sets_agree(name, dtype, other):
    """The instruction sets with FMA give the same bits."""
    first = fma_sets(tables)[0]
    for x in arrays_of(name, dtype):
        for a, b in zip(tables[first][name](x), tables[other][name](x), strict=True):
            assert same_bits(a, b)


def test_no_flag(ufunc, name, dtype, raised):
    """Nothing is raised for special values and normal results, alone and in vectors; underflow at most elsewhere."""
    part, f = TWO_RESULTS[name][0], FORMATS[dtype]
    x = samples(part, "f8" if dtype == "g" else dtype).astype(dtype)
    tiny = np.zeros(len(x), bool)
    for definition in TWO_RESULTS[name]:
        tiny |= np.array([abs(y) < gmpy2.exp2(f.least) for y in exact(definition, x)])
    special = np.array([value for value, _, _ in special_cases(part, dtype)], dtype)
    normal = np.concatenate([x[~tiny], special])
    ufunc(normal)
    ufunc(normal[::-2])
    for value in [*normal[::7], *special]:
        ufunc(value)
        assert raised == set(), float(value).hex()
    ufunc(x[tiny])
    for value in x[tiny]:
        ufunc(value)
    assert raised <= {"underflow"}


def test_every_length(ufunc, both):
    """0 to 200 elements, starting at every place within a vector, and not one element more is written."""
    x, *want = both
    for n in (*range(201), 600, 900):
        start = n % 67
        outs = [np.full(n + 2, 7, x.dtype) for _ in want]
        ufunc(x[start : start + n], out=tuple(out[1:-1] for out in outs))
        for out, y in zip(outs, want, strict=True):
            assert same_bits(out[1:-1], y[start : start + n]), n
            assert out[0] == out[-1] == 7, n


@pytest.mark.parametrize(
    "steps", [(1, 1, 2), (1, 2, 1), (2, 1, 1), (3, -1, 2), (-1, 1, 1), (-2, 5, -1), (0, 1, 1), (0, 3, -1)]
)
def test_strides(ufunc, both, steps):
    """Input and outputs adjacent, spread, reversed, repeated, independently of each other; what is between stays."""
    x, *want = both
    for n in (1, 2, 17, 200, 1009):
        if steps[0]:
            view = np.full(n * abs(steps[0]), 0.375, x.dtype)[:: steps[0]]
            view[...] = x[:n]
            expected = [y[:n] for y in want]
        else:
            view, expected = np.broadcast_to(x[5], n), [np.full(n, y[5]) for y in want]
        rooms = [np.full(n * abs(step), 7, x.dtype) for step in steps[1:]]
        outs = tuple(room[::step] for room, step in zip(rooms, steps[1:], strict=True))
        ufunc(view, out=outs)
        for room, out, y in zip(rooms, outs, expected, strict=True):
            assert same_bits(out, y)
            out[...] = 7
            assert (room == 7).all()


@pytest.mark.parametrize("n", [*range(1, 40), 200, 1009])
def test_in_place(ufunc, both, n):
    """Either output may be the input itself, adjacent, strided or reversed."""
    x, *want = both
    for place in (0, 1):
        for step in (1, 3, -1):
            room = np.zeros(n * abs(step), x.dtype)[::step]
            room[...] = x[:n]
            outs = [np.empty(n, x.dtype), np.empty(n, x.dtype)]
            outs[place] = room
            ufunc(room, out=tuple(outs))
            assert all(same_bits(out, y[:n]) for out, y in zip(outs, want, strict=True))


@pytest.mark.parametrize("shift", [1, 7, 64])
def test_overlap(ufunc, both, shift):
    """An output shifted against the input in the same memory, and outputs that overlap each other."""
    x, *want = both
    n = 300
    for place in (0, 1):
        for source, target in ((0, shift), (shift, 0)):
            memory = x[: n + shift].copy()
            outs = [None, None]
            outs[place] = memory[target : target + n]
            got = ufunc(memory[source : source + n], out=tuple(outs))
            assert all(same_bits(a, y[source : source + n]) for a, y in zip(got, want, strict=True))
    memory = np.zeros(n + shift, x.dtype)
    ufunc(x[:n], out=(memory[:n], memory[shift:]))
    assert same_bits(memory[n:], want[1][n - shift : n])


def test_where(ufunc, both):
    """What is masked out stays as it was, in both outputs."""
    x, *want = both
    random = np.random.default_rng(3)
    for n in (1, 2, 16, 67, 1009):
        for mask in (np.arange(n) % 2 == 0, np.arange(n) % 9 < 5, random.random(n) < 0.5, np.zeros(n, bool)):
            outs = tuple(np.full(n, 7, x.dtype) for _ in want)
            ufunc(x[:n], out=outs, where=mask)
            for out, y in zip(outs, want, strict=True):
                assert same_bits(out, np.where(mask, y[:n], np.array(7, x.dtype)))


def test_out(ufunc, both):
    """A tuple with an array or None for each output; an array alone is refused, as np.modf refuses it."""
    x, *want = both
    for chosen in ((True, True), (True, False), (False, True), (False, False)):
        outs = tuple(np.empty(len(x), x.dtype) if give else None for give in chosen)
        got = ufunc(x, out=outs)
        assert all(a is out for a, out in zip(got, outs, strict=True) if out is not None)
        assert all(same_bits(a, y) for a, y in zip(got, want, strict=True))
    first = np.empty(len(x), x.dtype)
    assert ufunc(x, first)[0] is first
    with pytest.raises(TypeError):
        ufunc(x, out=first)
    with pytest.raises(TypeError):
        np.modf(np.zeros(3), out=np.zeros(3))


def test_shapes(ufunc, both):
    """Fortran order, transposed, broadcast, byte-swapped and empty arrays; scalars give scalars."""
    x, *want = both
    matrix = x[:77].reshape(7, 11)
    for a, b, y in zip(ufunc(matrix.T), ufunc(np.asfortranarray(matrix)), want, strict=True):
        assert same_bits(a, y[:77].reshape(7, 11).T)
        assert same_bits(b, y[:77].reshape(7, 11))
    for a, y in zip(ufunc(np.broadcast_to(x, (3, len(x)))), want, strict=True):
        assert same_bits(a, np.tile(y, (3, 1)))
    for a, y in zip(ufunc(x.astype(x.dtype.newbyteorder())), want, strict=True):
        assert same_bits(a, y)
    assert [a.shape for a in ufunc(x[:0].reshape(0, 3))] == [(0, 3), (0, 3)]
    assert all(type(a) is x.dtype.type for a in ufunc(x[3]))


def test_types(ufunc):
    """Integers and booleans give float64; what is no real number is refused; dtype= chooses the loop."""
    for dtype in ("?", "i1", "u8", "i4"):
        assert [a.dtype for a in ufunc(np.ones(3, dtype))] == [np.float64, np.float64]
    assert [type(a) for a in ufunc(1)] == [np.float64, np.float64]
    assert [a.dtype for a in ufunc([1.0, 2.0], dtype="f4")] == [np.float32, np.float32]
    for value in (1j, np.array([0.5], object), "0.5", None):
        with pytest.raises(TypeError):
            ufunc(value)


@pytest.mark.parametrize("method", ["reduce", "accumulate", "outer", "reduceat", "at"])
def test_methods(ufunc, method):
    """The methods give the errors of np.modf, which has two results too."""
    arguments = {"outer": ([0.25], [0.25]), "reduceat": ([0.25, 0.25], [0]), "at": (np.zeros(2), [0])}
    with pytest.raises((ValueError, TypeError)) as expected:
        getattr(np.modf, method)(*arguments.get(method, ([0.25, 0.25],)))
    with pytest.raises(expected.type):
        getattr(ufunc, method)(*arguments.get(method, ([0.25, 0.25],)))
