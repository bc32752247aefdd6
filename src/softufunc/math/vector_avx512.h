/* AVX-512 F, DQ, BW, VL. */
#undef MM
#undef COMPARE
#undef INTEGERS
#if REAL_BITS == 32
typedef __mmask16 mask;
#define MM(operation) _mm512_##operation##_ps
#define COMPARE(a, b, predicate) _mm512_cmp_ps_mask(a, b, predicate)
#define INTEGERS(operation) _mm512_##operation##32
#else
typedef __mmask8 mask;
#define MM(operation) _mm512_##operation##_pd
#define COMPARE(a, b, predicate) _mm512_cmp_pd_mask(a, b, predicate)
#define INTEGERS(operation) _mm512_##operation##64
#endif

#include "vector_avx.h"

static ALWAYS_INLINE real R(select)(mask m, real where_true, real where_false)
{
    return (real)MM(mask_blend)(m, where_false, where_true);
}

static ALWAYS_INLINE real R(select_by_sign)(real x, real where_negative, real where_positive)
{
#if REAL_BITS == 32
    return R(select)(_mm512_movepi32_mask((__m512i)x), where_negative, where_positive);
#else
    return R(select)(_mm512_movepi64_mask((__m512i)x), where_negative, where_positive);
#endif
}

static ALWAYS_INLINE real R(zero_where)(mask m, real x)
{
    return (real)MM(maskz_mov)((mask)~m, x);
}

/* The maximum instruction returns its second operand for nan. A comparison would compete with multiply-adds for the units of AMD Zen 4. */
static ALWAYS_INLINE real R(raised_to)(real x, real low)
{
    return (real)MM(max_round)(low, x, _MM_FROUND_NO_EXC);
}

static ALWAYS_INLINE int R(any)(mask m)
{
    return m != 0;
}

static ALWAYS_INLINE R(range) R(range_of)(bits distance, bits limit, int top_bit)
{
    (void)top_bit;
    return (R(range)){distance, limit};
}

/* 32-bit operations: for double, the upper half decides. */
static ALWAYS_INLINE R(range) R(merge)(R(range) a, R(range) b)
{
    return (R(range)){(bits)_mm512_max_epu32((__m512i)a.accumulator, (__m512i)b.accumulator), a.limit};
}

/* The lower halves of double limits are 0. */
static ALWAYS_INLINE int R(any_outside)(R(range) x)
{
#if REAL_BITS == 32
    return _mm512_cmpge_epu32_mask((__m512i)x.accumulator, (__m512i)x.limit) != 0;
#else
    return _mm512_cmpge_epu64_mask((__m512i)x.accumulator, (__m512i)x.limit) != 0;
#endif
}

/* Floats of one sign are ordered like their bits, and integer operations raise no exception. The signed minimum does not change
 * negative numbers, the unsigned minimum does not change positive ones. */
static ALWAYS_INLINE real R(clamp)(real x, element low, element high)
{
    return (real)INTEGERS(min_epu)(INTEGERS(min_epi)((__m512i)x, (__m512i)C(high)), (__m512i)C(low));
}

static ALWAYS_INLINE real R(minus_magnitude)(real x, element limit)
{
    return (real)INTEGERS(min_epu)((__m512i)((bits)x | (bits)C(-0.0)), (__m512i)C(-limit));
}

/* Positive floats are ordered like their bits. */
static ALWAYS_INLINE mask R(outside)(real x, element high)
{
    const bits low = (bits)C(SMALLEST_NORMAL);
#if REAL_BITS == 32
    return _mm512_cmpge_epu32_mask((__m512i)((bits)x - low), (__m512i)((bits)C(high) - low));
#else
    return _mm512_cmpge_epu64_mask((__m512i)((bits)x - low), (__m512i)((bits)C(high) - low));
#endif
}

static ALWAYS_INLINE real R(integers)(bits b)
{
#if REAL_BITS == 32
    return (real)_mm512_cvtepi32_ps((__m512i)b);
#else
    return (real)_mm512_cvtepi64_pd((__m512i)b);
#endif
}

/* n may be LANES. */
static ALWAYS_INLINE real R(load_tail)(const element *from, size_t n)
{
    return (real)MM(mask_loadu)(R(splat)(from[0]), (mask)((1u << n) - 1), from);
}

static ALWAYS_INLINE void R(store_tail)(element *to, real x, size_t n)
{
    MM(mask_storeu)(to, (mask)((1u << n) - 1), x);
}
