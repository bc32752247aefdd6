"""Fit a parameter that must be positive, with a method that knows no bounds.

The rate of an exponential decay is written softplus(z + softplusinv(start)): positive for every real z, and equal to
`start` at z = 0. The derivative with respect to z is the sigmoid at the same place. Gauss-Newton steps then need no
special case, wherever they lead.
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
