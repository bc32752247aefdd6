/* What the code relies on, refused where the compiler does not give it. */
#ifndef SOFTUFUNC_STRICT_H
#define SOFTUFUNC_STRICT_H

#include <float.h>

/* -ffast-math and its parts (-Ofast, -ffinite-math-only, -fassociative-math, -freciprocal-math, -fno-signed-zeros, ...) lose nan,
 * infinities, the sign of zero, and every digit that a rounding error is kept for. gcc before 13 says nothing of the last three:
 * meson.build refuses all of them by name. */
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(__NO_SIGNED_ZEROS__)
#error "softufunc cannot be compiled with -ffast-math, -Ofast or a part of them: remove it from CFLAGS"
#endif

/* Intermediate results that are wider than their type, as in x87 registers, are rounded at places of the compiler's choice. */
#if FLT_EVAL_METHOD == 2 || FLT_EVAL_METHOD < 0
#error "softufunc needs float and double arithmetic without excess precision: on x86 compile with -msse2 -mfpmath=sse"
#endif

#endif
