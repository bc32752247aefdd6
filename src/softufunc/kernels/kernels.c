/* The contiguous loops of all functions, compiled once for each instruction set; INSTRUCTION_SET is its name.
 *
 * Vectors of doubles come first, then vectors of floats, which use double for some rare inputs, then single elements if they have
 * separate code, and finally the reductions, which need vectors of both types.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernels/table.h"
#include "math/attributes.h"
#include "math/exceptions.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#include <immintrin.h>
#define VECTOR_BYTES 32
#else
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif
#define VECTOR_BYTES 16
#endif

/* clang defines __FP_FAST_FMA on AArch64 only. POWER, s390 and RISC-V with doubles always have the instruction. */
#if defined(__FMA__) || defined(__FP_FAST_FMA) || defined(__aarch64__) || defined(__s390x__) || defined(__PPC64__) || \
    (defined(__riscv_flen) && __riscv_flen >= 64)
#define HAVE_FMA 1
#else
#define HAVE_FMA 0
#endif

/* With AVX2, single elements have separate code, which the AVX-512 build uses too (cpu.c). Elsewhere they use one vector. */
#if defined(__AVX2__) && !defined(__AVX512F__)
#define HAVE_SCALAR 1
#else
#define HAVE_SCALAR 0
#endif

/* The table for single elements of AVX-512 is that of AVX2 (cpu.c). */
#if defined(__AVX512F__)
#define HAVE_SINGLES 0
#else
#define HAVE_SINGLES 1
#endif

/* Short folds (math/logsumexp_short.h) of AVX-512 are those of AVX2, whose latency is lower. Without FMA, products raise spurious
 * underflow, and the flags would have to be read. */
#define HAVE_SHORT_FOLDS (HAVE_FMA && VECTOR_BYTES <= 32)

/* With AVX2, 12 vectors take 2 % less time than 8, and less time than 16 in short arrays. AVX-512 does not gain from it. */
#define VECTORS_PER_BLOCK (VECTOR_BYTES == 32 ? 12 : 8)
_Static_assert(SCRATCH_BYTES % (VECTORS_PER_BLOCK * VECTOR_BYTES) == 0, "scratch buffers hold whole blocks");

/* From so many vectors on, a remainder as a small block takes less time than one vector after the other; not without FMA. */
#define SMALL_BLOCK_MIN (!HAVE_FMA ? VECTORS_PER_BLOCK : REAL_BITS == 32 ? 4 : 2)

/* Results that exceed this size do not fit in the last-level cache of most processors. */
#define STREAMING_BYTES ((size_t)64 << 20)

/* Unrolling the loops over a block saves 2 to 7 % of the time, except in the baseline, which has too few registers. */
#define PRAGMA(text) _Pragma(#text)
#if HAVE_FMA
#define VECTORS_PER_STEP 2
#define UNROLL(times) PRAGMA(GCC unroll times)
#define SLOW_PATH NOINLINE
#else
#define VECTORS_PER_STEP 1
#define UNROLL(times)
#define SLOW_PATH COLD /* for size; with AVX2 the slow path would take longer */
#endif

/* Paths of kernels (kernels/elementwise.h) */
enum { PATH_FAST, PATH_NORMAL, PATH_ANY };

/* NAME_normal: the inputs of PATH_NORMAL are those for which no result e^z (1 + d) is subnormal, with a small d and z = x, -x or -|x|, or
 * those that are not too large for a formula. A flip of x changes the sign of the constant. */
enum {
    NORMAL_NONE, /* there is no PATH_NORMAL */
    NORMAL_EXP_OF_X,
    NORMAL_EXP_OF_MINUS_X = -NORMAL_EXP_OF_X,
    NORMAL_EXP_OF_MINUS_MAGNITUDE = 2,
    NORMAL_BELOW_LARGE
};

typedef double number;
#include "math/fixed_point.h"

#define REAL_BITS 64
#include "kernels/all_of_type.h"
#undef REAL_BITS
#define REAL_BITS 32
#include "kernels/all_of_type.h"

#if HAVE_SCALAR
#define SCALAR
#undef VECTOR_BYTES
#define VECTOR_BYTES (REAL_BITS / 8)
#undef REAL_BITS
#define REAL_BITS 64
#include "kernels/all_of_type.h"
#undef REAL_BITS
#define REAL_BITS 32
#include "kernels/all_of_type.h"
#undef VECTOR_BYTES
#define VECTOR_BYTES 32
#undef SCALAR
#endif

#if HAVE_SCALAR
#define SINGLE_OF(name, type) name##_single_scalar_##type
#define VALUE_OF(name, type) name##_value_scalar_##type
#else
#define SINGLE_OF(name, type) name##_single_##type
#define VALUE_OF(name, type) name##_value_##type
#endif

#define HALF_VECTORS (VECTOR_BYTES >= 32 ? 3 : 0)

#include "math/half.h"
#include "math/bfloat16.h"
#define H(name) name##_f16
#include "kernels/half.h"
#undef H
#define H(name) name##_bf16
#include "kernels/half.h"
#include "kernels/half_vectors.h"
#include "kernels/label_casts.h"
#include "kernels/strided_copy.h"
#include "kernels/transpose.h"
#include "kernels/reductions.h"

#define JOIN(a, b) a##b
#define TABLE(instruction_set) JOIN(softufunc_table_, instruction_set)
#define STRING(text) #text
#define NAME_OF(instruction_set) STRING(instruction_set)

/* The array loops of the C API, without the unused arguments */
#define PACKED_1_1(name, width, type) \
    static void name##_packed_f##width(const type *x, type *out, size_t n) \
    { \
        name##_array_f##width(x, x, out, out, n); \
    }
#define PACKED_2_1(name, width, type) \
    static void name##_packed_f##width(const type *x, const type *y, type *out, size_t n) \
    { \
        name##_array_f##width(x, y, out, out, n); \
    }
#define PACKED_1_2(name, width, type) \
    static void name##_packed_f##width(const type *x, type *out, type *out2, size_t n) \
    { \
        name##_array_f##width(x, x, out, out2, n); \
    }
#define PACKED_2_2(name, width, type) \
    static void name##_packed_f##width(const type *x, const type *y, type *out, type *out2, size_t n) \
    { \
        name##_array_f##width(x, y, out, out2, n); \
    }
#define UFUNC(name, nin, nout) PACKED_##nin##_##nout(name, 32, float) PACKED_##nin##_##nout(name, 64, double)
#include "functions/functions.h"

#define CAPI(function) (void (*)(void))(function)
#if HAVE_SINGLES
#define SINGLES(name) {name##_single_f16, SINGLE_OF(name, f32), SINGLE_OF(name, f64), name##_single_bf16}
#define VALUES(name) CAPI(VALUE_OF(name, f64)), CAPI(VALUE_OF(name, f32))
#else
#define SINGLES(name) {NULL}
#define VALUES(name) NULL, NULL
#endif
static const softufunc_kernels ufuncs[] = {
#define UFUNC(name, nin, nout) \
    {#name, \
     {name##_array_f16, name##_array_f32, name##_array_f64, name##_array_bf16}, \
     SINGLES(name), \
     {VALUES(name), CAPI(name##_packed_f64), CAPI(name##_packed_f32)}},
#include "functions/functions.h"
    {.name = NULL}};

extern const softufunc_table TABLE(INSTRUCTION_SET);
const softufunc_table TABLE(INSTRUCTION_SET) = {
    .instruction_set = NAME_OF(INSTRUCTION_SET),
    .fma = HAVE_FMA,
    .ufuncs = ufuncs,
    .gufuncs = gufuncs,
    .scan_maximum = scan_maximum,
    .scan = scan,
#if HAVE_SHORT_FOLDS
    .reduce_short = {reduce_short_f16, reduce_short_f32, reduce_short_f64, reduce_short_bf16},
    .scan_short = scan_short,
#endif
    .label_casts = label_casts,
    .gather = {gather_16, gather_32, gather_64, gather_16},
    .scatter = {scatter_16, scatter_32, scatter_64, scatter_16},
    .transpose = {transpose_f32, transpose_f64},
    .block_bytes = VECTORS_PER_BLOCK * VECTOR_BYTES,
    .floats_of_f16 = floats_of_f16,
    .floats_of_bf16 = floats_of_bf16,
    .f16_of_floats = of_floats_f16,
    .bf16_of_floats = of_floats_bf16,
};
