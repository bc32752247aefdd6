/* log(e^x1 + e^x2 + ...) of a run of numbers: what logsumexp and logaddexp.reduce are made of. Included once, after the terms of
 * both widths (math/logsumexp_terms.h).
 *
 * e^x = 2^j e^r, j the integer nearest to x / ln 2: a common power of 2 can be taken out of every term without an error,
 * where the usual e^(x - max) has the rounding error of x - max in it. The sum is e^offset 2^k times the sum of
 * 2^(j - k) e^r, k from the largest x so far; it is multiplied by a power of 2 when that grows. The offset is 0 up to
 * |max| = 1024, and the maximum, or what it was not long ago, above: x - offset is exact for every x that counts then.
 *
 * Error of the sum: relative, and independent of how many terms there are. A term is t (1 + r + c), t a power of 2.
 *   double   2^-56: 1 + r = q + rest, and every q t is cut into a multiple of 2^-45 and what is left. The multiples are
 *            summed without an error within a chunk; all the rest, and chunks, with the rounding errors.
 *   float    2^-27: the term and its rounding error, the one summed in double, the other, which is small, in float.
 *
 * A chunk of LOGSUMEXP_CHUNK elements stays in the first-level cache: first its maximum, then its terms.
 *
 * Exceptions: comparisons are quiet; underflow of tiny terms is taken back by ufuncs/reductions.c.
 */
enum { LOGSUMEXP_CHUNK = 512 };
_Static_assert(LOGSUMEXP_CHUNK <= 32 * ACCUMULATORS, "exp_terms_f64 sums 32 terms without an error");

#define OFFSET_ZERO_MAX 1024.0 /* up to here the offset is 0 */
#define OFFSET_WINDOW 256.0    /* the offset moves when the maximum is farther away */

/* Multiplies the sum by e^exponent 2^power, |exponent| < 4096, with an error of 2^-60. */
static ALWAYS_INLINE void scale_accumulators(softufunc_accumulators *sum, double exponent, double power)
{
    const exp_factor factor = exp_factor_of(exponent, power);
    for (int i = 0; i < ACCUMULATORS; i += LANES_F64) {
        real_f64 high = load_f64(sum->high + i), low = load_f64(sum->low + i);
        real_f64 scaled = madd_f64(high, factor.high, high);
        low = madd_f64(low, factor.high, low) + madd_f64(high, factor.low, madd_f64(high, factor.high, high - scaled));
        store_f64(sum->high + i, scaled * factor.t);
        store_f64(sum->low + i, low * factor.t);
    }
}

/* Makes the sum 0, but for a nan in it. */
static ALWAYS_INLINE void clear_accumulators(softufunc_accumulators *sum)
{
    const real_f64 zero = splat_f64(0.0);
    for (int i = 0; i < ACCUMULATORS; i += LANES_F64) {
        store_f64(sum->high + i, load_f64(sum->high + i) * zero);
        store_f64(sum->low + i, load_f64(sum->low + i) * zero);
    }
}

static ALWAYS_INLINE int is_huge(double x)
{
    return !(fabs(x) < SUM_HUGE);
}

/* A new maximum, above the old one. */
static NOINLINE void raise_maximum(softufunc_accumulators *sum, double max)
{
    const double gap = max - sum->scale.max, offset = sum->scale.offset, k = sum->scale.k;
    sum->scale.max = max;
    if (is_huge(max)) {
        clear_accumulators(sum);
        return;
    }
    if (fabs(max) <= OFFSET_ZERO_MAX) {
        sum->scale.offset = 0;
    }
    else if (offset == 0 || !(fabs(max - offset) <= OFFSET_WINDOW)) {
        sum->scale.offset = max;
    }
    sum->scale.k = nearest_integer((max - sum->scale.offset) * LOG2_E);
    if (!(gap < GAP_NEGLIGIBLE)) {
        clear_accumulators(sum);
    }
    else if (sum->scale.offset != offset || sum->scale.k != k) {
        scale_accumulators(sum, offset - sum->scale.offset, k - sum->scale.k);
    }
}

/* Adds the terms of n elements, n a multiple of ACCUMULATORS up to LOGSUMEXP_CHUNK, none of them above the maximum. */
static ALWAYS_INLINE void add_exp_terms_f64(softufunc_accumulators *sum, const double *x, size_t n)
{
    const exp_scale_f64 scale = exp_scale_of_f64(sum->scale.offset, sum->scale.k);
    for (size_t lane = 0; lane < ACCUMULATORS; lane += LANES_F64) {
        pair_f64 chunk = exp_terms_f64(x + lane, ACCUMULATORS, n / ACCUMULATORS, scale);
        add_to_accumulators(sum, lane, chunk.high, chunk.low);
    }
}

static ALWAYS_INLINE void add_exp_terms_f32(softufunc_accumulators *sum, const float *x, size_t n)
{
    const exp_scale_f32 scale = exp_scale_of_f32((float)sum->scale.offset, sum->scale.k);
    const real_f64 unscale = power_of_2_f64(-term_log2_max_f32);
    _Alignas(64) float terms[LOGSUMEXP_CHUNK], low[ACCUMULATORS];
    for (size_t lane = 0; lane < ACCUMULATORS; lane += LANES_F32) {
        store_f32(low + lane, exp_terms_f32(x + lane, ACCUMULATORS, n / ACCUMULATORS, scale, terms + lane));
    }
    real_f64 chunk[ACCUMULATOR_VECTORS] = {{0}};
    for (size_t i = 0; i < n; i += ACCUMULATORS) {
        for (int v = 0; v < ACCUMULATOR_VECTORS; v++) {
            chunk[v] += load_widened(terms + i + v * LANES_F64);
        }
    }
    for (int v = 0; v < ACCUMULATOR_VECTORS; v++) {
        real_f64 rest = load_widened(low + v * LANES_F64);
        add_to_accumulators(sum, (size_t)(v * LANES_F64), chunk[v] * unscale, rest * unscale);
    }
}

/* Prepares the sum for a chunk with this maximum. False if its terms do not count: beside a huge maximum only nan does. */
static ALWAYS_INLINE int prepare_exp_terms(softufunc_accumulators *sum, double max)
{
    if (max > sum->scale.max) {
        raise_maximum(sum, max);
    }
    return !__builtin_expect(is_huge(sum->scale.max), 0);
}

/* A chunk: n is a multiple of ACCUMULATORS up to LOGSUMEXP_CHUNK. */
static NOINLINE void add_exp_chunk_f32(softufunc_accumulators *sum, const float *x, size_t n)
{
    if (prepare_exp_terms(sum, maximum_of_chunk_f32((float)sum->scale.max, x, n))) {
        add_exp_terms_f32(sum, x, n);
    }
    else if (any_nan_in_chunk_f32(x, n)) {
        sum->high[0] = (double)NAN;
    }
}

static NOINLINE void add_exp_chunk_f64(softufunc_accumulators *sum, const double *x, size_t n)
{
    if (prepare_exp_terms(sum, maximum_of_chunk_f64(sum->scale.max, x, n))) {
        add_exp_terms_f64(sum, x, n);
    }
    else if (any_nan_in_chunk_f64(x, n)) {
        sum->high[0] = (double)NAN;
    }
}
