/* logmatmulexp(a, b) = log(e^(ai1 + b1j) + ... + e^(aik + bkj)) for every i and j: a product of matrices given by logarithms
 *
 * Identity   the exponentials of a row of a, and of a column of b, have a scale of their own, that of the largest: each is computed
 *            once, as high + low. Their products are summed in pairs of doubles, and the logarithm is that of logsumexp
 * Why not    log(exp(a) @ exp(b)): overflows, and loses small terms; logsumexp(a[:, :, None] + b, axis=1): writes n k m numbers, and
 *            computes as many exponentials
 * Small sums where no large element of the row meets a large one of the column, and the sum is below SMALL_PRODUCT, an element is
 *            computed from the sums a + b
 * Error      that of logsumexp: 2^-56 of the sum, one rounding. It does not grow with k
 * BOUND f64 0.52 ULP + 2^-55
 * BOUND f32 0.51 ULP + 2^-49
 *           largest part beyond these ULP 2^-62.7 and none, 2026-11-28:
 *           python -m tools accuracy logmatmulexp --isa all --dtype float32 float64 --rows 8
 * Special    that of logsumexp of the sums; inf - inf is nan, and raises invalid
 */
#ifdef LONG_DOUBLE

/* Spurious invalid is discarded by the loop, that of infinities is raised there */
static long double logmatmulexp_longdouble(const char *a, ptrdiff_t step, const char *b, ptrdiff_t b_step, size_t n)
{
    long double max = -INFINITY, sum = 0, low = 0;
    for (size_t i = 0; i < n; i++) {
        const long double s = longdouble_at(a, step, i) + longdouble_at(b, b_step, i);
        if (s != s) {
            return s;
        }
        max = s > max ? s : max;
    }
    if (n == 0 || max - max != 0) {
        return max;
    }
    int largest = 1;
    for (size_t i = 0; i < n; i++) {
        const long double x = longdouble_at(a, step, i), y = longdouble_at(b, b_step, i), s = x + y, part = s - x;
        const long double rest = s - s == 0 ? (x - (s - part)) + (y - part) : 0, power = s == max ? 1 : expl(s - max);
        /* 1 is subtracted from the sum, for log1p */
        long double term = s == max && largest ? power * rest : power + power * rest, total;
        largest = largest && s != max;
        total = sum + term;
        low += fabsl(sum) > fabsl(term) ? (sum - total) + term : (term - total) + sum;
        sum = total;
    }
    return max + log1pl(sum + low);
}

static const softufunc_longdouble_rows logmatmulexp_longdouble_rows = {.product = logmatmulexp_longdouble};

#elif defined(BOTH_WIDTHS)

/* Below it, terms that were replaced by 0, or are subnormal, might be missing in a sum. */
#define SMALL_PRODUCT 0x1p-400
/* The multiples of ln 2 of two scales are below 2^11, so that k LN2_SHORT is exact (math/log.h). */
#define PRODUCT_OFFSET_ZERO_MAX 700.0

/* The terms of `count` columns, a multiple of LANES_F64, or of a row, whose elements are contiguous. A maximum that is not a number, or
 * too large, makes all terms nan; if it is -inf they are 0. */
static void product_terms(double *x, double *low, size_t n, size_t count, softufunc_scales *scales)
{
    double max[ACCUMULATORS];
    if (count == 1) {
        max[0] = maximum_of_row_f64(x, n);
    }
    else {
        maxima_of_rows_f64(x, ACCUMULATORS, n, max);
    }
    for (size_t j = 0; j < count; j++) {
        set_scale(max[j], PRODUCT_OFFSET_ZERO_MAX, scales->offset + j, scales->k + j);
        if (is_beyond_terms(max[j])) {
            scales->offset[j] = max[j] == -(double)INFINITY ? 0 : (double)NAN;
        }
    }
    for (size_t j = count; j < ACCUMULATORS; j++) {
        scales->offset[j] = scales->offset[0];
        scales->k[j] = scales->k[0];
    }
    const row_scales_f64 all = row_scales_of_f64(scales->offset, scales->k);
    const size_t size = n * count;
    for (size_t i = 0; i < size; i += LANES_F64) {
        const exp_scale_f64 scale = exp_scale_of_rows_f64(&all, i % ACCUMULATORS);
        if (size - i >= LANES_F64) {
            const pair_f64 term = term_of(load_f64(x + i), scale);
            store_f64(x + i, term.high);
            store_f64(low + i, term.low);
        }
        else {
            const pair_f64 term = term_of(load_tail_f64(x + i, size - i), scale);
            store_tail_f64(x + i, term.high, size - i);
            store_tail_f64(low + i, term.low, size - i);
        }
    }
}

/* The sums of the products of a row with `vectors` vectors of columns. The operations are symmetric, so that the result does not depend
 * on which matrix is the first one. */
static ALWAYS_INLINE void product_sums(const double *row, const double *row_low, const double *columns,
                                       const double *columns_low, size_t n, int pairs, pair_f64 *sums, int vectors)
{
    for (int v = 0; v < vectors; v++) {
        sums[v] = (pair_f64){splat_f64(0.0), splat_f64(0.0)};
    }
    for (size_t i = 0; i < n; i++, columns += ACCUMULATORS, columns_low += ACCUMULATORS) {
        const real_f64 a = splat_f64(row[i]);
        for (int v = 0; v < vectors; v++) {
            const real_f64 b = load_f64(columns + v * LANES_F64);
            if (!pairs) {
                sums[v].high = madd_f64(a, b, sums[v].high);
                continue;
            }
            const real_f64 product = a * b, rest = residual_f64(a, b, product);
            const real_f64 cross = a * load_f64(columns_low + v * LANES_F64) + splat_f64(row_low[i]) * b;
            const pair_f64 total = two_sum_f64(sums[v].high, product);
            sums[v].high = total.high;
            sums[v].low += (cross - rest) + total.low;
        }
    }
}

static ALWAYS_INLINE void product_tile_of(const double *row, const double *row_low, const softufunc_scales *row_scale,
                                          const double *columns, const double *columns_low,
                                          const softufunc_scales *scales, size_t n, int pairs, double *out)
{
    /* without pairs, one chain of additions would wait for each one to finish */
    enum { VECTORS = ACCUMULATOR_VECTORS };
    pair_f64 sums[VECTORS];
    const int together = pairs ? 1 : VECTORS;
    for (int v = 0; v < VECTORS; v += together) {
        product_sums(row, row_low, columns + v * LANES_F64, columns_low + v * LANES_F64, n, pairs, sums + v, together);
    }
    for (int v = 0; v < VECTORS; v++) {
        const int j = v * LANES_F64;
        const real_f64 high = sums[v].high + sums[v].low, low = sums[v].low - (high - sums[v].high);
        const pair_f64 offset = two_sum_f64(splat_f64(row_scale->offset[0]), load_f64(scales->offset + j));
        const real_f64 k = splat_f64(row_scale->k[0]) + load_f64(scales->k + j);
        const mask_f64 small = not_less_f64(splat_f64(SMALL_PRODUCT), high);
        const pair_f64 log = log_parts_of_sum(select_f64(small, splat_f64(1.0), high), low, offset.high, k);
        store_f64(out + j, select_f64(small, splat_f64((double)NAN), log.high + (log.low + offset.low)));
    }
}

static void product_tile(const double *row, const double *row_low, const softufunc_scales *row_scale,
                         const double *columns, const double *columns_low, const softufunc_scales *scales, size_t n,
                         int pairs, double *out)
{
    if (pairs) {
        product_tile_of(row, row_low, row_scale, columns, columns_low, scales, n, 1, out);
    }
    else {
        product_tile_of(row, row_low, row_scale, columns, columns_low, scales, n, 0, out);
    }
}

/* logsumexp of the sums and their rounding errors */
static double product_element(const double *a, const double *b, size_t n, double *scratch)
{
    double *sums = scratch, *rest = scratch + n, *low = scratch + 2 * n;
    double sum_high, sum_low, correction = 0;
    for (size_t i = 0; i < n; i++) {
        const double s = a[i] + b[i];
        if (s != s) {
            return s;
        }
        /* 0 instead of infinities, by masks: of a condition, the compiler may compute the other side too, which raises invalid */
        const mask_f64 infinite = not_less_f64(magnitude_f64(splat_f64(s)), splat_f64((double)INFINITY));
        sums[i] = s;
        rest[i] =
            two_sum_f64(zero_where_f64(infinite, splat_f64(a[i])), zero_where_f64(infinite, splat_f64(b[i]))).low[0];
    }
    const double max = maximum_of_row_f64(sums, n);
    softufunc_accumulators sum;
    if (is_beyond_terms(max)) {
        return max;
    }
    start_sum(&sum, max, OFFSET_ZERO_MAX);
    add_row_f64(&sum, sums, n, (term_places_f64){sums, low, 1, 1, NULL});
    for (size_t i = 0; i < n; i++) {
        correction += zero_where_f64(is_nan_f64(splat_f64(low[i])), splat_f64(sums[i]))[0] * rest[i];
    }
    merge_accumulators(&sum, ACCUMULATORS, &sum_high, &sum_low);
    return log_of_sum(splat_f64(sum_high), splat_f64(sum_low + correction), splat_f64(sum.scale.offset),
                      splat_f64(sum.scale.k))[0];
}

static const softufunc_product logmatmulexp_product = {product_terms, product_tile, product_element};
static const softufunc_rows logmatmulexp_rows = {.product = &logmatmulexp_product};

#endif
