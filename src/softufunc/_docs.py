"""The docstrings of the ufuncs: DOCS[name], without the signature line, which NumPy writes."""

_TEMPLATE = """\
{summary}

{definition}

Parameters
----------
x : array_like
    {domain}
out : ndarray, None, or tuple of ndarray and None, optional
    Where to store the result: an array of a shape that the input broadcasts
    to. If not given or None, a new array is made.
where : array_like, optional
    Condition, broadcast over the input: only the elements where it is True
    are computed. The others keep the value that they have in `out`; without
    `out` they are uninitialized.
**kwargs
    The other keyword arguments of a ufunc: `casting`, `order`, `dtype`,
    `subok` and `signature`. See `numpy.ufunc`.

Returns
-------
out : ndarray or scalar
    {returns}
    Floating-point types are kept; booleans and integers of every size give
    float64. This is a scalar if `x` is a scalar.

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
  (units in the last place), subnormal results included. float16 results are
  correctly rounded. longdouble results come from the long double functions of
  the C library.
* Identity: {identity}.
* Derivative: {derivative}.
* Inverse: {inverse}.
* Other names: {synonyms}.

{notes}

References
----------
{references}

Examples
--------
>>> import numpy as np
>>> import softufunc
{examples}"""

_MAECHLER = """\
M. Maechler (2012), "Accurately Computing ``log(1 - exp(-|a|))``,
   Assessed by the Rmpfr package",
   https://cran.r-project.org/package=Rmpfr/vignettes/log1mexp-note.pdf"""
_DUGAS = """\
C. Dugas, Y. Bengio, F. Belisle, C. Nadeau and R. Garcia (2001),
   "Incorporating Second-Order Functional Knowledge for Better Option
   Pricing", Advances in Neural Information Processing Systems 13, 472-478"""
_COX = """\
D. R. Cox (1958), "The Regression Analysis of Binary Sequences",
   Journal of the Royal Statistical Society B 20, 215-242"""
_BERKSON = """\
J. Berkson (1944), "Application of the Logistic Function to Bio-Assay",
   Journal of the American Statistical Association 39, 357-365"""

# What holds unless a function says otherwise.
_USUAL = {
    "domain": "Input values.",
    "bound": "0.75 ULP in float32 and float64",
    "warns": """\
Never for infinities and nan. A tiny result may raise underflow, which
    NumPy ignores unless told otherwise.""",
}

_TEXTS = {
    "softplus": {
        "summary": "Softplus, ``log(1 + exp(x))``.",
        "definition": "A smooth version of ``maximum(x, 0)``: positive, increasing and convex.",
        "returns": "``log(1 + exp(x))``, element by element.",
        "special": """\
``softplus(-inf) = +0``, ``softplus(inf) = inf``,
  ``softplus(nan) = nan``, ``softplus(0) = log(2)``""",
        "identity": "``softplus(x) - softplus(-x) = x``",
        "derivative": "``sigmoid(x)``",
        "inverse": "``softplusinv``",
        "synonyms": "log1pexp, log1p_exp",
        "notes": """\
Computed as ``maximum(x, 0) + log1p(exp(-abs(x)))``, which neither overflows
nor cancels [1]_; the name is that of [2]_. To make a parameter positive,
``softplus(x + softplusinv(c))`` is the curve that passes through `c` at
``x = 0``.""",
        "references": [_MAECHLER, _DUGAS],
        "examples": """\
>>> softufunc.softplus(np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0]))
array([0.00000000e+00, 3.13261688e-01, 6.93147181e-01, 1.31326169e+00,
       1.00000000e+03])
>>> softufunc.softplus(-740.0)
np.float64(4.2e-322)

The cross-entropy of the label `t` and the logit `x`:

>>> x, t = np.array([-50.0, 0.5, 3.0]), np.array([1, 0, 1])
>>> softufunc.softplus(x) - t * x
array([5.00000000e+01, 9.74076984e-01, 4.85873516e-02])""",
        "see_also": ["softplusinv", "softminus", "sigmoid", "log_prob_0"],
    },
    "softminus": {
        "summary": "Softminus, ``x - log(1 + exp(x))``: the logarithm of the sigmoid.",
        "definition": """\
A smooth version of ``minimum(x, 0)``: negative, increasing and concave. The
name has been given to other functions elsewhere; here it is
``x - softplus(x) = -softplus(-x) = log(sigmoid(x))``.""",
        "returns": "``x - log(1 + exp(x))``, element by element.",
        "special": """\
``softminus(-inf) = -inf``, ``softminus(inf) = -0.0``,
  ``softminus(nan) = nan``, ``softminus(0) = -log(2)``""",
        "identity": "``softminus(x) = -softplus(-x)``, bit for bit",
        "derivative": "``one_minus_sigmoid(x)``",
        "inverse": "``softminusinv``",
        "synonyms": """\
log_sigmoid, logsigmoid, log_expit, loglogistic, log_inv_logit,
  ``plogis(x, log.p = TRUE)``""",
        "notes": """\
``log(sigmoid(x))`` itself loses every digit for large positive `x`, where the
sigmoid rounds to 1, and is ``-inf`` for large negative `x`. This is computed
as softplus is [1]_.""",
        "references": [_MAECHLER],
        "examples": """\
>>> softufunc.softminus(np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0]))
array([-1.00000000e+03, -1.31326169e+00, -6.93147181e-01, -3.13261688e-01,
       -0.00000000e+00])
>>> x = np.array([-3.0, 0.0, 2.0])
>>> np.array_equal(softufunc.softminus(x), -softufunc.softplus(-x))
True""",
        "see_also": ["softminusinv", "softplus", "log_prob_1", "sigmoid"],
    },
    "sigmoid": {
        "summary": "Logistic sigmoid, ``1 / (1 + exp(-x))``.",
        "definition": """\
The probability that belongs to the log-odds `x`; the distribution function of
the logistic law.""",
        "returns": "``1 / (1 + exp(-x))``, element by element.",
        "special": """\
``sigmoid(-inf) = 0``, ``sigmoid(inf) = 1``,
  ``sigmoid(nan) = nan``, ``sigmoid(0) = 1/2``""",
        "identity": "``sigmoid(x) = one_minus_sigmoid(-x)``, bit for bit",
        "derivative": "``sigmoid_grad(x) = sigmoid(x) * one_minus_sigmoid(x)``",
        "inverse": "``logit``",
        "synonyms": "expit, logistic, inv_logit, ``plogis(x)``",
        "bound": "0.75 ULP in float64, 0.95 ULP in float32",
        "notes": """\
The logistic model of binary data is that of [1]_. For negative `x` this is
``exp(x) / (1 + exp(x))``: ``1 / (1 + exp(-x))`` as written overflows there,
and so returns 0 for numbers that can still be represented.""",
        "references": [_COX],
        "examples": """\
>>> softufunc.sigmoid(np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0]))
array([0.        , 0.26894142, 0.5       , 0.73105858, 1.        ])
>>> softufunc.sigmoid(-720.0)
np.float64(2.0322308024e-313)""",
        "see_also": ["logit", "one_minus_sigmoid", "softminus", "sigmoid_grad"],
    },
    "one_minus_sigmoid": {
        "summary": "One minus the logistic sigmoid, ``1 / (1 + exp(x))``.",
        "definition": """\
The probability of class 0 where `x` is the log-odds of class 1, accurate also
when it is small.""",
        "returns": "``1 / (1 + exp(x))``, element by element.",
        "special": """\
``one_minus_sigmoid(-inf) = 1``,
  ``one_minus_sigmoid(inf) = 0``, ``one_minus_sigmoid(nan) = nan``,
  ``one_minus_sigmoid(0) = 1/2``""",
        "identity": "``one_minus_sigmoid(x) = sigmoid(-x)``, bit for bit",
        "derivative": "``-sigmoid_grad(x)``",
        "inverse": "``-logit``",
        "synonyms": "``plogis(x, lower.tail = FALSE)``, ``expit(-x)``",
        "bound": "0.75 ULP in float64, 0.95 ULP in float32",
        "notes": """\
The subtraction ``1 - sigmoid(x)`` loses every digit for large `x`; this
function does not subtract. With `sigmoid` it gives the weights
``sigmoid(x) * one_minus_sigmoid(x)`` of Newton's method for the logistic model
[1]_.""",
        "references": [_COX],
        "examples": """\
>>> softufunc.one_minus_sigmoid(np.array([-1.0, 0.0, 1.0]))
array([0.73105858, 0.5       , 0.26894142])
>>> 1 - softufunc.sigmoid(40.0)
np.float64(0.0)
>>> softufunc.one_minus_sigmoid(40.0)
np.float64(4.248354255291589e-18)""",
        "see_also": ["sigmoid", "logit", "log_prob_0", "sigmoid_grad"],
    },
    "logit": {
        "summary": "Logit, ``log(x / (1 - x))``: the inverse of the sigmoid.",
        "definition": "The log-odds of the probability `x`.",
        "domain": "Probabilities, from 0 to 1.",
        "returns": "``log(x / (1 - x))``, element by element.",
        "warns": """\
Divide by zero at 0 and 1; invalid value outside the interval from 0 to 1.
    Never for nan.""",
        "special": """\
``logit(0) = -inf``, ``logit(1) = inf``, ``logit(1/2) = +0``,
  ``logit(nan) = nan``, and nan for other values outside the interval from 0 to
  1""",
        "identity": "``logit(1 - x) = -logit(x)`` where ``1 - x`` is exact",
        "derivative": "``1 / (x * (1 - x))``",
        "inverse": "``sigmoid``",
        "synonyms": "log-odds, ``qlogis(x)``",
        "notes": """\
The name is that of [1]_. Next to ``x = 1/2`` the quotient is close to 1 and
its logarithm would lose digits: it is ``2 * arctanh(2 * x - 1)`` there, with
``2 * x - 1`` exact.""",
        "references": [_BERKSON],
        "examples": """\
>>> softufunc.logit(np.array([0.1, 0.5, 0.9]))
array([-2.19722458,  0.        ,  2.19722458])
>>> softufunc.logit(0.5000000000000001)
np.float64(4.440892098500626e-16)
>>> with np.errstate(divide="ignore"):
...     softufunc.logit(np.array([0.0, 1.0]))
array([-inf,  inf])""",
        "see_also": ["sigmoid", "one_minus_sigmoid", "softminusinv"],
    },
    "softplusinv": {
        "summary": "Inverse of softplus, ``log(exp(x) - 1)``.",
        "definition": "The `y` with ``softplus(y) = x``.",
        "domain": "Positive values.",
        "returns": "``log(exp(x) - 1)``, element by element.",
        "warns": """\
Divide by zero at 0; invalid value for negative `x`. Never for nan and
    ``inf``.""",
        "special": """\
``softplusinv(0) = -inf``, ``softplusinv(inf) = inf``,
  ``softplusinv(nan) = nan``, and nan for negative `x`""",
        "identity": "``softplusinv(x) = -softminusinv(-x)``, bit for bit",
        "derivative": "``1 / (1 - exp(-x))``",
        "inverse": "``softplus``",
        "synonyms": "logexpm1, softplus_inverse, invsoftplus",
        "notes": """\
The formulas ``log(expm1(x))`` and ``x + log1p(-exp(-x))`` [1]_ both lose
digits next to the zero at ``x = log(2)``; the function is accurate there too.""",
        "references": [_MAECHLER],
        "examples": """\
>>> softufunc.softplusinv(np.array([1e-20, 0.7, 1.0, 1000.0]))
array([-4.60517019e+01,  1.36589972e-02,  5.41324855e-01,  1.00000000e+03])

A positive parameter that starts at 2:

>>> softufunc.softplus(0.0 + softufunc.softplusinv(2.0))
np.float64(2.0)""",
        "see_also": ["softplus", "softminusinv"],
    },
    "softminusinv": {
        "summary": "Inverse of softminus, ``x - log(1 - exp(x))``.",
        "definition": "The log-odds of the probability ``exp(x)``: the `y` with ``softminus(y) = x``.",
        "domain": "Negative values, such as logarithms of probabilities.",
        "returns": "``x - log(1 - exp(x))``, element by element.",
        "warns": """\
Divide by zero at 0; invalid value for positive `x`. Never for nan and
    ``-inf``.""",
        "special": """\
``softminusinv(-inf) = -inf``, ``softminusinv(0) = inf``,
  ``softminusinv(nan) = nan``, and nan for positive `x`""",
        "identity": "``softminusinv(x) = -softplusinv(-x)``, bit for bit",
        "derivative": "``1 / (1 - exp(x))``",
        "inverse": "``softminus``",
        "synonyms": "logitexp, ``qlogis(x, log.p = TRUE)``",
        "notes": """\
Computed as softplusinv is, with the logarithm of ``1 - exp(x)`` treated in
[1]_.""",
        "references": [_MAECHLER],
        "examples": """\
>>> softufunc.softminusinv(np.array([-1000.0, -1.0, -1e-20]))
array([-1.00000000e+03, -5.41324855e-01,  4.60517019e+01])
>>> round(float(softufunc.softminusinv(softufunc.softminus(3.0))), 12)
3.0""",
        "see_also": ["softminus", "softplusinv", "logit"],
    },
    "log1mexp": {
        "summary": "``log(1 - exp(x))`` for ``x <= 0``: the argument itself is negative, not minus the argument.",
        "definition": """\
With `x` the logarithm of a probability, this is the logarithm of one minus the
probability. Some libraries take ``-x`` instead (their ``log1mexp(a)`` is
``log(1 - exp(-a))``, ``a > 0``).""",
        "domain": "Negative values, such as logarithms of probabilities.",
        "returns": "``log(1 - exp(x))``, element by element.",
        "warns": """\
Divide by zero at 0; invalid value for positive `x`. Never for nan and
    ``-inf``. A tiny result may raise underflow, which NumPy ignores unless
    told otherwise.""",
        "special": """\
``log1mexp(-inf) = -0.0``, ``log1mexp(0) = -inf``,
  ``log1mexp(nan) = nan``, and nan for positive `x`""",
        "identity": "``softminusinv(x) = x - log1mexp(x)``",
        "derivative": "``-1 / (exp(-x) - 1) = -exp(softminusinv(x))``",
        "inverse": "``log1mexp``",
        "synonyms": "log1m_exp, ``R_Log1_Exp``",
        "notes": """\
``log(-expm1(x))`` loses every digit for large negative `x`, ``log1p(-exp(x))``
next to 0, and the usual choice between them at ``-log(2)`` [1]_ is off by more
than one unit in the last place on both sides of it.""",
        "references": [_MAECHLER],
        "examples": """\
>>> softufunc.log1mexp(np.array([-1e-20, -1.0, -50.0, -745.0]))
array([-4.60517019e+001, -4.58675145e-001, -1.92874985e-022,
       -4.94065646e-324])

The log-probability of class 0 from that of class 1:

>>> x = np.array([-2.0, 0.5, 3.0])
>>> np.allclose(softufunc.log1mexp(softufunc.log_prob_1(x)), softufunc.log_prob_0(x), rtol=1e-14)
True""",
        "see_also": ["softminusinv", "log_prob_0", "log_prob_1"],
    },
    "log_prob_0": {
        "summary": "Logarithm of the probability of class 0, ``-log(1 + exp(x))``.",
        "definition": "``log(one_minus_sigmoid(x))``, where `x` is the log-odds of class 1.",
        "returns": "``-log(1 + exp(x))``, element by element.",
        "special": """\
``log_prob_0(-inf) = -0.0``, ``log_prob_0(inf) = -inf``,
  ``log_prob_0(nan) = nan``, ``log_prob_0(0) = -log(2)``""",
        "identity": "``log_prob_0(x) = -softplus(x) = log_prob_1(-x)``, bit for bit",
        "derivative": "``-sigmoid(x)``",
        "inverse": "``softplusinv(-x)``",
        "synonyms": """\
log1mlogistic, log1m_inv_logit,
  ``plogis(x, lower.tail = FALSE, log.p = TRUE)``""",
        "notes": "Computed as softplus is [1]_.",
        "references": [_MAECHLER],
        "examples": """\
>>> softufunc.log_prob_0(np.array([-40.0, 0.0, 1000.0]))
array([-4.24835426e-18, -6.93147181e-01, -1.00000000e+03])""",
        "see_also": ["log_prob_1", "softplus", "one_minus_sigmoid"],
    },
    "log_prob_1": {
        "summary": "Logarithm of the probability of class 1, ``-log(1 + exp(-x))``.",
        "definition": """\
``log(sigmoid(x))``, where `x` is the log-odds of class 1: softminus, by its
name in classification.""",
        "returns": "``-log(1 + exp(-x))``, element by element.",
        "special": """\
``log_prob_1(-inf) = -inf``, ``log_prob_1(inf) = -0.0``,
  ``log_prob_1(nan) = nan``, ``log_prob_1(0) = -log(2)``""",
        "identity": "``log_prob_1(x) = softminus(x) = -softplus(-x)``, bit for bit",
        "derivative": "``one_minus_sigmoid(x)``",
        "inverse": "``softminusinv``",
        "synonyms": "those of softminus",
        "notes": "Computed as softplus is [1]_.",
        "references": [_MAECHLER],
        "examples": """\
>>> x = np.array([-2.0, 0.5, 3.0])
>>> softufunc.log_prob_1(x)
array([-2.12692801, -0.47407698, -0.04858735])

The log-likelihood of a logistic model with the logits `x` and the labels `t`:

>>> t = np.array([False, True, True])
>>> log_prob = np.where(t, softufunc.log_prob_1(x), softufunc.log_prob_0(x))
>>> round(float(log_prob.sum()), 12)
-0.649592346797""",
        "see_also": ["log_prob_0", "softminus", "sigmoid"],
    },
    "sigmoid_grad": {
        "summary": "Derivative of the sigmoid, ``sigmoid(x) * one_minus_sigmoid(x)``.",
        "definition": """\
The density of the logistic distribution, and the weight of an observation in
Newton's method for the logistic model, accurate also where it is small.""",
        "returns": "``exp(x) / (1 + exp(x))**2``, element by element.",
        "special": """\
``sigmoid_grad(-inf) = sigmoid_grad(inf) = 0``,
  ``sigmoid_grad(nan) = nan``, ``sigmoid_grad(0) = 1/4``""",
        "identity": "``sigmoid_grad(-x) = sigmoid_grad(x)``, bit for bit",
        "derivative": "``sigmoid_grad(x) * (one_minus_sigmoid(x) - sigmoid(x))``",
        "inverse": "none, as the function is even",
        "synonyms": "``dlogis(x)``, ``logistic.pdf``",
        "notes": """\
With ``s = sigmoid(x)`` the product ``s * (1 - s)`` loses every digit for large
`x`. The weights are those of [1]_.""",
        "references": [_COX],
        "examples": """\
>>> softufunc.sigmoid_grad(np.array([-1.0, 0.0, 1.0]))
array([0.19661193, 0.25      , 0.19661193])
>>> s = softufunc.sigmoid(40.0)
>>> s * (1 - s)
np.float64(0.0)
>>> softufunc.sigmoid_grad(40.0)
np.float64(4.248354255291589e-18)""",
        "see_also": ["sigmoid", "one_minus_sigmoid"],
    },
}


def _docstring(text):
    fields = {
        **_USUAL,
        **text,
        "see_also": "\n".join(f"{name} : {_TEXTS[name]['summary']}" for name in text["see_also"]),
        "references": "\n".join(f".. [{i}] {reference}" for i, reference in enumerate(text["references"], 1)),
    }
    return _TEMPLATE.format(**fields)


DOCS = {name: _docstring(text) for name, text in _TEXTS.items()}
