"""Turn the scores of a classifier into probabilities by Platt and temperature scaling, compared with scikit-learn.

The score of a support vector machine is a signed distance from a plane, not a probability. Platt scaling fits a slope
and an intercept for the scores on held-out data (J. Platt, "Probabilistic Outputs for Support Vector Machines and
Comparisons to Regularized Likelihood Methods", 1999). Temperature scaling divides the scores by one fitted positive
number (C. Guo et al., "On Calibration of Modern Neural Networks", 2017).
"""

import numpy as np
from scipy.optimize import minimize
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from softufunc import log_prob_0, log_prob_1, one_minus_sigmoid, sigmoid, softplus, softplusinv

X, y = load_breast_cancer(return_X_y=True)
learn, calibrate, test = (np.arange(len(y)) % 3 == k for k in range(3))
machine = make_pipeline(StandardScaler(), SVC(C=1.0)).fit(X[learn], y[learn])
scores, labels = machine.decision_function(X[calibrate]), y[calibrate]


def loss(x, t):
    """Return the cross-entropy of the logits x and the targets t in [0, 1]; both terms have the same sign."""
    return -(t * log_prob_1(x) + (1 - t) * log_prob_0(x)).mean()


# Platt's targets: 0 and 1, shrunk towards each other according to the number of examples of each class
ones = labels.sum()
targets = np.where(labels, (ones + 1) / (ones + 2), 1 / (len(labels) - ones + 2))


def platt(parameters):
    x = parameters[0] * scores + parameters[1]
    difference = (1 - targets) * sigmoid(x) - targets * one_minus_sigmoid(x)
    return loss(x, targets), np.array([(difference * scores).mean(), difference.mean()])


def temperature(z):
    """Return loss and derivative for the temperature softplus(z + softplusinv(1)): positive, and 1 at z = 0."""
    divisor, slope = softplus(z + softplusinv(1.0)), sigmoid(z + softplusinv(1.0))
    x = scores / divisor
    return loss(x, labels), slope * (np.where(labels, -one_minus_sigmoid(x), sigmoid(x)) * -x / divisor).mean()


options = {"method": "BFGS", "jac": True, "options": {"gtol": 1e-9}}
slope, intercept = minimize(platt, [1.0, 0.0], **options).x
divisor = softplus(minimize(temperature, np.zeros(1), **options).x[0] + softplusinv(1.0))


def calibrator(method):
    model = CalibratedClassifierCV(FrozenEstimator(machine), method=method).fit(X[calibrate], labels)
    return model.calibrated_classifiers_[0].calibrators[0]


# scikit-learn's slope has the opposite sign, and its temperature divides the difference of two scores, x and -x
theirs = calibrator("sigmoid")
print(f"slope       {slope:.6f}, scikit-learn {-theirs.a_:.6f}")
print(f"intercept   {intercept:.6f}, scikit-learn {-theirs.b_:.6f}")
assert np.allclose([slope, intercept], [-theirs.a_, -theirs.b_], rtol=1e-4)
assert loss(slope * scores + intercept, targets) <= loss(-theirs.a_ * scores - theirs.b_, targets) * (1 + 1e-14)

beta = calibrator("temperature").beta_
print(f"temperature {divisor:.6f}, scikit-learn {1 / (2 * beta):.6f}")
assert np.isclose(divisor, 1 / (2 * beta), rtol=1e-5)

unseen, truth = machine.decision_function(X[test]), y[test]
losses = {
    "scores as logits": loss(unseen, truth),
    "Platt scaling": loss(slope * unseen + intercept, truth),
    "temperature": loss(unseen / divisor, truth),
}
for name, value in losses.items():
    print(f"{name:16}: cross-entropy of unseen data {value:.4f}")
assert losses["Platt scaling"] < losses["scores as logits"]
assert losses["temperature"] < losses["scores as logits"]
