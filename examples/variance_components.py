"""Fit variances with an unconstrained method.

The length of a petal varies between three species of iris and within each of them (R. A. Fisher, 1936). A random-
effects model has two variances, each parametrized as softplus(z + softplusinv(start)): positive for every real z, and
equal to `start` at z = 0. Any unconstrained optimizer will do; by the chain rule, the gradient contains the sigmoid.
With 50 flowers of each species, the maximum-likelihood estimate is also known in closed form.
"""

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_iris

from softufunc import sigmoid, softplus, softplusinv

petals = load_iris().data[:, 2].reshape(3, 50)  # sorted by species
species, flowers = petals.shape
within = ((petals - petals.mean(axis=1, keepdims=True)) ** 2).sum()
between = flowers * ((petals.mean(axis=1) - petals.mean()) ** 2).sum()

start = np.array([1e-3, 10.0])  # within, between: far too small, far too large
shift = softplusinv(start)
assert np.allclose(softplus(shift), start, rtol=1e-15)


def minus_twice_log_likelihood(z):
    """Return -2 log-likelihood up to a constant, and its gradient."""
    variances, slopes = softplus(z + shift), sigmoid(z + shift)
    inner = variances[0]
    outer = variances[0] + flowers * variances[1]
    value = species * (flowers - 1) * np.log(inner) + within / inner + species * np.log(outer) + between / outer
    by_inner = species * (flowers - 1) / inner - within / inner**2
    by_outer = species / outer - between / outer**2
    return value, slopes * np.array([by_inner + by_outer, flowers * by_outer])


fit = minimize(minus_twice_log_likelihood, np.zeros(2), jac=True, method="BFGS", options={"gtol": 1e-8})
fitted = softplus(fit.x + shift)

inner = within / (species * (flowers - 1))
closed_form = np.array([inner, (between / species - inner) / flowers])
for name, *numbers in zip(("within", "between"), start, fitted, closed_form, strict=True):
    print("variance {:8}: start {:6.3f}, fitted {:.9f}, closed form {:.9f}".format(name, *numbers))

assert (fitted > 0).all()
np.testing.assert_allclose(fitted, closed_form, rtol=1e-6)
