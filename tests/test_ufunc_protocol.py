"""They are NumPy's own ufuncs, and behave like np.exp in everything but the values."""

import pickle
import re

import numpy as np
import pytest
from inputs import harmless
from reference import FUNCTIONS
from reference_of_two import FUNCTIONS_OF_TWO
from reference_two_results import EVERY_NAME
from softufunc._ufuncs import tables, ufuncs
from sums import SUMS

import softufunc

INTEGERS = [np.dtype(char) for char in np.typecodes["AllInteger"]]
OTHERS = [
    np.array([1 + 2j], "F"),
    np.array([1 + 2j], "D"),
    np.array([1 + 2j], "G"),
    np.array([0.5], object),
    np.array(["0.5"]),
    np.array([b"0.5"]),
    np.array(["2026-01-01"], "M8[D]"),
    np.array([1], "m8[s]"),
    np.array([(1.0,)], [("x", "f8")]),
]


@pytest.fixture
def f(name):
    """The public ufunc."""
    return getattr(softufunc, name)


def test_public_names_are_the_chosen_ufuncs():
    """Every function of the table is public, listed in __all__, and comes from the chosen instruction set."""
    for name in (*EVERY_NAME, *FUNCTIONS_OF_TWO):
        assert getattr(softufunc, name) is ufuncs[name]
        assert name in softufunc.__all__
    assert set(softufunc.__all__) - {*EVERY_NAME, *FUNCTIONS_OF_TWO, *SUMS} == {"get_include", "show_config"}


def test_is_a_ufunc(ufunc, name):
    """One input, one output, four loops in the order that sends integers to float64."""
    assert isinstance(ufunc, np.ufunc)
    assert type(ufunc) is np.ufunc
    assert (ufunc.nin, ufunc.nout, ufunc.nargs) == (1, 1, 2)
    assert ufunc.types == ["d->d", "f->f", "e->e", "g->g"]
    assert ufunc.ntypes == 4
    assert ufunc.identity is None
    assert ufunc.signature is None
    assert ufunc.__name__ == name
    assert ufunc.__module__ == "softufunc"


def test_attributes(isa):
    """Every function has what Python can add to a ufunc, and NumPy adds to its own."""
    assert {"__module__", "__qualname__"} <= vars(np.exp).keys()
    for name, ufunc in tables[isa].items():
        assert vars(ufunc) == {"__module__": "softufunc", "__qualname__": name}


def test_documentation(f, name):
    """The docstring opens with the signature that NumPy writes, then says what the function is."""
    signature, _, text = f.__doc__.partition("\n\n")
    assert re.match(rf"{name}\(\w+, /, out=None, \*, where=True, casting='same_kind', order='K', dtype=None", signature)
    assert len(text) > len(name) + 20


@pytest.mark.parametrize("dtype", [np.dtype("?"), *INTEGERS], ids=str)
def test_integers_and_bool_become_float64(ufunc, name, dtype, quiet):
    """Every integer type, small ones too, computes in float64."""
    value = 0 if np.isfinite(FUNCTIONS[name].domain).any() else 1
    got = ufunc(np.full(5, value, dtype))
    assert got.dtype == np.float64
    assert np.array_equal(got, ufunc(np.full(5, float(value))))
    assert ufunc.resolve_dtypes((dtype, None)) == (np.dtype("f8"), np.dtype("f8"))


def test_python_numbers(f, quiet):
    """Python's bool, int and float give a float64 scalar."""
    for value in (True, 1, 0.5, -1, -0.5):
        got = f(value)
        assert type(got) is np.float64
        assert np.array_equal(got, f(np.float64(value)), equal_nan=True)


def test_lists_and_buffers(f):
    """Anything that NumPy makes an array of."""
    value = harmless(f.__name__)
    want = f(np.full((2, 2), value))
    assert np.array_equal(f([[value, value], (value, value)]), want)
    assert np.array_equal(f(memoryview(np.full((2, 2), value))), want)


def test_floats_keep_their_type(ufunc, dtype, quiet):
    """float16, float32, float64 and longdouble give themselves, as scalars and arrays."""
    assert ufunc(np.array([0.25, 0.5], dtype)).dtype == dtype
    assert type(ufunc(np.dtype(dtype).type(0.5))) is np.dtype(dtype).type


@pytest.mark.parametrize("value", OTHERS, ids=lambda a: a.dtype.name)
def test_other_types_are_refused(ufunc, value):
    """Complex, object, text and dates give NumPy's TypeError."""
    with pytest.raises(TypeError, match=r"ufunc '.*'|loop of ufunc"):
        ufunc(value)


@pytest.mark.parametrize("value", [None, "0.5", b"0.5", 1j, {}, object()], ids=lambda value: type(value).__name__)
def test_other_python_objects_are_refused(f, value):
    """So do Python objects that are no real numbers."""
    with pytest.raises(TypeError):
        f(value)


def test_wrong_number_of_arguments(f):
    """Missing, superfluous and unknown arguments are errors, as for every ufunc."""
    with pytest.raises(TypeError):
        f()
    with pytest.raises(TypeError):
        f(0.25, 0.25, 0.25)
    with pytest.raises(TypeError):
        f(0.25, axis=0)


def test_pickle_in_this_process(f, name):
    """A pickle is a reference to softufunc.NAME, in every protocol."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(f, protocol)
        assert b"softufunc" in data
        assert b"_ufuncs" not in data
        assert name.encode() in data
        assert pickle.loads(data) is f


def test_pickle_in_a_fresh_process(run_python):
    """A pickle loads where nothing was imported before."""
    data = pickle.dumps([getattr(softufunc, name) for name in FUNCTIONS])
    code = f"""if True:
        import pickle
        loaded = pickle.loads({data!r})
        import numpy, softufunc
        assert all(isinstance(f, numpy.ufunc) for f in loaded)
        assert loaded == [getattr(softufunc, f.__name__) for f in loaded]
        print(*(f.__name__ for f in loaded))
        """
    done = run_python("-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == list(FUNCTIONS)


def test_at(ufunc, dtype, quiet):
    """f.at works in place, once for every time an index occurs."""
    x = np.array([0.25, 0.5, 0.75, 0.125], dtype)
    got = x.copy()
    ufunc.at(got, [0, 2, 2])
    want = x.copy()
    want[0] = ufunc(x[0])
    want[2] = ufunc(ufunc(x[2]))
    assert np.array_equal(got, want, equal_nan=True)
    got = x.copy()
    ufunc.at(got, slice(None, None, 2))
    assert np.array_equal(got, [ufunc(x[0]), x[1], ufunc(x[2]), x[3]], equal_nan=True)


@pytest.mark.parametrize("method", ["reduce", "accumulate", "outer", "reduceat"])
def test_methods_of_two_arguments_are_refused(f, method):
    """What needs two inputs gives the error that np.exp gives."""
    arguments = {"outer": ([0.25], [0.25]), "reduceat": ([0.25, 0.25], [0])}.get(method, ([0.25, 0.25],))
    with pytest.raises((ValueError, TypeError)) as expected:
        getattr(np.exp, method)(*arguments)
    with pytest.raises(expected.type, match=re.escape(str(expected.value))):
        getattr(f, method)(*arguments)
    assert expected.type is ValueError


def test_out(f):
    """out= as keyword, in a tuple and in second place; the wrong shape or an unsafe type is an error."""
    x = np.full(5, harmless(f.__name__))
    want = f(x)
    for give in (lambda out: f(x, out=out), lambda out: f(x, out=(out,)), lambda out: f(x, out)):
        out = np.zeros(5)
        assert give(out) is out
        assert np.array_equal(out, want)
    with pytest.raises(ValueError, match="broadcast"):
        f(x, out=np.zeros(4))
    with pytest.raises(TypeError, match="Cannot cast"):
        f(x, out=np.zeros(5, int))
    out = np.zeros(5, "f4")
    f(x, out=out)
    assert np.array_equal(out, want.astype("f4"))
    out = np.zeros(5, complex)
    f(x, out=out)
    assert np.array_equal(out, want)


def test_dtype_and_casting(f):
    """dtype= chooses the loop, signature= too, and casting= says what may be lost."""
    x = np.full(5, harmless(f.__name__))
    for char in "efdg":
        want = f(x.astype(char))
        got = f(x, dtype=char)
        assert got.dtype == want.dtype == np.dtype(char)
        assert np.array_equal(got, want)
        assert np.array_equal(f(x, signature=f"{char}->{char}"), want)
    with pytest.raises(TypeError, match="Cannot cast"):
        f(x, dtype="f4", casting="safe")
    with pytest.raises(TypeError):
        f(x, dtype="i8")
    with pytest.raises(TypeError):
        f(x, dtype="D")
    with pytest.raises(TypeError):
        f(x, casting="no", dtype="f4")


def test_array_ufunc_override(f):
    """An argument with __array_ufunc__ takes over, and None there refuses."""

    class Tracer:
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return ufunc, method, inputs, kwargs

    class Refuser:
        __array_ufunc__ = None

    tracer = Tracer()
    assert f(tracer, where=True) == (f, "__call__", (tracer,), {"where": True})
    assert f(np.zeros(3), out=tracer)[3] == {"out": (tracer,)}
    with pytest.raises(TypeError, match="does not support ufuncs"):
        f(Refuser())


def test_subclass(f):
    """A subclass of ndarray comes back as itself, unless subok=False."""

    class Mine(np.ndarray):
        pass

    x = np.full(5, harmless(f.__name__))
    got = f(x.view(Mine))
    assert type(got) is Mine
    assert np.array_equal(got.view(np.ndarray), f(x))
    assert type(f(x.view(Mine), subok=False)) is np.ndarray
    masked = f(np.ma.masked_less(x, -1))
    assert isinstance(masked, np.ma.MaskedArray)


def test_array_wrap(f):
    """__array_wrap__ gets the result, as with every ufunc."""

    class Wrapped:
        def __array__(self, dtype=None, copy=None):
            return np.full(3, harmless(f.__name__))

        def __array_wrap__(self, array, context=None, return_scalar=False):
            return "wrapped", array, context[0]

    word, array, ufunc = f(Wrapped())
    assert word == "wrapped"
    assert ufunc is f
    assert np.array_equal(array, f(np.array(Wrapped())))


def test_all_sets_have_the_same_functions():
    """Every table holds every function."""
    for isa, made in tables.items():
        assert set(made) == {*EVERY_NAME, *FUNCTIONS_OF_TWO, *SUMS}, isa
