/* logsubexp(x, y) = log(e^x - e^y)
 *
 * Identity   x + log(1 - e^-d), d = x - y with its rounding error; log(1 - e^-d) = j ln 2 + log1p(f) as in softplusinv, with
 *            -d = k ln 2 + r and 1 - e^-d = (1 - 2^k) - 2^k expm1(r) = 2^j (1 + f)
 * Why not    x + log1p(-e^-d): all digits are lost for small d; x + log(-expm1(-d)): half of them for large d; both: all near the
 *            curve e^x - e^y = 1, where the two terms cancel
 * Ranges     d <= 40 (20): the formula
 *            d > 40 (20): e^-d is below half an ulp of x where |x| >= 1/8; sum_in_tail (math/exp_tail.h) elsewhere
 *            |result| < min(x, 1) / 8: log1p(-w e^x), w = e^-x + e^-d - 1 as the sum of two numbers (two_exp, math/two_exp.h)
 *            |w| < min(x, d) / 1024 (/ 256): w in fixed point with 127 bits or more, math/fixed_point.h (float32: by
 *            two_exp in float64)
 * Error      one bound for all results, including those near 0 (below max(|x|, |y|) / 16)
 * BOUND f32 0.8 at 0x1.3d9e3ep-125,-0x1.5ab2acp+6
 * BOUND f64 0.8 at 0x1.2474bb71f48e7p+0,0x1.a455f6e6f12a2p-1
 *            found 0.7628 and 0.7518; 0.6663 and 0.7035 for results not near 0, 2026-11-25:
 *            python -m tools accuracy logsubexp --isa all --dtype float32 float64 --points 1e6
 * Special    nan gives nan; x < y and inf, inf: nan (invalid)
 *            x = y: -inf (divide), the pole of the logarithm; -inf, -inf: -inf, the logarithm of an exact 0, without exception
 *            y = -inf: x; x = inf: inf
 */
#ifdef LONG_DOUBLE

static long double logsubexp_longdouble(long double x, long double y)
{
    if (!(x > y) || !(x - x == 0 && y - y == 0)) {
        return x != x ? x : y != y ? y : x > y ? x : x == y && x < HUGE_VALL ? -HUGE_VALL : __builtin_nanl("");
    }
    long double d = x - y, part = d - x, d_low = (x - (d - part)) - (y + part);
    if (!(d - d == 0)) {
        return x;
    }
    long double logarithm = d < 1 ? logl(-expm1l(-d)) : log1pl(-expl(-d) * (1 - d_low)), result = x + logarithm;
    if (fabsl(result) < fminl(x / 32, 0.0625L)) {
        near_number w = x < d ? softufunc_exp_sum_minus_1(x, 0, d, d_low) : softufunc_exp_sum_minus_1(d, d_low, x, 0);
        w.high *= -expl(x);
        w.low *= -expl(x);
        return softufunc_log1p_of_near(w);
    }
    return result;
}

static const softufunc_traits logsubexp_traits = {.longdouble.binary = logsubexp_longdouble, .spurious_underflow = 1};

#else

#define LOGSUBEXP_NEAR 0.125 /* results below this times min(x, 1) are computed by two_exp */

/* x - y, or 0 if x or y is so large that the difference might overflow */
static ALWAYS_INLINE real R(logsubexp_difference)(R(values) v)
{
    mask large = R(any_of_both_large)(v, LARGE);
    real x = R(zero_where)(large, v.v[0]), y = R(zero_where)(large, v.v[1]);
    return R(opt_barrier)(x) - y;
}

enum { R(logsubexp_normal) = NORMAL_NONE };

static ALWAYS_INLINE R(range) R(logsubexp_fast)(R(values) x)
{
    return R(range_from)(R(logsubexp_difference)(x), SMALLEST_NORMAL, (element)INFINITY);
}

static ALWAYS_INLINE mask R(logsubexp_is_special)(R(values) v)
{
    return R(not_less)(C(SMALLEST_NORMAL * (1 - EPSILON)), R(logsubexp_difference)(v));
}

/* The inputs, or some others where they do not take the fast path */
static ALWAYS_INLINE R(values) R(logsubexp_inside)(R(values) v)
{
    mask special = R(logsubexp_is_special)(v);
    return R(two_values)(R(select)(special, C(1.0), v.v[0]), R(select)(special, C(0.0), v.v[1]));
}

static ALWAYS_INLINE R(carry) R(logsubexp_head)(R(values) v, int path)
{
    v = path != PATH_FAST ? R(logsubexp_inside)(v) : v;
    real x = v.v[0], y = v.v[1];
    /* the difference is clamped, not y: x - TAIL rounds to x for large x */
    R(pair) minus_d = R(two_sum)(y, -x);
    mask in_tail = R(less)(minus_d.high, C(-TAIL));
    real d_low = R(zero_where)(in_tail, minus_d.low);
    return R(carry_of_expm1)(R(expm1_of_pair)(R(max)(minus_d.high, C(-TAIL)), d_low, 0, 0));
}

/* s of log1p_three as an unevaluated sum, and j of softplusinv.h */
static ALWAYS_INLINE R(carry) R(logsubexp_middle)(R(values) v, R(carry) carry, int path)
{
    (void)path;
    (void)v;
    R(expm1_pair) e = R(expm1_of_carry)(carry);
    /* j from the bits of w = 1 - e^-d; scale = 2^-j */
    real w = R(nmadd)(e.t, e.p, C(1.0) - e.t);
    bits j = R(exponent)((bits)w, INTEGER(ROOT_HALF_BITS));
    real scale = (real)((bits)C(1.0) - j);

    /* f + f_low = 2^-j w - 1; shift is exact, and so is f + f_low except for the term with p_low */
    real t_scale = e.t * scale;
    real shift = R(select)(R(less)(e.t, C(0.25)), -e.t, R(madd)(C(1.0) - e.t, scale, C(-1.0)));
    real f = R(nmadd)(t_scale, e.p, shift);
    real f_low = R(nmadd)(t_scale, e.p_low, R(nmadd)(t_scale, e.p, shift - f));
    R(quotient) s = R(log1p_three_quotient)(f, f_low);
    return R(carry_of_three)(s.high, s.low, R(integers)(j));
}

/* Near the curve e^x - e^y = 1, where the two terms cancel: e^x - e^y = 1 - w e^x, w = e^-x + e^-d - 1, d = x - y. Sets `nearest`
 * in the lanes where |w| < limit min(x, d), so that even this result is too inaccurate. */
static NOINLINE real R(logsubexp_close)(real x, real y, element limit, mask *nearest)
{
    R(pair) d = R(two_sum)(x, -y);
    mask less = R(less)(x, d.high);
    real a = R(select)(less, x, d.high), a_low = R(zero_where)(less, d.low);
    R(pair) w = R(two_exp)(a, a_low, R(select)(less, d.high, x), d.low - a_low), power = R(exp_pair)(x, C(0.0), 0);
    real high = w.high * power.high;
    real low = R(madd)(w.high, power.low, w.low * power.high) - R(residual)(w.high, power.high, high);
    *nearest = R(less)(R(magnitude)(w.high), C(limit) * a);
    return R(log1p_of_small)(-high, -low);
}

/* Even closer to the curve: in fixed point. float32 uses float64, whose extra digits suffice in almost all cases. */
static element R(logsubexp_nearest)(element x, element y)
{
#if REAL_BITS == 32
    mask_f64 nearest;
    real_f64 result = logsubexp_close_f64(splat_f64(x), splat_f64(y), 0x1p-36, &nearest);
    return (float)(any_f64(nearest) ? logsubexp_nearest_f64(x, y) : result[0]);
#else
    R(pair) d = R(two_sum)(C(x), C(-y)), power = R(exp_pair)(C(x), C(0.0), 0);
    int less = x < d.high[0];
    near_number w = less ? softufunc_exp_sum_minus_1(x, 0, d.high[0], d.low[0])
                         : softufunc_exp_sum_minus_1(d.high[0], d.low[0], x, 0);
    real high = w.high * power.high;
    real low = w.high * power.low + w.low * power.high - R(residual)(C(w.high), power.high, high);
    return softufunc_log1p_of_near((near_number){-high[0], -low[0], w.exponent});
#endif
}

static ALWAYS_INLINE real R(logsubexp_near)(real x, real y, real result, mask in_tail, mask near)
{
    mask close = near & ~in_tail, nearest;
    real found = R(logsubexp_close)(R(select)(close, x, C(LN2_HI)), R(select)(close, y, C(0.0)), TWO_EXP_MIN, &nearest);
    result = R(select)(close, found, result);
    near &= in_tail | nearest;
    return R(any)(near) ? R(one_by_one)(x, y, result, near, R(logsubexp_nearest)) : result;
}

static NOINLINE real R(logsubexp_rare)(real x, real y, real result, mask in_tail, mask near)
{
    if (R(any)(in_tail)) {
        real u;
        real scaled = R(sum_in_tail)(x, y, in_tail, C(-1.0), &u);
        near = R(select_mask)(in_tail, R(less)(R(magnitude)(scaled), C(LOGSUBEXP_NEAR) * u), near);
        result = R(select)(in_tail, scaled * R(power_of_2)(-TAIL_SCALE), result);
    }
    if (R(any)(near)) {
        result = R(logsubexp_near)(x, y, result, in_tail, near);
    }
    return result;
}

/* x + j ln 2 + log1p(f) */
static ALWAYS_INLINE real R(logsubexp_sum)(real x, R(carry) carry)
{
    R(three) logarithm = R(log1p_three)(carry.v[2], (R(quotient)){carry.v[0], carry.v[1]});
    R(pair) first = R(two_sum)(x, logarithm.first);
    R(pair) second = R(two_sum)(first.high, logarithm.second);
    return second.high + (second.low + (first.low + logarithm.rest));
}

static ALWAYS_INLINE R(values) R(logsubexp_of_carry)(R(values) v, R(carry) carry)
{
    real x = v.v[0], y = v.v[1];
    real result = R(logsubexp_sum)(x, carry);
    mask in_tail = R(less)(y, x - C(TAIL)) & R(less)(R(magnitude)(x), C(0.125));
    mask near = R(less)(R(magnitude)(result), C(LOGSUBEXP_NEAR) * R(min)(x, C(1.0)));
    if (v.single) {
        return (R(values)){.v = {result}, .left = in_tail | near};
    }
    if (__builtin_expect(R(any)(in_tail | near), 0)) {
        return R(value)(R(logsubexp_rare)(x, y, result, in_tail, near));
    }
    return R(value)(result);
}

/* Inputs that do not take the fast path, except nan */
static element R(logsubexp_special)(element x, element y)
{
    if (x > y) {
        volatile element subtrahend = y; /* keeps the compiler from subtracting infinities speculatively */
        element difference = y < -C(LARGE)[0] || x > C(LARGE)[0] ? SMALLEST_NORMAL : x - subtrahend;
        return difference < SMALLEST_NORMAL ? R(softplusinv_special)(difference) : x;
    }
    if (x < y || x == (element)__builtin_inf()) {
        return R(outside_domain)();
    }
    return x == -(element)__builtin_inf() ? x : -R(pole)();
}

static ALWAYS_INLINE R(values) R(logsubexp_tail)(R(values) v, R(carry) carry, int path)
{
    if (path != PATH_FAST) {
        real x = v.v[0], y = v.v[1];
        mask x_nan = R(is_nan)(x), y_nan = R(is_nan)(y);
        R(values) result = R(logsubexp_of_carry)(R(logsubexp_inside)(v), carry);
        real nan_or_result = R(select)(x_nan, x, R(select)(y_nan, y, result.v[0]));
        mask special = R(logsubexp_is_special)(v) & ~(x_nan | y_nan);
        result.v[0] = R(patched_binary)(nan_or_result, v, special, R(logsubexp_special));
        return result;
    }
    return R(logsubexp_of_carry)(v, carry);
}

#endif
