/* log_probs(x) = log_prob_0(x), log_prob_1(x)                            the log-probabilities of both classes, in one pass
 *
 * Identity   -softplus(x) and -softplus(-x), bit for bit: with L = log1p(e^-|x|) one of them is -L and the other is -(|x| + L)
 * Why not    one result from the other by adding or subtracting x: all digits of the smaller one are lost
 * Special    as log_prob_0 and log_prob_1; raises no exception but underflow. The bounds are those of log_prob_0 and log_prob_1
 */
#ifdef LONG_DOUBLE

static void log_probs_longdouble(long double x, long double y, long double *out, long double *out2)
{
    (void)y;
    *out = log_prob_0_longdouble(x);
    *out2 = log_prob_1_longdouble(x);
}

static const softufunc_traits log_probs_traits = {.longdouble.two_outputs = log_probs_longdouble};

#else

static ALWAYS_INLINE R(range) R(log_probs_fast)(R(values) x)
{
    return R(magnitude_below)(x.v[0], TAIL);
}

static ALWAYS_INLINE R(carry) R(log_probs_head)(R(values) x)
{
    return R(u_head)(R(negative_magnitude)(x.v[0]), -1);
}

/* -|x| and negated terms, so that the results need no change of sign */
static ALWAYS_INLINE R(values) R(log_probs_tail)(R(values) x, R(carry) u)
{
    R(log1p_terms) terms = R(log1p_of_u)(R(u_of_carry)(u), -1);
    real smaller = terms.s + R(log1p_tail)(terms, C(0.0));
    R(pair) sum = R(log1p_clamped_parts)(R(negative_magnitude)(x.v[0]), terms, -1);
    real larger = sum.high + sum.low;
    return (R(values)){{R(select_by_sign)(x.v[0], smaller, larger), R(select_by_sign)(x.v[0], larger, smaller)}};
}

static COLD R(values) R(log_probs_slow)(R(values) v)
{
    real x = v.v[0];
    R(u_any) u = R(u_of_any)(x);
    real minus_magnitude = R(negative_magnitude)(x);
    real magnitude = -minus_magnitude;
    real middle = u.any_in_tail ? R(zero_where)(u.in_tail, magnitude) : magnitude;

    /* softplus(-|x|) and softplus(|x|) */
    R(log1p_terms) terms = R(log1p_of_u)(u.u, 1);
    real smaller = terms.s + R(log1p_tail)(terms, C(0.0));
    real larger = R(log1p_exp_sum)(middle, terms, 1);
    if (__builtin_expect(u.any_in_tail, 0)) {
        larger = R(select)(u.in_tail, magnitude, larger);
        smaller = R(log1p_exp_tail)(minus_magnitude, smaller, u.p);
    }
    return (R(values)){{-R(select_by_sign)(x, smaller, larger), -R(select_by_sign)(x, larger, smaller)}};
}

#endif
