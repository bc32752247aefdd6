/* The inner loops of the gufuncs, and the reduce method of logaddexp and softminimum. */
#ifndef SOFTUFUNC_REDUCTIONS_H
#define SOFTUFUNC_REDUCTIONS_H

#include "kernels/table.h"
#include "ufuncs/loop.h"

/* The functions of a row of long doubles, with the elements `step` bytes apart: one of them, as in softufunc_rows. Those that return int
 * say whether there is no result, so that it is nan, although no element is nan. */
typedef union {
    long double (*reduction)(const char *x, ptrdiff_t step, const char *t, ptrdiff_t t_step, softufunc_read read,
                             size_t n);
    int (*transform)(const char *x, ptrdiff_t step, char *out, ptrdiff_t out_step, size_t n);
    int (*choice)(const char *x, ptrdiff_t step, size_t n, size_t label, long double *out);
    long double (*product)(const char *a, ptrdiff_t step, const char *b, ptrdiff_t b_step, size_t n);
} softufunc_longdouble_rows;
extern const softufunc_longdouble_rows *const softufunc_longdouble_rows_of[]; /* in the order of functions.h */

/* How the reductions access an element type */
typedef struct {
    ptrdiff_t size, size_computed; /* in memory, and in the computation: the same size is the same type */
    softufunc_width width;
    softufunc_load load;
    void (*store)(const softufunc_table *table, const double *results, char *out, ptrdiff_t step, size_t n);
    void (*store_computed)(const softufunc_table *table, const void *results, char *out, ptrdiff_t step, size_t n);
} softufunc_type;
extern const softufunc_type *const softufunc_types[SOFTUFUNC_TYPES];

/* Are elements of type `size` next to each other, and their lines a whole number of elements apart? */
static inline int softufunc_is_adjacent(ptrdiff_t row_step, ptrdiff_t step, ptrdiff_t size)
{
    return row_step == size && step % size == 0;
}

/* Are the rows columns of a matrix, closer to each other than their elements? Several are read together then, line by line. */
static inline int softufunc_are_columns(ptrdiff_t row_step, ptrdiff_t step)
{
    return (row_step < 0 ? -row_step : row_step) < (step < 0 ? -step : step);
}

/* Do lines compete for a few places in the caches, because they are a multiple of a power of two apart? In place, columns of 1000 elements
 * took up to twice as long with 1024 columns as with 1000. */
static inline int softufunc_conflicts(ptrdiff_t step)
{
    return step % 1024 == 0;
}

/* Booleans or integers, which become doubles; results are doubles. */
softufunc_type softufunc_type_of_integers(const softufunc_label_cast *cast);

/* Only rows shorter than this are transposed into a row batch: element i of row j goes to i * ACCUMULATORS + j. Missing rows are
 * filled with 0. `direct`: elements of the type of the computation, contiguous in each row. */
enum { SOFTUFUNC_SHORT_ROW = 128 };
void softufunc_load_row_batch(const softufunc_table *table, const softufunc_type *type, softufunc_load load, int direct,
                              const char *from, ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n, char *to);
void softufunc_store_row_batch(const softufunc_table *table, const softufunc_type *type, const char *results, char *out,
                               ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n);

/* Columns that are not short are transposed into a panel: contiguous rows of the type of the computation, `panel_step` bytes apart, an odd
 * number of cache lines, which does not conflict. At most SOFTUFUNC_PANEL_ROWS of them. Those that row batches can read in place take less time
 * in panels from SOFTUFUNC_PANEL_ROW_MIN elements on. */
enum { SOFTUFUNC_PANEL_ROWS = 64, SOFTUFUNC_PANEL_ROW_MIN = 512 };
static inline ptrdiff_t softufunc_panel_step(size_t n, ptrdiff_t size)
{
    return (ptrdiff_t)((n * (size_t)size + 63) / 64 * 64 | 64);
}
/* Are these columns, and enough of them? */
int softufunc_worth_panel(const softufunc_type *type, softufunc_load load, ptrdiff_t step, ptrdiff_t row_step,
                          size_t rows);
void softufunc_load_panel(const softufunc_table *table, const softufunc_type *type, softufunc_load load,
                          const char *from, ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n, char *panel,
                          ptrdiff_t panel_step);
void softufunc_store_panel(const softufunc_table *table, const softufunc_type *type, const char *panel,
                           ptrdiff_t panel_step, char *out, ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n);

void softufunc_load_f16(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n);
void softufunc_load_bf16(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n);
void softufunc_store_f16(const softufunc_table *table, const double *results, char *out, ptrdiff_t step, size_t n);
void softufunc_store_bf16(const softufunc_table *table, const double *results, char *out, ptrdiff_t step, size_t n);
void softufunc_store_floats_as_f16(const softufunc_table *table, const void *results, char *out, ptrdiff_t step,
                                   size_t n);
void softufunc_store_floats_as_bf16(const softufunc_table *table, const void *results, char *out, ptrdiff_t step,
                                    size_t n);

/* The `data` argument of the loops. label_cast is NULL if the second input has the type of the first one, or does not exist. */
typedef struct {
    const softufunc_table *table;
    const softufunc_rows *rows;
    const softufunc_longdouble_rows *longdouble;
    const softufunc_label_cast *label_cast;
} softufunc_gufunc_data;

/* The data of the gufunc at index `place`; `label` is 0, or 1 + the index in label_casts of the table. */
softufunc_gufunc_data softufunc_gufunc_data_of(const softufunc_table *table, size_t place, int label);

/* The loop for a type (SOFTUFUNC_F16, ...), for long double (SOFTUFUNC_TYPES), or for booleans and integers. */
enum { SOFTUFUNC_LOOP_LONGDOUBLE = SOFTUFUNC_TYPES, SOFTUFUNC_LOOP_INTEGERS, SOFTUFUNC_LOOPS };
softufunc_loop *softufunc_gufunc_loop(const softufunc_rows *rows, int type);

/* Defines the loops KIND_loop_f16, ..., which call KIND_loop. */
#define SOFTUFUNC_TYPED_LOOP(kind, name, type) \
    static void kind##_loop_##name(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data) \
    { \
        kind##_loop(args, dimensions, steps, data, softufunc_types[SOFTUFUNC_##type]); \
    }
#define SOFTUFUNC_TYPED_LOOPS(kind) \
    SOFTUFUNC_TYPED_LOOP(kind, f16, F16) \
    SOFTUFUNC_TYPED_LOOP(kind, f32, F32) \
    SOFTUFUNC_TYPED_LOOP(kind, f64, F64) \
    SOFTUFUNC_TYPED_LOOP(kind, bf16, BF16)

/* Reports that there is no memory for a row; the extension sets it. */
extern void (*softufunc_no_memory)(void);

/* The loops of transforms and choices (ufuncs/transforms.c); a choice has none for integers */
extern softufunc_loop *const softufunc_transform_loops[SOFTUFUNC_LOOPS], *const softufunc_choice_loops[SOFTUFUNC_LOOPS];
extern softufunc_loop *const softufunc_product_loops[SOFTUFUNC_LOOPS]; /* ufuncs/products.c */

/* A row of the method reduce or accumulate, with the arguments of the loop: the first input is the output, with a step of 0, or the
 * output one element before. `type` is NULL for long double. */
void softufunc_fold(const softufunc_table *table, const softufunc_type *type, int negated, char **args,
                    const intptr_t *steps, size_t n);

/* logsumexp of the first one, two, ... of n elements. `type` is NULL for long double. */
void softufunc_running_logsumexp(const softufunc_table *table, const softufunc_type *type, const char *from,
                                 ptrdiff_t step, char *out, ptrdiff_t out_step, size_t n);

#endif
