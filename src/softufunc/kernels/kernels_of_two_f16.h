/* Two arguments in float16: through float32, rounded once, as in kernels_f16.h. */

typedef void (*of_two_f32)(const float *, const float *, float *, size_t);
typedef void (*of_two_one_f32)(const float *, const float *, float *);
typedef void (*of_two_one_f64)(const double *, const double *, double *);

/* One block of m elements, padded to a whole number of groups. */
static __attribute__((noinline)) void half_block_of_two(const uint16_t *in_x, const uint16_t *in_y, uint16_t *out,
                                                        size_t m, of_two_f32 f32, of_two_one_f64 f64)
{
    float x[HALF_BLOCK], y[HALF_BLOCK], z[HALF_BLOCK];
    for (size_t i = 0; i < m; i += HALF_GROUP) {
        floats_of_half_group(in_x + i, x + i);
        floats_of_half_group(in_y + i, y + i);
    }
    f32(x, y, z, m);
    for (size_t i = 0; i < m; i += HALF_GROUP) {
        unsigned ties = half_of_float_group(z + i, out + i);
        for (size_t j = i; __builtin_expect(ties != 0, 0); j++, ties >>= 1) {
            if ((ties & 1) && is_tie(z[j])) {
                double wide_x = x[j], wide_y = y[j], wide;
                f64(&wide_x, &wide_y, &wide);
                out[j] = half_of_double(wide);
            }
        }
    }
}

static __attribute__((noinline)) void half_kernel_of_two(const uint16_t *x, const uint16_t *y, uint16_t *out, size_t n,
                                                         of_two_f32 f32, of_two_one_f64 f64)
{
    for (; n >= HALF_BLOCK; n -= HALF_BLOCK, x += HALF_BLOCK, y += HALF_BLOCK, out += HALF_BLOCK) {
        half_block_of_two(x, y, out, HALF_BLOCK, f32, f64);
    }
    if (n > 0) {
        uint16_t block_x[HALF_BLOCK], block_y[HALF_BLOCK];
        half_padded(x, block_x, n);
        half_block_of_two(block_x, block_y, block_x, half_padded(y, block_y, n), f32, f64);
        memcpy(out, block_x, n * sizeof(uint16_t));
    }
}

static __attribute__((noinline)) void half_one_of_two(const uint16_t *in_x, const uint16_t *in_y, uint16_t *out,
                                                      of_two_one_f32 f32, of_two_one_f64 f64)
{
    float x = float_of_half(*in_x), y = float_of_half(*in_y), z;
    f32(&x, &y, &z);
    if (is_tie(z)) {
        double wide_x = x, wide_y = y, wide;
        f64(&wide_x, &wide_y, &wide);
        *out = half_of_double(wide);
    }
    else {
        *out = half_of_float(z);
    }
}

#define KERNEL_OF_TWO_F16(name, identity, second) \
    static void name##_kernel_f16(const uint16_t *x, const uint16_t *y, uint16_t *out, size_t n) \
    { \
        half_kernel_of_two(x, y, out, n, name##_kernel_f32, name##_one_f64); \
    } \
    static void name##_one_f16(const uint16_t *x, const uint16_t *y, uint16_t *out) \
    { \
        half_one_of_two(x, y, out, name##_one_f32, name##_one_f64); \
    }

FUNCTIONS_OF_TWO(KERNEL_OF_TWO_F16)
