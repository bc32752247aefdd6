/* log_prob_1(x) = log P(class 1) = log sigmoid(x) = -softplus(-x) */
#ifdef LONG_DOUBLE

static long double log_prob_1_longdouble(long double x)
{
    return -softplus_longdouble(-x);
}

#else

typedef R(softplus_state) R(log_prob_1_state);

static inline R(log_prob_1_state) R(log_prob_1_begin)(real x)
{
    return R(softplus_begin)(-x);
}

static inline real R(log_prob_1_end)(real x, R(log_prob_1_state) state)
{
    return -R(softplus_end)(-x, state);
}

#endif
