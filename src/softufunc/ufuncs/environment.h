/* The floating-point environment that the kernels are made for: rounding to nearest, subnormal numbers kept.
 *
 * Another library of the process may have set another one: directed rounding, flush to zero (-ffast-math does when it is
 * linked). There, x rounded to a multiple of ln 2 would leave the interval of the polynomials, and be wrong altogether. A
 * loop that finds itself in such an environment computes in the default one and then puts the other one back, so that
 * results and flags are the same bits everywhere. Reading the control register waits for all operations before it;
 * sums that come out different in every other environment do not.
 */
#ifndef SOFTUFUNC_ENVIRONMENT_H
#define SOFTUFUNC_ENVIRONMENT_H

#include <fenv.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#include <stdint.h>
#include <string.h>

#include "math/exceptions.h"

/* (1 + e, 1 - e, 2^-149 + 2^-149, 0): rounding up changes the first one, down or towards zero the second, flushing the
 * third, and raises underflow then. Nothing else is raised but inexact, which NumPy ignores. */
static inline int softufunc_default_environment(void)
{
    typedef float four __attribute__((vector_size(16)));
    /* volatile: to be added when the program runs */
    static const volatile four left = {1, 1, 0x1p-149f, 0}, right = {0x1p-30f, -0x1p-30f, 0x1p-149f, 0};
    static const four want = {1, 1, 0x1p-148f, 0};
    four sum = left + right;
#if defined(__SSE2__)
    return _mm_movemask_epi8(_mm_cmpeq_epi32((__m128i)sum, (__m128i)want)) == 0xffff;
#else
    uint64_t bits[2], expected[2];
    memcpy(bits, &sum, sizeof bits);
    memcpy(expected, &want, sizeof expected);
    return ((bits[0] ^ expected[0]) | (bits[1] ^ expected[1])) == 0;
#endif
}

typedef struct {
    int was_default, keep_underflow;
    fenv_t before;
} softufunc_environment;

/* `spurious_underflow`: may a kernel raise underflow for a normal result, as it does without FMA? Then it is taken back. A tiny
 * result may raise underflow or not, so that nothing is lost by this. */
static inline void softufunc_enter(softufunc_environment *environment, int spurious_underflow)
{
    environment->was_default = softufunc_default_environment();
    if (__builtin_expect(!environment->was_default, 0)) {
        feclearexcept(FE_UNDERFLOW); /* it may be that of the question just asked */
        feholdexcept(&environment->before);
        fesetenv(FE_DFL_ENV);
    }
    environment->keep_underflow = !spurious_underflow || underflow_raised();
}

/* Exceptions that were raised before stay raised, those raised since are added, and a spurious underflow is cleared. */
static inline void softufunc_leave(const softufunc_environment *environment)
{
    restore_underflow(environment->keep_underflow);
    if (__builtin_expect(!environment->was_default, 0)) {
        feupdateenv(&environment->before);
    }
}

#endif
