/* logcosh(x) = log(cosh(x))                                                              derivative: tanh; an even function
 *
 * Identity   a + log1p(u) - ln 2, a = |x|, u = e^-2a, where a >= 0.57: nothing overflows, and less than two bits cancel;
 *            x^2 / 2 + x^4 p(x^2) below, where the three terms would cancel: the rounding error of x^2 goes into the second one
 * Why not    log(cosh(x)): overflows above 710.5 (89.4), and all digits are lost next to 0;
 *            logaddexp(x, -x) - log(2), or x + softplus(-2x) - log(2): all digits are lost next to 0
 * Ranges     |x| >= 2^-150 (2^-30): the formula; both are computed for every number, since a vector of everyday ones
 *            often has some of either kind. u is at least e^-40 (e^-20), too small to show beside a - ln 2
 *            |x| < 2^-150 (2^-30): x^2 / 2, one product, so that a subnormal result is rounded once
 * Special    +-0 -> +0, +-inf -> inf, nan -> nan; raises nothing but underflow
 * BOUND f64 0.645 at -0x1.27b39ef134236p-1
 *           got 0x1.441b550ae67c2p-3, want 0x1.441b550ae67c15b09242p-3 (with FMA; 0.614 without it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, 2026-11-28:
 *           python -m tools accuracy logcosh --isa avx2 baseline --points 1e7 --seed 2
 * BOUND f32 0.664 at 0x1.331dc4p-1
 *           got 0x1.5c41d8p-3, want 0x1.5c41d953db006p-3 (with FMA);
 *           all inputs from 0 on, 2026-11-28: python -m tools accuracy logcosh --exhaustive --isa avx2 --range 0 inf
 */
#ifdef LONG_DOUBLE

static long double logcosh_longdouble(long double x)
{
    long double a = x < 0 ? -x : x, s = sinhl(a < 1 ? a / 2 : 0);
    return a < 1 ? log1pl(2 * s * s) : a - 0xb17217f7d1cf79abc9e3b39803f3p-112L + log1pl(expl(-2 * a));
}

static const softufunc_traits logcosh_traits = {.longdouble.unary = logcosh_longdouble};

#else

#undef LOGCOSH_TINY
#if REAL_BITS == 32
#define LOGCOSH_TINY 0x1p-30 /* x^4, and x^6 in float64, is no subnormal number above; x^4 is too small to show below */
#else
#define LOGCOSH_TINY 0x1p-150
#endif
#define LOGCOSH_NEAR 0.57

enum { R(logcosh_normal) = NORMAL_NONE };

static ALWAYS_INLINE R(range) R(logcosh_fast)(R(values) x)
{
    return R(range_from)(R(magnitude)(x.v[0]), LOGCOSH_TINY, (element)__builtin_inf());
}

/* log(cosh x) - z / 2 + low, z = x^2, for |x| <= 0.57; tools/check/coefficients/logcosh.sollya */
static ALWAYS_INLINE real R(logcosh_near_0)(real z, real low)
{
#if REAL_BITS == 32
    real p = R(madd)(C(-0x1.22fab2p-11), z, C(0x1.17a86ep-9));
    p = R(madd)(p, z, C(-0x1.b9a82ep-8));
    p = R(madd)(p, z, C(0x1.6c1542p-6));
    p = R(madd)(p, z, C(-0x1.555554p-4));
    return R(madd)(z * p, z, low);
#else
    /* the largest term, -z^2 / 12, is added last */
    real z2 = z * z;
    real even = R(madd)(C(-0x1.c7f670bd03e1ep-21), z2, C(-0x1.895eb865cdcc8p-17));
    real odd = R(madd)(C(0x1.02ba0df4cd265p-18), z2, C(0x1.12708c58651b6p-15));
    even = R(madd)(even, z2, C(-0x1.7d97256eee0dbp-14));
    odd = R(madd)(odd, z2, C(0x1.0d0af651b1b46p-12));
    even = R(madd)(even, z2, C(-0x1.833d98fe1d3fbp-11));
    odd = R(madd)(odd, z2, C(0x1.1ea5d3917ebb3p-9));
    even = R(madd)(even, z2, C(-0x1.ba1ba1b9fa26ep-8));
    odd = R(madd)(odd, z2, C(0x1.6c16c16c16a8ap-6));
    return R(madd)(z2, C(-0x1.5555555555555p-4), R(madd)(z2 * z, R(madd)(even, z, odd), low));
#endif
}

/* |x|, or 1 for tiny numbers, infinities and nan */
static ALWAYS_INLINE real R(logcosh_inside)(real x)
{
    real a = R(magnitude)(x);
    return R(select)(R(less)(a, C(LOGCOSH_TINY)) | R(not_less)(a, C(__builtin_inf())), C(1.0), a);
}

/* The result for any x; y where logcosh_inside is |x| */
static ALWAYS_INLINE real R(logcosh_of_any)(real x, real y)
{
    real a = R(magnitude)(x);
    mask tiny = R(less)(a, C(LOGCOSH_TINY)), not_finite = R(not_less)(a, C(__builtin_inf()));
    real small = R(zero_where)(R(not_less)(a, C(LOGCOSH_TINY)), a);
    y = R(select)(tiny, C(0.5) * small * small, R(select)(not_finite, a, y));
    return R(select)(R(is_nan)(x), x, y);
}

static ALWAYS_INLINE R(carry) R(logcosh_head)(R(values) x, int path)
{
    real a = path != PATH_FAST ? R(logcosh_inside)(x.v[0]) : R(magnitude)(x.v[0]);
    return R(u_head)(C(-2.0) * R(opt_barrier)(R(min)(a, C(0.5 * TAIL))), 1);
}

static ALWAYS_INLINE R(carry) R(logcosh_middle)(R(values) x, R(carry) u, int path)
{
    (void)path;
    (void)x;
    return R(log1p_quotient)(R(u_of_carry)(u), 1);
}

static ALWAYS_INLINE R(values) R(logcosh_tail)(R(values) x, R(carry) carry, int path)
{
    real a = path != PATH_FAST ? R(logcosh_inside)(x.v[0]) : R(magnitude)(x.v[0]);

    /* a + s - ln 2 with the rounding errors: a > s, and the sum is above ln 2 */
    R(log1p_terms) terms = R(log1p_terms_of)(carry.v[0], carry.v[1], 1, R(atanh_root));
    real sum = a + terms.s, sum_low = terms.s - (sum - a);
    real high = sum - C(LN2_HI);
    real low = R(log1p_tail)(terms, ((sum - high) - C(LN2_HI)) + sum_low);
    real away = high + (low - C(LN2_LO));

    /* larger numbers would overflow */
    real b = R(opt_barrier)(R(min)(a, C(1.0)));
    real z = b * b;
    /* z_low is multiplied by the derivative 1/2 - z/6; 0.46 is its value just above z = 1/4, where an ulp of z is four of the result */
    real z_low = R(residual)(b, b, z);
    real near = R(madd)(C(0.5), z, R(logcosh_near_0)(z, C(-0.46) * z_low));
    real y = R(select)(R(less)(a, C(LOGCOSH_NEAR)), near, away);
    return R(value)(path != PATH_FAST ? R(logcosh_of_any)(x.v[0], y) : y);
}

#endif
