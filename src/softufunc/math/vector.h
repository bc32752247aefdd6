/* Vector types and operations, the only code that depends on the instruction set.
 *
 * This file and everything that uses it are included with REAL_BITS 64 and 32: each kernel is written once, and compiled for float
 * and double on every instruction set. With SCALAR, a vector has one element.
 *
 *   real          a vector of LANES floats or doubles; arithmetic operators work lane by lane
 *   element       one float or double
 *   bits          the same vector as unsigned integers; the casts (bits)x and (real)b reinterpret
 *   mask          one truth value a lane
 *   R(name)       name_f32 or name_f64; with SCALAR name_scalar_f32 or name_scalar_f64
 *   C(constant)   the constant, rounded to the type, in every lane
 *
 * Explicit vectors are faster than auto-vectorized loops: gcc 12 compiles `a < b ? a : b` to a comparison and two blends, and a
 * loop around the sigmoid kernel takes 0.44 ns per element, compared with 0.36 for the same operations on vectors (AVX-512,
 * float32).
 *
 * No operation raises an exception for a quiet nan, except min, max and the comparison operators, which kernels do not apply to
 * nan.
 */
#undef element
#undef unsigned_integer
#undef real
#undef bits
#undef mask
#undef R
#undef C
#undef MANTISSA_BITS
#undef EXPONENT_BIAS
#undef LANES
#undef INTEGER
#undef EPSILON
#undef SMALLEST_NORMAL
#if REAL_BITS == 32
#define element float
#define unsigned_integer uint32_t
#ifdef SCALAR
#define R(name) name##_scalar_f32
#else
#define R(name) name##_f32
#endif
#define MANTISSA_BITS 23
#define EXPONENT_BIAS 127
#define SMALLEST_NORMAL 0x1p-126
#define EPSILON 0x1p-23f
#else
#define element double
#define unsigned_integer uint64_t
#ifdef SCALAR
#define R(name) name##_scalar_f64
#else
#define R(name) name##_f64
#endif
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define SMALLEST_NORMAL 0x1p-1022
#define EPSILON 0x1p-52
#endif
#define C(constant) R(splat)((element)(constant))
#define real R(real)
#define bits R(bits)
#define mask R(mask)
/* the integer in every lane */
#define INTEGER(value) ((bits){0} + (value))
#define LANES (VECTOR_BYTES * 8 / REAL_BITS)
typedef element real __attribute__((vector_size(VECTOR_BYTES)));
typedef unsigned_integer bits __attribute__((vector_size(VECTOR_BYTES)));

static ALWAYS_INLINE real R(load)(const element *from)
{
    real x;
    memcpy(&x, from, sizeof x);
    return x;
}

static ALWAYS_INLINE void R(store)(element *to, real x)
{
    memcpy(to, &x, sizeof x);
}

/* A range accumulator: a test of whether x is in a range, in a form in which many vectors can be merged. x is in the range if
 * distance < limit as unsigned integers; nan is not. A double limit has no bits in its lower half. */
typedef struct {
    bits accumulator, limit;
} R(range);

/* x, hidden from the optimizer by an empty asm statement. clang turns the difference of two selects into a select of differences,
 * and so subtracts numbers that are not selected; a difference of infinities raises invalid. */
static ALWAYS_INLINE real R(opt_barrier)(real x)
{
#if !defined(__clang__)
    return x;
#elif defined(SCALAR)
    element number = x[0];
    __asm__("" : "+x"(number));
    return (real){number};
#else
#if defined(__x86_64__)
    __asm__("" : "+v"(x));
#elif defined(__aarch64__)
    __asm__("" : "+w"(x));
#else
    __asm__("" : "+m"(x));
#endif
    return x;
#endif
}

/* x, computed at this point: the compiler cannot move it across a call that reads or clears exceptions. */
static ALWAYS_INLINE real R(pinned)(real x)
{
#if defined(SCALAR)
    element number = x[0];
    __asm__ volatile("" : "+x"(number));
    x = (real){number};
#elif defined(__x86_64__)
    __asm__ volatile("" : "+v"(x));
#elif defined(__aarch64__)
    __asm__ volatile("" : "+w"(x));
#else
    __asm__ volatile("" : "+m"(x));
#endif
    return x;
}

/* For each instruction set, an included file defines the type mask and
 *
 *   splat(x)               x in every lane
 *   madd(a, b, c)          a b + c, rounded once with FMA
 *   nmadd(a, b, c)         c - a b; with FMA also msub, a b - c, and nmsub, -c - a b
 *   min, max               of numbers (not nan)
 *   is_nan(x), less(a, b), not_less(a, b)                                quiet; nan is not less than anything
 *   select(m, a, b)        m ? a : b                                     zero_where(m, x)  m ? 0 : x
 *   raised_to(x, low)      x < low ? low : x, so x for nan; quiet
 *   select_by_sign(x, a, b)   x < 0 ? a : b; either of them for nan or -0.0
 *   any(m)                 is m true in some lane?
 *   range_of(d, limit, t)  the range of the numbers whose distance d is below the limit; t: may the top bit of d be set?
 *   merge(a, b)            merges two ranges with the same limit: inside if both are
 *   any_outside(range)     is some x that was merged into the range outside it, or nan?
 *   clamp(x, low, high)    x clamped to [low, high], low < 0 < high; some number in that interval for nan
 *   minus_magnitude(x, l)  -|x|, or -l where |x| > l or x is nan
 *   outside(x, high)       is x outside [SMALLEST_NORMAL, high), or nan?
 *   integers(b)            the signed integers b as numbers, for multiples of 2^MANTISSA_BITS
 *   load_tail, store_tail  the first n lanes, 0 < n < LANES; load_tail fills the others with copies of the first element, which
 *                          raise no additional exception
 *   load_where(m, from)    the lanes for which m is true, which are the only ones that are read, and 0 in the others; not for AVX-512
 */
#if defined(SCALAR)
#include "vector_any.h"
#elif defined(__AVX512F__)
#include "vector_avx512.h"
#elif defined(__AVX2__)
#include "vector_avx2.h"
#elif defined(__SSE2__)
#include "vector_sse2.h"
#elif defined(__aarch64__)
#include "vector_neon.h"
#else
#include "vector_any.h"
#endif

#if !defined(__AVX512F__) || defined(SCALAR)
static ALWAYS_INLINE real R(raised_to)(real x, real low)
{
    return R(select)(R(less)(x, low), low, x);
}
#endif

#if !defined(__AVX2__)
static ALWAYS_INLINE real R(load_where)(mask m, const element *from)
{
    real x = {0};
    for (int i = 0; i < LANES; i++) {
        x[i] = m[i] ? from[i] : 0;
    }
    return x;
}
#endif

/* a b + c and c - a b for an exact product a b that is used twice. AVX2 processors have separate units for additions, so a shared
 * product makes softplusinv 2 % faster; with AVX-512 additions and multiply-adds use the same units. */
static ALWAYS_INLINE real R(madd_exact)(real a, real b, real c)
{
    return VECTOR_BYTES == 32 ? a * b + c : R(madd)(a, b, c);
}

static ALWAYS_INLINE real R(nmadd_exact)(real a, real b, real c)
{
    return VECTOR_BYTES == 32 ? c - a * b : R(nmadd)(a, b, c);
}

/* The number of elements before the first aligned 64-byte vector: large NumPy arrays start 16 bytes after a page boundary, and
 * vectors that straddle two cache lines cost 3 to 5 % of the time of a kernel. */
static ALWAYS_INLINE size_t R(until_aligned)(const element *to)
{
    return VECTOR_BYTES < 64 ? 0 : (size_t)(-(uintptr_t)to % VECTOR_BYTES) / sizeof(element);
}

/* low <= x < high for 0 < low, or high < x <= low for low < 0: numbers of one sign are ordered like their bits */
static ALWAYS_INLINE R(range) R(range_from)(real x, element low, element high)
{
    return R(range_of)((bits)x - (bits)C(low), (bits)C(high) - (bits)C(low), 1);
}

#ifndef SCALAR
/* 2^(b - EXPONENT_BIAS) for the lowest bits of b */
static ALWAYS_INLINE real R(power_in_bits)(bits b)
{
    return (real)(b << MANTISSA_BITS);
}

/* -|x|, without an exception */
static ALWAYS_INLINE real R(negative_magnitude)(real x)
{
    return (real)((bits)x | (bits)C(-0.0));
}
#endif

#if !defined(SCALAR) && !defined(__aarch64__)
/* |x|, without an exception */
static ALWAYS_INLINE real R(magnitude)(real x)
{
    return (real)((bits)x & ~(bits)C(-0.0));
}
#endif

/* -limit < x < limit */
static ALWAYS_INLINE R(range) R(magnitude_below)(real x, element limit)
{
    return R(range_of)((bits)R(magnitude)(x), (bits)C(limit), 0);
}

/* where ? a : b */
static ALWAYS_INLINE mask R(select_mask)(mask where, mask a, mask b)
{
    return (mask)((where & a) | (~where & b));
}

/* x if it is subnormal, otherwise some other subnormal number: speculative operations on it cannot overflow. */
static ALWAYS_INLINE real R(subnormal_part)(element x)
{
    return (real)((bits)R(splat)(x) & ~(INTEGER(2 * EXPONENT_BIAS + 1) << MANTISSA_BITS));
}

/* 2^e, a constant */
static ALWAYS_INLINE real R(power_of_2)(int e)
{
    return (real)(INTEGER((unsigned)(e + EXPONENT_BIAS)) << MANTISSA_BITS);
}

/* c - a b where this is close to 0; exact with FMA, otherwise with a relative error below 2^-11 (2^-25) */
static ALWAYS_INLINE real R(residual)(real a, real b, real c)
{
#if HAVE_FMA
    return R(nmadd)(a, b, c);
#else
    /* Dekker: the product of the upper halves is exact, and so is c minus it; the other products may be rounded */
    const bits upper_half = ~((INTEGER(1) << ((MANTISSA_BITS + 2) / 2)) - 1);
    real a1 = (real)((bits)a & upper_half), a2 = a - a1;
    real b1 = (real)((bits)b & upper_half), b2 = b - b1;
    return (c - a1 * b1) - (a1 * b2 + a2 * b);
#endif
}

/* c - sign a b, as `residual` */
static ALWAYS_INLINE real R(signed_residual)(real a, real b, real c, int sign)
{
#if HAVE_FMA
    return sign < 0 ? R(madd)(a, b, c) : R(residual)(a, b, c);
#else
    return R(residual)(sign < 0 ? -a : a, b, c);
#endif
}

/* +inf and nan, with the exceptions of 1 / 0 and 0 / 0; the volatile zero prevents constant folding. */
static ALWAYS_INLINE element R(pole)(void)
{
    volatile element zero = 0;
    return 1 / zero;
}

static ALWAYS_INLINE element R(outside_domain)(void)
{
    volatile element zero = 0;
    return zero / zero;
}
