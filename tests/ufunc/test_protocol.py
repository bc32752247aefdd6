"""The functions are numpy.ufunc objects that behave like NumPy's own ufuncs."""

import re

import numpy as np
import pytest
from softufunc._ufuncs import tables, ufuncs

import softufunc
from tools.inputs import BINARY, ELEMENTWISE, NAMES, SUMS, equal, fresh, normal_inputs, results
from tools.reference import FACTS


@pytest.fixture
def f(name):
    """The public ufunc."""
    return getattr(softufunc, name)


def given(name, n=5):
    """Return n elements or rows with normal results."""
    return [np.stack([np.asarray(x)] * n) for x in normal_inputs(name, "f8")]


def test_public_names_are_the_chosen_ufuncs():
    """Every function is public, listed in __all__, and belongs to the instruction set in use."""
    for name in NAMES:
        assert getattr(softufunc, name) is ufuncs[name]
        assert name in softufunc.__all__
    assert set(softufunc.__all__) - set(NAMES) == {"get_include", "show_config"}


def test_is_a_ufunc(ufunc, name):
    """Inputs, outputs and signature of the list; the loops of all four floats, of integers, of labels."""
    facts = FACTS[name]
    assert type(ufunc) is np.ufunc
    assert (ufunc.nin, ufunc.nout, ufunc.signature) == (facts.nin, facts.nout, facts.signature)
    assert ufunc.nargs == facts.nin + facts.nout
    integers = "" if ufunc.identity is not None else "?bBhHiIlLqQ"
    loops = [f"{char * facts.nin}->{char * facts.nout}" for char in ("fdeg" if facts.nin == 1 else "efdg")]
    loops += [f"{char * facts.nin}->{'d' * facts.nout}" for char in integers]
    assert ufunc.types[: len(loops)] == loops
    labels = ufunc.types[len(loops) :]
    assert not labels or (facts.label and all(loop[2:] == f"->{loop[0]}" for loop in labels))
    assert (ufunc.__name__, ufunc.__module__) == (name, "softufunc")


def test_small_integers_take_the_loop_of_float64(ufunc):
    """The order of the loops avoids float16, which can represent small integers."""
    assert ufunc.resolve_dtypes((np.dtype("i1"),) * ufunc.nin + (None,) * ufunc.nout)[-1] == np.dtype("f8")


def test_identity(ufunc, name):
    """The identity does not change a number. Only binary functions have one."""
    if ufunc.identity is None:
        return
    assert name in BINARY
    x = np.array([-700.0, -1.5, 0.0, 2.5, 700.0])
    assert np.array_equal(ufunc(x, ufunc.identity), x)
    assert np.array_equal(ufunc(ufunc.identity, x), x)
    assert ufunc.reduce(x[:0]) == ufunc.identity


def test_attributes(isa):
    """Every ufunc has the attributes that NumPy adds to its own ufuncs in Python."""
    assert {"__module__", "__qualname__"} <= vars(np.exp).keys()
    for name, ufunc in tables[isa].items():
        assert vars(ufunc) == {"__module__": "softufunc", "__qualname__": name, "__doc__": ufunc.__doc__}


def test_documentation(f, name):
    """The docstring starts with NumPy's signature, but for the names of the inputs; a description follows."""
    signature, _, text = f.__doc__.partition("\n\n")
    alike = {(1, 1): np.exp, (2, 1): np.logaddexp, (1, 2): np.modf, (2, 2): np.divmod}
    known = np.matmul if f.signature else alike[f.nin, f.nout]
    inputs = f"{name}({', '.join(FACTS[name].parameters)}"
    assert signature == re.sub(r"^\w+\([\w, ]*?(?=, /|\[)", inputs, known.__doc__.partition("\n\n")[0])
    for option in ("out=", "casting='same_kind', order='K', dtype=None", *(["where=True"] * (name in ELEMENTWISE))):
        assert option in signature, signature
    assert len(text) > len(name) + 20


def test_wrong_number_of_arguments(f, name):
    """Missing, superfluous and unknown arguments are errors, as for every ufunc."""
    arrays = given(name)
    for wrong in (arrays[:-1], [*arrays, *fresh([arrays[0][..., 0]] * f.nout), arrays[0]]):
        with pytest.raises(TypeError):
            f(*wrong)
    with pytest.raises(TypeError):
        f(*arrays, **({"axis": 0} if name in ELEMENTWISE else {"where": True}))


def test_shapes_that_do_not_fit(f, name):
    """Mismatched shapes of inputs, outputs and rows raise NumPy's errors."""
    arrays = given(name)
    with pytest.raises(ValueError, match="broadcast"):
        f(*arrays, out=tuple(np.empty(1) for _ in range(f.nout)))
    if f.nin == 2:
        with pytest.raises(ValueError, match="broadcast"):
            f(arrays[0], arrays[1][:4])
    if f.signature:
        with pytest.raises(ValueError, match="does not have enough dimensions"):
            f(*[1.0] * f.nin)


WRONG = [
    lambda f, a, b: f(a, b[:-1]),
    lambda f, a, b: f(a, 1.0),
    lambda f, a, b: f(a, b, axis=4),
    lambda f, a, b: f(a, b, where=True),
    lambda f, a, b: f(a, b, out=np.empty(3)),
    lambda f, a, b: f(a.astype(complex), b, dtype="f8"),
    lambda f, a, b: f(a, b, axis=(0, 1)),
    lambda f, a, b: f(a),
]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", [name for name in SUMS if FACTS[name].nin == 2])
def test_errors_of_gufuncs(ufunc, wrong):
    """Wrong shapes, axes and keywords raise the exception of np.vecdot."""
    a, b = np.ones((2, 3)), np.ones(3)
    with pytest.raises((ValueError, TypeError, RuntimeError)) as theirs:
        wrong(np.vecdot, a, b)
    with pytest.raises(theirs.type):
        wrong(ufunc, a, b)


def test_out(f, name):
    """out= as a tuple, positional, and as an array for one output; a wrong shape or an unsafe cast is an error."""
    arrays = given(name)
    wants = results(f, arrays)
    for give in (lambda out: f(*arrays, out=out), lambda out: f(*arrays, *out)):
        out = fresh(wants)
        got = give(out)
        assert all(a is b for a, b in zip(got if f.nout > 1 else (got,), out, strict=True))
        assert equal(out, wants)
    for place in range(f.nout):
        out = [None] * f.nout
        out[place] = np.zeros(5)
        assert results(f, arrays, out=tuple(out))[place] is out[place]
        assert equal(results(f, arrays, out=tuple(out)), wants)
    for kind in ("f4", complex):
        out = tuple(np.zeros(5, kind) for _ in wants)
        f(*arrays, out=out)
        assert all(np.array_equal(a, y.astype(kind)) for a, y in zip(out, wants, strict=True))
    with pytest.raises(ValueError, match="broadcast"):
        f(*arrays, out=tuple(np.zeros(4) for _ in wants))
    with pytest.raises(TypeError, match="Cannot cast"):
        f(*arrays, out=tuple(np.zeros(5, int) for _ in wants))
    first = np.zeros(5)
    if f.nout == 1:
        assert f(*arrays, out=first) is first
        return
    assert f(*arrays, first)[0] is first
    for ufunc, inputs in (f, arrays), (np.modf, arrays):  # an array alone is refused for two outputs
        with pytest.raises(TypeError):
            ufunc(*inputs, out=first)


def test_array_ufunc_override(f, name):
    """__array_ufunc__ of any argument is called; if it is None, a TypeError is raised."""

    class Tracer:
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return ufunc, method, inputs, kwargs

    class Refuser:
        __array_ufunc__ = None

    tracer = Tracer()
    for place in range(f.nin):
        arguments = [np.zeros(3)] * f.nin
        arguments[place] = tracer
        ufunc, method, inputs, kwargs = f(*arguments, order="F")
        assert (ufunc, method, kwargs) == (f, "__call__", {"order": "F"})
        assert inputs[place] is tracer
        arguments[place] = Refuser()
        with pytest.raises(TypeError, match="does not support ufuncs"):
            f(*arguments)
    outs = (tracer,) * f.nout
    assert f(*[np.zeros(3)] * f.nin, out=outs)[3] == {"out": outs}


def test_subclass(f, name):
    """A subclass of ndarray is kept, unless subok=False."""

    class Mine(np.ndarray):
        pass

    arrays = given(name)
    got = results(f, [x.view(Mine) for x in arrays])
    assert all(type(y) is Mine for y in got)
    assert equal([y.view(np.ndarray) for y in got], results(f, arrays))
    assert all(type(y) is np.ndarray for y in results(f, [x.view(Mine) for x in arrays], subok=False))
    if name in ELEMENTWISE:
        masked = results(f, [np.ma.masked_less(x, -1) for x in arrays])
        assert all(isinstance(y, np.ma.MaskedArray) for y in masked)


def test_array_wrap(f, name):
    """__array_wrap__ is called with each result."""
    arrays = given(name, 3)

    class Wrapped:
        def __init__(self, x):
            self.x = x

        def __array__(self, dtype=None, copy=None):
            return self.x

        def __array_wrap__(self, array, context=None, return_scalar=False):
            return "wrapped", array, context[0]

    got = results(f, [Wrapped(x) for x in arrays])
    for (word, array, ufunc), want in zip(got, results(f, arrays), strict=True):
        assert word == "wrapped"
        assert ufunc is f
        assert np.array_equal(array, want)


def test_all_sets_have_the_same_functions():
    """Every instruction set has every function."""
    for isa, made in tables.items():
        assert set(made) == set(NAMES), isa


@pytest.mark.parametrize(
    "test", ["test_logaddexp_values", "test_logaddexp_range", "test_inf", "test_nan", "test_reduce"]
)
def test_numpys_own_tests(test, monkeypatch):
    """NumPy's tests of np.logaddexp pass with softufunc.logaddexp."""
    theirs = pytest.importorskip("numpy._core.tests.test_umath")
    monkeypatch.setattr(np, "logaddexp", softufunc.logaddexp)
    getattr(theirs.TestLogAddExp(), test)()
