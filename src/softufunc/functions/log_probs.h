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

enum { R(log_probs_normal) = NORMAL_EXP_OF_MINUS_MAGNITUDE };

static ALWAYS_INLINE R(range) R(log_probs_fast)(R(values) x)
{
    return R(magnitude_below)(x.v[0], TAIL);
}

static ALWAYS_INLINE R(carry) R(log_probs_head)(R(values) x, int path)
{
    return path != PATH_FAST ? R(u_head_of_any)(x.v[0], path) : R(u_head)(R(negative_magnitude)(x.v[0]), -1);
}

static ALWAYS_INLINE R(carry) R(log_probs_middle)(R(values) x, R(carry) u, int path)
{
    return path != PATH_FAST ? R(log1p_carry_of_tail)(x.v[0], u, path) : R(log1p_quotient)(R(u_of_carry)(u), -1);
}

/* softplus(-|x|) and softplus(|x|) of any x */
static ALWAYS_INLINE R(values) R(log_probs_tail_of_any)(real x, R(carry) carry, int path)
{
    real minus_magnitude = R(negative_magnitude)(x), magnitude = R(magnitude)(x);
    mask in_tail = R(in_tail_or_nan)(x);
    R(log1p_terms) terms = R(log1p_of_quotient)(carry, 1);
    R(values) y = R(rescaled)(terms.s + R(log1p_tail)(terms, C(0.0)), minus_magnitude, carry, path);
    real smaller = R(select)(R(is_nan)(x), minus_magnitude, y.v[0]);
    real larger = R(log1p_exp_sum)(R(zero_where)(in_tail, magnitude), terms, 1);
    larger = R(select)(in_tail, magnitude, larger);
    y.v[0] = -R(select_by_sign)(x, smaller, larger);
    y.v[1] = -R(select_by_sign)(x, larger, smaller);
    return y;
}

/* -|x| and negated terms, so that the results need no change of sign */
static ALWAYS_INLINE R(values) R(log_probs_tail)(R(values) x, R(carry) carry, int path)
{
    if (path != PATH_FAST) {
        return R(log_probs_tail_of_any)(x.v[0], carry, path);
    }
    R(log1p_terms) terms = R(log1p_of_quotient)(carry, -1);
    real smaller = terms.s + R(log1p_tail)(terms, C(0.0));
    R(pair) sum = R(log1p_clamped_parts)(R(negative_magnitude)(x.v[0]), terms, -1);
    real larger = sum.high + sum.low;
    return R(two_values)(R(select_by_sign)(x.v[0], smaller, larger), R(select_by_sign)(x.v[0], larger, smaller));
}

#endif
