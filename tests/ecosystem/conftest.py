"""Every elementwise ufunc that softufunc has, and arguments inside its domain. Nothing here skips a missing library."""

import numpy as np
import pytest

import softufunc

UFUNCS = [f for f in map(softufunc.__dict__.get, softufunc.__all__) if isinstance(f, np.ufunc) and f.signature is None]


class Case:
    """A ufunc and its arguments; called with arguments of another library, it gives a tuple of results."""

    def __init__(self, f):
        self.f = f

    def arrays(self, dtype="f8", size=4):
        """Numbers inside the domain: negative ones where positive ones are not."""
        first = np.linspace(0.125, 0.875, size)
        second = first / 2
        with np.errstate(all="ignore"):
            if np.isnan(self.f(*(first, second)[: self.f.nin])).any():
                first, second = -first, -second
        return [a.astype(dtype) for a in (first, second)[: self.f.nin]]

    def want(self, *arrays):
        """The results for plain arrays, always as a tuple."""
        got = self.f(*arrays)
        return got if self.f.nout > 1 else (got,)

    def __call__(self, *objects, **keywords):
        """The same for objects of a library; if that refuses NumPy's ufuncs of two results, it refuses these alike."""
        if self.f.nout == 1:
            return (self.f(*objects, **keywords),)
        try:
            np.modf(*objects, **keywords)
        except (AttributeError, NotImplementedError, TypeError, ValueError) as error:
            with pytest.raises(type(error)):
                self.f(*objects, **keywords)
            return ()
        return self.f(*objects, **keywords)


@pytest.fixture(params=UFUNCS, ids=lambda f: f.__name__)
def case(request):
    """Every elementwise ufunc."""
    return Case(request.param)


@pytest.fixture(params=["f4", "f8"])
def dtype(request):
    """The two types that every library has."""
    return np.dtype(request.param)
