/* The part of functions/NAME.h that is compiled once for all instruction sets: long double, and the traits. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "ufuncs/reductions.h"
#include "ufuncs/traits.h"

typedef long double number;
#define FIXED_POINT static
#include "math/fixed_point.h"

#define FLIP(name, of, x_sign, y_sign) \
    static long double name##_longdouble(long double x) \
    { \
        long double y = of##_longdouble((x_sign) < 0 ? -x : x); \
        return (y_sign) < 0 ? -y : y; \
    } \
    static const softufunc_traits name##_traits = {.longdouble.unary = name##_longdouble};
#define FLIP_BINARY(name, of, x_sign, y_sign, ...) \
    static long double name##_longdouble(long double x, long double y) \
    { \
        long double z = of##_longdouble((x_sign) < 0 ? -x : x, (x_sign) < 0 ? -y : y); \
        return (y_sign) < 0 ? -z : z; \
    } \
    static const softufunc_traits name##_traits = {.longdouble.binary = name##_longdouble, __VA_ARGS__};

#define LONG_DOUBLE
#include "all_ufuncs.h"
#include "all_gufuncs.h"

const softufunc_traits *const softufunc_traits_of[] = {
#define UFUNC(name, nin, nout) &name##_traits,
#include "functions/functions.h"
};

const softufunc_longdouble_rows *const softufunc_longdouble_rows_of[] = {
#define GUFUNC(name, signature) &name##_longdouble_rows,
#include "functions/functions.h"
};
