/* Without FMA a kernel may raise underflow for a normal result: the loops take it back. */
#ifndef SOFTUFUNC_FLAGS_H
#define SOFTUFUNC_FLAGS_H

#include <fenv.h>

#include "table.h"

/* A tiny result may raise underflow or not, so that nothing is lost where a kernel's underflow is taken back. */
static inline int underflow_to_keep(const softufunc_table *table)
{
    return !table->false_underflow || fetestexcept(FE_UNDERFLOW);
}

static inline void take_back_underflow(int keep)
{
    if (!keep && fetestexcept(FE_UNDERFLOW)) {
        feclearexcept(FE_UNDERFLOW);
    }
}

#endif
