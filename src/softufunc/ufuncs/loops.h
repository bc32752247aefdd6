/* The inner loops that NumPy calls for ufuncs; `data` is a softufunc_function. */
#ifndef SOFTUFUNC_LOOPS_H
#define SOFTUFUNC_LOOPS_H

#include "kernels/table.h"
#include "ufuncs/loop.h"
#include "ufuncs/traits.h"

typedef struct {
    const softufunc_table *table;
    const softufunc_kernels *kernels;
    softufunc_single *const *single; /* for single elements, of each type */
    const softufunc_traits *traits;
    int nin, nout, spurious_underflow;
} softufunc_function;

/* The function at a place of the list. */
softufunc_function softufunc_function_of(const softufunc_table *table, size_t place);

/* The loop of a type, or of long double, for a number of inputs and outputs. */
softufunc_loop *softufunc_loop_of(int nin, int nout, int type);
softufunc_loop softufunc_loop_longdouble;

#endif
