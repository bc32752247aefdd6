"""A pickle is a reference to softufunc.NAME."""

import copy
import pickle

import softufunc
from tools.inputs import NAMES


def test_in_this_process(name):
    """Every protocol works; copies are the same object."""
    f = getattr(softufunc, name)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(f, protocol)
        assert b"softufunc" in data
        assert b"_ufuncs" not in data
        assert name.encode() in data
        assert pickle.loads(data) is f
    assert copy.deepcopy(f) is f


def test_in_a_fresh_process(run_python):
    """A pickle loads in a new process."""
    data = pickle.dumps([getattr(softufunc, name) for name in NAMES])
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
    assert done.stdout.split() == NAMES
