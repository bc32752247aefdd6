/* softmax(x) = e^xi / (e^x1 + ... + e^xn), over an axis
 *
 * Identity   f64: terms and their sum are those of logsumexp: t (1 + r + c), t a power of 2; both are kept as high + low
 *            f32: e^(x - M), M the largest x, and their sum in double: see math/softmax_floats.h
 * Why not    exp(x - max(x)) / sum: x - max(x) is rounded, which is a relative error of up to 745 / 2 ulp in its exponential
 * Error      f64: the sum and a term, together almost half an ulp where both are e^r 2^k with r next to ln 2 / 2; one rounding
 *            f32: the sum and a term, 2^-28 each, and one rounding. It does not grow with n
 * BOUND f64 1.0 at 0x1.d28c007d7267ap+2,-0x1.7a0923438befcp+2,0x1.e7f0b0c49bcd7p+1,-0x1.2054390d4775fp+2,-0x1.fe113fa506a96p+2
 * BOUND f32 0.62 at 0x1.ff7cdp+9,0x1.d4845ep+9,0x1.01355ap+10,0x1.019adcp+10,0x1.f882bap+9
 *           errors of these rows 0.93 and 0.57 ULP, found by the local search of 2026-11-28; random rows reach 0.70 and 0.55:
 *           python -m tools accuracy softmax --isa avx2 baseline --dtype float32 float64 --rows 8 --climb 400
 * Special    one +inf -> 1, the others 0; two of them, or all -inf -> nan, raises invalid; nan -> nan in the whole row
 */
#ifdef LONG_DOUBLE

static long double longdouble_at(const char *x, ptrdiff_t step, size_t i)
{
    return *(const long double *)(const void *)(x + (ptrdiff_t)i * step);
}

/* The maximum of a row, and its first place; nan if there is one. */
static long double maximum_longdouble(const char *x, ptrdiff_t step, size_t n, size_t *place)
{
    long double max = -INFINITY;
    *place = 0;
    for (size_t i = 0; i < n; i++) {
        const long double y = longdouble_at(x, step, i);
        if (y != y) {
            return y;
        }
        if (y > max) {
            max = y;
            *place = i;
        }
    }
    return max;
}

/* e^(x - max), with the rounding error of the difference */
static long double term_longdouble(long double x, long double max)
{
    const long double d = x - max, back = d + max, rest = (x - back) + (max - (back - d)), y = expl(d);
    return x == max ? 1 : rest - rest == 0 ? y + y * rest : y;
}

/* The sum of the terms but that of the maximum, which is 1; nan if there is no limit: two of +inf, or none but -inf. */
static long double other_terms_longdouble(const char *x, ptrdiff_t step, size_t n, long double max, size_t place)
{
    long double sum = 0, low = 0;
    for (size_t i = 0; i < n; i++) {
        const long double y = longdouble_at(x, step, i);
        if (i != place) {
            const long double term = max - max != 0 && y == max ? (long double)NAN : term_longdouble(y, max);
            const long double total = sum + term;
            low += sum > term ? (sum - total) + term : (term - total) + sum;
            sum = total;
        }
    }
    return max == -INFINITY ? (long double)NAN : sum + low;
}

static int softmax_longdouble(const char *x, ptrdiff_t step, char *out, ptrdiff_t out_step, size_t n)
{
    size_t place;
    const long double max = maximum_longdouble(x, step, n, &place);
    const long double sum = max == max ? 1 + other_terms_longdouble(x, step, n, max, place) : max;
    for (size_t i = 0; i < n; i++, out += out_step) {
        const long double y = sum == sum ? term_longdouble(longdouble_at(x, step, i), max) / sum : sum;
        *(long double *)(void *)out = y;
    }
    return n > 0 && max == max && sum != sum;
}

static const softufunc_longdouble_rows softmax_longdouble_rows = {.transform = softmax_longdouble};

#elif defined(BOTH_WIDTHS)

#include "math/softmax.h"
#include "math/softmax_floats.h"

static const softufunc_transform softmax_transform = {
    .row = {softmax_row_f32, softmax_row_f64},
    .row_batch = {softmax_row_batch_f32, softmax_row_batch_f64},
};
static const softufunc_rows softmax_rows = {.transform = &softmax_transform};

#elif REAL_BITS == 64

#include "math/softmax_terms.h"

#endif
