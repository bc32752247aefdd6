/* The terms e^x of logsumexp, for one width: included with REAL_BITS 64 and 32.
 *
 * A term is t (1 + r + c): t is a power of 2, r is exact and c is a small correction. The sum of a few terms has an error of
 * 2^-56 (2^-27 in float32) relative to the largest one: see math/logsumexp_core.h.
 */
/* Terms are at most 2^term_log2_max (1 + 0.42). Terms below 2^term_log2_min are replaced by 0: they are too small to change the
 * result, and their rounding errors would be subnormal, which is slow on some processors. */
enum { R(term_log2_max) = REAL_BITS == 32 ? 60 : 0, R(term_log2_min) = REAL_BITS == 32 ? -90 : -900 };

/* Reduces 2 half elements to the maxima of their pairs. */
static ALWAYS_INLINE void R(halve_maxima)(element *all, int half)
{
    for (int i = 0; i < half; i++) {
        all[i] = all[i] < all[i + half] ? all[i + half] : all[i];
    }
}

/* The maximum of `known` and n elements, n a multiple of ACCUMULATORS; nans are ignored. */
static ALWAYS_INLINE element R(maximum_of_chunk)(element known, const element *x, size_t n)
{
    /* four independent chains, to hide the latency of comparison and select */
    real max[4] = {C(known), C(known), C(known), C(known)};
    size_t i = 0;
    for (; n - i >= 4 * LANES; i += 4 * LANES) {
        for (int v = 0; v < 4; v++) {
            real y = R(load)(x + i + v * LANES);
            max[v] = R(raised_to)(max[v], y);
        }
    }
    for (; i < n; i += LANES) {
        real y = R(load)(x + i);
        max[0] = R(raised_to)(max[0], y);
    }
    max[0] = R(max)(R(max)(max[0], max[1]), R(max)(max[2], max[3]));
    if (__builtin_expect(R(any)(R(less)(C(known), max[0])), 0)) {
        element all[ACCUMULATORS];
        for (int lane = 0; lane < ACCUMULATORS; lane += LANES) {
            R(store)(all + lane, max[0]);
        }
        R(halve_maxima)(all, 8);
        R(halve_maxima)(all, 4);
        R(halve_maxima)(all, 2);
        R(halve_maxima)(all, 1);
        known = all[0];
    }
    return known;
}

static ALWAYS_INLINE int R(any_nan_in_chunk)(const element *x, size_t n)
{
    int found = 0;
    for (size_t i = 0; i < n; i += LANES) {
        found |= R(any)(R(is_nan)(R(load)(x + i)));
    }
    return found;
}

/* The scale of the terms of one row (the same in every lane) or of LANES rows. `min` is the smallest x - offset whose term is not
 * replaced by 0. Adding `magic` to (x - offset) / ln 2 rounds it to an integer, with the biased exponent of the term in the last
 * bits. */
typedef struct {
    real offset, min, magic;
} R(exp_scale);

static ALWAYS_INLINE real R(exp_scale_min)(real k)
{
    return (k + C(R(term_log2_min) - R(term_log2_max))) * C(LN2_HI);
}

static ALWAYS_INLINE real R(exp_scale_magic)(real k)
{
    return C(ROUND_TO_INTEGER + EXPONENT_BIAS + R(term_log2_max)) - k;
}

static ALWAYS_INLINE R(exp_scale) R(exp_scale_of)(double offset, double k)
{
    return (R(exp_scale)){C(offset), R(exp_scale_min)(C(k)), R(exp_scale_magic)(C(k))};
}

/* e^(x - offset) 2^(term_log2_max - k) = t (1 + r + c) */
typedef struct {
    R(expm1_sum) p;
    real t;
} R(exp_term);

/* The first half of the operations of a term, d = x - offset: r, and k LN2_LO in place of c. Lanes `below` are replaced by 0. */
static ALWAYS_INLINE R(exp_term) R(exp_term_start_of)(real d, mask below, R(exp_scale) scale)
{
    real shifted = R(madd)(d, C(LOG2_E), scale.magic), k = shifted - scale.magic;
    real t = R(zero_where)(below, R(power_in_bits)((bits)shifted));
    return (R(exp_term)){{R(reduce_hi)(d, k), k * C(LN2_LO)}, t};
}

/* Lanes replaced by 0 are added to `any_below`. */
static ALWAYS_INLINE R(exp_term) R(exp_term_head)(real x, R(exp_scale) scale, mask *any_below)
{
    real d = x - scale.offset;
    mask below = R(less)(d, scale.min);
    *any_below |= below;
    return R(exp_term_start_of)(R(select)(below, scale.min, d), below, scale);
}

/* The second half. Without FMA, r^2 / 2 is added last, which saves two of four roundings of that size in c. */
static ALWAYS_INLINE R(exp_term) R(exp_term_tail)(R(exp_term) y)
{
#if HAVE_FMA
    y.p = R(expm1_of_parts)(y.p.r, y.p.c, 1, 0, EXPM1_CENTRED);
#else
    const element *p = R(expm1_centred);
    real r = y.p.r - y.p.c, r2 = r * r;
    y.p.c = r2 * C(p[0]) + (r2 * r * R(expm1_from_cubic)(r, r2, p) - y.p.c);
#endif
    return y;
}

static ALWAYS_INLINE R(exp_term) R(exp_term_of)(real x, R(exp_scale) scale)
{
    mask any_below = {0};
    return R(exp_term_tail)(R(exp_term_head)(x, scale, &any_below));
}

/* The same bits with lower latency: the number in place of one that is far below every scale.min does not depend on the maximum. */
static ALWAYS_INLINE R(exp_term) R(exp_term_of_short)(real x, R(exp_scale) scale)
{
    real d = x - scale.offset;
    return R(exp_term_tail)(R(exp_term_start_of)(R(raised_to)(d, C(-0x1p+20)), R(less)(d, scale.min), scale));
}

/* The loop over elements is cut into a loop over heads, one over tails and one over sums, for the reason given in
 * kernels/elementwise.h. Heads and tails are one loop with AVX-512, which has more registers, and where storing all parts of the
 * terms twice costs more than it gains. */
enum { R(terms_max) = 33, R(split_terms) = VECTOR_BYTES == 32 };

static ALWAYS_INLINE R(exp_term) R(exp_term_start)(real x, R(exp_scale) scale, mask *any_below)
{
    R(exp_term) y = R(exp_term_head)(x, scale, any_below);
    return R(split_terms) ? y : R(exp_term_tail)(y);
}

static ALWAYS_INLINE void R(exp_terms_finish)(R(exp_term) * terms, size_t n)
{
    for (size_t i = 0; i < n && R(split_terms); i++) {
        terms[i] = R(exp_term_tail)(terms[i]);
    }
}

#if REAL_BITS == 32

/* The terms of `count` elements per lane, and of one more in `last`, if that is not NULL: at most terms_max. Returns the lanes of
 * which some of the former were replaced by 0. */
static ALWAYS_INLINE mask R(exp_terms_of)(const element *x, size_t count, R(exp_scale) scale, const element *last,
                                          R(exp_term) * terms)
{
    mask any_below = {0};
    for (size_t i = 0; i < count; i++) {
        terms[i] = R(exp_term_start)(R(load)(x + i * ACCUMULATORS), scale, &any_below);
    }
    if (last) {
        mask ignored = {0};
        terms[count++] = R(exp_term_start)(R(load)(last), scale, &ignored);
    }
    R(exp_terms_finish)(terms, count);
    return any_below;
}

/* The terms of elements start to start + count - 1 of LANES rows, of those ACCUMULATORS farther on, and so on up to element n - 1 */
static ALWAYS_INLINE mask R(exp_terms_of_group)(const element *x, ptrdiff_t step, size_t start, size_t count, size_t n,
                                                R(exp_scale) scale, R(exp_term) * terms)
{
    R(exp_term) *next = terms;
    mask any_below = {0};
    for (size_t place = start; place < n; place += ACCUMULATORS) {
        const element *from = x + (ptrdiff_t)place * step;
        const size_t last = n - place < count ? n - place : count;
        for (size_t i = 0; i < last; i++, from += step) {
            *next++ = R(exp_term_start)(R(load)(from), scale, &any_below);
        }
    }
    R(exp_terms_finish)(terms, (size_t)(next - terms));
    return any_below;
}

/* Stores a term, rounded to float, and returns its rounding error. */
static ALWAYS_INLINE real exp_term_low_f32(exp_term_f32 y, float *to)
{
    real high = madd_f32(y.p.r + y.p.c, y.t, y.t);
    store_f32(to, high);
    return madd_f32(y.p.c, y.t, madd_f32(y.p.r, y.t, y.t - high));
}

/* Stores the terms of `count` elements per lane to every ACCUMULATORS-th element of `to`. Returns the sum of their rounding errors, which
 * are 2^-24 of the terms; summing those in float adds an error of 2^-48. */
static ALWAYS_INLINE real exp_terms_f32(const float *x, size_t count, exp_scale_f32 scale, float *to, const float *last,
                                        float *last_to)
{
    exp_term_f32 terms[R(terms_max)];
    real low = C(0.0);
    exp_terms_of_f32(x, count, scale, last, terms);
    for (size_t i = 0; i < count; i++) {
        low += exp_term_low_f32(terms[i], to + i * ACCUMULATORS);
    }
    return last ? low + exp_term_low_f32(terms[count], last_to) : low;
}

#else

/* Where terms are stored as high + low, for softmax; the steps are those from element to element. With low_step 0, a constant, nothing is
 * stored. `high` may be the array of the elements. *small, if that is not NULL, is set to 1 if terms were replaced by 0. */
typedef struct {
    double *high, *low;
    ptrdiff_t high_step, low_step;
    int *small;
} term_places_f64;

static ALWAYS_INLINE term_places_f64 places_at_f64(term_places_f64 to, size_t i, size_t row)
{
    if (to.low_step) {
        to.high += (ptrdiff_t)i * to.high_step + (ptrdiff_t)row;
        to.low += (ptrdiff_t)i * to.low_step + (ptrdiff_t)row;
    }
    return to;
}

/* With 32 terms below 1.42 added the high part stays between 2^7 and 2^8, with an ulp of 2^-45. */
#define SUM_ANCHOR 0x1.8p+7

static ALWAYS_INLINE pair_f64 start_of_sum_f64(void)
{
    return (pair_f64){C(SUM_ANCHOR), C(0.0)};
}

static ALWAYS_INLINE pair_f64 end_of_sum_f64(pair_f64 sum)
{
    return (pair_f64){sum.high - C(SUM_ANCHOR), sum.low};
}

/* Adds a term to a sum, split into a multiple of 2^-45, which is summed exactly, and a remainder. Where it is stored and was replaced
 * by 0 (`small`: it may be), the element itself is stored, marked by nan. */
static ALWAYS_INLINE void add_exp_term_f64(pair_f64 *sum, exp_term_f64 y, const double *x, exp_scale_f64 scale,
                                           int small, term_places_f64 to)
{
    real p = y.p.r + C(1.0), tail = y.p.c + ((C(1.0) - p) + y.p.r);
    /* with p instead of q the remainder is as large as c, and rounding errors of its sum reach 0.97 ulp for 5000 equal terms */
    real q = p + tail;
    tail += p - q;
    real next = madd_f64(q, y.t, sum->high);
    sum->low += madd_f64(q, y.t, sum->high - next);
    sum->low = madd_f64(tail, y.t, sum->low);
    sum->high = next;
    if (to.low_step) {
        real high = q * y.t, low = tail * y.t;
        if (small) {
            mask below = less_f64(load_f64(x) - scale.offset, scale.min);
            high = select_f64(below, load_f64(x), high);
            low = select_f64(below, C(NAN), low);
        }
        store_f64(to.high, high);
        store_f64(to.low, low);
    }
}

static ALWAYS_INLINE double nearest_integer(double x)
{
    return (x + ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
}

static ALWAYS_INLINE real nearest_integers(real x)
{
    return (x + C(ROUND_TO_INTEGER)) - C(ROUND_TO_INTEGER);
}

/* e^exponent 2^power = t (1 + high + low) with an error of 2^-60, |exponent| < 4096 */
typedef struct {
    real high, low, t;
} exp_factor;

static ALWAYS_INLINE exp_factor exp_factor_of(double exponent, double power)
{
    real k = C(nearest_integer(exponent * LOG2_E));
    expm1_sum_f64 p = expm1_guarded_f64(C(exponent), k, 1, 0, EXPM1_CENTRED);
    real high = p.r + p.c;
    real t = (real)((bits)(k + C(power + ROUND_TO_INTEGER + EXPONENT_BIAS)) << MANTISSA_BITS);
    return (exp_factor){high, (p.r - high) + p.c, t};
}

/* offset + k ln 2 + log(high + low), unevaluated: s = high 2^-j lies in [sqrt(1/2), sqrt(2)), and log(s) = 2 atanh(f / (2 + f)),
 * f = s - 1. The error is 2^-60 of the logarithm. */
static ALWAYS_INLINE pair_f64 log_parts_of_sum(real high, real low, real offset, real k)
{
    bits j = exponent_f64((bits)high, INTEGER(ROOT_HALF_BITS));
    real f = (real)((bits)high - j) - C(1.0), f_low = low * (real)((bits)C(1.0) - j);
    real d = madd_f64(f, C(0.5), C(1.0));
    real d_low = madd_f64(f_low, C(0.5), madd_f64(f, C(0.5), C(1.0) - d));
    quotient_f64 y = log_parts_f64(integers_f64(j) + k * C(0x1p+52), divide_f64(1, f, f_low, d, d_low));
    pair_f64 total = two_sum_f64(offset, y.high);
    return (pair_f64){total.high, y.low + total.low};
}

static ALWAYS_INLINE real log_of_sum(real high, real low, real offset, real k)
{
    pair_f64 sum = log_parts_of_sum(high, low, offset, k);
    return sum.high + sum.low;
}

#endif

/* The maxima of n elements of each of ACCUMULATORS rows; element i of row j is x[i * step + j]. At least four chains are independent, as
 * in maximum_of_chunk, and the rows are read once. */
enum { R(row_vectors) = ACCUMULATORS / LANES, R(maxima_chains) = R(row_vectors) < 4 ? 4 / R(row_vectors) : 1 };

static NOINLINE void R(maxima_of_rows)(const element *x, ptrdiff_t step, size_t n, element *max)
{
    real largest[R(maxima_chains)][R(row_vectors)];
    for (int chain = 0; chain < R(maxima_chains); chain++) {
        for (int v = 0; v < R(row_vectors); v++) {
            largest[chain][v] = C(-INFINITY);
        }
    }
    size_t i = 0;
    for (; n - i >= R(maxima_chains); i += R(maxima_chains)) {
        for (int chain = 0; chain < R(maxima_chains); chain++, x += step) {
            for (int v = 0; v < R(row_vectors); v++) {
                real y = R(load)(x + v * LANES);
                largest[chain][v] = R(raised_to)(largest[chain][v], y);
            }
        }
    }
    for (; i < n; i++, x += step) {
        for (int v = 0; v < R(row_vectors); v++) {
            real y = R(load)(x + v * LANES);
            largest[0][v] = R(raised_to)(largest[0][v], y);
        }
    }
    for (int v = 0; v < R(row_vectors); v++) {
        for (int chain = 1; chain < R(maxima_chains); chain++) {
            largest[0][v] = R(max)(largest[0][v], largest[chain][v]);
        }
        R(store)(max + v * LANES, largest[0][v]);
    }
}

/* The scales of the rows of a batch, from their offsets and k */
typedef struct {
    element offset[ACCUMULATORS], k[ACCUMULATORS];
} R(row_scales);

static ALWAYS_INLINE R(exp_scale) R(exp_scale_of_rows)(const R(row_scales) * scales, size_t row)
{
    real k = R(load)(scales->k + row);
    return (R(exp_scale)){R(load)(scales->offset + row), R(exp_scale_min)(k), R(exp_scale_magic)(k)};
}
