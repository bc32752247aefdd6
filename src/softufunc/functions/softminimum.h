/* softminimum(x, y) = -log(e^-x + e^-y)
 *
 * Identity   -logaddexp(-x, -y)    three flips of a sign, which are exact: the error is that of logaddexp
 * BOUND f32 0.8 at 0x1.5aeaep+6,0x1.3c175p-125
 * BOUND f64 0.8 at 0x1.5af6aadd762fap+9,0x1.d5734a37db518p-1002
 *            found 0.7497 and 0.7465; 0.5560 and 0.5561 where the result is not next to 0, 2026-11-25:
 *            python -m tools accuracy softminimum --isa all --dtype float32 float64 --points 1e6
 * Special    a nan gives nan; infinities as the limits: min(x, y) where one of the two is infinite
 *            raises nothing but underflow
 */
FLIP_BINARY(softminimum, logaddexp, -1, -1, .identity = IDENTITY_POS_INF, .fold = softufunc_fold_softminimum)
