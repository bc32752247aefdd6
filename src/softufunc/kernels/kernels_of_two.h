/* The loops of every function of two arguments for one element type: included after kernels_of_type.h, which defines the
 * vectors. */
#include "math/exp_far.h"
#include "math/exp_sum.h"

#include "functions/all_of_two.h"

#undef VALUE_OF_TWO
#undef KERNEL_OF_TWO

#define VALUE_OF_TWO(name, x, y) R(name##_end)(x, y, R(name##_begin)(x, y))

/* All but the loop over whole blocks share NAME_vector: a second copy of it would make the library larger, not faster.
 * Lanes that the kernel does not take get (1, 0) in their place, where no function raises anything. Up to LANES elements:
 * the other lanes repeat the first one, so that they raise no flag of their own. */
#define KERNEL_OF_TWO(name, identity, second) \
    static real R(name##_with_specials)(real x, real y, mask outside); \
    static __attribute__((noinline)) real R(name##_vector)(real x, real y) \
    { \
        mask outside = R(name##_outside)(x, y); \
        if (__builtin_expect(R(any)(outside), 0)) { \
            return R(name##_with_specials)(x, y, outside); \
        } \
        return VALUE_OF_TWO(name, x, y); \
    } \
    static __attribute__((noinline)) real R(name##_with_specials)(real x, real y, mask outside) \
    { \
        real inside_x = R(select)(outside, C(1.0), x), inside_y = R(select)(outside, C(0.0), y); \
        real inside = R(name##_vector)(inside_x, inside_y); \
        return R(select)(outside, R(name##_special)(x, y, outside), inside); \
    } \
    static inline int R(name##_all_inside)(const element *x, const element *y) \
    { \
        mask outside = R(name##_outside)(R(load)(x), R(load)(y)); \
        for (int i = 1; i < BLOCK; i++) { \
            outside |= R(name##_outside)(R(load)(x + i * LANES), R(load)(y + i * LANES)); \
        } \
        return !R(any)(outside); \
    } \
    static __attribute__((noinline)) void R(name##_few)(const element *x, const element *y, element *out, size_t n) \
    { \
        R(store_some)(out, R(name##_vector)(R(load_some)(x, n), R(load_some)(y, n)), n); \
    } \
    static void R(name##_one)(const element *x, const element *y, element *out) \
    { \
        *out = R(name##_vector)(R(splat)(*x), R(splat)(*y))[0]; \
    } \
    static __attribute__((noinline)) void R(name##_kernel)(const element *x, const element *y, element *out, size_t n) \
    { \
        size_t i = n < 4 * BLOCK * LANES ? 0 : R(until_aligned)(out); \
        if (i > 0) { \
            R(name##_few)(x, y, out, i); \
        } \
        for (; n - i >= BLOCK * LANES; i += BLOCK * LANES) { \
            if (__builtin_expect(R(name##_all_inside)(x + i, y + i), 1)) { \
                R(name##_state) state[BLOCK]; \
                for (int j = 0; j < BLOCK; j++) { \
                    size_t place = i + (size_t)j * LANES; \
                    state[j] = R(name##_begin)(R(load)(x + place), R(load)(y + place)); \
                } \
                for (int j = 0; j < BLOCK; j++) { \
                    size_t place = i + (size_t)j * LANES; \
                    R(store)(out + place, R(name##_end)(R(load)(x + place), R(load)(y + place), state[j])); \
                } \
            } \
            else { \
                for (int j = 0; j < BLOCK; j++) { \
                    size_t place = i + (size_t)j * LANES; \
                    R(store)(out + place, R(name##_vector)(R(load)(x + place), R(load)(y + place))); \
                } \
            } \
        } \
        for (; n - i >= LANES; i += LANES) { \
            R(store)(out + i, R(name##_vector)(R(load)(x + i), R(load)(y + i))); \
        } \
        if (i < n) { \
            R(name##_few)(x + i, y + i, out + i, n - i); \
        } \
    }

FUNCTIONS_OF_TWO(KERNEL_OF_TWO)
