/* Every function for a single number: included with REAL_BITS 32 and 64, after the loops for vectors, and with ONE.
 *
 * The same operations on the same numbers, hence the same bits; constants are operands in memory, where a vector takes an
 * instruction to spread each of them. tools/instructions.py counts the instructions ("one"). */
#include "math/vector.h"

#include "math/exp.h"
#include "math/log.h"
#include "math/log1p_exp.h"

#include "functions/all_of_one.h"

#undef OTHER
#if REAL_BITS == 32
#define OTHER(name) name##_f32
#else
#define OTHER(name) name##_f64
#endif

#undef ONE_OF
#undef ONE_OF_ANOTHER
#undef ONE_OF_EVERYWHERE
#undef ONE_OF_INSIDE
#undef ONE_USUAL
#define ONE_OF(name, domain) ONE_OF_##domain(name)
#define ONE_OF_ANOTHER(name)
#define ONE_OF_EVERYWHERE(name) ONE_USUAL(name)
#define ONE_OF_INSIDE(name) ONE_USUAL(name)
#define ONE_USUAL(name) \
    static element OTHER(name##_scalar)(element number) \
    { \
        real x = {number}; \
        R(range) range = R(name##_usual)(x); \
        if (__builtin_expect(range.distance[0] >= range.limit[0], 0)) { \
            return OTHER(name##_vector)(OTHER(splat)(number))[0]; \
        } \
        return R(name##_usual_end)(x, R(name##_usual_begin)(x))[0]; \
    }

FUNCTIONS(ONE_OF)
