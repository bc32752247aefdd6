"""Fit a positive parameter with an unconstrained method.

The rate of an exponential decay is parametrized as softplus(z + softplusinv(start)): positive for every real z, and
equal to `start` at z = 0. Its derivative with respect to z is sigmoid(z + softplusinv(start)). Gauss-Newton steps in z
then need no special cases.
"""

import numpy as np

from softufunc import sigmoid, softplus, softplusinv

random = np.random.default_rng(0)
time = np.linspace(0, 40, 200)
observed = np.exp(-0.05 * time) + 0.01 * random.standard_normal(time.size)

start = 0.2
z = 0.0
for step in range(8):
    rate = softplus(z + softplusinv(start))
    residual = observed - np.exp(-rate * time)
    slope = -time * np.exp(-rate * time) * sigmoid(z + softplusinv(start))
    print(f"step {step}: rate {rate:.6f}, sum of squares {residual @ residual:.6f}")
    z += (slope @ residual) / (slope @ slope)

assert abs(rate - 0.05) < 0.001
