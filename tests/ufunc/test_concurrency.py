"""Threads, signals, processes, subinterpreters and the process environment."""

import multiprocessing
import os
import sys
import threading
from functools import cache

import numpy as np
import pytest
from softufunc._ufuncs import tables

import softufunc
from tools.inputs import NAMES, WHOLE_ROWS, equal, pool, rows_of
from tools.inputs import results as results_of

UFUNCS = [getattr(softufunc, name) for name in NAMES]
METHODS = ("reduce", "accumulate")
THREADS = 16


JOBS = [
    *((ufunc, "__call__", dtype) for ufunc in UFUNCS for dtype in ("f2", "f4", "f8", "g")),
    *(
        (ufunc, method, dtype)
        for ufunc in UFUNCS
        if ufunc.identity
        for method in METHODS
        for dtype in ("f2", "f4", "f8")
    ),
]


@cache
def arguments(ufunc, method, dtype):
    """Return read-only inputs, shared by all threads."""
    n = 1000 if dtype == "g" or method == "accumulate" else 20_000
    x = np.resize(pool("softplus", dtype)[0], n)
    if ufunc.__name__ in WHOLE_ROWS:
        arrays = rows_of(ufunc.__name__, (40, 100), dtype)
        for a in arrays:
            a.flags.writeable = False
        return arrays
    if ufunc.signature or method != "__call__":  # a nan would hide all other terms of a sum
        x = np.where(np.abs(x) < 100, x, x.dtype.type(0.5)).reshape(-1, 100)
    arrays = [np.roll(x, i) for i in range(ufunc.nin if method == "__call__" else 1)]
    for a in arrays:
        a.flags.writeable = False
    return arrays


def results(ufunc, method, dtype):
    if method == "__call__":
        return results_of(ufunc, arguments(ufunc, method, dtype))
    return (getattr(ufunc, method)(*arguments(ufunc, method, dtype)),)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("mixed", [False, True], ids=["one ufunc", "different ones"])
def test_threads(mixed):
    """16 threads with shared inputs, for every function and method, give the bits of a single thread."""
    want = {job: results(*job) for job in JOBS}
    assert all(np.isfinite(y).any() for wanted in want.values() for y in wanted)
    barrier, bad, done = threading.Barrier(THREADS), [], []

    def hammer(start):
        with np.errstate(all="ignore"):
            barrier.wait()
            for i in range(len(JOBS)):
                job = JOBS[(i + start * 5 * mixed) % len(JOBS)]
                if not equal(results(*job), want[job]):
                    bad.append(job)
        done.append(start)

    threads = [threading.Thread(target=hammer, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not bad
    assert len(done) == THREADS


def test_exceptions_belong_to_the_thread():
    """An exception raised in one thread is reported in that thread only."""
    x, raised = np.full(300_000, 0.25), []

    def work(value):
        with np.errstate(all="call", call=lambda error, _: raised.append((value, error))):
            mine = x.copy()
            mine[-1] = value
            for _ in range(5):
                softufunc.logit(mine)

    threads = [threading.Thread(target=work, args=(value,)) for value in (0.25, 0.0, 2.0, 0.5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(raised) == {(0.0, "divide by zero"), (2.0, "invalid value")}


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends the process there")
def test_interrupt_comes_after_the_call(run_python):
    """KeyboardInterrupt during a long call is raised after the call, which completes its result."""
    code = """if True:
        import signal, threading, os
        import numpy as np, softufunc
        signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs ignore SIGINT
        x = np.ones(3_000_000); out = np.zeros_like(x)
        def fire(): os.kill(os.getpid(), signal.SIGINT)
        timer = threading.Timer(0.2, fire)
        softufunc.softplus(x, out=out)
        try:
            timer.start()
            while True:
                softufunc.softplus(x, out=out)
        except KeyboardInterrupt:
            assert (out == softufunc.softplus(1.0)).all()
            print("interrupted")
        """
    done = run_python("-c", code)
    assert (done.returncode, done.stdout) == (0, "interrupted\n"), done.stderr


CHILD = """
import multiprocessing, sys
import numpy as np
import softufunc

UFUNCS = [f for f in vars(softufunc).values() if isinstance(f, np.ufunc)]

def work(ufunc, *arrays):
    return np.asarray(ufunc(*arrays)).tobytes()

if __name__ == "__main__":
    x = np.linspace(-0.999, -0.001, 10_001)
    core = [((ufunc.signature or "(n),(n)").partition("->")[0]).split("),(") for ufunc in UFUNCS]
    shaped = {"n": x, "": np.array(7), "n,k": x[:600].reshape(20, 30), "k,m": x[:900].reshape(30, 30)}
    jobs = [(f, *(shaped[each.strip("()")] for each in names[: f.nin])) for f, names in zip(UFUNCS, core)]
    with np.errstate(all="ignore"):
        want = [work(*job) for job in jobs]
        with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
            assert pool.starmap(work, jobs) == want
            assert np.array_equal(pool.map(softufunc.softplus, [x])[0], softufunc.softplus(x))
    print(len(want), "functions, the same")
"""


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_processes(run_python, tmp_path, method):
    """fork, spawn and forkserver: child processes give the bits of the parent, also with a pickled ufunc."""
    (tmp_path / "work.py").write_text(CHILD)
    done = run_python("work.py", method)
    assert (done.returncode, done.stdout) == (0, f"{len(UFUNCS)} functions, the same\n"), done.stderr


def test_subinterpreter(run_python):
    """Importing in a subinterpreter works, fails with NumPy's error, or raises ImportError."""
    code = """if True:
        import sys
        try:
            import _interpreters as interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
        for module in sys.argv[1:]:
            try:
                excinfo = interpreters.run_string(interpreters.create(), f"import {module}")
                outcome = "fine" if excinfo is None else str(excinfo)
            except Exception as error:
                outcome = str(error).splitlines()[0]
        print(outcome)
        """
    for before in (), ("numpy",):
        theirs, ours = (run_python("-c", code, *before, module) for module in ("numpy", "softufunc"))
        if before and theirs.returncode:
            continue  # NumPy 2.2 itself crashes here on Python 3.13
        assert ours.returncode == 0, ours.stderr
        assert ours.stdout in ("fine\n", theirs.stdout) or "ImportError" in ours.stdout
        assert theirs.stdout == "fine\n" or ours.stdout != "fine\n"


@pytest.mark.parametrize("junk", [" ", "avx2,avx512", "../../etc", "%s%n", "a" * 10_000, "\N{SNOWMAN}", "0", "AVX2"])
def test_junk_instruction_set(run_python, junk):
    """An invalid SOFTUFUNC_ISA raises an ImportError that lists the available instruction sets."""
    done = run_python("-c", "import softufunc", SOFTUFUNC_ISA=junk)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: SOFTUFUNC_ISA=")
    assert all(isa in last for isa in tables)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of folders are different there")
def test_read_only_surroundings(run_python, tmp_path):
    """The import needs no writable home, cache or working directory."""
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    places = {"HOME": str(locked), "XDG_CACHE_HOME": str(locked / "no"), "PYTHONPYCACHEPREFIX": str(locked / "no")}
    code = (
        f"import os; os.chdir({str(locked)!r}); import softufunc; print(softufunc.softplus(0.0)); print(os.listdir())"
    )
    for environment in places, {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/proc", "PYTHONPYCACHEPREFIX": "/proc/no"}:
        done = run_python("-W", "error", "-c", code, TMPDIR=os.devnull, **environment)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[0] == "0.6931471805599453"
