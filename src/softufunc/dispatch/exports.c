/* The functions for other compiled code: the struct of softufunc.h, and a list with names and signatures, from which
 * __pyx_capi__ is made. Made from functions.h; a function that softufunc.h lacks does not compile. */
#include "exports.h"

#include "functions.h"

static softufunc_api api = {.version = SOFTUFUNC_API_VERSION, .size = sizeof(softufunc_api)};

softufunc_api *softufunc_fill_api(const softufunc_table *table)
{
    const softufunc_kernels *array = table->kernels;
    const softufunc_kernels *scalar = softufunc_table_for_one(table)->kernels;
#define FILL(function, domain) \
    api.function = scalar->scalar_f64; \
    api.function##f = scalar->scalar_f32; \
    api.function##_array = array->f64; \
    api.function##f_array = array->f32; \
    scalar++; \
    array++;
    FUNCTIONS(FILL)
    return &api;
}

softufunc_export *softufunc_fill_exports(const softufunc_table *table)
{
#define COUNT(function, domain) +4
    static softufunc_export exports[FUNCTIONS(COUNT) + 1];
    softufunc_export *next = exports;
    softufunc_fill_api(table);
#define POINTER(member) (void (*)(void)) api.member
#define ADD(function, domain) \
    *next++ = (softufunc_export){#function, "double (double)", POINTER(function)}; \
    *next++ = (softufunc_export){#function "f", "float (float)", POINTER(function##f)}; \
    *next++ = \
        (softufunc_export){#function "_array", "void (double const *, double *, size_t)", POINTER(function##_array)}; \
    *next++ = \
        (softufunc_export){#function "f_array", "void (float const *, float *, size_t)", POINTER(function##f_array)};
    FUNCTIONS(ADD)
    return exports;
}
