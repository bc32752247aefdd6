"""Fit a logistic regression by Newton's method on real data, and compare with scikit-learn's solver.

The data are 30 measurements each of 569 malignant or benign tumours (W. H. Wolberg et al., 1995, included in scikit-
learn). softufunc provides what Newton's method needs: the log-probability of the label with its derivative, from one
call, and the weights. Both solvers minimize the same objective with the same penalty.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

from softufunc import log_prob, log_prob_value_and_grad, sigmoid, sigmoid_grad

PENALTY = 1.0

measured, t = load_breast_cancer(return_X_y=True)
X = np.column_stack([np.ones(len(t)), (measured - measured.mean(axis=0)) / measured.std(axis=0)])
penalty = np.full(X.shape[1], PENALTY)
penalty[0] = 0  # no penalty on the intercept


def objective(beta):
    return -log_prob(X @ beta, t).sum() + penalty @ beta**2 / 2


beta = np.zeros(X.shape[1])
for step in range(12):
    x = X @ beta
    value, slope = log_prob_value_and_grad(x, t)  # t - sigmoid(x) would cancel
    reached = -value.sum() + penalty @ beta**2 / 2
    gradient = penalty * beta - X.T @ slope
    hessian = X.T @ (sigmoid_grad(x)[:, np.newaxis] * X) + np.diag(penalty)
    print(f"step {step:2d}: objective {reached:.9f}, largest slope {abs(gradient).max():.1e}")
    beta -= np.linalg.solve(hessian, gradient)

model = LogisticRegression(C=1 / PENALTY, tol=1e-10, max_iter=10_000).fit(X[:, 1:], t)
theirs = np.concatenate([model.intercept_, model.coef_[0]])
print(f"scikit-learn: objective {objective(theirs):.9f}, coefficients differ by {abs(beta - theirs).max():.1e}")

assert abs(beta - theirs).max() < 1e-5
assert objective(beta) <= objective(theirs) * (1 + 1e-14)
assert ((sigmoid(X @ beta) > 0.5) == model.predict(X[:, 1:])).all()
