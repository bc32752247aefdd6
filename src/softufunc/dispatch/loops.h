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

#endif
