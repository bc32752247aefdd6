/* log_likelihood(x, t) = log_prob(x1, t1) + ... + log_prob(xn, tn), over an axis, for labels t and logits x
 *
 * Identity   -log_prob(x, t) = log1p(e^-|x|) + |x| (x < 0 ? t : 1 - t): two terms of the same sign for t in [0, 1]
 * Why not    log_prob(x, t).sum(): writes a temporary array; softplus(x) - t x: every digit is lost for large x and t = 1
 * Product    log1p(u1) + ... + log1p(u4) = log((1 + u1) ... (1 + u4)): one logarithm for four elements. The product minus 1
 *            is computed without cancellation, so that small terms keep their digits
 * Sum        float32 in double, float64 with compensation; 16 partial sums for every vector width. Terms beyond 2^1000 are
 *            scaled and summed separately, and so are infinite ones
 * Error      relative to the sum of the absolute terms, which is the result if all t are in [0, 1]. It does not grow with n:
 *            its sources are the rounding of u, the two levels of the product, the logarithm and the sums of four terms
 * BOUND f64 0.5 ULP + 2^-52
 * BOUND f32 0.5 ULP + 2^-23
 *           largest part beyond half an ulp 2^-53.1 and 2^-24.0, 2026-11-25:
 *           python -m tools accuracy log_likelihood --isa all --dtype float32 float64 --rows 8
 * Special    empty -> 0; 0 times infinity is 0: (inf, 1) and (-inf, 0) add 0, (inf, 0) and (-inf, 1) add -inf; nan -> nan
 */
#ifdef LONG_DOUBLE

static long double log_likelihood_longdouble(const char *x, ptrdiff_t step, const char *t, ptrdiff_t t_step,
                                             softufunc_read read, size_t n)
{
    long double sum = 0, low = 0;
    for (size_t i = 0; i < n; i++, x += step, t += t_step) {
        long double y = *(const long double *)(const void *)x, label = read(t);
        long double factor = y < 0 ? label : 1 - label, size = fabsl(y);
        long double term = log1pl(expl(-size)) + (factor == 0 ? 0 : factor * size);
        long double total = sum + term;
        if (total - total == 0) {
            low += fabsl(sum) > fabsl(term) ? (sum - total) + term : (term - total) + sum;
        }
        sum = total;
    }
    return 0 - (sum + low);
}

static const softufunc_longdouble_rows log_likelihood_longdouble_rows = {.reduction = log_likelihood_longdouble};

#elif defined(BOTH_WIDTHS)

enum { LOG_LIKELIHOOD_CHUNK = 512, LOG_LIKELIHOOD_SIZE = ACCUMULATORS * GROUP };
/* the number of terms of a chunk, and of a row batch */
enum { LOG_LIKELIHOOD_TERMS = LOG_LIKELIHOOD_CHUNK / GROUP, LOG_LIKELIHOOD_ROW_TERMS = ACCUMULATORS * ACCUMULATORS };

static void log_likelihood_init(softufunc_accumulators *sum)
{
    memset(sum, 0, sizeof *sum);
}

/* Adds a term that the accumulators cannot hold to separate sums: nan and infinities, and terms beyond LIKELIHOOD_HUGE_F64, times
 * 2^-64. Returns the term for the accumulators. nan is tested first, because ordered comparisons would raise invalid. */
static NOINLINE double take_huge_term(softufunc_accumulators *sum, double term)
{
    if (term != term || fabs(term) == (double)INFINITY) {
        sum->huge.not_finite += term;
        return 0;
    }
    if (fabs(term) < LIKELIHOOD_HUGE_F64) {
        return term;
    }
    double scaled = term * 0x1p-64, total = sum->huge.high + scaled, part = total - sum->huge.high;
    sum->huge.low += (sum->huge.high - (total - part)) + (scaled - part);
    sum->huge.high = total;
    return 0;
}

/* Adds the terms of a chunk: with compensation in float64, without in float32, as float terms are summed in double. */
static ALWAYS_INLINE void add_likelihood_terms_f64(softufunc_accumulators *sum, const double *terms, size_t n)
{
    real_f64 high[ACCUMULATOR_VECTORS], low[ACCUMULATOR_VECTORS];
    for (int v = 0; v < ACCUMULATOR_VECTORS; v++) {
        high[v] = load_f64(sum->high + v * LANES_F64);
        low[v] = load_f64(sum->low + v * LANES_F64);
    }
    for (size_t i = 0; i < n; i += ACCUMULATORS) {
        for (int v = 0; v < ACCUMULATOR_VECTORS; v++) {
            pair_f64 total = two_sum_f64(high[v], load_f64(terms + i + v * LANES_F64));
            low[v] += total.low;
            high[v] = total.high;
        }
    }
    for (int v = 0; v < ACCUMULATOR_VECTORS; v++) {
        store_f64(sum->high + v * LANES_F64, high[v]);
        store_f64(sum->low + v * LANES_F64, low[v]);
    }
}

static ALWAYS_INLINE void add_likelihood_terms_f32(softufunc_accumulators *sum, const float *terms, size_t n)
{
    real_f64 chunk[ACCUMULATOR_VECTORS] = {{0}};
    for (size_t i = 0; i < n; i += ACCUMULATORS) {
        for (int v = 0; v < ACCUMULATOR_VECTORS; v++) {
            chunk[v] += load_widened(terms + i + v * LANES_F64);
        }
    }
    for (int v = 0; v < ACCUMULATOR_VECTORS; v++) {
        add_to_accumulators(sum, (size_t)(v * LANES_F64), chunk[v], splat_f64(0.0));
    }
}

/* Adds a chunk of n elements; x and t are padded to a multiple of LOG_LIKELIHOOD_SIZE. */
static NOINLINE void add_likelihoods_f32(softufunc_accumulators *sum, const float *x, const float *t, size_t n)
{
    _Alignas(64) float terms[LOG_LIKELIHOOD_TERMS];
    const size_t count = (n + (LOG_LIKELIHOOD_SIZE - 1)) / LOG_LIKELIHOOD_SIZE * ACCUMULATORS;
    if (__builtin_expect(likelihood_terms_f32(x, t, n, terms), 0)) {
        for (size_t i = 0; i < count; i++) {
            terms[i] = (float)take_huge_term(sum, (double)terms[i]);
        }
    }
    add_likelihood_terms_f32(sum, terms, count);
}

static NOINLINE void add_likelihoods_f64(softufunc_accumulators *sum, const double *x, const double *t, size_t n)
{
    _Alignas(64) double terms[LOG_LIKELIHOOD_TERMS];
    const size_t count = (n + (LOG_LIKELIHOOD_SIZE - 1)) / LOG_LIKELIHOOD_SIZE * ACCUMULATORS;
    if (__builtin_expect(likelihood_terms_f64(x, t, n, terms), 0)) {
        for (size_t i = 0; i < count; i++) {
            terms[i] = take_huge_term(sum, terms[i]);
        }
    }
    add_likelihood_terms_f64(sum, terms, count);
}

/* The last chunk is padded with (inf, 1), whose term is 0. */
static void log_likelihood_update_f32(softufunc_accumulators *sum, const void *x, const void *t, size_t n)
{
    enum { CHUNK = LOG_LIKELIHOOD_CHUNK, SIZE = LOG_LIKELIHOOD_SIZE };
    const float *from_x = x, *from_t = t;
    for (; n >= CHUNK; n -= CHUNK, from_x += CHUNK, from_t += CHUNK) {
        add_likelihoods_f32(sum, from_x, from_t, CHUNK);
    }
    if (n > 0) {
        _Alignas(64) float last_x[CHUNK], last_t[CHUNK];
        const size_t padded = (n + (SIZE - 1)) / SIZE * SIZE;
        for (size_t i = n / LANES_F32 * LANES_F32; i < padded; i += LANES_F32) {
            store_f32(last_x + i, splat_f32((float)INFINITY));
            store_f32(last_t + i, splat_f32(1));
        }
        memcpy(last_x, from_x, n * sizeof *last_x);
        memcpy(last_t, from_t, n * sizeof *last_t);
        add_likelihoods_f32(sum, last_x, last_t, n);
    }
}

static void log_likelihood_update_f64(softufunc_accumulators *sum, const void *x, const void *t, size_t n)
{
    enum { CHUNK = LOG_LIKELIHOOD_CHUNK, SIZE = LOG_LIKELIHOOD_SIZE };
    const double *from_x = x, *from_t = t;
    for (; n >= CHUNK; n -= CHUNK, from_x += CHUNK, from_t += CHUNK) {
        add_likelihoods_f64(sum, from_x, from_t, CHUNK);
    }
    if (n > 0) {
        _Alignas(64) double last_x[CHUNK], last_t[CHUNK];
        const size_t padded = (n + (SIZE - 1)) / SIZE * SIZE;
        for (size_t i = n / LANES_F64 * LANES_F64; i < padded; i += LANES_F64) {
            store_f64(last_x + i, splat_f64((double)INFINITY));
            store_f64(last_t + i, splat_f64(1));
        }
        memcpy(last_x, from_x, n * sizeof *last_x);
        memcpy(last_t, from_t, n * sizeof *last_t);
        add_likelihoods_f64(sum, last_x, last_t, n);
    }
}

static double log_likelihood_finalize(const softufunc_accumulators *sum)
{
    double high, low;
    merge_accumulators(sum, ACCUMULATORS, &high, &low);
    if (sum->huge.high != 0) {
        high = (sum->huge.high + (sum->huge.low + high * 0x1p-64)) * 0x1p+64;
        low = 0;
    }
    return 0 - (high + low + sum->huge.not_finite);
}

/* Sums the terms of LANES_F64 rows of n elements. */
static NOINLINE void log_likelihood_of_rows(real_f64 (*terms)[ACCUMULATORS], size_t n, double *out)
{
    real_f64 low[ACCUMULATORS] = {{0}};
    merge_accumulators_of_rows(terms, &low, 1, n, 0);
    const pair_f64 sum = sum_of_rows(*terms, low);
    store_f64(out, splat_f64(0.0) - (sum.high + sum.low));
}

static int log_likelihood_row_batch_f32(const void *x, const void *t, ptrdiff_t step, size_t n, double *out)
{
    _Alignas(64) float terms[LOG_LIKELIHOOD_ROW_TERMS];
    if (likelihood_terms_of_rows_f32(x, t, step, n, terms)) {
        return 0;
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        real_f64 of_rows[ACCUMULATORS];
        for (size_t i = 0; i < n && i < ACCUMULATORS; i++) {
            of_rows[i] = load_widened(terms + i * ACCUMULATORS + row);
        }
        log_likelihood_of_rows(&of_rows, n, out + row);
    }
    return 1;
}

static int log_likelihood_row_batch_f64(const void *x, const void *t, ptrdiff_t step, size_t n, double *out)
{
    _Alignas(64) double terms[LOG_LIKELIHOOD_ROW_TERMS];
    if (likelihood_terms_of_rows_f64(x, t, step, n, terms)) {
        return 0;
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        real_f64 of_rows[ACCUMULATORS];
        for (size_t i = 0; i < n && i < ACCUMULATORS; i++) {
            of_rows[i] = load_f64(terms + i * ACCUMULATORS + row);
        }
        log_likelihood_of_rows(&of_rows, n, out + row);
    }
    return 1;
}

static const softufunc_reduction log_likelihood_reduction = {
    .nin = 2,
    .infinite_is_overflow = 1, /* for a sum of finite terms */
    .chunk = LOG_LIKELIHOOD_CHUNK,
    .row_batch_max = 48, /* a batch computes a logarithm per element, a single row one per four elements */
    .init = log_likelihood_init,
    .update = {log_likelihood_update_f32, log_likelihood_update_f64},
    .finalize = log_likelihood_finalize,
    .row_batch = {log_likelihood_row_batch_f32, log_likelihood_row_batch_f64},
};
static const softufunc_rows log_likelihood_rows = {.reduction = &log_likelihood_reduction};

#else

#undef LIKELIHOOD_TAIL
#undef LIKELIHOOD_HUGE
#if REAL_BITS == 32
#define LIKELIHOOD_TAIL 86.0     /* u may be subnormal from here on */
#define LIKELIHOOD_HUGE INFINITY /* the sum is a double: no float term overflows it */
#else
#define LIKELIHOOD_TAIL 700.0
#define LIKELIHOOD_HUGE LIKELIHOOD_HUGE_F64
#endif
#define LIKELIHOOD_HUGE_F64 0x1p+1000
#define GROUP 4 /* elements that share one logarithm */

/* |x| (x < 0 ? t : 1 - t), 0 where the second factor is 0 */
static ALWAYS_INLINE real R(likelihood_product)(real x, real t)
{
    real factor = R(select)(R(less)(x, C(0.0)), t, C(1.0) - t);
    mask not_zero = R(less)(factor, C(0.0)) | R(less)(C(0.0), factor);
    return factor * R(select)(not_zero, R(magnitude)(x), C(0.0));
}

/* The product of GROUP factors 1 + u, minus 1: (1 + p)(1 + u) = 1 + (p + u + p u) */
static ALWAYS_INLINE real R(join)(real p, real u)
{
    return R(madd)(p, u, p + u);
}

/* log(1 + p), 0 <= p < 16: 1 + p = 2^j (1 + f + f_low) */
static ALWAYS_INLINE real R(log1p_of_product)(real p)
{
    R(pair) s = R(two_sum)(C(1.0), p);
    bits j = R(exponent)((bits)s.high, INTEGER(ROOT_HALF_BITS));
    real f = (real)((bits)s.high - j) - C(1.0);
    return R(log1p_sum_of_quotient)(R(log1p_sum_quotient)(R(integers)(j), f, s.low * (real)((bits)C(1.0) - j), 1));
}

/* Fast path, for |x| < LIKELIHOOD_TAIL: the negated terms of ACCUMULATORS * GROUP elements. Each term is the sum for GROUP elements
 * that are ACCUMULATORS apart. */
static ALWAYS_INLINE void R(likelihood_fast_group)(const element *x, const element *t, element *terms)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    for (size_t lane = 0; lane < ACCUMULATORS; lane += LANES) {
        real u[GROUP], product[GROUP];
        for (int j = 0; j < GROUP; j++) {
            real y = R(load)(x + lane + j * ACCUMULATORS), size = R(magnitude)(y);
            real shifted = R(nmadd)(size, C(LOG2_E), magic);
            real p = R(expm1_rounded)(-size, shifted - magic);
            real power = R(power_in_bits)((bits)shifted);
            u[j] = R(madd)(p, power, power);
            product[j] = R(likelihood_product)(y, R(load)(t + lane + j * ACCUMULATORS));
        }
        real logarithm = R(log1p_of_product)(R(join)(R(join)(u[0], u[1]), R(join)(u[2], u[3])));
        real products = (product[0] + product[1]) + (product[2] + product[3]);
        R(store)(terms + lane, logarithm + products);
    }
}

/* The negated term of one element of any size, including nan and numbers for which u is subnormal */
static ALWAYS_INLINE real R(likelihood_term)(real x, real t)
{
    R(values) minus = R(value)((real)((bits)x | (bits)C(-0.0)));
    return R(softplus_tail)(minus, R(softplus_middle)(minus, R(softplus_head)(minus, PATH_ANY), PATH_ANY), PATH_ANY)
               .v[0] +
           R(likelihood_product)(x, t);
}

/* Slow path, for any input, with one logarithm per element: `count` <= GROUP elements per lane, `step` apart */
static NOINLINE void R(likelihood_slow_group)(const element *x, const element *t, ptrdiff_t step, size_t count,
                                              element *terms)
{
    for (size_t lane = 0; lane < ACCUMULATORS; lane += LANES) {
        real term[GROUP] = {C(0.0)};
        for (size_t i = 0; i < count; i++) {
            const ptrdiff_t place = (ptrdiff_t)lane + (ptrdiff_t)i * step;
            term[i] = R(likelihood_term)(R(load)(x + place), R(load)(t + place));
        }
        R(store)(terms + lane, (term[0] + term[1]) + (term[2] + term[3]));
    }
}

/* Is any term nan, or too large for the accumulators? */
static ALWAYS_INLINE int R(any_huge_term)(const element *terms)
{
    int huge = 0;
    for (size_t i = 0; i < ACCUMULATORS; i += LANES) {
        huge |= R(any)(R(not_less)(R(magnitude)(R(load)(terms + i)), C(LIKELIHOOD_HUGE)));
    }
    return huge;
}

/* The terms of n elements, ACCUMULATORS for each group; the last group is padded with (inf, 1), whose term is 0. Returns whether
 * any term is huge. */
static ALWAYS_INLINE int R(likelihood_terms)(const element *x, const element *t, size_t n, element *terms)
{
    enum { SIZE = ACCUMULATORS * GROUP };
    int huge = 0;
    for (size_t first = 0; first < n; first += SIZE, x += SIZE, t += SIZE, terms += ACCUMULATORS) {
        mask in_tail = R(not_less)(R(magnitude)(R(load)(x)), C(LIKELIHOOD_TAIL));
        for (size_t i = LANES; i < SIZE; i += LANES) {
            in_tail |= R(not_less)(R(magnitude)(R(load)(x + i)), C(LIKELIHOOD_TAIL));
        }
        if (__builtin_expect(R(any)(in_tail), 0)) {
            const size_t left = n - first;
            R(likelihood_slow_group)(x, t, ACCUMULATORS, left < SIZE ? softufunc_accumulated(0, left) : GROUP, terms);
        }
        else {
            R(likelihood_fast_group)(x, t, terms);
        }
        huge |= R(any_huge_term)(terms);
    }
    return huge;
}

/* The terms of a row batch, rows of n < ACCUMULATORS * GROUP elements, element i of row j at i * step + j. They come from
 * likelihood_slow_group, as for a single row of this length, whose padding with infinities takes the slow path; that costs one
 * logarithm per element, hence the small row_batch_max. Returns whether any term is huge. */
static ALWAYS_INLINE int R(likelihood_terms_of_rows)(const element *x, const element *t, ptrdiff_t step, size_t n,
                                                     element *terms)
{
    int huge = 0;
    for (size_t i = 0; i < ACCUMULATORS && i < n; i++, x += step, t += step, terms += ACCUMULATORS) {
        R(likelihood_slow_group)(x, t, ACCUMULATORS * step, softufunc_accumulated(i, n), terms);
        huge |= R(any_huge_term)(terms);
    }
    return huge;
}

#endif
