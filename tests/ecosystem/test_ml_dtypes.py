"""Which type results have for the types of ml_dtypes, and the registration of loops for bfloat16."""

import inspect
import sys

import ml_dtypes
import numpy as np
import pytest

import softufunc
from softufunc.hooks import register_ml_dtypes
from tools.inputs import ELEMENTWISE, GUFUNCS, NAMES, results, rows_of
from tools.reference import FACTS

INTEGERS = ("int2", "int4", "uint2", "uint4")
FLOATS = ("float8_e4m3fn", "float8_e5m2", "float6_e2m3fn", "float4_e2m1fn")


def inputs_of(f, x, second=None):
    """Return x as every input, or `second` as the second one: as a row and a column of matrices, or beside an index."""
    core = (f.signature or "").partition("->")[0]
    if core.endswith(",()"):
        return [x, 1]
    if core.startswith("(n,k)"):
        return [x[None], x[:, None]]
    return [x, x if second is None else second][: f.nin]


@pytest.mark.parametrize(
    ("kind", "used"), [*((kind, "f8") for kind in INTEGERS), *((kind, "f4") for kind in FLOATS)], ids=str
)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_stand_ins(name, kind, used):
    """The type and the bits of float64 or float32, for one input and for two of the same type."""
    f = getattr(softufunc, name)
    x = np.array([1, 0, 1], getattr(ml_dtypes, kind))
    got, want = results(f, inputs_of(f, x)), results(f, inputs_of(f, x.astype(used)))
    for mine, theirs in zip(got, want, strict=True):
        assert mine.dtype == used
        assert np.array_equal(mine, theirs, equal_nan=True)


WITHOUT = """
import ml_dtypes
import numpy as np
import softufunc
from softufunc import log_prob, logaddexp

x = np.array([1, 0, 1], ml_dtypes.bfloat16)
for f in (f for f in vars(softufunc).values() if isinstance(f, np.ufunc)):
    with np.errstate(all="ignore"):
        got, want = f(*inputs_of(f, x)), f(*inputs_of(f, x.astype("f4")))
    for mine, theirs in zip(*((got, want) if f.nout > 1 else ([got], [want])), strict=True):
        assert mine.dtype == "f4", f
        assert np.array_equal(mine, theirs, equal_nan=True), f

# beside another type: what float32 gives there
x = np.ones(3, ml_dtypes.bfloat16)
for other, want in ((1, "f4"), (1.5, "f4"), (np.ones(3, "f2"), "f4"), (np.ones(3, "f4"), "f4"), (np.ones(3), "f8")):
    assert logaddexp(x, other).dtype == want
    assert logaddexp(other, x).dtype == want
assert logaddexp(x, np.ones(3, "i8")).dtype == "f8"
for labels in (1, np.ones(3, "?"), np.ones(3, "i8"), np.ones(3, ml_dtypes.int4)):
    assert log_prob(x, labels).dtype == "f4", labels

x = np.zeros(1000, ml_dtypes.bfloat16)
assert logaddexp.reduce(x, dtype="f4") == np.float32(np.log(1000))
assert logaddexp.accumulate(x, dtype="f4")[-1] == np.float32(np.log(1000))
"""


def test_bfloat16_without_the_hook(run_python):
    """float32, in every function, beside other types, and in methods; in a process that has not registered loops."""
    done = run_python("-W", "error", "-c", inspect.getsource(inputs_of) + WITHOUT)
    assert done.returncode == 0, done.stderr


register_ml_dtypes()
BFLOAT16 = np.dtype(ml_dtypes.bfloat16)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", NAMES)
def test_types(ufunc, name):
    """Python numbers and labels take the type; other arrays promote as with np.logaddexp; dtype= and out= select it."""
    floats = (
        rows_of(name, 4, "f4") if name in GUFUNCS else tuple(np.full(4, x, "f4") for x in (0.5, -0.25)[: ufunc.nin])
    )

    def converted(kind):
        return tuple(x.astype(kind) if x.dtype == "f4" else x for x in floats)

    arrays = converted(BFLOAT16)

    def type_of(*inputs, **keywords):
        (kind,) = {np.asarray(y).dtype for y in results(ufunc, inputs, **keywords)}
        return kind

    assert type_of(*arrays) == BFLOAT16
    assert type_of(*(x[0] if name in ELEMENTWISE else x for x in arrays)) == BFLOAT16
    for other in ("f4", "f8"):
        assert type_of(*arrays, dtype=other) == other
        assert type_of(*converted(other)) == other
        assert type_of(*converted(other), dtype=BFLOAT16) == BFLOAT16
        shape = np.shape(results(ufunc, arrays)[0])
        assert type_of(*arrays, out=tuple(np.empty(shape, other) for _ in range(ufunc.nout))) == other
    if ufunc.nin == 2 and name in ELEMENTWISE:
        x = arrays[0]
        for number in (1, 0.5, True, -3, 1e-3):
            assert type_of(x, number) == type_of(number, x) == BFLOAT16, number
        for kind in "?bBhHiIlLqQefdg":
            other = np.ones(4, kind)
            want = np.logaddexp(x, other).dtype
            assert type_of(other, x) == np.logaddexp(other, x).dtype, kind
            assert type_of(x, other) == (BFLOAT16 if FACTS[name].label and kind not in "efdg" else want), kind
    with pytest.raises(TypeError):
        ufunc(*converted("c8"))


LATE = """
import sys
import numpy as np
import softufunc
import softufunc.hooks
assert "ml_dtypes" not in sys.modules
from ml_dtypes import bfloat16
x = np.full(3, 0.25, bfloat16)
ufuncs = [f for f in vars(softufunc).values() if isinstance(f, np.ufunc)]
def types():
    for f in ufuncs:
        for second in None, [1, 0, 1]:
            y = f(*inputs_of(f, x, second))
            yield (y[0] if f.nout > 1 else y).dtype
with np.errstate(all="ignore"):
    assert all(kind in ("f4", "f8") for kind in types())
    softufunc.hooks.register_ml_dtypes()
    softufunc.hooks.register_ml_dtypes()
    first = list(types())
    assert first[::2] == [np.dtype(bfloat16)] * len(ufuncs)
    assert softufunc.log_prob(x, np.ones(3, int)).dtype == bfloat16
"""


def test_registered_after_use(run_python):
    """NumPy does not go on with the loops that it chose before. Importing softufunc does not import ml_dtypes."""
    done = run_python("-W", "error", "-c", inspect.getsource(inputs_of) + LATE)
    assert done.returncode == 0, done.stderr


def test_missing_library(monkeypatch):
    """The error names the package."""
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    with pytest.raises(ImportError, match="ml_dtypes"):
        register_ml_dtypes()
