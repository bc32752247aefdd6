/* log(e^x1 + e^x2 + ...) of PARTS rows at once, a lane for each.
 *
 * A short row alone takes more than 100 ns: a maximum, an exponential, sums and a logarithm wait for each other. In lanes, PARTS
 * rows share that time, and no sum goes through a vector from lane to lane. The operations of every row are those of
 * math/sum_exp.h, in the same order, and so its bits do not depend on its neighbours.
 *
 * Element i of row j is x[i * step + j].
 */
/* The maxima of n elements of each row, as doubles; nans do not count. */
static inline void R(maxima_of_rows)(const element *x, ptrdiff_t step, size_t n, double *most)
{
    for (size_t row = 0; row < PARTS; row += LANES) {
        real largest = C(-INFINITY);
        for (size_t i = 0; i < n; i++) {
            real y = R(load)(x + (ptrdiff_t)i * step + row);
            largest = R(select)(R(less)(largest, y), y, largest);
        }
        for (int j = 0; j < LANES; j++) {
            most[row + (size_t)j] = largest[j];
        }
    }
}

/* What terms have in common, of each row */
typedef struct {
    element offset[PARTS], least[PARTS], magic[PARTS];
} R(row_scales);

static inline R(row_scales) R(row_scales_of)(const double *offset, const double *k)
{
    R(row_scales) scales;
    for (int row = 0; row < PARTS; row++) {
        scales.offset[row] = (element)offset[row];
        scales.least[row] = R(least_of)(k[row]);
        scales.magic[row] = R(magic_of)(k[row]);
    }
    return scales;
}

static inline R(exp_scale) R(exp_scale_of_rows)(const R(row_scales) * scales, size_t row)
{
    return (R(exp_scale)){R(load)(scales->offset + row), R(load)(scales->least + row), R(load)(scales->magic + row)};
}

#if REAL_BITS == 32

/* The elements of one part: part, part + PARTS, ... below n. */
static inline size_t count_of_part(int part, size_t n)
{
    return (n - (size_t)part + (PARTS - 1)) / PARTS;
}

/* The terms of a part of PARTS rows, and their rounding errors. */
static inline void exp_terms_of_rows_f32(const row_scales_f32 *scales, const float *x, ptrdiff_t step, size_t count,
                                         float *terms, float *low)
{
    for (size_t row = 0; row < PARTS; row += LANES) {
        store_f32(low + row, exp_terms_f32(x + row, step, count, exp_scale_of_rows_f32(scales, row), terms + row));
    }
}

#else

/* What softufunc_sum is for one row. */
typedef struct {
    double most[PARTS], offset[PARTS], k[PARTS];
    real high[PARTS / LANES][PARTS], low[PARTS / LANES][PARTS]; /* of LANES rows, their partial sums */
} sums_of_rows;

/* New maxima, of the first block or of a later one. False if one is huge, or there is none. */
static __attribute__((noinline)) int raise_maxima(sums_of_rows *sums, const double *most, int first)
{
    for (int row = 0; row < PARTS; row++) {
        if (is_huge(most[row])) {
            return 0;
        }
    }
    for (int row = 0; row < PARTS && first; row++) {
        /* as raise_maximum would do it */
        sums->most[row] = most[row];
        sums->offset[row] = fabs(most[row]) <= SUM_EXACT ? 0 : most[row];
        sums->k[row] = nearest_integer((most[row] - sums->offset[row]) * LOG2_E);
    }
    for (int row = 0; row < PARTS; row++) {
        if (most[row] > sums->most[row]) {
            softufunc_sum sum = {.most = sums->most[row], .offset = sums->offset[row], .k = sums->k[row]};
            real *high = sums->high[row / LANES], *low = sums->low[row / LANES];
            for (int part = 0; part < PARTS; part++) {
                sum.high[part] = high[part][row % LANES];
                sum.low[part] = low[part][row % LANES];
            }
            raise_maximum(&sum, most[row]);
            for (int part = 0; part < PARTS; part++) {
                high[part][row % LANES] = sum.high[part];
                low[part][row % LANES] = sum.low[part];
            }
            sums->most[row] = sum.most;
            sums->offset[row] = sum.offset;
            sums->k[row] = sum.k;
        }
    }
    return 1;
}

/* As add_to_parts, of LANES rows. */
static inline void add_to_part(sums_of_rows *sums, size_t row, int part, pair_f64 block, int first)
{
    real *high = &sums->high[row / LANES][part], *low = &sums->low[row / LANES][part];
    if (first) {
        *high = block.high;
        *low = block.low;
        return;
    }
    pair_f64 sum = two_sum_f64(*high, block.high);
    *high = sum.high;
    *low += block.low + sum.low;
}

/* Adds a block of n elements of each row. */
static inline void add_terms_of_rows_f64(sums_of_rows *sums, const double *x, ptrdiff_t step, size_t n, int first)
{
    row_scales_f64 scales = row_scales_of_f64(sums->offset, sums->k);
    for (size_t row = 0; row < PARTS; row += LANES) {
        const exp_scale_f64 scale = exp_scale_of_rows_f64(&scales, row);
        for (int part = 0; part < PARTS && (size_t)part < n; part++) {
            pair_f64 sum = exp_terms_f64(x + part * step + row, PARTS * step, count_of_part(part, n), scale);
            add_to_part(sums, row, part, sum, first);
        }
    }
}

/* The same, of sums multiplied by 2^SUM_SCALE_F32. */
static inline void add_terms_of_rows_f32(sums_of_rows *sums, const float *x, ptrdiff_t step, size_t n, int first)
{
    row_scales_f32 scales = row_scales_of_f32(sums->offset, sums->k);
    _Alignas(64) float terms[SUM_BLOCK], rest[PARTS];
    for (int part = 0; part < PARTS && (size_t)part < n; part++) {
        const size_t count = count_of_part(part, n);
        exp_terms_of_rows_f32(&scales, x + part * step, PARTS * step, count, terms, rest);
        for (size_t row = 0; row < PARTS; row += LANES) {
            real sum = C(0.0);
            for (size_t i = 0; i < count; i++) {
                sum += load_floats(terms + i * PARTS + row);
            }
            add_to_part(sums, row, part, (pair_f64){sum, load_floats(rest + row)}, first);
        }
    }
}

/* add_parts for LANES rows of n elements: of their partial sums, only n are not 0. */
static inline pair_f64 add_parts_of_rows(real *high, real *low, size_t n)
{
    for (size_t half = PARTS / 2; half > 0; half /= 2) {
        for (size_t i = 0; i < half && i + half < n; i++) {
            pair_f64 sum = two_sum_f64(high[i], high[i + half]);
            low[i] += low[i + half] + sum.low;
            high[i] = sum.high;
        }
        n = n < half ? n : half;
    }
    real total = high[0] + low[0];
    return (pair_f64){total, low[0] - (total - high[0])};
}

/* The logarithms of sums multiplied by 2^scale. */
static __attribute__((noinline)) void logs_of_sums(sums_of_rows *sums, size_t n, double scale, double *out)
{
    for (size_t row = 0; row < PARTS; row += LANES) {
        pair_f64 sum = add_parts_of_rows(sums->high[row / LANES], sums->low[row / LANES], n);
        real k = load_f64(sums->k + row) - splat_f64(scale);
        store_f64(out + row, log_of_sum(sum.high, sum.low, load_f64(sums->offset + row), k));
    }
}

#define LOGS_OF_EXP_SUMS(width, type, scale) \
    static inline int logs_of_exp_sums_f##width(const type *x, ptrdiff_t step, size_t n, double *out) \
    { \
        sums_of_rows sums; \
        double most[PARTS]; \
        for (size_t done = 0; done < n; done += SUM_BLOCK) { \
            const type *block = x + (ptrdiff_t)done * step; \
            const size_t m = n - done < SUM_BLOCK ? n - done : SUM_BLOCK; \
            maxima_of_rows_f##width(block, step, m, most); \
            if (!raise_maxima(&sums, most, done == 0)) { \
                return 0; \
            } \
            add_terms_of_rows_f##width(&sums, block, step, m, done == 0); \
        } \
        logs_of_sums(&sums, n, scale, out); \
        return 1; \
    }

LOGS_OF_EXP_SUMS(32, float, SUM_SCALE_F32)
LOGS_OF_EXP_SUMS(64, double, SUM_SCALE)

#endif
