"""What numba cannot compile, and integers beside float32."""

import numpy as np
import pytest
from numba import njit, objmode

import softufunc
from tools.facts import FUNCTIONS


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if function.is_gufunc])
def test_numba_names_what_it_cannot_compile(name):
    """A generalized ufunc gives an error with its name and what to do."""
    from numba.core.errors import TypingError

    f = getattr(softufunc, name)
    call = njit(lambda x: f(x)) if f.nin == 1 else njit(lambda x: f(x, x))
    with pytest.raises(TypingError, match=f"numba does not support {name}: .* or call it outside"):
        call(np.zeros(3))


def test_objmode():
    """What the error for a function without a loop of elementwise functions suggests."""

    @njit
    def log_likelihood(x):
        with objmode(y="float64[:]"):
            y = softufunc.log_softmax(x)
        return y.sum()

    x = np.array([40.0, 0.0])
    assert log_likelihood(x) == softufunc.log_softmax(x).sum()


def test_numba_literals():
    """A literal is an int64 in compiled code: it does not promote float32, as for np.logaddexp."""
    x = np.zeros(3, "f4")
    for f in softufunc.logaddexp, np.logaddexp:
        assert njit(lambda x, f=f: f(x, 0))(x).dtype == np.float32
        assert njit(lambda x, f=f: f(x, 0.5))(x).dtype == np.float64
