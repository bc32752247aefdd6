/* log_softmax of rows of floats: x - (M + log(S)), on the sum of math/softmax_floats.h. Included once, after math/log_softmax.h.
 *
 * The sum of all terms but that of the maximum is S - 1 down to DOMINATED_F32; below, it is computed anew.
 */
#define DOMINATED_F32 0x1p-16

/* log(S) for a row of which one number has almost the whole sum; element i is x[i * step]. */
static NOINLINE double log_sum_of_dominated_floats(const float *x, ptrdiff_t step, size_t n, double max)
{
    double others = 0;
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        float chunk[LOGSUMEXP_CHUNK];
        for (size_t i = 0; i < m; i++) {
            const float number = x[(ptrdiff_t)(done + i) * step];
            chunk[i] = number == max ? -(float)INFINITY : number;
        }
        others += sum_of_floats(chunk, m, max, NULL);
    }
    return others - 0.5 * others * others;
}

static softufunc_sum row_log_sum_f32(const void *from, size_t n)
{
    const float *x = from;
    const double max = maximum_of_row_f32(x, n);
    if (is_beyond_terms(max)) {
        return log_sum_of_special_row(SOFTUFUNC_WIDTH_32, x, n, max);
    }
    const double sum = sum_of_floats(x, n, max, NULL);
    if (sum != sum) {
        return (softufunc_sum){sum, 0};
    }
    const int dominated = sum - 1 < DOMINATED_F32;
    return (softufunc_sum){max,
                           dominated ? log_sum_of_dominated_floats(x, 1, n, max) : log_of_float_sum(splat_f64(sum))[0]};
}

static int batch_log_sums_f32(const void *x, ptrdiff_t step, size_t n, double *high, double *low)
{
    float max[ACCUMULATORS];
    double sums[ACCUMULATORS];
    if (!maxima_of_float_rows(x, step, n, max)) {
        return 0;
    }
    sums_of_float_rows(x, step, n, max, sums, NULL);
    widen_rows(high, max);
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const real_f64 sum = load_f64(sums + row);
        store_f64(low + row, log_of_float_sum(sum));
        if (__builtin_expect(any_f64(less_f64(sum, splat_f64(1 + DOMINATED_F32))), 0)) {
            for (size_t i = row; i < row + LANES_F64; i++) {
                if (isless(sums[i], 1 + DOMINATED_F32)) {
                    low[i] = log_sum_of_dominated_floats((const float *)x + i, step, n, high[i]);
                }
            }
        }
    }
    return 1;
}

/* The difference of a float and the sum is exact where digits cancel. */
static ALWAYS_INLINE real_f64 log_softmax_of_floats(real_f64 x, pair_f64 sum)
{
    return signed_sum_f64((pair_f64){sum.high - x, sum.low}, -1);
}

/* Rows of floats minus the logarithms high + low of their sums. The last vector of a row overlaps the one before; it is computed first,
 * since `out` may be `x`. */
static NOINLINE void subtract_float_log_sums(const float *x, ptrdiff_t step, float *out, ptrdiff_t out_step,
                                             size_t rows, size_t n, const double *high, const double *low)
{
    for (size_t row = 0; row < rows; row++, x += step, out += out_step) {
        const pair_f64 sum = {splat_f64(high[row]), splat_f64(low[row])};
        float short_row[LANES_F64] = {0};
        if (n < LANES_F64) {
            memcpy(short_row, x, n * sizeof *x);
            store_narrowed(short_row, log_softmax_of_floats(load_widened(short_row), sum));
            memcpy(out, short_row, n * sizeof *out);
            continue;
        }
        const real_f64 last = log_softmax_of_floats(load_widened(x + (n - LANES_F64)), sum);
        UNROLL(4)
        for (size_t i = 0; i < n - LANES_F64; i += LANES_F64) {
            store_narrowed(out + i, log_softmax_of_floats(load_widened(x + i), sum));
        }
        store_narrowed(out + (n - LANES_F64), last);
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
    subtract_float_log_sums(x, 0, out, 0, 1, n, &log_sum.high, &log_sum.low);
}

static int log_softmax_row_batch_f32(const softufunc_batch *batch)
{
    double high[ACCUMULATORS], low[ACCUMULATORS];
    if (!batch_log_sums_f32(batch->x, batch->step, batch->n, high, low)) {
        return 0;
    }
    if (batch->rows) {
        subtract_float_log_sums(batch->x_rows, batch->x_row_step, batch->rows, batch->row_step, ACCUMULATORS, batch->n,
                                high, low);
        return 1;
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const float *x = (const float *)batch->x + row;
        float *out = (float *)batch->out + row;
        const pair_f64 sum = {load_f64(high + row), load_f64(low + row)};
        for (size_t i = 0; i < batch->n; i++, x += batch->step, out += batch->out_step) {
            store_narrowed(out, log_softmax_of_floats(load_widened(x), sum));
        }
    }
    return 1;
}
