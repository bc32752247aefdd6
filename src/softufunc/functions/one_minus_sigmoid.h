/* one_minus_sigmoid(x) = 1 / (1 + e^x)                                                       inverse: x = -logit(y)
 *
 * Identity   sigmoid(-x): the sign flip is exact
 * Why not    1 - sigmoid(x): loses digits for x > 0, and is 0 above 37 (17)
 * Special    -inf -> 1, +inf -> +0, nan -> nan; raises no exception but underflow
 * BOUND f64 0.659 at 0x1.5533a2f396839p+9
 *           got 0x1.6a08de7719a6bp-985, want 0x1.6a08de7719a6a575b4d9p-985 (with FMA; 0.639 without it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, 2026-11-28:
 *           python -m tools accuracy sigmoid --isa avx2 baseline --points 1e7 --seed 3
 * BOUND f32 0.708 at -0x1.0fb6b6p+4
 *           got 0x1p+0, want 0x1.fffffe95f638p-1;
 *           all inputs, 2026-11-28: python -m tools accuracy sigmoid --exhaustive --isa avx2 baseline
 */
FLIP(one_minus_sigmoid, sigmoid, -1, 1)
