"""Compute the cross-entropy of a confident classifier in float32, by the obvious formula and by softufunc.

The logits are the log-odds of class 1, and every label is predicted correctly, so the losses are small. The obvious
formula rounds the probabilities to 1 before it takes their logarithms.
"""

import numpy as np

from softufunc import log_prob_0, log_prob_1, sigmoid

logits = np.array([-60, -20, -10, 10, 17, 20, 60], dtype=np.float32)
labels = logits > 0

with np.errstate(divide="ignore"):
    p = sigmoid(logits)
    obvious = 0 - np.where(labels, np.log(p), np.log(1 - p))
accurate = -np.where(labels, log_prob_1(logits), log_prob_0(logits))

print(f"{'logit':>6} {'label':>6} {'log of the probability':>24} {'log_prob':>14}")
for row in zip(logits, labels, obvious, accurate, strict=True):
    print("{:6.0f} {:6d} {:24.6g} {:14.6g}".format(*row))
