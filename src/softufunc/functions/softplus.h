/* softplus(x) = log(1 + e^x)                                                                   inverse: softplusinv
 *
 * Identity   max(x, 0) + log1p(u), u = e^-|x|       nothing overflows, and two terms of one sign cannot cancel
 *            log1p(u) = 2 atanh(s / 2), s = u / (1 + u/2)
 * Why not    log1p(e^x): overflows above 709.78 (88.7); x where x > 20: 5.8e5 ulp off at 20.03 in float64;
 *            np.logaddexp(x, 0): 1.5 ulp, and ten times the time
 * Ranges     |x| <= 40 (20): the formula
 *            x > 40 (20): log1p(u) is below half an ulp of x, and the result is x; see softplus_far
 *            x < -40 (-20): log1p(u) is u up to a factor that no digit shows; see softplus_far
 * Special    -inf -> +0, +inf -> +inf, nan -> nan; raises nothing but underflow
 * BOUND f64 0.710 at -0x1.4ef69fbe8c2a5p+9
 *           got 0x1.6a09e66f6d6a8p-967, want 0x1.6a09e66f6d6a8b5afa1ep-967;
 *           1e8 points and a search from the worst of them, 2026-11-26: tools/ulp.py softplus --isa avx2 baseline --points 1e8
 * BOUND f32 0.707 at -0x1.caa428p-2
 *           got 0x1.f9ed9p-2, want 0x1.f9ed9169966dap-2;
 *           all inputs, 2026-11-26: tools/exhaustive.py softplus --isa all
 */
#ifdef LONG_DOUBLE

static long double softplus_longdouble(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(x > 0 ? -x : x));
}

#else

typedef struct {
    R(expm1_sum) p; /* u = t (1 + p) */
    real t;
} R(softplus_state);

#undef SOFTPLUS_LEAST
#undef SOFTPLUS_FAR
#undef SOFTPLUS_FAR_LOG2
#if REAL_BITS == 32
#define SOFTPLUS_LEAST 108.8 /* 2^(k - SOFTPLUS_FAR_LOG2) is 0 from here on */
#define SOFTPLUS_FAR 20.0
#define SOFTPLUS_FAR_LOG2 -30
#else
#define SOFTPLUS_LEAST 753.4
#define SOFTPLUS_FAR 40.0
#define SOFTPLUS_FAR_LOG2 -64
#endif

/* z = -|x| = k ln 2 + r, |r| <= 0.3466; t = sign 2^k (any number where |x| > SOFTPLUS_FAR). The last bit of the integer, above
 * those of the exponent, becomes the sign. */
static inline R(softplus_state) R(softplus_reduced)(real z, int sign)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS + (sign < 0 ? 2 * (EXPONENT_BIAS + 1) : 0));
    real shifted = R(madd)(z, C(LOG2_E), magic);
    R(expm1_sum) p = R(expm1_reduced)(z, shifted - magic, 1, R(expm1_centred));
    return (R(softplus_state)){p, (real)((bits)shifted << MANTISSA_BITS)};
}

static inline R(softplus_state) R(softplus_begin)(real x)
{
    return R(softplus_reduced)(R(minus_magnitude)(x, SOFTPLUS_LEAST), 1);
}

/* Where |x| > SOFTPLUS_FAR or x is nan; elsewhere the result is y.
 *
 * x > 0 or nan: x. x < 0: log1p(2^k (1 + p)) = 2^(k - l) log1p(2^l (1 + p)), l = SOFTPLUS_FAR_LOG2, with an error of
 * 2^(l - 1); y is the logarithm on the right, so that none of its many products is subnormal. A subnormal result
 * 2^k + 2^k p comes from one operation, because y times a power of 2 would be rounded twice. */
static __attribute__((noinline)) real R(softplus_far)(real x, real y, real p)
{
    mask left = R(less)(x, C(-SOFTPLUS_FAR)), right = R(not_less)(x, C(SOFTPLUS_FAR));
    real z = R(max)(C(-SOFTPLUS_LEAST), R(select)(left, x, C(0.0)));
    real shifted = R(madd)(z, C(LOG2_E), C(ROUND_TO_INTEGER + EXPONENT_BIAS - SOFTPLUS_FAR_LOG2));
    real rescale = (real)((bits)shifted << MANTISSA_BITS);
    real t = rescale * R(power_of_2)(SOFTPLUS_FAR_LOG2);
    real result = y * rescale;
    t = R(zero_where)(R(not_less)(result, C(SMALLEST_NORMAL)), t);
    result = R(select)(R(less)(C(0.0), t), R(madd)(p, t, t), result);
    return R(select)(right, x, R(select)(left, result, y));
}

static inline real R(softplus_end)(real x, R(softplus_state) state)
{
    real r = state.p.r, c = state.p.c, t = state.t, middle = x;
    /* |x| > SOFTPLUS_FAR or nan */
    mask far = R(not_less)(C(-SOFTPLUS_FAR * (1 + EPSILON)), R(negative_magnitude)(x));
    int any_far = R(any)(far);
    if (__builtin_expect(any_far, 0)) {
        t = R(select)(far, R(power_of_2)(SOFTPLUS_FAR_LOG2), t);
        middle = R(zero_where)(far, x);
    }

    real y = R(log1p_exp_sum)(middle, R(log1p_of_u)(R(u_of_expm1)(r, c, t), 1), 1);
    if (__builtin_expect(any_far, 0)) {
        y = R(softplus_far)(x, y, r + c);
    }
    return y;
}

/* |x| < SOFTPLUS_FAR */
static inline R(range) R(softplus_usual)(real x)
{
    return R(magnitude_below)(x, SOFTPLUS_FAR);
}

typedef R(softplus_state) R(softplus_usual_state);

/* sign softplus(sign x), for the functions that are flips of it too */
static inline R(softplus_state) R(softplus_signed_begin)(real x, int sign)
{
    return R(softplus_reduced)(R(negative_magnitude)(x), sign);
}

static inline R(pair) R(softplus_parts)(real x, R(softplus_state) state, int sign)
{
    return R(log1p_exp_parts)(x, R(log1p_of_u)(R(u_of_expm1)(state.p.r, state.p.c, state.t), sign), sign);
}

static inline real R(softplus_signed_end)(real x, R(softplus_state) state, int sign)
{
    R(pair) sum = R(softplus_parts)(x, state, sign);
    return sum.high + sum.low;
}

static inline R(softplus_state) R(softplus_usual_begin)(real x)
{
    return R(softplus_signed_begin)(x, 1);
}

static inline real R(softplus_usual_end)(real x, R(softplus_state) state)
{
    return R(softplus_signed_end)(x, state, 1);
}

#endif
