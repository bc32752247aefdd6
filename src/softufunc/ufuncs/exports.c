/* The functions for other compiled code: the struct of softufunc.h, and a list with names and signatures, from which
 * __pyx_capi__ is made. Made from functions.h; a function that softufunc.h lacks does not compile. */
#include "ufuncs/exports.h"

#include "functions/functions.h"

static softufunc_api api = {.version = SOFTUFUNC_API_VERSION, .size = sizeof(softufunc_api)};

/* The scalars of two arguments and of two results, by way of the kernels for one element. */
static const softufunc_table *for_one;

#define PLACE(name, ...) place_of_##name,
enum { FUNCTIONS_OF_TWO(PLACE) };
enum { FUNCTIONS_WITH_TWO_RESULTS(PLACE) };

#define SCALAR_OF_TWO(name, type, kind) \
    static type name##_##kind(type x, type y) \
    { \
        type out; \
        for_one->kernels_of_two[place_of_##name].one_##kind(&x, &y, &out); \
        return out; \
    }
#define SCALARS_OF_TWO(name, identity, second) SCALAR_OF_TWO(name, double, f64) SCALAR_OF_TWO(name, float, f32)
FUNCTIONS_OF_TWO(SCALARS_OF_TWO)

#define SCALAR_TWO_RESULTS(name, type, kind) \
    static void name##_##kind(type x, type *first, type *second) \
    { \
        for_one->two_results[place_of_##name].one_##kind(&x, first, second); \
    }
#define SCALARS_TWO_RESULTS(name) SCALAR_TWO_RESULTS(name, double, f64) SCALAR_TWO_RESULTS(name, float, f32)
FUNCTIONS_WITH_TWO_RESULTS(SCALARS_TWO_RESULTS)

softufunc_api *softufunc_fill_api(const softufunc_table *table)
{
    for_one = softufunc_table_for_one(table);
    const softufunc_kernels *array = table->kernels, *scalar = for_one->kernels;
#define FILL(function, domain) \
    api.function = scalar->scalar_f64; \
    api.function##f = scalar->scalar_f32; \
    api.function##_array = array->f64; \
    api.function##f_array = array->f32; \
    scalar++; \
    array++;
    FUNCTIONS(FILL)
#define FILL_FROM(list, function) \
    api.function = function##_f64; \
    api.function##f = function##_f32; \
    api.function##_array = table->list[place_of_##function].f64; \
    api.function##f_array = table->list[place_of_##function].f32;
#define FILL_OF_TWO(function, identity, second) FILL_FROM(kernels_of_two, function)
#define FILL_TWO_RESULTS(function) FILL_FROM(two_results, function)
    FUNCTIONS_OF_TWO(FILL_OF_TWO)
    FUNCTIONS_WITH_TWO_RESULTS(FILL_TWO_RESULTS)
    return &api;
}

softufunc_export *softufunc_fill_exports(const softufunc_table *table)
{
#define COUNT(...) +4
    static softufunc_export exports[FUNCTIONS(COUNT) FUNCTIONS_OF_TWO(COUNT) FUNCTIONS_WITH_TWO_RESULTS(COUNT) + 1];
    softufunc_export *next = exports;
    softufunc_fill_api(table);
#define ADD_ONE(name, signature, member) *next++ = (softufunc_export){name, signature, (void (*)(void))api.member};
#define ADD(function, domain) \
    ADD_ONE(#function, "double (double)", function) \
    ADD_ONE(#function "f", "float (float)", function##f) \
    ADD_ONE(#function "_array", "void (double const *, double *, size_t)", function##_array) \
    ADD_ONE(#function "f_array", "void (float const *, float *, size_t)", function##f_array)
#define ADD_OF_TWO(function, identity, second) \
    ADD_ONE(#function, "double (double, double)", function) \
    ADD_ONE(#function "f", "float (float, float)", function##f) \
    ADD_ONE(#function "_array", "void (double const *, double const *, double *, size_t)", function##_array) \
    ADD_ONE(#function "f_array", "void (float const *, float const *, float *, size_t)", function##f_array)
#define ADD_TWO_RESULTS(function) \
    ADD_ONE(#function, "void (double, double *, double *)", function) \
    ADD_ONE(#function "f", "void (float, float *, float *)", function##f) \
    ADD_ONE(#function "_array", "void (double const *, double *, double *, size_t)", function##_array) \
    ADD_ONE(#function "f_array", "void (float const *, float *, float *, size_t)", function##f_array)
    FUNCTIONS(ADD)
    FUNCTIONS_OF_TWO(ADD_OF_TWO)
    FUNCTIONS_WITH_TWO_RESULTS(ADD_TWO_RESULTS)
    return exports;
}
