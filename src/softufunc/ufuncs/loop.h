/* The signature of NumPy's PyUFuncGenericFunction. */
#ifndef SOFTUFUNC_LOOP_H
#define SOFTUFUNC_LOOP_H

#include <stdint.h>

typedef void softufunc_loop(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);

#endif
