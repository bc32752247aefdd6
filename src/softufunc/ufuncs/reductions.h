/* The inner loops that NumPy calls for gufuncs, and the method reduce of logaddexp and softminimum. */
#ifndef SOFTUFUNC_REDUCTIONS_H
#define SOFTUFUNC_REDUCTIONS_H

#include "kernels/table.h"
#include "ufuncs/loop.h"

/* Of strided elements in long double; `read` makes a number of a label. */
typedef long double (*softufunc_read)(const char *label);
typedef long double (*softufunc_longdouble_reduction)(const char *x, ptrdiff_t step, const char *t, ptrdiff_t t_step,
                                                      softufunc_read read, size_t n);
extern const softufunc_longdouble_reduction softufunc_longdouble_reductions[]; /* in the order of functions.h */

/* n elements, `step` bytes apart, to adjacent floats or doubles. */
typedef void (*softufunc_load)(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n);

/* A type of elements, as the reductions see it. */
typedef struct {
    ptrdiff_t size, size_computed; /* of an element, and of what is computed with */
    softufunc_width width;
    softufunc_load load;
    void (*store)(const double *results, char *out, ptrdiff_t step, size_t n);
    void (*transpose)(const char *from, ptrdiff_t row_step, void *to, size_t n);
} softufunc_type;
extern const softufunc_type *const softufunc_types[SOFTUFUNC_TYPES];

/* How a second argument of another type is read. */
typedef struct {
    softufunc_load load[SOFTUFUNC_WIDTHS];
    softufunc_read read;
} softufunc_label_cast;
enum { SOFTUFUNC_LABEL_TYPES = 11 };
extern const softufunc_label_cast softufunc_label_casts[]; /* in the order of NumPy's type numbers, from NPY_BOOL on */

/* The loops of the reductions; `data` is a softufunc_reduction_data. label_cast is NULL where the type of the second argument is
 * that of the first one, or there is none. */
typedef struct {
    const softufunc_table *table;
    const softufunc_reduction *reduction;
    softufunc_longdouble_reduction longdouble;
    const softufunc_label_cast *label_cast;
} softufunc_reduction_data;

/* The data for a place in the list of gufuncs; `label`: 0, or 1 + the place in softufunc_label_casts. */
softufunc_reduction_data softufunc_reduction_data_of(const softufunc_table *table, size_t place, int label);

softufunc_loop softufunc_reduction_loop_f16, softufunc_reduction_loop_f32, softufunc_reduction_loop_f64;
softufunc_loop softufunc_reduction_loop_longdouble;

/* A row of the method reduce or accumulate, with the arguments of the loop: the first input is the output, with a step of 0, or the
 * output one element before. `type` is NULL for long double. */
typedef void softufunc_fold(const softufunc_table *table, const softufunc_type *type, char **args,
                            const intptr_t *steps, size_t n);
softufunc_fold softufunc_fold_logaddexp, softufunc_fold_softminimum;

#endif
