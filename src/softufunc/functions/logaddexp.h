/* logaddexp(x, y) = log(e^x + e^y)
 *
 * Identity   a + log1p(u), u = e^(b - a), a = max(x, y), b = min(x, y); the difference and u with their rounding errors, log1p(u) as
 *            the sum of two numbers
 * Why not    a + log1p(e^(b - a)) rounded at every step, as in np.logaddexp: next to the curve e^x + e^y = 1 the two terms
 *            cancel, and no digit is right; 0 at (-ln 2, -ln 2)
 * Ranges     b >= a - 40 (20): the formula
 *            b < a - 40 (20): log1p(u) is below half an ulp of a where |a| >= 1/8; sum_far (math/exp_far.h) elsewhere
 *            |result| < log1p(u) / 16: log1p(e^a + e^b - 1), the sum as two numbers (exp_sum, math/exp_sum.h)
 *            |e^a + e^b - 1| < -a / 1024 (/ 256): the same sum by integers of 127 bits or more, math/near_one.h
 *            (float32: by exp_sum in float64)
 * Error      one bound for all results, those next to 0 included, that is below max(|x|, |y|) / 16
 * BOUND f32 0.8 at -0x1.5aeaep+6,-0x1.3c175p-125
 * BOUND f64 0.8 at -0x1.5af6aadd762fap+9,-0x1.d5734a37db518p-1002
 *            found 0.7497 and 0.7465; 0.5560 and 0.5561 where the result is not next to 0, 2026-11-25:
 *            tools/ulp_of_two.py logaddexp --isa all --points 1e6 --check
 * Special    a nan gives nan; infinities as the limits: max(x, y) where one of the two is infinite
 *            raises nothing but underflow
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

#else

typedef struct {
    real u, u_low;
} R(logaddexp_state);

#define LOGADDEXP_NEAR 0.0625 /* of log1p(u): nearer to 0, exp_sum is asked */

/* Infinities, nan, and numbers so large that a difference might overflow: the result is the larger one. */
static inline mask R(logaddexp_outside)(real x, real y)
{
    const real large = C(LARGE);
    return R(not_less)(R(magnitude)(x), large) | R(not_less)(R(magnitude)(y), large);
}

static inline real R(logaddexp_special)(real x, real y, mask outside)
{
    (void)outside;
    real larger = R(select)(R(less)(x, y), y, x);
    return R(select)(R(is_nan)(y), y, larger);
}

static inline R(logaddexp_state) R(logaddexp_begin)(real x, real y)
{
    real a = R(max)(x, y), b = R(max)(R(min)(x, y), a - C(FAR));
    R(pair) difference = R(two_sum)(b, -a);
    R(pair) u = R(exp_pair)(difference.high, difference.low, 0);
    return (R(logaddexp_state)){u.high, u.low};
}

/* Next to the curve e^a + e^b = 1, where the two terms cancel. `nearest`: where the sum is below this times a, and so not good
 * enough. */
static __attribute__((noinline)) real R(logaddexp_close)(real a, real b, element least, mask *nearest)
{
    R(pair) sum = R(exp_sum)(-a, C(0.0), -b, C(0.0));
    *nearest = R(less)(R(magnitude)(sum.high), C(least) * -a);
    return R(log1p_of_small)(sum.high, sum.low);
}

#if REAL_BITS == 32
static float logaddexp_nearest_f32(float a, float b);
#else
static double logaddexp_nearest_f64(double a, double b)
{
    return softufunc_log1p_of_near(softufunc_exp_sum_minus_1(-a, 0, -b, 0));
}

/* float64 has so many digits more that integers are hardly ever needed. */
static float logaddexp_nearest_f32(float a, float b)
{
    mask nearest;
    real result = logaddexp_close_f64(splat_f64(a), splat_f64(b), 0x1p-36, &nearest);
    return (float)(any_f64(nearest) ? logaddexp_nearest_f64(a, b) : result[0]);
}
#endif

static inline real R(logaddexp_near)(real a, real b, real result, mask far, mask near)
{
    mask close = near & ~far, nearest;
    real found =
        R(logaddexp_close)(R(select)(close, a, C(-LN2_HI)), R(select)(close, b, C(-LN2_HI)), EXP_SUM_NEAREST, &nearest);
    result = R(select)(close, found, result);
    near &= far | nearest;
    return R(any)(near) ? R(one_by_one)(a, b, result, near, R(logaddexp_nearest)) : result;
}

static __attribute__((noinline)) real R(logaddexp_rare)(real a, real b, real result, mask far, mask near)
{
    if (R(any)(far)) {
        real u;
        real scaled = R(sum_far)(a, b, far, C(1.0), &u);
        near = R(select_mask)(far, R(less)(R(magnitude)(scaled), C(LOGADDEXP_NEAR) * u), near);
        result = R(select)(far, scaled * R(power_of_2)(-FAR_SCALE), result);
    }
    if (R(any)(near)) {
        result = R(logaddexp_near)(a, b, result, far, near);
    }
    return result;
}

static inline real R(logaddexp_end)(real x, real y, R(logaddexp_state) state)
{
    real a = R(max)(x, y), b = R(min)(x, y);
    R(pair) logarithm = R(log1p_of_pair)(state.u, state.u_low);
    R(pair) sum = R(two_sum)(a, logarithm.high);
    real result = sum.high + (sum.low + logarithm.low);
    mask far = R(less)(b, a - C(FAR)) & R(less)(R(magnitude)(a), C(0.125));
    mask near = R(less)(R(magnitude)(result), C(LOGADDEXP_NEAR) * logarithm.high);
    if (__builtin_expect(R(any)(far | near), 0)) {
        result = R(logaddexp_rare)(a, b, result, far, near);
    }
    return result;
}

#endif
