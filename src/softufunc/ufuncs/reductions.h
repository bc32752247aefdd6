/* The inner loops of the gufuncs, and the reduce method of logaddexp and softminimum. */
#ifndef SOFTUFUNC_REDUCTIONS_H
#define SOFTUFUNC_REDUCTIONS_H

#include "kernels/table.h"
#include "ufuncs/loop.h"

typedef long double (*softufunc_longdouble_reduction)(const char *x, ptrdiff_t step, const char *t, ptrdiff_t t_step,
                                                      softufunc_read read, size_t n);
extern const softufunc_longdouble_reduction softufunc_longdouble_reductions[]; /* in the order of functions.h */

/* How the reductions access an element type */
typedef struct {
    ptrdiff_t size, size_computed; /* in memory, and in the computation */
    softufunc_width width;
    softufunc_load load;
    void (*store)(const double *results, char *out, ptrdiff_t step, size_t n);
    void (*transpose)(const char *from, ptrdiff_t row_step, void *to, size_t n);
} softufunc_type;
extern const softufunc_type *const softufunc_types[SOFTUFUNC_TYPES];

void softufunc_load_f16(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n);
void softufunc_load_bf16(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n);
void softufunc_store_f16(const double *results, char *out, ptrdiff_t step, size_t n);
void softufunc_store_bf16(const double *results, char *out, ptrdiff_t step, size_t n);

/* The `data` argument of the loops. label_cast is NULL if the second input has the type of the first one, or does not exist. */
typedef struct {
    const softufunc_table *table;
    const softufunc_reduction *reduction;
    softufunc_longdouble_reduction longdouble;
    const softufunc_label_cast *label_cast;
} softufunc_reduction_data;

/* The data of the gufunc at index `place`; `label` is 0, or 1 + the index in label_casts of the table. */
softufunc_reduction_data softufunc_reduction_data_of(const softufunc_table *table, size_t place, int label);

softufunc_loop softufunc_reduction_loop_f16, softufunc_reduction_loop_f32, softufunc_reduction_loop_f64;
softufunc_loop softufunc_reduction_loop_bf16, softufunc_reduction_loop_longdouble, softufunc_reduction_loop_integers;

/* A row of the method reduce or accumulate, with the arguments of the loop: the first input is the output, with a step of 0, or the
 * output one element before. `type` is NULL for long double. */
typedef void softufunc_fold(const softufunc_table *table, const softufunc_type *type, char **args,
                            const intptr_t *steps, size_t n);
softufunc_fold softufunc_fold_logaddexp, softufunc_fold_softminimum;

#endif
