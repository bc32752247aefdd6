/* softmax of a row of doubles, on the terms of logsumexp. Included once, after math/logsumexp_rows.h.
 *
 * The scale of the terms comes from the maximum M of the whole row, and is never changed. A result is a term, kept as high + low, times
 * the inverse of the sum, which is high + low too: one rounding.
 *
 * Offsets: x - M is exact for every x whose term is not negligible, if M is beyond OFFSET_ZERO_MAX; below, the offset is 0.
 */
#define OFFSET_ZERO_MAX_F64 4096.0

/* Beyond it, the term of every other number is 0 or that of the maximum. */
static ALWAYS_INLINE int is_beyond_terms(double max)
{
    return softufunc_is_huge_or_nan(max);
}

/* The number at index i of an array of floats or doubles */
static ALWAYS_INLINE double number_at(softufunc_width width, const void *x, ptrdiff_t i)
{
    return width == SOFTUFUNC_WIDTH_32 ? ((const float *)x)[i] : ((const double *)x)[i];
}

static ALWAYS_INLINE double maximum_of_row_f64(const double *x, size_t n)
{
    const size_t whole = n / ACCUMULATORS * ACCUMULATORS;
    double last[ACCUMULATORS];
    for (size_t i = 0; i < ACCUMULATORS; i++) {
        last[i] = i < n - whole ? x[whole + i] : -(double)INFINITY;
    }
    return maximum_of_chunk_f64(maximum_of_chunk_f64(-(double)INFINITY, x, whole), last, ACCUMULATORS);
}

static ALWAYS_INLINE double maximum_of_row_f32(const float *x, size_t n)
{
    const size_t whole = n / ACCUMULATORS * ACCUMULATORS;
    float last[ACCUMULATORS];
    for (size_t i = 0; i < ACCUMULATORS; i++) {
        last[i] = i < n - whole ? x[whole + i] : -(float)INFINITY;
    }
    return maximum_of_chunk_f32(maximum_of_chunk_f32(-(float)INFINITY, x, whole), last, ACCUMULATORS);
}

static ALWAYS_INLINE void set_scale(double max, double offset_zero_max, double *offset, double *k)
{
    /* no difference, which the compiler might also compute for an infinity whose scale is not used */
    const int near = fabs(max) <= offset_zero_max;
    *offset = near ? 0 : max;
    *k = nearest_integer((near ? max : 0) * LOG2_E);
}

static ALWAYS_INLINE void start_sum(softufunc_accumulators *sum, double max, double offset_zero_max)
{
    memset(sum, 0, sizeof *sum);
    sum->scale.max = max;
    set_scale(max, offset_zero_max, &sum->scale.offset, &sum->scale.k);
}

/* Adds the terms of a row, and stores them to `to`. */
static ALWAYS_INLINE void add_row_f64(softufunc_accumulators *sum, const double *x, size_t n, term_places_f64 to)
{
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        add_exp_terms_f64(sum, x + done, m, places_at_f64(to, done, 0));
    }
}

/* The share of each of the largest numbers of a row with nan or with a maximum beyond all terms; the share of the others is 0. It is nan
 * for a row with nan, and, raising invalid, where no limit exists: for infinities, and where all numbers are -inf. */
static NOINLINE double share_of_maximum(softufunc_width width, const void *x, size_t n, double max)
{
    double count = 0;
    for (size_t i = 0; i < n; i++) {
        const double number = number_at(width, x, (ptrdiff_t)i);
        if (number != number) {
            return number;
        }
        count += number == max;
    }
    return fabs(max) == (double)INFINITY && (max < 0 || count > 1) ? outside_domain_f64() : 1 / count;
}

static NOINLINE void softmax_of_special_row(softufunc_width width, const void *x, void *out, size_t n, double max)
{
    const double share = share_of_maximum(width, x, n, max);
    for (size_t i = 0; i < n; i++) {
        const double y = share != share || number_at(width, x, (ptrdiff_t)i) == max ? share : 0;
        if (width == SOFTUFUNC_WIDTH_32) {
            ((float *)out)[i] = (float)y;
        }
        else {
            ((double *)out)[i] = y;
        }
    }
}

static ALWAYS_INLINE pair_f64 inverse_of_sum(real_f64 high, real_f64 low)
{
    return divide_f64(1, splat_f64(1.0), splat_f64(0.0), high, low);
}

static ALWAYS_INLINE void softmax_of_terms(double *out, const double *low, size_t n, pair_f64 inverse, int any_small,
                                           real_f64 offset, real_f64 k)
{
    size_t i = 0;
    for (; n - i >= LANES_F64; i += LANES_F64) {
        store_f64(out + i, softmax_of_term(load_f64(out + i), load_f64(low + i), inverse, any_small, offset, k));
    }
    if (i < n) {
        const real_f64 high_part = load_tail_f64(out + i, n - i), low_part = load_tail_f64(low + i, n - i);
        store_tail_f64(out + i, softmax_of_term(high_part, low_part, inverse, any_small, offset, k), n - i);
    }
}

static void softmax_row_f64(const void *from, void *to, void *scratch, size_t n)
{
    const double *x = from;
    double *out = to, *low = scratch, sum_high, sum_low;
    int small = 0;
    const double max = maximum_of_row_f64(x, n);
    softufunc_accumulators sum;
    if (is_beyond_terms(max)) {
        softmax_of_special_row(SOFTUFUNC_WIDTH_64, x, out, n, max);
        return;
    }
    start_sum(&sum, max, OFFSET_ZERO_MAX_F64);
    add_row_f64(&sum, x, n, (term_places_f64){out, low, 1, 1, &small});
    merge_accumulators(&sum, ACCUMULATORS, &sum_high, &sum_low);
    const pair_f64 inverse = inverse_of_sum(splat_f64(sum_high), splat_f64(sum_low));
    const real_f64 offset = splat_f64(sum.scale.offset), k = splat_f64(sum.scale.k);
    if (small) {
        softmax_of_terms(out, low, n, inverse, 1, offset, k);
    }
    else {
        softmax_of_terms(out, low, n, inverse, 0, offset, k);
    }
}

/* Sets the maxima and scales of a row batch. Returns false if a row has no number, or a maximum beyond all terms. */
static ALWAYS_INLINE int start_rows(row_accumulators *rows, const double *x, ptrdiff_t step, size_t n)
{
    maxima_of_rows_f64(x, step, n, rows->max);
    if (any_beyond(rows->max, ROW_MAXIMUM_HUGE)) {
        return 0;
    }
    set_row_scales(rows, OFFSET_ZERO_MAX_F64);
    return 1;
}

/* Adds the terms of a row batch, and stores them to `to`. Returns what start_rows does. */
static ALWAYS_INLINE int add_rows(row_accumulators *rows, const double *x, ptrdiff_t step, size_t n, term_places_f64 to)
{
    if (!start_rows(rows, x, step, n)) {
        return 0;
    }
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        add_row_terms_f64(rows, x + (ptrdiff_t)done * step, step, m, done == 0, places_at_f64(to, done, 0));
    }
    return 1;
}

/* The same without places */
static ALWAYS_INLINE int add_unstored_rows(row_accumulators *rows, const double *x, ptrdiff_t step, size_t n,
                                           int *small)
{
    if (!start_rows(rows, x, step, n)) {
        return 0;
    }
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        add_unstored_row_terms(rows, x + (ptrdiff_t)done * step, step, m, done == 0, small);
    }
    return 1;
}

/* Stores the results of LANES_F64 rows of a batch from `row` on, where result(data, i) is element i of each. On the way to contiguous
 * rows they are transposed, and the last tile overlaps the one before. */
typedef real_f64 row_result(const void *data, size_t i);

static ALWAYS_INLINE void store_result(softufunc_width width, void *to, ptrdiff_t i, real_f64 y)
{
    if (width == SOFTUFUNC_WIDTH_32) {
        store_narrowed((float *)to + i, y);
    }
    else {
        store_f64((double *)to + i, y);
    }
}

static ALWAYS_INLINE void store_row_results(softufunc_width width, row_result *result, const void *data,
                                            const softufunc_batch *batch, size_t row)
{
    const size_t n = batch->n;
    if (!batch->rows) {
        for (size_t i = 0; i < n; i++) {
            store_result(width, batch->out, (ptrdiff_t)i * batch->out_step + (ptrdiff_t)row, result(data, i));
        }
        return;
    }
    for (size_t i = 0; i < n; i += LANES_F64) {
        const size_t first = i < n - LANES_F64 ? i : n - LANES_F64;
        const ptrdiff_t place = (ptrdiff_t)row * batch->row_step + (ptrdiff_t)first;
        _Alignas(64) double tile[LANES_F64 * LANES_F64];
        UNROLL(8)
        for (size_t j = 0; j < LANES_F64; j++) {
            store_result(width, tile, (ptrdiff_t)(j * LANES_F64), result(data, first + j));
        }
        if (width == SOFTUFUNC_WIDTH_32) {
            store_tile_f32((const float *)tile, (float *)batch->rows + place, batch->row_step);
        }
        else {
            store_tile_f64(tile, (double *)batch->rows + place, batch->row_step);
        }
    }
}

typedef struct {
    const double *high, *low;
    ptrdiff_t step;
    pair_f64 inverse;
    int any_small;
    real_f64 offset, k;
} softmax_data;

static ALWAYS_INLINE real_f64 softmax_result(const void *data, size_t i)
{
    const softmax_data *y = data;
    return softmax_of_term(load_f64(y->high + (ptrdiff_t)i * y->step), load_f64(y->low + i * ACCUMULATORS), y->inverse,
                           y->any_small, y->offset, y->k);
}

static int softmax_row_batch_f64(const softufunc_batch *batch)
{
    const softufunc_width width = SOFTUFUNC_WIDTH_64;
    const ptrdiff_t step = batch->out_step;
    const size_t n = batch->n;
    double *high = batch->out, *low = batch->scratch;
    row_accumulators sums;
    int small = 0;
    if (!add_rows(&sums, batch->x, batch->step, n, (term_places_f64){high, low, step, ACCUMULATORS, &small})) {
        return 0;
    }
    pair_f64 sum[ACCUMULATOR_VECTORS];
    merge_rows(&sums, n, n <= EXACT_ROW_MAX, sum);
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const pair_f64 inverse = inverse_of_sum(sum[row / LANES_F64].high, sum[row / LANES_F64].low);
        const real_f64 offset = load_f64(sums.offset + row), k = load_f64(sums.k + row);
        if (small) {
            const softmax_data data = {high + row, low + row, step, inverse, 1, offset, k};
            store_row_results(width, softmax_result, &data, batch, row);
        }
        else {
            const softmax_data data = {high + row, low + row, step, inverse, 0, offset, k};
            store_row_results(width, softmax_result, &data, batch, row);
        }
    }
    return 1;
}
