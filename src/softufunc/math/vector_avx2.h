/* AVX2 and FMA. */
#undef MM
#undef COMPARE
#if REAL_BITS == 32
#define MM(operation) _mm256_##operation##_ps
#else
#define MM(operation) _mm256_##operation##_pd
#endif
#define COMPARE(a, b, predicate) (mask) MM(cmp)(a, b, predicate)
typedef bits mask;

#include "vector_avx.h"

static ALWAYS_INLINE real R(select)(mask m, real where_true, real where_false)
{
    return (real)MM(blendv)(where_false, where_true, (real)m);
}

static ALWAYS_INLINE real R(select_by_sign)(real x, real where_negative, real where_positive)
{
    return (real)MM(blendv)(where_positive, where_negative, x);
}

static ALWAYS_INLINE real R(zero_where)(mask m, real x)
{
    return (real)MM(andnot)((real)m, x);
}

static ALWAYS_INLINE int R(any)(mask m)
{
    return MM(movemask)((real)m) != 0;
}

static ALWAYS_INLINE R(range) R(range_of)(bits distance, bits limit, int top_bit)
{
    (void)top_bit;
    return (R(range)){distance, limit};
}

/* 32-bit operations: for double, the upper half decides. */
static ALWAYS_INLINE R(range) R(merge)(R(range) a, R(range) b)
{
    return (R(range)){(bits)_mm256_max_epu32((__m256i)a.accumulator, (__m256i)b.accumulator), a.limit};
}

static ALWAYS_INLINE int R(any_outside)(R(range) x)
{
    __m256i distance = (__m256i)x.accumulator;
    __m256i outside = _mm256_cmpeq_epi32(_mm256_max_epu32(distance, (__m256i)x.limit), distance);
    return MM(movemask)((real)outside) != 0;
}

#if REAL_BITS == 32

/* Floats of one sign are ordered like their bits, and integer operations raise no exception. The signed minimum does not change
 * negative numbers, the unsigned minimum does not change positive ones. */
static ALWAYS_INLINE real R(clamp)(real x, element low, element high)
{
    return (real)_mm256_min_epu32(_mm256_min_epi32((__m256i)x, (__m256i)C(high)), (__m256i)C(low));
}

static ALWAYS_INLINE real R(minus_magnitude)(real x, element limit)
{
    return (real)_mm256_min_epu32((__m256i)((bits)x | (bits)C(-0.0)), (__m256i)C(-limit));
}

/* Positive floats are ordered like their bits. */
static ALWAYS_INLINE mask R(outside)(real x, element high)
{
    const bits low = (bits)C(SMALLEST_NORMAL);
    __m256i above = (__m256i)((bits)x - low), range = (__m256i)((bits)C(high) - low);
    return (mask)_mm256_cmpeq_epi32(_mm256_max_epu32(above, range), above);
}

static ALWAYS_INLINE real R(integers)(bits b)
{
    return (real)_mm256_cvtepi32_ps((__m256i)b);
}

#else
#include "vector_no_integers.h"
#endif

static ALWAYS_INLINE real R(load_tail)(const element *from, size_t n)
{
    typedef int32_t words __attribute__((vector_size(32)));
    const words place = {0, 1, 2, 3, 4, 5, 6, 7};
    words chosen = place < (int)(n * (REAL_BITS / 32));
    return (real)MM(blendv)(R(splat)(from[0]), MM(maskload)(from, (__m256i)chosen), (real)chosen);
}

static ALWAYS_INLINE real R(load_where)(mask m, const element *from)
{
    return MM(maskload)(from, (__m256i)m);
}

/* By powers of 2, because a masked store takes 40 operations on some processors. */
static ALWAYS_INLINE void R(store_tail)(element *to, real x, size_t n)
{
    typedef element half __attribute__((vector_size(16)));
    half rest;
    memcpy(&rest, &x, sizeof rest);
    if (n & LANES / 2) {
        memcpy(to, &rest, sizeof rest);
        to += LANES / 2;
        memcpy(&rest, (const char *)&x + sizeof rest, sizeof rest);
    }
#if REAL_BITS == 32
    if (n & 2) {
        memcpy(to, &rest, 2 * sizeof *to);
        to += 2;
        rest = (half)_mm_movehl_ps(rest, rest);
    }
#endif
    if (n & 1) {
        *to = rest[0];
    }
}
