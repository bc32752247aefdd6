"""Logistic regression by Newton's method on real data, against the solver of scikit-learn.

The data are 569 tumours, malignant or benign, with 30 measurements each (W. H. Wolberg and others, 1995, as scikit-
learn ships them). All that the method needs of the model is in the family: the log-probabilities of the two
classes, their slope, and the weights. Both solvers minimise the same sum, with the same penalty, so they must meet
in the same place.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

from softufunc import log_prob_0, log_prob_1, one_minus_sigmoid, sigmoid

PENALTY = 1.0

measured, t = load_breast_cancer(return_X_y=True)
X = np.column_stack([np.ones(len(t)), (measured - measured.mean(axis=0)) / measured.std(axis=0)])
penalty = np.full(X.shape[1], PENALTY)
penalty[0] = 0  # the intercept is free


def objective(beta):
    x = X @ beta
    return -np.where(t, log_prob_1(x), log_prob_0(x)).sum() + penalty @ beta**2 / 2


beta = np.zeros(X.shape[1])
for step in range(12):
    x = X @ beta
    weights = sigmoid(x) * one_minus_sigmoid(x)
    gradient = X.T @ np.where(t, -one_minus_sigmoid(x), sigmoid(x)) + penalty * beta  # sigmoid(x) - t cancels
    hessian = X.T @ (weights[:, np.newaxis] * X) + np.diag(penalty)
    print(f"step {step:2d}: objective {objective(beta):.9f}, largest slope {abs(gradient).max():.1e}")
    beta -= np.linalg.solve(hessian, gradient)

model = LogisticRegression(C=1 / PENALTY, tol=1e-10, max_iter=10_000).fit(X[:, 1:], t)
theirs = np.concatenate([model.intercept_, model.coef_[0]])
print(f"scikit-learn: objective {objective(theirs):.9f}, coefficients differ by {abs(beta - theirs).max():.1e}")

assert abs(beta - theirs).max() < 1e-5
assert objective(beta) <= objective(theirs) * (1 + 1e-14)
assert ((sigmoid(X @ beta) > 0.5) == model.predict(X[:, 1:])).all()
