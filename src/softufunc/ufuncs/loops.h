/* The inner loops that NumPy calls for ufuncs; `data` is a softufunc_function. */
#ifndef SOFTUFUNC_LOOPS_H
#define SOFTUFUNC_LOOPS_H

#include "kernels/table.h"
#include "ufuncs/loop.h"
#include "ufuncs/traits.h"

typedef struct {
    const softufunc_table *table;
    const softufunc_kernels *kernels;
    softufunc_single *const *single;             /* one element, for each type */
    softufunc_reduce_short *const *reduce_short; /* few elements of reduce, for each type; or NULL */
    const softufunc_traits *traits;
    int nin, nout, spurious_underflow;
} softufunc_function;

/* The function at index `place` of functions.h. */
softufunc_function softufunc_function_of(const softufunc_table *table, size_t place);

/* The loop for a type (SOFTUFUNC_F16, ...) or for long double. */
softufunc_loop *softufunc_loop_of(int nin, int nout, int type);
softufunc_loop softufunc_loop_longdouble;

/* The loop of booleans or integers, which become doubles; `data` is a softufunc_integers. */
typedef struct {
    const softufunc_function *function;
    const softufunc_label_cast *cast;
} softufunc_integers;
softufunc_loop softufunc_loop_integers;

#endif
