/* log(e^x1 + e^x2 + ...) of a run of numbers: what logsumexp and logaddexp.reduce are made of.
 *
 * e^x = 2^k e^r, k the integer nearest to x / ln 2: a common power of 2 can be taken out of every term without an error,
 * where the usual e^(x - max) has the rounding error of x - max in it. The sum is e^offset 2^K times the sum of
 * 2^(k - K) e^r, K from the largest x so far; it is multiplied by a power of 2 when that grows. The offset is 0 up to
 * |max| = 1024, and the maximum, or what it was not long ago, above: x - offset is exact for every x that counts then.
 *
 * Error of the sum: relative, and independent of how many terms there are.
 *   double   2^-56: e^r = q + tail, q of 53 bits. Every q 2^(k - K) is cut into a multiple of 2^-45 and a rest, which are
 *            summed apart: the sum of the multiples is exact within a block.
 *   float    2^-38: in double, with a shorter polynomial, sums in blocks and between them with the rounding error
 *
 * A block of SUM_BLOCK elements stays in the first-level cache: first its maximum, then its terms. There are always 16
 * partial sums, whatever the width of a vector, so that every instruction set with FMA gives the same bits.
 *
 * Flags: comparisons are quiet; underflow of tiny terms is taken back by dispatch/loops_reductions.c.
 */
#if REAL_BITS == 64

#define SUM_HUGE 0x1p+60      /* here numbers are 256 apart: equal ones make no difference to the result, others none at all */
#define SUM_EXACT 1024.0      /* up to here the offset is 0 */
#define SUM_WINDOW 256.0      /* the offset moves when the maximum is farther away */
#define SUM_NEGLIGIBLE 128.0  /* e^-128 times any number of terms is nothing */
#define SUM_SMALLEST_POWER -1023 /* 2^this is 0 where only the exponent is computed */

/* Coefficients of r^2, r^3, ... in expm1(r), for float: r in [-0.3468, 0.3468]: 2^-39.14; tools/coefficients/expm1.sollya */
static const double expm1_short_f64[] = {0x1.ffffffffeac51p-2, 0x1.5555557eb1a26p-3,  0x1.5555558ac89b3p-5, 0x1.1110a101ba99bp-7,
                                         0x1.6c16223136a44p-10, 0x1.a1875b7c15a57p-13, 0x1.a18be99f71234p-16};

/* LANES elements, as doubles */
static inline real load_as_f64(const void *from, size_t i, int is_float)
{
    if (is_float) {
        typedef float half __attribute__((vector_size(VECTOR_BYTES / 2)));
        half x;
        memcpy(&x, (const float *)from + i, sizeof x);
        return __builtin_convertvector(x, real);
    }
    return load_f64((const double *)from + i);
}

static inline double nearest_integer(double x)
{
    return (x + ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
}

/* The largest of n elements, n a multiple of PARTS; nans do not count. */
#define MAXIMUM_OF_BLOCK(width, type) \
    static inline double maximum_of_block_f##width(const type *x, size_t n) \
    { \
        enum { LANES_HERE = VECTOR_BYTES * 8 / width, VECTORS = PARTS / LANES_HERE }; \
        real_f##width most[VECTORS]; \
        for (int v = 0; v < VECTORS; v++) { \
            most[v] = splat_f##width(-(type)INFINITY); \
        } \
        for (size_t i = 0; i < n; i += PARTS) { \
            for (int v = 0; v < VECTORS; v++) { \
                real_f##width y = load_f##width(x + i + v * LANES_HERE); \
                most[v] = select_f##width(less_f##width(most[v], y), y, most[v]); \
            } \
        } \
        for (int v = 1; v < VECTORS; v++) { \
            most[0] = max_f##width(most[0], most[v]); \
        } \
        type all[LANES_HERE]; \
        store_f##width(all, most[0]); \
        for (int half = LANES_HERE / 2; half > 0; half /= 2) { \
            for (int i = 0; i < half; i++) { \
                all[i] = all[i] < all[i + half] ? all[i + half] : all[i]; \
            } \
        } \
        return all[0]; \
    }

MAXIMUM_OF_BLOCK(32, float)
MAXIMUM_OF_BLOCK(64, double)

static inline int any_nan_in_block(const void *x, size_t n, int is_float)
{
    int found = 0;
    for (size_t i = 0; i < n; i += LANES) {
        found |= any_f64(is_nan_f64(load_as_f64(x, i, is_float)));
    }
    return found;
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
static void raise_maximum(softufunc_sum *sum, double most)
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

/* Adds the terms of n elements, n a multiple of PARTS up to SUM_BLOCK, none of them above the maximum. */
static inline void add_terms(softufunc_sum *sum, const void *x, size_t n, int is_float)
{
    /* 32 terms below 1.42 leave it between 2^7 and 2^8 */
    const real anchor = C(0x1.8p+7);
    const real offset = splat_f64(sum->offset);
    const real least = splat_f64((sum->k + SUM_SMALLEST_POWER) * LN2_HI);
    const real magic = splat_f64(ROUND_TO_INTEGER + EXPONENT_BIAS - sum->k);
    for (size_t lane = 0; lane < PARTS; lane += LANES) {
        real a = is_float ? C(0.0) : anchor, rest = C(0.0);
        for (size_t i = lane; i < n; i += PARTS) {
            real d = load_as_f64(x, i, is_float) - offset;
            d = select_f64(less_f64(d, least), least, d);
            real shifted = madd_f64(d, C(LOG2_E), magic);
            real k = shifted - magic;
            real t = (real)((bits)shifted << MANTISSA_BITS);
            if (is_float) {
                const double *p = expm1_short_f64;
                real r = nmadd_f64(k, C(LN2_HI), d);
                real r2 = r * r;
                real c = madd_f64(C(p[6]), r2, madd_f64(C(p[5]), r, C(p[4])));
                c = madd_f64(c, r2, madd_f64(C(p[3]), r, C(p[2])));
                c = madd_f64(c, r2, madd_f64(C(p[1]), r, C(p[0])));
                a += madd_f64(madd_f64(c, r2, r), t, t);
            }
            else {
                expm1_sum_f64 p = expm1_guarded_f64(d, k, 1, expm1_centred_f64, 0);
                real q = p.r + C(1.0), tail = p.c + ((C(1.0) - q) + p.r);
                real next = madd_f64(q, t, a);
                rest += madd_f64(q, t, a - next);
                rest = madd_f64(tail, t, rest);
                a = next;
            }
        }
        a -= is_float ? C(0.0) : anchor;
        real high = load_f64(sum->high + lane), total = high + a, part = total - high;
        rest += (high - (total - part)) + (a - part);
        store_f64(sum->high + lane, total);
        store_f64(sum->low + lane, load_f64(sum->low + lane) + rest);
    }
}

/* n up to SUM_BLOCK and a multiple of PARTS */
static inline void add_block(softufunc_sum *sum, const void *x, size_t n, int is_float)
{
    double most = is_float ? maximum_of_block_f32(x, n) : maximum_of_block_f64(x, n);
    if (most > sum->most) {
        raise_maximum(sum, most);
    }
    if (__builtin_expect(is_huge(sum->most), 0)) {
        if (any_nan_in_block(x, n, is_float)) {
            sum->high[0] = (double)NAN;
        }
        return;
    }
    add_terms(sum, x, n, is_float);
}

static inline void start_exp_sum(softufunc_sum *sum)
{
    memset(sum, 0, sizeof *sum);
    sum->most = -(double)INFINITY;
}

#define ADD_EXPONENTIALS(width, type) \
    static inline void add_exponentials_f##width(softufunc_sum *sum, const type *x, size_t n) \
    { \
        const int is_float = width == 32; \
        for (; n >= SUM_BLOCK; n -= SUM_BLOCK, x += SUM_BLOCK) { \
            add_block(sum, x, SUM_BLOCK, is_float); \
        } \
        if (n > 0) { \
            _Alignas(64) type last[SUM_BLOCK]; \
            size_t padded = (n + PARTS - 1) / PARTS * PARTS; \
            memcpy(last, x, n * sizeof(type)); \
            for (size_t i = n; i < padded; i++) { \
                last[i] = -(type)INFINITY; \
            } \
            add_block(sum, last, padded, is_float); \
        } \
    }

ADD_EXPONENTIALS(32, float)
ADD_EXPONENTIALS(64, double)

/* The partial sums added up: high[0] + low[0], low[0] below an ulp of high[0]. */
static inline void add_parts(const softufunc_sum *sum, double *high, double *low)
{
    double a[PARTS], b[PARTS];
    memcpy(a, sum->high, sizeof a);
    memcpy(b, sum->low, sizeof b);
    for (int half = PARTS / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
            double total = a[i] + a[i + half], part = total - a[i];
            b[i] += b[i + half] + ((a[i] - (total - part)) + (a[i + half] - part));
            a[i] = total;
        }
    }
    *high = a[0] + b[0];
    *low = b[0] - (*high - a[0]);
}

/* offset + K ln 2 + log(sum): s = sum 2^-j lies in [sqrt(1/2), sqrt(2)), and log(s) = 2 atanh(f / (2 + f)), f = s - 1. */
static inline double log_of_exp_sum(const softufunc_sum *sum)
{
    double high, low;
    add_parts(sum, &high, &low);
    if (high != high || is_huge(sum->most)) {
        return high != high ? high : sum->most;
    }
    const bits root_half = INTEGER(0x3fe6a09e667f3bcd);
    real s = splat_f64(high);
    bits j = exponent_f64((bits)s, root_half);
    real f = (real)((bits)s - j) - C(1.0), f_low = splat_f64(low) * (real)((bits)C(1.0) - j);
    real d = madd_f64(f, C(0.5), C(1.0));
    real d_low = madd_f64(f_low, C(0.5), madd_f64(f, C(0.5), C(1.0) - d));
    real k = integers_f64(j) + splat_f64(sum->k * 0x1p+52);
    quotient_f64 y = log_parts_f64(k, divide_f64(f, f_low, d, d_low));
    double offset = sum->offset, y_high = y.high[0], total = offset + y_high, part = total - offset;
    return total + (y.low[0] + ((offset - (total - part)) + (y_high - part)));
}

#endif
