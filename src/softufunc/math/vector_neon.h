/* AArch64: vectors of 16 bytes. */
#undef NEON
#undef NEON_BITS
#if REAL_BITS == 32
#define NEON(operation) v##operation##_f32
#define NEON_BITS(operation) v##operation##_u32
#else
#define NEON(operation) v##operation##_f64
#define NEON_BITS(operation) v##operation##_u64
#endif
typedef bits mask;

static ALWAYS_INLINE real R(splat)(element x)
{
    return NEON(dupq_n)(x);
}

static ALWAYS_INLINE real R(madd)(real a, real b, real c)
{
    return NEON(fmaq)(c, a, b);
}

static ALWAYS_INLINE real R(nmadd)(real a, real b, real c)
{
    return NEON(fmsq)(c, a, b);
}

/* Not -(c - a b), which has the other sign if it is 0 */
static ALWAYS_INLINE real R(msub)(real a, real b, real c)
{
    return NEON(fmaq)(-c, a, b);
}

static ALWAYS_INLINE real R(nmsub)(real a, real b, real c)
{
    return NEON(fmsq)(-c, a, b);
}

static ALWAYS_INLINE real R(min)(real a, real b)
{
    return NEON(minq)(a, b);
}

static ALWAYS_INLINE real R(max)(real a, real b)
{
    return NEON(maxq)(a, b);
}

static ALWAYS_INLINE real R(magnitude)(real x)
{
    return NEON(absq)(x);
}

static ALWAYS_INLINE real R(select)(mask m, real where_true, real where_false)
{
    return NEON(bslq)(m, where_true, where_false);
}

static ALWAYS_INLINE real R(zero_where)(mask m, real x)
{
    return (real)NEON_BITS(bicq)((bits)x, m);
}

/* Compilers do not evaluate the maximum of a constant mask. */
static ALWAYS_INLINE int R(any)(mask m)
{
    const uint64x2_t halves = (uint64x2_t)m;
    if (__builtin_constant_p(halves[0] | halves[1])) {
        return (halves[0] | halves[1]) != 0;
    }
    return ((uint64x2_t)vpmaxq_u32((uint32x4_t)m, (uint32x4_t)m))[0] != 0;
}

/* By integers: clang merges two unordered tests into one comparison, which becomes two that raise invalid. */
static ALWAYS_INLINE mask R(is_nan)(real x)
{
    return NEON_BITS(cgtq)((bits)R(magnitude)(x), INTEGER(2 * EXPONENT_BIAS + 1) << MANTISSA_BITS);
}

/* Comparisons other than for equality raise invalid for nan, and the minimum of a number and nan is nan: a <= b is min(a, b) == a. A
 * constant is replaced by the number before or after it, so that a < b needs no second test. */
static ALWAYS_INLINE real R(next)(real constant, int upwards)
{
    const element x = constant[0];
    const real smallest = (real)INTEGER(1);
    if (x == 0) {
        return upwards ? smallest : -smallest;
    }
    return (real)((bits)constant + INTEGER((unsigned_integer)((x > 0) == upwards ? 1 : -1)));
}

static ALWAYS_INLINE mask R(less)(real a, real b)
{
    mask m;
    if (__builtin_constant_p(b[0])) {
        m = NEON(ceqq)(NEON(minq)(a, R(next)(b, 0)), a);
    }
    else if (__builtin_constant_p(a[0])) {
        m = NEON(ceqq)(NEON(maxq)(b, R(next)(a, 1)), b);
    }
    else {
        m = NEON_BITS(bicq)(NEON(ceqq)(NEON(minq)(a, b), a), NEON(ceqq)(a, b));
    }
#if defined(__clang__)
    __asm__("" : "+w"(m)); /* clang computes with numbers that two comparisons exclude from a result */
#endif
    return m;
}

static ALWAYS_INLINE mask R(not_less)(real a, real b)
{
    return ~R(less)(a, b);
}

static ALWAYS_INLINE real R(select_by_sign)(real x, real where_negative, real where_positive)
{
#if REAL_BITS == 32
    const mask negative = vcltzq_s32((int32x4_t)x);
#else
    const mask negative = vcltzq_s64((int64x2_t)x);
#endif
    return R(select)(negative, where_negative, where_positive);
}

static ALWAYS_INLINE R(range) R(range_of)(bits distance, bits limit, int top_bit)
{
    (void)top_bit;
    return (R(range)){distance, limit};
}

/* 32-bit operations: for double, the upper half decides. */
static ALWAYS_INLINE R(range) R(merge)(R(range) a, R(range) b)
{
    return (R(range)){(bits)vmaxq_u32((uint32x4_t)a.accumulator, (uint32x4_t)b.accumulator), a.limit};
}

static ALWAYS_INLINE int R(any_outside)(R(range) x)
{
    return R(any)(NEON_BITS(cgeq)(x.accumulator, x.limit));
}

/* Of a number and nan, these operations return the number; a signaling nan becomes a quiet one first. */
static ALWAYS_INLINE real R(clamp)(real x, element low, element high)
{
    return NEON(maxnmq)(NEON(minnmq)(x, C(high)), C(low));
}

/* Floats of one sign are ordered like their bits, and integer operations raise no exception. */
static ALWAYS_INLINE real R(minus_magnitude)(real x, element limit)
{
    const bits magnitude = (bits)(-R(magnitude)(x)), least = (bits)C(-limit);
#if REAL_BITS == 32
    return (real)vminq_u32(magnitude, least);
#else
    return R(select)(vcltq_u64(magnitude, least), (real)magnitude, (real)least);
#endif
}

/* Positive floats are ordered like their bits. */
static ALWAYS_INLINE mask R(outside)(real x, element high)
{
    const bits low = (bits)C(SMALLEST_NORMAL);
    return NEON_BITS(cgeq)((bits)x - low, (bits)C(high) - low);
}

static ALWAYS_INLINE real R(integers)(bits b)
{
#if REAL_BITS == 32
    return vcvtq_f32_s32((int32x4_t)b);
#else
    return vcvtq_f64_s64((int64x2_t)b);
#endif
}

static ALWAYS_INLINE real R(load_tail)(const element *from, size_t n)
{
    real x = R(splat)(from[0]);
#if REAL_BITS == 32
    if (n > 1) {
        x[1] = from[1];
    }
    if (n > 2) {
        x[2] = from[2];
    }
#else
    (void)n;
#endif
    return x;
}

static ALWAYS_INLINE void R(store_tail)(element *to, real x, size_t n)
{
#if REAL_BITS == 32
    if (n & 2) {
        memcpy(to, &x, 2 * sizeof *to);
    }
    if (n & 1) {
        to[n - 1] = n == 1 ? x[0] : x[2];
    }
#else
    (void)n;
    *to = x[0];
#endif
}
