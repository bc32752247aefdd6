/* log_prob_1(x) = log P(class 1) = log sigmoid(x)                       inverse: softminusinv
 *
 * Identity   -softplus(-x), the same as softminus: the log-probability of class 1 where x is the log-odds
 * Why not    log(sigmoid(x)): -inf below -745 (-104), and no digit is correct for large x
 * Special    -inf -> -inf, +inf -> -0, nan -> nan; raises no exception but underflow
 * BOUND f64 0.660 at 0x1.59b5081cbeba3p+9
 *           got -0x1.6a0a22b380a96p-998, want -0x1.6a0a22b380a96a8d7717p-998 (with FMA; 0.644 without it);
 *           1e7 points and a search from the worst of them, for sigmoid_grad, 2026-11-28:
 *           python -m tools accuracy softplus sigmoid_grad --isa avx2 baseline --points 1e7
 * BOUND f32 0.707 at 0x1.caa428p-2
 *           got -0x1.f9ed9p-2, want -0x1.f9ed9169966dap-2;
 *           all inputs, 2026-11-26: python -m tools accuracy softplus --exhaustive --isa all
 */
FLIP(log_prob_1, softplus, -1, -1)
