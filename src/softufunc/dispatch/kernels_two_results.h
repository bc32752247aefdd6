/* The loops of the functions with two results, for one element type: as kernels_of_type.h for one result. `first` or
 * `second` may be `in`. */
#undef TWO_RESULTS_VALUE
#undef KERNEL_WITH_TWO_RESULTS

#define TWO_RESULTS_VALUE(name, x) R(name##_end)(x, R(name##_begin)(x))

/* Fewer elements than a vector has share NAME_vector; the second loop of the kernel does not: with a call in it, gcc keeps
 * fewer constants of the first one in registers, which took up to 5 % more time. */
#define KERNEL_WITH_TWO_RESULTS(name) \
    static __attribute__((noinline)) real R(name##_vector)(real x, real *second) \
    { \
        R(results) y = TWO_RESULTS_VALUE(name, x); \
        *second = y.second; \
        return y.first; \
    } \
    static __attribute__((noinline)) void R(name##_few)(const element *in, element *first, element *second, size_t n) \
    { \
        real other, y = R(name##_vector)(R(load_some)(in, n), &other); \
        R(store_some)(first, y, n); \
        R(store_some)(second, other, n); \
    } \
    static void R(name##_one)(const element *in, element *first, element *second) \
    { \
        real other, y = R(name##_vector)(R(splat)(*in), &other); \
        *first = y[0]; \
        *second = other[0]; \
    } \
    static __attribute__((noinline)) void R(name##_kernel)(const element *in, element *first, element *second, \
                                                           size_t n) \
    { \
        size_t i = n < 4 * BLOCK * LANES ? 0 : R(until_aligned)(first); \
        if (i > 0) { \
            R(name##_few)(in, first, second, i); \
        } \
        for (; i + BLOCK * LANES <= n; i += BLOCK * LANES) { \
            R(name##_state) state[BLOCK]; \
            for (int j = 0; j < BLOCK; j++) { \
                state[j] = R(name##_begin)(R(load)(in + i + j * LANES)); \
            } \
            for (int j = 0; j < BLOCK; j++) { \
                R(results) y = R(name##_end)(R(load)(in + i + j * LANES), state[j]); \
                R(store)(first + i + j * LANES, y.first); \
                R(store)(second + i + j * LANES, y.second); \
            } \
        } \
        for (; i + LANES <= n; i += LANES) { \
            real x = R(load)(in + i); \
            R(results) y = TWO_RESULTS_VALUE(name, x); \
            R(store)(first + i, y.first); \
            R(store)(second + i, y.second); \
        } \
        if (i < n) { \
            R(name##_few)(in + i, first + i, second + i, n - i); \
        } \
    }

FUNCTIONS_WITH_TWO_RESULTS(KERNEL_WITH_TWO_RESULTS)
