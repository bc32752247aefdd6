/* softplus_sigmoid(x) = log(1 + e^x), 1 / (1 + e^-x)                     value and derivative of softplus, in one pass
 *
 * Identity   softplus as in softplus.h, bit for bit, and with the same u = e^-|x|: sigmoid is u / (1 + u) for x < 0 and
 *            1 / (1 + u) elsewhere
 * Why not    the bits of sigmoid.h: it needs e^-r where softplus needs e^r, and with both it takes 1.5 to 1.7 times the
 *            time of softplus, where this takes 1.15 to 1.4
 * Ranges     as softplus
 * Special    as softplus and sigmoid
 * Bounds     of the first result those of softplus; of the second one
 * BOUND f64 0.710 at -0x1.2f406dbdc63dfp+8
 *           got 0x1.6a1e030c8c2c7p-438, want 0x1.6a1e030c8c2c7b58756fp-438;
 *           1e8 points and a search from the worst of them, 2026-11-26:
 *           tools/ulp.py softplus_sigmoid.sigmoid --isa avx2 baseline --points 1e8
 * BOUND f32 0.702 at -0x1.2ddadp+5
 *           got 0x1.7a94c2p-55, want 0x1.7a94c367526p-55;
 *           all inputs, 2026-11-26: tools/exhaustive.py softplus_sigmoid.sigmoid --isa all
 */
#ifdef LONG_DOUBLE

static void softplus_sigmoid_longdouble(long double x, long double *first, long double *second)
{
    *first = softplus_longdouble(x);
    *second = sigmoid_longdouble(x);
}

#else

typedef R(softplus_state) R(softplus_sigmoid_state);

static inline R(softplus_sigmoid_state) R(softplus_sigmoid_begin)(real x)
{
    return R(softplus_begin)(x);
}

/* Where |x| > SOFTPLUS_FAR or x is nan: as softplus_far. The sigmoid computed from a u that is small, but not e^-|x|, is right
 * for x > 0. */
static __attribute__((noinline)) R(results) R(softplus_sigmoid_far)(real x, R(results) y, real p)
{
    real s = R(select)(R(less)(x, C(0.0)), R(softplus_far)(x, y.second, p), y.second);
    return (R(results)){R(softplus_far)(x, y.first, p), R(select)(R(is_nan)(x), x, s)};
}

/* Both results from u = e^-|x|; `middle` is x, or 0 beyond SOFTPLUS_FAR */
static inline R(results) R(softplus_sigmoid_of_u)(real x, real middle, R(pair) u)
{
    R(results) y;
    y.first = R(log1p_exp_sum)(middle, R(log1p_of_u)(u, 1), 1);

    /* numerator / (1 + u), and what its rounding and the low part of u take away: the quotient is more than half of the
     * numerator, so that the difference is exact */
    real numerator = R(select_by_sign)(x, u.high, C(1.0));
    real reciprocal = C(1.0) / (C(1.0) + u.high);
    real high = numerator * reciprocal;
    real rest = R(residual)(high, u.high, numerator - high);
    real signed_low = (real)((bits)u.low ^ ((bits)x & (bits)C(-0.0)));
    y.second = R(madd)(R(nmadd)(reciprocal, signed_low, rest), reciprocal, high);
    return y;
}

static inline R(results) R(softplus_sigmoid_end)(real x, R(softplus_sigmoid_state) state)
{
    real r = state.p.r, c = state.p.c, t = state.t, middle = x;
    mask far = R(not_less)(C(-SOFTPLUS_FAR * (1 + EPSILON)), R(negative_magnitude)(x));
    int any_far = R(any)(far);
    if (__builtin_expect(any_far, 0)) {
        t = R(select)(far, R(power_of_2)(SOFTPLUS_FAR_LOG2), t);
        middle = R(zero_where)(far, x);
    }
    R(results) y = R(softplus_sigmoid_of_u)(x, middle, R(u_of_expm1)(r, c, t));
    if (__builtin_expect(any_far, 0)) {
        y = R(softplus_sigmoid_far)(x, y, r + c);
    }
    return y;
}

static inline R(range) R(softplus_sigmoid_usual)(real x)
{
    return R(softplus_usual)(x);
}

static inline R(softplus_sigmoid_state) R(softplus_sigmoid_usual_begin)(real x)
{
    return R(softplus_usual_begin)(x);
}

static inline R(results) R(softplus_sigmoid_usual_end)(real x, R(softplus_sigmoid_state) state)
{
    return R(softplus_sigmoid_of_u)(x, x, R(u_of_expm1)(state.p.r, state.p.c, state.t));
}

#endif
