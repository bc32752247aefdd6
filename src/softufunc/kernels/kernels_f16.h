/* float16: through float32, rounded once.
 *
 * A float32 result may lie half way between two float16 numbers where the exact one does not. The conversion points out
 * such ties, one element in 8000, and all results below 2^-14, where ties look different; is_tie decides, and a tie is
 * computed again in float64.
 */
enum { HALF_BLOCK = 384 };
_Static_assert(HALF_BLOCK * sizeof(float) % (BLOCK * VECTOR_BYTES) == 0, "float32 kernels get whole blocks");

/* n < HALF_BLOCK elements and as many as it takes to fill the last group, which repeat the first one; their number */
static inline size_t half_padded(const uint16_t *in, uint16_t *block, size_t n)
{
    size_t padded = HALF_BLOCK - (HALF_BLOCK - n) / HALF_GROUP * HALF_GROUP;
    for (size_t i = 0; i < padded; i++) {
        block[i] = in[i < n ? i : 0];
    }
    return padded;
}

/* One block of m elements, padded to a whole number of groups. */
static __attribute__((noinline)) void half_block(const uint16_t *in, uint16_t *out, size_t m,
                                                 void (*f32)(const float *, float *, size_t), double (*f64)(double))
{
    float x[HALF_BLOCK], y[HALF_BLOCK];
    for (size_t i = 0; i < m; i += HALF_GROUP) {
        floats_of_half_group(in + i, x + i);
    }
    f32(x, y, m);
    for (size_t i = 0; i < m; i += HALF_GROUP) {
        unsigned ties = half_of_float_group(y + i, out + i);
        for (size_t j = i; __builtin_expect(ties != 0, 0); j++, ties >>= 1) {
            if ((ties & 1) && is_tie(y[j])) {
                out[j] = half_of_double(f64(x[j]));
            }
        }
    }
}

static __attribute__((noinline)) void half_kernel(const uint16_t *in, uint16_t *out, size_t n,
                                                  void (*f32)(const float *, float *, size_t), double (*f64)(double))
{
    for (; n >= HALF_BLOCK; n -= HALF_BLOCK, in += HALF_BLOCK, out += HALF_BLOCK) {
        half_block(in, out, HALF_BLOCK, f32, f64);
    }
    if (n > 0) {
        uint16_t block[HALF_BLOCK];
        half_block(block, block, half_padded(in, block, n), f32, f64);
        memcpy(out, block, n * sizeof(uint16_t));
    }
}

static __attribute__((noinline)) uint16_t half_scalar(uint16_t number, float (*f32)(float), double (*f64)(double))
{
    float x = float_of_half(number), y = f32(x);
    return is_tie(y) ? half_of_double(f64(x)) : half_of_float(y);
}

#define KERNEL_F16(name, domain) KERNEL_F16_##domain(name)
#define KERNEL_F16_ANOTHER(name)
#define KERNEL_F16_INSIDE(name) KERNEL_F16_EVERYWHERE(name)
#define KERNEL_F16_EVERYWHERE(name) \
    static void name##_kernel_f16(const uint16_t *in, uint16_t *out, size_t n) \
    { \
        half_kernel(in, out, n, name##_kernel_f32, name##_scalar_f64); \
    } \
    static uint16_t name##_scalar_f16(uint16_t number) \
    { \
        return half_scalar(number, name##_scalar_f32, name##_scalar_f64); \
    }

FUNCTIONS(KERNEL_F16)
