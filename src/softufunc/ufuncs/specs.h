/* The arguments with which NumPy creates each ufunc and gufunc. */
#ifndef SOFTUFUNC_SPECS_H
#define SOFTUFUNC_SPECS_H

#include <Python.h>

#include "ufuncs/loops.h"

typedef struct {
    const char *name, *doc;
    const char *signature; /* of a gufunc, or NULL */
    int nin, nout, loop_count;
    softufunc_identity identity;
    int second_casts; /* integers and booleans as the second input take the type of the first one, by a promoter */
    /* must outlive the ufunc, which keeps these pointers */
    softufunc_loop **loops;
    void **data;
    char *types;
} softufunc_spec;

/* The specs of the t-th table of softufunc_tables; the last one has name NULL. */
const softufunc_spec *softufunc_specs(size_t t);

/* Promoters for PyUFunc_AddPromoter: two integers or booleans to float64 (softufunc_float64 has to be set first), and labels to
 * the type of the first input. */
typedef int softufunc_promoter(PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[],
                               PyTypeObject *promoted[]);
extern PyTypeObject *softufunc_float64;
softufunc_promoter softufunc_promote_to_float64, softufunc_promote_to_first;

/* A promoter for types of other libraries, for which softufunc_stand_in(DType) names another DType. It has no answer where there is
 * none, and NumPy goes on as if it did not exist. */
extern PyObject *softufunc_stand_in;
softufunc_promoter softufunc_promote_stand_ins;

#endif
