"""Calls with `out` allocate no memory, and no call leaks memory."""

import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from softufunc._ufuncs import tables

import softufunc
from softufunc import _ufuncs
from tools.inputs import NAMES, WHOLE_ROWS, pool, results, rows_of

ALLOCATORS = {"malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign", "memalign", "mmap", "alloca", "brk"}


def prepared(ufunc, dtype, n=100_000):
    x = [np.resize(np.roll(pool("softplus", dtype)[0], i), n) for i in range(ufunc.nin)]
    if ufunc.__name__ in WHOLE_ROWS:
        x = rows_of(ufunc.__name__, (n // 100, 100), dtype)
    return x, tuple(np.asarray(y) for y in results(ufunc, x))


def taken(call, inputs, outputs):
    """Return the peak of the bytes allocated during a call."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        call(*inputs, out=outputs)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", NAMES)
def test_no_extra_memory_with_out(name, dtype):
    """Contiguous and strided calls with `out` allocate less than 2 kB, as traced by tracemalloc."""
    ufunc = getattr(softufunc, name)
    x, y = prepared(ufunc, dtype)
    calls = [(ufunc, x, y)]
    if name in WHOLE_ROWS:
        calls.append((ufunc, [a if a.ndim == 1 else a[..., ::-1, :] for a in x], y))
    elif ufunc.signature:
        calls.append((ufunc, [a[::2] for a in x], y))
        rows = [a.reshape(-1, 100) for a in x]
        calls.append((ufunc, [a[:, ::-1] for a in rows], (np.empty(len(rows[0]), dtype),)))
    else:
        calls.append((ufunc, [a[::2] for a in x], tuple(a[::2] for a in y)))
    if (ufunc.nin, ufunc.nout) == (2, 1) and not ufunc.signature:
        calls.append((ufunc.accumulate, [x[0]], y))
        calls += [(ufunc.reduce, [a], (np.empty((), dtype),)) for a in (x[0], x[0][::2]) if ufunc.identity is not None]
    for call, inputs, outputs in calls:
        call(*inputs, out=outputs)
        # the minimum of several calls, because the thread of pytest-xdist may allocate memory at the same time
        assert min(taken(call, inputs, outputs) for _ in range(3)) < 2048, call


@pytest.mark.skipif(sys.platform != "linux", reason="needs nm")
def test_extension_allocates_nothing():
    """The compiled module references malloc only, for long rows; Python objects use Python's functions."""
    try:
        text = subprocess.run(["nm", "-D", "-u", _ufuncs.__file__], check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        pytest.fail("this test needs nm (binutils)")
    needed = {re.split(r"[@ ]", line.split()[-1])[0] for line in text.splitlines() if line.strip()}
    assert needed & ALLOCATORS <= {"malloc", "free"}


def resident():
    """Return the resident memory of this process in bytes."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.usefixtures("quiet")
def test_no_leak():
    """Resident memory does not grow over 10^6 calls of all ufuncs and instruction sets, including invalid calls."""
    ufuncs = [ufunc for made in tables.values() for ufunc in made.values()]
    x = np.linspace(0.1, 0.9, 4)
    rounds = 1_000_000 // len(ufuncs)

    def run(rounds):
        for ufunc in ufuncs:
            arguments = rows_of(ufunc.__name__, 4, "f8") if ufunc.__name__ in WHOLE_ROWS else (x,) * ufunc.nin
            for i in range(rounds):
                if i % 50 == 1 and (ufunc.nin, ufunc.nout) == (2, 1) and not ufunc.signature:
                    ufunc.accumulate(x)
                    ufunc.reduce(x)
                    ufunc.outer(x, x)
                if i % 50:
                    ufunc(*arguments)
                    continue
                try:
                    ufunc("a", *arguments)
                except TypeError:
                    continue

    def grown():
        before = resident()
        run(rounds)
        return resident() - before

    run(rounds // 20)
    # a leak would occur in each of three runs; other threads may allocate memory in some
    assert any(grown() < 2**19 for _ in range(3))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_import_in_fresh_processes(run_python, tmp_path):
    """Each import takes less than 4 MB in addition to NumPy, about the same each time, and leaves no file behind."""
    code = """if True:
        import numpy, re
        from pathlib import Path
        def resident():
            return int(re.search(r"VmRSS:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
        before = resident()
        import softufunc
        print(resident() - before)
        """
    # BLAS threads that start late would be counted too
    variables = {"TMPDIR": str(tmp_path), "OPENBLAS_NUM_THREADS": "1"}
    runs = [run_python("-B", "-c", code, **variables) for _ in range(6)]
    assert all(done.returncode == 0 for done in runs), runs[0].stderr
    taken = [int(done.stdout) for done in runs]
    assert max(taken) < 4096
    assert max(taken) - min(taken) < 1024, taken
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs RLIMIT_AS and /proc")
def test_no_memory_for_a_row(run_python):
    """A row that is too long for the stack, without memory: MemoryError, and later calls work."""
    code = """if True:
        import numpy as np, re, resource, softufunc
        x, index = np.zeros(20_000_000, "f2"), np.zeros(1, int)
        out = np.empty_like(x)
        softufunc.softmax([0.0, 1.0])
        with open("/proc/self/status") as file:
            size = int(re.search(r"VmSize:\\s+(\\d+)", file.read())[1]) * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size + 2**24, size + 2**24))
        try:
            np.empty(2**26, "f2")
        except MemoryError:
            pass
        else:
            print("no limit")
        for call in (lambda: softufunc.softmax(x, out=out), lambda: softufunc.categorical_log_prob(x[None], index)):
            try:
                call()
            except MemoryError:
                print("MemoryError")
        print(softufunc.softmax([0.0, 0.0])[0])
        """
    done = run_python("-c", code)
    if done.stdout.startswith("no limit"):
        pytest.skip("an emulator may ignore the limit")
    assert (done.returncode, done.stdout) == (0, "MemoryError\nMemoryError\n0.5\n"), done.stderr
