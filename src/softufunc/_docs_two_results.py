"""The docstrings of the ufuncs with two results, as in _docs.py."""

from softufunc._docs import _COX, _MAECHLER

_TEMPLATE = """\
{summary}

{definition}

Parameters
----------
x : array_like
    Input values.
out : tuple of two ndarrays or None, optional
    Where to store the results: arrays of a shape that the input broadcasts
    to. Where it is None, a new array is made.
where : array_like, optional
    Condition, broadcast over the input: only the elements where it is True
    are computed. The others keep the values that they have in `out`; without
    `out` they are uninitialized.
**kwargs
    The other keyword arguments of a ufunc: `casting`, `order`, `dtype`,
    `subok` and `signature`. See `numpy.ufunc`.

Returns
-------
{returns}
    Floating-point types are kept; booleans and integers of every size give
    float64. Both are scalars if `x` is a scalar.

Warns
-----
RuntimeWarning
    Never for infinities and nan. A tiny result may raise underflow, which
    NumPy ignores unless told otherwise.

See Also
--------
{see_also}

Notes
-----
* Special values: those of {parts}.
* Accuracy: the error is below {bound}
  (units in the last place), subnormal results included. float16 results are
  correctly rounded. longdouble results come from the long double functions of
  the C library.
* Identity: {identity}.

{notes}

References
----------
.. [1] {reference}

Examples
--------
>>> import numpy as np
>>> import softufunc
{examples}"""

_TEXTS = {
    "softplus_sigmoid": {
        "summary": "Softplus and its derivative, the sigmoid, in one pass.",
        "definition": "``softplus(x)`` and ``sigmoid(x)`` share their exponential.",
        "returns": """\
softplus : ndarray or scalar
    ``log(1 + exp(x))``, element by element.
sigmoid : ndarray or scalar
    ``1 / (1 + exp(-x))``, element by element.""",
        "see_also": """\
softplus : The first result alone.
sigmoid : The second result alone.""",
        "parts": "softplus and sigmoid",
        "bound": "0.75 ULP in float32 and float64",
        "identity": """\
the first result is ``softplus(x)``, bit for bit; the second one
  may differ from ``sigmoid(x)`` in the last bit""",
        "notes": """\
A cross-entropy ``softplus(x) - t * x`` and its gradient ``sigmoid(x) - t``
[1]_ come from one call.""",
        "reference": _COX,
        "examples": """\
>>> x, t = np.array([-50.0, 0.5, 3.0]), np.array([1, 0, 1])
>>> value, slope = softufunc.softplus_sigmoid(x)
>>> value - t * x
array([5.00000000e+01, 9.74076984e-01, 4.85873516e-02])
>>> slope - t
array([-1.        ,  0.62245933, -0.04742587])""",
    },
    "log_probs": {
        "summary": "The log-probabilities of both classes, in one pass.",
        "definition": """\
``log_prob_0(x)`` and ``log_prob_1(x)``, where `x` is the log-odds of class 1,
share their logarithm.""",
        "returns": """\
log_prob_0 : ndarray or scalar
    ``-log(1 + exp(x))``, element by element.
log_prob_1 : ndarray or scalar
    ``-log(1 + exp(-x))``, element by element.""",
        "see_also": """\
log_prob_0 : The first result alone.
log_prob_1 : The second result alone.""",
        "parts": "log_prob_0 and log_prob_1",
        "bound": "0.75 ULP in float32 and float64",
        "identity": "the results are ``log_prob_0(x)`` and ``log_prob_1(x)``, bit for bit",
        "notes": "Computed as softplus is [1]_.",
        "reference": _MAECHLER,
        "examples": """\
>>> x = np.array([-40.0, 0.0, 1000.0])
>>> np.stack(softufunc.log_probs(x))
array([[-4.24835426e-18, -6.93147181e-01, -1.00000000e+03],
       [-4.00000000e+01, -6.93147181e-01, -0.00000000e+00]])""",
    },
}

DOCS_OF_TWO_RESULTS = {name: _TEMPLATE.format(**text) for name, text in _TEXTS.items()}
