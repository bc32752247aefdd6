/* The inner loops that NumPy calls; `data` is a softufunc_function. */
#ifndef SOFTUFUNC_LOOPS_H
#define SOFTUFUNC_LOOPS_H

#include "kernels/table.h"

typedef struct {
    const softufunc_table *table;
    const softufunc_kernels *kernels;
    const softufunc_kernels *one; /* for single elements */
    softufunc_longdouble longdouble;
} softufunc_function;

typedef struct {
    const softufunc_table *table;
    const softufunc_kernels_of_two *kernels;
    const softufunc_kernels_of_two *one;
    softufunc_longdouble_of_two longdouble;
} softufunc_function_of_two;

/* The signature of PyUFuncGenericFunction. */
void softufunc_loop_f16(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_loop_f32(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_loop_f64(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_loop_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);

/* For two arguments; `data` is a softufunc_function_of_two. */
void softufunc_loop_of_two_f16(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_loop_of_two_f32(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_loop_of_two_f64(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_loop_of_two_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);

/* The same for the functions of a whole axis; `data` is a softufunc_reduced. `labels` says how a second argument of another
 * type is read; it is NULL where the type is that of the first one. */
typedef void (*softufunc_load)(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n);
typedef struct {
    softufunc_load load[SOFTUFUNC_WIDTHS]; /* n elements side by side, as floats or doubles */
    softufunc_read read;
} softufunc_labels;
enum { SOFTUFUNC_LABEL_TYPES = 11 };
extern const softufunc_labels softufunc_labels_of_type[]; /* in the order of NumPy's type numbers, from NPY_BOOL on */

typedef struct {
    const softufunc_table *table;
    const softufunc_reduction *reduction;
    softufunc_longdouble_reduction longdouble;
    const softufunc_labels *labels;
} softufunc_reduced;

void softufunc_reduce_f16(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_reduce_f32(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_reduce_f64(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_reduce_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);

/* out = the sum of `out` and the n elements of x in the sense of logaddexp, or of its mirror image. */
void softufunc_reduce_run_f16(const softufunc_table *table, int mirrored, char *out, const char *first, intptr_t step,
                              size_t n);
void softufunc_reduce_run_f32(const softufunc_table *table, int mirrored, char *out, const char *first, intptr_t step,
                              size_t n);
void softufunc_reduce_run_f64(const softufunc_table *table, int mirrored, char *out, const char *first, intptr_t step,
                              size_t n);

#endif
