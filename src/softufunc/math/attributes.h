/* Function attributes */
#ifndef SOFTUFUNC_ATTRIBUTES_H
#define SOFTUFUNC_ATTRIBUTES_H

#include "math/strict.h"

/* gcc does not inline functions with many callers on its own, and vectors would be passed through memory. So all functions are
 * always inlined, except those that are rarely called. */
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))
#if defined(__clang__)
#define ONE_COPY NOINLINE
#else
#define ONE_COPY __attribute__((noinline, noclone)) /* no copies for constant arguments either */
#endif
#define COLD __attribute__((noinline, cold, unused))

#endif
