/* log_softmax of a row of doubles: x - (M + log(S / E)). Included once, after math/softmax.h.
 *
 * M is the maximum, E its term, and S the sum: no digits are lost where one number dominates, and the result is next to 0. S has an error
 * of about 2^-94 of E, so that S - E keeps its digits down to DOMINATED. Below, the other terms are summed anew, in the scale of their own
 * maximum.
 */
#define DOMINATED_F64 0x1p-34
#define NEGLIGIBLE_GAP 760.0 /* e^-760 is 0 */

static NOINLINE softufunc_sum log_sum_of_special_row(softufunc_width width, const void *x, size_t n, double max)
{
    const double share = share_of_maximum(width, x, n, max);
    if (share != share) {
        return (softufunc_sum){share, 0};
    }
    return (softufunc_sum){max, log_of_sum(splat_f64(1 / share), splat_f64(0.0), splat_f64(0.0), splat_f64(0.0))[0]};
}

/* S without the term of the maximum: exact where that has most of the sum */
static ALWAYS_INLINE real_f64 without_maximum(pair_f64 sum, pair_f64 term)
{
    return (sum.high - term.high) + (sum.low - term.low);
}

/* max + log as a sum */
static ALWAYS_INLINE pair_f64 add_log(real_f64 max, pair_f64 log)
{
    const pair_f64 total = two_sum_f64(max, log.high);
    return (pair_f64){total.high, total.low + log.low};
}

/* The logarithm of the sum of a row of which one number has almost the whole sum; element i is x[i * step]. The term of the maximum,
 * in the scale of that maximum, is high + low. */
static NOINLINE softufunc_sum log_sum_of_dominated(const double *x, ptrdiff_t step, size_t n, double max, double offset,
                                                   double k, pair_f64 term, size_t lane)
{
    softufunc_accumulators sum;
    double second = -(double)INFINITY, sum_high, sum_low;
    for (size_t i = 0; i < n; i++) {
        const double number = x[(ptrdiff_t)i * step];
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
        _Alignas(64) double others[LOGSUMEXP_CHUNK];
        for (size_t i = 0; i < m; i++) {
            const double number = x[(ptrdiff_t)(done + i) * step];
            others[i] = number == max ? -(double)INFINITY : number;
        }
        add_unstored_terms(&sum, others, m, NULL);
    }
    merge_accumulators(&sum, ACCUMULATORS, &sum_high, &sum_low);
    /* log1p(u) for u = ratio 2^power <= DOMINATED */
    const quotient_f64 ratio =
        divide_f64(1, splat_f64(sum_high), splat_f64(sum_low), splat_f64(term.high[lane]), splat_f64(term.low[lane]));
    const double power = sum.scale.k - k, half = power < -600 ? -600 : power;
    const double scale = power_of_2_f64((int)half)[0], scale_rest = power_of_2_f64((int)(power - half))[0];
    const double u = ratio.high[0] * scale * scale_rest;
    const double unscaled = ratio.high[0] + (ratio.low[0] + ratio.high[0] * (u * (u * (1 / 3.0) - 0.5)));
    const double log = unscaled * scale * scale_rest;
    const double total = max + log, part = total - max;
    return (softufunc_sum){total, (max - (total - part)) + (log - part)};
}

/* *small is set to 1 if some element is far below the maximum, as -inf is. */
static NOINLINE softufunc_sum row_log_sum_with_small(const void *from, size_t n, int *small)
{
    const double *x = from;
    const double max = maximum_of_row_f64(x, n);
    softufunc_accumulators sum;
    double high, low;
    if (is_beyond_terms(max)) {
        return log_sum_of_special_row(SOFTUFUNC_WIDTH_64, x, n, max);
    }
    start_sum(&sum, max, OFFSET_ZERO_MAX_F64);
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        add_unstored_terms(&sum, x + done, n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK, small);
    }
    merge_accumulators(&sum, ACCUMULATORS, &high, &low);
    if (high != high) {
        return (softufunc_sum){high, 0};
    }
    const exp_scale_f64 scale = exp_scale_of_f64(sum.scale.offset, sum.scale.k);
    const pair_f64 term = term_of(splat_f64(max), scale);
    const pair_f64 whole = {splat_f64(high), splat_f64(low)};
    if (without_maximum(whole, term)[0] < DOMINATED_F64 * term.high[0]) {
        return log_sum_of_dominated(x, 1, n, max, sum.scale.offset, sum.scale.k, term, 0);
    }
    const log_ratio ratio = log_ratio_of(whole, term);
    const pair_f64 total = add_log(splat_f64(max), log_parts_f64(ratio.k, ratio.s));
    return (softufunc_sum){total.high[0], total.low[0]};
}

static softufunc_sum row_log_sum_f64(const void *x, size_t n)
{
    int small;
    return row_log_sum_with_small(x, n, &small);
}

/* The same for a row batch. Each step is a loop, so that the vectors of rows are computed side by side. */
static NOINLINE int batch_log_sums_with_small(const double *x, ptrdiff_t step, size_t n, double *high, double *low,
                                              int *small)
{
    row_accumulators rows;
    exp_term_f64 parts[ACCUMULATOR_VECTORS];
    pair_f64 sum[ACCUMULATOR_VECTORS], term[ACCUMULATOR_VECTORS];
    log_ratio ratio[ACCUMULATOR_VECTORS];
    mask_f64 any_below = {0};
    if (!add_unstored_rows(&rows, x, step, n, small)) {
        return 0;
    }
    const row_scales_f64 scales = row_scales_of_f64(rows.offset, rows.k);
    for (size_t i = 0; i < ACCUMULATOR_VECTORS; i++) {
        const exp_scale_f64 scale = exp_scale_of_rows_f64(&scales, i * LANES_F64);
        parts[i] = exp_term_start_f64(load_f64(rows.max + i * LANES_F64), scale, &any_below);
    }
    exp_terms_finish_f64(parts, ACCUMULATOR_VECTORS);
    for (size_t i = 0; i < ACCUMULATOR_VECTORS; i++) {
        term[i] = sum_of_exp_term(parts[i]);
        merge_accumulators_of_rows(rows.high + i, rows.low + i, 1, n, n <= EXACT_ROW_MAX);
        sum[i] = sum_of_rows(rows.high[i], rows.low[i]);
    }
    for (size_t i = 0; i < ACCUMULATOR_VECTORS; i++) {
        ratio[i] = log_ratio_of(sum[i], term[i]);
    }
    for (size_t i = 0; i < ACCUMULATOR_VECTORS; i++) {
        const pair_f64 total = add_log(load_f64(rows.max + i * LANES_F64), log_parts_f64(ratio[i].k, ratio[i].s));
        store_f64(high + i * LANES_F64, total.high);
        store_f64(low + i * LANES_F64, total.low);
    }
    for (size_t i = 0; i < ACCUMULATOR_VECTORS; i++) {
        const real_f64 others = without_maximum(sum[i], term[i]);
        if (__builtin_expect(any_f64(less_f64(others, splat_f64(DOMINATED_F64) * term[i].high)), 0)) {
            for (size_t lane = 0; lane < LANES_F64; lane++) {
                const size_t j = i * LANES_F64 + lane;
                if (isless(others[lane], DOMINATED_F64 * term[i].high[lane])) {
                    const softufunc_sum alone =
                        log_sum_of_dominated(x + j, step, n, rows.max[j], rows.offset[j], rows.k[j], term[i], lane);
                    high[j] = alone.high;
                    low[j] = alone.low;
                }
            }
        }
    }
    return 1;
}

static int batch_log_sums_f64(const void *x, ptrdiff_t step, size_t n, double *high, double *low)
{
    int small;
    return batch_log_sums_with_small(x, step, n, high, low, &small);
}

/* x minus the logarithm of the sum, -0.0 where they are equal. The sum is below ROW_MAXIMUM_HUGE, or nan. x is -inf only if
 * `any_infinite`. */
static ALWAYS_INLINE real_f64 log_softmax_of_f64(real_f64 x, pair_f64 sum, int any_infinite)
{
    const mask_f64 infinite = less_f64(x, splat_f64(-DBL_MAX));
    pair_f64 difference = two_sum_f64(sum.high, any_infinite ? -zero_where_f64(infinite, x) : -x);
    real_f64 y = signed_sum_f64((pair_f64){difference.high, difference.low + sum.low}, -1);
    return any_infinite ? select_f64(infinite, x, y) : y;
}

/* Rows minus the logarithms high + low of their sums. The last vector of a row overlaps the one before; it is computed first, since
 * `out` may be `x`. */
static ALWAYS_INLINE void subtract_log_sums_of(const double *x, ptrdiff_t step, double *out, ptrdiff_t out_step,
                                               size_t rows, size_t n, const double *high, const double *low,
                                               int any_infinite)
{
    for (size_t row = 0; row < rows; row++, x += step, out += out_step) {
        const pair_f64 sum = {splat_f64(high[row]), splat_f64(low[row])};
        if (n < LANES_F64) {
            store_tail_f64(out, log_softmax_of_f64(load_tail_f64(x, n), sum, 1), n);
            continue;
        }
        const real_f64 last = log_softmax_of_f64(load_f64(x + (n - LANES_F64)), sum, any_infinite);
        for (size_t i = 0; i < n - LANES_F64; i += LANES_F64) {
            store_f64(out + i, log_softmax_of_f64(load_f64(x + i), sum, any_infinite));
        }
        store_f64(out + (n - LANES_F64), last);
    }
}

static NOINLINE void subtract_log_sums(const double *x, ptrdiff_t step, double *out, ptrdiff_t out_step, size_t rows,
                                       size_t n, const double *high, const double *low, int any_infinite)
{
    if (any_infinite) {
        subtract_log_sums_of(x, step, out, out_step, rows, n, high, low, 1);
    }
    else {
        subtract_log_sums_of(x, step, out, out_step, rows, n, high, low, 0);
    }
}

static void log_softmax_row_f64(const void *from, void *to, void *unused, size_t n)
{
    const double *x = from;
    double *out = to;
    int small = 0;
    const softufunc_sum log_sum = row_log_sum_with_small(x, n, &small);
    (void)unused;
    if (is_beyond_terms(log_sum.high)) {
        for (size_t i = 0; i < n; i++) {
            out[i] = softufunc_log_prob_of_special(x[i], log_sum);
        }
        return;
    }
    subtract_log_sums(x, 0, out, 0, 1, n, &log_sum.high, &log_sum.low, small);
}

static int log_softmax_row_batch_f64(const softufunc_batch *batch)
{
    double high[ACCUMULATORS], low[ACCUMULATORS];
    int small = 0;
    if (!batch_log_sums_with_small(batch->x, batch->step, batch->n, high, low, &small)) {
        return 0;
    }
    if (batch->rows) {
        subtract_log_sums(batch->x_rows, batch->x_row_step, batch->rows, batch->row_step, ACCUMULATORS, batch->n, high,
                          low, small);
        return 1;
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const double *x = (const double *)batch->x + row;
        double *out = (double *)batch->out + row;
        const pair_f64 sum = {load_f64(high + row), load_f64(low + row)};
        for (size_t i = 0; i < batch->n; i++, x += batch->step, out += batch->out_step) {
            const real_f64 y = load_f64(x);
            store_f64(out, small ? log_softmax_of_f64(y, sum, 1) : log_softmax_of_f64(y, sum, 0));
        }
    }
    return 1;
}
