/* float16: computed in float32 and rounded once, for every number of inputs and outputs.
 *
 * A float32 result may lie halfway between two float16 numbers although the exact result does not. The conversion reports such
 * ties (one element in 8000), and all results below 2^-14, where ties have another bit pattern. is_tie then checks, and ties are
 * recomputed in float64.
 */
enum { HALF_BLOCK = 384 };
_Static_assert(HALF_BLOCK * sizeof(float) % (VECTORS_PER_BLOCK * VECTOR_BYTES) == 0,
               "a HALF_BLOCK is a whole number of float32 blocks");

/* The functions that float16 calls */
typedef struct {
    int nin, nout;
    softufunc_array *f32;
    softufunc_single *single_f32, *single_f64;
} half_kernel;

/* Copies n < HALF_BLOCK elements and fills the last group with copies of the first one; returns the padded length. */
static ALWAYS_INLINE size_t half_padded(const uint16_t *in, uint16_t *block, size_t n)
{
    size_t padded = HALF_BLOCK - (HALF_BLOCK - n) / HALF_GROUP * HALF_GROUP;
    for (size_t i = 0; i < padded; i++) {
        block[i] = in[i < n ? i : 0];
    }
    return padded;
}

/* Recomputes one element in float64. */
static NOINLINE void half_ties(const half_kernel *f, const float x[2], uint16_t *out, uint16_t *out2)
{
    double wide[2] = {x[0], x[f->nin - 1]}, results[2];
    f->single_f64(wide, wide + 1, results, results + 1);
    *out = half_of_double(results[0]);
    if (f->nout == 2) {
        *out2 = half_of_double(results[1]);
    }
}

static NOINLINE void half_widened(const uint16_t *in, float *out, size_t m)
{
    for (size_t i = 0; i < m; i += HALF_GROUP) {
        floats_of_half_group(in + i, out + i);
    }
}

/* Computes m <= HALF_BLOCK elements, a whole number of groups. */
static NOINLINE void half_block(const half_kernel *f, const uint16_t *x, const uint16_t *y, uint16_t *out,
                                uint16_t *out2, size_t m)
{
    float wide[2][HALF_BLOCK], results[2][HALF_BLOCK];
    half_widened(x, wide[0], m);
    if (f->nin == 2) {
        half_widened(y, wide[1], m);
    }
    f->f32(wide[0], wide[f->nin - 1], results[0], results[f->nout - 1], m);
    for (size_t i = 0; i < m; i += HALF_GROUP) {
        unsigned ties = half_of_float_group(results[0] + i, out + i);
        if (f->nout == 2) {
            ties |= half_of_float_group(results[1] + i, out2 + i);
        }
        for (size_t j = i; __builtin_expect(ties != 0, 0); j++, ties >>= 1) {
            if ((ties & 1) && (is_tie(results[0][j]) || is_tie(results[f->nout - 1][j]))) {
                half_ties(f, (float[]){wide[0][j], wide[f->nin - 1][j]}, out + j, out2 + j);
            }
        }
    }
}

static NOINLINE void half_array(const half_kernel *f, const uint16_t *x, const uint16_t *y, uint16_t *out,
                                uint16_t *out2, size_t n)
{
    size_t i = 0;
    for (; n - i >= HALF_BLOCK; i += HALF_BLOCK) {
        half_block(f, x + i, y + i, out + i, out2 + i, HALF_BLOCK);
    }
    if (i < n) {
        uint16_t block[2][HALF_BLOCK];
        const size_t left = n - i, padded = half_padded(x + i, block[0], left);
        if (f->nin == 2) {
            half_padded(y + i, block[1], left);
        }
        half_block(f, block[0], block[1], block[0], block[1], padded);
        memcpy(out + i, block[0], left * sizeof(uint16_t));
        if (f->nout == 2) {
            memcpy(out2 + i, block[1], left * sizeof(uint16_t));
        }
    }
}

static ALWAYS_INLINE void half_single(const half_kernel *f, const uint16_t *x, const uint16_t *y, uint16_t *out,
                                      uint16_t *out2)
{
    const int last_in = f->nin - 1, last_out = f->nout - 1;
    float wide[2], results[2];
    wide[0] = float_of_half(*x);
    if (f->nin == 2) {
        wide[1] = float_of_half(*y);
    }
    f->single_f32(wide, wide + last_in, results, results + last_out);
    if (__builtin_expect(is_tie(results[0]) || is_tie(results[last_out]), 0)) {
        half_ties(f, wide, out, f->nout == 2 ? out2 : out);
        return;
    }
    *out = half_of_float(results[0]);
    if (f->nout == 2) {
        *out2 = half_of_float(results[1]);
    }
}

#define UFUNC(name, ...) \
    static const half_kernel name##_half = {__VA_ARGS__, name##_array_f32, SINGLE_OF(name, f32), \
                                            SINGLE_OF(name, f64)}; \
    static void name##_array_f16(const void *x, const void *y, void *out, void *out2, size_t n) \
    { \
        half_array(&name##_half, x, y, out, out2, n); \
    } \
    static void name##_single_f16(const void *x, const void *y, void *out, void *out2) \
    { \
        half_single(&name##_half, x, y, out, out2); \
    }
#include "functions/functions.h"
