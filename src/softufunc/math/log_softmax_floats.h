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

typedef struct {
    const float *x;
    ptrdiff_t step;
    pair_f64 sum;
} float_log_softmax_data;

static ALWAYS_INLINE real_f64 float_log_softmax_result(const void *data, size_t i)
{
    const float_log_softmax_data *y = data;
    return log_softmax_of_floats(load_widened(y->x + (ptrdiff_t)i * y->step), y->sum);
}

static int log_softmax_row_batch_f32(const void *from, ptrdiff_t step, void *out, ptrdiff_t out_step, void *rows,
                                     ptrdiff_t row_step, void *unused, size_t n)
{
    const softufunc_width width = SOFTUFUNC_WIDTH_32;
    double high[ACCUMULATORS], low[ACCUMULATORS];
    (void)unused;
    if (!batch_log_sums_f32(from, step, n, high, low)) {
        return 0;
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const pair_f64 sum = {load_f64(high + row), load_f64(low + row)};
        const float_log_softmax_data data = {(const float *)from + row, step, sum};
        store_row_results(width, float_log_softmax_result, &data, n, (float *)out + row, out_step,
                          row_of_output(width, rows, row, row_step), row_step);
    }
    return 1;
}
