/* float16, for machines that have conversions and for those that have not. */

/* The portable conversions: integer arithmetic on the bits, and one multiplication that scales the exponent. */
static inline float float_of_half(uint16_t h)
{
    /* exponent and fraction in place, then 2^112 for the difference of the biases: exact, subnormals included */
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
static inline uint16_t half_of_float(float x)
{
    uint32_t b;
    memcpy(&b, &x, sizeof b);
    uint32_t sign = (b >> 16) & 0x8000, magnitude = b & 0x7fffffff;
    if (magnitude > 0x7f800000) {
        return (uint16_t)(sign | 0x7e00);
    }
    if (magnitude >= 0x477ff000) { /* 65520, half way to 2^16 */
        return (uint16_t)(sign | 0x7c00);
    }
    if (magnitude < 0x38800000) {
        /* subnormal: an addition rounds to multiples of 2^-24 */
        float absolute;
        memcpy(&absolute, &magnitude, sizeof absolute);
        absolute += 0.5f;
        memcpy(&b, &absolute, sizeof b);
        return (uint16_t)(sign | (b - 0x3f000000));
    }
    uint32_t odd = (magnitude >> 13) & 1;
    return (uint16_t)(sign | ((magnitude + 0xfff + odd - ((uint32_t)112 << 23)) >> 13));
}

/* A double first becomes a float rounded to odd: its last bit says that something was lost, so that the second rounding
 * is as good as one. */
static inline uint16_t half_of_double(double x)
{
    float f = (float)x;
    uint32_t b;
    memcpy(&b, &f, sizeof b);
    if ((double)f != x && x == x && !(b & 1)) {
        int away = (f > x) == (x > 0);
        b = away ? b - 1 : b + 1;
        memcpy(&f, &b, sizeof f);
    }
    return half_of_float(f);
}

/* Is y just half way between two float16 numbers? A float32 result with an error below one unit in the last place is
 * on the right side of every other place where the rounding to float16 changes. */
static inline int is_tie(float y)
{
    uint32_t b;
    memcpy(&b, &y, sizeof b);
    uint32_t magnitude = b & 0x7fffffff;
    if (magnitude >= 0x38800000) {
        return magnitude < 0x7f800000 && (magnitude & 0x1fff) == 0x1000;
    }
    /* below 2^-14 the float16 numbers are the multiples of 2^-24 */
    float absolute;
    memcpy(&absolute, &magnitude, sizeof absolute);
    float halves = absolute * 0x1p+25f;
    return halves < 2048 && halves == (float)(int)halves && ((int)halves & 1);
}

#if defined(__F16C__)

static void floats_of_half(const uint16_t *in, float *out, size_t n)
{
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(in + i))));
    }
    for (; i < n; i++) {
        out[i] = _cvtsh_ss(in[i]);
    }
}

/* Says whether some element may be a tie: yes for every one below 2^-14, without a look at it. */
static int half_of_floats(const float *in, uint16_t *out, size_t n)
{
    const __m256i discarded = _mm256_set1_epi32(0x1fff), tie = _mm256_set1_epi32(0x1000);
    const __m256i absolute = _mm256_set1_epi32(0x7fffffff), normal = _mm256_set1_epi32(0x38800000);
    __m256i ties = _mm256_setzero_si256();
    int any = 0;
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)(in + i));
        ties = _mm256_or_si256(ties, _mm256_cmpeq_epi32(_mm256_and_si256(y, discarded), tie));
        ties = _mm256_or_si256(ties, _mm256_cmpgt_epi32(normal, _mm256_and_si256(y, absolute)));
        _mm_storeu_si128((__m128i *)(void *)(out + i), _mm256_cvtps_ph(_mm256_castsi256_ps(y), 0));
    }
    for (; i < n; i++) {
        out[i] = _cvtss_sh(in[i], 0);
        any |= is_tie(in[i]);
    }
    return any | !_mm256_testz_si256(ties, ties);
}

#else

static void floats_of_half(const uint16_t *in, float *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = float_of_half(in[i]);
    }
}

static int half_of_floats(const float *in, uint16_t *out, size_t n)
{
    int any = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = half_of_float(in[i]);
        any |= is_tie(in[i]);
    }
    return any;
}

#endif
