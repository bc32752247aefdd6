/* log_prob_0(x) = log P(class 0) = log(1 - sigmoid(x)) = -softplus(x) */
#ifdef LONG_DOUBLE

static long double log_prob_0_longdouble(long double x)
{
    return -softplus_longdouble(x);
}

#else

typedef R(softplus_state) R(log_prob_0_state);

static inline R(log_prob_0_state) R(log_prob_0_begin)(real x)
{
    return R(softplus_begin)(x);
}

static inline real R(log_prob_0_end)(real x, R(log_prob_0_state) state)
{
    return -R(softplus_end)(x, state);
}

#endif
