"""Types of results, promotion, and unsupported types."""

import itertools

import numpy as np
import pytest
from softufunc._ufuncs import tables

import softufunc
from tools.inputs import ELEMENTWISE, GUFUNCS, SUMS, equal, normal_inputs, ordinary, results, rows_of, same_bits
from tools.reference import FACTS, FORMATS, correct

WHOLE = "?bBhHiIlLqQ"
OTHERS = [
    np.array([1 + 2j], "F"),
    np.array([1 + 2j], "D"),
    np.array([1 + 2j], "G"),
    np.array([0.5], object),
    np.array([1, None], object),
    np.array(["0.5"]),
    np.array([b"0.5"]),
    np.array(["2026-01-01"], "M8[D]"),
    np.array([1], "m8[s]"),
    np.array([(1.0,)], [("x", "f8")]),
]
TWO_INPUTS = [name for name in [*ELEMENTWISE, *SUMS] if FACTS[name].nin == 2]
LABELLED = [name for name in [*ELEMENTWISE, *SUMS] if FACTS[name].label]


@pytest.fixture
def f(name):
    """The public ufunc."""
    return getattr(softufunc, name)


def given(name, dtype, n=5):
    """Return n elements or rows with normal results."""
    return [np.stack([np.asarray(x)] * n).astype(dtype) for x in normal_inputs(name, "f8")]


@pytest.mark.parametrize("dtype", WHOLE)
def test_integers_and_bool_become_float64(ufunc, name, dtype, quiet):
    """Every integer type, including small ones, gives float64."""
    value = 0 if name in ELEMENTWISE and any(x.dtype.kind == "f" and x < 0 for x in normal_inputs(name, "f8")) else 1
    core = () if ufunc.signature is None else (3,)
    got = results(ufunc, [np.full((5, *core), value, dtype)] * ufunc.nin)
    assert [y.dtype for y in got] == [np.float64] * ufunc.nout
    assert equal(got, results(ufunc, [np.full((5, *core), float(value))] * ufunc.nin))
    asked = (np.dtype(dtype),) * ufunc.nin + (None,) * ufunc.nout
    assert ufunc.resolve_dtypes(asked)[ufunc.nin :] == (np.dtype("f8"),) * ufunc.nout


def test_python_numbers(f, name, quiet):
    """Python's bool, int and float give a float64 scalar; combined with a NumPy scalar they take its type."""
    core = (lambda v: v) if f.signature is None else (lambda v: [v, v])
    for value in (True, 1, 0.5, -1, -0.5):
        got = results(f, [core(value)] * f.nin)
        assert all(type(y) is np.float64 for y in got)
        assert equal(got, results(f, [np.float64(core(value))] * f.nin))
    if name in ELEMENTWISE and f.nin == 2:
        for kind in (np.float16, np.float32, np.float64, np.longdouble):
            for pair in ((kind(2), 1), (kind(2), 0.5), (2, kind(0.5))):
                assert {type(y) for y in results(f, pair)} == {kind}
        assert {type(y) for pair in ((2, 1), (2.0, True)) for y in results(f, pair)} == {np.float64}
        for kind in WHOLE:
            small = np.ones(2, kind)
            assert {y.dtype for pair in ((2, small), (small, 1)) for y in results(f, pair)} == {np.dtype("f8")}, kind


def test_lists_and_buffers(f, name):
    """Lists, tuples and buffers are accepted."""
    arrays = given(name, "f8", 2)
    want = results(f, arrays)
    assert equal(results(f, [x.tolist() for x in arrays]), want)
    assert equal(results(f, [tuple(x.tolist()) for x in arrays]), want)
    assert equal(results(f, [memoryview(x) for x in arrays]), want)


def test_floats_keep_their_type(ufunc, name, dtype, quiet):
    """float16, float32, float64 and longdouble are preserved, in scalars and arrays."""
    kind = np.dtype(dtype).type
    assert all(y.dtype == dtype for y in results(ufunc, given(name, dtype)))
    assert all(type(y) is kind for y in results(ufunc, normal_inputs(name, dtype)))


def test_other_types_are_refused(ufunc):
    """Complex numbers, objects, strings and dates in any argument raise NumPy's TypeError."""
    for value, place in itertools.product(OTHERS, range(ufunc.nin)):
        arguments = [np.ones(len(value))] * ufunc.nin
        arguments[place] = value
        with pytest.raises(TypeError, match=r"ufunc '.*'|loop of ufunc"):
            ufunc(*arguments)


@pytest.mark.parametrize("value", [None, "0.5", b"0.5", 1j, {}, object()], ids=lambda value: type(value).__name__)
def test_other_python_objects_are_refused(ufunc, value):
    """So do Python objects that are not real numbers."""
    for place in range(ufunc.nin):
        arguments = [0.5 if ufunc.signature is None else [0.5]] * ufunc.nin
        arguments[place] = value if ufunc.signature is None else [value]
        with pytest.raises(TypeError):
            ufunc(*arguments)


@pytest.mark.parametrize("name", TWO_INPUTS)
def test_promotion(ufunc, name):
    """Floats follow NumPy's promotion rules, two integers or booleans give float64, and labels do not promote."""
    core = () if ufunc.signature is None else (2,)
    for x, y in itertools.product(f"{WHOLE}efdg", repeat=2):
        both = results(ufunc, (np.ones((3, *core), x), np.zeros((3, *core), y)))
        got, *others = both
        assert all(other.dtype == got.dtype for other in others)
        floats = [kind for kind in (x, y) if kind in "efdg"]
        if not floats:
            assert got.dtype == "f8", (x, y)
        elif len(floats) == 2:
            assert got.dtype == np.result_type(x, y), (x, y)
        elif FACTS[name].label and x in "efdg":
            assert got.dtype == np.dtype(x), (x, y)
            assert equal(both, results(ufunc, (np.ones((3, *core), x), np.zeros((3, *core), x)))), (x, y)
        else:
            asked = (np.dtype(x), np.dtype(y), *[None] * ufunc.nout)
            assert got.dtype == ufunc.resolve_dtypes(asked)[2], (x, y)
            assert got.dtype.kind == "f", (x, y)


@pytest.mark.parametrize("name", [name for name in TWO_INPUTS if name in ELEMENTWISE and not FACTS[name].label])
def test_promotion_as_np_logaddexp(ufunc, name):
    """If an argument is a float or a Python number, the type is that of np.logaddexp."""
    for x, y in itertools.product(f"{WHOLE}efdg", repeat=2):
        theirs = np.logaddexp(np.ones(3, x), np.zeros(3, y)).dtype
        got = ufunc(np.ones(3, x), np.zeros(3, y))
        assert got.dtype == (theirs if {x, y} & set("efdg") else np.float64), (x, y)
        if x in "efdg":
            for number in (0, 0.5):
                assert ufunc(np.ones(3, x), number).dtype == np.logaddexp(np.ones(3, x), number).dtype


@pytest.mark.parametrize("name", LABELLED)
def test_labels_do_not_promote(ufunc, name, dtype):
    """Boolean and integer labels of every size, stride and byte order give the bits of labels in the logits' type."""
    for n in (3, 64, 1300):
        if name in GUFUNCS:
            x, t = rows_of(name, n, dtype)
        else:
            x, t = ordinary(name, dtype, n)
            t = np.round(t).astype(dtype)
        want = results(ufunc, (x, t))
        assert all(y.dtype == dtype for y in want)
        for kind in WHOLE:
            for labels in (t.astype(kind), np.repeat(t.astype(kind), 2)[::2], t.astype(np.dtype(kind).newbyteorder())):
                assert equal(results(ufunc, (x, labels)), want), (n, kind)
            assert equal(results(ufunc, (np.repeat(x, 2)[::2], t.astype(kind))), want), (n, kind)
    assert all(y.dtype == "f4" for y in results(ufunc, (np.zeros(2, "f4"), [1, 0])))
    x, t = np.zeros(2, "f4"), np.array([-3, 5], "i1")
    for output, got in enumerate(results(ufunc, (x, t))):
        assert np.array_equal(np.ravel(got), correct(name, x, t.astype("f4"), output=output))


@pytest.mark.parametrize("name", [name for name in LABELLED if name in SUMS])
def test_rows_of_labels(ufunc, name, dtype):
    """Labels of every type for many rows, and one row of labels broadcast to all."""
    x, t = rows_of(name, (21, 5), dtype)
    want = np.array([ufunc(a, b) for a, b in zip(x, t, strict=True)])
    for kind in WHOLE:
        assert same_bits(ufunc(x, t.astype(kind)), want), kind
        assert same_bits(ufunc(x, t.astype(kind)[0]), np.array([ufunc(a, t[0]) for a in x])), kind


def test_dtype_and_casting(ufunc, name):
    """dtype= and signature= select the loop, and casting= restricts casts."""
    arrays = given(name, "f8")
    for char in FORMATS:
        want = results(ufunc, [x.astype(char) for x in arrays])
        got = results(ufunc, arrays, dtype=char, casting="same_kind")
        assert equal(got, want)
        loop = f"{np.dtype(char).char * ufunc.nin}->{np.dtype(char).char * ufunc.nout}"
        assert equal(results(ufunc, arrays, signature=loop, casting="same_kind"), want)
    with pytest.raises(TypeError, match="Cannot cast"):
        ufunc(*arrays, dtype="f4", casting="safe")
    for keywords in ({"dtype": "i8"}, {"dtype": "D"}, {"casting": "no", "dtype": "f4"}):
        with pytest.raises(TypeError):
            ufunc(*arrays, **keywords)


def test_labels_of_the_facts_are_those_of_the_ufuncs():
    """`label` in NAME.toml is the argument that does not promote."""
    for name in TWO_INPUTS:
        ufunc = tables["baseline"][name]
        kept = results(ufunc, (np.ones(1, "f2"), np.zeros(1, "i8")))[0].dtype == "f2"
        assert kept == bool(FACTS[name].label), name
        if FACTS[name].label:
            assert FACTS[name].parameters[1] == FACTS[name].label
