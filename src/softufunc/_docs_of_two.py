"""The docstrings of the ufuncs with two arguments: DOCS_OF_TWO[name], as in _docs.py."""

_TEMPLATE = """\
{summary}

{definition}

Parameters
----------
x, {second} : array_like
    {arguments}
out : ndarray, None, or tuple of ndarray and None, optional
    Where to store the result: an array of a shape that the inputs broadcast
    to. If not given or None, a new array is made.
where : array_like, optional
    Condition, broadcast over the inputs: only the elements where it is True
    are computed. The others keep the value that they have in `out`; without
    `out` they are uninitialized.
**kwargs
    The other keyword arguments of a ufunc: `casting`, `order`, `dtype`,
    `subok` and `signature`. See `numpy.ufunc`.

Returns
-------
out : ndarray or scalar
    {returns}
    {types}
    This is a scalar if both arguments are scalars.

Warns
-----
RuntimeWarning
    {warns}

See Also
--------
{see_also}

Notes
-----
* Special values: {special}.
* Accuracy: the error is below {bound}
  (units in the last place){where}.
  float16 results are those of float32, rounded once. longdouble results come
  from the long double functions of the C library.
* Identity: {identity}.
* Derivative: {derivative}.
* Methods: {methods}.
* Other names: {synonyms}.

{notes}

References
----------
.. [1] {reference}

Examples
--------
>>> import numpy as np
>>> import softufunc
{examples}"""

_PROMOTE = """\
Floating-point types are promoted as NumPy promotes them; two integers or
    booleans give float64."""
_BLANCHARD = """\
P. Blanchard, D. J. Higham and N. J. Higham (2021), "Accurately computing
   the log-sum-exp and softmax functions", IMA Journal of Numerical Analysis 41,
   2311-2330"""
_COOK = """\
J. D. Cook (2010), "Soft maximum",
   https://www.johndcook.com/blog/2010/01/13/soft-maximum/"""
_MAECHLER = """\
M. Maechler (2012), "Accurately computing log(1 - exp(-abs(a)))", vignette of
   the R package Rmpfr"""
_COX = """\
D. R. Cox (1958), "The regression analysis of binary sequences", Journal of
   the Royal Statistical Society B 20, 215-242"""

_TEXTS = {
    "logaddexp": {
        "summary": "Logarithm of the sum of two exponentials, ``log(exp(x) + exp(y))``.",
        "definition": """\
The logarithm of ``p + q`` where `x` and `y` are the logarithms of `p` and `q`;
a smooth version of ``maximum(x, y)``.""",
        "second": "y",
        "arguments": "Input values.",
        "returns": "``log(exp(x) + exp(y))``, element by element.",
        "types": _PROMOTE,
        "warns": "Never.",
        "see_also": """\
logsubexp : The logarithm of a difference.
softminimum : The mirror image, a smooth minimum.
logsumexp : The same for a whole axis.""",
        "special": """\
``logaddexp(-inf, y) = y``, ``logaddexp(inf, y) = inf`` unless `y`
  is nan; nan gives nan""",
        "bound": "0.8 ULP in float32 and float64",
        "where": ", also next to\n  the curve ``exp(x) + exp(y) = 1``, where the result is near zero",
        "identity": "``logaddexp(x, 0)`` is ``softplus(x)`` but for the last bit",
        "derivative": "``sigmoid(x - y)`` by `x`, ``sigmoid(y - x)`` by `y`",
        "methods": """\
the identity is ``-inf``. `reduce` and `reduceat` over a contiguous
  or strided axis are a `logsumexp`, whose error does not grow with the length
  (NumPy 2.2: with that of 8192 elements at once)""",
        "synonyms": "numpy.logaddexp, torch.logaddexp, log_sum_exp, log_add_exp",
        "notes": """\
Computed as ``maximum + log1p(exp(-abs(x - y)))`` [1]_ with the rounding errors
of the difference and of the exponential. Where the two terms cancel, all digits
would be lost; there it is computed once more, with integers of 128 bits.""",
        "reference": _BLANCHARD,
        "examples": """\
>>> softufunc.logaddexp(-1000.0, [-1000.0, -1001.0, -np.inf])
array([ -999.30685282,  -999.68673831, -1000.        ])

Next to the curve ``exp(x) + exp(y) = 1``:

>>> softufunc.logaddexp(-np.log(2), -np.log(2))
np.float64(2.3190468138462996e-17)

A running total of probabilities, and totals of groups:

>>> log_p = np.log([0.1, 0.2, 0.3, 0.4])
>>> np.exp(softufunc.logaddexp.accumulate(log_p)).round(12)
array([0.1, 0.3, 0.6, 1. ])
>>> np.exp(softufunc.logaddexp.reduceat(log_p, [0, 2])).round(12)
array([0.3, 0.7])""",
    },
    "logsubexp": {
        "summary": "Logarithm of the difference of two exponentials, ``log(exp(x) - exp(y))``.",
        "definition": "The logarithm of ``p - q`` where `x` and `y` are the logarithms of `p` and `q`.",
        "second": "y",
        "arguments": "Input values, ``y <= x``.",
        "returns": "``log(exp(x) - exp(y))``, element by element.",
        "types": _PROMOTE,
        "warns": """\
Where ``x < y`` and where both are ``inf``: invalid. Where `x` and `y` are
    equal and finite: divide.""",
        "see_also": """\
logaddexp : The logarithm of a sum; the inverse.
log1mexp : The same for ``x = 0``.
softplusinv : The same for ``y = 0``.""",
        "special": """\
``logsubexp(x, x) = -inf``, ``logsubexp(x, -inf) = x``,
  ``logsubexp(inf, y) = inf`` for ``y < inf``, nan where ``x < y`` and for
  ``(inf, inf)``; nan gives nan""",
        "bound": "0.8 ULP in float32 and float64",
        "where": ", also next to\n  the curve ``exp(x) - exp(y) = 1``, where the result is near zero",
        "identity": "``logsubexp(logaddexp(x, y), y)`` is `x`, as far as the rounded sum holds it",
        "derivative": "``exp(-log1mexp(y - x))`` by `x`, ``-exp(softminusinv(y - x))`` by `y`",
        "methods": "there is no identity: `reduce` of nothing is an error",
        "synonyms": "log_diff_exp, log_sub_exp, log_subtract, logdiffexp",
        "notes": """\
Computed as ``x + log(1 - exp(y - x))`` [1]_ by the way of `softplusinv`, with
the rounding error of the difference. Where the two terms cancel, all digits
would be lost; there it is computed once more, with integers of 128 bits.""",
        "reference": _MAECHLER,
        "examples": """\
>>> softufunc.logsubexp(-1000.0, [-1000.5, -1001.0, -np.inf])
array([-1000.93275213, -1000.45867515, -1000.        ])

The probability between two points of a distribution whose logarithms of
cumulative probabilities are given:

>>> log_cdf = softufunc.log_prob_1(np.array([-41.0, -40.0]))
>>> softufunc.logsubexp(log_cdf[1], log_cdf[0])
np.float64(-40.45867514538708)""",
    },
    "softminimum": {
        "summary": "Smooth minimum of two numbers, ``-log(exp(-x) + exp(-y))``.",
        "definition": """\
The mirror image of `logaddexp`: below ``minimum(x, y)``, by ``log(2)`` at most.""",
        "second": "y",
        "arguments": "Input values.",
        "returns": "``-log(exp(-x) + exp(-y))``, element by element.",
        "types": _PROMOTE,
        "warns": "Never.",
        "see_also": """\
logaddexp : The smooth maximum.
softminus : ``softminimum(x, 0)``.""",
        "special": """\
``softminimum(inf, y) = y``, ``softminimum(-inf, y) = -inf`` unless
  `y` is nan; nan gives nan""",
        "bound": "0.8 ULP in float32 and float64",
        "where": ", also next to\n  the curve ``exp(-x) + exp(-y) = 1``, where the result is near zero",
        "identity": "``softminimum(x, y) = -logaddexp(-x, -y)``, bit for bit",
        "derivative": "``sigmoid(y - x)`` by `x`, ``sigmoid(x - y)`` by `y`",
        "methods": """\
the identity is ``inf``; ``softminimum.reduce(x)`` is
  ``-logaddexp.reduce(-x)``, bit for bit""",
        "synonyms": "soft minimum, smooth minimum",
        "notes": """\
The name is the word of the literature on smooth minima, "soft minimum" [1]_,
and written as `numpy.minimum` is, of which this is the smooth version. It is
not called softmin: that is the name of ``softmax(-x)``, which gives weights
that sum to 1, and no minimum.

It adds what has the size ``exp(-x)``: costs of alternatives, energies of states,
negative log-likelihoods.""",
        "reference": _COOK,
        "examples": """\
>>> softufunc.softminimum([0.0, 1.0, 5.0], 1.0)
array([-0.31326169,  0.30685282,  0.98185007])
>>> softufunc.softminimum.reduce([3.0, 4.0, np.inf])
np.float64(2.686738312481777)""",
    },
    "log_prob": {
        "summary": "Log-probability of the label `t`, given the log-odds `x` of class 1.",
        "definition": """\
The log-likelihood of a Bernoulli variable; minus the binary cross-entropy with
logits.""",
        "second": "t",
        "arguments": """\
The log-odds of class 1, and the labels: 0 or 1, or a probability of class
    1 between them. Outside of 0 to 1 the same formula holds, and the two terms
    may cancel.""",
        "returns": "``t * log_prob_1(x) + (1 - t) * log_prob_0(x)``, element by element.",
        "types": """\
Floating-point types are promoted as NumPy promotes them; labels that are
    integers or booleans take the type of `x`, and two integers or booleans
    give float64.""",
        "warns": """\
Never for infinities and nan; overflow where the result of finite numbers
    is too large for the type.""",
        "see_also": """\
log_prob_0, log_prob_1 : The same for one label.
log_likelihood : The sum over an axis.""",
        "special": """\
``log_prob(inf, 1) = log_prob(-inf, 0) = -0.0``, 0 times an
  infinity being 0; ``log_prob(inf, t) = -inf`` for ``t < 1`` and
  ``log_prob(-inf, t) = -inf`` for ``t > 0``; nan gives nan""",
        "bound": "1 ULP in float32 and float64",
        "where": " for labels\n  from 0 to 1",
        "identity": """\
``log_prob(x, 1)`` is ``log_prob_1(x)`` and ``log_prob(x, 0)`` is
  ``log_prob_0(x)``, but for the last bit""",
        "derivative": "``t - sigmoid(x)`` by `x`, ``x`` by `t`",
        "methods": "there is no identity. For sums over an axis there is `log_likelihood`",
        "synonyms": "minus: binary_cross_entropy_with_logits, sigmoid_cross_entropy_with_logits",
        "notes": """\
Computed as ``-(log1p(exp(-abs(x))) + q * abs(x))``, ``q = where(x < 0, t, 1 -
t)``: two terms of one sign, where the usual ``t * x - softplus(x)`` [1]_ cancels.
float32 logits with integer or boolean labels stay float32.""",
        "reference": _COX,
        "examples": """\
>>> x, t = np.array([-50.0, 0.5, 40.0]), np.array([True, False, True])
>>> softufunc.log_prob(x, t)
array([-5.00000000e+01, -9.74076984e-01, -4.24835426e-18])
>>> softufunc.log_prob(np.float32(1), 1).dtype
dtype('float32')
>>> softufunc.log_prob(2.0, [0.0, 0.25, 1.0])
array([-2.12692801, -1.62692801, -0.12692801])""",
    },
}

DOCS_OF_TWO = {name: _TEMPLATE.format(**text) for name, text in _TEXTS.items()}
