"""What an import costs, and what it brings along."""

TIMED = """
import sys, time
import numpy
before = set(sys.modules)
start = time.perf_counter()
import softufunc
seconds = time.perf_counter() - start
print(seconds, *sorted(set(sys.modules) - before))
"""


def test_import_is_quick(run_python):
    """After NumPy, less than 5 ms: the best of several fresh processes."""
    times = []
    for _ in range(6):
        done = run_python("-c", TIMED)
        assert done.returncode == 0, done.stderr
        times.append(float(done.stdout.split()[0]))
        if min(times) < 0.005:
            break
    assert min(times) < 0.005, times


def test_import_brings_only_softufunc(run_python):
    """No module but its own, and the two that Cython makes up."""
    done = run_python("-c", TIMED)
    found = {name for name in done.stdout.split()[1:] if not name.startswith(("cython_runtime", "_cython_"))}
    assert "softufunc" in found
    assert all(name.split(".")[0] == "softufunc" for name in found), found


def test_numpy_is_all_it_needs(run_python):
    """Without site-packages' other contents: every module loaded is the standard library's, NumPy's or its own."""
    code = """if True:
        import sys
        import softufunc
        foreign = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
        print(*sorted(foreign))
        """
    done = run_python("-c", code)
    assert done.returncode == 0, done.stderr
    own = {"softufunc", "numpy", "__main__", "cython_runtime"}
    foreign = [name for name in done.stdout.split() if name not in own and not name.startswith("_cython_")]
    plain = run_python("-c", "import sys, numpy; print(*sorted({name.split('.')[0] for name in sys.modules}))")
    assert set(foreign) <= set(plain.stdout.split())


def test_import_is_silent(run_python):
    """No warning, no output."""
    done = run_python("-W", "error", "-c", "import softufunc")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
