/* Clearing spurious underflow; underflow raised earlier is kept. */
#ifndef SOFTUFUNC_EXCEPTIONS_H
#define SOFTUFUNC_EXCEPTIONS_H

#include <fenv.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "math/attributes.h"

#if defined(__x86_64__)

/* MXCSR only: the functions of the C library also access the x87 unit, which takes longer than a short loop. */
static ALWAYS_INLINE int underflow_raised(void)
{
    return (_mm_getcsr() & _MM_EXCEPT_UNDERFLOW) != 0;
}

static ALWAYS_INLINE void clear_underflow(void)
{
    _mm_setcsr(_mm_getcsr() & ~(unsigned)_MM_EXCEPT_UNDERFLOW);
}

#else

static ALWAYS_INLINE int underflow_raised(void)
{
    return fetestexcept(FE_UNDERFLOW);
}

static ALWAYS_INLINE void clear_underflow(void)
{
    feclearexcept(FE_UNDERFLOW);
}

#endif

/* `before`: what underflow_raised returned before the computation */
static ALWAYS_INLINE void restore_underflow(int before)
{
    if (!before && underflow_raised()) {
        clear_underflow();
    }
}

#endif
