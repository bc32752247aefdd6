/* The types of 16 bits: computed in float32 and rounded once, for every number of inputs and outputs. Included for each of them, with
 * H(name) as name_f16 (math/half.h) or name_bf16 (math/bfloat16.h).
 *
 * A float32 result may lie halfway between two float16 numbers although the exact result does not. The conversion reports such
 * ties (one element in 8000), and all results below 2^-14, where ties have another bit pattern. is_tie then checks, and ties are
 * recomputed in float64. For bfloat16 the same holds for one element in 65 000.
 */
#ifndef HALF_KERNEL
#define HALF_KERNEL
enum { HALF_BLOCK = 384, HALF_LANES = VECTOR_BYTES / sizeof(float), IS_BFLOAT16_f16 = 0, IS_BFLOAT16_bf16 = 1 };
_Static_assert(HALF_BLOCK * sizeof(float) % (VECTORS_PER_BLOCK * VECTOR_BYTES) == 0,
               "a HALF_BLOCK is a whole number of float32 blocks");

/* The functions that a type of 16 bits calls */
typedef struct {
    int nin, nout;
    softufunc_array *f32;
    softufunc_single *single_f64;
} half_kernel;

/* Up to HALF_VECTORS vectors of a function with one output: kernels/half_vectors.h */
typedef void half_vectors(const uint16_t *x, const uint16_t *y, uint16_t *out, size_t n, int is_bfloat16);
#if HALF_VECTORS > 0
#define DECLARED_1(name) static half_vectors name##_half_vectors;
#define DECLARED_2(name)
#define UFUNC(name, nin, nout) DECLARED_##nout(name)
#include "functions/functions.h"
#define HALF_VECTORS_1(name) name##_half_vectors
#else
#define HALF_VECTORS_1(name) NULL
#endif
#define HALF_VECTORS_2(name) NULL

/* Copies n < 32 elements, in parts of constant length. */
static ALWAYS_INLINE void half_copy(uint16_t *to, const uint16_t *from, size_t n)
{
    for (size_t part = 16; part > 0; part /= 2) {
        if (n & part) {
            memcpy(to, from, part * sizeof *to);
            to += part;
            from += part;
        }
    }
}

/* Fills a group with n elements and copies of the first one, by a single store: a vector that is loaded right after its parts were
 * stored waits for all operations before it. */
static ALWAYS_INLINE void half_filled(uint16_t *group, const uint16_t *from, size_t n, int size)
{
    typedef uint64_t two __attribute__((vector_size(16)));
    typedef uint64_t four __attribute__((vector_size(32)));
    const uint64_t filler = from[0] * UINT64_C(0x0001000100010001);
    uint64_t words[4] = {filler, filler, filler, filler};
    for (int i = 0; i < size / 4; i++) {
        const size_t before = 4 * (size_t)i;
        words[i] = half_word(from + before, n > before ? n - before : 0, filler);
    }
    if (size == 16) {
        const four all = {words[0], words[1], words[2], words[3]};
        memcpy(group, &all, sizeof all);
    }
    else {
        const two all = {words[0], words[1]};
        memcpy(group, &all, sizeof all);
    }
}

#define HALF_VALUE_1_1(value) results[0] = value(wide[0])
#define HALF_VALUE_2_1(value) results[0] = value(wide[0], wide[1])
#define HALF_VALUE_1_2(value) value(wide[0], results, results + 1)
#define HALF_VALUE_2_2(value) value(wide[0], wide[1], results, results + 1)
#endif

/* Recomputes one element in float64. */
static NOINLINE void H(half_ties)(const half_kernel *f, float x, float y, uint16_t *out, uint16_t *out2)
{
    double wide[2] = {x, y}, results[2];
    f->single_f64(wide, wide + 1, results, results + 1);
    *out = H(round_double)(results[0]);
    if (f->nout == 2) {
        *out2 = H(round_double)(results[1]);
    }
}

/* Converts n elements, and fills the last group with copies of its first one, which raise no additional exception. */
static ALWAYS_INLINE void H(half_widened)(const uint16_t *in, float *out, size_t n)
{
    size_t i = 0;
    for (; n - i >= H(GROUP); i += H(GROUP)) {
        H(widen_group)(in + i, out + i);
    }
    if (i < n) {
#if HALF_VECTORS > 0
        for (const size_t end = i + H(GROUP); i < end; i += HALF_LANES) {
            const size_t first = i < n ? i : n - 1, left = n - first;
            const half_words words = load_half_tail(in + first, left < HALF_LANES ? left : HALF_LANES);
            store_f32(out + i, (real_f32)H(widen_words)(words));
        }
#else
        uint16_t last[H(GROUP)];
        half_filled(last, in + i, n - i, H(GROUP));
        H(widen_group)(last, out + i);
#endif
    }
}

/* Rounds a group of results, of which `lanes` are used. */
static ALWAYS_INLINE void H(half_group)(const half_kernel *f, const float *const wide[2], const float *const results[2],
                                        size_t i, unsigned lanes, uint16_t *out, uint16_t *out2)
{
    unsigned ties = H(round_group)(results[0] + i, out);
    if (f->nout == 2) {
        ties |= H(round_group)(results[1] + i, out2);
    }
    ties &= lanes;
    for (size_t j = 0; __builtin_expect(ties != 0, 0); j++, ties >>= 1) {
        if ((ties & 1) && (H(is_tie)(results[0][i + j]) || H(is_tie)(results[f->nout - 1][i + j]))) {
            H(half_ties)(f, wide[0][i + j], wide[f->nin - 1][i + j], out + j, out2 + j);
        }
    }
}

/* Computes n <= HALF_BLOCK elements. */
static NOINLINE void H(half_block)(const half_kernel *f, const uint16_t *x, const uint16_t *y, uint16_t *out,
                                   uint16_t *out2, size_t n)
{
    _Alignas(64) float wide[2][HALF_BLOCK], results[2][HALF_BLOCK];
    const float *const inputs[2] = {wide[0], wide[1]}, *const outputs[2] = {results[0], results[1]};
    const size_t rest = n % H(GROUP), whole = n - rest;
    H(half_widened)(x, wide[0], n);
    if (f->nin == 2) {
        H(half_widened)(y, wide[1], n);
    }
    /* no odd vector: a whole number of steps takes less time */
    size_t filled = rest > 0 ? whole + H(GROUP) : whole;
    if (HALF_VECTORS > 0 && filled % (VECTORS_PER_STEP * H(GROUP)) != 0) {
        for (int i = 0; i < f->nin; i++) {
            memcpy(wide[i] + filled, wide[i], H(GROUP) * sizeof **wide);
        }
        filled += H(GROUP);
    }
    f->f32(wide[0], wide[f->nin - 1], results[0], results[f->nout - 1], filled);
    for (size_t i = 0; i < whole; i += H(GROUP)) {
        H(half_group)(f, inputs, outputs, i, ~0u, out + i, out2 + i);
    }
    if (rest > 0) {
        uint16_t last[2][H(GROUP)];
        H(half_group)(f, inputs, outputs, whole, (1u << rest) - 1, last[0], last[1]);
        half_copy(out + whole, last[0], rest);
        if (f->nout == 2) {
            half_copy(out2 + whole, last[1], rest);
        }
    }
}

static NOINLINE void H(half_array)(const half_kernel *f, const uint16_t *x, const uint16_t *y, uint16_t *out,
                                   uint16_t *out2, size_t n)
{
    for (size_t i = 0, m; i < n; i += m) {
        m = n - i < HALF_BLOCK ? n - i : HALF_BLOCK;
        H(half_block)(f, x + i, y + i, out + i, out2 + i, m);
    }
}

/* Rounds the results of one element. */
static ALWAYS_INLINE void H(half_single)(const half_kernel *f, const float wide[2], const float results[2],
                                         uint16_t *out, uint16_t *out2)
{
    const int last_out = f->nout - 1;
    if (__builtin_expect(H(is_tie)(results[0]) || H(is_tie)(results[last_out]), 0)) {
        H(half_ties)(f, wide[0], wide[f->nin - 1], out, f->nout == 2 ? out2 : out);
        return;
    }
    *out = H(round)(results[0]);
    if (f->nout == 2) {
        *out2 = H(round)(results[1]);
    }
}

/* Converts n elements to float32. */
static void H(floats_of)(const uint16_t *from, float *to, size_t n)
{
    size_t i = 0;
    for (; n - i >= H(GROUP); i += H(GROUP)) {
        H(widen_group)(from + i, to + i);
    }
    for (; i < n; i++) {
        to[i] = H(widen)(from[i]);
    }
}

/* Rounds n elements of float32. */
static void H(of_floats)(const float *from, uint16_t *to, size_t n)
{
    size_t i = 0;
    for (; n - i >= H(GROUP); i += H(GROUP)) {
        const unsigned ties = H(round_group)(from + i, to + i);
        for (size_t j = 0; !H(ROUNDS_TIES) && j < H(GROUP) && __builtin_expect(ties != 0, 0); j++) {
            to[i + j] = ties >> j & 1 ? H(round)(from[i + j]) : to[i + j];
        }
    }
    for (; i < n; i++) {
        to[i] = H(round)(from[i]);
    }
}

#define UFUNC(name, ...) \
    static const half_kernel H(name##_half) = {__VA_ARGS__, name##_array_f32, SINGLE_OF(name, f64)};
#include "functions/functions.h"

static ALWAYS_INLINE void H(half_vectors_or_array)(const half_kernel *f, half_vectors *few, const uint16_t *x,
                                                   const uint16_t *y, uint16_t *out, uint16_t *out2, size_t n)
{
    if (few && n <= HALF_VECTORS * HALF_LANES) {
        few(x, y, out, n, H(IS_BFLOAT16));
    }
    else {
        H(half_array)(f, x, y, out, out2, n);
    }
}

#define UFUNC(name, nin, nout) \
    static void H(name##_array)(const void *x, const void *y, void *out, void *out2, size_t n) \
    { \
        H(half_vectors_or_array)(&H(name##_half), HALF_VECTORS_##nout(name), x, y, out, out2, n); \
    }
#include "functions/functions.h"

#if HAVE_SINGLES
/* The functions of the C API return their results in registers. */
#define UFUNC(name, nin, nout) \
    static void H(name##_single)(const void *x, const void *y, void *out, void *out2) \
    { \
        const float wide[2] = {H(widen)(*(const uint16_t *)x), nin == 2 ? H(widen)(*(const uint16_t *)y) : 0}; \
        float results[2]; \
        HALF_VALUE_##nin##_##nout(VALUE_OF(name, f32)); \
        H(half_single)(&H(name##_half), wide, results, out, out2); \
    }
#include "functions/functions.h"
#endif
