/* The functions in long double: the C library's exp and log1p, one element after the other. */
#include <math.h>
#include <string.h>

#include "functions.h"
#include "table.h"

typedef long double number;
#include "math/near_one.h"

#define LONG_DOUBLE
#include "functions/all.h"
#include "functions/all_of_two.h"

#define ENTRY(name, domain) name##_longdouble,
const softufunc_longdouble softufunc_longdoubles[] = {FUNCTIONS(ENTRY) NULL};

#define ENTRY_OF_TWO(name, identity, second) name##_longdouble,
const softufunc_longdouble_of_two softufunc_longdoubles_of_two[] = {FUNCTIONS_OF_TWO(ENTRY_OF_TWO) NULL};
