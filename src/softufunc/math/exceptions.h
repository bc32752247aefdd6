/* Underflow that the result does not call for is taken back; underflow raised before stays. */
#ifndef SOFTUFUNC_EXCEPTIONS_H
#define SOFTUFUNC_EXCEPTIONS_H

#include <fenv.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "math/attributes.h"

#if defined(__x86_64__)

/* The control register of the vector units alone: the C library asks the x87 unit too, which takes longer than a short loop. */
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

/* `before`: what underflow_raised returned at the start. */
static ALWAYS_INLINE void restore_underflow(int before)
{
    if (!before && underflow_raised()) {
        clear_underflow();
    }
}

#endif
