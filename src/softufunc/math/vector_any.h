/* Portable vector extensions of gcc and clang: all other architectures, and vectors of one element */
typedef bits mask;

#if defined(__has_builtin)
#if __has_builtin(__builtin_elementwise_fma)
#undef HAVE_ELEMENTWISE_FMA
#define HAVE_ELEMENTWISE_FMA
#endif
#if __has_builtin(__builtin_elementwise_max)
#undef HAVE_ELEMENTWISE_MAX
#define HAVE_ELEMENTWISE_MAX
#endif
#endif

static ALWAYS_INLINE real R(splat)(element x)
{
    real same;
    for (int lane = 0; lane < LANES; lane++) {
        same[lane] = x;
    }
    return same;
}

#if HAVE_FMA

/* gcc compiles the loop to one instruction; clang needs its builtin for that. */
static ALWAYS_INLINE real R(madd)(real a, real b, real c)
{
#ifdef HAVE_ELEMENTWISE_FMA
    return __builtin_elementwise_fma(a, b, c);
#elif REAL_BITS == 32 && !defined(SCALAR) && defined(__VSX__) && !defined(__clang__) && __GNUC__ < 13
    /* gcc 12 also uses vmaddfp of AltiVec, which takes subnormal numbers as zeros and raises no exceptions. Without volatile
     * it crashes. */
    __asm__ volatile("xvmaddasp %x0, %x1, %x2" : "+wa"(c) : "wa"(a), "wa"(b));
    return c;
#else
    real sum;
    for (int lane = 0; lane < LANES; lane++) {
#if REAL_BITS == 32
        sum[lane] = __builtin_fmaf(a[lane], b[lane], c[lane]);
#else
        sum[lane] = __builtin_fma(a[lane], b[lane], c[lane]);
#endif
    }
    return sum;
#endif
}

static ALWAYS_INLINE real R(nmadd)(real a, real b, real c)
{
    return R(madd)(-a, b, c);
}

#else

static ALWAYS_INLINE real R(madd)(real a, real b, real c)
{
    return a * b + c;
}

static ALWAYS_INLINE real R(nmadd)(real a, real b, real c)
{
    return c - a * b;
}

#endif

static ALWAYS_INLINE real R(msub)(real a, real b, real c)
{
    return R(madd)(a, b, -c);
}

static ALWAYS_INLINE real R(nmsub)(real a, real b, real c)
{
    return R(nmadd)(a, b, -c);
}

#if defined(SCALAR)

/* Inline assembly, because gcc compiles selects to branches, compares with instructions that raise invalid for nan, and keeps masks
 * in integer registers, with a latency of six cycles. */
#undef INSTRUCTION
#undef PACKED
#undef BITS_SUFFIX
#if REAL_BITS == 32
#define BITS_SUFFIX "d"
#define INSTRUCTION(name) "v" #name "ss"
#define PACKED(name) "v" #name "ps"
#else
#define BITS_SUFFIX "q"
#define INSTRUCTION(name) "v" #name "sd"
#define PACKED(name) "v" #name "pd"
#endif

static ALWAYS_INLINE real R(select)(mask m, real where_true, real where_false)
{
    element y;
    __asm__(PACKED(blendv) " %3, %2, %1, %0" : "=x"(y) : "x"(where_false[0]), "x"(where_true[0]), "x"(((real)m)[0]));
    return (real){y};
}

static ALWAYS_INLINE real R(zero_where)(mask m, real x)
{
    element chosen = ((real)m)[0], y;
    __asm__("vandnps %2, %1, %0" : "=x"(y) : "x"(chosen), "x"(x[0]));
    return (real){y};
}

#else

static ALWAYS_INLINE real R(select)(mask m, real where_true, real where_false)
{
    return (real)((m & (bits)where_true) | (~m & (bits)where_false));
}

static ALWAYS_INLINE real R(zero_where)(mask m, real x)
{
    return (real)(~m & (bits)x);
}

#endif

static ALWAYS_INLINE int R(any)(mask m)
{
    for (int lane = 0; lane < LANES; lane++) {
        if (m[lane]) {
            return 1;
        }
    }
    return 0;
}

#if defined(SCALAR)

static ALWAYS_INLINE R(range) R(range_of)(bits distance, bits limit, int top_bit)
{
    (void)top_bit;
    return (R(range)){distance, limit};
}

static ALWAYS_INLINE R(range) R(merge)(R(range) a, R(range) b)
{
    return (R(range)){a.accumulator[0] > b.accumulator[0] ? a.accumulator : b.accumulator, a.limit};
}

static ALWAYS_INLINE int R(any_outside)(R(range) x)
{
    return x.accumulator[0] >= x.limit[0];
}

#else

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
    return R(any)(x.accumulator >> (REAL_BITS - 1));
}

#endif

#if defined(SCALAR)

static ALWAYS_INLINE real R(min)(real a, real b)
{
    element x = a[0], y = b[0], z;
    __asm__(INSTRUCTION(min) " %2, %1, %0" : "=x"(z) : "x"(x), "xm"(y));
    return (real){z};
}

static ALWAYS_INLINE real R(max)(real a, real b)
{
    element x = a[0], y = b[0], z;
    __asm__(INSTRUCTION(max) " %2, %1, %0" : "=x"(z) : "x"(x), "xm"(y));
    return (real){z};
}

/* By inline assembly as well: gcc would use an integer register, which adds a latency of six cycles. */
static ALWAYS_INLINE real R(negative_magnitude)(real x)
{
    static const element sign[16 / sizeof(element)] = {-(element)0.0};
    element y;
    __asm__("vorps %2, %1, %0" : "=x"(y) : "x"(x[0]), "m"(sign));
    return (real){y};
}

static ALWAYS_INLINE real R(magnitude)(real x)
{
    static const unsigned_integer others[16 / sizeof(element)] = {(unsigned_integer)-1 >> 1};
    element y;
    __asm__("vandps %2, %1, %0" : "=x"(y) : "x"(x[0]), "m"(others));
    return (real){y};
}

static ALWAYS_INLINE real R(power_in_bits)(bits b)
{
    element y;
    __asm__("vpsll" BITS_SUFFIX " %2, %1, %0" : "=x"(y) : "x"(((real)b)[0]), "i"(MANTISSA_BITS));
    return (real){y};
}

#elif defined(HAVE_ELEMENTWISE_MAX)

/* Builtins, because clang moves comparisons before selects, and then compares numbers that are not selected, even nan. */
static ALWAYS_INLINE real R(min)(real a, real b)
{
    return __builtin_elementwise_min(a, b);
}

static ALWAYS_INLINE real R(max)(real a, real b)
{
    return __builtin_elementwise_max(a, b);
}

#else

static ALWAYS_INLINE real R(min)(real a, real b)
{
    return R(select)((mask)(a < b), a, b);
}

static ALWAYS_INLINE real R(max)(real a, real b)
{
    return R(select)((mask)(a > b), a, b);
}

#endif

#if defined(SCALAR)

/* predicate: 3 unordered, 0x11 less, 0x15 not less; all of them quiet */
#undef COMPARED
#define COMPARED(a, b, predicate) \
    element x = a[0], y = b[0], m; \
    __asm__(INSTRUCTION(cmp) " %3, %2, %1, %0" : "=x"(m) : "x"(x), "xm"(y), "i"(predicate)); \
    return (mask)(real) \
    { \
        m \
    }

static ALWAYS_INLINE mask R(is_nan)(real a)
{
    COMPARED(a, a, 3);
}

static ALWAYS_INLINE mask R(less)(real a, real b)
{
    COMPARED(a, b, 0x11);
}

static ALWAYS_INLINE mask R(not_less)(real a, real b)
{
    COMPARED(a, b, 0x15);
}

#else

/* By integers: clang merges two unordered tests into one comparison, which may raise invalid. */
static ALWAYS_INLINE mask R(is_nan)(real x)
{
    return (mask)(((bits)x & ~(bits)C(-0.0)) > (INTEGER(2 * EXPONENT_BIAS + 1) << MANTISSA_BITS));
}

#if defined(__clang__)

/* Unsigned integers in the order of the numbers: clang optimizes away the replacement of nan used for gcc below. Adding 0 turns -0
 * into +0. */
static ALWAYS_INLINE bits R(place)(real x)
{
    const bits top = (bits)C(-0.0);
    bits b = (bits)(x + C(0.0));
    return b ^ ((INTEGER(0) - (b >> (REAL_BITS - 1))) | top);
}

static ALWAYS_INLINE mask R(less)(real a, real b)
{
    return ~(R(is_nan)(a) | R(is_nan)(b)) & (mask)(R(place)(a) < R(place)(b));
}

#else

/* Ordered comparisons raise invalid for nan; both operands are replaced by 0 first, and 0 is not less than 0. */
static ALWAYS_INLINE mask R(less)(real a, real b)
{
    mask nan = R(is_nan)(a) | R(is_nan)(b);
    return (mask)(R(zero_where)(nan, a) < R(zero_where)(nan, b));
}

#endif

static ALWAYS_INLINE mask R(not_less)(real a, real b)
{
    return ~R(less)(a, b);
}

#endif

static ALWAYS_INLINE real R(select_by_sign)(real x, real where_negative, real where_positive)
{
    return R(select)(R(less)(x, C(0.0)), where_negative, where_positive);
}

/* Floats of one sign are ordered like their bits, and integer operations raise no exception. */
static ALWAYS_INLINE bits R(smaller)(bits a, bits b)
{
    mask first = (mask)(a < b);
    return (first & a) | (~first & b);
}

static ALWAYS_INLINE real R(clamp)(real x, element low, element high)
{
    /* flipping the sign bit maps the order of signed to that of unsigned integers */
    bits negative = (bits)C(-0.0);
    bits below = R(smaller)((bits)x ^ negative, (bits)C(high) ^ negative) ^ negative;
    return (real)R(smaller)(below, (bits)C(low));
}

static ALWAYS_INLINE real R(minus_magnitude)(real x, element limit)
{
    return (real)R(smaller)((bits)x | (bits)C(-0.0), (bits)C(-limit));
}

/* Positive floats are ordered like their bits. */
static ALWAYS_INLINE mask R(outside)(real x, element high)
{
    const bits low = (bits)C(SMALLEST_NORMAL);
    return (mask)((bits)x - low >= (bits)C(high) - low);
}

static ALWAYS_INLINE real R(integers)(bits b)
{
#if REAL_BITS == 32
    typedef int32_t numbers __attribute__((vector_size(VECTOR_BYTES)));
#else
    typedef int64_t numbers __attribute__((vector_size(VECTOR_BYTES)));
#endif
    return __builtin_convertvector((numbers)b, real);
}

#include "vector_tail.h"
