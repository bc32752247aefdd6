/* The macros of exceptions that a platform lacks; clearing spurious underflow, while underflow raised earlier is kept */
#ifndef SOFTUFUNC_EXCEPTIONS_H
#define SOFTUFUNC_EXCEPTIONS_H

#include <fenv.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "math/attributes.h"

/* WebAssembly has no floating-point exceptions: its fenv.h defines no macros for them, and functions that do nothing. */
#ifndef FE_INVALID
#define FE_INVALID 0
#endif
#ifndef FE_DIVBYZERO
#define FE_DIVBYZERO 0
#endif
#ifndef FE_OVERFLOW
#define FE_OVERFLOW 0
#endif
#ifndef FE_UNDERFLOW
#define FE_UNDERFLOW 0
#endif

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

#elif defined(__aarch64__)

/* The status register, without a call */
enum { FPSR_UNDERFLOW = 1 << 3 };

static ALWAYS_INLINE uint64_t floating_point_status(void)
{
    uint64_t status;
    __asm__ volatile("mrs %0, fpsr" : "=r"(status));
    return status;
}

static ALWAYS_INLINE int underflow_raised(void)
{
    return (floating_point_status() & FPSR_UNDERFLOW) != 0;
}

static ALWAYS_INLINE void clear_underflow(void)
{
    __asm__ volatile("msr fpsr, %0" : : "r"(floating_point_status() & ~(uint64_t)FPSR_UNDERFLOW));
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
