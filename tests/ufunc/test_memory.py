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
from tools.inputs import NAMES, pool, results

ALLOCATORS = {"malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign", "memalign", "mmap", "alloca", "brk"}


def prepared(ufunc, dtype, n=100_000):
    x = [np.resize(np.roll(pool("softplus", dtype)[0], i), n) for i in range(ufunc.nin)]
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
    if ufunc.signature:
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
    """The compiled module does not reference an allocator; Python objects use Python's functions."""
    try:
        text = subprocess.run(["nm", "-D", "-u", _ufuncs.__file__], check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        pytest.fail("this test needs nm (binutils)")
    needed = {re.split(r"[@ ]", line.split()[-1])[0] for line in text.splitlines() if line.strip()}
    assert not needed & ALLOCATORS


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
            arguments = (x,) * ufunc.nin
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
