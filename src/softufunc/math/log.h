/* log(a / b) = 2 atanh(s), s = (a - b) / (a + b): one division and an odd polynomial. */

/* ln 2 / 2^MANTISSA_BITS in two parts, for the k of R(exponent), which is scaled by 2^MANTISSA_BITS. k LN2_SHORT is exact. */
#undef ROOT_HALF_BITS
#undef LN2_SHORT
#undef LN2_REST
#if REAL_BITS == 32
#define ROOT_HALF_BITS 0x3f3504f3
#define LN2_SHORT 0x1.62ep-24
#define LN2_REST 0x1.0bfbe8p-38
#else
#define ROOT_HALF_BITS 0x3fe6a09e667f3bcd
#define LN2_SHORT 0x1.62e42fefa38p-53
#define LN2_REST 0x1.ef35793c7673p-97
#endif

/* A quotient and the error of its high part */
typedef R(pair) R(quotient);

/* times (a + a_low) / (b + b_low), where `times` is a power of 2. `low` contains the rounding error of `high` and, to first order,
 * the contribution of a_low and b_low. The quotient and the correction share one division, 1 / b. */
static ALWAYS_INLINE R(quotient) R(divide)(element times, real a, real a_low, real b, real b_low)
{
    real reciprocal = C(times) / b;
    real high = a * reciprocal;
    real part = times == 1 ? high : C(1 / times) * high;
    real rest = R(residual)(part, b, a);
    rest = R(nmadd)(part, b_low, rest) + a_low;
    return (R(quotient)){high, rest * reciprocal};
}

/* 2 atanh(s/2) = s + s z p(z), z = s^2 in [0, 0.162]; atanh.sollya */
static ALWAYS_INLINE real R(atanh_narrow)(real z)
{
#if REAL_BITS == 32
    return R(madd)(R(madd)(C(0x1.371684p-9), z, C(0x1.9928d8p-7)), z, C(0x1.5555b6p-4));
#else
    real z2 = z * z;
    real a = R(madd)(C(0x1.999999999c636p-7), z, C(0x1.555555555554ep-4));
    real b = R(madd)(C(0x1.c71c74c398064p-12), z, C(0x1.24924921a49aep-9));
    real c = R(madd)(C(0x1.3b37235957a85p-16), z, C(0x1.745c3f74c4422p-14));
    real d = R(madd)(C(0x1.1c140a9447d71p-20), z, C(0x1.0db536c00ecdbp-18));
    return R(madd)(R(madd)(R(madd)(d, z2, c), z2, b), z2, a);
#endif
}

/* The same for z in [0, 0.119], by Horner's rule, which made softplusinv 1 % faster than the order above */
static ALWAYS_INLINE real R(atanh_root)(real z)
{
#if REAL_BITS == 32
    return R(atanh_narrow)(z);
#else
    real p = R(madd)(C(0x1.2f5a5987e7452p-18), z, C(0x1.3999ab2e1b39ap-16));
    p = R(madd)(p, z, C(0x1.74668b0157c05p-14));
    p = R(madd)(p, z, C(0x1.c71c50aa63d42p-12));
    p = R(madd)(p, z, C(0x1.249249438719p-9));
    p = R(madd)(p, z, C(0x1.999999997e2fap-7));
    return R(madd)(p, z, C(0x1.5555555555597p-4));
#endif
}

/* The same for z in [0, 4/9] */
static ALWAYS_INLINE real R(atanh_wide)(real z)
{
#if REAL_BITS == 32
    real p = R(madd)(C(0x1.1ecc1p-11), z, C(0x1.1ebffcp-9));
    return R(madd)(R(madd)(p, z, C(0x1.99d1cep-7)), z, C(0x1.555502p-4));
#else
    real z2 = z * z;
    real a = R(madd)(C(0x1.99999999a0741p-7), z, C(0x1.5555555555535p-4));
    real b = R(madd)(C(0x1.c71c741bf86f3p-12), z, C(0x1.249249208d1e4p-9));
    real c = R(madd)(C(0x1.3b1dd996967d6p-16), z, C(0x1.745cb413f870dp-14));
    real d = R(madd)(C(0x1.efd689f65b2dep-21), z, C(0x1.1067dfb04a4dp-18));
    real e = R(madd)(C(0x1.5c71197e1ec9ep-24), z, C(0x1.55b923713b784p-23));
    return R(madd)(R(madd)(R(madd)(R(madd)(e, z2, d), z2, c), z2, b), z2, a);
#endif
}

/* k 2^MANTISSA_BITS, with the k for which x 2^-k is in [lowest, 2 lowest): an exponent field in its place */
static ALWAYS_INLINE bits R(exponent)(bits x, bits lowest)
{
    return (x - lowest) & ~((INTEGER(1) << MANTISSA_BITS) - 1);
}

/* sign k ln 2 + s for |s| <= 0.4; k is scaled by 2^MANTISSA_BITS. k ln2_high is exact; `low` includes the rounding error of
 * `high`. */
static ALWAYS_INLINE R(pair) R(add_multiple_of_ln2)(real k, real s, int sign)
{
    const real ln2_high = C(sign * LN2_SHORT), ln2_low = C(sign * LN2_REST);
    real high = R(madd_exact)(k, ln2_high, s);
    return (R(pair)){high, R(madd)(k, ln2_low, s - R(nmadd_exact)(k, ln2_high, high))};
}

/* k ln 2 + 2 atanh(s / 2) for |s| <= 0.4, as an unevaluated sum; k is scaled by 2^MANTISSA_BITS. k ln2_high is exact; `low`
 * includes the rounding error of `high`. */
static ALWAYS_INLINE R(quotient) R(log_parts)(real k, R(quotient) s)
{
    const real ln2_high = C(LN2_SHORT), ln2_low = C(LN2_REST);
    real z = s.high * s.high;
    real rest = R(madd)(s.high, z * R(atanh_narrow)(z), R(madd)(k, ln2_low, s.low));
    real high = R(madd_exact)(k, ln2_high, s.high);
    real low = s.high - R(nmadd_exact)(k, ln2_high, high);
    return (R(quotient)){high, low + rest};
}

/* The same, rounded. */
static ALWAYS_INLINE real R(log_sum)(real k, R(quotient) s)
{
    R(quotient) sum = R(log_parts)(k, s);
    return sum.high + sum.low;
}

/* sign (j ln 2 + log1p(f + f_low)) for 1 + f in [sqrt(1/2), sqrt(2)]; j as k in log_sum.
 * log1p(f) = 2 atanh(s / 2), s = f / (1 + f / 2) in [-0.3432, 0.3432]. The first stage carries s, and j ln 2 + s with the correction of s
 * as an unevaluated sum; the second adds the polynomial. */
static ALWAYS_INLINE R(carry) R(log1p_sum_quotient)(real j, real f, real f_low, int sign)
{
    /* f - s and the remainder `rest` are exact; the error of s is rest / (1 + f/2). All variables but f and rest carry the sign. */
    real half_f = C(0.5) * f;
#if REAL_BITS == 64
    real reciprocal = C(sign) / R(madd)(C(0.5), f, C(1.0)); /* one operation less in the chain: 2 % faster */
#else
    real reciprocal = C(sign) / (C(1.0) + half_f);
#endif
    real s = f * reciprocal;
    real rest = R(signed_residual)(s, half_f, sign < 0 ? f + s : f - s, sign);
    rest = sign < 0 ? R(nmadd)(reciprocal, f_low, rest) : R(madd)(reciprocal, f_low, rest);

    R(pair) sum = R(add_multiple_of_ln2)(j, s, sign);
    return R(carry_of_three)(s, sum.high, R(madd)(rest, reciprocal, sum.low));
}

static ALWAYS_INLINE real R(log1p_sum_of_quotient)(R(carry) carry)
{
    real s = carry.v[0], z = s * s;
    return carry.v[1] + R(madd)(s * z, R(atanh_root)(z), carry.v[2]);
}
