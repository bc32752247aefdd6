/* log_softmax of a row: x - (M + log1p(R / E)). Included once, after math/softmax.h.
 *
 * M is the maximum, E its term, and R = S - E the sum of the others: no digits are lost where one number dominates, and the result is
 * next to 0. The sums have an error of about 2^-94 (2^-44 in float32) of E, so that R keeps its digits down to DOMINATED. Below, the
 * other terms are summed anew, in the scale of their own maximum.
 */
#define DOMINATED_F64 0x1p-34
#define DOMINATED_F32 0x1p-16
#define NEGLIGIBLE_GAP 760.0 /* e^-760 is 0 */

static NOINLINE softufunc_sum log_sum_of_special_row(softufunc_width width, const void *x, size_t n, double max)
{
    const double share = share_of_maximum(width, x, n, max);
    if (share != share) {
        return (softufunc_sum){share, 0};
    }
    return (softufunc_sum){max, log_of_sum(splat_f64(1 / share), splat_f64(0.0), splat_f64(0.0), splat_f64(0.0))[0]};
}

/* M + log1p(R / E) as a sum */
static ALWAYS_INLINE pair_f64 log_sum_of_parts(real_f64 max, pair_f64 others, pair_f64 term)
{
    quotient_f64 ratio = divide_f64(1, others.high, others.low, term.high, term.low);
    pair_f64 one = two_sum_f64(splat_f64(1.0), ratio.high);
    real_f64 rest = one.low + ratio.low, whole = one.high + rest;
    pair_f64 log = log_parts_of_sum(whole, rest - (whole - one.high), splat_f64(0.0), splat_f64(0.0));
    pair_f64 sum = two_sum_f64(max, log.high);
    return (pair_f64){sum.high, sum.low + log.low};
}

/* high + low minus the term of the maximum */
static ALWAYS_INLINE pair_f64 without_maximum(pair_f64 sum, pair_f64 term)
{
    pair_f64 rest = two_sum_f64(sum.high, -term.high);
    return (pair_f64){rest.high, rest.low + (sum.low - term.low)};
}

/* The logarithm of the sum of a row of which one number has almost the whole sum; element i is x[i * step]. The term of the maximum,
 * in the scale of that maximum, is high + low. */
static NOINLINE softufunc_sum log_sum_of_dominated(softufunc_width width, const void *x, ptrdiff_t step, size_t n,
                                                   double max, double offset, double k, double high, double low)
{
    softufunc_accumulators sum;
    double second = -(double)INFINITY, sum_high, sum_low;
    for (size_t i = 0; i < n; i++) {
        const double number = number_at(width, x, (ptrdiff_t)i * step);
        second = number < max && number > second ? number : second;
    }
    if (!(second > max - NEGLIGIBLE_GAP)) {
        return (softufunc_sum){max, 0};
    }
    memset(&sum, 0, sizeof sum);
    sum.scale.max = second;
    sum.scale.offset = offset;
    sum.scale.k = nearest_integer((second - offset) * LOG2_E);
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        _Alignas(64) float floats[LOGSUMEXP_CHUNK];
        _Alignas(64) double doubles[LOGSUMEXP_CHUNK];
        for (size_t i = 0; i < m; i++) {
            const double number = number_at(width, x, (ptrdiff_t)(done + i) * step);
            doubles[i] = number == max ? -(double)INFINITY : number;
            floats[i] = width == SOFTUFUNC_WIDTH_32 ? (float)doubles[i] : 0;
        }
        if (width == SOFTUFUNC_WIDTH_32) {
            add_exp_terms_f32(&sum, floats, m, (term_places_f32){.high = NULL});
        }
        else {
            add_exp_terms_f64(&sum, doubles, m, (term_places_f64){.high = NULL});
        }
    }
    merge_accumulators(&sum, &sum_high, &sum_low);
    /* log1p(u) for u = ratio 2^power <= DOMINATED */
    const quotient_f64 ratio = divide_f64(1, splat_f64(sum_high), splat_f64(sum_low), splat_f64(high), splat_f64(low));
    const double power = sum.scale.k - k, half = power < -600 ? -600 : power;
    const double scale = power_of_2_f64((int)half)[0], scale_rest = power_of_2_f64((int)(power - half))[0];
    const double u = ratio.high[0] * scale * scale_rest;
    const double unscaled = ratio.high[0] + (ratio.low[0] + ratio.high[0] * (u * (u * (1 / 3.0) - 0.5)));
    const double log = unscaled * scale * scale_rest;
    const double total = max + log, part = total - max;
    return (softufunc_sum){total, (max - (total - part)) + (log - part)};
}

static softufunc_sum row_log_sum_f64(const void *from, size_t n)
{
    const double *x = from;
    const double max = maximum_of_row_f64(x, n);
    softufunc_accumulators sum;
    double high, low;
    if (is_beyond_terms(max)) {
        return log_sum_of_special_row(SOFTUFUNC_WIDTH_64, x, n, max);
    }
    start_sum(&sum, max, OFFSET_ZERO_MAX_F64);
    add_row_f64(&sum, x, n, (term_places_f64){.high = NULL});
    merge_accumulators(&sum, &high, &low);
    if (high != high) {
        return (softufunc_sum){high, 0};
    }
    const exp_scale_f64 scale = exp_scale_of_f64(sum.scale.offset, sum.scale.k);
    const pair_f64 term = term_of_f64(splat_f64(max), scale);
    const pair_f64 others = without_maximum((pair_f64){splat_f64(high), splat_f64(low)}, term);
    if (others.high[0] < DOMINATED_F64 * term.high[0]) {
        return log_sum_of_dominated(SOFTUFUNC_WIDTH_64, x, 1, n, max, sum.scale.offset, sum.scale.k, term.high[0],
                                    term.low[0]);
    }
    const pair_f64 total = log_sum_of_parts(splat_f64(max), others, term);
    return (softufunc_sum){total.high[0], total.low[0]};
}

static softufunc_sum row_log_sum_f32(const void *from, size_t n)
{
    const float *x = from;
    const double max = maximum_of_row_f32(x, n);
    softufunc_accumulators sum;
    double high, low;
    if (is_beyond_terms(max)) {
        return log_sum_of_special_row(SOFTUFUNC_WIDTH_32, x, n, max);
    }
    start_sum(&sum, max, OFFSET_ZERO_MAX_F32);
    add_row_f32(&sum, x, n, (term_places_f32){.high = NULL});
    merge_accumulators(&sum, &high, &low);
    if (high != high) {
        return (softufunc_sum){high, 0};
    }
    const pair_f32 floats = term_of_f32(splat_f32((float)max), exp_scale_of_f32((float)sum.scale.offset, sum.scale.k));
    const double unscale = power_of_2_f64(-term_log2_max_f32)[0];
    const pair_f64 term = {splat_f64(floats.high[0] * unscale), splat_f64(floats.low[0] * unscale)};
    const pair_f64 others = without_maximum((pair_f64){splat_f64(high), splat_f64(low)}, term);
    if (others.high[0] < DOMINATED_F32 * term.high[0]) {
        return log_sum_of_dominated(SOFTUFUNC_WIDTH_32, x, 1, n, max, sum.scale.offset, sum.scale.k, term.high[0],
                                    term.low[0]);
    }
    const pair_f64 total = log_sum_of_parts(splat_f64(max), others, term);
    return (softufunc_sum){total.high[0], total.low[0]};
}

/* The logarithms of the sums of a row batch, from the sums and the terms of the maxima. */
static ALWAYS_INLINE void log_sums_of_batch(softufunc_width width, row_accumulators *rows, const void *x,
                                            ptrdiff_t step, size_t n, const double *terms, const double *terms_low,
                                            double *high, double *low)
{
    const double dominated = width == SOFTUFUNC_WIDTH_32 ? DOMINATED_F32 : DOMINATED_F64;
    /* in float32, the sums of a batch are scaled */
    const real_f64 unscale = power_of_2_f64(width == SOFTUFUNC_WIDTH_32 ? -term_log2_max_f32 : 0);
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const size_t place = row / LANES_F64;
        const pair_f64 sum = merge_accumulators_of_rows(rows->high[place], rows->low[place], n);
        const pair_f64 term = {load_f64(terms + row), load_f64(terms_low + row)};
        const pair_f64 others = without_maximum((pair_f64){sum.high * unscale, sum.low * unscale}, term);
        const pair_f64 total = log_sum_of_parts(load_f64(rows->max + row), others, term);
        store_f64(high + row, total.high);
        store_f64(low + row, total.low);
        if (__builtin_expect(any_f64(less_f64(others.high, splat_f64(dominated) * term.high)), 0)) {
            for (size_t i = 0; i < LANES_F64; i++) {
                const size_t j = row + i;
                const void *from = width == SOFTUFUNC_WIDTH_32 ? (const void *)((const float *)x + j)
                                                               : (const void *)((const double *)x + j);
                if (isless(others.high[i], dominated * term.high[i])) {
                    softufunc_sum alone = log_sum_of_dominated(width, from, step, n, rows->max[j], rows->offset[j],
                                                               rows->k[j], term.high[i], term.low[i]);
                    high[j] = alone.high;
                    low[j] = alone.low;
                }
            }
        }
    }
}

static int batch_log_sums_f64(const void *x, ptrdiff_t step, size_t n, double *high, double *low)
{
    row_accumulators rows;
    double terms[ACCUMULATORS], terms_low[ACCUMULATORS];
    if (!add_rows_f64(&rows, x, step, n, (term_places_f64){.high = NULL})) {
        return 0;
    }
    const row_scales_f64 scales = row_scales_of_f64(rows.offset, rows.k);
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const pair_f64 term = term_of_f64(load_f64(rows.max + row), exp_scale_of_rows_f64(&scales, row));
        store_f64(terms + row, term.high);
        store_f64(terms_low + row, term.low);
    }
    log_sums_of_batch(SOFTUFUNC_WIDTH_64, &rows, x, step, n, terms, terms_low, high, low);
    return 1;
}

static int batch_log_sums_f32(const void *x, ptrdiff_t step, size_t n, double *high, double *low)
{
    row_accumulators rows;
    double terms[ACCUMULATORS], terms_low[ACCUMULATORS];
    float max[ACCUMULATORS];
    if (!add_rows_f32(&rows, x, step, n, (term_places_f32){.high = NULL})) {
        return 0;
    }
    const row_scales_f32 scales = row_scales_of_f32(rows.offset, rows.k);
    const double unscale = power_of_2_f64(-term_log2_max_f32)[0];
    for (size_t i = 0; i < ACCUMULATORS; i++) {
        max[i] = (float)rows.max[i];
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F32) {
        const pair_f32 term = term_of_f32(load_f32(max + row), exp_scale_of_rows_f32(&scales, row));
        for (size_t i = 0; i < LANES_F32; i++) {
            terms[row + i] = term.high[i] * unscale;
            terms_low[row + i] = term.low[i] * unscale;
        }
    }
    log_sums_of_batch(SOFTUFUNC_WIDTH_32, &rows, x, step, n, terms, terms_low, high, low);
    return 1;
}

/* x minus the logarithm of the sum, -0.0 where they are equal. The sum is below ROW_MAXIMUM_HUGE, or nan. */
static ALWAYS_INLINE real_f64 log_softmax_of_f64(real_f64 x, pair_f64 sum)
{
    const mask_f64 infinite = less_f64(x, splat_f64(-DBL_MAX));
    pair_f64 difference = two_sum_f64(sum.high, -zero_where_f64(infinite, x));
    real_f64 y = signed_sum_f64((pair_f64){difference.high, difference.low + sum.low}, -1);
    return select_f64(infinite, x, y);
}

/* The same for floats, as doubles: the difference is exact where digits cancel. */
static ALWAYS_INLINE real_f64 log_softmax_of_floats(real_f64 x, pair_f64 sum)
{
    return signed_sum_f64((pair_f64){sum.high - x, sum.low}, -1);
}

static void log_softmax_row_f64(const void *from, void *to, void *unused, size_t n)
{
    const double *x = from;
    double *out = to;
    const softufunc_sum log_sum = row_log_sum_f64(x, n);
    (void)unused;
    if (is_beyond_terms(log_sum.high)) {
        for (size_t i = 0; i < n; i++) {
            out[i] = softufunc_log_prob_of_special(x[i], log_sum);
        }
        return;
    }
    const pair_f64 sum = {splat_f64(log_sum.high), splat_f64(log_sum.low)};
    size_t i = 0;
    for (; n - i >= LANES_F64; i += LANES_F64) {
        store_f64(out + i, log_softmax_of_f64(load_f64(x + i), sum));
    }
    if (i < n) {
        store_tail_f64(out + i, log_softmax_of_f64(load_tail_f64(x + i, n - i), sum), n - i);
    }
}

static void log_softmax_row_f32(const void *from, void *to, void *unused, size_t n)
{
    const float *x = from;
    float *out = to;
    const softufunc_sum log_sum = row_log_sum_f32(x, n);
    (void)unused;
    if (is_beyond_terms(log_sum.high)) {
        for (size_t i = 0; i < n; i++) {
            out[i] = (float)softufunc_log_prob_of_special(x[i], log_sum);
        }
        return;
    }
    const pair_f64 sum = {splat_f64(log_sum.high), splat_f64(log_sum.low)};
    size_t i = 0;
    for (; n - i >= LANES_F64; i += LANES_F64) {
        store_narrowed(out + i, log_softmax_of_floats(load_widened(x + i), sum));
    }
    if (i < n) {
        float last[LANES_F64] = {0};
        memcpy(last, x + i, (n - i) * sizeof *last);
        store_narrowed(last, log_softmax_of_floats(load_widened(last), sum));
        memcpy(out + i, last, (n - i) * sizeof *last);
    }
}

static int log_softmax_row_batch_f64(const void *from, ptrdiff_t step, void *to, ptrdiff_t out_step, void *unused,
                                     size_t n)
{
    double high[ACCUMULATORS], low[ACCUMULATORS];
    (void)unused;
    if (!batch_log_sums_f64(from, step, n, high, low)) {
        return 0;
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const double *x = (const double *)from + row;
        double *out = (double *)to + row;
        const pair_f64 sum = {load_f64(high + row), load_f64(low + row)};
        for (size_t i = 0; i < n; i++, x += step, out += out_step) {
            store_f64(out, log_softmax_of_f64(load_f64(x), sum));
        }
    }
    return 1;
}

static int log_softmax_row_batch_f32(const void *from, ptrdiff_t step, void *to, ptrdiff_t out_step, void *unused,
                                     size_t n)
{
    double high[ACCUMULATORS], low[ACCUMULATORS];
    (void)unused;
    if (!batch_log_sums_f32(from, step, n, high, low)) {
        return 0;
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const float *x = (const float *)from + row;
        float *out = (float *)to + row;
        const pair_f64 sum = {load_f64(high + row), load_f64(low + row)};
        for (size_t i = 0; i < n; i++, x += step, out += out_step) {
            store_narrowed(out, log_softmax_of_floats(load_widened(x), sum));
        }
    }
    return 1;
}
