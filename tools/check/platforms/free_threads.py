"""Free-threaded Python: threads that share inputs, and that import softufunc at the same time. Run by pythons.py.

    python free_threads.py ROUNDS

Each round, 8 threads start at once and compute every ufunc and gufunc of the same inputs, in every type, in an order of
their own; each result must have the bits that one thread computed alone.
"""

import sys
import threading

THREADS = 8


def at_once(work):
    """Run work(i) in THREADS threads that start together; raise the first error."""
    barrier, errors = threading.Barrier(THREADS), []

    def body(i):
        barrier.wait()
        try:
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=body, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def first_import():
    """Import softufunc in all threads at once, and use it at once."""
    assert "softufunc" not in sys.modules
    found = [None] * THREADS

    def work(i):
        import softufunc

        found[i] = float(softufunc.softplus(0.25)), softufunc.softplus, softufunc.hooks

    at_once(work)
    assert len(set(found)) == 1, found


def hammer(rounds):
    """Return the number of calls."""
    import numpy as np
    from softufunc._ufuncs import tables

    from tools.inputs import ELEMENTWISE, equal, pool, results, rows_of
    from tools.inputs import NAMES as names

    cases = []
    for isa in tables:
        for name in names:
            for dtype in ("f2", "f4", "f8", "g"):
                arrays = pool(name, dtype) if name in ELEMENTWISE else rows_of(name, (20, 7), dtype)
                arrays = [np.ascontiguousarray(x) for x in arrays]
                with np.errstate(all="ignore"):
                    cases.append((tables[isa][name], arrays, results(tables[isa][name], arrays)))

    def work(i):
        with np.errstate(all="ignore"):
            for k in np.random.default_rng(i).permutation(len(cases)):
                ufunc, arrays, wants = cases[k]
                assert equal(results(ufunc, arrays), wants), ufunc

    for _ in range(rounds):
        at_once(work)
    return rounds * THREADS * len(cases)


def main(rounds):
    assert not sys._is_gil_enabled(), "the GIL is on"
    import numpy  # noqa: F401  its import is not what is tested

    first_import()
    assert not sys._is_gil_enabled(), "importing softufunc turns the GIL on"
    calls = hammer(rounds)
    assert not sys._is_gil_enabled(), "the GIL is on"
    print(f"{calls} calls by {THREADS} threads, and a first import by all of them: same bits, the GIL is off")


if __name__ == "__main__":
    main(int(sys.argv[1]))
