/* logit(p) = log(p / (1 - p))                                                                  inverse: sigmoid
 *
 * Identity   k ln 2 + 2 atanh(s), s = (p' - q) / (p' + q), with q = 1 - p and p' = 2^-k p near q.
 *            For k = 0 the denominator is 1 and s = 2 p - 1, both exact: near 1/2 no digit is lost
 * Why not    log(p / (1 - p)): loses all digits near 1/2 (half of them at 1/2 + 1e-8);
 *            log(p) - log1p(-p): the same, by cancellation
 * Ranges     |s| <= 0.2: k, from the difference of the bit patterns, is within 0.586 of log2(p / q)
 * Special    0 -> -inf and 1 -> +inf (divide), below 0 or above 1 -> nan (invalid), 1/2 -> +0, nan -> nan
 * BOUND f64 0.606 at 0x1.a827ca20595b3p-2
 *           got -0x1.62e3680b1c53p-2, want -0x1.62e3680b1c5309b0ac90p-2;
 *           1e8 points and a search from the worst of them, 2026-11-24:
 *           python -m tools accuracy logit --isa avx2 baseline --points 1e8;
 *           0.6376 proven with FMA: python -m tools check proofs
 * BOUND f32 0.618 at 0x1.aa2f36p-2
 *           got -0x1.5a883p-2, want -0x1.5a88313c4c9bp-2;
 *           all inputs, 2026-11-24: python -m tools accuracy logit --exhaustive --isa all
 */
#ifdef LONG_DOUBLE

static long double logit_longdouble(long double p)
{
    /* 2 p - 1 is exact for p >= 1/4 */
    return p != p ? p : p > 0.25L && p < 0.75L ? 2 * atanhl(2 * p - 1) : logl(p) - log1pl(-p);
}

static const softufunc_traits logit_traits = {.longdouble.unary = logit_longdouble};

#else

enum { R(logit_normal) = NORMAL_NONE };

static ALWAYS_INLINE R(range) R(logit_fast)(R(values) x)
{
    return R(range_from)(x.v[0], SMALLEST_NORMAL, 1);
}

/* The carry is 2 s of the identity above, as an unevaluated sum, and k. */
static ALWAYS_INLINE R(carry) R(logit_head)(R(values) x, int path)
{
    real p = path != PATH_FAST ? R(select)(R(outside)(x.v[0], 1), C(0.5), x.v[0]) : x.v[0];
    /* 1 - p = q + q_low */
    real q = C(1.0) - p;
    real q_low = (C(1.0) - q) - p;

    /* the bits of a number as an integer approximate its base 2 logarithm to within 0.086 */
    const bits half = INTEGER(1) << (MANTISSA_BITS - 1);
    bits k = R(exponent)((bits)p - (bits)q, -half);
    real scaled = (real)((bits)p - k);

    /* scaled - q is exact; sum_low is the rounding error of the denominator */
    real sum = scaled + q;
    real sum_low = (scaled - (sum - q)) + q_low;
    R(quotient) s = R(divide)(2, scaled - q, -q_low, sum, sum_low);
    return R(carry_of_three)(s.high, s.low, R(integers)(k));
}

static ALWAYS_INLINE R(carry) R(logit_middle)(R(values) x, R(carry) carry, int path)
{
    (void)path;
    (void)x;
    return carry;
}

static ALWAYS_INLINE real R(logit_of_carry)(R(carry) carry)
{
    return R(log_sum)(carry.v[2], (R(quotient)){carry.v[0], carry.v[1]});
}

/* All numbers except normal ones between 0 and 1 */
static element R(logit_special)(element p)
{
    if (p > 0 && p < 1) {
        /* subnormal: logit(p) = log p = log(2^e p) - e ln 2 */
        R(values) scaled = R(value)(R(subnormal_part)(p) * C(2 / EPSILON));
        R(carry) carry = R(logit_head)(scaled, 0);
        carry.v[2] -= C((MANTISSA_BITS + 1) / EPSILON);
        return R(logit_of_carry)(carry)[0];
    }
    if (p == 0) {
        return -R(pole)();
    }
    if (p == 1) {
        return R(pole)();
    }
    return R(outside_domain)();
}

static ALWAYS_INLINE R(values) R(logit_tail)(R(values) x, R(carry) carry, int path)
{
    real y = R(logit_of_carry)(carry);
    if (path != PATH_FAST) {
        mask nan = R(is_nan)(x.v[0]);
        y = R(patched)(R(select)(nan, x.v[0], y), x.v[0], R(outside)(x.v[0], 1) & ~nan, R(logit_special));
    }
    return R(value)(y);
}

#endif
