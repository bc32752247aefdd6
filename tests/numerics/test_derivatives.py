"""The key `derivative` of the facts, shown in docs/derivatives.md, is accurate even for very small derivatives."""

import gmpy2
import numpy as np
import pytest

import softufunc
from tools.inputs import ELEMENTWISE, UNARY, normal_inputs
from tools.reference import FACTS, definition, expression, precisely

ONE_INPUT = [name for name in UNARY if FACTS[name].nout == 1]
TWO_INPUTS = [name for name in ELEMENTWISE if FACTS[name].nin == 2]
NAMES = vars(np) | {name: getattr(softufunc, name) for name in ELEMENTWISE} | {"np": np}


def turning(name):
    """Return the extrema of the function, where the derivative is 0."""
    return [end for interval in FACTS[name].monotone[1:] for end in interval[:1]]


def points(name):
    """Return inputs in the domain, including those with small but nonzero derivatives."""
    if FACTS[name].domain == (0.0, 1.0):
        return np.array([1e-300, 1e-9, 0.1, 0.5, 0.75, 1 - 2.0**-30])
    x = np.array([1e-9, 0.25, 0.5, 0.6931471805599453, 1.0, 3.0, 17.0, 40.0, 200.0, 700.0])
    low, high = FACTS[name].domain
    found = np.concatenate([-x if low < 0 else [], x if high > 0 else []])
    return found[~np.isin(found, turning(name))]


def slope(name, numbers, place=0):
    """Return the difference quotient with a relative step of 2^-400 in 2000 bits; its error is about 2^-700."""
    with gmpy2.context(precision=2000):
        numbers = [gmpy2.mpfr(float(v)) for v in numbers]
        h = abs(numbers[place]) * gmpy2.exp2(-400)
        up, down = ([*numbers[:place], numbers[place] + s * h, *numbers[place + 1 :]] for s in (1, -1))
        return (definition(name)(*up) - definition(name)(*down)) / (2 * h)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", ONE_INPUT)
def test_in_float64(name):
    """Evaluated in float64, the expression is accurate to a few ULP.

    The limit is 8 ULP, for NumPy's functions and up to five roundings; an exponential multiplies the relative error of
    its argument by the argument.
    """
    x = points(name)
    want = [slope(name, [value]) for value in x]
    (text,) = FACTS[name].derivative
    got = eval(text, NAMES | {"x": x})
    allowed = 8 + (np.abs(x) if "exp(" in text.replace("expm1(", "") else 0)
    with precisely():
        errors = np.array([float(abs((gmpy2.mpfr(float(g)) - w) / w)) for g, w in zip(got, want, strict=True)])
    assert (errors <= allowed * 2.0**-52).all(), dict(zip(x, errors * 2.0**52, strict=True))


@pytest.mark.parametrize("name", [name for name in ONE_INPUT if turning(name)])
def test_extrema(name):
    """The derivative is 0 where monotone intervals of the facts meet."""
    x = np.array(turning(name))
    assert (np.abs(eval(FACTS[name].derivative[0], NAMES | {"x": x})) <= 2.0**-52).all()
    assert all(abs(slope(name, [value])) < 2.0**-300 for value in x if value)


@pytest.mark.parametrize("name", ONE_INPUT)
def test_exactly(name):
    """The same expression evaluated with MPFR."""
    (text,) = FACTS[name].derivative
    for value in (*points(name), *normal_inputs(name, "f8")):
        want = slope(name, [value])
        with precisely():
            got = expression(text, ("x",))(gmpy2.mpfr(float(value)))
            assert abs(got / want - 1) < 2.0**-120, value


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", TWO_INPUTS)
def test_by_each_input(name):
    """The partial derivatives of binary functions at some points."""
    facts = FACTS[name]
    for x, y in [(2.0, 0.75), (5.0, 0.25), (0.5, 0.125)]:
        for place, text in enumerate(facts.derivative):
            got = eval(text, NAMES | dict(zip(facts.parameters, (x, y), strict=True)))
            want = float(slope(name, [x, y], place))
            assert abs(got - want) <= 40 * np.spacing(abs(want)), (x, y, place)
