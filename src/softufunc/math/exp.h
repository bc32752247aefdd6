/* e^x = 2^k (1 + p) with k the integer nearest to x / ln 2 and p = expm1(r), r = x - k ln 2.
 *
 * |r| <= 0.3466 (ln 2 / 2 plus the effect of rounding x / ln 2).
 */
#undef ROUND_TO_INTEGER
#undef LN2_HI
#undef LN2_LO
#undef EXPM1_TINY
#if REAL_BITS == 32
#define ROUND_TO_INTEGER 0x1.8p+23 /* numbers of this size have no fraction bits */
#define LN2_HI 0x1.62e43p-1        /* ln 2 rounded to float; LN2_LO is its error */
#define LN2_LO -0x1.05c61p-29
#define EXPM1_TINY 0x1p-30 /* below it, expm1(x) is x */
#else
#define ROUND_TO_INTEGER 0x1.8p+52
#define LN2_HI 0x1.62e42fefa39efp-1
#define LN2_LO 0x1.abc9e3b39803fp-56
#define EXPM1_TINY 0x1p-60
#endif
#define LOG2_E 0x1.71547652b82fep+0

/* The polynomials of expm1_of_parts, explained below */
#define EXPM1_CENTRED 0
#define EXPM1_PRECISE 1
#define EXPM1_FALLING 2

/* x - k LN2_HI: exact, because neither term has bits below those of LN2_HI / 2, and the result is below 1/2. */
static ALWAYS_INLINE real R(reduce_hi)(real x, real k)
{
#if HAVE_FMA
    return R(nmadd)(k, C(LN2_HI), x);
#elif REAL_BITS == 32
    /* LN2_HI split into two parts with exact products */
    return (x - k * C(0x1.62ep-1)) - k * C(0x1.0cp-15);
#else
    return (x - k * C(0x1.62e42ff000000p-1)) - k * C(-0x1.71844p-35);
#endif
}

/* -x - k LN2_HI, and k LN2_HI - x */
static ALWAYS_INLINE real R(reduce_hi_of_minus)(real x, real k)
{
#if HAVE_FMA
    return R(nmsub)(k, C(LN2_HI), x);
#else
    return R(reduce_hi)(-x, k);
#endif
}

static ALWAYS_INLINE real R(minus_reduce_hi)(real x, real k)
{
#if HAVE_FMA
    return R(msub)(k, C(LN2_HI), x);
#else
    return -R(reduce_hi)(x, k);
#endif
}

/* a b for polynomials in which a may be so small that the product is subnormal and raises underflow. With FMA, adding `guard`
 * prevents this, with an error of `guard`. Without FMA products may raise underflow, which ufuncs/loops.c clears. */
static ALWAYS_INLINE real R(guarded_product)(real a, real b, element guard)
{
#if HAVE_FMA
    return R(madd)(a, b, C(guard));
#else
    (void)guard;
    return a * b;
#endif
}

static ALWAYS_INLINE real R(product)(real a, real b)
{
    return R(guarded_product)(a, b, (element)0x1p-100);
}

/* An unevaluated sum of two numbers; low is below an ulp of high. */
typedef struct {
    real high, low;
} R(pair);

/* expm1 as the unevaluated sum of the exact r = x - k LN2_HI and a correction c below 0.1. */
typedef struct {
    real r, c;
} R(expm1_sum);

/* Coefficients of r^2, r^3, ... in expm1(r), with the error relative to e^r; tools/check/coefficients/expm1.sollya */
#if REAL_BITS == 32
/* r in [-0.3468, 0.3468]: 2^-28.05 */
static const element R(expm1_centred)[] = {0x1.fffffap-2, 0x1.55548ep-3, 0x1.55595ap-5, 0x1.123bf2p-7, 0x1.6a39ap-10};
#else
/* r in [-0.3468, 0.3468]: 2^-57.54 */
static const element R(expm1_centred)[] = {
    0x1.000000000000cp-1,  0x1.5555555555561p-3,  0x1.555555554fde9p-5,  0x1.111111110d639p-7,  0x1.6c16c18610f9cp-10,
    0x1.a01a01bae464bp-13, 0x1.a019959956102p-16, 0x1.71dddfc3ff3b3p-19, 0x1.28b11a1292d95p-22, 0x1.af8597f8c57cep-26};
#endif

/* The same for unary functions in float64. The error of expm1_precise, 2^-57.86, grows like e^r through the interval: for negative r, where an
 * ulp of e^r is half as large, it is smaller than that of expm1_centred. expm1_falling is for u = e^-|x|, rounded to one number: its error grows
 * like e^3r, from 2^-58.3 to 2^-56.8, since the rounding error of r takes more of an ulp at the lower end. */
#if REAL_BITS == 64
static const element R(expm1_falling)[] = {
    0x1.0000000000005p-1, 0x1.5555555555453p-3,  0x1.5555555552088p-5,  0x1.11111111567dbp-7,  0x1.6c16c17f55cbcp-10,
    0x1.a01a00198c9ep-13, 0x1.a019a62dfe302p-16, 0x1.71e1a771a975cp-19, 0x1.28a2fe1c71e12p-22, 0x1.a95f1e89062c2p-26};
static const element R(expm1_precise)[] = {
    0x1.000000000000ap-1,  0x1.55555555554fap-3,  0x1.555555555069ep-5,  0x1.1111111127ae7p-7,  0x1.6c16c184817d3p-10,
    0x1.a01a012ac11f1p-13, 0x1.a019993b2d893p-16, 0x1.71df242af73f7p-19, 0x1.28ae233263b6fp-22, 0x1.ad81b08b98a34p-26};
#endif

/* The terms of expm1(r) from r^3 on, divided by r^3. In float64 even and odd powers form two Horner chains: the same number of
 * operations as one chain, at half the latency. */
static ALWAYS_INLINE real R(expm1_from_cubic)(real r, real r2, const element *p)
{
#if REAL_BITS == 32
    real a = R(madd)(C(p[2]), r, C(p[1]));
    real b = R(madd)(C(p[4]), r, C(p[3]));
    return R(madd)(b, r2, a);
#else
    real even = R(madd)(C(p[9]), r2, C(p[7])), odd = R(madd)(C(p[8]), r2, C(p[6]));
    even = R(madd)(even, r2, C(p[5]));
    odd = R(madd)(odd, r2, C(p[4]));
    even = R(madd)(even, r2, C(p[3]));
    odd = R(madd)(odd, r2, C(p[2]));
    even = R(madd)(even, r2, C(p[1]));
    return R(madd)(odd, r, even);
#endif
}

/* expm1(r) = r + r^2/2 + r^3 q(r) with a relative error of 2^-31 (2^-61.5); tools/check/coefficients/expm1.sollya */
static ALWAYS_INLINE real R(expm1_tail)(real r, real r2)
{
#if REAL_BITS == 32
    real a = R(madd)(C(0x1.5554fp-5), r, C(0x1.555554p-3));
    real b = R(madd)(C(0x1.6d437cp-10), r, C(0x1.111306p-7));
    return R(madd)(R(madd)(C(0x1.9e0c6p-13), r2, b), r2, a);
#else
    real a = R(madd)(C(0x1.555555555554dp-5), r, C(0x1.5555555555559p-3));
    real b = R(madd)(C(0x1.6c16c16c1aafcp-10), r, C(0x1.111111110f65p-7));
    real c = R(madd)(C(0x1.a01a018e12084p-16), r, C(0x1.a01a01b006d6ep-13));
    real d = R(madd)(C(0x1.27e5132bfd19bp-22), r, C(0x1.71ddf8040b67ep-19));
    real e = R(madd)(C(0x1.1f1a593ec29b3p-29), r, C(0x1.af5f4491494d4p-26));
    return R(madd)(R(madd)(R(madd)(R(madd)(e, r2, d), r2, c), r2, b), r2, a);
#endif
}

/* expm1(r) of r = high - low (high + low if sign < 0) = sign (x - k ln 2). With guard = 0 it is exact for r = 0, but raises underflow
 * where r^2 is subnormal. EXPM1_CENTRED takes the fewest operations. With the other polynomials, r^2 / 2 is added last, by one operation
 * more: c has one rounding error of that size, which is 0.06 ulp in float64, in the place of three. */
static ALWAYS_INLINE R(expm1_sum) R(expm1_of_parts)(real high, real low, element sign, element guard, int polynomial)
{
    real r = sign < 0 ? high + low : high - low;
    real r2 = R(guarded_product)(r, r, guard);
    real signed_low = sign < 0 ? low : -low;
    if (polynomial != EXPM1_CENTRED) {
        real cube = R(guarded_product)(r, r2, guard);
#if HAVE_FMA && REAL_BITS == 64
        const element *p = polynomial == EXPM1_FALLING ? R(expm1_falling) : R(expm1_precise);
        real rest = R(madd)(cube, R(expm1_from_cubic)(r, r2, p), signed_low);
        return (R(expm1_sum)){high, R(madd)(r2, C(p[0]), rest)};
#else
        /* rounded products leave less room for the error of the polynomial */
        return (R(expm1_sum)){high, r2 * C(0.5) + (cube * R(expm1_tail)(r, r2) + signed_low)};
#endif
    }
    /* `low` is added in the last operation of c, which saves a rounding error and an operation. */
    const element *p = R(expm1_centred);
    real q = R(madd)(r, R(expm1_from_cubic)(r, r2, p), C(p[0]));
    return (R(expm1_sum)){high, R(madd)(r2, q, signed_low)};
}

/* expm1 of sign * (x - k ln 2) */
static ALWAYS_INLINE R(expm1_sum) R(expm1_guarded)(real x, real k, element sign, element guard, int polynomial)
{
    real high = sign < 0 ? R(minus_reduce_hi)(x, k) : R(reduce_hi)(x, k);
    return R(expm1_of_parts)(high, k * C(LN2_LO), sign, guard, polynomial);
}

static ALWAYS_INLINE R(expm1_sum) R(expm1_reduced)(real x, real k, element sign, int polynomial)
{
    return R(expm1_guarded)(x, k, sign, (element)0x1p-100, REAL_BITS == 64 ? polynomial : EXPM1_CENTRED);
}

/* expm1(x - k ln 2) rounded to one number; raises underflow where r^2 is subnormal. */
static ALWAYS_INLINE real R(expm1_rounded)(real x, real k)
{
    const element *p = R(expm1_centred);
    real r = R(nmadd)(k, C(LN2_LO), R(reduce_hi)(x, k));
    real r2 = r * r;
#if REAL_BITS == 32
    real a = R(madd)(C(p[2]), r, C(p[1]));
    real b = R(madd)(C(p[4]), r, C(p[3]));
    real q = R(madd)(b, r2, a);
#else
    real r4 = r2 * r2;
    real a = R(madd)(C(p[2]), r, C(p[1]));
    real b = R(madd)(C(p[4]), r, C(p[3]));
    real c = R(madd)(C(p[6]), r, C(p[5]));
    real d = R(madd)(C(p[8]), r, C(p[7]));
    real e = R(madd)(C(p[9]), r2, d);
    real q = R(madd)(R(madd)(e, r2, c), r4, R(madd)(b, r2, a));
#endif
    return R(madd)(r2, R(madd)(r, q, C(p[0])), r);
}

/* expm1(r + r_low) = p + p_low with x + x_low = k ln 2 + r + r_low, |r| <= 0.3466, and a relative error of 2^-59.5 (2^-29.5);
 * t = 2^(k + shift), for x in [-754, 40], |x_low| at most half an ulp of x. For |x| < EXPM1_TINY no power of r is formed, since
 * it might be subnormal. `guard` is added to p_low, so that it is not subnormal either. */
typedef struct {
    real p, p_low, t;
} R(expm1_pair);

static ALWAYS_INLINE R(expm1_pair) R(expm1_of_pair)(real x, real x_low, int shift, element guard)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    real shifted = R(madd)(x, C(LOG2_E), magic);
    real k = shifted - magic;
    real t = R(power_in_bits)((bits)shifted + (unsigned)shift);
    real r = R(reduce_hi)(x, k);
    real r_low = R(nmadd)(k, C(LN2_LO), x_low);

    /* r^2 = r2 - r2_low */
    real powers_of = R(zero_where)(R(less)(R(magnitude)(x), C(EXPM1_TINY)), r);
    real r2 = powers_of * powers_of;
    real r2_low = R(residual)(powers_of, powers_of, r2);
    real low = R(guarded_product)(C(-0.5), r2_low, guard);
    real rest = R(madd)(powers_of * r2, R(expm1_tail)(powers_of, r2), low);
    rest = R(madd)(r_low, C(1.0) + (r + R(madd)(C(0.5), r2, rest)), rest);
    real p = r + R(madd)(C(0.5), r2, rest);
    real p_low = R(madd)(C(0.5), r2, r - p) + rest;
    return (R(expm1_pair)){p, p_low, t};
}

/* t (1 + p + p_low) */
static ALWAYS_INLINE R(pair) R(exp_of_expm1)(R(expm1_pair) e)
{
    real high = R(madd)(e.p, e.t, e.t);
    real low = R(madd)(e.p_low, e.t, R(madd)(e.p, e.t, e.t - high));
    return (R(pair)){high, low};
}

/* 2^shift e^(x + x_low). With FMA, 2^-100 is added, so that neither part is subnormal if x is. */
static ALWAYS_INLINE R(pair) R(exp_pair)(real x, real x_low, int shift)
{
    return R(exp_of_expm1)(R(expm1_of_pair)(x, x_low, shift, (element)0x1p-100));
}

/* a + b and its rounding error (Knuth's TwoSum) */
static ALWAYS_INLINE R(pair) R(two_sum)(real a, real b)
{
    real sum = a + b, part = sum - a;
    return (R(pair)){sum, (a - (sum - part)) + (b - part)};
}
