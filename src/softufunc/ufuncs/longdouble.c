/* The functions in long double: the C library's exp and log1p, one element after the other. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "functions/functions.h"
#include "kernels/table.h"

typedef long double number;
#define NEAR_ONE static
#include "math/near_one.h"

#define LONG_DOUBLE
#include "functions/all.h"
#include "functions/all_of_two.h"

#define ENTRY(name, domain) name##_longdouble,
const softufunc_longdouble softufunc_longdoubles[] = {FUNCTIONS(ENTRY) NULL};

#define ENTRY_OF_TWO(name, identity, second) name##_longdouble,
const softufunc_longdouble_of_two softufunc_longdoubles_of_two[] = {FUNCTIONS_OF_TWO(ENTRY_OF_TWO) NULL};

#define ENTRY_TWO_RESULTS(name) name##_longdouble,
const softufunc_longdouble_two_results softufunc_longdoubles_two_results[] = {
    FUNCTIONS_WITH_TWO_RESULTS(ENTRY_TWO_RESULTS) NULL};

#define REDUCTION_ENTRY(name, arguments, signature, longest) name##_longdouble,
const softufunc_longdouble_reduction softufunc_longdouble_reductions[] = {REDUCTIONS(REDUCTION_ENTRY) NULL};
