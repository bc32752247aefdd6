/* What is said of a function beside its type. */
#ifndef SOFTUFUNC_ATTRIBUTES_H
#define SOFTUFUNC_ATTRIBUTES_H

#include "math/strict.h"

/* gcc stops inlining a function that many others call, and its vectors then travel through memory: all of them are inlined, but
 * for those that are rarely called. */
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))
#define COLD __attribute__((noinline, cold, unused))

#endif
