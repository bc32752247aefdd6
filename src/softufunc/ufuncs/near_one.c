/* Sums of two exponentials next to 1, in double: integers, which no instruction set does better, and so once for all of them. */
#include <string.h>

/* The number of words is a constant only where a function is inlined: without it the sums take half as long again. */
#define inline inline __attribute__((always_inline))

typedef double number;
#define NEAR_ONE
#include "math/near_one.h"
