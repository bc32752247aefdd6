/* The C API, filled with the kernels of one table. */
#ifndef SOFTUFUNC_CAPI_H
#define SOFTUFUNC_CAPI_H

#include "softufunc.h"

#include "kernels/table.h"

typedef struct {
    const char *name;
    const char *signature; /* as Cython spells it */
    void (*function)(void);
} softufunc_export;

/* Fill and return the struct of softufunc.h, and the list from which __pyx_capi__ is made, whose last entry has name NULL. */
const softufunc_api *softufunc_fill_api(const softufunc_table *table);
const softufunc_export *softufunc_fill_exports(const softufunc_table *table);

#endif
