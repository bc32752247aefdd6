/* logit(p) = log(p / (1 - p))                                                                  inverse: sigmoid
 *
 * Identity   k ln 2 + 2 atanh(s), s = (p' - q) / (p' + q), with q = 1 - p and p' = 2^-k p near q.
 *            For k = 0 the denominator is 1 and high + low of s is 2 p - 1, both exact: next to 1/2 no digit is lost
 * Why not    log(p / (1 - p)): loses all digits next to 1/2 (half of them at 1/2 + 1e-8);
 *            log(p) - log1p(-p): the same, by cancellation
 * Ranges     |s| <= 0.2: the exponents' difference, rounded, is within 0.586 of log2(p / q)
 * Special    0 -> -inf and 1 -> +inf (divide), below 0 or above 1 -> nan (invalid), 1/2 -> +0, nan -> nan
 * BOUND f64 0.606 at 0x1.a827ca20595b3p-2
 *           got -0x1.62e3680b1c53p-2, want -0x1.62e3680b1c5309b0ac90p-2;
 *           1e8 points and a search from the worst of them, 2026-11-24: tools/ulp.py logit --isa avx2 baseline --points 1e8;
 *           0.6376 proven with FMA: tools/proofs/check.py
 * BOUND f32 0.618 at 0x1.aa2f36p-2
 *           got -0x1.5a883p-2, want -0x1.5a88313c4c9bp-2;
 *           all inputs, 2026-11-24: tools/exhaustive.py logit --isa all
 */
#ifdef LONG_DOUBLE

static long double logit_longdouble(long double p)
{
    /* 2 p - 1 is exact for p >= 1/4 */
    return p > 0.25L && p < 0.75L ? 2 * atanhl(2 * p - 1) : logl(p) - log1pl(-p);
}

#else

typedef struct {
    R(quotient) s; /* 2 s of the identity above */
    real k;
} R(logit_state);

static inline R(logit_state) R(logit_begin)(real p)
{
    /* 1 - p = q + q_low */
    real q = C(1.0) - p;
    real q_low = (C(1.0) - q) - p;

    /* the bits of a number, read as an integer, are its logarithm to base 2 within 0.086 */
    const bits half = INTEGER(1) << (MANTISSA_BITS - 1);
    bits k = R(exponent)((bits)p - (bits)q, -half);
    real scaled = (real)((bits)p - k);

    /* scaled - q is exact; the denominator keeps its rounding error */
    real sum = scaled + q;
    real sum_low = (scaled - (sum - q)) + q_low;
    return (R(logit_state)){R(divide)(2, scaled - q, -q_low, sum, sum_low), R(integers)(k)};
}

static inline real R(logit_end)(real p, R(logit_state) state)
{
    (void)p;
    return R(log_sum)(state.k, state.s);
}

static inline R(range) R(logit_usual)(real p)
{
    return R(range_from)(p, SMALLEST_NORMAL, 1);
}

typedef R(logit_state) R(logit_usual_state);

static inline R(logit_state) R(logit_usual_begin)(real p)
{
    return R(logit_begin)(p);
}

static inline real R(logit_usual_end)(real p, R(logit_state) state)
{
    return R(logit_end)(p, state);
}

/* Everything but the normal numbers between 0 and 1. */
static inline mask R(logit_outside)(real p)
{
    return R(outside)(p, 1);
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
        real scaled = R(subnormal_part)(p) * C(2 / EPSILON);
        R(logit_state) state = R(logit_begin)(scaled);
        state.k -= C((MANTISSA_BITS + 1) / EPSILON);
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
