"""The docstrings of the generalised ufuncs: DOCS_OF_REDUCTIONS[name], without NumPy's signature line."""

_TEMPLATE = """\
{summary}

{definition}

Parameters
----------
{parameters}
out : ndarray, None, or tuple of ndarray and None, optional
    Where to store the result: an array of the shape of the result. If not
    given or None, a new array is made.
axis : int, optional
    The axis that is summed over (default: the last one). The other axes are
    kept{broadcast}.
axes : list of tuples, optional
    {axes}
keepdims : bool, optional
    Keep the summed axis, with length 1.
**kwargs
    The other keyword arguments of a generalised ufunc: `casting`, `order`,
    `dtype`, `subok` and `signature`. See `numpy.ufunc`.

Returns
-------
out : ndarray or scalar
    {returns}

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
* Accuracy: {accuracy}
* Identity: {identity}.
* Derivative: {derivative}.
* Other names: {synonyms}.
* The result does not depend on strides: an axis of any layout gives the bits
  of a contiguous copy.

{notes}

References
----------
{references}

Examples
--------
>>> import numpy as np
>>> import softufunc
{examples}"""

_TEXTS = {
    "logsumexp": {
        "summary": "Logarithm of the sum of exponentials, ``log(sum(exp(x)))``, over an axis.",
        "definition": "The normalising constant of the log-probabilities `x`, without overflow.",
        "parameters": """\
x : array_like
    Input values, with at least one dimension.""",
        "broadcast": "",
        "axes": "``[axis]``, or ``[axis, ()]`` as NumPy's generalised ufuncs take it.",
        "returns": """\
``log(sum(exp(x)))``, in the shape of `x` without the axis. Floating-point
    types are kept; booleans and integers of every size give float64. This is a
    scalar if `x` has one dimension. Over no element it is ``-inf``.""",
        "warns": "Never, except for a float16 result too large for the type.",
        "special": """\
``-inf`` adds nothing, ``inf`` gives ``inf``, nan gives nan also
  beside ``inf``""",
        "accuracy": """\
the error is below 0.52 ULP (units in the last place) of the
  result and 2**-55 in float64, below 0.51 ULP and 2**-26 in float32, however
  many elements there are; the absolute part shows where the result is near 0.
  float16 is computed in float32. longdouble results come from the long double
  functions of the C library.""",
        "notes": """\
Every exponential is ``2**k * exp(r)``, ``abs(r) <= log(2) / 2``, and a common
power of 2 is taken out of all of them, which costs no accuracy; the usual way
subtracts the maximum [1]_, whose rounding error is in every term. The terms are
added up with their rounding errors.

``logaddexp.reduce`` gives the same over one contiguous or strided axis. Over
other axes NumPy adds element by element there, so that errors grow with their
number: this function is as accurate on every axis.""",
        "identity": "``logsumexp([x, 0])`` is ``softplus(x)`` but for the last bit",
        "derivative": "``exp(x - logsumexp(x))``",
        "synonyms": "scipy.special.logsumexp, torch.logsumexp, log_sum_exp, reduce_logsumexp",
        "references": [
            """\
P. Blanchard, D. J. Higham and N. J. Higham (2021), "Accurately computing
   the log-sum-exp and softmax functions", IMA Journal of Numerical Analysis 41,
   2311-2330"""
        ],
        "see_also": ["log_likelihood"],
        "examples": """\
>>> x = np.array([[1000.0, 1000.0], [-1000.0, -1001.0]])
>>> softufunc.logsumexp(x)
array([1000.69314718, -999.68673831])
>>> softufunc.logsumexp(x, axis=0, keepdims=True).shape
(1, 2)

Two halves, rounded: the sum is not quite 1.

>>> softufunc.logsumexp(np.log([0.5, 0.5]))
np.float64(2.3190468138462996e-17)""",
    },
    "log_likelihood": {
        "summary": "Log-likelihood of the labels `t` given the logits `x`, summed over an axis.",
        "definition": """\
The sum of ``t * log_prob_1(x) + (1 - t) * log_prob_0(x)``; minus this sum is
the cross-entropy, the loss of logistic regression.""",
        "parameters": """\
x1 : array_like
    Logits `x`: log-odds of class 1.
x2 : array_like
    Labels `t`: 0 or 1, False or True, or probabilities in between. The two
    have at least one dimension, and axes of the same length.""",
        "broadcast": " and broadcast",
        "axes": "One axis for each argument, and the result: ``[axis, axis, ()]``.",
        "returns": """\
``sum(t * log_prob_1(x) + (1 - t) * log_prob_0(x))``, in the broadcast shape
    of the other axes. Booleans and integers as labels leave the type of the
    logits alone: float32 logits give float32. Two floating-point types are
    promoted as NumPy promotes them; if both are integers, this is float64. It
    is a scalar if `x` and `t` have one dimension. Over no element it is 0.""",
        "warns": "Overflow, if the sum of finite terms is too large.",
        "special": """\
0 times infinity is 0: the logit ``inf`` with the label 1 adds
  nothing, with the label 0 ``-inf``; ``-inf`` the other way round; nan gives
  nan""",
        "accuracy": """\
the error is below half a ULP (unit in the last place) of the
  result and 2**-52 (2**-23 in float32) times the sum of the absolute terms,
  however many there are; for labels from 0 to 1 the latter is the result
  itself. float16 is computed in float32. longdouble results come from the long
  double functions of the C library.""",
        "notes": """\
A term is minus ``log1p(exp(-abs(x)))`` minus ``abs(x)`` times ``t`` or
``1 - t``: two numbers of one sign. It is affine in `t`, outside of the interval
from 0 to 1 as well. Nothing but the result is written to memory. The model is
that of [1]_.""",
        "identity": "``sum(log_prob(x, t))``, with smaller rounding errors",
        "derivative": "by a logit ``t - sigmoid(x)``, by its label ``x``",
        "synonyms": """\
minus: binary_cross_entropy_with_logits with reduction='sum',
  log_loss of a probability ``sigmoid(x)``""",
        "references": [
            """\
D. R. Cox (1958), "The Regression Analysis of Binary Sequences",
   Journal of the Royal Statistical Society B 20, 215-242"""
        ],
        "see_also": ["logsumexp"],
        "examples": """\
>>> x = np.array([2.0, -1.0, 0.5])
>>> t = np.array([True, False, True])
>>> round(float(softufunc.log_likelihood(x, t)), 12)
-0.914266682741

One model for each row of weights, all at once:

>>> data, weights = np.array([[1.0, 2.0], [1.0, -1.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.5, 0.0]])
>>> softufunc.log_likelihood(weights @ data.T, t).round(6)
array([-1.133337, -1.922231])""",
    },
}


def _docstring(text):
    fields = {
        **text,
        "see_also": "\n".join(f"{name} : {_TEXTS[name]['summary']}" for name in text["see_also"]),
        "references": "\n".join(f".. [{i}] {reference}" for i, reference in enumerate(text["references"], 1)),
    }
    return _TEMPLATE.format(**fields)


DOCS_OF_REDUCTIONS = {name: _docstring(text) for name, text in _TEXTS.items()}
