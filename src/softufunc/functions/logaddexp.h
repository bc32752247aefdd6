/* logaddexp(x, y) = log(e^x + e^y)
 *
 * Identity   a + log1p(u), u = e^(b - a), a = max(x, y), b = min(x, y); the difference and u with their rounding errors, log1p(u) as
 *            the sum of two numbers
 * Why not    a + log1p(e^(b - a)) rounded at every step, as in np.logaddexp: next to the curve e^x + e^y = 1 the two terms
 *            cancel, and no digit is right; 0 at (-ln 2, -ln 2)
 * Ranges     b >= a - 40 (20): the formula
 *            b < a - 40 (20): log1p(u) is below half an ulp of a where |a| >= 1/8; sum_far (math/exp_far.h) elsewhere
 *            |result| < log1p(u) / 16 (3 / 16): logaddexp_near, with integers of 128 bits or more
 * BOUND f32 1.2 at -0x1.4717bcp+0,-0x1.f32d7ap-3
 * BOUND f64 2 at -0x1.12b4eff05e2cap+0,-0x1.82dc1332b11a6p-2
 *            found 1.0954 and 1.7919, 2026-11-24: tools/ulp_of_two.py logaddexp --isa all --points 1e5 --rounds 60
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
        return log1p_of_near(exp_sum_minus_1(-a, 0, -b, 0));
    }
    return result;
}

#else

typedef struct {
    real u, u_low;
} R(logaddexp_state);

#undef LOGADDEXP_NEAR
#if REAL_BITS == 32
#define LOGADDEXP_NEAR 0.0625 /* of log1p(u): nearer to 0, float64 is asked */
static void logaddexp_kernel_f64(const double *x, const double *y, double *out, size_t n);
#else
#define LOGADDEXP_NEAR 0.03125 /* of log1p(u): nearer to 0, exp_sum is asked */
#endif

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

#if REAL_BITS == 64
/* Next to the curve e^a + e^b = 1, where the two terms cancel. */
static inline real logaddexp_near(real a, real b, real result, mask far, mask near)
{
    mask close = near & ~far;
    real minus_a = select_f64(close, -a, C(LN2_HI)), minus_b = select_f64(close, -b, C(LN2_HI));
    pair_f64 sum = exp_sum(minus_a, C(0.0), minus_b, C(0.0));
    result = select_f64(close, log1p_of_small(sum.high, sum.low), result);
    near &= far | less_f64(magnitude_f64(sum.high), C(EXP_SUM_NEAREST) * minus_a);
    if (any_f64(near)) {
        real chosen = select_f64(near, C(1.0), C(0.0));
        for (int lane = 0; lane < LANES; lane++) {
            if (chosen[lane] != 0) {
                result[lane] = log1p_of_near(exp_sum_minus_1(-a[lane], 0, -b[lane], 0));
            }
        }
    }
    return result;
}
#endif

static __attribute__((noinline)) real R(logaddexp_rare)(real a, real b, real result, mask far, mask near)
{
    if (R(any)(far)) {
        real u;
        real scaled = R(sum_far)(a, b, far, C(1.0), &u);
        near = R(select_mask)(far, R(less)(R(magnitude)(scaled), C(LOGADDEXP_NEAR) * u), near);
        result = R(select)(far, scaled * R(power_of_2)(-FAR_SCALE), result);
    }
    if (R(any)(near)) {
#if REAL_BITS == 32
        result = in_float64(a, b, result, near, logaddexp_kernel_f64);
#else
        result = logaddexp_near(a, b, result, far, near);
#endif
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
