"""The cross-entropy of a confident classifier in float32: the obvious formula and the functions of the family.

The logits are the log-odds of class 1, and every label is right, so that the loss is small, and is what training still
sees of the data. The obvious formula rounds the probabilities to 1 first, and takes the logarithm of what is left.
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
