/* The inner loops of the functions with two results; `data` is a softufunc_function_two_results. */
#ifndef SOFTUFUNC_LOOPS_TWO_RESULTS_H
#define SOFTUFUNC_LOOPS_TWO_RESULTS_H

#include "kernels/table.h"

typedef struct {
    const softufunc_table *table;
    const softufunc_kernels_two_results *kernels;
    const softufunc_kernels_two_results *one; /* for single elements */
    softufunc_longdouble_two_results longdouble;
} softufunc_function_two_results;

/* The signature of PyUFuncGenericFunction. */
void softufunc_loop_two_results_f16(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_loop_two_results_f32(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_loop_two_results_f64(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);
void softufunc_loop_two_results_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);

#endif
