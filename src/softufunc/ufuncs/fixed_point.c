/* Sums of two exponentials next to 1, in double: integers, which no instruction set does better, and so once for all of them. */
#include <string.h>

#include "math/attributes.h"

/* The number of words is a constant only where a function is inlined: without it the sums take half as long again. */
typedef double number;
#define FIXED_POINT
#include "math/fixed_point.h"
