/* softmax of rows of floats: the terms e^(x - M), M the maximum, and their sum S are doubles. Included once, after math/softmax.h.
 *
 * In double x - M has no rounding error that matters, and a term needs no low part: short rows take less time than with pairs of floats.
 * The error of a term is 2^-28, and that of the maximum is exactly 1.
 *
 * Every row goes through the same operations, alone or in a row batch: element i is added to sum i % ACCUMULATORS, in chunks.
 */
#define FLOAT_GAP_MAX 200.0 /* e^-200 is 0 in float, also in the sum */

/* e^(x - max) for LANES_F64 floats in two halves: x - max = k ln 2 + r, and 2^k e^r by the polynomial expm1_centred_f32.
 * Numbers that math/exp.h names for each width are literals: its names are those of float here. */
typedef struct {
    real_f64 r, shifted;
} float_term;

static ALWAYS_INLINE float_term float_term_head(const float *x, real_f64 max)
{
    const real_f64 round = splat_f64(0x1.8p+52), lowest = splat_f64(-FLOAT_GAP_MAX);
    real_f64 d = load_widened(x) - max;
    d = raised_to_f64(d, lowest);
    real_f64 shifted = madd_f64(d, splat_f64(LOG2_E), round);
    return (float_term){nmadd_f64(shifted - round, splat_f64(0x1.62e42fefa39efp-1), d), shifted};
}

static ALWAYS_INLINE real_f64 float_term_tail(float_term y)
{
    const float *p = expm1_centred_f32;
    real_f64 r2 = y.r * y.r;
    real_f64 a = madd_f64(splat_f64(p[1]), y.r, splat_f64(p[0])), b = madd_f64(splat_f64(p[3]), y.r, splat_f64(p[2]));
    real_f64 e = madd_f64(madd_f64(madd_f64(splat_f64(p[4]), r2, b), r2, a), r2, y.r + splat_f64(1.0));
    return (real_f64)((bits_f64)e + ((bits_f64)y.shifted << 52));
}

static ALWAYS_INLINE real_f64 term_of_floats(const float *x, real_f64 max)
{
    return float_term_tail(float_term_head(x, max));
}

/* Heads that are computed before their tails. With AVX-512 they stay in registers. */
enum { FLOAT_BLOCK = VECTOR_BYTES == 64 ? 8 * LANES_F64 : LOGSUMEXP_CHUNK };

/* Adds the terms of n floats, at most FLOAT_BLOCK, and a multiple of ACCUMULATORS, and stores them to `terms`, if that is not NULL. */
static ALWAYS_INLINE void add_block_of_floats(real_f64 *sum, const float *x, size_t n, real_f64 max, double *terms)
{
    float_term parts[FLOAT_BLOCK / LANES_F64], *next = parts;
    UNROLL(VECTOR_BYTES == 64 ? 8 : VECTOR_BYTES == 32 ? 4 : 1)
    for (size_t i = 0; i < n; i += LANES_F64) {
        *next++ = float_term_head(x + i, max);
    }
    next = parts;
    UNROLL(VECTOR_BYTES > 16 ? 4 : 1)
    for (size_t i = 0; i < n; i += ACCUMULATORS) {
        for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
            const real_f64 y = float_term_tail(*next++);
            if (terms) {
                store_f64(terms + i + v * LANES_F64, y);
            }
            sum[v] += y;
        }
    }
}

/* The same for at most LOGSUMEXP_CHUNK floats */
static ALWAYS_INLINE void add_chunk_of_floats(real_f64 *total, const float *x, size_t n, real_f64 max, double *terms)
{
    const size_t rest = n % ACCUMULATORS, whole = n - rest;
    real_f64 sum[ACCUMULATOR_VECTORS] = {{0}};
    size_t i = 0;
    if (VECTOR_BYTES == 64) {
        for (; whole - i >= FLOAT_BLOCK; i += FLOAT_BLOCK) {
            add_block_of_floats(sum, x + i, FLOAT_BLOCK, max, terms ? terms + i : NULL);
        }
        for (; i < whole; i += ACCUMULATORS) {
            add_block_of_floats(sum, x + i, ACCUMULATORS, max, terms ? terms + i : NULL);
        }
    }
    else {
        add_block_of_floats(sum, x, whole, max, terms);
    }
    if (rest > 0) {
        float last[ACCUMULATORS] = {0};
        double last_terms[ACCUMULATORS];
        memcpy(last, x + whole, rest * sizeof *last);
        for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
            store_f64(last_terms + v * LANES_F64, term_of_floats(last + v * LANES_F64, max));
        }
        if (terms) {
            memcpy(terms + whole, last_terms, rest * sizeof *terms);
        }
        memset(last_terms + rest, 0, (ACCUMULATORS - rest) * sizeof *last_terms);
        for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
            sum[v] += load_f64(last_terms + v * LANES_F64);
        }
    }
    for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
        total[v] += sum[v];
    }
}

static ALWAYS_INLINE double merged_sum(const real_f64 *total)
{
    double sums[ACCUMULATORS];
    memcpy(sums, total, sizeof sums);
    for (size_t half = ACCUMULATORS / 2; half > 0; half /= 2) {
        for (size_t i = 0; i < half; i++) {
            sums[i] += sums[i + half];
        }
    }
    return sums[0];
}

static ALWAYS_INLINE double sum_of_floats(const float *x, size_t n, double max, double *terms)
{
    real_f64 total[ACCUMULATOR_VECTORS] = {{0}};
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const size_t m = n - done < LOGSUMEXP_CHUNK ? n - done : LOGSUMEXP_CHUNK;
        add_chunk_of_floats(total, x + done, m, splat_f64(max), terms ? terms + done : NULL);
    }
    return merged_sum(total);
}

/* Adds the terms of m <= ACCUMULATORS elements of each row of a batch, each to another sum. */
static ALWAYS_INLINE void add_float_rows(real_f64 (*sum)[ACCUMULATORS], const float *x, ptrdiff_t step, size_t m,
                                         const float *max, double *terms)
{
    float_term parts[ACCUMULATORS * ACCUMULATOR_VECTORS], *next = parts;
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const real_f64 largest = load_widened(max + row);
        for (size_t i = 0; i < m; i++) {
            *next++ = float_term_head(x + (ptrdiff_t)i * step + row, largest);
        }
    }
    next = parts;
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        real_f64 *to = sum[row / LANES_F64];
        for (size_t i = 0; i < m; i++) {
            const real_f64 y = float_term_tail(*next++);
            if (terms) {
                store_f64(terms + i * ACCUMULATORS + row, y);
            }
            to[i] += y;
        }
    }
}

/* With AVX-512, the heads and the sums of FLOAT_GROUP elements of LANES_F64 rows stay in registers. */
enum { FLOAT_GROUP = 4 };

static ALWAYS_INLINE real_f64 stored_term(real_f64 term, double *terms, size_t i)
{
    if (terms) {
        store_f64(terms + i * ACCUMULATORS, term);
    }
    return term;
}

/* The first FLOAT_GROUP sums over n elements of LANES_F64 rows */
static ALWAYS_INLINE void sum_float_group(real_f64 *sum, const float *x, ptrdiff_t step, size_t n, real_f64 max,
                                          double *terms)
{
    real_f64 group[FLOAT_GROUP] = {{0}};
    for (size_t done = 0; done < n; done += ACCUMULATORS, x += ACCUMULATORS * step) {
        float_term parts[FLOAT_GROUP];
        if (n - done >= FLOAT_GROUP) {
            UNROLL(4)
            for (size_t i = 0; i < FLOAT_GROUP; i++) {
                parts[i] = float_term_head(x + (ptrdiff_t)i * step, max);
            }
            UNROLL(4)
            for (size_t i = 0; i < FLOAT_GROUP; i++) {
                group[i] += stored_term(float_term_tail(parts[i]), terms, done + i);
            }
            continue;
        }
        UNROLL(4)
        for (size_t i = 0; i < FLOAT_GROUP; i++) {
            if (i < n - done) {
                group[i] += stored_term(term_of_floats(x + (ptrdiff_t)i * step, max), terms, done + i);
            }
        }
    }
    memcpy(sum, group, sizeof group);
}

/* The sums over at most LOGSUMEXP_CHUNK elements of each row of a batch */
static ALWAYS_INLINE void sum_float_groups(real_f64 (*sum)[ACCUMULATORS], const float *x, ptrdiff_t step, size_t n,
                                           const float *max, double *terms)
{
    for (size_t i = 0; i < ACCUMULATORS && i < n; i += FLOAT_GROUP) {
        for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
            sum_float_group(sum[row / LANES_F64] + i, x + (ptrdiff_t)i * step + row, step, n - i,
                            load_widened(max + row), terms ? terms + i * ACCUMULATORS + row : NULL);
        }
    }
}

/* Adds the sums of one chunk to the total. Like merge_float_rows it is called once for each chunk or row batch, so one copy is enough. */
static NOINLINE void add_float_sums(real_f64 (*total)[ACCUMULATORS], real_f64 (*sum)[ACCUMULATORS], size_t used)
{
    for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
        for (size_t i = 0; i < used; i++) {
            total[v][i] += sum[v][i];
        }
    }
}

/* Merges the first `used` sums of each row, in the order of merged_sum. */
static NOINLINE void merge_float_rows(real_f64 (*total)[ACCUMULATORS], size_t used, double *sums)
{
    for (size_t half = ACCUMULATORS / 2; half > 0; half /= 2) {
        for (size_t i = 0; i < half && i + half < used; i++) {
            for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
                total[v][i] += total[v][i + half];
            }
        }
        used = used < half ? used : half;
    }
    for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
        store_f64(sums + v * LANES_F64, total[v][0]);
    }
}

/* sum_of_floats for a row batch, with the terms of element i at i * ACCUMULATORS; n > 0. */
static ALWAYS_INLINE void sums_of_float_rows(const float *x, ptrdiff_t step, size_t n, const float *max, double *sums,
                                             double *terms)
{
    real_f64 chunk[ACCUMULATOR_VECTORS][ACCUMULATORS], total[ACCUMULATOR_VECTORS][ACCUMULATORS];
    for (size_t done = 0; done < n; done += LOGSUMEXP_CHUNK) {
        const size_t end = n - done < LOGSUMEXP_CHUNK ? n : done + LOGSUMEXP_CHUNK;
        real_f64(*sum)[ACCUMULATORS] = done == 0 ? total : chunk;
        if (VECTOR_BYTES == 64) {
            sum_float_groups(sum, x + (ptrdiff_t)done * step, step, end - done, max,
                             terms ? terms + done * ACCUMULATORS : NULL);
        }
        else {
            for (size_t v = 0; v < ACCUMULATOR_VECTORS; v++) {
                for (size_t i = 0; i < ACCUMULATORS && i < n; i++) {
                    sum[v][i] = splat_f64(0.0);
                }
            }
            for (size_t i = done; i < end; i += ACCUMULATORS) {
                const size_t m = end - i < ACCUMULATORS ? end - i : ACCUMULATORS;
                add_float_rows(sum, x + (ptrdiff_t)i * step, step, m, max, terms ? terms + i * ACCUMULATORS : NULL);
            }
        }
        if (done > 0) {
            add_float_sums(total, sum, end - done < ACCUMULATORS ? end - done : ACCUMULATORS);
        }
    }
    merge_float_rows(total, n < ACCUMULATORS ? n : ACCUMULATORS, sums);
}

/* The maxima of a row batch. Returns false if a row has no number, or a maximum beyond all terms. */
static ALWAYS_INLINE int maxima_of_float_rows(const float *x, ptrdiff_t step, size_t n, float *max)
{
    double widened[ACCUMULATORS];
    maxima_of_rows_f32(x, step, n, max);
    widen_rows(widened, max);
    return !any_beyond(widened, ROW_MAXIMUM_HUGE);
}

static void softmax_row_f32(const void *from, void *to, void *scratch, size_t n)
{
    const float *x = from;
    float *out = to;
    double *terms = scratch;
    const double max = maximum_of_row_f32(x, n);
    if (is_beyond_terms(max)) {
        softmax_of_special_row(SOFTUFUNC_WIDTH_32, x, out, n, max);
        return;
    }
    const real_f64 inverse = splat_f64(1 / sum_of_floats(x, n, max, terms));
    size_t i = 0;
    UNROLL(4)
    for (; n - i >= LANES_F64; i += LANES_F64) {
        store_narrowed(out + i, load_f64(terms + i) * inverse);
    }
    for (; i < n; i++) {
        out[i] = (float)(terms[i] * inverse[0]);
    }
}

typedef struct {
    const double *terms;
    real_f64 inverse;
} float_softmax_data;

static ALWAYS_INLINE real_f64 float_softmax_result(const void *data, size_t i)
{
    const float_softmax_data *y = data;
    return load_f64(y->terms + i * ACCUMULATORS) * y->inverse;
}

static int softmax_row_batch_f32(const softufunc_batch *batch)
{
    const softufunc_width width = SOFTUFUNC_WIDTH_32;
    float max[ACCUMULATORS];
    double sums[ACCUMULATORS];
    if (!maxima_of_float_rows(batch->x, batch->step, batch->n, max)) {
        return 0;
    }
    sums_of_float_rows(batch->x, batch->step, batch->n, max, sums, batch->scratch);
    for (size_t row = 0; row < ACCUMULATORS; row += LANES_F64) {
        const float_softmax_data data = {(const double *)batch->scratch + row, splat_f64(1.0) / load_f64(sums + row)};
        store_row_results(width, float_softmax_result, &data, batch, row);
    }
    return 1;
}
