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

/* Is some |x| at least `limit`? */
static ALWAYS_INLINE int any_beyond(const double *x, double limit)
{
    int beyond = 0;
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        beyond |= any_f64(not_less_f64(magnitude_f64(load_f64(x + row)), splat_f64(limit)));
    }
    return beyond;
}

/* Sets the scale of maxima that are below SUM_HUGE, with the offset 0 for |max| up to `offset_zero_max`. */
static ALWAYS_INLINE void set_row_scales(row_accumulators *rows, double offset_zero_max)
{
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const real_f64 max = load_f64(rows->max + row);
        const mask_f64 far = less_f64(splat_f64(offset_zero_max), magnitude_f64(max));
        store_f64(rows->offset + row, select_f64(far, max, splat_f64(0.0)));
        store_f64(rows->k + row, nearest_integers(zero_where_f64(far, max) * splat_f64(LOG2_E)));
    }
}

/* Takes the maxima of a chunk into account. Returns false if one of them is huge, or -inf. */
static NOINLINE int raise_maxima(row_accumulators *rows, const double *max, int first)
{
    if (any_beyond(max, SUM_HUGE)) {
        return 0;
    }
    if (first) {
        memcpy(rows->max, max, sizeof rows->max);
        set_row_scales(rows, OFFSET_ZERO_MAX);
        return 1;
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

/* Rows as floats have maxima, offsets and k that are floats. */
static ALWAYS_INLINE void narrow_rows(float *to, const double *from)
{
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        store_narrowed(to + row, load_f64(from + row));
    }
}

static ALWAYS_INLINE void widen_rows(double *to, const float *from)
{
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        store_f64(to + row, load_widened(from + row));
    }
}

static ALWAYS_INLINE row_scales_f64 row_scales_of_f64(const double *offset, const double *k)
{
    row_scales_f64 scales;
    memcpy(scales.offset, offset, sizeof scales.offset);
    memcpy(scales.k, k, sizeof scales.k);
    return scales;
}

static ALWAYS_INLINE row_scales_f32 row_scales_of_f32(const double *offset, const double *k)
{
    row_scales_f32 scales;
    narrow_rows(scales.offset, offset);
    narrow_rows(scales.k, k);
    return scales;
}

/* Accumulators that are computed together, so that at least 16 terms are independent: `count` of them from `start` on. Term `place` of a
 * row, at i = place - start of the first of them, is terms[i], the next ones of the same accumulator at i + count, i + 2 count, ... */
typedef struct {
    size_t start, count;
} accumulator_group;
enum { GROUP_TERMS = 32 };

static ALWAYS_INLINE accumulator_group group_from(size_t start, size_t n)
{
    const size_t used = n < ACCUMULATORS ? n : ACCUMULATORS;
    const size_t count = n <= 2 * ACCUMULATORS ? ACCUMULATORS : n <= 8 * ACCUMULATORS ? 4 : 1;
    return (accumulator_group){start, used - start < count ? used - start : count};
}

/* A chunk of n elements of each of ACCUMULATORS rows, from x on, and the sums of the terms that were added so far */
typedef struct {
    const double *x;
    ptrdiff_t step;
    size_t n;
    row_scales_f64 scales;
    pair_f64 sums[ACCUMULATOR_VECTORS][ACCUMULATORS];
} row_chunk;

/* Adds the terms of elements done to done + m - 1 of all rows. Each goes to another accumulator, m <= ACCUMULATORS. `empty`: they are the
 * first. The accumulators from index `last` on get no other terms. */
static ALWAYS_INLINE void sum_row_terms_f64(row_accumulators *rows, row_chunk *chunk, const exp_term_f64 *terms,
                                            size_t done, size_t m, int first, int empty, int small, term_places_f64 to)
{
    const size_t left = chunk->n - done;
    const size_t last = left <= ACCUMULATORS ? 0 : left < 2 * ACCUMULATORS ? left - ACCUMULATORS : ACCUMULATORS;
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const exp_scale_f64 scale = exp_scale_of_rows_f64(&chunk->scales, row);
        const double *from = chunk->x + (ptrdiff_t)done * chunk->step + row;
        term_places_f64 here = places_at_f64(to, done, row);
        pair_f64 *sum = chunk->sums[row / LANES_F64];
        for (size_t i = 0; i < m; i++, from += chunk->step, here = places_at_f64(here, 1, 0)) {
            pair_f64 total = empty ? start_of_sum_f64() : sum[i];
            add_exp_term_f64(&total, *terms++, from, scale, small, here);
            if (i < last) {
                sum[i] = total;
            }
            else {
                add_to_row_accumulators(rows, row, i, end_of_sum_f64(total), first);
            }
        }
    }
}

/* Adds a chunk of n elements of each row. */
static ALWAYS_INLINE void add_row_terms_f64(row_accumulators *rows, const double *x, ptrdiff_t step, size_t n,
                                            int first, term_places_f64 to)
{
    row_chunk chunk;
    chunk.x = x;
    chunk.step = step;
    chunk.n = n;
    memcpy(chunk.scales.offset, rows->offset, sizeof rows->offset);
    memcpy(chunk.scales.k, rows->k, sizeof rows->k);
    for (size_t done = 0; done < n; done += ACCUMULATORS) {
        const size_t m = n - done < ACCUMULATORS ? n - done : ACCUMULATORS;
        /* the terms of all rows before their sums, so that those of short rows are enough to hide latency */
        exp_term_f64 terms[ACCUMULATORS * ACCUMULATOR_VECTORS], *next = terms;
        mask_f64 any_below = {0};
        for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
            const exp_scale_f64 scale = exp_scale_of_rows_f64(&chunk.scales, row);
            const double *from = x + (ptrdiff_t)done * step + row;
            for (size_t i = 0; i < m; i++, from += step) {
                *next++ = exp_term_start_f64(load_f64(from), scale, &any_below);
            }
        }
        exp_terms_finish_f64(terms, (size_t)(next - terms));
        const int small = any_f64(any_below);
        if (small && to.small) {
            *to.small = 1;
        }
        if (small && to.low_step) {
            sum_row_terms_f64(rows, &chunk, terms, done, m, first, done == 0, 1, to);
        }
        else if (done == 0) {
            sum_row_terms_f64(rows, &chunk, terms, done, m, first, 1, 0, to);
        }
        else {
            sum_row_terms_f64(rows, &chunk, terms, done, m, first, 0, 0, to);
        }
    }
}

/* add_row_terms_f64 without places; *small as in term_places_f64 */
static NOINLINE void add_unstored_row_terms(row_accumulators *rows, const double *x, ptrdiff_t step, size_t n,
                                            int first, int *small)
{
    add_row_terms_f64(rows, x, step, n, first, (term_places_f64){.small = small});
}

/* The same in float32, where sums are multiplied by 2^term_log2_max_f32. */
static ALWAYS_INLINE void add_row_terms_f32(row_accumulators *rows, const float *x, ptrdiff_t step, size_t n, int first)
{
    const row_scales_f32 scales = row_scales_of_f32(rows->offset, rows->k);
    for (accumulator_group group = group_from(0, n); group.count > 0;
         group = group_from(group.start + group.count, n)) {
        const size_t line = group.count * ACCUMULATORS;
        _Alignas(64) float high[GROUP_TERMS * ACCUMULATORS], low[ACCUMULATORS * ACCUMULATORS];
        for (size_t row = 0; row < ACCUMULATORS; row += LANES_F32) {
            const exp_scale_f32 scale = exp_scale_of_rows_f32(&scales, row);
            exp_term_f32 terms[GROUP_TERMS];
            exp_terms_of_group_f32(x + row, step, group.start, group.count, n, scale, terms);
            for (size_t i = 0; i < group.count; i++) {
                const exp_term_f32 *next = terms + i;
                float *to = high + i * ACCUMULATORS + row;
                real_f32 sum = splat_f32(0.0f);
                for (size_t place = group.start + i; place < n; place += ACCUMULATORS) {
                    sum += exp_term_low_f32(*next, to);
                    next += group.count;
                    to += line;
                }
                store_f32(low + i * ACCUMULATORS + row, sum);
            }
        }
        for (size_t i = 0; i < group.count; i++) {
            for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
                const float *from = high + i * ACCUMULATORS + row;
                real_f64 sum = {0};
                for (size_t place = group.start + i; place < n; place += ACCUMULATORS, from += line) {
                    sum += load_widened(from);
                }
                const pair_f64 parts = {sum, load_widened(low + i * ACCUMULATORS + row)};
                add_to_row_accumulators(rows, row, group.start + i, parts, first);
            }
        }
    }
}

/* Rows of doubles up to this length have high parts whose sum is exact: multiples of 2^-45 below 2^8. */
enum { EXACT_ROW_MAX = 128 };

/* The sums of a batch; not inlined, so that one copy is enough */
static NOINLINE void merge_rows(row_accumulators *rows, size_t n, int exact, pair_f64 *sums)
{
    merge_accumulators_of_rows(rows->high, rows->low, ACCUMULATOR_VECTORS, n, exact);
    for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
        sums[v] = sum_of_rows(rows->high[v], rows->low[v]);
    }
}

/* The logarithms of the sums, which are multiplied by 2^scale. */
static NOINLINE void log_of_rows(row_accumulators *rows, size_t n, double scale, double *out)
{
    pair_f64 sums[ACCUMULATOR_VECTORS];
    merge_rows(rows, n, scale == 0 && n <= EXACT_ROW_MAX, sums);
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const pair_f64 sum = sums[row / LANES_F64];
        real_f64 k = load_f64(rows->k + row) - splat_f64(scale);
        store_f64(out + row, log_of_sum(sum.high, sum.low, load_f64(rows->offset + row), k));
    }
}
