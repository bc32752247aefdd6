/* log_likelihood(x, t) = log_prob(x1, t1) + ... + log_prob(xn, tn), over an axis: of the labels t, given the logits x
 *
 * Identity   -log_prob(x, t) = log1p(e^-|x|) + |x| (x < 0 ? t : 1 - t): two terms of one sign for every t from 0 to 1
 * Why not    log_prob(x, t).sum(): writes a temporary array; softplus(x) - t x: every digit is lost for large x and t = 1
 * Sum        float32 in double; float64 with the rounding error of every addition. 16 partial sums, whatever the width of a
 *            vector. Terms beyond 2^1000 are summed apart, scaled, and infinite ones apart from those.
 * Error      relative to the sum of the absolute terms, that is to the result where all t are from 0 to 1; it does not grow
 *            with n: 0.72 ULP (1 in float32) of a term and half an ULP of the sum of its two parts
 * BOUND f64 0.5 ULP + 2^-52.3
 * BOUND f32 0.5 ULP + 2^-23.3
 * Special    no element -> 0; 0 times infinity is 0: (inf, 1) and (-inf, 0) add 0, (inf, 0) and (-inf, 1) -inf; nan -> nan
 */
#ifdef LONG_DOUBLE

static long double log_likelihood_longdouble(const char *x, ptrdiff_t step, const char *t, ptrdiff_t t_step,
                                             softufunc_read read, size_t n)
{
    long double sum = 0, lost = 0;
    for (size_t i = 0; i < n; i++, x += step, t += t_step) {
        long double y = *(const long double *)(const void *)x, label = read(t);
        long double factor = y < 0 ? label : 1 - label, size = fabsl(y);
        long double term = log1pl(expl(-size)) + (factor == 0 ? 0 : factor * size);
        long double total = sum + term;
        if (total - total == 0) {
            lost += fabsl(sum) > fabsl(term) ? (sum - total) + term : (term - total) + sum;
        }
        sum = total;
    }
    return 0 - (sum + lost);
}

#else

#undef LIKELIHOOD_HUGE
#if REAL_BITS == 32
#define LIKELIHOOD_HUGE INFINITY
#else
#define LIKELIHOOD_HUGE 0x1p+1000
#endif

/* |x| (x < 0 ? t : 1 - t), 0 where the second factor is 0 */
static inline real R(likelihood_product)(real x, real t)
{
    real factor = R(select)(R(less)(x, C(0.0)), t, C(1.0) - t);
    mask not_zero = R(less)(factor, C(0.0)) | R(less)(C(0.0), factor);
    return factor * R(select)(not_zero, R(magnitude)(x), C(0.0));
}

/* The terms of n elements, n a multiple of PARTS, with the opposite sign. True if one of them is nan or beyond
 * LIKELIHOOD_HUGE. */
static inline int R(likelihood_terms)(const element *x, const element *t, size_t n, element *terms)
{
    enum { AT_ONCE = PARTS / LANES };
    int huge = 0;
    for (size_t i = 0; i < n; i += AT_ONCE * LANES) {
        R(softplus_state) state[AT_ONCE];
        for (int j = 0; j < AT_ONCE; j++) {
            state[j] = R(softplus_begin)(R(load)(x + i + j * LANES));
        }
        for (int j = 0; j < AT_ONCE; j++) {
            real y = R(load)(x + i + j * LANES);
            real logarithm = R(softplus_end)((real)((bits)y | (bits)C(-0.0)), state[j]);
            real term = logarithm + R(likelihood_product)(y, R(load)(t + i + j * LANES));
            huge |= R(any)(R(not_less)(R(magnitude)(term), C(LIKELIHOOD_HUGE)));
            R(store)(terms + i + j * LANES, term);
        }
    }
    return huge;
}

#if REAL_BITS == 64

static inline void log_likelihood_start(softufunc_sum *sum)
{
    memset(sum, 0, sizeof *sum);
}

/* Takes the terms that the compensated sum cannot hold: `most` is the sum of nans and infinities, offset + k the sum of the
 * others, times 2^-64. Returns what is left. nan meets no comparison of order. */
static __attribute__((noinline)) double take_huge_term(softufunc_sum *sum, double term)
{
    if (term != term || fabs(term) == (double)INFINITY) {
        sum->most += term;
        return 0;
    }
    if (fabs(term) < LIKELIHOOD_HUGE) {
        return term;
    }
    double scaled = term * 0x1p-64, total = sum->offset + scaled, part = total - sum->offset;
    sum->k += (sum->offset - (total - part)) + (scaled - part);
    sum->offset = total;
    return 0;
}

/* The partial sums of a block: with the rounding errors in float64, plainly in float32, whose terms are shorter. */
static inline void add_likelihood_terms_f64(softufunc_sum *sum, const double *terms, size_t n)
{
    enum { VECTORS = PARTS / LANES };
    real high[VECTORS], low[VECTORS];
    for (int v = 0; v < VECTORS; v++) {
        high[v] = load_f64(sum->high + v * LANES);
        low[v] = load_f64(sum->low + v * LANES);
    }
    for (size_t i = 0; i < n; i += PARTS) {
        for (int v = 0; v < VECTORS; v++) {
            real term = load_f64(terms + i + v * LANES), total = high[v] + term, part = total - high[v];
            low[v] += (high[v] - (total - part)) + (term - part);
            high[v] = total;
        }
    }
    for (int v = 0; v < VECTORS; v++) {
        store_f64(sum->high + v * LANES, high[v]);
        store_f64(sum->low + v * LANES, low[v]);
    }
}

static inline void add_likelihood_terms_f32(softufunc_sum *sum, const float *terms, size_t n)
{
    enum { VECTORS = PARTS / LANES };
    real block[VECTORS] = {C(0.0)};
    for (size_t i = 0; i < n; i += PARTS) {
        for (int v = 0; v < VECTORS; v++) {
            block[v] += load_floats(terms + i + v * LANES);
        }
    }
    for (int v = 0; v < VECTORS; v++) {
        add_to_parts(sum, v * LANES, block[v], C(0.0));
    }
}

#define LOG_LIKELIHOOD_ADD(width, type) \
    static inline void add_likelihoods_f##width(softufunc_sum *sum, const type *x, const type *t, size_t n, size_t counted) \
    { \
        _Alignas(64) type terms[SUM_BLOCK]; \
        int huge = likelihood_terms_f##width(x, t, n, terms); \
        for (size_t i = counted; i < n; i++) { \
            terms[i] = 0; \
        } \
        if (__builtin_expect(huge, 0)) { \
            for (size_t i = 0; i < counted; i++) { \
                terms[i] = (type)take_huge_term(sum, terms[i]); \
            } \
        } \
        add_likelihood_terms_f##width(sum, terms, n); \
    } \
    static inline void log_likelihood_add_f##width(softufunc_sum *sum, const type *x, const type *t, size_t n) \
    { \
        for (; n >= SUM_BLOCK; n -= SUM_BLOCK, x += SUM_BLOCK, t += SUM_BLOCK) { \
            add_likelihoods_f##width(sum, x, t, SUM_BLOCK, SUM_BLOCK); \
        } \
        if (n > 0) { \
            _Alignas(64) type last_x[SUM_BLOCK], last_t[SUM_BLOCK]; \
            size_t padded = (n + PARTS - 1) / PARTS * PARTS; \
            memcpy(last_x, x, n * sizeof(type)); \
            memcpy(last_t, t, n * sizeof(type)); \
            for (size_t i = n; i < padded; i++) { \
                last_x[i] = 0; \
                last_t[i] = 0; \
            } \
            add_likelihoods_f##width(sum, last_x, last_t, padded, n); \
        } \
    }

LOG_LIKELIHOOD_ADD(32, float)
LOG_LIKELIHOOD_ADD(64, double)

static inline double log_likelihood_finish(const softufunc_sum *sum)
{
    double high, low;
    add_parts(sum, &high, &low);
    if (sum->offset != 0) {
        high = (sum->offset + (sum->k + high * 0x1p-64)) * 0x1p+64;
        low = 0;
    }
    return 0 - (high + low + sum->most);
}

#endif
#endif
