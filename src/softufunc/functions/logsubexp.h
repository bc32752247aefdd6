/* logsubexp(x, y) = log(e^x - e^y)
 *
 * Identity   x + log(1 - e^-d), d = x - y with its rounding error; log(1 - e^-d) = j ln 2 + log1p(f) as in softplusinv, with
 *            -d = k ln 2 + r and 1 - e^-d = (1 - 2^k) - 2^k expm1(r) = 2^j (1 + f)
 * Why not    x + log1p(-e^-d): all digits are lost for small d; x + log(-expm1(-d)): half of them for large d, and all next to
 *            the curve e^x - e^y = 1, where the two terms cancel
 * Ranges     d <= 40 (20): the formula
 *            d > 40 (20): e^-d is below half an ulp of x where |x| >= 1/8; sum_far (math/exp_far.h) elsewhere
 *            |result| < min(x, 1) / 8: log1p(-w e^x), w = e^-x + e^-d - 1 as two numbers (exp_sum, math/exp_sum.h)
 *            |w| < min(x, d) / 1024 (/ 256): w by integers of 127 bits or more, math/near_one.h (float32: by
 *            exp_sum in float64)
 * Error      one bound for all results, those next to 0 included, that is below max(|x|, |y|) / 16
 * BOUND f32 0.8 at 0x1.3d9e3ep-125,-0x1.5ab2acp+6
 * BOUND f64 0.8 at 0x1.2474bb71f48e7p+0,0x1.a455f6e6f12a2p-1
 *            found 0.7628 and 0.7518; 0.6663 and 0.7035 where the result is not next to 0, 2026-11-25:
 *            tools/ulp_of_two.py logsubexp --isa all --points 1e6 --check
 * Special    a nan gives nan; x < y and inf, inf: nan (invalid)
 *            x = y: -inf (divide), the pole of the logarithm; -inf, -inf: -inf, the logarithm of an exact 0 - 0, without a flag
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

#else

typedef struct {
    real f, f_low, j;
} R(logsubexp_state);

#define LOGSUBEXP_NEAR 0.125 /* of min(x, 1): nearer to 0, exp_sum is asked */

/* All but numbers of ordinary size with x - y >= SMALLEST_NORMAL. */
static inline mask R(logsubexp_outside)(real x, real y)
{
    const real large = C(LARGE);
    mask unusual = R(not_less)(R(magnitude)(x), large) | R(not_less)(R(magnitude)(y), large);
    real usual_x = R(zero_where)(unusual, x), usual_y = R(zero_where)(unusual, y);
    KEEP(usual_x);
    real difference = usual_x - usual_y;
    return R(not_less)(C(SMALLEST_NORMAL * (1 - EPSILON)), difference);
}

static element R(logsubexp_special_one)(element x, element y)
{
    if (x != x || y != y) {
        return x != x ? x : y;
    }
    if (x > y) {
        volatile element subtrahend = y; /* so that infinities are not subtracted before the question is answered */
        element difference = y < -C(LARGE)[0] || x > C(LARGE)[0] ? SMALLEST_NORMAL : x - subtrahend;
        return difference < SMALLEST_NORMAL ? R(softplusinv_special)(difference) : x;
    }
    if (x < y || x == (element)__builtin_inf()) {
        return R(outside_domain)();
    }
    return x == -(element)__builtin_inf() ? x : -R(pole)();
}

static real R(logsubexp_special)(real x, real y, mask outside)
{
    real chosen = R(select)(outside, C(1.0), C(0.0)), result = C(0.0);
    for (int lane = 0; lane < LANES; lane++) {
        if (chosen[lane] != 0) {
            result[lane] = R(logsubexp_special_one)(x[lane], y[lane]);
        }
    }
    return result;
}

static inline R(logsubexp_state) R(logsubexp_begin)(real x, real y)
{
    /* limited here and not in y: x - FAR is x where x is large */
    R(pair) minus_d = R(two_sum)(y, -x);
    mask far = R(less)(minus_d.high, C(-FAR));
    R(expm1_pair) e = R(expm1_of_pair)(R(max)(minus_d.high, C(-FAR)), R(zero_where)(far, minus_d.low), 0);

    /* j from the bits of w = 1 - e^-d; scale = 2^-j */
    real w = R(nmadd)(e.t, e.p, C(1.0) - e.t);
    bits j = R(exponent)((bits)w, INTEGER(ROOT_HALF_BITS));
    real scale = (real)((bits)C(1.0) - j);

    /* f + f_low = 2^-j w - 1; shift is exact, and so is the sum of the two up to p_low */
    real t_scale = e.t * scale;
    real shift = R(select)(R(less)(e.t, C(0.25)), -e.t, R(madd)(C(1.0) - e.t, scale, C(-1.0)));
    real f = R(nmadd)(t_scale, e.p, shift);
    real f_low = R(nmadd)(t_scale, e.p_low, R(nmadd)(t_scale, e.p, shift - f));
    return (R(logsubexp_state)){f, f_low, R(integers)(j)};
}

/* Next to the curve e^x - e^y = 1, where the two terms cancel: e^x - e^y = 1 - w e^x, w = e^-x + e^-d - 1, d = x - y. `nearest`:
 * where |w| is below `least` times the smaller one of x and d, and so not good enough. */
static __attribute__((noinline)) real R(logsubexp_close)(real x, real y, element least, mask *nearest)
{
    R(pair) d = R(two_sum)(x, -y);
    mask less = R(less)(x, d.high);
    real a = R(select)(less, x, d.high), a_low = R(zero_where)(less, d.low);
    R(pair) w = R(exp_sum)(a, a_low, R(select)(less, d.high, x), d.low - a_low), power = R(exp_pair)(x, C(0.0), 0);
    real high = w.high * power.high;
    real low = R(madd)(w.high, power.low, w.low * power.high) - R(residual)(w.high, power.high, high);
    *nearest = R(less)(R(magnitude)(w.high), C(least) * a);
    return R(log1p_of_small)(-high, -low);
}

#if REAL_BITS == 32
static float logsubexp_nearest_f32(float a, float b);
#else
static double logsubexp_nearest_f64(double x, double y)
{
    pair_f64 d = two_sum_f64(C(0.0) + x, -(C(0.0) + y)), power = exp_pair_f64(C(0.0) + x, C(0.0), 0);
    int less = x < d.high[0];
    near_number w = less ? softufunc_exp_sum_minus_1(x, 0, d.high[0], d.low[0])
                         : softufunc_exp_sum_minus_1(d.high[0], d.low[0], x, 0);
    real high = w.high * power.high;
    real low = w.high * power.low + w.low * power.high - residual_f64(C(0.0) + w.high, power.high, high);
    return softufunc_log1p_of_near((near_number){-high[0], -low[0], w.exponent});
}

/* float64 has so many digits more that integers are hardly ever needed. */
static float logsubexp_nearest_f32(float x, float y)
{
    mask nearest;
    real result = logsubexp_close_f64(splat_f64(x), splat_f64(y), 0x1p-36, &nearest);
    return (float)(any_f64(nearest) ? logsubexp_nearest_f64(x, y) : result[0]);
}
#endif

static inline real R(logsubexp_near)(real x, real y, real result, mask far, mask near)
{
    mask close = near & ~far, nearest;
    real found =
        R(logsubexp_close)(R(select)(close, x, C(LN2_HI)), R(select)(close, y, C(0.0)), EXP_SUM_NEAREST, &nearest);
    result = R(select)(close, found, result);
    near &= far | nearest;
    return R(any)(near) ? R(one_by_one)(x, y, result, near, R(logsubexp_nearest)) : result;
}

static __attribute__((noinline)) real R(logsubexp_rare)(real x, real y, real result, mask far, mask near)
{
    if (R(any)(far)) {
        real u;
        real scaled = R(sum_far)(x, y, far, C(-1.0), &u);
        near = R(select_mask)(far, R(less)(R(magnitude)(scaled), C(LOGSUBEXP_NEAR) * u), near);
        result = R(select)(far, scaled * R(power_of_2)(-FAR_SCALE), result);
    }
    if (R(any)(near)) {
        result = R(logsubexp_near)(x, y, result, far, near);
    }
    return result;
}

/* x + j ln 2 + log1p(f) */
static inline real R(logsubexp_sum)(real x, R(logsubexp_state) state)
{
    R(three) logarithm = R(log1p_three)(state.j, state.f, state.f_low);
    R(pair) first = R(two_sum)(x, logarithm.first);
    R(pair) second = R(two_sum)(first.high, logarithm.second);
    return second.high + (second.low + (first.low + logarithm.rest));
}

static inline real R(logsubexp_end)(real x, real y, R(logsubexp_state) state)
{
    real result = R(logsubexp_sum)(x, state);
    mask far = R(less)(y, x - C(FAR)) & R(less)(R(magnitude)(x), C(0.125));
    mask near = R(less)(R(magnitude)(result), C(LOGSUBEXP_NEAR) * R(min)(x, C(1.0)));
    if (__builtin_expect(R(any)(far | near), 0)) {
        result = R(logsubexp_rare)(x, y, result, far, near);
    }
    return result;
}

#endif
