"""The code of docs/compiled.md, built and run with the installed package (pip install ".[test]" --group compiled)."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest
from numba import njit
from scipy import LowLevelCallable
from scipy.integrate import quad

import softufunc
from tools.facts import FOLDER, FUNCTIONS, ROOT

PAGE = (ROOT / "docs" / "compiled.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
NAMES = [name for name in softufunc.__pyx_capi__ if name in softufunc.__all__]
UNARY = [name for name in NAMES if FUNCTIONS[name].shape == (1, 1)]
BINARY = [name for name in NAMES if FUNCTIONS[name].shape == (2, 1)]
TWO_OUTPUTS = [name for name in NAMES if FUNCTIONS[name].nout == 2]
ONE_INPUT = [name for name in NAMES if FUNCTIONS[name].nin == 1]
TWO_INPUTS = [name for name in NAMES if FUNCTIONS[name].nin == 2]

ADDRESSES = """
#include "softufunc.h"

static PyObject *addresses(PyObject *self, PyObject *args)
{
    (void)self;
    (void)args;
    const softufunc_api *api = softufunc_import();
    PyObject *found = api == NULL ? NULL : PyDict_New();
    if (found == NULL) {
        return NULL;
    }
#define MEMBER(name, member) \\
    PyDict_SetItemString(found, name, PyLong_FromVoidPtr((void *)api->member));
#define UFUNC(name, nin, nout) \\
    MEMBER(#name, name) MEMBER(#name "f", name##f) \\
    MEMBER(#name "_array", name##_array) MEMBER(#name "f_array", name##f_array)
#include "functions.h"
    return found;
}

static PyMethodDef methods[] = {{"addresses", addresses, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "MODULE", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_MODULE(void)
{
    return PyModule_Create(&definition);
}
"""

EVERY = """
py.extension_module('every', 'every.pyx')
foreach language : ['c', 'cpp']
    py.extension_module(
        'addresses_' + language, 'addresses_' + language + '.' + language, limited_api: '3.11',
        include_directories: include_directories(include, 'list'),
    )
endforeach
"""


def every_function():
    """Return a Cython module that uses every function."""
    lines = [f"from softufunc cimport {', '.join(softufunc.__pyx_capi__)}"]
    for name in UNARY:
        lines += [
            f"def call_{name}(double x, float xf, double[::1] a, float[::1] b):",
            f"    {name}_array(&a[0], &a[0], a.size)",
            f"    {name}f_array(&b[0], &b[0], b.size)",
            f"    return {name}(x), {name}f(xf)",
        ]
    for name in BINARY:
        lines += [
            f"def call_{name}(double[::1] x, double[::1] y, float[::1] xf, float[::1] yf):",
            f"    scalars = {name}(x[3], y[3]), {name}f(xf[3], yf[3])",
            f"    {name}_array(&x[0], &y[0], &y[0], x.size)",
            f"    {name}f_array(&xf[0], &yf[0], &yf[0], xf.size)",
            "    return scalars",
        ]
    for name in TWO_OUTPUTS:
        two = FUNCTIONS[name].nin == 2
        scalars, arrays = ("x[3], y[3]", "&x[0], &y[0]") if two else ("x[3]", "&x[0]")
        lines += [
            f"def call_{name}(double[::1] x, double[::1] y, float[::1] xf, float[::1] yf):",
            "    cdef double a, b",
            "    cdef float c, d",
            f"    {name}({scalars}, &a, &b)",
            f"    {name}f({scalars.replace('[', 'f[')}, &c, &d)",
            f"    {name}_array({arrays}, &x[0], &y[0], x.size)",
            f"    {name}f_array({arrays.replace('[', 'f[')}, &xf[0], &yf[0], xf.size)",
            "    return a, b, c, d",
        ]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The modules of the page, and three that use every function."""
    folder = tmp_path_factory.mktemp("project")
    assert set(FILES) == {"loss.pyx", "closs.c", "meson.build"}
    for name, text in FILES.items():
        (folder / name).write_text(text)
    meson = FILES["meson.build"].replace("'c', 'cython'", "'c', 'cpp', 'cython'") + EVERY
    (folder / "meson.build").write_text(meson)
    (folder / "every.pyx").write_text("# cython: language_level=3\n" + every_function())
    for language in "c", "cpp":
        (folder / f"addresses_{language}.{language}").write_text(ADDRESSES.replace("MODULE", f"addresses_{language}"))
    (folder / "list").mkdir()
    (folder / "list" / "functions.h").write_bytes((FOLDER / "functions.h").read_bytes())
    for command in (["setup", "build"], ["compile", "-C", "build"]):
        # cython and ninja of this Python, also where its scripts are not on the path
        scripts = {"PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"}
        meson = [sys.executable, "-m", "mesonbuild.mesonmain", *command]
        done = subprocess.run(meson, cwd=folder, env=os.environ | scripts, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder / "build"))
    yield folder
    sys.path.remove(str(folder / "build"))


def test_modules_of_the_page(built):
    """The Cython and the C module return the results of the ufunc."""
    import closs
    import loss

    x = np.random.default_rng(1).normal(0, 5, 1001)
    t = (x > 1).astype(float)
    assert loss.cross_entropy(x, t) == pytest.approx((softufunc.softplus(x) - t * x).sum(), rel=1e-12)
    for module in loss, closs:
        y = x.copy()
        module.softplus_in_place(y)
        np.testing.assert_array_equal(y, softufunc.softplus(x))
    with pytest.raises(TypeError, match="float64"):
        closs.softplus_in_place(x.astype("f4"))


@pytest.mark.parametrize("name", UNARY)
def test_every_function_from_cython(built, name):
    """Each of the four C functions, bit for bit."""
    import every

    x = np.linspace(0.01, 0.99, 77) * (-1 if FUNCTIONS[name].domain[1] <= 0 else 1)
    a, b = x.copy(), x.astype("f4")
    scalar, single = getattr(every, f"call_{name}")(x[3], b[3], a, b)
    ufunc = getattr(softufunc, name)
    np.testing.assert_array_equal(a, ufunc(x))
    np.testing.assert_array_equal(b, ufunc(x.astype("f4")))
    assert (scalar, single) == (a[3], b[3])


@pytest.mark.parametrize("name", BINARY)
def test_two_inputs_from_cython(built, name):
    """Each of the four C functions, bit for bit; the arrays in place of the second input."""
    import every

    x, y = np.linspace(0.5, 0.99, 77), np.linspace(0.49, 0.01, 77)
    wide, single = [x.copy(), y.copy()], [x.astype("f4"), y.astype("f4")]
    ufunc = getattr(softufunc, name)
    want = ufunc(*wide), ufunc(*single)
    scalars = getattr(every, f"call_{name}")(*wide, *single)
    np.testing.assert_array_equal(wide, [x, want[0]])
    np.testing.assert_array_equal(single, [x.astype("f4"), want[1]])
    assert scalars == (want[0][3], want[1][3])


@pytest.mark.parametrize("name", TWO_OUTPUTS)
def test_two_outputs_from_cython(built, name):
    """Each of the four C functions, bit for bit; the outputs in place of the inputs."""
    import every

    x = np.linspace(-9, 9, 77)
    wide, single = [x.copy(), np.linspace(0, 1, 77)], [x.astype("f4"), np.linspace(0, 1, 77).astype("f4")]
    ufunc = getattr(softufunc, name)
    want = ufunc(*wide[: ufunc.nin]), ufunc(*single[: ufunc.nin])
    scalars = getattr(every, f"call_{name}")(*wide, *single)
    np.testing.assert_array_equal(wide, want[0])
    np.testing.assert_array_equal(single, want[1])
    assert scalars == (want[0][0][3], want[0][1][3], want[1][0][3], want[1][1][3])


@pytest.mark.parametrize("language", ["c", "cpp"])
def test_the_struct_of_the_header(built, language):
    """In C and C++, with the limited API, each member of the struct is the function with this name in __pyx_capi__."""
    from numba.extending import get_cython_function_address

    found = __import__(f"addresses_{language}").addresses()
    assert found == {name: get_cython_function_address("softufunc", name) for name in softufunc.__pyx_capi__}


@pytest.mark.parametrize("block", PYTHON)
def test_python_of_the_page(block, tmp_path):
    """The Python code of the page, in a separate process because cache=True needs a file."""
    script = tmp_path / "page.py"
    script.write_text(block)
    done = subprocess.run([sys.executable, "-W", "error", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", UNARY)
def test_numba_scalars_and_arrays(name):
    """Types and bits are those of the ufunc."""
    ufunc = getattr(softufunc, name)

    @njit
    def call(x):
        return ufunc(x)

    x = np.linspace(0.01, 0.99, 77) * (-1 if FUNCTIONS[name].domain[1] <= 0 else 1)
    for array in x, x.astype("f4"):
        result = call(array)
        assert result.dtype == array.dtype
        np.testing.assert_array_equal(result, ufunc(array))
        assert call(array[5]) == ufunc(array[5])


@pytest.mark.parametrize("name", TWO_INPUTS)
def test_numba_two_arguments(name):
    """Scalars, arrays of every layout, and broadcasting: shapes, types and bits are those of the ufunc."""
    ufunc = getattr(softufunc, name)

    @njit
    def call(x, y):
        return ufunc(x, y)

    random = np.random.default_rng(4)
    x, y = random.uniform(0.5, 1, (5, 6, 7)), random.uniform(0, 0.5, (5, 6, 7))
    pairs = [
        (x, y), (x.T, y.T), (x[::2], y[::2]), (x[0], y), (x, y[:, :1]), (x, 0.25), (2.0, y), (x[0, 0], y[0, :, :1]),
        (x, np.array(0.25)), (np.array(2.0), 0.25), (2.0, 0.25), (x[:0], y[:0]),
    ]  # fmt: skip
    for a, b in pairs:
        for dtype in "f8", "f4":
            c, d = (np.dtype(dtype).type(z) if np.ndim(z) == 0 else z.astype(dtype) for z in (a, b))
            got, want = call(c, d), ufunc(c, d)
            np.testing.assert_array_equal(got, want)
            assert np.shape(got) == np.shape(want)
            assert np.asarray(call(x.astype(dtype), y.astype(dtype))).dtype == dtype
    assert np.asarray(call(x.astype("f4"), y)).dtype == "f8"
    labels = random.random(x.shape) < 0.5
    for whole in labels, labels.astype("i8"):
        got, want = call(x.astype("f4") + 2, whole), ufunc(x.astype("f4") + 2, whole)
        np.testing.assert_array_equal(got, want)
        assert np.asarray(got).dtype == np.asarray(want).dtype


@njit
def added(x, y, out):
    return softufunc.logaddexp(x, y, out=out)


def test_numba_two_arguments_into():
    """`out` in place of either argument, with another layout, and with partial overlap."""
    random = np.random.default_rng(5)
    x, y = random.normal(size=(40, 50)), random.normal(size=(40, 50))
    want = softufunc.logaddexp(x, y)
    for a, b, out in (
        (x, y, np.empty((40, 50))),
        (x, y, np.empty((50, 40)).T),
        (x[:, ::2], y[:, ::2], np.empty((40, 25))),
    ):
        assert added(a, b, out) is out
        np.testing.assert_array_equal(out, softufunc.logaddexp(a, b))
    for place in (0, 1):
        given = [x.copy(), y.copy()]
        added(*given, given[place])
        np.testing.assert_array_equal(given[place], want)
    flat = x.ravel().copy()
    added(flat[:-1], y.ravel()[:-1], flat[1:])
    np.testing.assert_array_equal(flat[1:], want.ravel()[:-1])


@pytest.mark.parametrize("name", [name for name in TWO_OUTPUTS if name in ONE_INPUT])
def test_numba_two_outputs(name):
    """A tuple of two scalars or arrays."""
    ufunc = getattr(softufunc, name)

    @njit
    def call(x):
        return ufunc(x)

    x = np.random.default_rng(6).normal(0, 5, (6, 7))
    for array in x, x.astype("f4"), x.T, x[::2, ::-1], x > 0:
        for got, want in zip(call(array), ufunc(array), strict=True):
            np.testing.assert_array_equal(got, want)
            assert got.dtype == want.dtype
    assert call(x[0, 0]) == tuple(ufunc(x[0, 0]))


@njit
def positional(x, out):
    return softufunc.softplus(x, out)


@njit
def by_name(x, out):
    return softufunc.softplus(x, out=out)


@pytest.mark.parametrize("dtype", ["f8", "f4", "i2", "?"])
def test_numba_layouts(dtype):
    """Transposed, strided, reversed, multidimensional and empty arrays, also with `out`."""
    x = np.random.default_rng(2).normal(0, 5, (6, 7, 4)).astype(dtype)
    for array in x, x.T, x[::2, ::-1], x[:, 3], x[:0]:
        want = softufunc.softplus(array)
        out = np.empty(array.shape, want.dtype)
        assert by_name(array, out) is out
        np.testing.assert_array_equal(out, want)


def test_numba_out_that_overlaps():
    """The result is that for a copy of the input, also in place."""
    x = np.random.default_rng(3).normal(0, 5, 1000)
    want = softufunc.softplus(x)
    for source, target in (
        (slice(None, -1), slice(1, None)),
        (slice(1, None), slice(None, -1)),
        (slice(None), slice(None)),
    ):
        y = x.copy()
        positional(y[source], y[target])
        np.testing.assert_array_equal(y[target], want[source])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "arguments",
    [
        ("a", np.zeros(1)),
        (1j, np.zeros(1)),
        (np.zeros(3, "f2"), np.zeros(3)),
        (np.zeros(3), np.zeros(3, "i8")),
        (1.0, 2.0),
        (np.zeros(3), np.broadcast_to(0.0, 3)),
    ],
    ids=["text", "complex", "float16", "out of integers", "out is no array", "out is read-only"],
)
def test_numba_refuses(arguments):
    """Arguments that NumPy rejects, and float16, which numba does not support, are typing errors."""
    from numba.core.errors import TypingError

    with pytest.raises(TypingError):
        positional(*arguments)


CACHED = """
import numpy as np
from numba import njit
import softufunc
from softufunc import log_probs, logaddexp, softplus

@njit(cache=True)
def total(x):
    result, running = 0.0, -np.inf
    for i in range(x.size):
        result += softplus(x[i])
        running = logaddexp(running, x[i])
    return result, running, softplus(x), logaddexp(x, 1.0), log_probs(x)

x = np.linspace(-3, 3, 1001)
result, running, array, sums, pair = total(x)
assert result == sum(softplus(x).tolist()) and np.array_equal(array, softplus(x))
assert abs(running / logaddexp.reduce(x) - 1) < 1e-13 and np.array_equal(sums, logaddexp(x, 1.0))
assert np.array_equal(pair, log_probs(x))
hits, misses = total.stats.cache_hits, total.stats.cache_misses
print(sum(hits.values()), sum(misses.values()))
"""


def test_numba_cache(tmp_path, run_python):
    """A second process loads the compiled code from the cache, also with another instruction set."""
    script = tmp_path / "cached.py"
    script.write_text(CACHED)
    for environment, want in ({}, "0 1"), ({}, "1 0"), ({"SOFTUFUNC_ISA": "baseline"}, "1 0"):
        done = run_python(str(script), NUMBA_CACHE_DIR=str(tmp_path / "cache"), **environment)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == want


@pytest.mark.parametrize("name", UNARY)
def test_low_level_callable(name):
    """SciPy's quad gives the same bits with the C function as with the ufunc."""
    ends = (-0.9, -0.1) if FUNCTIONS[name].domain[1] <= 0 else (0.1, 0.9)
    fast = LowLevelCallable.from_cython(softufunc, name)
    assert quad(fast, *ends) == quad(getattr(softufunc, name), *ends)


def test_the_installed_files():
    """The C header and the Cython declarations are installed."""
    assert Path(softufunc.get_include(), "softufunc.h").is_file()
    assert Path(softufunc.__file__).with_name("__init__.pxd").is_file()


def test_pkgconf(tmp_path):
    """pkg-config finds the header by the folder of `softufunc-config --pkgconfigdir`, pkgconf of PyPI without it."""
    scripts = Path(sysconfig.get_path("scripts"))
    folder = subprocess.check_output([scripts / "softufunc-config", "--pkgconfigdir"], text=True).strip()
    for environment in {}, {"PKG_CONFIG_PATH": folder}:
        command = [sys.executable, "-m", "pkgconf", "--cflags", "softufunc"]
        flags = subprocess.check_output(command, env=os.environ | environment, cwd=tmp_path, text=True).split()
        assert (Path(flags[0].removeprefix("-I")) / "softufunc.h").samefile(
            Path(softufunc.get_include()) / "softufunc.h"
        )
