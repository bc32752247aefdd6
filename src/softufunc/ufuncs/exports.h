/* What other compiled code may call, on the kernels of one table. */
#ifndef SOFTUFUNC_EXPORTS_H
#define SOFTUFUNC_EXPORTS_H

#include "include/softufunc.h"
#include "kernels/table.h"

typedef struct {
    const char *name;
    const char *signature; /* in the spelling of Cython */
    void (*function)(void);
} softufunc_export;

/* Both are filled by the first call. The last export has no name. */
softufunc_api *softufunc_fill_api(const softufunc_table *table);
softufunc_export *softufunc_fill_exports(const softufunc_table *table);

#endif
