/* log_softmax(x) = xi - log(e^x1 + ... + e^xn), over an axis
 *
 * Identity   xi - (M + log(S / E)), M the largest x, E = e^M, S the sum of all exponentials: see math/log_softmax.h and, for floats,
 *            math/log_softmax_floats.h
 * Why not    x - logsumexp(x): for x = [40, 0], the first result is 0 instead of -4.2e-18
 * Error      f64: S and E, together almost half an ulp of a result next to 0 where the terms are e^r 2^k with r next to ln 2 / 2; one
 *            rounding. f32: S and the logarithm, 2^-28 each, and one rounding. It does not grow with n
 * BOUND f64 1.0 at 0x1.e975fff70cabap+1,-0x1.2059644a878aep+2
 * BOUND f32 0.63 at -0x1.9c1ad4p+2,0x1.5e4c8p-2,-0x1.0a7dbcp+0,0x1.4e2d74p+1,-0x1.f174e8p+2
 *           errors of these rows 0.95 and 0.58 ULP, found by the local search of 2026-11-28; random rows reach 0.62 and 0.53:
 *           python -m tools accuracy log_softmax --isa avx2 baseline --dtype float32 float64 --rows 8 --climb 400
 * Special    one +inf -> -0, the others -inf; two of them, or all -inf -> nan, raises invalid; nan -> nan in the whole row
 */
#ifdef LONG_DOUBLE

static long double log_softmax_of_longdouble(long double x, long double max, long double log)
{
    return log == log ? -((x == max ? 0 : max - x) + log) : log;
}

static int log_softmax_longdouble(const char *x, ptrdiff_t step, char *out, ptrdiff_t out_step, size_t n)
{
    size_t place;
    const long double max = maximum_longdouble(x, step, n, &place);
    const long double log = max == max ? log1pl(other_terms_longdouble(x, step, n, max, place)) : max;
    for (size_t i = 0; i < n; i++, out += out_step) {
        *(long double *)(void *)out = log_softmax_of_longdouble(longdouble_at(x, step, i), max, log);
    }
    return n > 0 && max == max && log != log;
}

static const softufunc_longdouble_rows log_softmax_longdouble_rows = {.transform = log_softmax_longdouble};

#elif defined(BOTH_WIDTHS)

#include "math/log_softmax.h"
#include "math/log_softmax_floats.h"

static const softufunc_transform log_softmax_transform = {
    .row = {log_softmax_row_f32, log_softmax_row_f64},
    .row_batch = {log_softmax_row_batch_f32, log_softmax_row_batch_f64},
};
static const softufunc_rows log_softmax_rows = {.transform = &log_softmax_transform};

#endif
