/* The loops of every function for one element type: included with REAL_BITS 32 and 64. */
#include "math/vector.h"

#include "math/exp.h"
#include "math/log.h"

#include "functions/all.h"

#undef VALUE
#undef EVERYWHERE
#undef INSIDE
#undef KERNEL

#define VALUE(name, x) R(name##_end)(x, R(name##_begin)(x))

/* Up to LANES elements: the other lanes repeat the first one, so that they raise no flag of their own. */
#define EVERYWHERE(name) \
    static inline real R(name##_vector)(real x) \
    { \
        return VALUE(name, x); \
    } \
    static element R(name##_scalar)(element x) \
    { \
        return VALUE(name, R(splat)(x))[0]; \
    } \
    static inline int R(name##_all_inside)(const element *in) \
    { \
        (void)in; \
        return 1; \
    }

/* Lanes outside the domain: the kernel gets a harmless number in their place, and the scalar NAME_special answers
 * them one by one and raises the flags that they deserve. */
#define INSIDE(name) \
    static __attribute__((noinline)) real R(name##_with_specials)(real x, mask outside) \
    { \
        real inside = R(select)(outside, R(name##_harmless)(), x); \
        real y = VALUE(name, inside); \
        for (int lane = 0; lane < LANES; lane++) { \
            if (R(any)(R(name##_outside)(R(splat)(x[lane])))) { \
                y[lane] = R(name##_special)(x[lane]); \
            } \
        } \
        return y; \
    } \
    static inline real R(name##_vector)(real x) \
    { \
        mask outside = R(name##_outside)(x); \
        if (__builtin_expect(R(any)(outside), 0)) { \
            return R(name##_with_specials)(x, outside); \
        } \
        return VALUE(name, x); \
    } \
    static element R(name##_scalar)(element x) \
    { \
        real v = R(splat)(x); \
        if (__builtin_expect(R(any)(R(name##_outside)(v)), 0)) { \
            return R(name##_special)(x); \
        } \
        return VALUE(name, v)[0]; \
    } \
    static inline int R(name##_all_inside)(const element *in) \
    { \
        mask outside = R(name##_outside)(R(load)(in)); \
        for (int i = 1; i < BLOCK; i++) { \
            outside |= R(name##_outside)(R(load)(in + i * LANES)); \
        } \
        return !R(any)(outside); \
    }

#define KERNEL(name, domain) \
    domain(name) static __attribute__((noinline)) void R(name##_few)(const element *in, element *out, size_t n) \
    { \
        R(store_some)(out, R(name##_vector)(R(load_some)(in, n)), n); \
    } \
    static void R(name##_one)(const element *in, element *out) \
    { \
        *out = R(name##_scalar)(*in); \
    } \
    static __attribute__((noinline)) void R(name##_kernel)(const element *in, element *out, size_t n) \
    { \
        size_t i = n < 4 * BLOCK * LANES ? 0 : R(until_aligned)(out); \
        if (i > 0) { \
            R(name##_few)(in, out, i); \
        } \
        for (; n - i >= BLOCK * LANES; i += BLOCK * LANES) { \
            if (__builtin_expect(R(name##_all_inside)(in + i), 1)) { \
                R(name##_state) state[BLOCK]; \
                for (int j = 0; j < BLOCK; j++) { \
                    state[j] = R(name##_begin)(R(load)(in + i + j * LANES)); \
                } \
                for (int j = 0; j < BLOCK; j++) { \
                    real y = R(name##_end)(R(load)(in + i + j * LANES), state[j]); \
                    R(store)(out + i + j * LANES, y); \
                } \
            } \
            else { \
                for (int j = 0; j < BLOCK; j++) { \
                    R(store)(out + i + j * LANES, R(name##_vector)(R(load)(in + i + j * LANES))); \
                } \
            } \
        } \
        for (; n - i >= LANES; i += LANES) { \
            R(store)(out + i, R(name##_vector)(R(load)(in + i))); \
        } \
        if (i < n) { \
            R(name##_few)(in + i, out + i, n - i); \
        } \
    }

FUNCTIONS(KERNEL)
