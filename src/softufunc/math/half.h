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

#elif defined(__F16C__)

static ALWAYS_INLINE float widen_f16(uint16_t h)
{
    return _cvtsh_ss(h);
}

static ALWAYS_INLINE uint16_t round_f16(float x)
{
    return _cvtss_sh(x, 0);
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
    /* truncated, with the last bit set if that is not exact; without branches, which would be unpredictable */
    const uint32_t number = exact <= 0x7ff0000000000000;
    b = (b - (number & (rounded > exact))) | (number & (rounded != exact));
    memcpy(&f, &b, sizeof f);
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

/* The first n elements, then those of `filler`; n >= 4: the first four */
static ALWAYS_INLINE uint64_t half_word(const uint16_t *from, size_t n, uint64_t filler)
{
    uint64_t word = filler;
    if (n >= 4) {
        memcpy(&word, from, sizeof word);
        return word;
    }
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (size_t i = 0; i < 3; i++) {
        const uint64_t place = (uint64_t)UINT16_MAX << 16 * i;
        word = i < n ? (word & ~place) | (uint64_t)from[i] << 16 * i : word;
    }
#else
    memcpy(&word, from, n * sizeof *from);
#endif
    return word;
}

/* Conversions of GROUP_f16 elements. The one to float16 returns a bit mask of the elements that may be ties. */
#if defined(__AVX512F__)
enum { GROUP_f16 = 16 };

static ALWAYS_INLINE void widen_group_f16(const uint16_t *in, float *out)
{
    _mm512_storeu_ps(out, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)in)));
}

/* Which of the first n floats may be ties? Their last 13 bits are lost. */
static ALWAYS_INLINE unsigned maybe_ties_f16(__m512 floats, size_t n)
{
    const __mmask16 chosen = (__mmask16)((1u << n) - 1);
    const __m512i y = _mm512_castps_si512(floats), lost = _mm512_slli_epi32(y, 19), no_sign = _mm512_slli_epi32(y, 1);
    return _mm512_mask_cmpeq_epi32_mask(chosen, lost, _mm512_set1_epi32(INT32_MIN)) |
           _mm512_mask_cmplt_epu32_mask(chosen, no_sign, _mm512_set1_epi32(0x71000000));
}

static ALWAYS_INLINE unsigned round_group_f16(const float *in, uint16_t *out)
{
    const __m512 y = _mm512_loadu_ps(in);
    _mm256_storeu_si256((__m256i *)(void *)out, _mm512_cvtps_ph(y, 0));
    return maybe_ties_f16(y, GROUP_f16);
}

/* The first n <= GROUP_f16 elements, and copies of the first one, which raise no additional exception */
static ALWAYS_INLINE __m512 widen_tail_f16(const uint16_t *in, size_t n)
{
    const __mmask16 chosen = (__mmask16)((1u << n) - 1);
    return _mm512_cvtph_ps(_mm256_mask_loadu_epi16(_mm256_set1_epi16((int16_t)in[0]), chosen, in));
}

static ALWAYS_INLINE void round_tail_f16(__m512 y, uint16_t *out, size_t n)
{
    _mm256_mask_storeu_epi16(out, (__mmask16)((1u << n) - 1), _mm512_cvtps_ph(y, 0));
}

#elif defined(__F16C__)
enum { GROUP_f16 = 8 };

static ALWAYS_INLINE void widen_group_f16(const uint16_t *in, float *out)
{
    _mm256_storeu_ps(out, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)in)));
}

static ALWAYS_INLINE unsigned maybe_ties_f16(__m256 floats, size_t n)
{
    const __m256i y = _mm256_castps_si256(floats);
    const __m256i lost = _mm256_and_si256(y, _mm256_set1_epi32(0x1fff));
    const __m256i absolute = _mm256_and_si256(y, _mm256_set1_epi32(0x7fffffff));
    const __m256i ties = _mm256_or_si256(_mm256_cmpeq_epi32(lost, _mm256_set1_epi32(0x1000)),
                                         _mm256_cmpgt_epi32(_mm256_set1_epi32(0x38800000), absolute));
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(ties)) & ((1u << n) - 1);
}

static ALWAYS_INLINE unsigned round_group_f16(const float *in, uint16_t *out)
{
    const __m256 y = _mm256_loadu_ps(in);
    _mm_storeu_si128((__m128i *)(void *)out, _mm256_cvtps_ph(y, 0));
    return maybe_ties_f16(y, GROUP_f16);
}

static ALWAYS_INLINE __m256 widen_tail_f16(const uint16_t *in, size_t n)
{
    if (n == GROUP_f16) {
        return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)in));
    }
    const uint64_t filler = in[0] * UINT64_C(0x0001000100010001);
    const uint64_t low = half_word(in, n, filler), high = n > 4 ? half_word(in + 4, n - 4, filler) : filler;
    return _mm256_cvtph_ps(_mm_set_epi64x((int64_t)high, (int64_t)low));
}

/* In parts of constant length: there is no masked store. */
static ALWAYS_INLINE void round_tail_f16(__m256 y, uint16_t *out, size_t n)
{
    const __m128i rounded = _mm256_cvtps_ph(y, 0);
    if (n == GROUP_f16) {
        _mm_storeu_si128((__m128i *)(void *)out, rounded);
        return;
    }
    uint64_t word = (uint64_t)_mm_cvtsi128_si64(rounded);
    if (n & 4) {
        memcpy(out, &word, sizeof word);
        out += 4;
        word = (uint64_t)_mm_extract_epi64(rounded, 1);
    }
    if (n & 2) {
        memcpy(out, &word, sizeof word / 2);
        out += 2;
        word >>= 32;
    }
    if (n & 1) {
        *out = (uint16_t)word;
    }
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
