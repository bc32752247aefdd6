/* float16 for the functions with two results: as kernels_f16.h for one result. */

typedef void (*two_results_f32)(const float *, float *, float *, size_t);
typedef void (*two_results_one_f32)(const float *, float *, float *);
typedef void (*two_results_one_f64)(const double *, double *, double *);

/* One block of m elements, padded to a whole number of groups. */
static __attribute__((noinline)) void half_block_two_results(const uint16_t *in, uint16_t *first, uint16_t *second,
                                                             size_t m, two_results_f32 f32, two_results_one_f64 f64)
{
    float x[HALF_BLOCK], y[HALF_BLOCK], z[HALF_BLOCK];
    for (size_t i = 0; i < m; i += HALF_GROUP) {
        floats_of_half_group(in + i, x + i);
    }
    f32(x, y, z, m);
    for (size_t i = 0; i < m; i += HALF_GROUP) {
        unsigned ties = half_of_float_group(y + i, first + i) | half_of_float_group(z + i, second + i);
        for (size_t j = i; __builtin_expect(ties != 0, 0); j++, ties >>= 1) {
            if ((ties & 1) && (is_tie(y[j]) || is_tie(z[j]))) {
                double wide = x[j], other;
                f64(&wide, &wide, &other);
                first[j] = half_of_double(wide);
                second[j] = half_of_double(other);
            }
        }
    }
}

static __attribute__((noinline)) void half_kernel_two_results(const uint16_t *in, uint16_t *first, uint16_t *second,
                                                              size_t n, two_results_f32 f32, two_results_one_f64 f64)
{
    for (; n >= HALF_BLOCK; n -= HALF_BLOCK, in += HALF_BLOCK, first += HALF_BLOCK, second += HALF_BLOCK) {
        half_block_two_results(in, first, second, HALF_BLOCK, f32, f64);
    }
    if (n > 0) {
        uint16_t block[HALF_BLOCK], other[HALF_BLOCK];
        half_block_two_results(block, block, other, half_padded(in, block, n), f32, f64);
        memcpy(first, block, n * sizeof(uint16_t));
        memcpy(second, other, n * sizeof(uint16_t));
    }
}

static __attribute__((noinline)) void half_one_two_results(const uint16_t *in, uint16_t *first, uint16_t *second,
                                                           two_results_one_f32 f32, two_results_one_f64 f64)
{
    float x = float_of_half(*in), y, z;
    f32(&x, &y, &z);
    if (is_tie(y) || is_tie(z)) {
        double wide = x, other;
        f64(&wide, &wide, &other);
        *first = half_of_double(wide);
        *second = half_of_double(other);
    }
    else {
        *first = half_of_float(y);
        *second = half_of_float(z);
    }
}

#define KERNEL_WITH_TWO_RESULTS_F16(name) \
    static void name##_kernel_f16(const uint16_t *in, uint16_t *first, uint16_t *second, size_t n) \
    { \
        half_kernel_two_results(in, first, second, n, name##_kernel_f32, name##_one_f64); \
    } \
    static void name##_one_f16(const uint16_t *in, uint16_t *first, uint16_t *second) \
    { \
        half_one_two_results(in, first, second, name##_one_f32, name##_one_f64); \
    }

FUNCTIONS_WITH_TWO_RESULTS(KERNEL_WITH_TWO_RESULTS_F16)
