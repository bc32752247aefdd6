/* logsumexp(x) = log(e^x1 + e^x2 + ... + e^xn), over an axis
 *
 * Identity   offset + K ln 2 + log(sum of 2^(k - K) e^r), x - offset = k ln 2 + r: see math/logsumexp_core.h
 * Why not    log(sum(exp(x))): overflows above 709.78 (88.7), -inf where all x are below -745 (-104);
 *            m + log(sum(exp(x - m))), m = max(x): x - m is rounded, the error of the sum grows with its length, and no
 *            digit is correct near 0: [-ln 2, -ln 2] gives 0 instead of 2.3e-17
 * Error      relative error of the sum 2^-56 (f64) or 2^-27 (f32), plus the rounding of its logarithm. It does not grow with n
 * BOUND f64 0.52 ULP + 2^-55
 * BOUND f32 0.51 ULP + 2^-26
 *           largest part beyond half an ulp 2^-56.1 and 2^-27.3, 2026-11-25:
 *           python -m tools accuracy logsumexp --isa all --dtype float32 float64 --rows 8
 * Special    empty or all -inf -> -inf; +inf -> +inf; nan -> nan, even with inf; raises no exception but underflow
 */
#ifdef LONG_DOUBLE

/* One pass for the maximum, one for the compensated sum of the other terms */
static long double logsumexp_longdouble(const char *x, ptrdiff_t step, const char *unused, ptrdiff_t unused_step,
                                        softufunc_read unused_read, size_t n)
{
    (void)unused;
    (void)unused_step;
    (void)unused_read;
    size_t place = 0;
    long double max = -INFINITY, sum = 0, low = 0;
    for (size_t i = 0; i < n; i++) {
        long double y = *(const long double *)(const void *)(x + (ptrdiff_t)i * step);
        if (y != y) {
            return y;
        }
        if (y > max) {
            max = y;
            place = i;
        }
    }
    if (n == 0 || max - max != 0) {
        return max;
    }
    for (size_t i = 0; i < n; i++) {
        if (i != place) {
            long double term = expl(*(const long double *)(const void *)(x + (ptrdiff_t)i * step) - max);
            long double total = sum + term;
            low += sum > term ? (sum - total) + term : (term - total) + sum;
            sum = total;
        }
    }
    return max + log1pl(sum + low);
}

static const softufunc_longdouble_rows logsumexp_longdouble_rows = {.reduction = logsumexp_longdouble};

#elif defined(BOTH_WIDTHS)

#include "math/logsumexp_core.h"
#include "math/logsumexp_rows.h"
#include "math/logsumexp_scan.h"
#include "math/logsumexp_short.h"

static void logsumexp_init(softufunc_accumulators *sum)
{
    memset(sum, 0, sizeof *sum);
    sum->scale.max = -(double)INFINITY;
}

/* The last chunk is padded with -inf, whose term is 0. */
static void logsumexp_update_f32(softufunc_accumulators *sum, const void *x, const void *unused, size_t n)
{
    const float *from = x;
    (void)unused;
    for (; n >= LOGSUMEXP_CHUNK; n -= LOGSUMEXP_CHUNK, from += LOGSUMEXP_CHUNK) {
        add_exp_chunk_f32(sum, from, LOGSUMEXP_CHUNK);
    }
    if (n > 0) {
        _Alignas(64) float last[LOGSUMEXP_CHUNK];
        const size_t padded = (n + (ACCUMULATORS - 1)) / ACCUMULATORS * ACCUMULATORS;
        for (size_t i = n / LANES_F32 * LANES_F32; i < padded; i += LANES_F32) {
            store_f32(last + i, splat_f32(-(float)INFINITY));
        }
        memcpy(last, from, n * sizeof *last);
        add_exp_chunk_f32(sum, last, padded);
    }
}

static void logsumexp_update_f64(softufunc_accumulators *sum, const void *x, const void *unused, size_t n)
{
    const double *from = x;
    (void)unused;
    for (; n >= LOGSUMEXP_CHUNK; n -= LOGSUMEXP_CHUNK, from += LOGSUMEXP_CHUNK) {
        add_exp_chunk_f64(sum, from, LOGSUMEXP_CHUNK);
    }
    if (n > 0) {
        _Alignas(64) double last[LOGSUMEXP_CHUNK];
        const size_t padded = (n + (ACCUMULATORS - 1)) / ACCUMULATORS * ACCUMULATORS;
        for (size_t i = n / LANES_F64 * LANES_F64; i < padded; i += LANES_F64) {
            store_f64(last + i, splat_f64(-(double)INFINITY));
        }
        memcpy(last, from, n * sizeof *last);
        add_exp_chunk_f64(sum, last, padded);
    }
}

static double logsumexp_finalize(const softufunc_accumulators *sum)
{
    return value_of_sum(sum, ACCUMULATORS);
}

static int logsumexp_row_batch_f32(const void *x, const void *unused, ptrdiff_t step, size_t n, double *out)
{
    row_accumulators rows;
    float floats[ACCUMULATORS];
    double max[ACCUMULATORS];
    (void)unused;
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const float *chunk = (const float *)x + (ptrdiff_t)done * step;
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        maxima_of_rows_f32(chunk, step, m, floats);
        widen_rows(max, floats);
        if (!raise_maxima(&rows, max, done == 0)) {
            return 0;
        }
        add_row_terms_f32(&rows, chunk, step, m, done == 0);
    }
    log_of_rows(&rows, n, term_log2_max_f32, out);
    return 1;
}

static int logsumexp_row_batch_f64(const void *x, const void *unused, ptrdiff_t step, size_t n, double *out)
{
    row_accumulators rows;
    double max[ACCUMULATORS];
    (void)unused;
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const double *chunk = (const double *)x + (ptrdiff_t)done * step;
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        maxima_of_rows_f64(chunk, step, m, max);
        if (!raise_maxima(&rows, max, done == 0)) {
            return 0;
        }
        add_unstored_row_terms(&rows, chunk, step, m, done == 0, NULL);
    }
    log_of_rows(&rows, n, term_log2_max_f64, out);
    return 1;
}

static const softufunc_reduction logsumexp_reduction = {
    .nin = 1,
    .infinite_is_overflow = 0, /* log(e^x1 + ...) of finite numbers is finite */
    .chunk = LOGSUMEXP_CHUNK,
    .row_batch_max = SIZE_MAX, /* a batch takes less time than its rows one by one, for any length */
    .init = logsumexp_init,
    .update = {logsumexp_update_f32, logsumexp_update_f64},
    .finalize = logsumexp_finalize,
    .row_batch = {logsumexp_row_batch_f32, logsumexp_row_batch_f64},
};

static const softufunc_rows logsumexp_rows = {.reduction = &logsumexp_reduction};

#else

#include "math/logsumexp_terms.h"
#if HAVE_SHORT_FOLDS
#include "math/short_fold.h"
#endif

#endif
