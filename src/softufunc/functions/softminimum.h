/* softminimum(x, y) = -log(e^-x + e^-y)
 *
 * Identity   -logaddexp(-x, -y)    sign flips are exact: the error is that of logaddexp
 * BOUND f32 0.8 at 0x1.5aeaep+6,0x1.3c175p-125
 * BOUND f64 0.8 at 0x1.5af6aadd762fap+9,0x1.d5734a37db518p-1002
 *            found 0.7497 and 0.7465; 0.5560 and 0.5561 for results not near 0, 2026-11-25:
 *            python -m tools accuracy softminimum --isa all --dtype float32 float64 --points 1e6
 * Special    nan gives nan; with an infinite input the result is the limit, min(x, y)
 *            raises no exception but underflow
 */
FLIP_BINARY(softminimum, logaddexp, -1, -1, .identity = IDENTITY_POS_INF, .fold = -1)
