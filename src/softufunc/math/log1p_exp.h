/* max(x, 0) + log1p(u), u = e^-|x|, in three steps: shared by softplus and related functions.
 *
 * Each step is an odd function of its argument, and `sign` is -1 if the argument is negated; a sign flip then costs no operation.
 */
#undef EXP_UNDERFLOW
#undef EXP_SUBNORMAL
#undef SUBNORMAL_FIRST
#undef SUBNORMAL_LAST
#undef EXP_ZERO
#undef EXP_LAST
#undef LAST_LOG2
#undef SUBNORMAL_SCALE
#undef TAIL
#undef TAIL_LOG2
#if REAL_BITS == 32
#define TAIL 20.0                     /* log1p(e^-TAIL) is below half an ulp of 1/8 */
#define EXP_UNDERFLOW 108.8           /* the bits of 2^(k - TAIL_LOG2) are 0 from here on */
#define EXP_SUBNORMAL -0x1.5d589ep+6  /* e^x is subnormal below this number, the first one above -126 ln 2, */
#define EXP_ZERO -0x1.9fe368p+6       /* and rounded to 0 below this one, the first one above -150 ln 2 */
#define SUBNORMAL_FIRST -0x1.5d58ap+6 /* the numbers from here on are below EXP_SUBNORMAL, */
#define SUBNORMAL_LAST -0x1.9fe36ap+6 /* and those up to here not below EXP_ZERO */
#define EXP_LAST -103.5               /* k = LAST_LOG2, where e^x is rounded to 2^LAST_LOG2 down to EXP_ZERO */
#define LAST_LOG2 -149
#define SUBNORMAL_SCALE 64
#define TAIL_LOG2 -30
#else
#define TAIL 40.0
#define EXP_UNDERFLOW 753.4
#define EXP_SUBNORMAL -0x1.6232bdd7abcd2p+9
#define EXP_ZERO -0x1.74910d52d3051p+9
#define SUBNORMAL_FIRST -0x1.6232bp+9 /* no bits in the lower half, so some numbers more */
#define SUBNORMAL_LAST -0x1.74911p+9
#define EXP_LAST -744.6
#define LAST_LOG2 -1074
#define SUBNORMAL_SCALE 128
#define TAIL_LOG2 -64
#endif

/* z = -|x| = k ln 2 + r, |r| <= 0.3466: u = t (1 + r + c), t = sign 2^k (an arbitrary number for |x| > TAIL). The carry is r, c, t.
 * The bit of the integer above those of the exponent becomes the sign bit of t. */
static ALWAYS_INLINE R(carry) R(u_head)(real z, int sign)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS + (sign < 0 ? 2 * (EXPONENT_BIAS + 1) : 0));
    real shifted = R(madd)(z, C(LOG2_E), magic);
    R(expm1_sum) p = R(expm1_reduced)(z, shifted - magic, 1, EXPM1_FALLING);
    return R(carry_of_three)(p.r, p.c, R(power_in_bits)((bits)shifted));
}

/* u in (0, 1], or in [-1, 0) if t is negative */
static ALWAYS_INLINE R(pair) R(u_of_carry)(R(carry) carry)
{
    real r = carry.v[0], c = carry.v[1], t = carry.v[2];
    real p = r + c;
    real u = R(madd)(p, t, t);
    return (R(pair)){u, R(madd)(c, t, R(madd)(r, t, t - u))};
}

/* The results y where e^z is too small for them to be normal: 2^k (1 + p), rounded once; t: the bits of 2^k, k >= LAST_LOG2, which may be
 * wrapped around. The sum with a number whose last bit is that of the subnormal numbers, scaled, is rounded like these. In float64
 * its exact remainder decides together with the low part of p; in float32 p alone is good for 0.75 ulp, and faster. Arithmetic on subnormal
 * numbers takes many times as long on some processors. It would also raise underflow, which is left to the caller; a result that is
 * rounded to 0 does not call for it. */
static ALWAYS_INLINE R(values) R(subnormal_where)(real z, real t, R(pair) p, real y)
{
    const element unit = (element)(REAL_BITS == 32 ? 0x1p-62 : 0x1p-894);
    _Static_assert(LAST_LOG2 + MANTISSA_BITS + SUBNORMAL_SCALE == (REAL_BITS == 32 ? -62 : -894),
                   "the exponent of unit");
    real scaled = (real)((bits)t + (INTEGER(SUBNORMAL_SCALE) << MANTISSA_BITS));
    real sum = scaled + C(unit), rounded = R(madd)(p.high, scaled, sum);
#if REAL_BITS == 64
    rounded += R(madd)(p.low, scaled, R(madd)(p.high, scaled, sum - rounded));
#endif
    real subnormal = (real)((bits)rounded - (bits)C(unit));
    mask zero = R(less)(z, C(EXP_ZERO)), where = R(less)(z, C(EXP_SUBNORMAL));
    return (R(values)){.v = {R(select)(where, R(zero_where)(zero, subnormal), y)}, .underflow = where & ~zero};
}

/* r + c, where c is smaller: the sum and its rounding error */
static ALWAYS_INLINE R(pair) R(expm1_parts)(real r, real c)
{
    real sum = r + c;
    return (R(pair)){sum, (r - sum) + c};
}

/* The head for any input: -|x| is clamped, to a number whose t is normal if no result is subnormal. */
static ALWAYS_INLINE R(carry) R(u_head_of_any)(real x, int path)
{
    return R(u_head)(R(minus_magnitude)(x, path == PATH_NORMAL ? -EXP_SUBNORMAL : -EXP_LAST), 1);
}

/* |x| > TAIL, or nan */
static ALWAYS_INLINE mask R(in_tail_or_nan)(real x)
{
    return R(not_less)(C(-TAIL * (1 + EPSILON)), R(negative_magnitude)(x));
}

/* u for any x, and what `rescaled` needs: `shift`, the bits of t minus those of the power of 2 in u, and p, with e^-|x| = t (1 + p). Where
 * |x| > TAIL or nan, that power is 2^TAIL_LOG2: u is small, but has no subnormal powers. */
typedef struct {
    R(pair) u, p;
    real shift;
} R(tail_parts);

static ALWAYS_INLINE R(tail_parts) R(tail_parts_of)(real x, R(carry) carry)
{
    real r = carry.v[0], c = carry.v[1], t = carry.v[2];
    real replaced = R(select)(R(in_tail_or_nan)(x), R(power_of_2)(TAIL_LOG2), t);
    R(pair) u = R(u_of_carry)(R(carry_of_three)(r, c, replaced));
    return (R(tail_parts)){u, R(expm1_parts)(r, c), (real)((bits)t - (bits)replaced)};
}

/* Two values for the last stage, and what `rescaled` needs; p is for subnormal results only. */
static ALWAYS_INLINE R(carry) R(carry_of_tail)(real a, real b, R(tail_parts) parts, int path)
{
    return path == PATH_ANY ? R(carry_of_five)(a, b, parts.shift, parts.p.high, parts.p.low)
                            : R(carry_of_three)(a, b, parts.shift);
}

/* y, or where z = -|x| < -TAIL the result from y, which is u or log1p(u) of the replaced u: with l = TAIL_LOG2,
 * log1p(2^k (1 + p)) = 2^(k - l) log1p(2^l (1 + p)) with an error of 2^(l - 1). A subnormal result is 2^k + 2^k p, rounded once; y
 * times a power of 2 would be rounded twice. */
static ALWAYS_INLINE R(values) R(rescaled)(real y, real z, R(carry) tail, int path)
{
    bits shift = (bits)tail.v[2];
    real normal = (real)((bits)y + shift);
    if (path == PATH_NORMAL) {
        return R(value)(R(zero_where)(R(less)(z, C(EXP_ZERO)), normal));
    }
    R(pair) p = {tail.v[3], tail.v[4]};
    return R(subnormal_where)(z, (real)(shift + (bits)R(power_of_2)(TAIL_LOG2)), p, normal);
}

/* s = u / (1 + |u|/2), |s| in (0, 2/3], and the remainder of that division, in which the low part of u counts 1 - |s|/2:
 * u + u_low - s (1 + |u + u_low|/2). u - s (1 + |u|/2) is exact in this order. s/2 = u / (2 + |u|) takes additions in the place of
 * multiply-adds, for which some processors have separate units. */
static ALWAYS_INLINE R(carry) R(log1p_quotient)(R(pair) number, int sign)
{
    real u = number.high;
    real half_s = u / (sign < 0 ? C(2.0) - u : C(2.0) + u), s = half_s + half_s;
    real rest = R(signed_residual)(u, half_s, u - s, sign);
    return R(carry_of_two)(s, R(madd)(number.low, sign < 0 ? C(1.0) + half_s : C(1.0) - half_s, rest));
}

/* The same for any x, from the carry of u_head_of_any */
static ALWAYS_INLINE R(carry) R(log1p_carry_of_tail)(real x, R(carry) head, int path)
{
    R(tail_parts) parts = R(tail_parts_of)(x, head);
    R(carry) s = R(log1p_quotient)(parts.u, 1);
    return R(carry_of_tail)(s.v[0], s.v[1], parts, path);
}

/* sign log1p(sign u) = 2 atanh(s / 2) = s + s^3 p + rest q, s^2 p < 0.04; p by one of the polynomials of math/log.h. q = 1 - 3/8 |s|
 * approximates the derivative 1 / (1 + |s|/2) within 2 %, which suffices, as rest is below an ulp of s. */
typedef struct {
    real s, cube, p, rest, q;
} R(log1p_terms);

static ALWAYS_INLINE R(log1p_terms) R(log1p_terms_of)(real s, real rest, int sign, real (*atanh_polynomial)(real))
{
    real z = s * s;
    real q = sign < 0 ? R(madd)(s, C(0.375), C(1.0)) : R(nmadd)(s, C(0.375), C(1.0));
    return (R(log1p_terms)){s, s * z, atanh_polynomial(z), rest, q};
}

static ALWAYS_INLINE R(log1p_terms) R(log1p_of_quotient)(R(carry) s, int sign)
{
    return R(log1p_terms_of)(s.v[0], s.v[1], sign, R(atanh_wide));
}

/* The sum of `low` and all terms except s; it is small, so its rounding error matters little. */
static ALWAYS_INLINE real R(log1p_tail)(R(log1p_terms) terms, real low)
{
    return R(madd)(terms.cube, terms.p, R(madd)(terms.rest, terms.q, low));
}

/* clamped + the sum of the terms, as an unevaluated sum; `clamped` is 0 or has the sign of the terms. `low` includes the rounding
 * error of `high`. */
static ALWAYS_INLINE R(pair) R(log1p_clamped_parts)(real clamped, R(log1p_terms) terms, int sign)
{
    real s = terms.s;
#if REAL_BITS == 64
    /* one operation more than below, but additions only, which have a separate unit on AVX2 processors: 2 % faster there */
    (void)sign;
    R(pair) sum = R(two_sum)(clamped, s);
    real high = sum.high, low = sum.low;
#else
    real low_one = R(min)(clamped, s), high_one = R(max)(clamped, s);
    real larger = sign < 0 ? low_one : high_one, smaller = sign < 0 ? high_one : low_one;
    real high = larger + smaller, low = smaller - (high - larger);
#endif
    return (R(pair)){high, R(log1p_tail)(terms, low)};
}

/* max(x, 0) + the sum of the terms, or min(x, 0) where they are negative */
static ALWAYS_INLINE R(pair) R(log1p_exp_parts)(real x, R(log1p_terms) terms, int sign)
{
    return R(log1p_clamped_parts)(sign < 0 ? R(min)(x, C(0.0)) : R(max)(x, C(0.0)), terms, sign);
}

static ALWAYS_INLINE real R(log1p_exp_sum)(real x, R(log1p_terms) terms, int sign)
{
    R(pair) sum = R(log1p_exp_parts)(x, terms, sign);
    return sum.high + sum.low;
}

/* sign (high + low); with FMA, the negated sum is a single operation */
static ALWAYS_INLINE real R(signed_sum)(R(pair) sum, int sign)
{
#if HAVE_FMA
    return sign < 0 ? R(nmsub)(sum.high, C(1.0), sum.low) : sum.high + sum.low;
#else
    return sign < 0 ? -(sum.high + sum.low) : sum.high + sum.low;
#endif
}
