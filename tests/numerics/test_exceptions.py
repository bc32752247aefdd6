"""Floating-point exceptions are raised if and only if they follow from the inputs and the exact result."""

import itertools
from functools import cache

import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import (
    ELEMENTWISE,
    SUMS,
    UNARY,
    fma_sets,
    fresh,
    is_inside,
    normal_inputs,
    results,
    rows_of,
    samples,
    strided,
)
from tools.reference import FACTS, FORMATS, correct, exact, special_cases

LABELLED = [name for name in [*ELEMENTWISE, *SUMS] if FACTS[name].label]


@cache
@np.errstate(all="ignore")
def normal_and_tiny(name, dtype):
    """Return (samples with normal exact results, samples with subnormal ones)."""
    arrays = samples(name, dtype)
    if dtype in ("f2", "g") and FACTS[name].nin == 2:
        arrays = tuple(x[::2] for x in arrays)
    tiny = np.zeros(len(arrays[0]), bool)
    for output in range(FACTS[name].nout):
        tiny |= [too_small(y, FORMATS[dtype].least) for y in exact(name, *arrays, output=output)]
    special = {tuple(map(float, inputs)) for inputs, _, _ in special_cases(name, dtype)}
    tiny &= [tuple(map(float, numbers)) not in special for numbers in zip(*arrays, strict=True)]
    return tuple(x[~tiny] for x in arrays), tuple(x[tiny] for x in arrays)


def too_small(y, least):
    """|y| < 2^least"""
    mantissa, exponent = y.as_mantissa_exp()
    return mantissa == 0 or int(exponent) + int(abs(mantissa)).bit_length() <= least


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_normal_results_raise_nothing(ufunc, name, dtype, raised):
    """No exception for normal results, in contiguous, strided and single-element calls."""
    arrays, _ = normal_and_tiny(name, dtype)
    with np.errstate(all="ignore"):
        finite = np.logical_and.reduce([np.isfinite(y) for y in results(ufunc, arrays)])
    arrays = [x[finite] for x in arrays]
    raised.clear()
    ufunc(*arrays)
    ufunc(*(x[::-2] for x in arrays))
    for numbers in zip(*(x[::7] for x in arrays), strict=True):
        ufunc(*numbers)
        assert raised == set(), numbers


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_tiny_results_raise_at_most_underflow(ufunc, name, dtype, raised):
    """Subnormal results may raise underflow, but nothing else."""
    _, arrays = normal_and_tiny(name, dtype)
    for numbers in zip(*arrays, strict=True):
        ufunc(*numbers)
    ufunc(*arrays)
    assert raised <= {"underflow"}


@cache
@np.errstate(all="ignore")
def subnormal(isa, name, dtype):
    """Return inputs with inexact subnormal results: samples, or, for a label, its nearly certain class."""
    if FACTS[name].label:
        (x,) = subnormal(isa, "sigmoid", dtype)
        return np.concatenate([x, -x]), np.repeat(np.array([0, 1], dtype), len(x))
    _, arrays = normal_and_tiny(name, dtype)
    found = results(tables[isa][name], arrays)
    # a result that equals the input may be exact, or nearly so
    chosen = np.logical_or.reduce([(y != 0) & (y != arrays[0]) & (np.abs(y) < np.finfo(dtype).tiny) for y in found])
    return tuple(x[chosen] for x in arrays)


@pytest.mark.parametrize("isa", fma_sets(tables))
@pytest.mark.parametrize("name", [*UNARY, "log_prob_grad"])
def test_subnormal_results_raise_underflow(isa, name, real, raised):
    """One subnormal result raises underflow: alone, in arrays of every kind of length, strided and with a mask.

    Without FMA, and in the other functions, whose terms may underflow, it is not raised, but cleared.
    """
    ufunc, arrays = tables[isa][name], subnormal(isa, name, real)
    for numbers in zip(*arrays, strict=True):
        raised.clear()
        ufunc(*numbers)
        assert raised == {"underflow"}, numbers
    for numbers in zip(*(x[::60] for x in arrays), strict=True):
        for n, share in itertools.product((2, 5, 17, 70, 300, 20_000), (0, 0.5, 1)):
            place = int(share * (n - 1))
            parts = [np.full(n, v, real) for v in normal_inputs(name, real)]
            for part, x in zip(parts, numbers, strict=True):
                part[place] = x
            outs, mask = fresh(parts[:1] * ufunc.nout), np.arange(n) % 2 == place % 2
            for inputs, where in (parts, True), ([strided(x, -3) for x in parts], True), (parts, mask):
                raised.clear()
                ufunc(*inputs, out=outs, where=where)
                assert raised == {"underflow"}, (n, place, numbers)


@pytest.mark.parametrize("name", SUMS)
def test_rows_raise_nothing(ufunc, name, dtype, raised):
    """No exception for rows of finite numbers of every size, including subnormal numbers, in several layouts."""
    random = np.random.default_rng(3)
    with np.errstate(all="ignore"):
        sizes = np.exp2(random.uniform(-1070, 9, 700)).astype(dtype)
        x = np.concatenate([sizes, -sizes, rows_of(name, 500, dtype)[0]])
        labels = random.random(len(x)).astype(dtype)
    raised.clear()
    for part in (x, x[::-2], x[:3], x.reshape(-1, 4).T):
        ufunc(*(part, labels[: part.shape[-1]])[: ufunc.nin])
    assert raised == set()


@pytest.mark.parametrize("dtype", ["f2", "f4"])
@pytest.mark.parametrize("name", UNARY)
def test_overflow_of_an_earlier_cast_survives(ufunc, name, dtype, raised):
    """Overflow raised by casting 1e300 to a smaller type is not cleared by the loop."""
    value = float(normal_inputs(name, "f8")[0])
    sign = np.copysign(1.0, value)
    low, high = FACTS[name].domain
    for n in (1, 67, 20_000):
        for place in (0, n // 2, n - 1):
            x = np.full(n, value)
            x[place] = sign * 1e300
            raised.clear()
            ufunc(x, dtype=dtype, casting="same_kind")
            assert raised - {"invalid"} == {"overflow"}
            assert ("invalid" in raised) == (not low <= sign * np.inf <= high)


@pytest.mark.parametrize("name", [*(name for name in ELEMENTWISE if FACTS[name].nin == 2), *SUMS])
def test_underflow_of_an_earlier_cast_survives(ufunc, name, raised):
    """Underflow raised by a cast before the loop is kept; spurious underflow of the loop is cleared."""
    arrays = [np.stack([x] * 3) for x in normal_inputs(name, "f8")]
    arrays[-1] = np.where(arrays[-1] < 0, -1e-310, 1e-310) if name in ELEMENTWISE else arrays[-1] * 4e-310
    ufunc(*arrays, dtype="f4", casting="same_kind")
    assert raised == {"underflow"}
    raised.clear()
    ufunc(*arrays)
    assert raised == set()


UNBOUNDED = [
    (name, case.inputs[0])
    for name in UNARY
    for case in FACTS[name].special
    if case.inputs[0] in (np.inf, -np.inf) and any(y in (np.inf, -np.inf) for y in case.results)
]


@pytest.mark.parametrize(("name", "limit"), UNBOUNDED)
def test_overflow_of_an_earlier_result_survives(isa, name, limit, raised):
    """Overflow raised by a cast of the output between two calls of the loop is not cleared by the second one."""
    ufunc = tables[isa][name]
    x = np.full(20_000, np.longdouble(normal_inputs(name, "f8")[0]))
    x[0] = np.copysign(np.longdouble("1e300"), limit)
    outs = tuple(np.empty(20_000, "f2") for _ in range(ufunc.nout))
    ufunc(x, out=outs, casting="same_kind")
    assert any(np.isinf(out[0]) for out in outs)
    assert all(np.isfinite(out[1:]).all() for out in outs)
    assert raised == {"overflow"}


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_exception_of_an_earlier_chunk_survives(ufunc, name, dtype, raised):
    """An exception raised in the first chunk of a long strided array is kept."""
    arrays = [np.full((20_000, 3), v, dtype)[:, 1] for v in normal_inputs(name, dtype)]
    for inputs, _, exceptions in special_cases(name, dtype):
        for array, x in zip(arrays, inputs, strict=True):
            array[0] = x
        raised.clear()
        ufunc(*arrays)
        assert raised == exceptions, inputs


@pytest.mark.parametrize("name", [name for name in LABELLED if name in ELEMENTWISE])
def test_overflow_of_labels(ufunc, name, dtype, raised):
    """Overflow of the product of a finite logit and label: in scalars, arrays and with a mask, as for np.multiply."""
    large = np.finfo(dtype).max / 2
    pair = np.array([large], dtype), np.array([-3.0], dtype)
    wants = [correct(name, *pair, output=i)[0] for i in range(ufunc.nout)]
    overflow = {"overflow"} if np.isinf(wants).any() else set()
    assert not (overflow and is_inside(name, *pair)[0])
    for n in (1, 2, 17, 300):
        x, t = np.full(n, large, dtype), np.full(n, -3.0, dtype)
        outs = tuple(np.full(n, want, dtype) for want in wants)
        for call in (
            lambda x=x, t=t: results(ufunc, (x, t)),
            lambda x=x, t=t: results(ufunc, (x[::-1], t)),
            lambda x=x, t=t, o=outs: results(ufunc, (x, t), where=np.arange(len(x)) % 2 == 0, out=o),
            lambda x=x, t=t: results(ufunc, (x[0], t[0])),
        ):
            raised.clear()
            assert all((y == want).all() for y, want in zip(call(), wants, strict=True))
            assert raised == overflow
        raised.clear()
        assert np.isinf(np.multiply(x, t)).all()
        assert raised == {"overflow"}
    raised.clear()
    infinite = np.array([np.inf], dtype)
    assert not np.isnan(results(ufunc, (infinite, np.zeros(1, dtype)))).any()
    assert raised == set()


@pytest.mark.parametrize("dtype", ["f4", "f8", "g"])
@pytest.mark.parametrize("name", [name for name in LABELLED if name in SUMS])
def test_overflow_of_a_sum(ufunc, dtype, raised):
    """Overflow is raised by a sum of finite terms that is too large, but not by an infinite term."""
    quarter = np.ldexp(np.dtype(dtype).type(1), np.finfo(dtype).maxexp - 2)
    x, t = np.full(5, quarter), np.zeros(5, dtype)
    assert ufunc(x[:3], t[:3]) == -3 * quarter
    assert ufunc(np.inf * x, t) == -np.inf
    assert raised == set()
    assert ufunc(x, t) == -np.inf
    assert raised == {"overflow"}


def test_overflow_of_float16(isa, raised):
    """A logsumexp that is too large for float16 raises overflow."""
    assert tables[isa]["logsumexp"](np.full(4_000_000, 65504, "f2")) == 65504
    assert raised == set()
    assert tables[isa]["logsumexp"](np.full(10_000_000, 65504, "f2")) == np.inf
    assert raised == {"overflow"}
