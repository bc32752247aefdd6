/* log_probs(x) = log_prob_0(x), log_prob_1(x)                            the log-probabilities of both classes, in one pass
 *
 * Identity   -softplus(x) and -softplus(-x), bit for bit: with L = log1p(e^-|x|) one of them is -L and the other one is
 *            -(|x| + L)
 * Why not    x added to the one or taken from the other: all digits of the smaller one are lost
 * Special    as log_prob_0 and log_prob_1; raises nothing but underflow. The bounds are those of log_prob_0 and log_prob_1
 */
#ifdef LONG_DOUBLE

static void log_probs_longdouble(long double x, long double *first, long double *second)
{
    *first = log_prob_0_longdouble(x);
    *second = log_prob_1_longdouble(x);
}

#else

typedef R(softplus_state) R(log_probs_state);

static inline R(log_probs_state) R(log_probs_begin)(real x)
{
    return R(softplus_begin)(x);
}

static inline R(results) R(log_probs_end)(real x, R(log_probs_state) state)
{
    real r = state.p.r, c = state.p.c, t = state.t;
    real minus_magnitude = R(negative_magnitude)(x);
    real magnitude = -minus_magnitude, middle = magnitude;
    mask far = R(not_less)(C(-SOFTPLUS_FAR * (1 + EPSILON)), minus_magnitude);
    int any_far = R(any)(far);
    if (__builtin_expect(any_far, 0)) {
        t = R(select)(far, R(power_of_2)(SOFTPLUS_FAR_LOG2), t);
        middle = R(zero_where)(far, middle);
    }

    /* the sum of log1p_exp_sum where x is negative, and where it is positive */
    R(log1p_terms) terms = R(log1p_of_u)(R(u_of_expm1)(r, c, t), 1);
    real smaller = terms.s + R(log1p_tail)(terms, C(0.0));
    real larger = R(log1p_exp_sum)(middle, terms, 1);
    if (__builtin_expect(any_far, 0)) {
        larger = R(select)(far, magnitude, larger);
        smaller = R(softplus_far)(minus_magnitude, smaller, r + c);
    }
    return (R(results)){-R(select_by_sign)(x, smaller, larger), -R(select_by_sign)(x, larger, smaller)};
}

static inline R(range) R(log_probs_usual)(real x)
{
    return R(softplus_usual)(x);
}

/* -|x| and the terms with a minus: no change of sign is left to do */
static inline R(log_probs_state) R(log_probs_usual_begin)(real x)
{
    return R(softplus_signed_begin)(x, -1);
}

static inline R(results) R(log_probs_usual_end)(real x, R(log_probs_state) state)
{
    R(log1p_terms) terms = R(log1p_of_u)(R(u_of_expm1)(state.p.r, state.p.c, state.t), -1);
    real smaller = terms.s + R(log1p_tail)(terms, C(0.0));
    R(pair) sum = R(log1p_held_parts)(R(negative_magnitude)(x), terms, -1);
    real larger = sum.high + sum.low;
    return (R(results)){R(select_by_sign)(x, smaller, larger), R(select_by_sign)(x, larger, smaller)};
}

#endif
