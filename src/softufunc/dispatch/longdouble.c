/* The functions in long double: the C library's exp and log1p, one element after the other. */
#include <math.h>

#include "functions.h"
#include "table.h"

#define LONG_DOUBLE
#include "functions/all.h"

#define ENTRY(name, domain) name##_longdouble,
const softufunc_longdouble softufunc_longdoubles[] = {FUNCTIONS(ENTRY) NULL};

#define REDUCTION_ENTRY(name, arguments) name##_longdouble,
const softufunc_longdouble_reduction softufunc_longdouble_reductions[] = {REDUCTIONS(REDUCTION_ENTRY) NULL};
