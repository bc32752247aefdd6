"""Relations between functions hold within the error bounds of the terms."""

import gmpy2
import numpy as np
import pytest
from softufunc._ufuncs import tables

from tools.inputs import samples
from tools.reference import FORMATS, bound, precisely, to_mp, ulp_exponent
from tools.strategies import examples

pytestmark = pytest.mark.usefixtures("quiet")


def test_unary_special_cases(isa, real):
    """logaddexp(x, 0), log_prob(x, 1), log_prob(x, 0) and logsubexp(x, 0) equal unary functions within one ULP."""
    f = tables[isa]
    x = np.concatenate([samples("logaddexp", real)[0], np.linspace(-110, 110, 997).astype(real)])
    positive = x[x > 0]
    for got, want in (
        (f["logaddexp"](x, 0.0), f["softplus"](x)),
        (f["logaddexp"](0.0, x), f["softplus"](x)),
        (f["softminimum"](x, 0.0), f["softminus"](x)),
        (f["log_prob"](x, 1), f["log_prob_1"](x)),
        (f["log_prob"](x, 0), f["log_prob_0"](x)),
        (f["logsubexp"](positive, 0.0), f["softplusinv"](positive)),
    ):
        assert got.dtype == real
        assert (np.abs(got - want) <= np.maximum(np.spacing(np.abs(got)), np.spacing(np.abs(want)))).all()


def test_difference_of_softplus(isa, real):
    """softplus(x) - softplus(-x) = x within the errors of the two terms."""
    x, slack = examples("softplus", real), bound("softplus", real).ulp
    terms = [tables[isa]["softplus"](x), tables[isa]["softplus"](-x)]
    with precisely():
        for value, *pair in zip(x, *terms, strict=True):
            up, down = map(to_mp, pair)
            # the bound is in ULP of the exact value; a result rounded up to a power of 2 has a larger ULP
            allowed = slack * sum(gmpy2.exp2(ulp_exponent(term, FORMATS[real])) for term in (up, down))
            assert abs(up - down - to_mp(value)) <= allowed, value


def test_probabilities_add_up(isa, real):
    """sigmoid(x) + one_minus_sigmoid(x) = 1 within the errors of the two terms."""
    x, names = examples("sigmoid", real), ("sigmoid", "one_minus_sigmoid")
    slacks = [bound(name, real).ulp for name in names]
    with precisely():
        for value, *pair in zip(x, *(tables[isa][name](x) for name in names), strict=True):
            terms = [to_mp(p) for p in pair]
            allowed = sum(s * gmpy2.exp2(ulp_exponent(t, FORMATS[real])) for s, t in zip(slacks, terms, strict=True))
            assert abs(terms[0] + terms[1] - 1) <= allowed, value


def test_row_of_one_label(isa, real):
    """log_likelihood of one element is log_prob, logsumexp of two is logaddexp, within the bounds of both."""
    f = tables[isa]
    x, t = samples("log_prob", real)
    for one, many, rows in (
        ("log_prob", f["log_likelihood"](x[:, None], t[:, None]), (x, t)),
        ("logaddexp", f["logsumexp"](np.stack(samples("logaddexp", real), -1)), samples("logaddexp", real)),
    ):
        y = f[one](*rows)
        off = np.abs(many.astype("f8") - y) - 2 * np.spacing(np.maximum(np.abs(y), np.abs(many))).astype("f8")
        assert (off[np.isfinite(y)] <= 2.0 ** (-26 if real == "f4" else -55)).all()
