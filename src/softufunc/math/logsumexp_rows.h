/* log(e^x1 + e^x2 + ...) of a row batch: ACCUMULATORS rows at once, one in each lane. Included once, after
 * math/logsumexp_core.h.
 *
 * A short row on its own takes more than 100 ns, the latency of a maximum, an exponential, sums and a logarithm in sequence. The
 * rows of a batch share that latency, and need no horizontal sums. Each row goes through the operations of
 * math/logsumexp_core.h in the same order, so its bits do not depend on the other rows.
 *
 * Element i of row j is x[i * step + j].
 */
/* softufunc_accumulators for ACCUMULATORS rows */
typedef struct {
    double max[ACCUMULATORS], offset[ACCUMULATORS], k[ACCUMULATORS];
    /* the accumulators of LANES_F64 rows each */
    real_f64 high[ACCUMULATOR_VECTORS][ACCUMULATORS], low[ACCUMULATOR_VECTORS][ACCUMULATORS];
} row_accumulators;

/* raise_maximum for one row of a batch */
static ALWAYS_INLINE void raise_maximum_of_row(row_accumulators *rows, int row, double max)
{
    softufunc_accumulators sum = {.scale = {rows->max[row], rows->offset[row], rows->k[row]}};
    real_f64 *high = rows->high[row / LANES_F64], *low = rows->low[row / LANES_F64];
    const int lane = row % LANES_F64;
    for (int i = 0; i < ACCUMULATORS; i++) {
        sum.high[i] = high[i][lane];
        sum.low[i] = low[i][lane];
    }
    raise_maximum(&sum, max);
    for (int i = 0; i < ACCUMULATORS; i++) {
        high[i][lane] = sum.high[i];
        low[i][lane] = sum.low[i];
    }
    rows->max[row] = sum.scale.max;
    rows->offset[row] = sum.scale.offset;
    rows->k[row] = sum.scale.k;
}

/* Takes the maxima of a chunk into account. Returns false if one of them is huge, or -inf. */
static NOINLINE int raise_maxima(row_accumulators *rows, const double *max, int first)
{
    for (int row = 0; row < ACCUMULATORS; row++) {
        if (is_huge(max[row])) {
            return 0;
        }
    }
    for (int row = 0; row < ACCUMULATORS && first; row++) {
        /* the scale that raise_maximum sets */
        rows->max[row] = max[row];
        rows->offset[row] = fabs(max[row]) <= OFFSET_ZERO_MAX ? 0 : max[row];
        rows->k[row] = nearest_integer((max[row] - rows->offset[row]) * LOG2_E);
    }
    for (int row = 0; row < ACCUMULATORS; row++) {
        if (max[row] > rows->max[row]) {
            raise_maximum_of_row(rows, row, max[row]);
        }
    }
    return 1;
}

/* add_to_accumulators for accumulator i of LANES_F64 rows */
static ALWAYS_INLINE void add_to_row_accumulators(row_accumulators *rows, size_t row, size_t i, pair_f64 chunk,
                                                  int first)
{
    real_f64 *high = &rows->high[row / LANES_F64][i], *low = &rows->low[row / LANES_F64][i];
    if (first) {
        *high = chunk.high;
        *low = chunk.low;
        return;
    }
    pair_f64 sum = two_sum_f64(*high, chunk.high);
    *high = sum.high;
    *low += chunk.low + sum.low;
}

/* Adds a chunk of n elements of each row. */
static ALWAYS_INLINE void add_row_terms_f64(row_accumulators *rows, const double *x, ptrdiff_t step, size_t n,
                                            int first, term_places_f64 to)
{
    const row_scales_f64 scales = row_scales_of_f64(rows->offset, rows->k);
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const exp_scale_f64 scale = exp_scale_of_rows_f64(&scales, row);
        for (size_t i = 0; i < ACCUMULATORS && i < n; i++) {
            const double *from = x + (ptrdiff_t)i * step + row;
            pair_f64 sum = exp_terms_f64(from, step, softufunc_accumulated(i, n), scale, places_at_f64(to, i, row),
                                         NULL, (term_places_f64){.high = NULL});
            add_to_row_accumulators(rows, row, i, sum, first);
        }
    }
}

/* The same in float32, where sums are multiplied by 2^term_log2_max_f32. */
static ALWAYS_INLINE void add_row_terms_f32(row_accumulators *rows, const float *x, ptrdiff_t step, size_t n, int first,
                                            term_places_f32 to)
{
    const row_scales_f32 scales = row_scales_of_f32(rows->offset, rows->k);
    _Alignas(64) float terms[LOGSUMEXP_CHUNK], low[ACCUMULATORS];
    for (size_t i = 0; i < ACCUMULATORS && i < n; i++) {
        const float *from = x + (ptrdiff_t)i * step;
        const size_t count = softufunc_accumulated(i, n);
        const term_places_f32 here = to.high ? places_at_f32(to, i, 0) : (term_places_f32){terms, NULL, 1, 0};
        for (size_t row = 0; row < ACCUMULATORS; row += LANES_F32) {
            const exp_scale_f32 scale = exp_scale_of_rows_f32(&scales, row);
            store_f32(low + row, exp_terms_f32(from + row, step, count, scale, places_at_f32(here, 0, row), NULL,
                                               (term_places_f32){.high = NULL}));
        }
        for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
            real_f64 sum = {0};
            for (size_t j = 0; j < count; j++) {
                sum += load_widened(here.high + (ptrdiff_t)j * ACCUMULATORS * here.high_step + row);
            }
            add_to_row_accumulators(rows, row, i, (pair_f64){sum, load_widened(low + row)}, first);
        }
    }
}

/* The logarithms of the sums, which are multiplied by 2^scale. */
static NOINLINE void log_of_rows(row_accumulators *rows, size_t n, double scale, double *out)
{
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const size_t place = row / LANES_F64;
        pair_f64 sum = merge_accumulators_of_rows(rows->high[place], rows->low[place], n);
        real_f64 k = load_f64(rows->k + row) - splat_f64(scale);
        store_f64(out + row, log_of_sum(sum.high, sum.low, load_f64(rows->offset + row), k));
    }
}
