/* The C API. softufunc_api of softufunc.h is a version, a size, and four functions for each ufunc in the order of functions.h:
 * NAME, NAMEf, NAME_array and NAMEf_array. */
#include "ufuncs/capi.h"

#include <string.h>

enum {
#define UFUNC(name, nin, nout) PLACE_##name,
#include "functions/functions.h"
    UFUNC_COUNT,
    KINDS = 4
};

typedef void (*function)(void);
_Static_assert(sizeof(softufunc_api) == 2 * sizeof(size_t) + UFUNC_COUNT * KINDS * sizeof(function),
               "softufunc_api has four functions for each ufunc");

static const char *const names[UFUNC_COUNT][KINDS] = {
#define UFUNC(name, nin, nout) {#name, #name "f", #name "_array", #name "f_array"},
#include "functions/functions.h"
};

static const char *const signatures_1_1[KINDS] = {"double (double)", "float (float)",
                                                  "void (double const *, double *, size_t)",
                                                  "void (float const *, float *, size_t)"};
static const char *const signatures_2_1[KINDS] = {"double (double, double)", "float (float, float)",
                                                  "void (double const *, double const *, double *, size_t)",
                                                  "void (float const *, float const *, float *, size_t)"};
static const char *const signatures_1_2[KINDS] = {"void (double, double *, double *)", "void (float, float *, float *)",
                                                  "void (double const *, double *, double *, size_t)",
                                                  "void (float const *, float *, float *, size_t)"};
static const char *const signatures_2_2[KINDS] = {"void (double, double, double *, double *)",
                                                  "void (float, float, float *, float *)",
                                                  "void (double const *, double const *, double *, double *, size_t)",
                                                  "void (float const *, float const *, float *, float *, size_t)"};
static const char *const *const signatures[UFUNC_COUNT] = {
#define UFUNC(name, nin, nout) signatures_##nin##_##nout,
#include "functions/functions.h"
};

/* Scalar functions come from the table for single elements. */
static function function_of(const softufunc_table *table, size_t place, int kind)
{
    return (kind < 2 ? softufunc_table_for_one(table) : table)->ufuncs[place].capi[kind];
}

const softufunc_api *softufunc_fill_api(const softufunc_table *table)
{
    static softufunc_api api = {.version = SOFTUFUNC_API_VERSION, .size = sizeof(softufunc_api)};
    function functions[UFUNC_COUNT][KINDS];
    for (size_t place = 0; place < UFUNC_COUNT; place++) {
        for (int kind = 0; kind < KINDS; kind++) {
            functions[place][kind] = function_of(table, place, kind);
        }
    }
    memcpy((char *)&api + sizeof api - sizeof functions, functions, sizeof functions);
    return &api;
}

const softufunc_export *softufunc_fill_exports(const softufunc_table *table)
{
    static softufunc_export exports[UFUNC_COUNT * KINDS + 1];
    for (size_t place = 0; place < UFUNC_COUNT; place++) {
        for (int kind = 0; kind < KINDS; kind++) {
            exports[place * KINDS + (size_t)kind] =
                (softufunc_export){names[place][kind], signatures[place][kind], function_of(table, place, kind)};
        }
    }
    return exports;
}
