"""All elementwise ufuncs, with arguments in their domains. A missing library is an error, not a skip."""

import numpy as np
import pytest

import softufunc

UFUNCS = [f for f in map(softufunc.__dict__.get, softufunc.__all__) if isinstance(f, np.ufunc) and f.signature is None]


class Case:
    """A ufunc with its arguments; a call with objects of another library returns a tuple of results."""

    def __init__(self, f):
        self.f = f

    def arrays(self, dtype="f8", size=4):
        """Return numbers in the domain, negated if positive numbers are outside."""
        first = np.linspace(0.125, 0.875, size)
        second = first / 2
        with np.errstate(all="ignore"):
            if np.isnan(self.f(*(first, second)[: self.f.nin])).any():
                first, second = -first, -second
        return [a.astype(dtype) for a in (first, second)[: self.f.nin]]

    def want(self, *arrays):
        """Return the results for NumPy arrays, always as a tuple."""
        got = self.f(*arrays)
        return got if self.f.nout > 1 else (got,)

    def __call__(self, *objects, **keywords):
        """Return the results for other objects, or () if the library rejects NumPy's ufuncs with two outputs too."""
        if self.f.nout == 1:
            return (self.f(*objects, **keywords),)
        try:
            return self.f(*objects, **keywords)
        except (AttributeError, NotImplementedError, TypeError, ValueError) as error:
            with pytest.raises(type(error)):
                np.modf(objects[0], **keywords)
            return ()


@pytest.fixture(params=UFUNCS, ids=lambda f: f.__name__)
def case(request):
    """Every elementwise ufunc."""
    return Case(request.param)


@pytest.fixture(params=["f4", "f8"])
def dtype(request):
    """The types that every library supports."""
    return np.dtype(request.param)
