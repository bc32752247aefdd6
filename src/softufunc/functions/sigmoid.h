/* sigmoid(x) = 1 / (1 + e^-x)                                                                  inverse: logit
 *
 * Identity   y / (y + e^-r) with y = 2^k, x = k ln 2 + r: y is exact and serves as numerator, and the two terms of the
 *            denominator are known to more digits than their sum needs
 * Why not    1 / (1 + exp(-x)): overflows to 0 below -709.8 (-88.7), where the result has 15 (6) more decades;
 *            (1 + tanh(x / 2)) / 2: no digit is right below -37 (-17)
 * Ranges     |x| < 707 (86): the formula
 *            x > 707 (86): the result is 1 long before, and x is held there
 *            x < -707 (-86): y leaves the normal numbers; see sigmoid_far
 * Special    -inf -> +0, +inf -> 1, nan -> nan; raises nothing but underflow
 * BOUND f64 0.697 at -0x1.4490f328fabe2p+9
 *           got 0x1.6a01ec88627a8p-937, want 0x1.6a01ec88627a74da5acbp-937;
 *           1e8 points and a search from the worst of them, 2026-11-26: tools/ulp.py sigmoid --isa avx2 baseline --points 1e8
 * BOUND f32 0.884 at -0x1.1b5b26p+4
 *           got 0x1.5dc2eap-26, want 0x1.5dc2e83b90654p-26;
 *           all inputs, 2026-11-26: tools/exhaustive.py sigmoid --isa all
 */
#ifdef LONG_DOUBLE

static long double sigmoid_longdouble(long double x)
{
    long double u = expl(x > 0 ? -x : x);
    return (x < 0 ? u : 1) / (1 + u);
}

#else

typedef struct {
    R(expm1_sum) p; /* e^-r = 1 + p */
    real y;
} R(sigmoid_state);

#undef SIGMOID_LEAST
#undef SIGMOID_FAR
#undef SIGMOID_SCALE
#if REAL_BITS == 32
#define SIGMOID_LEAST -132.4 /* 2^(k + SIGMOID_SCALE) is 0 from here on */
#define SIGMOID_FAR -86.0
#define SIGMOID_SCALE 64
#else
#define SIGMOID_LEAST -797.8
#define SIGMOID_FAR -707.0
#define SIGMOID_SCALE 128
#endif

/* x = sign z = k ln 2 + r, |r| <= 0.3466; y = 2^k (any number where x < SIGMOID_FAR) */
static inline R(sigmoid_state) R(sigmoid_reduced)(real z, int sign)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    real shifted = R(madd)(z, C(sign * LOG2_E), magic);
    real k = sign < 0 ? magic - shifted : shifted - magic;
    R(expm1_sum) p = R(expm1_reduced)(z, k, -sign, R(expm1_centred));
    return (R(sigmoid_state)){p, (real)((bits)shifted << MANTISSA_BITS)};
}

static inline R(sigmoid_state) R(sigmoid_usual_begin)(real x)
{
    return R(sigmoid_reduced)(x, 1);
}

static inline R(sigmoid_state) R(sigmoid_begin)(real x)
{
    return R(sigmoid_reduced)(R(clamp)(x, SIGMOID_LEAST, -SIGMOID_FAR), 1);
}

/* Results next to the subnormal numbers: w = e^r, w = w0 + e w0, and w 2^k is rounded once. Elsewhere the result is s, and x
 * where that is nan. */
static __attribute__((noinline)) real R(sigmoid_far)(real x, real s, real w, real w0, real e)
{
    const real unscale = R(power_of_2)(-SIGMOID_SCALE);
    mask far = R(less)(x, C(SIGMOID_FAR));
    real z = R(max)(C(SIGMOID_LEAST), R(select)(far, x, C(0.0)));
    real shifted = R(madd)(z, C(LOG2_E), C(ROUND_TO_INTEGER + EXPONENT_BIAS + SIGMOID_SCALE));
    real n = (real)((bits)shifted << MANTISSA_BITS);
    real y = n * unscale;
    real result = w * n * unscale;
    /* w and the product would both be rounded: y - y (1 - w) with 1 - w0 exact is rounded once */
    y = R(zero_where)(R(not_less)(result, C(SMALLEST_NORMAL)), y);
    result = R(select)(R(less)(C(0.0), y), R(nmadd)(R(nmadd)(e, w0, C(1.0) - w0), y, y), result);
    return R(select)(R(is_nan)(x), x, R(select)(far, result, s));
}

/* 1 / (1 + e^-x) = w y, w = w0 + e w0 */
typedef struct {
    real w, w0, e;
} R(sigmoid_reciprocal);

static inline R(sigmoid_reciprocal) R(sigmoid_divided)(R(expm1_sum) p, real y)
{
    real r = p.r, c = p.c;

    /* d + d_low = y + 1 + r + c */
#if REAL_BITS == 32
    /* 5 % faster than below, but where y is 2^-26 and next to it (x about -18), subtracting d drops y: 0.91 ulp */
    real d = (y + C(1.0)) + (r + c);
    real d_low = (((R(max)(y, C(1.0)) - d) + R(min)(y, C(1.0))) + r) + c;
#else
    real e_r = C(1.0) + (r + c);
    real e_r_low = ((C(1.0) - e_r) + r) + c;
    real d = e_r + y;
    real d_low = ((R(max)(e_r, y) - d) + R(min)(e_r, y)) + e_r_low;
#endif

    /* w = 1 / (d + d_low), rounded once; e is the relative error of w0 */
    real w0 = C(1.0) / d;
    real e = R(nmadd)(w0, d_low, R(residual)(w0, d, C(1.0)));
    real w = R(madd)(e, w0, w0);
    return (R(sigmoid_reciprocal)){w, w0, e};
}

static inline real R(sigmoid_end)(real x, R(sigmoid_state) state)
{
    real y = state.y;
    /* x < SIGMOID_FAR or nan: y is negligible beside e^-r, and any small number will do */
    mask far = R(not_less)(C(SIGMOID_FAR * (1 + EPSILON)), x);
    int any_far = R(any)(far);
    if (__builtin_expect(any_far, 0)) {
        y = R(select)(far, R(power_of_2)(-SIGMOID_SCALE), y);
    }
    R(sigmoid_reciprocal) q = R(sigmoid_divided)(state.p, y);
    real s = q.w * y;
    if (__builtin_expect(any_far, 0)) {
        s = R(sigmoid_far)(x, s, q.w, q.w0, q.e);
    }
    return s;
}

/* |x| < -SIGMOID_FAR */
static inline R(range) R(sigmoid_usual)(real x)
{
    return R(magnitude_below)(x, -SIGMOID_FAR);
}

typedef R(sigmoid_state) R(sigmoid_usual_state);

static inline real R(sigmoid_usual_end)(real x, R(sigmoid_state) state)
{
    (void)x;
    return R(sigmoid_divided)(state.p, state.y).w * state.y;
}

#endif
