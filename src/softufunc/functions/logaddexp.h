/* logaddexp(x, y) = log(e^x + e^y)
 *
 * Identity   a + log1p(u), u = e^(b - a), a = max(x, y), b = min(x, y); b - a, u and log1p(u) as unevaluated sums of two numbers
 * Why not    a + log1p(e^(b - a)) rounded at every step, as in np.logaddexp: next to the curve e^x + e^y = 1 the two terms
 *            cancel and no digit is correct; 0 at (-ln 2, -ln 2)
 * Ranges     b >= a - 40 (20): the formula
 *            b < a - 40 (20): log1p(u) is below half an ulp of a where |a| >= 1/8; sum_in_tail (math/exp_tail.h) elsewhere
 *            |result| < log1p(u) / 16: log1p(e^a + e^b - 1), with the argument as the sum of two numbers (two_exp, math/two_exp.h)
 *            |e^a + e^b - 1| < -a / 1024 (/ 256): the same argument in fixed point with 127 bits or more, math/fixed_point.h
 *            (float32: by two_exp in float64)
 * Error      one bound for all results, including those near 0 (below max(|x|, |y|) / 16)
 * BOUND f32 0.8 at -0x1.5aeaep+6,-0x1.3c175p-125
 * BOUND f64 0.8 at -0x1.5af6aadd762fap+9,-0x1.d5734a37db518p-1002
 *            found 0.7497 and 0.7465; 0.5560 and 0.5561 for results not near 0, 2026-11-25:
 *            python -m tools accuracy logaddexp --isa all --dtype float32 float64 --points 1e6
 * Special    nan gives nan; with an infinite input the result is the limit, max(x, y)
 *            raises no exception but underflow
 */
#ifdef LONG_DOUBLE

static long double logaddexp_longdouble(long double x, long double y)
{
    long double a = x > y ? x : y, b = x > y ? y : x;
    if (!(a - a == 0 && b - b == 0)) {
        return x != x ? x : y != y ? y : a;
    }
    long double logarithm = log1pl(expl(b - a)), result = a + logarithm;
    if (fabsl(result) < logarithm / 32) {
        return softufunc_log1p_of_near(softufunc_exp_sum_minus_1(-a, 0, -b, 0));
    }
    return result;
}

static const softufunc_traits logaddexp_traits = {
    .longdouble.binary = logaddexp_longdouble, .identity = IDENTITY_NEG_INF, .fold = 1};

#else

#define LOGADDEXP_NEAR 0.0625 /* results below this times log1p(u) are computed by two_exp */

enum { R(logaddexp_normal) = NORMAL_NONE };

/* Both inputs are finite, and their difference cannot overflow. */
static ALWAYS_INLINE R(range) R(logaddexp_fast)(R(values) x)
{
    return R(both_below)(x, LARGE);
}

/* The inputs, or some others where they do not take the fast path */
static ALWAYS_INLINE R(values) R(logaddexp_inside)(R(values) v)
{
    mask special = R(any_of_both_large)(v, LARGE);
    return R(two_values)(R(select)(special, C(1.0), v.v[0]), R(select)(special, C(0.0), v.v[1]));
}

static ALWAYS_INLINE R(carry) R(logaddexp_head)(R(values) v, int path)
{
    v = path != PATH_FAST ? R(logaddexp_inside)(v) : v;
    real x = v.v[0], y = v.v[1];
    real a = R(max)(x, y), b = R(max)(R(min)(x, y), a - C(TAIL));
    R(pair) difference = R(two_sum)(b, -a);
    return R(carry_of_expm1)(R(expm1_of_pair)(difference.high, difference.low, 0, (element)0x1p-100));
}

static ALWAYS_INLINE R(carry) R(logaddexp_middle)(R(values) v, R(carry) carry, int path)
{
    (void)path;
    (void)v;
    return R(log1p_pair_quotient)(R(exp_of_expm1)(R(expm1_of_carry)(carry)));
}

/* Near the curve e^a + e^b = 1, where the two terms cancel. Sets `nearest` in the lanes where |e^a + e^b - 1| < -limit a, so
 * that even this result is too inaccurate. */
static NOINLINE real R(logaddexp_close)(real a, real b, element limit, mask *nearest)
{
    R(pair) sum = R(two_exp)(-a, C(0.0), -b, C(0.0));
    *nearest = R(less)(R(magnitude)(sum.high), C(limit) * -a);
    return R(log1p_of_small)(sum.high, sum.low);
}

/* Even closer to the curve: in fixed point. float32 uses float64, whose extra digits suffice in almost all cases. */
static element R(logaddexp_nearest)(element a, element b)
{
#if REAL_BITS == 32
    mask_f64 nearest;
    real_f64 result = logaddexp_close_f64(splat_f64(a), splat_f64(b), 0x1p-36, &nearest);
    if (!any_f64(nearest)) {
        return (float)result[0];
    }
#endif
    return (element)softufunc_log1p_of_near(softufunc_exp_sum_minus_1(-a, 0, -b, 0));
}

static ALWAYS_INLINE real R(logaddexp_near)(real a, real b, real result, mask in_tail, mask near)
{
    mask close = near & ~in_tail, nearest;
    real found =
        R(logaddexp_close)(R(select)(close, a, C(-LN2_HI)), R(select)(close, b, C(-LN2_HI)), TWO_EXP_MIN, &nearest);
    result = R(select)(close, found, result);
    near &= in_tail | nearest;
    return R(any)(near) ? R(one_by_one)(a, b, result, near, R(logaddexp_nearest)) : result;
}

static ALWAYS_INLINE real R(logaddexp_tail_or_near)(real a, real b, real result, mask in_tail, mask near)
{
    if (R(any)(in_tail)) {
        real u;
        real scaled = R(sum_in_tail)(a, b, in_tail, C(1.0), &u);
        near = R(select_mask)(in_tail, R(less)(R(magnitude)(scaled), C(LOGADDEXP_NEAR) * u), near);
        result = R(select)(in_tail, scaled * R(power_of_2)(-TAIL_SCALE), result);
    }
    if (R(any)(near)) {
        result = R(logaddexp_near)(a, b, result, in_tail, near);
    }
    return result;
}

/* Undoing the scale may raise underflow in lanes whose result is not selected. */
static NOINLINE real R(logaddexp_rare)(real a, real b, real result, mask in_tail, mask near)
{
    const int underflow = underflow_raised();
    result = R(pinned)(R(logaddexp_tail_or_near)(R(pinned)(a), R(pinned)(b), result, in_tail, near));
    restore_underflow(underflow);
    return result;
}

static ALWAYS_INLINE R(values) R(logaddexp_of_carry)(R(values) v, R(carry) carry)
{
    real a = R(max)(v.v[0], v.v[1]), b = R(min)(v.v[0], v.v[1]);
    R(pair) logarithm = R(log1p_of_pair_quotient)(carry);
    R(pair) sum = R(two_sum)(a, logarithm.high);
    real result = sum.high + (sum.low + logarithm.low);
    mask in_tail = R(less)(b, a - C(TAIL)) & R(less)(R(magnitude)(a), C(0.125));
    mask near = R(less)(R(magnitude)(result), C(LOGADDEXP_NEAR) * logarithm.high);
    if (v.single) {
        return (R(values)){.v = {result}, .left = in_tail | near};
    }
    if (__builtin_expect(R(any)(in_tail | near), 0)) {
        return R(value)(R(logaddexp_rare)(a, b, result, in_tail, near));
    }
    return R(value)(result);
}

/* For inputs outside the fast path the result is the larger one. */
static ALWAYS_INLINE R(values) R(logaddexp_tail)(R(values) v, R(carry) carry, int path)
{
    if (path != PATH_FAST) {
        real x = v.v[0], y = v.v[1];
        real larger = R(select)(R(is_nan)(y), y, R(select)(R(less)(x, y), y, x));
        R(values) result = R(logaddexp_of_carry)(R(logaddexp_inside)(v), carry);
        result.v[0] = R(select)(R(any_of_both_large)(v, LARGE), larger, result.v[0]);
        return result;
    }
    return R(logaddexp_of_carry)(v, carry);
}

/* y_sign logaddexp(x_sign x, x_sign y) */
static ALWAYS_INLINE R(range) R(logaddexp_flip_fast)(R(values) x, int x_sign)
{
    (void)x_sign;
    return R(logaddexp_fast)(x);
}

static ALWAYS_INLINE R(carry) R(logaddexp_flip_head)(R(values) x, int x_sign, int y_sign)
{
    (void)y_sign;
    return R(logaddexp_head)(R(flipped)(x, x_sign), PATH_FAST);
}

static ALWAYS_INLINE R(carry) R(logaddexp_flip_middle)(R(values) x, R(carry) carry, int x_sign, int y_sign)
{
    (void)x_sign;
    (void)y_sign;
    return R(logaddexp_middle)(x, carry, PATH_FAST);
}

static ALWAYS_INLINE R(values) R(logaddexp_flip_tail)(R(values) x, R(carry) carry, int x_sign, int y_sign)
{
    return R(flipped)(R(logaddexp_tail)(R(flipped)(x, x_sign), carry, PATH_FAST), y_sign);
}

#endif
