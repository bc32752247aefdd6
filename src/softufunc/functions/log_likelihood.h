/* log_likelihood(x, t) = log_prob(x1, t1) + ... + log_prob(xn, tn), over an axis: of the labels t, given the logits x
 *
 * Identity   -log_prob(x, t) = log1p(e^-|x|) + |x| (x < 0 ? t : 1 - t): two terms of one sign for every t from 0 to 1
 * Why not    log_prob(x, t).sum(): writes a temporary array; softplus(x) - t x: every digit is lost for large x and t = 1
 *            log1p(u1) + ... + log1p(u4) = log((1 + u1) ... (1 + u4)): one logarithm for four elements, and the product less
 *            1 is built up without cancellation, so that small terms keep their digits
 * Sum        float32 in double; float64 with the rounding error of every addition. 16 partial sums, whatever the width of a
 *            vector. Terms beyond 2^1000 are summed apart, scaled, and infinite ones apart from those.
 * Error      relative to the sum of the absolute terms, that is to the result where all t are from 0 to 1; it does not grow
 *            with n: it comes from u, the two levels of the product, the logarithm and the sums of four, which are rounded
 * BOUND f64 0.5 ULP + 2^-52
 * BOUND f32 0.5 ULP + 2^-23
 *           largest part beyond half an ulp 2^-53.1 and 2^-24.0, 2026-11-25: tools/sums.py log_likelihood --isa all --rounds 8
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

#undef LIKELIHOOD_FAR
#undef LIKELIHOOD_HUGE
#if REAL_BITS == 32
#define LIKELIHOOD_FAR 86.0
#define LIKELIHOOD_HUGE INFINITY
enum { GROUP = 4 };
#else
#define LIKELIHOOD_FAR 700.0
#define LIKELIHOOD_HUGE 0x1p+1000
#endif

/* |x| (x < 0 ? t : 1 - t), 0 where the second factor is 0 */
static inline real R(likelihood_product)(real x, real t)
{
    real factor = R(select)(R(less)(x, C(0.0)), t, C(1.0) - t);
    mask not_zero = R(less)(factor, C(0.0)) | R(less)(C(0.0), factor);
    return factor * R(select)(not_zero, R(magnitude)(x), C(0.0));
}

/* GROUP elements a lane have one logarithm together: (1 + p)(1 + u) = 1 + (p + u + p u). */
static inline real R(join)(real p, real u)
{
    return R(madd)(p, u, p + u);
}

/* log(1 + p), 0 <= p < 16: 1 + p = 2^j (1 + f + f_low) */
static inline real R(log1p_of_product)(real p)
{
    R(pair) s = R(two_sum)(C(1.0), p);
    bits j = R(exponent)((bits)s.high, INTEGER(ROOT_HALF_BITS));
    real f = (real)((bits)s.high - j) - C(1.0);
    return R(log1p_sum)(R(integers)(j), f, s.low * (real)((bits)C(1.0) - j), 1);
}

/* One term for each of PARTS lanes: of the elements of PARTS * GROUP that are PARTS apart, with the opposite sign. */
static inline void R(likelihood_group)(const element *x, const element *t, element *terms)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    for (size_t lane = 0; lane < PARTS; lane += LANES) {
        real u[GROUP], product[GROUP];
        for (int j = 0; j < GROUP; j++) {
            real y = R(load)(x + lane + j * PARTS), size = R(magnitude)(y);
            real shifted = R(nmadd)(size, C(LOG2_E), magic);
            real p = R(expm1_rounded)(-size, shifted - magic);
            real power = (real)((bits)shifted << MANTISSA_BITS);
            u[j] = R(madd)(p, power, power);
            product[j] = R(likelihood_product)(y, R(load)(t + lane + j * PARTS));
        }
        real logarithm = R(log1p_of_product)(R(join)(R(join)(u[0], u[1]), R(join)(u[2], u[3])));
        real products = (product[0] + product[1]) + (product[2] + product[3]);
        R(store)(terms + lane, logarithm + products);
    }
}

/* The term of one element, of any size: large ones, where u might be subnormal, and nan. */
static inline real R(likelihood_term)(real x, real t)
{
    real minus = (real)((bits)x | (bits)C(-0.0));
    return R(softplus_end)(minus, R(softplus_begin)(minus)) + R(likelihood_product)(x, t);
}

/* likelihood_group for all numbers, one logarithm for each: `count` elements a lane, up to GROUP, `step` apart. */
static __attribute__((noinline)) void R(likelihood_far_group)(const element *x, const element *t, ptrdiff_t step,
                                                              size_t count, element *terms)
{
    for (size_t lane = 0; lane < PARTS; lane += LANES) {
        real term[GROUP] = {C(0.0)};
        for (size_t i = 0; i < count; i++) {
            const ptrdiff_t place = (ptrdiff_t)lane + (ptrdiff_t)i * step;
            term[i] = R(likelihood_term)(R(load)(x + place), R(load)(t + place));
        }
        R(store)(terms + lane, (term[0] + term[1]) + (term[2] + term[3]));
    }
}

/* The terms of n elements, PARTS for each group; what is left of the last group is (inf, 1), whose term is 0. True if one of them
 * is nan or beyond LIKELIHOOD_HUGE. */
static inline int R(likelihood_terms)(const element *x, const element *t, size_t n, element *terms)
{
    int huge = 0;
    for (size_t first = 0; first < n; first += PARTS * GROUP, x += PARTS * GROUP, t += PARTS * GROUP, terms += PARTS) {
        mask far = R(not_less)(R(magnitude)(R(load)(x)), C(LIKELIHOOD_FAR));
        for (size_t i = LANES; i < PARTS * GROUP; i += LANES) {
            far |= R(not_less)(R(magnitude)(R(load)(x + i)), C(LIKELIHOOD_FAR));
        }
        if (__builtin_expect(R(any)(far), 0)) {
            const size_t left = n - first;
            R(likelihood_far_group)(x, t, PARTS, left < PARTS * GROUP ? count_of_part(0, left) : GROUP, terms);
        }
        else {
            R(likelihood_group)(x, t, terms);
        }
        for (size_t i = 0; i < PARTS; i += LANES) {
            huge |= R(any)(R(not_less)(R(magnitude)(R(load)(terms + i)), C(LIKELIHOOD_HUGE)));
        }
    }
    return huge;
}

/* The terms of PARTS rows of n elements, n < PARTS * GROUP, element i of row j at i * step + j: those of likelihood_far_group,
 * which a row has that is filled up with infinities. One logarithm for each element: functions.h limits n. Returns what
 * likelihood_terms returns. */
static inline int R(likelihood_terms_of_rows)(const element *x, const element *t, ptrdiff_t step, size_t n,
                                              element *terms)
{
    int huge = 0;
    for (int part = 0; part < PARTS && (size_t)part < n; part++, terms += PARTS) {
        const ptrdiff_t first = part * step;
        R(likelihood_far_group)(x + first, t + first, PARTS * step, count_of_part(part, n), terms);
        for (size_t row = 0; row < PARTS; row += LANES) {
            huge |= R(any)(R(not_less)(R(magnitude)(R(load)(terms + row)), C(LIKELIHOOD_HUGE)));
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
    static __attribute__((noinline)) void add_likelihoods_f##width(softufunc_sum *sum, const type *x, const type *t, \
                                                                   size_t n) \
    { \
        _Alignas(64) type terms[SUM_BLOCK / GROUP]; \
        const size_t count = (n + (PARTS * GROUP - 1)) / (PARTS * GROUP) * PARTS; \
        if (__builtin_expect(likelihood_terms_f##width(x, t, n, terms), 0)) { \
            for (size_t i = 0; i < count; i++) { \
                terms[i] = (type)take_huge_term(sum, terms[i]); \
            } \
        } \
        add_likelihood_terms_f##width(sum, terms, count); \
    } \
    static inline void log_likelihood_add_f##width(softufunc_sum *sum, const type *x, const type *t, size_t n) \
    { \
        for (; n >= SUM_BLOCK; n -= SUM_BLOCK, x += SUM_BLOCK, t += SUM_BLOCK) { \
            add_likelihoods_f##width(sum, x, t, SUM_BLOCK); \
        } \
        if (n > 0) { \
            /* (inf, 1) adds 0 */ \
            _Alignas(64) type last_x[SUM_BLOCK], last_t[SUM_BLOCK]; \
            size_t padded = SUM_BLOCK - (SUM_BLOCK - n) / (PARTS * GROUP) * (PARTS * GROUP); \
            memcpy(last_x, x, n * sizeof(type)); \
            memcpy(last_t, t, n * sizeof(type)); \
            for (size_t i = n; i < padded; i++) { \
                last_x[i] = (type)INFINITY; \
                last_t[i] = 1; \
            } \
            add_likelihoods_f##width(sum, last_x, last_t, n); \
        } \
    }

LOG_LIKELIHOOD_ADD(32, float)
LOG_LIKELIHOOD_ADD(64, double)

static __attribute__((noinline)) void likelihoods_of_rows(real *terms, size_t n, double *out)
{
    real low[PARTS] = {C(0.0)};
    pair_f64 sum = add_parts_of_rows(terms, low, n);
    store_f64(out, C(0.0) - (sum.high + sum.low));
}

#define LOG_LIKELIHOOD_ROWS(width, type, load) \
    static inline int log_likelihood_rows_f##width(const type *x, const type *t, ptrdiff_t step, size_t n, \
                                                   double *out) \
    { \
        _Alignas(64) type terms[PARTS * PARTS]; \
        if (likelihood_terms_of_rows_f##width(x, t, step, n, terms)) { \
            return 0; \
        } \
        for (size_t row = 0; row < PARTS; row += LANES) { \
            real parts[PARTS]; \
            for (size_t i = 0; i < n && i < PARTS; i++) { \
                parts[i] = load(terms + i * PARTS + row); \
            } \
            likelihoods_of_rows(parts, n, out + row); \
        } \
        return 1; \
    }

LOG_LIKELIHOOD_ROWS(32, float, load_floats)
LOG_LIKELIHOOD_ROWS(64, double, load_f64)

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
