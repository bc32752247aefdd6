/* float16: through float32, rounded once.
 *
 * A float32 result that is not exact can lie just where the choice between two float16 numbers is made. half_of_floats
 * says so, and those elements (one in a thousand) are computed again in float64.
 */
enum { HALF_BLOCK = 256 };

#define KERNEL_F16(name, domain) \
    static void name##_kernel_f16(const uint16_t *in, uint16_t *out, size_t n) \
    { \
        float x[HALF_BLOCK], y[HALF_BLOCK]; \
        for (size_t i = 0; i < n; i += HALF_BLOCK) { \
            size_t m = n - i < HALF_BLOCK ? n - i : HALF_BLOCK; \
            floats_of_half(in + i, x, m); \
            name##_kernel_f32(x, y, m); \
            if (half_of_floats(y, out + i, m)) { \
                for (size_t j = 0; j < m; j++) { \
                    if (is_tie(y[j])) { \
                        double wide = x[j]; \
                        name##_kernel_f64(&wide, &wide, 1); \
                        out[i + j] = half_of_double(wide); \
                    } \
                } \
            } \
        } \
    }

FUNCTIONS(KERNEL_F16)
