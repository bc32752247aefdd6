/* The floating-point environment that the kernels rely on: rounding to nearest, no flushing of subnormal numbers.
 *
 * Another library in the process may have changed it: directed rounding, or flush to zero (set by linking with -ffast-math).
 * With directed rounding, x - k ln 2 can leave the interval of the polynomials, and the result is wrong. In a non-default
 * environment, a loop therefore switches to the default one and restores the other one afterwards; results and exceptions do not
 * depend on it. The environment is detected by sums whose results differ in every non-default environment: reading the control
 * register would wait for all preceding operations.
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

/* (1 + e, 1 - e, 2^-149 + 2^-149, 0): rounding up changes the first sum, rounding down or towards zero the second, flushing the
 * third, which then raises underflow. No other exception is raised except inexact, which NumPy ignores. */
static inline int softufunc_default_environment(void)
{
    typedef float four __attribute__((vector_size(16)));
    /* volatile: prevents constant folding */
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

/* `spurious_underflow`: may the kernel raise underflow for a normal result, as without FMA? Then underflow is cleared. For a
 * subnormal result underflow is optional, so clearing it is always correct. */
static inline void softufunc_enter(softufunc_environment *environment, int spurious_underflow)
{
    environment->was_default = softufunc_default_environment();
    if (__builtin_expect(!environment->was_default, 0)) {
        feclearexcept(FE_UNDERFLOW); /* may have been raised by the test above */
        feholdexcept(&environment->before);
        fesetenv(FE_DFL_ENV);
    }
    environment->keep_underflow = !spurious_underflow || underflow_raised();
}

/* Restores the environment; exceptions raised before and since softufunc_enter are kept, except spurious underflow. */
static inline void softufunc_leave(const softufunc_environment *environment)
{
    restore_underflow(environment->keep_underflow);
    if (__builtin_expect(!environment->was_default, 0)) {
        feupdateenv(&environment->before);
    }
}

#endif
