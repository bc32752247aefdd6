/* The x86-64 baseline: SSE2. No FMA, no blends, no unsigned minimum. */
#undef MM
#if REAL_BITS == 32
#define MM(operation) _mm_##operation##_ps
#else
#define MM(operation) _mm_##operation##_pd
#endif
typedef bits mask;

static ALWAYS_INLINE real R(splat)(element x)
{
    return (real)MM(set1)(x);
}

static ALWAYS_INLINE real R(madd)(real a, real b, real c)
{
    return a * b + c;
}

static ALWAYS_INLINE real R(nmadd)(real a, real b, real c)
{
    return c - a * b;
}

static ALWAYS_INLINE real R(min)(real a, real b)
{
    return (real)MM(min)(a, b);
}

static ALWAYS_INLINE real R(max)(real a, real b)
{
    return (real)MM(max)(a, b);
}

static ALWAYS_INLINE real R(select)(mask m, real where_true, real where_false)
{
    return (real)((m & (bits)where_true) | (~m & (bits)where_false));
}

static ALWAYS_INLINE real R(zero_where)(mask m, real x)
{
    return (real)MM(andnot)((real)m, x);
}

static ALWAYS_INLINE int R(any)(mask m)
{
    return MM(movemask)((real)m) != 0;
}

/* If distance >= limit, the difference wraps around and has its top bit set, unless the distance has it set itself. */
static ALWAYS_INLINE R(range) R(range_of)(bits distance, bits limit, int top_bit)
{
    bits difference = limit - INTEGER(1) - distance;
    return (R(range)){top_bit ? distance | difference : difference, limit};
}

static ALWAYS_INLINE R(range) R(merge)(R(range) a, R(range) b)
{
    return (R(range)){a.accumulator | b.accumulator, a.limit};
}

static ALWAYS_INLINE int R(any_outside)(R(range) x)
{
    return MM(movemask)((real)x.accumulator) != 0;
}

static ALWAYS_INLINE mask R(is_nan)(real x)
{
    return (mask)MM(cmpunord)(x, x);
}

/* Ordered comparisons raise invalid for nan; both operands are replaced by 0 first, and 0 is not less than 0. The result is hidden,
 * because clang computes with numbers that two comparisons exclude from a result. */
static ALWAYS_INLINE mask R(less)(real a, real b)
{
    mask nan = (mask)MM(cmpunord)(a, b);
    real x = R(opt_barrier)(R(zero_where)(nan, a)), y = R(opt_barrier)(R(zero_where)(nan, b));
    return (mask)R(opt_barrier)((real)MM(cmplt)(x, y));
}

static ALWAYS_INLINE mask R(not_less)(real a, real b)
{
    mask nan = (mask)MM(cmpunord)(a, b);
    real x = R(opt_barrier)(R(zero_where)(nan, a)), y = R(opt_barrier)(R(zero_where)(nan, b));
    return (mask)R(opt_barrier)((real)MM(cmpnlt)(x, y));
}

static ALWAYS_INLINE real R(select_by_sign)(real x, real where_negative, real where_positive)
{
    __m128i sign = _mm_srai_epi32((__m128i)x, 31);
#if REAL_BITS == 64
    sign = _mm_shuffle_epi32(sign, _MM_SHUFFLE(3, 3, 1, 1));
#endif
    return R(select)((mask)sign, where_negative, where_positive);
}

#include "vector_no_integers.h"

#include "vector_tail.h"
