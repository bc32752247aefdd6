/* What other compiled code may call, on the kernels of one table. */
#ifndef SOFTUFUNC_CAPI_H
#define SOFTUFUNC_CAPI_H

#include "softufunc.h"

#include "kernels/table.h"

typedef struct {
    const char *name;
    const char *signature; /* in the spelling of Cython */
    void (*function)(void);
} softufunc_export;

/* The struct of softufunc.h, and a list from which __pyx_capi__ is made, whose last entry has no name. Both are filled by the
 * first call. */
const softufunc_api *softufunc_fill_api(const softufunc_table *table);
const softufunc_export *softufunc_fill_exports(const softufunc_table *table);

#endif
