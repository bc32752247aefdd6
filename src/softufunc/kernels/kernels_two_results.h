/* The loops of the functions with two results, for one element type: as kernels_of_type.h for one result. `first` or
 * `second` may be `in`. */
#undef TWO_RESULTS_VALUE
#undef KERNEL_WITH_TWO_RESULTS

#define TWO_RESULTS_VALUE(name, x) R(name##_end)(x, R(name##_begin)(x))

/* Whole blocks have a function of their own; the rest shares NAME_vector. */
#define KERNEL_WITH_TWO_RESULTS(name) \
    ALL_USUAL(name) \
    static __attribute__((noinline)) real R(name##_vector)(real x, real * second) \
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
    /* the whole blocks from the element i on; where they end */ \
    static __attribute__((noinline)) size_t R(name##_blocks)(const element *in, element *first, element *second, \
                                                             size_t i, size_t n) \
    { \
        for (; n - i >= BLOCK * LANES; i += BLOCK * LANES) { \
            if (__builtin_expect(R(name##_all_usual)(in + i), 1)) { \
                R(name##_state) state[BLOCK]; \
                for (int j = 0; j < BLOCK; j++) { \
                    state[j] = R(name##_usual_begin)(R(load)(in + i + j * LANES)); \
                } \
                UNROLL(2) \
                for (int j = 0; j < BLOCK; j++) { \
                    R(results) y = R(name##_usual_end)(R(load)(in + i + j * LANES), state[j]); \
                    R(store)(first + i + j * LANES, y.first); \
                    R(store)(second + i + j * LANES, y.second); \
                } \
            } \
            else { \
                for (int j = 0; j < BLOCK; j++) { \
                    real other, y = R(name##_vector)(R(load)(in + i + j * LANES), &other); \
                    R(store)(first + i + j * LANES, y); \
                    R(store)(second + i + j * LANES, other); \
                } \
            } \
        } \
        return i; \
    } \
    static __attribute__((noinline)) void R(name##_kernel)(const element *in, element *first, element *second, \
                                                           size_t n) \
    { \
        size_t i = n < 4 * BLOCK * LANES ? 0 : R(until_aligned)(first); \
        if (i > 0) { \
            R(name##_few)(in, first, second, i); \
        } \
        for (i = R(name##_blocks)(in, first, second, i, n); n - i >= LANES; i += LANES) { \
            real other, y = R(name##_vector)(R(load)(in + i), &other); \
            R(store)(first + i, y); \
            R(store)(second + i, other); \
        } \
        if (i < n) { \
            R(name##_few)(in + i, first + i, second + i, n - i); \
        } \
    }

FUNCTIONS_WITH_TWO_RESULTS(KERNEL_WITH_TWO_RESULTS)
