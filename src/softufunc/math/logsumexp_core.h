/* log(e^x1 + e^x2 + ...): the core of logsumexp and logaddexp.reduce. Included once, after the terms of both widths
 * (math/logsumexp_terms.h).
 *
 * e^x = 2^j e^r, j the integer nearest to x / ln 2. A common power of 2 is factored out of all terms without rounding, whereas
 * e^(x - max) inherits the rounding error of x - max. The sum is stored as e^offset 2^k times the sum of 2^(j - k) e^r, with k
 * from the largest x so far; when the maximum grows, the sum is rescaled by a power of 2. The offset is 0 for |max| <= 1024;
 * beyond, it is the current or a recent maximum, and x - offset is exact for every x whose term is not negligible.
 *
 * The relative error of the sum does not depend on the number of terms. A term is t (1 + r + c), t a power of 2.
 *   double   2^-56: 1 + r + c = q + rest, and each q t is split into a multiple of 2^-45 and a remainder. The multiples are
 *            summed exactly within a chunk; the remainders and the chunks are summed with compensation.
 *   float    2^-27: rounded terms are summed in double, their rounding errors in float.
 *
 * The maximum and then the terms of a chunk of LOGSUMEXP_CHUNK elements are computed while it is in the first-level cache.
 *
 * Exceptions: comparisons are quiet; ufuncs/reductions.c clears spurious underflow of negligible terms.
 */
enum { LOGSUMEXP_CHUNK = 512 };
_Static_assert(LOGSUMEXP_CHUNK <= 32 * ACCUMULATORS, "add_exp_terms sums at most 32 terms exactly");

#define OFFSET_ZERO_MAX 1024.0 /* the offset is 0 for |max| up to this */
#define OFFSET_WINDOW 256.0    /* the offset is updated when the maximum is farther away */

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

/* Sets the sum to 0; nan is kept. */
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

/* The scale of the first terms */
static ALWAYS_INLINE void start_scale(softufunc_accumulators *sum, double max)
{
    sum->scale.max = max;
    sum->scale.offset = fabs(max) <= OFFSET_ZERO_MAX ? 0 : max;
    sum->scale.k = nearest_integer((max - sum->scale.offset) * LOG2_E);
}

/* Rescales the sum for a new, larger maximum. */
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

/* The elements behind the last multiple of ACCUMULATORS, filled up with -inf, whose term is 0, and their terms */
typedef struct {
    _Alignas(64) double x[ACCUMULATORS], high[ACCUMULATORS], low[ACCUMULATORS];
} last_group_f64;

typedef struct {
    _Alignas(64) float x[ACCUMULATORS], term[ACCUMULATORS];
} last_group_f32;

/* Whether the term of one of `rest` elements is replaced by 0 */
static ALWAYS_INLINE int any_small_f64(const double *x, size_t rest, exp_scale_f64 scale)
{
    mask_f64 below = {0};
    double repeated[ACCUMULATORS];
    for (size_t i = 0; i < ACCUMULATORS; i++) {
        repeated[i] = x[i < rest ? i : 0];
    }
    for (size_t lane = 0; lane < ACCUMULATORS; lane += LANES_F64) {
        below |= less_f64(load_f64(repeated + lane) - scale.offset, scale.min);
    }
    return any_f64(below);
}

/* Elements whose terms are computed before they are summed. Their sums are independent chains, as many as vectors of accumulators. */
enum { TERMS_BLOCK = (VECTOR_BYTES == 64 ? 8 : 4) * ACCUMULATORS };

static ALWAYS_INLINE void sum_exp_terms(pair_f64 *sums, const exp_term_f64 *terms, const double *x, size_t n,
                                        exp_scale_f64 scale, int small, term_places_f64 to)
{
    for (size_t i = 0; i < n; i += ACCUMULATORS) {
        for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
            const size_t place = i + v * LANES_F64;
            add_exp_term_f64(sums + v, *terms++, x + place, scale, small, places_at_f64(to, place, 0));
        }
    }
}

/* Returns whether some terms were replaced by 0. */
static ALWAYS_INLINE int exp_terms_of_block(exp_term_f64 *terms, const double *x, size_t n, exp_scale_f64 scale)
{
    mask_f64 any_below = {0};
    exp_term_f64 *next = terms;
    for (size_t i = 0; i < n; i += LANES_F64) {
        *next++ = exp_term_start_f64(load_f64(x + i), scale, &any_below);
    }
    exp_terms_finish_f64(terms, n / LANES_F64);
    return any_f64(any_below);
}

/* Adds the terms of n elements to `sums`: at most TERMS_BLOCK, and a multiple of ACCUMULATORS. They are stored to `to`, if that has
 * places for low parts. `small`: some were replaced by 0. */
static ALWAYS_INLINE void sum_exp_block(pair_f64 *sums, const exp_term_f64 *terms, const double *x, size_t n,
                                        exp_scale_f64 scale, int small, term_places_f64 to)
{
    if (small && to.small) {
        *to.small = 1;
    }
    if (small && to.low_step) {
        sum_exp_terms(sums, terms, x, n, scale, 1, to);
    }
    else {
        sum_exp_terms(sums, terms, x, n, scale, 0, to);
    }
}

/* Adds the terms of at most LOGSUMEXP_CHUNK elements that do not exceed the maximum. Those of doubles are stored to `to`, if that has
 * places. */
static ALWAYS_INLINE void add_exp_terms_f64(softufunc_accumulators *sum, const double *x, size_t n, term_places_f64 to)
{
    const exp_scale_f64 scale = exp_scale_of_f64(sum->scale.offset, sum->scale.k);
    const size_t rest = n % ACCUMULATORS, whole = n - rest;
    exp_term_f64 terms[TERMS_BLOCK / LANES_F64];
    pair_f64 sums[ACCUMULATOR_VECTORS];
    for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
        sums[v] = start_of_sum_f64();
    }
    last_group_f64 last;
    const term_places_f64 last_to = {last.high, last.low, 1, to.low_step, to.small};
    for (size_t i = 0; i < ACCUMULATORS && rest > 0; i++) {
        last.x[i] = i < rest ? x[whole + i] : -(double)INFINITY;
    }
    for (size_t done = 0, m; done < n; done += m) {
        const int is_last = done == whole;
        const double *from = is_last ? last.x : x + done;
        m = is_last ? ACCUMULATORS : whole - done < TERMS_BLOCK ? whole - done : TERMS_BLOCK;
        int small = exp_terms_of_block(terms, from, m, scale);
        if (is_last) {
            small = to.small && any_small_f64(x + whole, rest, scale);
        }
        sum_exp_block(sums, terms, from, m, scale, small, is_last ? last_to : places_at_f64(to, done, 0));
    }
    if (to.low_step) {
        memcpy(to.high + whole, last.high, rest * sizeof *last.high);
        memcpy(to.low + whole, last.low, rest * sizeof *last.low);
    }
    for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
        const pair_f64 chunk = end_of_sum_f64(sums[v]);
        add_to_accumulators(sum, v * LANES_F64, chunk.high, chunk.low);
    }
}

/* The same without places; *small as in term_places_f64 */
static NOINLINE void add_unstored_terms(softufunc_accumulators *sum, const double *x, size_t n, int *small)
{
    add_exp_terms_f64(sum, x, n, (term_places_f64){.small = small});
}

static ALWAYS_INLINE void add_exp_terms_f32(softufunc_accumulators *sum, const float *x, size_t n)
{
    const exp_scale_f32 scale = exp_scale_of_f32((float)sum->scale.offset, sum->scale.k);
    const real_f64 unscale = power_of_2_f64(-term_log2_max_f32);
    const size_t count = n / ACCUMULATORS, rest = n % ACCUMULATORS, whole = n - rest;
    _Alignas(64) float terms[LOGSUMEXP_CHUNK], low[ACCUMULATORS];
    last_group_f32 last;
    for (size_t i = 0; i < ACCUMULATORS && rest > 0; i++) {
        last.x[i] = i < rest ? x[whole + i] : -(float)INFINITY;
    }
    for (size_t lane = 0; lane < ACCUMULATORS; lane += LANES_F32) {
        store_f32(low + lane, exp_terms_f32(x + lane, count, scale, terms + lane, rest > 0 ? last.x + lane : NULL,
                                            last.term + lane));
    }
    real_f64 chunk[ACCUMULATOR_VECTORS] = {{0}};
    for (size_t i = 0; i < whole; i += ACCUMULATORS) {
        for (int v = 0; v < ACCUMULATOR_VECTORS; v++) {
            chunk[v] += load_widened(terms + i + v * LANES_F64);
        }
    }
    for (int v = 0; v < ACCUMULATOR_VECTORS && rest > 0; v++) {
        chunk[v] += load_widened(last.term + v * LANES_F64);
    }
    for (int v = 0; v < ACCUMULATOR_VECTORS; v++) {
        real_f64 rounding = load_widened(low + v * LANES_F64);
        add_to_accumulators(sum, (size_t)(v * LANES_F64), chunk[v] * unscale, rounding * unscale);
    }
}

/* Prepares the sum for a chunk with this maximum. Returns false if the maximum is huge: of its terms, only nan matters then. */
static ALWAYS_INLINE int prepare_exp_terms(softufunc_accumulators *sum, double max)
{
    if (max > sum->scale.max) {
        raise_maximum(sum, max);
    }
    return !__builtin_expect(is_huge(sum->scale.max), 0);
}

/* Adds a chunk; n is a multiple of ACCUMULATORS, at most LOGSUMEXP_CHUNK. */
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
        add_unstored_terms(sum, x, n, NULL);
    }
    else if (any_nan_in_chunk_f64(x, n)) {
        sum->high[0] = (double)NAN;
    }
}

/* The logarithm of the sum of the first `count` accumulators; the others are 0. */
static ALWAYS_INLINE double value_of_sum(const softufunc_accumulators *sum, int count)
{
    double high, low;
    merge_accumulators(sum, count, &high, &low);
    if (high != high || is_huge(sum->scale.max)) {
        return high != high ? high : sum->scale.max;
    }
    return log_of_sum(splat_f64(high), splat_f64(low), splat_f64(sum->scale.offset), splat_f64(sum->scale.k))[0];
}
