/* one_minus_sigmoid(x) = 1 / (1 + e^x) = sigmoid(-x) */
#ifdef LONG_DOUBLE

static long double one_minus_sigmoid_longdouble(long double x)
{
    return sigmoid_longdouble(-x);
}

#else

typedef R(sigmoid_state) R(one_minus_sigmoid_state);

static inline R(one_minus_sigmoid_state) R(one_minus_sigmoid_begin)(real x)
{
    return R(sigmoid_begin)(-x);
}

static inline real R(one_minus_sigmoid_end)(real x, R(one_minus_sigmoid_state) state)
{
    return R(sigmoid_end)(-x, state);
}

#endif
