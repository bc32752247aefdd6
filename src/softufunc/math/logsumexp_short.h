/* The reduce and accumulate methods of logaddexp for at most SHORT_FOLD numbers: math/logsumexp_core.h and math/logsumexp_scan.h for one
 * chunk, with the same bits. Included once, after both.
 *
 * A call of NumPy for a short row costs latency, not operations. Numbers stay in registers, because a vector that is loaded right
 * after its elements were stored waits for all operations before it, and so does reading the underflow flag: tiny numbers, which may
 * raise it, are left to the functions for long rows.
 */
#if HAVE_SHORT_FOLDS

/* `count`: a constant, the number of accumulators, above n. The others are 0, which does not change a bit of the sum. */
static ALWAYS_INLINE int reduce_few_f32(const real_f32 *x, int count, double *result)
{
    enum { VECTORS = short_vectors_f32 };
    const float max = maximum_of_short_f32(x, VECTORS);
    if (is_huge(max) || any_tiny_f32(x, VECTORS)) {
        return 0;
    }
    softufunc_accumulators sum;
    start_scale(&sum, max);
    const exp_scale_f32 scale = exp_scale_of_f32((float)sum.scale.offset, sum.scale.k);
    const real_f64 unscale = power_of_2_f64(-term_log2_max_f32);
    for (int v = 0; v < VECTORS && v * LANES_F32 < count; v++) {
        _Alignas(64) float high[LANES_F32], low[LANES_F32];
        store_f32(low, exp_term_low_f32(exp_term_of_short_f32(x[v], scale), high));
        for (int i = 0; i < LANES_F32 && v * LANES_F32 + i < count; i += LANES_F64) {
            store_f64(sum.high + v * LANES_F32 + i, load_widened(high + i) * unscale);
            store_f64(sum.low + v * LANES_F32 + i, load_widened(low + i) * unscale);
        }
    }
    *result = value_of_sum(&sum, count);
    return 1;
}

static ALWAYS_INLINE int reduce_few_f64(double first, const double *from, size_t n, int negated, int count,
                                        double *result)
{
    const int vectors = count / LANES_F64;
    real_f64 x[short_vectors_f64];
    load_short_f64(first, from, n, negated, -INFINITY, vectors, x);
    const double max = maximum_of_short_f64(x, vectors);
    if (is_huge(max) || any_tiny_f64(x, vectors)) {
        return 0;
    }
    softufunc_accumulators sum;
    start_scale(&sum, max);
    const exp_scale_f64 scale = exp_scale_of_f64(sum.scale.offset, sum.scale.k);
    for (int v = 0; v < vectors; v++) {
        pair_f64 term = start_of_sum_f64();
        add_exp_term_f64(&term, exp_term_of_short_f64(x[v], scale), NULL, scale, 0, (term_places_f64){0});
        term = end_of_sum_f64(term);
        store_f64(sum.high + v * LANES_F64, term.high);
        store_f64(sum.low + v * LANES_F64, term.low);
    }
    *result = value_of_sum(&sum, count);
    return 1;
}

static ALWAYS_INLINE int reduce_floats(const real_f32 *x, size_t n, double *result)
{
    return n < SHORT_FOLD / 2 ? reduce_few_f32(x, SHORT_FOLD / 2, result) : reduce_few_f32(x, SHORT_FOLD, result);
}

static int reduce_short_f32(void *out, const void *from, size_t n, int negated)
{
    float *to = out;
    double result = 0;
    real_f32 x[short_vectors_f32];
    load_short_f32(*to, from, n, negated, -INFINITY, short_vectors_f32, x);
    if (!reduce_floats(x, n, &result)) {
        return 0;
    }
    *to = (float)(negated ? -result : result);
    return 1;
}

static int reduce_short_f64(void *out, const void *from, size_t n, int negated)
{
    double *to = out, result = 0;
    if (!(n < SHORT_FOLD / 2 ? reduce_few_f64(*to, from, n, negated, SHORT_FOLD / 2, &result)
                             : reduce_few_f64(*to, from, n, negated, SHORT_FOLD, &result))) {
        return 0;
    }
    *to = negated ? -result : result;
    return 1;
}

/* `first` and n numbers behind it, and copies of `first`, by a single store, as in half_filled (kernels/half.h) */
static ALWAYS_INLINE void load_short_halves(const uint16_t *first, const uint16_t *from, size_t n, uint16_t *group)
{
    typedef uint64_t two __attribute__((vector_size(16)));
    const uint64_t filler = *first * UINT64_C(0x0001000100010001), low = half_word(from, n < 3 ? n : 3, filler);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t begin = low << 16 | *first;
#else
    const uint64_t begin = low >> 16 | (uint64_t)*first << 48;
#endif
    const two words = {begin, n > 3 ? half_word(from + 3, n - 3, filler) : filler};
    memcpy(group, &words, sizeof words);
}

static ALWAYS_INLINE int reduce_short_halves(uint16_t *out, const uint16_t *from, size_t n, int negated,
                                             void (*floats_of)(const uint16_t *from, float *to, size_t n),
                                             uint16_t (*round)(double))
{
    uint16_t halves[SHORT_FOLD];
    float floats[SHORT_FOLD];
    double result = 0;
    real_f32 x[short_vectors_f32];
    load_short_halves(out, from, n, halves);
    floats_of(halves, floats, SHORT_FOLD);
    for (int v = 0; v < short_vectors_f32; v++) {
        x[v] = short_part_f32(load_f32(floats + v * LANES_F32), n, v, negated, -INFINITY);
    }
    if (!reduce_floats(x, n, &result)) {
        return 0;
    }
    *out = round(negated ? -result : result);
    return 1;
}

static int reduce_short_f16(void *out, const void *from, size_t n, int negated)
{
    return reduce_short_halves(out, from, n, negated, floats_of_f16, round_double_f16);
}

static int reduce_short_bf16(void *out, const void *from, size_t n, int negated)
{
    return reduce_short_halves(out, from, n, negated, floats_of_bf16, round_double_bf16);
}

/* Numbers that are nan or need several segments are left to scan too. */
static NOINLINE int scan_short(double first, const double *from, size_t n, int negated, double *results)
{
    real_f64 x[short_vectors_f64];
    load_short_f64(first, from, n, negated, negated ? -first : first, short_vectors_f64, x);
    const double max = maximum_of_short_f64(x, short_vectors_f64);
    mask_f64 found = {0};
    for (int v = 0; v < short_vectors_f64; v++) {
        found |= less_f64(x[v], splat_f64(max - SEGMENT_GAP_MAX)) | is_nan_f64(x[v]);
    }
    if (is_huge(max) || any_f64(found) || any_tiny_f64(x, short_vectors_f64)) {
        return 0;
    }
    softufunc_accumulators sum;
    start_scale(&sum, max);
    const exp_scale_f64 scale = exp_scale_of_f64(sum.scale.offset, sum.scale.k);
    double high = 0, low = 0;
    for (int v = 0; v < short_vectors_f64 && v * LANES_F64 <= (int)n; v++) {
        pair_f64 terms = terms_of(x[v], scale);
        real_f64 highs = terms.high, lows = terms.low;
        for (int lane = 0; lane < LANES_F64; lane++) {
            scan_term(&high, &low, terms.high[lane], terms.low[lane]);
            highs[lane] = high;
            lows[lane] = low;
        }
        store_f64(results + v * LANES_F64, logarithms_of(highs, lows, &sum));
    }
    return 1;
}

#endif
