/* softmax of a row, on the terms of logsumexp. Included once, after math/logsumexp_rows.h.
 *
 * The scale of the terms comes from the maximum M of the whole row, and is never changed. A result is a term, kept as high + low, times
 * the inverse of the sum, which is high + low too: one rounding.
 *
 * Offsets: x - M is exact for every x whose term is not negligible, if M is beyond OFFSET_ZERO_MAX; below, the offset is 0.
 */
#define OFFSET_ZERO_MAX_F64 4096.0
#define OFFSET_ZERO_MAX_F32 1024.0

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

/* Adds the terms of a row, and stores them to `to`, if it has places. */
static ALWAYS_INLINE void add_row_f64(softufunc_accumulators *sum, const double *x, size_t n, term_places_f64 to)
{
    for (size_t m; n > 0; n -= m, x += m) {
        m = n < LOGSUMEXP_CHUNK ? n : LOGSUMEXP_CHUNK;
        add_exp_terms_f64(sum, x, m, to);
        to.high += to.high ? m : 0;
        to.low += to.low ? m : 0;
    }
}

static ALWAYS_INLINE void add_row_f32(softufunc_accumulators *sum, const float *x, size_t n, term_places_f32 to)
{
    for (size_t m; n > 0; n -= m, x += m) {
        m = n < LOGSUMEXP_CHUNK ? n : LOGSUMEXP_CHUNK;
        add_exp_terms_f32(sum, x, m, to);
        to.high += to.high ? m : 0;
        to.low += to.low ? m : 0;
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

static void softmax_row_f64(const void *from, void *to, void *scratch, size_t n)
{
    const double *x = from;
    double *out = to, *low = scratch, sum_high, sum_low;
    const double max = maximum_of_row_f64(x, n);
    softufunc_accumulators sum;
    if (is_beyond_terms(max)) {
        softmax_of_special_row(SOFTUFUNC_WIDTH_64, x, out, n, max);
        return;
    }
    start_sum(&sum, max, OFFSET_ZERO_MAX_F64);
    add_row_f64(&sum, x, n, (term_places_f64){out, low, 1, 1});
    merge_accumulators(&sum, &sum_high, &sum_low);
    const pair_f64 inverse = inverse_of_sum(splat_f64(sum_high), splat_f64(sum_low));
    const real_f64 offset = splat_f64(sum.scale.offset), k = splat_f64(sum.scale.k);
    size_t i = 0;
    for (; n - i >= LANES_F64; i += LANES_F64) {
        store_f64(out + i, softmax_of_term_f64(load_f64(out + i), load_f64(low + i), inverse, offset, k));
    }
    if (i < n) {
        real_f64 y =
            softmax_of_term_f64(load_tail_f64(out + i, n - i), load_tail_f64(low + i, n - i), inverse, offset, k);
        store_tail_f64(out + i, y, n - i);
    }
}

static void softmax_row_f32(const void *from, void *to, void *scratch, size_t n)
{
    const float *x = from;
    float *out = to, *low = scratch;
    double sum_high, sum_low;
    const double max = maximum_of_row_f32(x, n);
    softufunc_accumulators sum;
    if (is_beyond_terms(max)) {
        softmax_of_special_row(SOFTUFUNC_WIDTH_32, x, out, n, max);
        return;
    }
    start_sum(&sum, max, OFFSET_ZERO_MAX_F32);
    add_row_f32(&sum, x, n, (term_places_f32){out, low, 1, 1});
    merge_accumulators(&sum, &sum_high, &sum_low);
    const double whole = 1 / sum_high;
    const pair_f32 inverse = {splat_f32((float)whole), splat_f32((float)(whole - (float)whole))};
    size_t i = 0;
    for (; n - i >= LANES_F32; i += LANES_F32) {
        store_f32(out + i, softmax_of_term_f32(load_f32(out + i), load_f32(low + i), inverse));
    }
    if (i < n) {
        real_f32 y = softmax_of_term_f32(load_tail_f32(out + i, n - i), load_tail_f32(low + i, n - i), inverse);
        store_tail_f32(out + i, y, n - i);
    }
}

/* Sets the scales of a row batch. Returns false if a row has no number, or a maximum beyond all terms. */
static ALWAYS_INLINE int scale_rows(row_accumulators *rows, double offset_zero_max)
{
    for (int row = 0; row < ACCUMULATORS; row++) {
        if (is_beyond_terms(rows->max[row])) {
            return 0;
        }
    }
    for (int row = 0; row < ACCUMULATORS; row++) {
        set_scale(rows->max[row], offset_zero_max, rows->offset + row, rows->k + row);
    }
    return 1;
}

static ALWAYS_INLINE int add_rows_f64(row_accumulators *rows, const double *x, ptrdiff_t step, size_t n,
                                      term_places_f64 to)
{
    maxima_of_rows_f64(x, step, n, rows->max);
    if (!scale_rows(rows, OFFSET_ZERO_MAX_F64)) {
        return 0;
    }
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        add_row_terms_f64(rows, x + (ptrdiff_t)done * step, step, m, done == 0, places_at_f64(to, done, 0));
    }
    return 1;
}

static ALWAYS_INLINE int add_rows_f32(row_accumulators *rows, const float *x, ptrdiff_t step, size_t n,
                                      term_places_f32 to)
{
    maxima_of_rows_f32(x, step, n, rows->max);
    if (!scale_rows(rows, OFFSET_ZERO_MAX_F32)) {
        return 0;
    }
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        add_row_terms_f32(rows, x + (ptrdiff_t)done * step, step, m, done == 0, places_at_f32(to, done, 0));
    }
    return 1;
}

static int softmax_row_batch_f64(const void *from, ptrdiff_t step, void *to, ptrdiff_t out_step, void *scratch,
                                 size_t n)
{
    double *out = to, *low = scratch;
    row_accumulators rows;
    if (!add_rows_f64(&rows, from, step, n, (term_places_f64){out, low, out_step, ACCUMULATORS})) {
        return 0;
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const size_t place = row / LANES_F64;
        const pair_f64 sum = merge_accumulators_of_rows(rows.high[place], rows.low[place], n);
        const pair_f64 inverse = inverse_of_sum(sum.high, sum.low);
        const real_f64 offset = load_f64(rows.offset + row), k = load_f64(rows.k + row);
        double *y = out + row, *y_low = low + row;
        for (size_t i = 0; i < n; i++, y += out_step, y_low += ACCUMULATORS) {
            store_f64(y, softmax_of_term_f64(load_f64(y), load_f64(y_low), inverse, offset, k));
        }
    }
    return 1;
}

static int softmax_row_batch_f32(const void *from, ptrdiff_t step, void *to, ptrdiff_t out_step, void *scratch,
                                 size_t n)
{
    float *out = to, *low = scratch;
    row_accumulators rows;
    if (!add_rows_f32(&rows, from, step, n, (term_places_f32){out, low, out_step, ACCUMULATORS})) {
        return 0;
    }
    float inverses[ACCUMULATORS], inverses_low[ACCUMULATORS];
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const size_t place = row / LANES_F64;
        const pair_f64 sum = merge_accumulators_of_rows(rows.high[place], rows.low[place], n);
        /* the sums of a batch are scaled by 2^term_log2_max_f32 */
        const real_f64 whole = splat_f64(1.0) / (sum.high * power_of_2_f64(-term_log2_max_f32));
        store_narrowed(inverses + row, whole);
        store_narrowed(inverses_low + row, whole - load_widened(inverses + row));
    }
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F32) {
        const pair_f32 inverse = {load_f32(inverses + row), load_f32(inverses_low + row)};
        float *y = out + row, *y_low = low + row;
        for (size_t i = 0; i < n; i++, y += out_step, y_low += ACCUMULATORS) {
            store_f32(y, softmax_of_term_f32(load_f32(y), load_f32(y_low), inverse));
        }
    }
    return 1;
}
