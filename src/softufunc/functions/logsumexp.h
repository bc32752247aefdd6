/* logsumexp(x) = log(e^x1 + e^x2 + ... + e^xn), over an axis
 *
 * Identity   offset + K ln 2 + log(sum of 2^(k - K) e^r), x - offset = k ln 2 + r: see math/sum_exp.h
 * Why not    log(sum(exp(x))): overflows above 709.78 (88.7), -inf where all x are below -745 (-104);
 *            m + log(sum(exp(x - m))), m = max(x): x - m is rounded, the error of the sum grows with its length, and no
 *            digit is right next to 0: [-ln 2, -ln 2] gives 0 instead of 2.3e-17
 * Error      f64: of the sum 2^-56; f32: 2^-27; and the rounding of its logarithm. It does not grow with n
 * BOUND f64 0.52 ULP + 2^-55
 * BOUND f32 0.51 ULP + 2^-26
 *           largest part beyond half an ulp 2^-56.1 and 2^-27.3, 2026-11-25: tools/sums.py logsumexp --isa all --rounds 8
 * Special    no element, or all -inf -> -inf; +inf -> +inf; nan -> nan, beside inf too; raises nothing but underflow
 */
#ifdef LONG_DOUBLE

/* One pass for the maximum, one for the other terms; every sum with its rounding error. */
static long double logsumexp_longdouble(const char *x, ptrdiff_t step, const char *unused, ptrdiff_t unused_step,
                                        softufunc_read unused_read, size_t n)
{
    (void)unused;
    (void)unused_step;
    (void)unused_read;
    size_t place = 0;
    long double most = -INFINITY, sum = 0, lost = 0;
    for (size_t i = 0; i < n; i++) {
        long double y = *(const long double *)(const void *)(x + (ptrdiff_t)i * step);
        if (y != y) {
            return y;
        }
        if (y > most) {
            most = y;
            place = i;
        }
    }
    if (n == 0 || most - most != 0) {
        return most;
    }
    for (size_t i = 0; i < n; i++) {
        if (i != place) {
            long double term = expl(*(const long double *)(const void *)(x + (ptrdiff_t)i * step) - most);
            long double total = sum + term;
            lost += sum > term ? (sum - total) + term : (term - total) + sum;
            sum = total;
        }
    }
    return most + log1pl(sum + lost);
}

#elif REAL_BITS == 64

static inline void logsumexp_start(softufunc_sum *sum)
{
    start_exp_sum(sum);
}

static inline void logsumexp_add_f32(softufunc_sum *sum, const float *x, const float *unused, size_t n)
{
    (void)unused;
    add_exponentials_f32(sum, x, n);
}

static inline void logsumexp_add_f64(softufunc_sum *sum, const double *x, const double *unused, size_t n)
{
    (void)unused;
    add_exponentials_f64(sum, x, n);
}

static inline int logsumexp_rows_f32(const float *x, const float *unused, ptrdiff_t step, size_t n, double *out)
{
    (void)unused;
    return logs_of_exp_sums_f32(x, step, n, out);
}

static inline int logsumexp_rows_f64(const double *x, const double *unused, ptrdiff_t step, size_t n, double *out)
{
    (void)unused;
    return logs_of_exp_sums_f64(x, step, n, out);
}

static inline double logsumexp_finish(const softufunc_sum *sum)
{
    return log_of_exp_sum(sum);
}

#endif
