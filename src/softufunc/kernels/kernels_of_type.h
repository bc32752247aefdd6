/* The loops of every function for one element type: included with REAL_BITS 32 and 64. */
#include "math/vector.h"

#include "math/exp.h"
#include "math/log.h"
#include "math/log1p_exp.h"
#include "math/sum_exp.h"
#include "math/sum_exp_rows.h"

#include "functions/all.h"

#undef VALUE
#undef EVERYWHERE
#undef INSIDE
#undef KERNEL
#undef KERNEL_ANOTHER
#undef KERNEL_EVERYWHERE
#undef KERNEL_INSIDE
#undef LOOPS
#undef QUICK
#undef ALL_USUAL
#undef SCALAR

#define VALUE(name, x) R(name##_end)(x, R(name##_begin)(x))

/* Any input at all */
#define EVERYWHERE(name) \
    static __attribute__((noinline)) real R(name##_vector)(real x) \
    { \
        return VALUE(name, x); \
    }

/* Lanes outside the domain: the kernel gets a harmless number in their place, and the scalar NAME_special answers
 * them one by one and raises the flags that they deserve. */
#define INSIDE(name) \
    static __attribute__((noinline)) real R(name##_vector)(real x) \
    { \
        mask outside = R(name##_outside)(x); \
        real inside = R(select)(outside, R(name##_harmless)(), x); \
        real y = VALUE(name, inside); \
        if (R(any)(outside)) { \
            for (int lane = 0; lane < LANES; lane++) { \
                if (R(any)(R(name##_outside)(R(splat)(x[lane])))) { \
                    y[lane] = R(name##_special)(x[lane]); \
                } \
            } \
        } \
        return y; \
    }

/* One vector: a call of its own, in the remainder of a long array and in short ones. Single elements go through AVX2 even where
 * there is AVX-512 (cpu.c). What is seldom called may be small instead of fast. */
#if HAVE_FMA
#define QUICK(name) \
    static __attribute__((noinline)) real R(name##_quick)(real x) \
    { \
        if (__builtin_expect(!R(name##_is_usual)(x), 0)) { \
            return R(name##_vector)(x); \
        } \
        return R(name##_usual_end)(x, R(name##_usual_begin)(x)); \
    }
#else
#define QUICK(name) \
    static real R(name##_quick)(real x) \
    { \
        return R(name##_vector)(x); \
    }
#endif

#if SCALARS_APART
#define SCALAR(name)
#else
#define SCALAR(name) \
    static element R(name##_scalar)(element number) \
    { \
        return R(name##_quick)(R(splat)(number))[0]; \
    }
#endif

/* Are all inputs of a block usual ones? */
#define ALL_USUAL(name) \
    static inline int R(name##_all_usual)(const element *in) \
    { \
        R(range) range = R(name##_usual)(R(load)(in)); \
        bits worst = R(worst)(range); \
        UNROLL(8) \
        for (int i = 1; i < BLOCK; i++) { \
            worst = R(worse)(worst, R(worst)(R(name##_usual)(R(load)(in + i * LANES)))); \
        } \
        return !R(any_beyond)(worst, range.limit); \
    }

/* NAME_usual tells which inputs are common ones, which take a shorter way to the same bits. In a vector of
 * fewer than LANES elements the other lanes repeat the first one, so that they raise no flag of their own. */
#define KERNEL(name, domain) KERNEL_##domain(name)
#define KERNEL_ANOTHER(name)
#define KERNEL_EVERYWHERE(name) LOOPS(name, EVERYWHERE)
#define KERNEL_INSIDE(name) LOOPS(name, INSIDE)
#define LOOPS(name, domain) \
    domain(name) static inline int R(name##_is_usual)(real x) \
    { \
        R(range) range = R(name##_usual)(x); \
        return !R(any_beyond)(R(worst)(range), range.limit); \
    } \
    QUICK(name) \
    ALL_USUAL(name) \
    static __attribute__((noinline)) void R(name##_few)(const element *in, element *out, size_t n) \
    { \
        R(store_some)(out, R(name##_quick)(R(load_some)(in, n)), n); \
    } \
    SCALAR(name) \
    static __attribute__((noinline)) void R(name##_kernel)(const element *in, element *out, size_t n) \
    { \
        size_t i = n < 4 * BLOCK * LANES ? 0 : R(until_aligned)(out); \
        if (i > 0) { \
            R(name##_few)(in, out, i); \
        } \
        for (; i + BLOCK * LANES <= n; i += BLOCK * LANES) { \
            if (__builtin_expect(R(name##_all_usual)(in + i), 1)) { \
                R(name##_usual_state) state[BLOCK]; \
                UNROLL(2) \
                for (int j = 0; j < BLOCK; j++) { \
                    state[j] = R(name##_usual_begin)(R(load)(in + i + j * LANES)); \
                } \
                UNROLL(2) \
                for (int j = 0; j < BLOCK; j++) { \
                    real y = R(name##_usual_end)(R(load)(in + i + j * LANES), state[j]); \
                    R(store)(out + i + j * LANES, y); \
                } \
            } \
            else { \
                for (int j = 0; j < BLOCK; j++) { \
                    R(store)(out + i + j * LANES, R(name##_vector)(R(load)(in + i + j * LANES))); \
                } \
            } \
        } \
        for (; i + LANES <= n; i += LANES) { \
            R(store)(out + i, R(name##_quick)(R(load)(in + i))); \
        } \
        if (i < n) { \
            R(name##_few)(in + i, out + i, n - i); \
        } \
    }

FUNCTIONS(KERNEL)
