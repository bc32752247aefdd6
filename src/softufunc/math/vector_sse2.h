/* The x86-64 baseline: SSE2. No FMA, no blends, no unsigned minimum. */
#undef MM
#if REAL_BITS == 32
#define MM(operation) _mm_##operation##_ps
#else
#define MM(operation) _mm_##operation##_pd
#endif
typedef bits mask;

static inline real R(splat)(element x)
{
    return (real)MM(set1)(x);
}

static inline real R(madd)(real a, real b, real c)
{
    return a * b + c;
}

static inline real R(nmadd)(real a, real b, real c)
{
    return c - a * b;
}

static inline real R(min)(real a, real b)
{
    return (real)MM(min)(a, b);
}

static inline real R(max)(real a, real b)
{
    return (real)MM(max)(a, b);
}

static inline real R(select)(mask m, real where_true, real where_false)
{
    return (real)((m & (bits)where_true) | (~m & (bits)where_false));
}

static inline real R(zero_where)(mask m, real x)
{
    return (real)MM(andnot)((real)m, x);
}

static inline int R(any)(mask m)
{
    return MM(movemask)((real)m) != 0;
}

/* distance >= limit gives a 1 at the top of the difference, or of a distance that is too large for it */
static inline bits R(worst)(R(range) x)
{
    return x.distance | (x.limit - INTEGER(1) - x.distance);
}

static inline bits R(worse)(bits a, bits b)
{
    return a | b;
}

static inline int R(any_beyond)(bits worst, bits limit)
{
    (void)limit;
    return MM(movemask)((real)worst) != 0;
}

static inline mask R(is_nan)(real x)
{
    return (mask)MM(cmpunord)(x, x);
}

/* Ordered comparisons raise a flag for a nan: both numbers become 0 first, and 0 is not less than 0. */
static inline mask R(less)(real a, real b)
{
    mask nan = (mask)MM(cmpunord)(a, b);
    real x = R(zero_where)(nan, a), y = R(zero_where)(nan, b);
    KEEP(x);
    KEEP(y);
    return (mask)MM(cmplt)(x, y);
}

static inline mask R(not_less)(real a, real b)
{
    mask nan = (mask)MM(cmpunord)(a, b);
    real x = R(zero_where)(nan, a), y = R(zero_where)(nan, b);
    KEEP(x);
    KEEP(y);
    return (mask)MM(cmpnlt)(x, y);
}

static inline real R(select_by_sign)(real x, real where_negative, real where_positive)
{
    __m128i sign = _mm_srai_epi32((__m128i)x, 31);
#if REAL_BITS == 64
    sign = _mm_shuffle_epi32(sign, _MM_SHUFFLE(3, 3, 1, 1));
#endif
    return R(select)((mask)sign, where_negative, where_positive);
}

#include "vector_no_integers.h"

#include "vector_some.h"
