/* math/fixed_point.h for double. It uses integers only, so one build serves all instruction sets. */
#include <string.h>

#include "math/attributes.h"

/* for ALWAYS_INLINE: inlining makes the number of words a constant, without which the sums take 1.5 times as long */
typedef double number;
#define FIXED_POINT
#include "math/fixed_point.h"
