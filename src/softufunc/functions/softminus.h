/* softminus(x) = x - log(1 + e^x) = log sigmoid(x)                                              inverse: softminusinv
 *
 * Identity   -softplus(-x)         sign flips are exact: the error is that of softplus
 * Why not    log(sigmoid(x)): -inf below -745 (-104), and no digit is correct for large x; x - softplus(x) cancels for x > 0
 * Special    -inf -> -inf, +inf -> -0, nan -> nan; raises no exception but underflow
 * BOUND f64 0.656 at 0x1.59b4ff1d0d004p+9
 *           got -0x1.6a2397719d27dp-998, want -0x1.6a2397719d27da7d80f1p-998 (with FMA; 0.647 without it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, for sigmoid_grad, 2026-11-28:
 *           python -m tools accuracy softplus sigmoid_grad --isa avx2 baseline --points 1e7
 * BOUND f32 0.702 at 0x1.2ddadp+5
 *           got -0x1.7a94c2p-55, want -0x1.7a94c367526p-55 (without FMA; 0.686 with it);
 *           all inputs, 2026-11-28: python -m tools accuracy softplus --exhaustive --isa all
 */
FLIP(softminus, softplus, -1, -1)
