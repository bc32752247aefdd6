/* softminus(x) = x - softplus(x) = log sigmoid(x) = -softplus(-x)          inverse: softminusinv */
#ifdef LONG_DOUBLE

static long double softminus_longdouble(long double x)
{
    return -softplus_longdouble(-x);
}

#else

typedef R(softplus_state) R(softminus_state);

static inline R(softminus_state) R(softminus_begin)(real x)
{
    return R(softplus_begin)(-x);
}

static inline real R(softminus_end)(real x, R(softminus_state) state)
{
    return -R(softplus_end)(-x, state);
}

#endif
