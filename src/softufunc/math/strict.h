/* Compile-time checks of the floating-point semantics that the code relies on */
#ifndef SOFTUFUNC_STRICT_H
#define SOFTUFUNC_STRICT_H

#include <float.h>

/* -ffast-math and the options it implies (-ffinite-math-only, -fassociative-math, -freciprocal-math, -fno-signed-zeros, ...) break
 * nan, infinities, signed zeros and compensated arithmetic. gcc before 13 does not define macros for the last three; meson.build
 * therefore rejects all of them by name. */
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(__NO_SIGNED_ZEROS__)
#error "softufunc cannot be compiled with -ffast-math, -Ofast or an option that they imply: remove it from CFLAGS"
#endif

/* Excess precision, as in x87 registers, would leave the places of rounding to the compiler. */
#if FLT_EVAL_METHOD == 2 || FLT_EVAL_METHOD < 0
#error "softufunc needs float and double arithmetic without excess precision: on x86 compile with -msse2 -mfpmath=sse"
#endif

#endif
