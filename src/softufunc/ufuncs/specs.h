/* The arguments with which NumPy creates each ufunc and gufunc. */
#ifndef SOFTUFUNC_SPECS_H
#define SOFTUFUNC_SPECS_H

#include <Python.h>

#include "ufuncs/loops.h"

/* A promoter, for PyUFunc_AddPromoter: two integers or booleans become float64; types of other libraries become those that
 * the function stand_in(DType) names. Labels take the type of the first input; an index is an integer of any type. For other types it
 * has no answer, and NumPy proceeds as if it did not exist. */
typedef int softufunc_promoter(PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[],
                               PyTypeObject *promoted[]);

/* Sets the DTypes that promoters use, two tuples of them, and the function; they are kept for the life of the process. */
void softufunc_keep_types(PyObject *float64, PyObject *int64, PyObject *integers, PyObject *floats, PyObject *stand_in);

/* bfloat16 in `types`: its number, which exceeds a char, is known when it is registered. */
enum { SOFTUFUNC_BFLOAT16 = 'E' };
enum { SOFTUFUNC_OPERANDS_MAX = 4 };

typedef struct {
    const char *name, *doc;
    const char *signature; /* of a gufunc, or NULL */
    int nin, nout, loop_count;
    int bfloat16_count; /* of loops after the others, for softufunc_register_bfloat16 */
    softufunc_identity identity;
    softufunc_promoter *promoter;
    /* must outlive the ufunc, which keeps these pointers */
    softufunc_loop **loops;
    void **data;
    char *types;
} softufunc_spec;

/* The specs of the t-th table of softufunc_tables; the last one has name NULL. */
const softufunc_spec *softufunc_specs(size_t t);

/* Registers the loops of bfloat16, whose DType and type number these are, with the ufuncs in {instruction set: {name: ufunc}}. Once
 * registered, it is a float type like NumPy's. Returns -1 with an exception if this fails. */
int softufunc_register_bfloat16(PyObject *tables, PyObject *dtype, int number);
extern PyTypeObject *softufunc_bfloat16; /* NULL until then */

#endif
