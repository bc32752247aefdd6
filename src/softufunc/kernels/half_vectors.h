/* A few elements of 16 bits, up to HALF_VECTORS vectors, in registers: a vector that is loaded right after it was stored is waited for.
 *
 * Both types share the code, because that of the kernel is larger than what depends on the type. The slow path and ties are left to
 * half_array, so that no stack frame is needed.
 */
#if HALF_VECTORS > 0

static ALWAYS_INLINE real_f32 half_widened_vector(const uint16_t *x, size_t n, int is_bfloat16)
{
    const half_words words = load_half_tail(x, n);
    return is_bfloat16 ? (real_f32)widen_words_bf16(words) : (real_f32)widen_words_f16(words);
}

typedef struct {
    const half_kernel *f16, *bf16;
} half_kernels;

static NOINLINE void half_array_of(const half_kernels *f, const uint16_t *x, const uint16_t *y, uint16_t *out, size_t n,
                                   int is_bfloat16)
{
    if (is_bfloat16) {
        half_array_bf16(f->bf16, x, y, out, out, n);
    }
    else {
        half_array_f16(f->f16, x, y, out, out, n);
    }
}

static NOINLINE void half_vectors_one_by_one(half_vectors *vector, const uint16_t *x, const uint16_t *y, uint16_t *out,
                                             size_t n, int is_bfloat16)
{
    for (size_t i = 0; i < n; i += HALF_LANES) {
        vector(x + i, y + i, out + i, n - i < HALF_LANES ? n - i : HALF_LANES, is_bfloat16);
    }
}

/* `vector` is the function of this kernel for one vector, which calls this one. */
static ALWAYS_INLINE void half_vector(const half_kernels *f, const kernel_f32 *kernel, half_vectors *vector,
                                      const uint16_t *x, const uint16_t *y, uint16_t *out, size_t n, int is_bfloat16)
{
    if (n > HALF_LANES) {
        half_vectors_one_by_one(vector, x, y, out, n, is_bfloat16);
        return;
    }
    const real_f32 second = kernel->nin == 2 ? half_widened_vector(y, n, is_bfloat16) : splat_f32(0);
    values_f32 values = two_values_f32(half_widened_vector(x, n, is_bfloat16), second);
    __asm__("" : "+r"(is_bfloat16)); /* or the compiler would make a copy of the kernel for each type */
    if (__builtin_expect(any_outside_f32(kernel->fast(values)), 0)) {
        half_array_of(f, x, y, out, n, is_bfloat16);
        return;
    }
    values = fast_values_f32(kernel, values);
    const real_f32 results = values.v[0];
    const unsigned ties = is_bfloat16 ? maybe_ties_bf16(results, n) : maybe_ties_f16(results, n);
    if (__builtin_expect(any_f32(values.left) || ties != 0, 0)) {
        half_array_of(f, x, y, out, n, is_bfloat16);
        return;
    }
    store_half_tail(is_bfloat16 ? round_words_bf16(results) : round_words_f16(results), out, n);
}

#define DEFINE_HALF_VECTORS_1(name) \
    static const half_kernels name##_half_kernels = {&name##_half_f16, &name##_half_bf16}; \
    static ONE_COPY void name##_half_vectors(const uint16_t *x, const uint16_t *y, uint16_t *out, size_t n, \
                                             int is_bfloat16) \
    { \
        half_vector(&name##_half_kernels, &name##_kernel_f32, name##_half_vectors, x, y, out, n, is_bfloat16); \
    }
#define DEFINE_HALF_VECTORS_2(name)
#define UFUNC(name, nin, nout) DEFINE_HALF_VECTORS_##nout(name)
#include "functions/functions.h"

#endif
