"""Logistic regression on ten million rows of float32, and the time of its loss beside those of other libraries.

    python examples/many_rows.py            ten million rows
    python examples/many_rows.py 100000     so many rows

Each step of Newton's method takes the log-probability of each label and its derivative from one call, which keeps
float32 for boolean labels. The coefficients that made the labels are found again. Then the call is timed beside the
loss of scikit-learn and, if it is installed, PyTorch, on one thread each.
"""

import sys
import time

import numpy as np
from sklearn._loss.loss import HalfBinomialLoss

from softufunc import log_prob_value_and_grad, sigmoid, sigmoid_grad

COEFFICIENTS = np.array([0.5, -1.0, 2.0], np.float32)


def median_time(call, rounds=5):
    """Seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
random = np.random.default_rng(1)
X = random.standard_normal((rows, COEFFICIENTS.size), np.float32)
t = random.random(rows, np.float32) < sigmoid(X @ COEFFICIENTS)

beta = np.zeros_like(COEFFICIENTS)
value, grad = np.empty(rows, np.float32), np.empty(rows, np.float32)
for step in range(6):
    x = X @ beta
    log_prob_value_and_grad(x, t, out=(value, grad))
    curvature = X.T @ (X * sigmoid_grad(x)[:, np.newaxis])
    print(f"step {step}: mean log-likelihood {value.mean(dtype=np.float64):.6f}")
    beta += np.linalg.solve(curvature, X.T @ grad)
print("coefficients", beta, "from", COEFFICIENTS)
assert abs(beta - COEFFICIENTS).max() < 20 / np.sqrt(rows)

x, labels, loss = X @ beta, t.astype(np.float32), HalfBinomialLoss()
calls = {
    "softufunc": lambda: log_prob_value_and_grad(x, labels, out=(value, grad)),
    "scikit-learn": lambda: loss.loss_gradient(labels, x, loss_out=value, gradient_out=grad, n_threads=1),
}
try:
    import torch
except ImportError:
    pass
else:
    torch.set_num_threads(1)
    logits, truth = torch.from_numpy(x).requires_grad_(), torch.from_numpy(labels)

    def backward():
        logits.grad = None
        torch.nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction="sum").backward()

    calls["torch"] = backward
times = {name: median_time(call) for name, call in calls.items()}
for name, seconds in times.items():
    print(f"{name:13} {seconds / rows * 1e9:5.2f} ns a row, {seconds / times['softufunc']:5.2f} times ours")
