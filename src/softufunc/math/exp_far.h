/* What logaddexp, logsubexp and log_prob have in common: the limits of their formula, and e^-x where it is small. */
#undef LARGE
#undef FAR
#undef FAR_LEAST
#undef FAR_SCALE
#if REAL_BITS == 32
#define LARGE 0x1p+126 /* the difference of two smaller numbers does not overflow */
#define FAR 20.0       /* log1p(e^-FAR) is below half an ulp of 1/8 */
#define FAR_LEAST 108.8
#define FAR_SCALE 64
#else
#define LARGE 0x1p+1022
#define FAR 40.0
#define FAR_LEAST 753.4
#define FAR_SCALE 512
#endif

/* 2^FAR_SCALE e^(b - a) for b - a < -FAR where `far`, where it is log1p of itself, because its half is too small to show;
 * scaled so that nothing is subnormal. FAR_LEAST and less give 0 once the scale is taken back. */
static inline R(pair) R(exp_far)(real a, real b, mask far)
{
    R(pair) difference = R(two_sum)(R(select)(far, R(max)(b, C(-FAR_LEAST)), C(-1.0)), -R(select)(far, a, C(0.0)));
    return R(exp_pair)(difference.high, difference.low, FAR_SCALE);
}

/* 2^FAR_SCALE (a + sign e^(b - a)) where `far`, |a| < 1/8, 0 elsewhere; u is the exponential. */
static __attribute__((noinline)) real R(sum_far)(real a, real b, mask far, real sign, real *u)
{
    R(pair) power = R(exp_far)(a, b, far);
    R(pair) sum = R(two_sum)(R(select)(far, a, C(0.0)) * R(power_of_2)(FAR_SCALE), sign * power.high);
    *u = power.high;
    return R(select)(far, sum.high + R(madd)(sign, power.low, sum.low), C(0.0));
}
