/* The interface of the kernels: one table of contiguous loops for each instruction set. */
#ifndef SOFTUFUNC_TABLE_H
#define SOFTUFUNC_TABLE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "math/strict.h"

typedef struct softufunc_table softufunc_table;

/* The element types that kernels have loops for; the last one is bfloat16. */
enum { SOFTUFUNC_F16, SOFTUFUNC_F32, SOFTUFUNC_F64, SOFTUFUNC_BF16, SOFTUFUNC_TYPES };

/* A loop over n contiguous elements, and its counterpart for one element, which is used for `where=` and by the C API. Functions
 * with one input or output ignore `y` or `out2`. An output may be identical to an input; any other overlap is not allowed. */
typedef void softufunc_array(const void *x, const void *y, void *out, void *out2, size_t n);
typedef void softufunc_single(const void *x, const void *y, void *out, void *out2);
typedef int softufunc_reduce_short(void *out, const void *x, size_t n, int negated);

typedef struct {
    const char *name;
    softufunc_array *array[SOFTUFUNC_TYPES];
    softufunc_single *single[SOFTUFUNC_TYPES];
    void (*capi[4])(void); /* NAME, NAMEf, NAME_array, NAMEf_array of include/softufunc.h */
} softufunc_kernels;

/* Strided elements are copied to a scratch buffer and back, in chunks that are a whole number of blocks for every instruction set
 * and stay in the first-level cache.
 *
 * From a stride of PREFETCH_STRIDE bytes on, where elements are in different cache lines, a chunk is a single block: the cache
 * lines of the next one arrive while it is computed (strided_copy.h). A column of a float64 matrix then takes little more time
 * than reading it. */
enum { SCRATCH_BYTES = 1536, PREFETCH_STRIDE = 32 };

/* The number of partial sums of a reduction, the lanes of the widest vector: element i is added to sum i % ACCUMULATORS. */
enum { ACCUMULATORS = 16 };

/* Each partial sum is high + low: a double, and the sum of its rounding errors. */
typedef struct {
    double high[ACCUMULATORS], low[ACCUMULATORS];
    union {
        /* logsumexp: the maximum so far; the sum of e^x is e^offset 2^k times the sum of the accumulators */
        struct {
            double max, offset, k;
        } scale;
        /* log_likelihood: the sum of nans and infinities, and of terms beyond 2^1000, times 2^-64 */
        struct {
            double not_finite, high, low;
        } huge;
    };
} softufunc_accumulators;

/* The number of elements (of n) in accumulator `place`: place, place + ACCUMULATORS, ... below n; place <= n. */
static inline size_t softufunc_accumulated(size_t place, size_t n)
{
    return (n - place + (ACCUMULATORS - 1)) / ACCUMULATORS;
}

/* Of logsumexp. Numbers of this size are spaced by 256: smaller ones are negligible, and log n for n equal ones is below half an ulp.
 * e^-GAP_NEGLIGIBLE times any number of terms is negligible too. */
#define SUM_HUGE 0x1p+60
#define GAP_NEGLIGIBLE 128.0
/* Less than that: the sums before a new maximum keep their digits in its scale. */
#define SEGMENT_GAP_MAX 100.0
enum { SHORT_FOLD = 8 }; /* the most numbers that reduce_short and scan_short take */

/* A reduction of one or two rows to a number: init, then update for each chunk, then finalize. The result does not depend on how
 * the row is split into updates, if all but the last are multiples of `chunk`.
 *
 * row_batch computes ACCUMULATORS rows of 1 to row_batch_max elements at once, with the same bits; element i of row j is at
 * i * step + j. It returns false for rows that it cannot handle, which are then computed one by one. Rows longer than
 * row_batch_max take less time one by one. */
enum { SOFTUFUNC_CHUNK_MAX = 512 };
typedef enum { SOFTUFUNC_WIDTH_32, SOFTUFUNC_WIDTH_64, SOFTUFUNC_WIDTHS } softufunc_width; /* floats, doubles */
typedef struct {
    int nin;
    int infinite_is_overflow; /* does an infinite result of finite elements raise overflow? */
    size_t chunk;             /* up to SOFTUFUNC_CHUNK_MAX */
    size_t row_batch_max;
    void (*init)(softufunc_accumulators *sum);
    void (*update[SOFTUFUNC_WIDTHS])(softufunc_accumulators *sum, const void *x, const void *t, size_t n);
    double (*finalize)(const softufunc_accumulators *sum);
    int (*row_batch[SOFTUFUNC_WIDTHS])(const void *x, const void *t, ptrdiff_t step, size_t n, double *out);
} softufunc_reduction;

/* A function of a whole row to a row of the same length, (n)->(n). `x` and `out` are contiguous, and may be identical; `scratch`
 * holds n doubles.
 *
 * row_batch computes ACCUMULATORS rows, as above. It returns false, and has written no results, if the rows have to be computed one by
 * one. */
enum { CONTIGUOUS_ROW_MIN = 8 };
typedef struct {
    const void *x; /* element i of row j at i * step + j */
    void *out;     /* the results, at i * out_step + j */
    ptrdiff_t step, out_step;
    /* If not NULL, the results go to `rows` instead, element i of row j to j * row_step + i, and `out` is scratch too; `x_rows` has the
     * elements in the same order, x_row_step apart from row to row, and may be identical to `rows`; n is at least CONTIGUOUS_ROW_MIN. */
    const void *x_rows;
    void *rows;
    ptrdiff_t x_row_step, row_step;
    void *scratch; /* n * ACCUMULATORS doubles */
    size_t n;
} softufunc_batch;
typedef struct {
    void (*row[SOFTUFUNC_WIDTHS])(const void *x, void *out, void *scratch, size_t n);
    int (*row_batch[SOFTUFUNC_WIDTHS])(const softufunc_batch *batch);
} softufunc_transform;

/* The logarithm of the sum of e^x as an unevaluated sum: log_softmax is x minus it. Where `high` is nan or beyond
 * ROW_MAXIMUM_HUGE, the difference is softufunc_log_prob_of_special. */
typedef struct {
    double high, low;
} softufunc_sum;
#define ROW_MAXIMUM_HUGE 0x1p+64 /* numbers of this size are spaced by 4096 */

/* Is |x| at least ROW_MAXIMUM_HUGE, or x nan? By its bits: not every processor has a quiet comparison. */
static inline int softufunc_is_huge_or_nan(double x)
{
    const double limit = ROW_MAXIMUM_HUGE;
    uint64_t bits, least;
    memcpy(&bits, &x, sizeof bits);
    memcpy(&least, &limit, sizeof least);
    return (bits & INT64_MAX) >= least;
}

static inline double softufunc_log_prob_of_special(double x, softufunc_sum sum)
{
    /* by bits: gcc makes `high > DBL_MAX`, which raises invalid for nan on RISC-V, of a comparison with infinity */
    const uint64_t infinity = UINT64_C(0x7ff0000000000000);
    uint64_t bits;
    memcpy(&bits, &sum.high, sizeof bits);
    if ((bits & INT64_MAX) > infinity) {
        return sum.high;
    }
    if (bits == infinity) {
        return x == sum.high ? -0.0 : -sum.high;
    }
    return -((sum.high - x) + sum.low);
}

/* One of the results of log_softmax, (n),()->(): the sum of a row, or of a row batch, whose meaning is as above */
typedef struct {
    softufunc_sum (*log_sum[SOFTUFUNC_WIDTHS])(const void *x, size_t n);
    int (*log_sums[SOFTUFUNC_WIDTHS])(const void *x, ptrdiff_t step, size_t n, double *high, double *low);
} softufunc_choice;

/* The scales of ACCUMULATORS columns of a matrix: its terms are e^(x - offset) 2^-k */
typedef struct {
    double offset[ACCUMULATORS], k[ACCUMULATORS];
} softufunc_scales;

/* The logarithm of a product of matrices that are given by logarithms, (n,k),(k,m)->(n,m). In double for every type; columns are
 * ACCUMULATORS columns of the second matrix, and element i of column j is at i * ACCUMULATORS + j.
 *
 * `terms` replaces the numbers of `count` columns (ACCUMULATORS, or 1 for a row of the first matrix) by the high parts of their
 * terms. `tile` computes the results of a row with columns; with `pairs`, to the last bit of a double. Results that are nan have to
 * be computed by `element`, from the numbers themselves; `scratch` holds 3 n numbers. */
typedef struct {
    void (*terms)(double *x, double *low, size_t n, size_t count, softufunc_scales *scales);
    void (*tile)(const double *row, const double *row_low, const softufunc_scales *row_scale, const double *columns,
                 const double *columns_low, const softufunc_scales *scales, size_t n, int pairs, double *out);
    double (*element)(const double *a, const double *b, size_t n, double *scratch);
} softufunc_product;

/* The kernels of a gufunc: one of these, by its signature */
typedef struct {
    const softufunc_reduction *reduction;
    const softufunc_transform *transform;
    const softufunc_choice *choice;
    const softufunc_product *product;
    int running; /* (n)->(n) by the running logsumexp of the table */
} softufunc_rows;

typedef struct {
    const char *name, *signature;
    const softufunc_rows *rows;
} softufunc_gufunc;

/* The indices of the gufuncs in the table */
enum {
#define GUFUNC(name, signature) softufunc_##name,
#include "functions/functions.h"
};

/* Converts n elements, `step` bytes apart, to contiguous floats or doubles. */
typedef void (*softufunc_load)(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n);
typedef long double (*softufunc_read)(const char *from);

/* Booleans and integers as floats */
typedef struct {
    softufunc_load load[SOFTUFUNC_WIDTHS];
    softufunc_read read;
} softufunc_label_cast;
enum { SOFTUFUNC_LABEL_TYPES = 11 };

struct softufunc_table {
    const char *instruction_set;
    int fma;                         /* do multiply-adds round once? Decides result bits and spurious underflow */
    const softufunc_kernels *ufuncs; /* in the order of functions.h; the last one has name NULL */
    const softufunc_gufunc *gufuncs;
    /* the running logsumexp (math/logsumexp_scan.h) */
    double (*scan_maximum)(const double *x, size_t n);
    void (*scan)(softufunc_accumulators *sum, double *x, size_t n, double max);
    /* *out becomes the logsumexp of itself and n < SHORT_FOLD numbers, or minus that of their opposites; `scan_short` computes the
     * n + 1 running ones of `first` and n numbers, or of their opposites, with the same bits (math/logsumexp_short.h). They return
     * false for numbers that they leave to the others. `results` has SHORT_FOLD places. NULL without FMA, and for AVX-512, which uses
     * those of the table for single elements. */
    softufunc_reduce_short *reduce_short[SOFTUFUNC_TYPES];
    int (*scan_short)(double first, const double *x, size_t n, int negated, double *results);
    void (*gather[SOFTUFUNC_TYPES])(const char *from, ptrdiff_t stride, char *to, size_t n);
    void (*scatter[SOFTUFUNC_TYPES])(const char *from, char *to, ptrdiff_t stride, size_t n);
    /* copies element i of line j to element j of line i, for lines of n contiguous elements */
    void (*transpose[SOFTUFUNC_WIDTHS])(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t lines,
                                        size_t n);
    size_t block_bytes;                      /* the size of a block (kernels/elementwise.h) */
    const softufunc_label_cast *label_casts; /* by NumPy type number, starting with NPY_BOOL */
    void (*floats_of_f16)(const uint16_t *from, float *to, size_t n);
    void (*floats_of_bf16)(const uint16_t *from, float *to, size_t n);
    void (*f16_of_floats)(const float *from, uint16_t *to, size_t n);
    void (*bf16_of_floats)(const float *from, uint16_t *to, size_t n);
};

/* The tables that this processor can run, in order of preference, NULL-terminated. */
const softufunc_table **softufunc_tables(void);

/* The table for single elements: the same bits as `table`, from shorter vectors where those have a lower latency. */
const softufunc_table *softufunc_table_for_one(const softufunc_table *table);

#endif
