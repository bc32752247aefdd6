/* Shared by logaddexp, logsubexp and log_prob: limits of the inputs, and the exponential in the tail. TAIL and EXP_UNDERFLOW are
 * defined in log1p_exp.h. */
#undef LARGE
#undef TAIL_SCALE
#if REAL_BITS == 32
#define LARGE 0x1p+126 /* the difference of two smaller numbers does not overflow */
#define TAIL_SCALE 64
#else
#define LARGE 0x1p+1022
#define TAIL_SCALE 512
#endif

/* The stages of kernels with an accurate exponential: e^x = t (1 + p + p_low) */
static ALWAYS_INLINE R(carry) R(carry_of_expm1)(R(expm1_pair) e)
{
    return R(carry_of_three)(e.p, e.p_low, e.t);
}

static ALWAYS_INLINE R(expm1_pair) R(expm1_of_carry)(R(carry) carry)
{
    return (R(expm1_pair)){carry.v[0], carry.v[1], carry.v[2]};
}

/* |x| and |y| below `limit` */
static ALWAYS_INLINE R(range) R(both_below)(R(values) x, element limit)
{
    return R(merge)(R(magnitude_below)(x.v[0], limit), R(magnitude_below)(x.v[1], limit));
}

static ALWAYS_INLINE mask R(any_of_both_large)(R(values) x, element limit)
{
    return R(not_less)(R(magnitude)(x.v[0]), C(limit)) | R(not_less)(R(magnitude)(x.v[1]), C(limit));
}

/* 2^TAIL_SCALE e^(b - a) in the lanes `in_tail`, where b - a < -TAIL and log1p(u) = u to working precision. Scaled so that no
 * intermediate result is subnormal. For b - a <= -EXP_UNDERFLOW it becomes 0 when the scale is undone. */
static ALWAYS_INLINE R(pair) R(exp_in_tail)(real a, real b, mask in_tail)
{
    real minuend = R(select)(in_tail, R(max)(b, C(-EXP_UNDERFLOW)), C(-1.0));
    R(pair) difference = R(two_sum)(minuend, -R(select)(in_tail, a, C(0.0)));
    return R(exp_pair)(difference.high, difference.low, TAIL_SCALE);
}

/* 2^-TAIL_SCALE x, and the lanes whose result calls for underflow. A subnormal result takes no subnormal arithmetic: see
 * subnormal_where in math/log1p_exp.h. */
static ALWAYS_INLINE R(values) R(unscaled)(real x)
{
    const real unit = C(SMALLEST_NORMAL) * R(power_of_2)(TAIL_SCALE);
    real size = R(magnitude)(x), rounded = size + unit;
    mask tiny = R(less)(size, unit);
    bits normal = (bits)size - (INTEGER(TAIL_SCALE) << MANTISSA_BITS);
    real result = R(select)(tiny, (real)((bits)rounded - (bits)unit), (real)normal);
    return (R(values)){.v = {(real)((bits)result | ((bits)x & (bits)C(-0.0)))},
                       .underflow = tiny & R(less)(unit, rounded)};
}

/* 2^TAIL_SCALE (a + sign e^(b - a)) in the lanes `in_tail` (|a| < 1/8), 0 elsewhere; sets u to the scaled exponential. */
static NOINLINE real R(sum_in_tail)(real a, real b, mask in_tail, real sign, real *u)
{
    R(pair) power = R(exp_in_tail)(a, b, in_tail);
    R(pair) sum = R(two_sum)(R(select)(in_tail, a, C(0.0)) * R(power_of_2)(TAIL_SCALE), sign * power.high);
    *u = power.high;
    return R(select)(in_tail, sum.high + R(madd)(sign, power.low, sum.low), C(0.0));
}
