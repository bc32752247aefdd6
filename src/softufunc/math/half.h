/* float16 conversions, with and without hardware support */
#include "math/attributes.h"

#if defined(__AVX512F__) || defined(__F16C__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__aarch64__)

static ALWAYS_INLINE float widen_f16(uint16_t h)
{
    __fp16 x;
    memcpy(&x, &h, sizeof x);
    return x;
}

static ALWAYS_INLINE uint16_t round_f16(float x)
{
    const __fp16 rounded = (__fp16)x;
    uint16_t h;
    memcpy(&h, &rounded, sizeof h);
    return h;
}

#else

/* The portable conversions: integer arithmetic on the bits, and one multiplication that scales the exponent. */
static ALWAYS_INLINE float widen_f16(uint16_t h)
{
    /* shift exponent and fraction into place, then multiply by 2^112, the difference of the biases: exact, also for subnormals */
    uint32_t magnitude = (uint32_t)(h & 0x7fff) << 13;
    float scaled;
    memcpy(&scaled, &magnitude, sizeof scaled);
    scaled *= 0x1p+112f;
    uint32_t b;
    memcpy(&b, &scaled, sizeof b);
    b |= (magnitude >= (uint32_t)0x7c00 << 13) ? 0x7f800000u : 0u;
    b |= (uint32_t)(h & 0x8000) << 16;
    memcpy(&scaled, &b, sizeof scaled);
    return scaled;
}

/* Rounded to nearest, ties to even. */
static ALWAYS_INLINE uint16_t round_f16(float x)
{
    uint32_t b;
    memcpy(&b, &x, sizeof b);
    uint32_t sign = (b >> 16) & 0x8000, magnitude = b & 0x7fffffff;
    if (magnitude > 0x7f800000) {
        return (uint16_t)(sign | 0x7e00);
    }
    if (magnitude >= 0x477ff000) {
        /* 65520 or more, halfway to 2^16, becomes infinity, by a product that raises overflow for finite numbers */
        float large;
        memcpy(&large, &magnitude, sizeof large);
        large *= 0x1p+113f;
        memcpy(&b, &large, sizeof b);
        return (uint16_t)(sign | (b >> 13 & 0x7c00));
    }
    if (magnitude < 0x38800000) {
        /* subnormal: adding 0.5 rounds to a multiple of 2^-24 */
        float absolute;
        memcpy(&absolute, &magnitude, sizeof absolute);
        absolute += 0.5f;
        memcpy(&b, &absolute, sizeof b);
        return (uint16_t)(sign | (b - 0x3f000000));
    }
    uint32_t odd = (magnitude >> 13) & 1;
    return (uint16_t)(sign | ((magnitude + 0xfff + odd - ((uint32_t)112 << 23)) >> 13));
}

#endif

/* The double rounded to odd in float: the last bit is sticky, so that the result can be rounded again. Bit patterns are compared,
 * because floating-point comparisons compiled by clang raise invalid for nan. */
static ALWAYS_INLINE float round_to_odd(double x)
{
    float f = (float)x;
    double back = f;
    uint32_t b;
    uint64_t exact, rounded;
    memcpy(&b, &f, sizeof b);
    memcpy(&exact, &x, sizeof exact);
    memcpy(&rounded, &back, sizeof rounded);
    exact &= INT64_MAX;
    rounded &= INT64_MAX;
    if (exact <= 0x7ff0000000000000 && rounded != exact && !(b & 1)) {
        b = rounded > exact ? b - 1 : b + 1;
        memcpy(&f, &b, sizeof f);
    }
    return f;
}

static ALWAYS_INLINE uint16_t round_double_f16(double x)
{
    return round_f16(round_to_odd(x));
}

/* Is y exactly halfway between two float16 numbers? If it is not, a float32 result with an error below one ulp is on the correct
 * side of the rounding boundary. */
static ALWAYS_INLINE int is_tie_f16(float y)
{
    uint32_t b;
    memcpy(&b, &y, sizeof b);
    uint32_t magnitude = b & 0x7fffffff;
    if (magnitude >= 0x38800000) {
        return magnitude < 0x7f800000 && (magnitude & 0x1fff) == 0x1000;
    }
    /* Below 2^-14 the float16 numbers are the multiples of 2^-24, and ties the odd multiples of 2^-25, the last bit of the sum.
     * Compilers compute it for any y, so there is no conversion to an integer, which would raise invalid for infinity; clang
     * also makes one of a shift by a variable. */
    float absolute;
    memcpy(&absolute, &magnitude, sizeof absolute);
    const float sum = absolute + 0.25f, back = sum - 0.25f;
    uint32_t last;
    memcpy(&last, &sum, sizeof last);
    memcpy(&b, &back, sizeof b);
    return b == magnitude && (last & 1);
}

/* Conversions of GROUP_f16 elements. The one to float16 returns a bit mask of the elements that may be ties. */
#if defined(__AVX512F__)
enum { GROUP_f16 = 16 };

static ALWAYS_INLINE void widen_group_f16(const uint16_t *in, float *out)
{
    _mm512_storeu_ps(out, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)in)));
}

static ALWAYS_INLINE unsigned round_group_f16(const float *in, uint16_t *out)
{
    __m512i y = _mm512_castps_si512(_mm512_loadu_ps(in));
    _mm256_storeu_si256((__m256i *)(void *)out, _mm512_cvtps_ph(_mm512_castsi512_ps(y), 0));
    __m512i lost = _mm512_and_si512(y, _mm512_set1_epi32(0x1fff));
    __m512i absolute = _mm512_and_si512(y, _mm512_set1_epi32(0x7fffffff));
    return _mm512_cmpeq_epi32_mask(lost, _mm512_set1_epi32(0x1000)) |
           _mm512_cmplt_epi32_mask(absolute, _mm512_set1_epi32(0x38800000));
}

#elif defined(__F16C__)
enum { GROUP_f16 = 8 };

static ALWAYS_INLINE void widen_group_f16(const uint16_t *in, float *out)
{
    _mm256_storeu_ps(out, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)in)));
}

static ALWAYS_INLINE unsigned round_group_f16(const float *in, uint16_t *out)
{
    __m256i y = _mm256_castps_si256(_mm256_loadu_ps(in));
    _mm_storeu_si128((__m128i *)(void *)out, _mm256_cvtps_ph(_mm256_castsi256_ps(y), 0));
    __m256i lost = _mm256_and_si256(y, _mm256_set1_epi32(0x1fff));
    __m256i absolute = _mm256_and_si256(y, _mm256_set1_epi32(0x7fffffff));
    __m256i ties = _mm256_or_si256(_mm256_cmpeq_epi32(lost, _mm256_set1_epi32(0x1000)),
                                   _mm256_cmpgt_epi32(_mm256_set1_epi32(0x38800000), absolute));
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(ties));
}

#elif defined(__aarch64__)
enum { GROUP_f16 = 8 };

static ALWAYS_INLINE void widen_group_f16(const uint16_t *in, float *out)
{
    const float16x8_t x = vreinterpretq_f16_u16(vld1q_u16(in));
    vst1q_f32(out, vcvt_f32_f16(vget_low_f16(x)));
    vst1q_f32(out + 4, vcvt_high_f32_f16(x));
}

static ALWAYS_INLINE unsigned round_group_f16(const float *in, uint16_t *out)
{
    const uint16x8_t place = {1, 2, 4, 8, 16, 32, 64, 128};
    const float32x4_t y = vld1q_f32(in), y2 = vld1q_f32(in + 4);
    vst1q_u16(out, vreinterpretq_u16_f16(vcvt_high_f16_f32(vcvt_f16_f32(y), y2)));
    const uint16x8_t lower = vuzp1q_u16(vreinterpretq_u16_f32(y), vreinterpretq_u16_f32(y2));
    const uint16x8_t upper = vuzp2q_u16(vreinterpretq_u16_f32(y), vreinterpretq_u16_f32(y2));
    const uint16x8_t tie = vceqq_u16(vandq_u16(lower, vdupq_n_u16(0x1fff)), vdupq_n_u16(0x1000));
    const uint16x8_t small = vcltq_u16(vandq_u16(upper, vdupq_n_u16(0x7fff)), vdupq_n_u16(0x3880));
    return vaddvq_u16(vandq_u16(vorrq_u16(tie, small), place));
}

#else
enum { GROUP_f16 = 8 };

static ALWAYS_INLINE void widen_group_f16(const uint16_t *in, float *out)
{
    for (int i = 0; i < GROUP_f16; i++) {
        out[i] = widen_f16(in[i]);
    }
}

static ALWAYS_INLINE unsigned round_group_f16(const float *in, uint16_t *out)
{
    unsigned ties = 0;
    for (int i = 0; i < GROUP_f16; i++) {
        out[i] = round_f16(in[i]);
        ties |= (unsigned)is_tie_f16(in[i]) << i;
    }
    return ties;
}

#endif
