/* The reduce and accumulate methods of logaddexp for at most SHORT_FOLD numbers: math/logsumexp_core.h and math/logsumexp_scan.h for one
 * chunk, with the same bits. Included once, after both.
 *
 * A call of NumPy for a short row costs latency, not operations. Numbers stay in registers, because a vector that is loaded right
 * after its elements were stored waits for all operations before it, and so does reading the underflow flag: tiny numbers, which may
 * raise it, are left to the functions for long rows.
 */
#if HAVE_SHORT_FOLDS

/* `count`: a constant, the number of accumulators, above n. The others are 0, which does not change a bit of the sum. */
static ALWAYS_INLINE int reduce_few_f32(const void *first, const void *from, size_t n, int negated, int count,
                                        double *result)
{
    enum { VECTORS = short_vectors_f32 };
    real_f32 x[VECTORS];
    load_short_f32(*(const float *)first, from, n, negated, -INFINITY, VECTORS, x);
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
        store_f32(low, exp_term_low_f32(exp_term_of_f32(x[v], scale), high));
        for (int i = 0; i < LANES_F32 && v * LANES_F32 + i < count; i += LANES_F64) {
            store_f64(sum.high + v * LANES_F32 + i, load_widened(high + i) * unscale);
            store_f64(sum.low + v * LANES_F32 + i, load_widened(low + i) * unscale);
        }
    }
    *result = value_of_sum(&sum, count);
    return 1;
}

static ALWAYS_INLINE int reduce_few_f64(const void *first, const void *from, size_t n, int negated, int count,
                                        double *result)
{
    const int vectors = count / LANES_F64;
    real_f64 x[short_vectors_f64];
    load_short_f64(*(const double *)first, from, n, negated, -INFINITY, vectors, x);
    const double max = maximum_of_short_f64(x, vectors);
    if (is_huge(max) || any_tiny_f64(x, vectors)) {
        return 0;
    }
    softufunc_accumulators sum;
    start_scale(&sum, max);
    const exp_scale_f64 scale = exp_scale_of_f64(sum.scale.offset, sum.scale.k);
    for (int v = 0; v < vectors; v++) {
        pair_f64 term = start_of_sum_f64();
        add_exp_term_f64(&term, exp_term_of_f64(x[v], scale), NULL, scale, 0, (term_places_f64){0});
        term = end_of_sum_f64(term);
        store_f64(sum.high + v * LANES_F64, term.high);
        store_f64(sum.low + v * LANES_F64, term.low);
    }
    *result = value_of_sum(&sum, count);
    return 1;
}

static int reduce_short_f32(const void *first, const void *from, size_t n, int negated, double *result)
{
    return n < SHORT_FOLD / 2 ? reduce_few_f32(first, from, n, negated, SHORT_FOLD / 2, result)
                              : reduce_few_f32(first, from, n, negated, SHORT_FOLD, result);
}

static int reduce_short_f64(const void *first, const void *from, size_t n, int negated, double *result)
{
    return n < SHORT_FOLD / 2 ? reduce_few_f64(first, from, n, negated, SHORT_FOLD / 2, result)
                              : reduce_few_f64(first, from, n, negated, SHORT_FOLD, result);
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
