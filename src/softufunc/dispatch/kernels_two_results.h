/* The loops of the functions with two results, for one element type: as kernels_of_type.h for one result. `first` or
 * `second` may be `in`. */
#undef TWO_RESULTS_VALUE
#undef KERNEL_WITH_TWO_RESULTS

#define TWO_RESULTS_VALUE(name, x) R(name##_end)(x, R(name##_begin)(x))

#define KERNEL_WITH_TWO_RESULTS(name) \
    static __attribute__((noinline)) void R(name##_few)(const element *in, element *first, element *second, size_t n) \
    { \
        real x = R(load_some)(in, n); \
        R(results) y = TWO_RESULTS_VALUE(name, x); \
        R(store_some)(first, y.first, n); \
        R(store_some)(second, y.second, n); \
    } \
    static void R(name##_one)(const element *in, element *first, element *second) \
    { \
        real x = R(splat)(*in); \
        R(results) y = TWO_RESULTS_VALUE(name, x); \
        *first = y.first[0]; \
        *second = y.second[0]; \
    } \
    static __attribute__((noinline)) void R(name##_kernel)(const element *in, element *first, element *second, \
                                                           size_t n) \
    { \
        size_t i = n < 4 * BLOCK * LANES ? 0 : R(until_aligned)(first); \
        if (i > 0) { \
            R(name##_few)(in, first, second, i); \
        } \
        for (; n - i >= BLOCK * LANES; i += BLOCK * LANES) { \
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
        for (; n - i >= LANES; i += LANES) { \
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
