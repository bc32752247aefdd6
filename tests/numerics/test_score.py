"""log_prob_grad next to its zero t = sigmoid(x), where the bound in ULP of the result does not apply."""

import gmpy2
import numpy as np
import pytest
from softufunc._ufuncs import tables


@pytest.mark.parametrize("steps", [0, 1, 3, 100])
def test_near_the_zero(isa, real, steps):
    """The error stays below an ULP of 1/8 of sigmoid(-|x|), for labels within some ULP of the sigmoid."""
    x = np.linspace(-9, 9, 1201).astype(real)
    near = tables[isa]["sigmoid"](x)
    for t in (near - steps * np.spacing(near), near + steps * np.spacing(near)):
        got = tables[isa]["log_prob_grad"](x, t)
        with gmpy2.context(precision=200):
            for logit, label, y in zip(x.tolist(), t.tolist(), got.tolist(), strict=True):
                sigmoid = 1 / (1 + gmpy2.exp(-gmpy2.mpfr(logit)))
                eighth = np.dtype(real).type(min(sigmoid, 1 - sigmoid) / 8)
                assert abs(gmpy2.mpfr(y) - (label - sigmoid)) < np.spacing(eighth).item(), (logit, label)
