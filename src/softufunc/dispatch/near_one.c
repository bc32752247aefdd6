/* Sums of two exponentials next to 1, in double: integers, which no instruction set does better, and once for all of them. */
#include <string.h>

typedef double number;
#define NEAR_ONE
#include "math/near_one.h"
