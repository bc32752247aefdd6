/* logcumsumexp(x) = log(e^x1 + ... + e^xi) for every i, over an axis
 *
 * Identity   logsumexp of the first i elements; the sum is kept as high + low in double: see math/logsumexp_scan.h
 * Why not    logaddexp, step by step: one rounding for each element, and an exponential and a logarithm in sequence
 * Error      that of logsumexp in float64, for all types: it does not grow with i
 * BOUND f64 0.52 ULP + 2^-55
 * BOUND f32 0.51 ULP + 2^-52
 *           largest part beyond these ULP 2^-56.4 and 2^-62.8, 2026-11-28:
 *           python -m tools accuracy logcumsumexp --isa all --dtype float32 float64 --rows 8
 * Special    that of logsumexp, for the elements so far
 */
#ifdef LONG_DOUBLE

static const softufunc_longdouble_rows logcumsumexp_longdouble_rows = {.transform = NULL};

#elif defined(BOTH_WIDTHS)

static const softufunc_rows logcumsumexp_rows = {.running = 1};

#endif
