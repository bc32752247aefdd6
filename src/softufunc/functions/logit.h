#ifdef LONG_DOUBLE

static long double logit_longdouble(long double p)
{
    /* 2 p - 1 is exact for p >= 1/4 */
    return p > 0.25L && p < 0.75L ? 2 * atanhl(2 * p - 1) : logl(p) - log1pl(-p);
}

#else

typedef struct {
    R(quotient) s;
    real k;
} R(logit_state);

static inline R(logit_state) R(logit_begin)(real p)
{
    real q = C(1.0) - p;
    real ql = (C(1.0) - q) - p;
    const bits half = (bits){0} + 1 << (MANTISSA_BITS - 1);
    bits K = R(exponent)((bits)p - (bits)q, -half);
    real pp = (real)((bits)p - K);
    real den = pp + q;
    real dl = (pp - (den - q)) + ql;
    return (R(logit_state)){R(divide)(pp - q, -ql, den, dl), R(exponent_to_real)(K)};
}

static inline real R(logit_end)(real p, R(logit_state) state)
{
    (void)p;
    R(quotient) s = {state.s.high + state.s.high, state.s.low + state.s.low};
    return R(log_sum)(state.k, s);
}

static inline mask R(logit_outside)(real p)
{
    return R(not_less)(p, C(1.0)) | R(not_less)(C(SMALLEST_NORMAL * (1 - EPSILON)), p);
}

static inline real R(logit_harmless)(void)
{
    return C(0.5);
}

static inline element R(logit_special)(element p)
{
    if (p != p) {
        return p;
    }
    if (p > 0 && p < 1) {
        /* subnormal: logit(p) = log p = log(2^e p) - e ln 2 */
        real scaled = R(splat)(p * (2 / EPSILON));
        R(logit_state) state = R(logit_begin)(scaled);
        state.k -= C((MANTISSA_BITS + 1) * (1 / EPSILON));
        return R(logit_end)(scaled, state)[0];
    }
    if (p == 0) {
        return -R(pole)();
    }
    if (p == 1) {
        return R(pole)();
    }
    return R(outside_domain)();
}

#endif
