/* bfloat16 conversions: a bfloat16 is the upper half of a float, subnormal numbers, infinities and nan included. Used with
 * math/half.h. */
#include "math/attributes.h"

#if defined(__AVX2__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

static ALWAYS_INLINE float widen_bf16(uint16_t x)
{
    const uint32_t b = (uint32_t)x << 16;
    float wide;
    memcpy(&wide, &b, sizeof wide);
    return wide;
}

/* Finite floats from here on, halfway between the largest bfloat16 and 2^128, become infinity. */
#define OVERFLOW_BF16 0x7f7f8000

/* Rounded to nearest, ties to even: the carry of the fraction increases the exponent. */
static ALWAYS_INLINE uint16_t round_bf16(float x)
{
    uint32_t b;
    memcpy(&b, &x, sizeof b);
    const uint32_t magnitude = b & 0x7fffffff;
    if (magnitude > 0x7f800000) {
        return (uint16_t)(b >> 16 | 0x40);
    }
    if (magnitude >= OVERFLOW_BF16) {
        /* a product that raises overflow for finite numbers; volatile: clang would compute it for all numbers */
        const volatile float large = 0x1p+100f;
        x *= large;
        memcpy(&b, &x, sizeof b);
    }
    return (uint16_t)((b + 0x7fff + (b >> 16 & 1)) >> 16);
}

static ALWAYS_INLINE uint16_t round_double_bf16(double x)
{
    return round_bf16(round_to_odd(x));
}

/* Has y to be rounded again, because it is exactly halfway between two bfloat16 numbers, or has to raise overflow? */
static ALWAYS_INLINE int is_tie_bf16(float y)
{
    uint32_t b;
    memcpy(&b, &y, sizeof b);
    const uint32_t magnitude = b & 0x7fffffff;
    return magnitude < 0x7f800000 && ((b & 0xffff) == 0x8000 || magnitude >= OVERFLOW_BF16);
}

/* Conversions of GROUP_bf16 elements. The one to bfloat16 returns a bit mask of those for which is_tie holds. These are rounded away
 * from zero here, as the caller rounds them again, so that an addition is enough. It keeps a nan, because the lower half is 0 in a nan
 * that comes from a bfloat16 or from an operation outside the domain. */
enum { ROUNDS_TIES_bf16 = 0 };
#if defined(__AVX2__)
enum { GROUP_bf16 = 16 };
#else
enum { GROUP_bf16 = 8 };
#endif

static NOINLINE unsigned ties_bf16(const float *y)
{
    unsigned ties = 0;
    for (int i = 0; i < GROUP_bf16; i++) {
        ties |= (unsigned)is_tie_bf16(y[i]) << i;
    }
    return ties;
}

#if defined(__AVX512F__)
static ALWAYS_INLINE void widen_group_bf16(const uint16_t *in, float *out)
{
    const __m512i x = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)in));
    _mm512_storeu_ps(out, _mm512_castsi512_ps(_mm512_slli_epi32(x, 16)));
}

static ALWAYS_INLINE unsigned round_group_bf16(const float *in, uint16_t *out)
{
    const __m512i x = _mm512_add_epi32(_mm512_castps_si512(_mm512_loadu_ps(in)), _mm512_set1_epi32(0x8000));
    const __m256i rounded = _mm512_cvtepi32_epi16(_mm512_srli_epi32(x, 16));
    const __m256i magnitude = _mm256_and_si256(rounded, _mm256_set1_epi16(0x7fff));
    _mm256_storeu_si256((__m256i *)(void *)out, rounded);
    const __mmask16 tie = _mm512_testn_epi32_mask(x, _mm512_set1_epi32(0xffff));
    const __mmask16 infinite = _mm256_cmpeq_epi16_mask(magnitude, _mm256_set1_epi16(0x7f80));
    return __builtin_expect((tie | infinite) != 0, 0) ? ties_bf16(in) : 0;
}

static ALWAYS_INLINE __m512 widen_words_bf16(half_words x)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(x), 16));
}

/* Have some of the first n floats to be rounded again? */
static ALWAYS_INLINE unsigned maybe_ties_bf16(__m512 floats, size_t n)
{
    const __mmask16 chosen = (__mmask16)((1u << n) - 1);
    const __m512i y = _mm512_castps_si512(floats), lost = _mm512_slli_epi32(y, 16), no_sign = _mm512_slli_epi32(y, 1);
    return _mm512_mask_cmpeq_epi32_mask(chosen, lost, _mm512_set1_epi32(INT32_MIN)) |
           _mm512_mask_cmpge_epu32_mask(chosen, no_sign, _mm512_set1_epi32((int)(2u * OVERFLOW_BF16)));
}

static ALWAYS_INLINE half_words round_words_bf16(__m512 floats)
{
    const __m512i y = _mm512_add_epi32(_mm512_castps_si512(floats), _mm512_set1_epi32(0x8000));
    return _mm512_cvtepi32_epi16(_mm512_srli_epi32(y, 16));
}

#elif defined(__AVX2__)
static ALWAYS_INLINE void widen_group_bf16(const uint16_t *in, float *out)
{
    for (int i = 0; i < GROUP_bf16; i += 8) {
        const __m256i x = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)(in + i)));
        _mm256_storeu_ps(out + i, _mm256_castsi256_ps(_mm256_slli_epi32(x, 16)));
    }
}

static ALWAYS_INLINE unsigned round_group_bf16(const float *in, uint16_t *out)
{
    const __m256i half = _mm256_set1_epi32(0x8000);
    const __m256i a = _mm256_add_epi32(_mm256_castps_si256(_mm256_loadu_ps(in)), half);
    const __m256i b = _mm256_add_epi32(_mm256_castps_si256(_mm256_loadu_ps(in + 8)), half);
    const __m256i pairs = _mm256_packs_epi32(_mm256_srai_epi32(a, 16), _mm256_srai_epi32(b, 16));
    const __m256i magnitude = _mm256_and_si256(pairs, _mm256_set1_epi16(0x7fff));
    _mm256_storeu_si256((__m256i *)(void *)out, _mm256_permute4x64_epi64(pairs, 0xd8));
    const __m256i lower = _mm256_blend_epi16(a, _mm256_slli_epi32(b, 16), 0xaa);
    const __m256i tie = _mm256_cmpeq_epi16(lower, _mm256_setzero_si256());
    const __m256i found = _mm256_or_si256(tie, _mm256_cmpeq_epi16(magnitude, _mm256_set1_epi16(0x7f80)));
    return __builtin_expect(!_mm256_testz_si256(found, found), 0) ? ties_bf16(in) : 0;
}

static ALWAYS_INLINE __m256 widen_words_bf16(half_words x)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(x), 16));
}

static ALWAYS_INLINE unsigned maybe_ties_bf16(__m256 floats, size_t n)
{
    const __m256i y = _mm256_castps_si256(floats), magnitude = _mm256_and_si256(y, _mm256_set1_epi32(INT32_MAX));
    const __m256i ties = _mm256_cmpeq_epi32(_mm256_slli_epi32(y, 16), _mm256_set1_epi32(INT32_MIN));
    const __m256i large = _mm256_cmpgt_epi32(magnitude, _mm256_set1_epi32(OVERFLOW_BF16 - 1));
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_or_si256(ties, large))) & ((1u << n) - 1);
}

static ALWAYS_INLINE half_words round_words_bf16(__m256 floats)
{
    const __m256i y = _mm256_add_epi32(_mm256_castps_si256(floats), _mm256_set1_epi32(0x8000));
    const __m256i upper = _mm256_srli_epi32(y, 16);
    return _mm_packus_epi32(_mm256_castsi256_si128(upper), _mm256_extracti128_si256(upper, 1));
}

#elif defined(__SSE2__)
static ALWAYS_INLINE void widen_group_bf16(const uint16_t *in, float *out)
{
    const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)in), zero = _mm_setzero_si128();
    _mm_storeu_ps(out, _mm_castsi128_ps(_mm_unpacklo_epi16(zero, x)));
    _mm_storeu_ps(out + 4, _mm_castsi128_ps(_mm_unpackhi_epi16(zero, x)));
}

static ALWAYS_INLINE unsigned round_group_bf16(const float *in, uint16_t *out)
{
    const __m128i half = _mm_set1_epi32(0x8000);
    const __m128i a = _mm_add_epi32(_mm_castps_si128(_mm_loadu_ps(in)), half);
    const __m128i b = _mm_add_epi32(_mm_castps_si128(_mm_loadu_ps(in + 4)), half);
    const __m128i rounded = _mm_packs_epi32(_mm_srai_epi32(a, 16), _mm_srai_epi32(b, 16));
    const __m128i magnitude = _mm_and_si128(rounded, _mm_set1_epi16(0x7fff));
    _mm_storeu_si128((__m128i *)(void *)out, rounded);
    const __m128i lower =
        _mm_packs_epi32(_mm_srai_epi32(_mm_slli_epi32(a, 16), 16), _mm_srai_epi32(_mm_slli_epi32(b, 16), 16));
    const __m128i tie = _mm_cmpeq_epi16(lower, _mm_setzero_si128());
    const __m128i found = _mm_or_si128(tie, _mm_cmpeq_epi16(magnitude, _mm_set1_epi16(0x7f80)));
    return __builtin_expect(_mm_movemask_epi8(found) != 0, 0) ? ties_bf16(in) : 0;
}

#elif defined(__aarch64__)
static ALWAYS_INLINE void widen_group_bf16(const uint16_t *in, float *out)
{
    const uint16x8_t x = vld1q_u16(in);
    vst1q_f32(out, vreinterpretq_f32_u32(vshll_n_u16(vget_low_u16(x), 16)));
    vst1q_f32(out + 4, vreinterpretq_f32_u32(vshll_high_n_u16(x, 16)));
}

static ALWAYS_INLINE unsigned round_group_bf16(const float *in, uint16_t *out)
{
    const uint32x4_t half = vdupq_n_u32(0x8000);
    const uint16x8_t a = vreinterpretq_u16_u32(vaddq_u32(vreinterpretq_u32_f32(vld1q_f32(in)), half));
    const uint16x8_t b = vreinterpretq_u16_u32(vaddq_u32(vreinterpretq_u32_f32(vld1q_f32(in + 4)), half));
    const uint16x8_t rounded = vuzp2q_u16(a, b), lower = vuzp1q_u16(a, b);
    vst1q_u16(out, rounded);
    const uint16x8_t infinite = vceqq_u16(vandq_u16(rounded, vdupq_n_u16(0x7fff)), vdupq_n_u16(0x7f80));
    return __builtin_expect(vmaxvq_u16(vorrq_u16(vceqzq_u16(lower), infinite)) != 0, 0) ? ties_bf16(in) : 0;
}

#else
static ALWAYS_INLINE void widen_group_bf16(const uint16_t *in, float *out)
{
    for (int i = 0; i < GROUP_bf16; i++) {
        out[i] = widen_bf16(in[i]);
    }
}

static ALWAYS_INLINE unsigned round_group_bf16(const float *in, uint16_t *out)
{
    uint32_t found = 0;
    for (int i = 0; i < GROUP_bf16; i++) {
        uint32_t b;
        memcpy(&b, in + i, sizeof b);
        b += 0x8000;
        out[i] = (uint16_t)(b >> 16);
        found |= (uint32_t)((b & 0xffff) == 0) | (uint32_t)((b & 0x7fff0000) == 0x7f800000);
    }
    return found ? ties_bf16(in) : 0;
}

#endif
