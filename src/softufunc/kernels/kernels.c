/* The contiguous loops of every function, compiled once for each instruction set: INSTRUCTION_SET names it.
 *
 * A kernel is cut in two where few values are alive: NAME_begin and NAME_end. BLOCK vectors go through the first half,
 * then through the second, so that the processor finds independent work within reach: one vector's operations wait for
 * each other, and about 100 of them fill its scheduler. Cutting made softplus 20 % faster (docs/design.md, "Two halves").
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "ufuncs/blocks.h"
#include "functions/functions.h"
#include "kernels/table.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#include <immintrin.h>
#define VECTOR_BYTES 32
#else
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#define VECTOR_BYTES 16
#endif

/* clang says __FP_FAST_FMA on no machine but AArch64; POWER, s390 and RISC-V with doubles have had the instruction from
 * their beginning. */
#if defined(__FMA__) || defined(__FP_FAST_FMA) || defined(__aarch64__) || defined(__s390x__) || defined(__PPC64__) || \
    (defined(__riscv_flen) && __riscv_flen >= 64)
#define HAVE_FMA 1
#else
#define HAVE_FMA 0
#endif

/* Single elements have code of their own with AVX2, which AVX-512 uses too (cpu.c). Elsewhere they go through a vector: the
 * baseline is small instead of fast. */
#if defined(__AVX2__) && !defined(__AVX512F__)
#define SCALARS_APART 1
#else
#define SCALARS_APART 0
#endif

/* 12 vectors of AVX2 take 2 % less time than 8 and do better than 16 in short arrays; AVX-512 gains nothing */
#define BLOCK (VECTOR_BYTES == 32 ? 12 : 8)
_Static_assert(BLOCK_BYTES % (BLOCK * VECTOR_BYTES) == 0, "strided elements come in whole blocks");
/* Loops over a block, a few steps at once: 2 to 7 % of the time. The baseline has no need of it, and stays small. */
#define PRAGMA(text) _Pragma(#text)
#if HAVE_FMA
#define UNROLL(times) PRAGMA(GCC unroll times)
#else
#define UNROLL(times)
#endif

/* clang turns the difference of two selections into a selection of differences, of numbers that were not selected too, and a
 * difference of infinities raises invalid. It asks nothing about a number that an empty instruction may have changed. */
#if !defined(__clang__)
#define KEEP(number) ((void)0)
#elif defined(__x86_64__)
#define KEEP(number) __asm__("" : "+v"(number))
#elif defined(__aarch64__)
#define KEEP(number) __asm__("" : "+w"(number))
#else
#define KEEP(number) __asm__("" : "+m"(number))
#endif

/* gcc stops inlining a function that many others call, and its vectors then travel through memory: all of them are inlined. */
#define inline inline __attribute__((always_inline))

typedef double number;
#include "math/near_one.h"

#define REAL_BITS 32
#include "kernels/kernels_of_type.h"
#include "kernels/kernels_of_two.h"
#include "kernels/kernels_two_results.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "kernels/kernels_of_type.h"
#include "kernels/kernels_of_two.h"
#include "kernels/kernels_two_results.h"

#if SCALARS_APART
#define ONE
#undef VECTOR_BYTES
#define VECTOR_BYTES (REAL_BITS / 8)
#undef REAL_BITS
#define REAL_BITS 32
#include "kernels/kernels_of_one.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "kernels/kernels_of_one.h"
#undef VECTOR_BYTES
#define VECTOR_BYTES 32
#undef ONE
#endif

#include "math/half.h"
#include "kernels/kernels_f16.h"
#include "kernels/kernels_of_two_f16.h"
#include "kernels/kernels_two_results_f16.h"
#include "kernels/copies.h"
#include "kernels/kernels_of_reductions.h"

#define JOIN(a, b) a##b
#define TABLE(instruction_set) JOIN(softufunc_table_, instruction_set)
#define STRING(text) #text
#define NAME_OF(instruction_set) STRING(instruction_set)

#define ENTRY(name, domain) \
    {#name, \
     name##_kernel_f16, \
     name##_kernel_f32, \
     name##_kernel_f64, \
     name##_scalar_f16, \
     name##_scalar_f32, \
     name##_scalar_f64},
static const softufunc_kernels kernels[] = {FUNCTIONS(ENTRY){.name = NULL}};

#define ENTRY_OF_TWO(name, identity, second) \
    { \
        #name, \
        SOFTUFUNC_##identity, \
        SOFTUFUNC_##second, \
        name##_kernel_f16, \
        name##_kernel_f32, \
        name##_kernel_f64, \
        name##_one_f16, \
        name##_one_f32, \
        name##_one_f64},
static const softufunc_kernels_of_two kernels_of_two[] = {FUNCTIONS_OF_TWO(ENTRY_OF_TWO){.name = NULL}};

#define ENTRY_TWO_RESULTS(name) \
    {#name, name##_kernel_f16, name##_kernel_f32, name##_kernel_f64, name##_one_f16, name##_one_f32, name##_one_f64},
static const softufunc_kernels_two_results two_results[] = {
    FUNCTIONS_WITH_TWO_RESULTS(ENTRY_TWO_RESULTS){.name = NULL}};

#define REDUCTION_ENTRY(name, arguments, signature, longest) \
    {#name, \
     arguments, \
     signature, \
     name##_start, \
     {name##_piece_f32, name##_piece_f64}, \
     name##_result, \
     {name##_kernel_f32, name##_kernel_f64}, \
     longest, \
     {name##_lanes_f32, name##_lanes_f64}},
static const softufunc_reduction reductions[] = {REDUCTIONS(REDUCTION_ENTRY){.name = NULL}};

extern const softufunc_table TABLE(INSTRUCTION_SET);
const softufunc_table TABLE(INSTRUCTION_SET) = {
    .instruction_set = NAME_OF(INSTRUCTION_SET),
    .false_underflow = !HAVE_FMA, /* a multiply-add raises no flag for a tiny product, a multiplication does */
    .kernels = kernels,
    .kernels_of_two = kernels_of_two,
    .two_results = two_results,
    .reductions = reductions,
    .copies16 = {gather_16, scatter_16},
    .copies32 = {gather_32, scatter_32},
    .copies64 = {gather_64, scatter_64},
    .block_bytes = BLOCK * VECTOR_BYTES,
    .floats_of_halves = floats_of_halves,
};
