/* log(e^x1 + e^x2 + ...) of a run of numbers: what logsumexp and logaddexp.reduce are made of.
 *
 * e^x = 2^k e^r, k the integer nearest to x / ln 2: a common power of 2 can be taken out of every term without an error,
 * where the usual e^(x - max) has the rounding error of x - max in it. The sum is e^offset 2^K times the sum of
 * 2^(k - K) e^r, K from the largest x so far; it is multiplied by a power of 2 when that grows. The offset is 0 up to
 * |max| = 1024, and the maximum, or what it was not long ago, above: x - offset is exact for every x that counts then.
 *
 * Error of the sum: relative, and independent of how many terms there are. A term is t (1 + r + c), t a power of 2.
 *   double   2^-56: 1 + r = q + rest, and every q t is cut into a multiple of 2^-45 and what is left. The multiples are
 *            summed without an error within a block; all the rest, and blocks, with the rounding errors.
 *   float    2^-27: the term and its rounding error, the one summed in double, the other, which is small, in float.
 *
 * A block of SUM_BLOCK elements stays in the first-level cache: first its maximum, then its terms. There are always 16
 * partial sums, whatever the width of a vector, so that every instruction set with FMA gives the same bits.
 *
 * Flags: comparisons are quiet; underflow of tiny terms is taken back by ufuncs/loops_reductions.c.
 */
/* 2^SUM_SCALE is the largest power of 2 among the terms. Those below 2^SUM_LEAST count as 0: they are too small to change
 * the result, and their rounding errors would be subnormal numbers, which some processors are slow to make. */
#undef SUM_SCALE
#undef SUM_LEAST
#if REAL_BITS == 32
#define SUM_SCALE 60
#define SUM_SCALE_F32 60
#define SUM_LEAST -90
#else
#define SUM_SCALE 0
#define SUM_LEAST -900
#endif

/* The largest of n elements, n a multiple of PARTS, or `known` if that is larger; nans do not count. */
static inline element R(maximum_of_block)(element known, const element *x, size_t n)
{
    /* four chains: a comparison and a selection wait for each other */
    real most[4] = {C(known), C(known), C(known), C(known)};
    size_t i = 0;
    for (; n - i >= 4 * LANES; i += 4 * LANES) {
        for (int v = 0; v < 4; v++) {
            real y = R(load)(x + i + v * LANES);
            most[v] = R(select)(R(less)(most[v], y), y, most[v]);
        }
    }
    for (; i < n; i += LANES) {
        real y = R(load)(x + i);
        most[0] = R(select)(R(less)(most[0], y), y, most[0]);
    }
    most[0] = R(max)(R(max)(most[0], most[1]), R(max)(most[2], most[3]));
    if (__builtin_expect(R(any)(R(less)(C(known), most[0])), 0)) {
        element all[16], *half = all;
        for (int lane = 0; lane < 16; lane += LANES) {
            R(store)(all + lane, most[0]);
        }
        for (int i = 0; i < 8; i++) {
            half[i] = half[i] < half[i + 8] ? half[i + 8] : half[i];
        }
        for (int i = 0; i < 4; i++) {
            half[i] = half[i] < half[i + 4] ? half[i + 4] : half[i];
        }
        for (int i = 0; i < 2; i++) {
            half[i] = half[i] < half[i + 2] ? half[i + 2] : half[i];
        }
        known = all[0] < all[1] ? all[1] : all[0];
    }
    return known;
}

static inline int R(any_nan_in_block)(const element *x, size_t n)
{
    int found = 0;
    for (size_t i = 0; i < n; i += LANES) {
        found |= R(any)(R(is_nan)(R(load)(x + i)));
    }
    return found;
}

/* What terms have in common: of all lanes, or of each. */
typedef struct {
    real offset, least, magic;
} R(exp_scale);

static inline element R(least_of)(double k)
{
    return (element)((k + (SUM_LEAST - SUM_SCALE)) * 0.6931471805599453);
}

static inline element R(magic_of)(double k)
{
    return (element)(ROUND_TO_INTEGER + EXPONENT_BIAS + SUM_SCALE - k);
}

static inline R(exp_scale) R(exp_scale_of)(const softufunc_sum *sum)
{
    return (R(exp_scale)){C(sum->offset), C(R(least_of)(sum->k)), C(R(magic_of)(sum->k))};
}

/* e^(x - offset) 2^(SUM_SCALE - K) = t (1 + r + c) */
typedef struct {
    R(expm1_sum) p;
    real t;
} R(exp_term);

static inline R(exp_term) R(exp_term_of)(real x, R(exp_scale) scale)
{
    real d = x - scale.offset;
    mask below = R(less)(d, scale.least);
    d = R(select)(below, scale.least, d);
    real shifted = R(madd)(d, C(LOG2_E), scale.magic);
    real t = R(zero_where)(below, (real)((bits)shifted << MANTISSA_BITS));
    return (R(exp_term)){R(expm1_guarded)(d, shifted - scale.magic, 1, R(expm1_centred), 0), t};
}

#if REAL_BITS == 32

/* The terms of `count` elements a lane, PARTS apart in `terms`; returns the sum of their rounding errors. */
static inline real exp_terms_f32(const float *x, ptrdiff_t step, size_t count, exp_scale_f32 scale, float *terms)
{
    real rest = C(0.0);
    for (size_t i = 0; i < count; i++) {
        exp_term_f32 y = exp_term_of_f32(load_f32(x + (ptrdiff_t)i * step), scale);
        real high = madd_f32(y.p.r + y.p.c, y.t, y.t);
        rest += madd_f32(y.p.c, y.t, madd_f32(y.p.r, y.t, y.t - high));
        store_f32(terms + i * PARTS, high);
    }
    return rest;
}

/* The terms of n elements, n a multiple of PARTS, and in `low` PARTS sums of their rounding errors. */
static inline void exp_terms_by_lanes_f32(const softufunc_sum *sum, const float *x, size_t n, float *terms, float *low)
{
    const exp_scale_f32 scale = exp_scale_of_f32(sum);
    for (size_t lane = 0; lane < PARTS; lane += LANES) {
        store_f32(low + lane, exp_terms_f32(x + lane, PARTS, n / PARTS, scale, terms + lane));
    }
}

#else

#define SUM_HUGE \
    0x1p+60 /* here numbers are 256 apart: equal ones make no difference to the result, others none at all */
#define SUM_EXACT 1024.0     /* up to here the offset is 0 */
#define SUM_WINDOW 256.0     /* the offset moves when the maximum is farther away */
#define SUM_NEGLIGIBLE 128.0 /* e^-128 times any number of terms is nothing */
static inline double nearest_integer(double x)
{
    return (x + ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
}

/* Multiplies the sum by e^exponent 2^power, |exponent| < 4096. */
static inline void scale_sum(softufunc_sum *sum, double exponent, double power)
{
    real k = splat_f64(nearest_integer(exponent * LOG2_E));
    expm1_sum_f64 p = expm1_guarded_f64(splat_f64(exponent), k, 1, expm1_centred_f64, 0);
    real factor = p.r + p.c, factor_low = (p.r - factor) + p.c;
    real t = (real)((bits)(k + splat_f64(power + ROUND_TO_INTEGER + EXPONENT_BIAS)) << MANTISSA_BITS);
    for (int i = 0; i < PARTS; i += LANES) {
        real high = load_f64(sum->high + i), low = load_f64(sum->low + i);
        real scaled = madd_f64(high, factor, high);
        low = madd_f64(low, factor, low) + madd_f64(high, factor_low, madd_f64(high, factor, high - scaled));
        store_f64(sum->high + i, scaled * t);
        store_f64(sum->low + i, low * t);
    }
}

/* Forgets the sum, but for a nan in it. */
static inline void drop_sum(softufunc_sum *sum)
{
    for (int i = 0; i < PARTS; i += LANES) {
        store_f64(sum->high + i, load_f64(sum->high + i) * C(0.0));
        store_f64(sum->low + i, load_f64(sum->low + i) * C(0.0));
    }
}

static inline int is_huge(double x)
{
    return !(fabs(x) < SUM_HUGE);
}

/* A new maximum, above the old one. */
static __attribute__((noinline)) void raise_maximum(softufunc_sum *sum, double most)
{
    double gap = most - sum->most, offset = sum->offset, k = sum->k;
    sum->most = most;
    if (is_huge(most)) {
        drop_sum(sum);
        return;
    }
    if (fabs(most) <= SUM_EXACT) {
        sum->offset = 0;
    }
    else if (offset == 0 || !(fabs(most - offset) <= SUM_WINDOW)) {
        sum->offset = most;
    }
    sum->k = nearest_integer((most - sum->offset) * LOG2_E);
    if (!(gap < SUM_NEGLIGIBLE)) {
        drop_sum(sum);
    }
    else if (sum->offset != offset || sum->k != k) {
        scale_sum(sum, offset - sum->offset, k - sum->k);
    }
}

/* LANES sums of a block */
static inline void add_to_parts(softufunc_sum *sum, size_t lane, real block, real low)
{
    real high = load_f64(sum->high + lane), total = high + block, part = total - high;
    store_f64(sum->high + lane, total);
    store_f64(sum->low + lane, load_f64(sum->low + lane) + (low + ((high - (total - part)) + (block - part))));
}

/* The sum of the terms of `count` elements a lane, 32 at most. */
static inline pair_f64 exp_terms_f64(const double *x, ptrdiff_t step, size_t count, exp_scale_f64 scale)
{
    /* 32 terms below 1.42 leave it between 2^7 and 2^8: its ulp is 2^-45 */
    const real anchor = C(0x1.8p+7);
    real a = anchor, rest = C(0.0);
    for (size_t i = 0; i < count; i++) {
        exp_term_f64 y = exp_term_of_f64(load_f64(x + (ptrdiff_t)i * step), scale);
        real p = y.p.r + C(1.0), tail = y.p.c + ((C(1.0) - p) + y.p.r);
        /* with p in the place of q the rest would be as large as c, and its sum rounded: 0.97 ulp for 5000 equal terms */
        real q = p + tail;
        tail += p - q;
        real next = madd_f64(q, y.t, a);
        rest += madd_f64(q, y.t, a - next);
        rest = madd_f64(tail, y.t, rest);
        a = next;
    }
    return (pair_f64){a - anchor, rest};
}

/* Adds the terms of n elements, n a multiple of PARTS up to SUM_BLOCK, none of them above the maximum. */
static inline void add_terms_f64(softufunc_sum *sum, const double *x, size_t n)
{
    const exp_scale_f64 scale = exp_scale_of_f64(sum);
    for (size_t lane = 0; lane < PARTS; lane += LANES) {
        pair_f64 block = exp_terms_f64(x + lane, PARTS, n / PARTS, scale);
        add_to_parts(sum, lane, block.high, block.low);
    }
}

/* LANES floats, as doubles */
static inline real load_floats(const float *from)
{
#if defined(__AVX512F__)
    return (real)_mm512_cvtps_pd(_mm256_loadu_ps(from));
#elif defined(__AVX2__)
    return (real)_mm256_cvtps_pd(_mm_loadu_ps(from));
#else
    typedef float half __attribute__((vector_size(VECTOR_BYTES / 2)));
    half x;
    memcpy(&x, from, sizeof x);
    return __builtin_convertvector(x, real);
#endif
}

static inline void add_terms_f32(softufunc_sum *sum, const float *x, size_t n)
{
    const real scale = power_of_2_f64(-SUM_SCALE_F32);
    _Alignas(64) float terms[SUM_BLOCK], low[PARTS];
    exp_terms_by_lanes_f32(sum, x, n, terms, low);
    enum { VECTORS = PARTS / LANES };
    real block[VECTORS] = {C(0.0)};
    for (size_t i = 0; i < n; i += PARTS) {
        for (int v = 0; v < VECTORS; v++) {
            block[v] += load_floats(terms + i + v * LANES);
        }
    }
    for (int v = 0; v < VECTORS; v++) {
        add_to_parts(sum, v * LANES, block[v] * scale, load_floats(low + v * LANES) * scale);
    }
}

#define ADD_EXPONENTIALS(width, type) \
    /* n up to SUM_BLOCK and a multiple of PARTS */ \
    static __attribute__((noinline)) void add_block_f##width(softufunc_sum *sum, const type *x, size_t n) \
    { \
        double most = maximum_of_block_f##width((type)sum->most, x, n); \
        if (most > sum->most) { \
            raise_maximum(sum, most); \
        } \
        if (__builtin_expect(is_huge(sum->most), 0)) { \
            if (any_nan_in_block_f##width(x, n)) { \
                sum->high[0] = (double)NAN; \
            } \
            return; \
        } \
        add_terms_f##width(sum, x, n); \
    } \
    static inline void add_exponentials_f##width(softufunc_sum *sum, const type *x, size_t n) \
    { \
        for (; n >= SUM_BLOCK; n -= SUM_BLOCK, x += SUM_BLOCK) { \
            add_block_f##width(sum, x, SUM_BLOCK); \
        } \
        if (n > 0) { \
            _Alignas(64) type last[SUM_BLOCK]; \
            size_t padded = SUM_BLOCK - (SUM_BLOCK - n) / PARTS * PARTS; \
            memcpy(last, x, n * sizeof(type)); \
            for (size_t i = n; i < padded; i++) { \
                last[i] = -(type)INFINITY; \
            } \
            add_block_f##width(sum, last, padded); \
        } \
    }

ADD_EXPONENTIALS(32, float)
ADD_EXPONENTIALS(64, double)

static inline void start_exp_sum(softufunc_sum *sum)
{
    memset(sum, 0, sizeof *sum);
    sum->most = -(double)INFINITY;
}

/* The partial sums added up: high[0] + low[0], low[0] below an ulp of high[0]. */
static inline void add_parts(const softufunc_sum *sum, double *high, double *low)
{
    double a[PARTS], b[PARTS];
    memcpy(a, sum->high, sizeof a);
    memcpy(b, sum->low, sizeof b);
#define ADD_HALVES(half) \
    for (int i = 0; i < half; i++) { \
        double total = a[i] + a[i + half], part = total - a[i]; \
        b[i] += b[i + half] + ((a[i] - (total - part)) + (a[i + half] - part)); \
        a[i] = total; \
    }
    ADD_HALVES(8)
    ADD_HALVES(4)
    ADD_HALVES(2)
    ADD_HALVES(1)
    *high = a[0] + b[0];
    *low = b[0] - (*high - a[0]);
}

/* offset + K ln 2 + log(high + low): s = high 2^-j lies in [sqrt(1/2), sqrt(2)), and log(s) = 2 atanh(f / (2 + f)), f = s - 1.
 */
static inline real log_of_sum(real high, real low, real offset, real K)
{
    const bits root_half = INTEGER(0x3fe6a09e667f3bcd);
    bits j = exponent_f64((bits)high, root_half);
    real f = (real)((bits)high - j) - C(1.0), f_low = low * (real)((bits)C(1.0) - j);
    real d = madd_f64(f, C(0.5), C(1.0));
    real d_low = madd_f64(f_low, C(0.5), madd_f64(f, C(0.5), C(1.0) - d));
    quotient_f64 y = log_parts_f64(integers_f64(j) + K * C(0x1p+52), divide_f64(1, f, f_low, d, d_low));
    pair_f64 total = two_sum_f64(offset, y.high);
    return total.high + (y.low + total.low);
}

static inline double log_of_exp_sum(const softufunc_sum *sum)
{
    double high, low;
    add_parts(sum, &high, &low);
    if (high != high || is_huge(sum->most)) {
        return high != high ? high : sum->most;
    }
    return log_of_sum(splat_f64(high), splat_f64(low), splat_f64(sum->offset), splat_f64(sum->k))[0];
}

#endif
