/* The inner loops that NumPy calls; `data` is a softufunc_function. */
#ifndef SOFTUFUNC_LOOPS_H
#define SOFTUFUNC_LOOPS_H

#include "table.h"

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

/* The same for the functions of a whole axis; `data` is a softufunc_reduced. Of its second argument, NULL where there is
 * none, `load_labels` puts n elements as numbers of the type of the first one side by side; it is NULL where they have
 * that type. */
typedef void (*softufunc_load)(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n);
typedef struct {
    const softufunc_table *table;
    const softufunc_reduction *reduction;
    softufunc_longdouble_reduction longdouble;
    softufunc_load load_labels;
} softufunc_reduced;

void softufunc_reduce_f16(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_reduce_f32(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_reduce_f64(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_reduce_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);

#endif
