/* sigmoid(x) = 1 / (1 + e^-x)                                                                  inverse: logit
 *
 * Identity   y / (y + e^-r) with y = 2^k, x = k ln 2 + r: the numerator y is exact, and the two terms of the denominator are
 *            known to more digits than their sum needs
 * Why not    1 / (1 + exp(-x)): exp overflows below -709.8 (-88.7), and the result is 0 over 15 (6) decades of representable
 *            values; (1 + tanh(x / 2)) / 2: no digit is correct below -37 (-17)
 * Ranges     |x| < 707 (86): the formula
 *            x > 707 (86): the result is 1, and x is clamped
 *            x < -707 (-86): y or the result may be subnormal; see sigmoid_in_tail
 * Special    -inf -> +0, +inf -> 1, nan -> nan; raises no exception but underflow
 * BOUND f64 0.697 at -0x1.4490f328fabe2p+9
 *           got 0x1.6a01ec88627a8p-937, want 0x1.6a01ec88627a74da5acbp-937;
 *           1e8 points and a search from the worst of them, 2026-11-26:
 *           python -m tools accuracy sigmoid --isa avx2 baseline --points 1e8
 * BOUND f32 0.884 at -0x1.1b5b26p+4
 *           got 0x1.5dc2eap-26, want 0x1.5dc2e83b90654p-26;
 *           all inputs, 2026-11-26: python -m tools accuracy sigmoid --exhaustive --isa all
 */
#ifdef LONG_DOUBLE

static long double sigmoid_longdouble(long double x)
{
    long double u = expl(x > 0 ? -x : x);
    return (x < 0 ? u : 1) / (1 + u);
}

static const softufunc_traits sigmoid_traits = {.longdouble.unary = sigmoid_longdouble};

#else

#undef SIGMOID_MIN
#undef SIGMOID_TAIL
#undef SIGMOID_SCALE
#if REAL_BITS == 32
#define SIGMOID_MIN -132.4 /* the bits of 2^(k + SIGMOID_SCALE) are 0 from here on */
#define SIGMOID_TAIL -86.0
#define SIGMOID_SCALE 64
#else
#define SIGMOID_MIN -797.8
#define SIGMOID_TAIL -707.0
#define SIGMOID_SCALE 128
#endif

/* 1 / (1 + e^-x) = w y, w = w0 + e w0 */
typedef struct {
    real w, w0, e;
} R(sigmoid_reciprocal);

/* x = sign z = k ln 2 + r, |r| <= 0.3466. The carry is r and c of e^-r = 1 + r + c, and y = 2^k (arbitrary for x < SIGMOID_TAIL). */
static ALWAYS_INLINE R(carry) R(sigmoid_reduced)(real z, int sign)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    real shifted = R(madd)(z, C(sign * LOG2_E), magic);
    real k = sign < 0 ? magic - shifted : shifted - magic;
    R(expm1_sum) p = R(expm1_reduced)(z, k, -sign, R(expm1_centred));
    return (R(carry)){{p.r, p.c, (real)((bits)shifted << MANTISSA_BITS)}};
}

static ALWAYS_INLINE R(sigmoid_reciprocal) R(sigmoid_divided)(real r, real c, real y)
{
    /* d + d_low = y + 1 + r + c */
#if REAL_BITS == 32
    /* 5 % faster than below; but for y near 2^-26 (x about -18) y is lost in subtracting d, with errors up to 0.91 ulp */
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

/* y_sign sigmoid(x_sign x) */
static ALWAYS_INLINE R(range) R(sigmoid_flip_fast)(R(values) x, int x_sign)
{
    (void)x_sign;
    return R(magnitude_below)(x.v[0], -SIGMOID_TAIL);
}

static ALWAYS_INLINE R(carry) R(sigmoid_flip_head)(R(values) x, int x_sign, int y_sign)
{
    (void)y_sign;
    return R(sigmoid_reduced)(x.v[0], x_sign);
}

static ALWAYS_INLINE R(values) R(sigmoid_flip_tail)(R(values) x, R(carry) carry, int x_sign, int y_sign)
{
    (void)x;
    (void)x_sign;
    real y = carry.v[2];
    return R(value)(R(sigmoid_divided)(carry.v[0], carry.v[1], y).w * (y_sign < 0 ? -y : y));
}

static ALWAYS_INLINE R(range) R(sigmoid_fast)(R(values) x)
{
    return R(sigmoid_flip_fast)(x, 1);
}

static ALWAYS_INLINE R(carry) R(sigmoid_head)(R(values) x)
{
    return R(sigmoid_flip_head)(x, 1, 1);
}

static ALWAYS_INLINE R(values) R(sigmoid_tail)(R(values) x, R(carry) carry)
{
    return R(sigmoid_flip_tail)(x, carry, 1, 1);
}

/* The result for x < SIGMOID_TAIL: w = e^r, w = w0 + e w0, and w 2^k is rounded once, even if it is subnormal. For other x it is s,
 * and for nan it is x. */
static NOINLINE real R(sigmoid_in_tail)(real x, real s, real w, real w0, real e)
{
    const real unscale = R(power_of_2)(-SIGMOID_SCALE);
    mask in_tail = R(less)(x, C(SIGMOID_TAIL));
    real z = R(max)(C(SIGMOID_MIN), R(select)(in_tail, x, C(0.0)));
    real shifted = R(madd)(z, C(LOG2_E), C(ROUND_TO_INTEGER + EXPONENT_BIAS + SIGMOID_SCALE));
    real n = (real)((bits)shifted << MANTISSA_BITS);
    real y = n * unscale;
    real result = w * n * unscale;
    /* y - y (1 - w), with an exact 1 - w0, is rounded once; the product y w would be rounded after w */
    y = R(zero_where)(R(not_less)(result, C(SMALLEST_NORMAL)), y);
    result = R(select)(R(less)(C(0.0), y), R(nmadd)(R(nmadd)(e, w0, C(1.0) - w0), y, y), result);
    return R(select)(R(is_nan)(x), x, R(select)(in_tail, result, s));
}

static COLD R(values) R(sigmoid_slow)(R(values) v)
{
    real x = v.v[0];
    R(carry) carry = R(sigmoid_reduced)(R(clamp)(x, SIGMOID_MIN, -SIGMOID_TAIL), 1);
    real y = carry.v[2];
    /* x < SIGMOID_TAIL or nan: y is negligible compared with e^-r, so any small number serves */
    mask in_tail = R(not_less)(C(SIGMOID_TAIL * (1 + EPSILON)), x);
    int any_in_tail = R(any)(in_tail);
    if (__builtin_expect(any_in_tail, 0)) {
        y = R(select)(in_tail, R(power_of_2)(-SIGMOID_SCALE), y);
    }
    R(sigmoid_reciprocal) q = R(sigmoid_divided)(carry.v[0], carry.v[1], y);
    real s = q.w * y;
    if (__builtin_expect(any_in_tail, 0)) {
        s = R(sigmoid_in_tail)(x, s, q.w, q.w0, q.e);
    }
    return R(value)(s);
}

#endif
