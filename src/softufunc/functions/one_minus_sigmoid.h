/* one_minus_sigmoid(x) = 1 / (1 + e^x)                                                       inverse: x = -logit(y)
 *
 * Identity   sigmoid(-x): the sign flip is exact
 * Why not    1 - sigmoid(x): loses digits for x > 0, and is 0 above 37 (17)
 * Special    -inf -> 1, +inf -> +0, nan -> nan; raises no exception but underflow
 * BOUND f64 0.697 at 0x1.4490f328fabe2p+9
 *           got 0x1.6a01ec88627a8p-937, want 0x1.6a01ec88627a74da5acbp-937;
 *           1e8 points and a search from the worst of them, 2026-11-26:
 *           python -m tools accuracy sigmoid --isa avx2 baseline --points 1e8
 * BOUND f32 0.884 at 0x1.1b5b26p+4
 *           got 0x1.5dc2eap-26, want 0x1.5dc2e83b90654p-26;
 *           all inputs, 2026-11-26: python -m tools accuracy sigmoid --exhaustive --isa all
 */
FLIP(one_minus_sigmoid, sigmoid, -1, 1)
