/* The arguments with which NumPy creates each ufunc and gufunc. */
#ifndef SOFTUFUNC_SPECS_H
#define SOFTUFUNC_SPECS_H

#include <Python.h>

#include "ufuncs/loops.h"

/* bfloat16 in `types`: its number, which exceeds a char, is known when it is registered. */
enum { SOFTUFUNC_BFLOAT16 = 'E' };

typedef struct {
    const char *name, *doc;
    const char *signature; /* of a gufunc, or NULL */
    int nin, nout, loop_count;
    int bfloat16_count; /* of loops after the others, for softufunc_register_bfloat16 */
    softufunc_identity identity;
    int second_casts; /* integers and booleans as the second input take the type of the first one, by a promoter */
    /* must outlive the ufunc, which keeps these pointers */
    softufunc_loop **loops;
    void **data;
    char *types;
} softufunc_spec;

/* The specs of the t-th table of softufunc_tables; the last one has name NULL. */
const softufunc_spec *softufunc_specs(size_t t);

/* A promoter, for PyUFunc_AddPromoter: two integers or booleans become float64; labels take the type of the first input; types
 * of other libraries become those that softufunc_stand_in(DType) names. For other types it has no answer, and NumPy proceeds as if it
 * did not exist. The caller sets the objects: two tuples of DTypes and a function. */
typedef int softufunc_promoter(PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[],
                               PyTypeObject *promoted[]);
extern PyTypeObject *softufunc_float64;
extern PyObject *softufunc_integer_types, *softufunc_float_types, *softufunc_stand_in;
softufunc_promoter softufunc_promote, softufunc_promote_labels;

/* Registers the loops of bfloat16, whose DType and type number these are, with the ufuncs in {instruction set: {name: ufunc}}. Once
 * registered, it is a float type like NumPy's. Returns -1 with an exception if this fails. */
int softufunc_register_bfloat16(PyObject *tables, PyObject *dtype, int number);
extern PyTypeObject *softufunc_bfloat16; /* NULL until then */

#endif
