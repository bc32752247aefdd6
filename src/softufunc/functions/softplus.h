/* softplus(x) = log(1 + e^x)                                                                   inverse: softplusinv
 *
 * Identity   max(x, 0) + log1p(u), u = e^-|x|       does not overflow, and terms of the same sign do not cancel
 *            log1p(u) = 2 atanh(s / 2), s = u / (1 + u/2)
 * Why not    log1p(e^x): overflows above 709.78 (88.7); x where x > 20: 5.8e5 ulp off at 20.03 in float64;
 *            np.logaddexp(x, 0): errors of 1.5 ulp, and ten times the time
 * Ranges     |x| <= 40 (20): the formula
 *            x > 40 (20): log1p(u) is below half an ulp of x, and the result is x
 *            x < -40 (-20): log1p(u) is u to working precision; see `rescaled` in math/log1p_exp.h
 * Special    -inf -> +0, +inf -> +inf, nan -> nan; raises no exception but underflow
 * BOUND f64 0.656 at -0x1.59b4ff1d0d004p+9
 *           got 0x1.6a2397719d27dp-998, want 0x1.6a2397719d27da7d80f1p-998 (with FMA; 0.647 without it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, for sigmoid_grad, 2026-11-28:
 *           python -m tools accuracy softplus sigmoid_grad --isa avx2 baseline --points 1e7
 * BOUND f32 0.702 at -0x1.2ddadp+5
 *           got 0x1.7a94c2p-55, want 0x1.7a94c367526p-55 (without FMA; 0.686 with it);
 *           all inputs, 2026-11-28: python -m tools accuracy softplus --exhaustive --isa all
 */
#ifdef LONG_DOUBLE

static long double softplus_longdouble(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(x > 0 ? -x : x));
}

static const softufunc_traits softplus_traits = {.longdouble.unary = softplus_longdouble};

#else

/* y_sign softplus(x_sign x), for softminus, log_prob_0 and log_prob_1; the flips cost no operation */
static ALWAYS_INLINE R(range) R(softplus_flip_fast)(R(values) x, int x_sign)
{
    (void)x_sign;
    return R(magnitude_below)(x.v[0], TAIL);
}

static ALWAYS_INLINE R(carry) R(softplus_flip_head)(R(values) x, int x_sign, int y_sign)
{
    (void)y_sign;
    return R(u_head)(R(negative_magnitude)(x.v[0]), x_sign);
}

static ALWAYS_INLINE R(carry) R(softplus_flip_middle)(R(values) x, R(carry) u, int x_sign, int y_sign)
{
    (void)x;
    (void)y_sign;
    return R(log1p_quotient)(R(u_of_carry)(u), x_sign);
}

static ALWAYS_INLINE R(values) R(softplus_flip_tail)(R(values) x, R(carry) s, int x_sign, int y_sign)
{
    R(pair) sum = R(log1p_exp_parts)(x.v[0], R(log1p_of_quotient)(s, x_sign), x_sign);
    return R(value)(R(signed_sum)(sum, x_sign * y_sign));
}

enum { R(softplus_normal) = NORMAL_EXP_OF_X };

static ALWAYS_INLINE R(range) R(softplus_fast)(R(values) x)
{
    return R(softplus_flip_fast)(x, 1);
}

static ALWAYS_INLINE R(carry) R(softplus_head)(R(values) x, int path)
{
    return path != PATH_FAST ? R(u_head_of_any)(x.v[0], path) : R(softplus_flip_head)(x, 1, 1);
}

static ALWAYS_INLINE R(carry) R(softplus_middle)(R(values) x, R(carry) u, int path)
{
    return path != PATH_FAST ? R(log1p_carry_of_tail)(x.v[0], u, path) : R(softplus_flip_middle)(x, u, 1, 1);
}

/* In the lanes `right`, and for nan, the result is x. */
static ALWAYS_INLINE R(values) R(softplus_tail_of_any)(real x, R(carry) carry, int path)
{
    mask right = R(not_less)(x, C(TAIL));
    real sum = R(log1p_exp_sum)(R(zero_where)(right, x), R(log1p_of_quotient)(carry, 1), 1);
    R(values) y = R(rescaled)(sum, x, carry, path);
    y.v[0] = R(select)(right, x, y.v[0]);
    return y;
}

static ALWAYS_INLINE R(values) R(softplus_tail)(R(values) x, R(carry) carry, int path)
{
    return path != PATH_FAST ? R(softplus_tail_of_any)(x.v[0], carry, path) : R(softplus_flip_tail)(x, carry, 1, 1);
}

#endif
