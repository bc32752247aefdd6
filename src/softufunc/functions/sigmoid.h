/* sigmoid(x) = 1 / (1 + e^-x)                                                                  inverse: logit
 *
 * Identity   y / (y + e^-r) with y = 2^k, x = k ln 2 + r: the numerator y is exact, and the two terms of the denominator are
 *            known to more digits than their sum needs
 * Why not    1 / (1 + exp(-x)): exp overflows below -709.8 (-88.7), and the result is 0 over 15 (6) decades of representable
 *            values; (1 + tanh(x / 2)) / 2: no digit is correct below -37 (-17)
 * Ranges     |x| < 707 (86): the formula
 *            x > 40 (20): the result is 1, and x may be clamped
 *            x < -707 (-86): y or the result may be subnormal; see sigmoid_tail_of_any
 * Special    -inf -> +0, +inf -> 1, nan -> nan; raises no exception but underflow
 * BOUND f64 0.659 at -0x1.5533a2f396839p+9
 *           got 0x1.6a08de7719a6bp-985, want 0x1.6a08de7719a6a575b4d9p-985 (with FMA; 0.639 without it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, 2026-11-28:
 *           python -m tools accuracy sigmoid --isa avx2 baseline --points 1e7 --seed 3
 * BOUND f32 0.708 at 0x1.0fb6b6p+4
 *           got 0x1p+0, want 0x1.fffffe95f638p-1;
 *           all inputs, 2026-11-28: python -m tools accuracy sigmoid --exhaustive --isa avx2 baseline
 */
#ifdef LONG_DOUBLE

static long double sigmoid_longdouble(long double x)
{
    long double u = expl(x > 0 ? -x : x);
    return (x < 0 ? u : 1) / (1 + u);
}

static const softufunc_traits sigmoid_traits = {.longdouble.unary = sigmoid_longdouble};

#else

#undef SIGMOID_TAIL
#undef SIGMOID_SCALE
#undef SIGMOID_ZERO
#if REAL_BITS == 32
#define SIGMOID_TAIL -86.0
#define SIGMOID_SCALE 64
#define SIGMOID_ZERO -88.0 /* k = -EXPONENT_BIAS, so that the bits of y are those of 0 */
#else
#define SIGMOID_TAIL -707.0
#define SIGMOID_SCALE 128
#define SIGMOID_ZERO -709.0
#endif

/* 1 / (1 + e^-x) = w y, w = w0 + e w0 */
typedef struct {
    real w, w0, e;
} R(sigmoid_reciprocal);

/* x = sign z = k ln 2 + r, |r| <= 0.3466. The carry is r and c of e^-r = 1 + r + c, and y = 2^k, with wrapped bits for x < SIGMOID_TAIL. */
static ALWAYS_INLINE R(carry) R(sigmoid_reduced)(real z, int sign)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    real shifted = R(madd)(z, C(sign * LOG2_E), magic);
    real k = sign < 0 ? magic - shifted : shifted - magic;
    R(expm1_sum) p = R(expm1_reduced)(z, k, -sign, EXPM1_PRECISE);
    return R(carry_of_three)(p.r, p.c, R(power_in_bits)((bits)shifted));
}

static ALWAYS_INLINE R(sigmoid_reciprocal) R(sigmoid_divided)(real r, real c, real y)
{
    /* d + d_low = y + 1 + r + c; sum_low is the rounding error of y + 1 */
    real sum = y + C(1.0), p = r + c;
    real d = sum + p;
#if REAL_BITS == 32
    /* two operations instead of four; 0 instead of 1 for y = 2^25, where it is 0.71 ulp of the result, 1 - 2^-24 or 1 */
    real sum_low = y - (sum - C(1.0));
#else
    real sum_low = (R(max)(y, C(1.0)) - sum) + R(min)(y, C(1.0));
#endif
    real d_low = (((sum - d) + r) + c) + sum_low;

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

static ALWAYS_INLINE R(carry) R(sigmoid_flip_middle)(R(values) x, R(carry) carry, int x_sign, int y_sign)
{
    (void)x;
    (void)x_sign;
    (void)y_sign;
    return carry;
}

static ALWAYS_INLINE R(values) R(sigmoid_flip_tail)(R(values) x, R(carry) carry, int x_sign, int y_sign)
{
    (void)x;
    (void)x_sign;
    real y = carry.v[2];
    return R(value)(R(sigmoid_divided)(carry.v[0], carry.v[1], y).w * (y_sign < 0 ? -y : y));
}

enum { R(sigmoid_normal) = NORMAL_EXP_OF_X };

static ALWAYS_INLINE R(range) R(sigmoid_fast)(R(values) x)
{
    return R(sigmoid_flip_fast)(x, 1);
}

static ALWAYS_INLINE R(carry) R(sigmoid_head)(R(values) x, int path)
{
    return path != PATH_FAST
               ? R(sigmoid_reduced)(R(clamp)(x.v[0], path == PATH_NORMAL ? SIGMOID_ZERO : EXP_LAST, TAIL), 1)
               : R(sigmoid_flip_head)(x, 1, 1);
}

/* y may be subnormal, with its bits wrapped around; in the denominator it is replaced by 2^-SIGMOID_SCALE, which is negligible too. A
 * subnormal result is y + y (w - 1), with an exact w0 - 1, which is rounded once; the product y w would be rounded after w. */
static ALWAYS_INLINE R(carry) R(sigmoid_middle)(R(values) x, R(carry) carry, int path)
{
    if (path == PATH_ANY) {
        real y = R(max)(carry.v[2], R(power_of_2)(-SIGMOID_SCALE));
        R(sigmoid_reciprocal) q = R(sigmoid_divided)(carry.v[0], carry.v[1], y);
        return R(carry_of_three)(q.w0, q.e, carry.v[2]);
    }
    return R(sigmoid_flip_middle)(x, carry, 1, 1);
}

static ALWAYS_INLINE R(values) R(sigmoid_tail_of_any)(real x, R(carry) carry)
{
    real w0 = carry.v[0], e = carry.v[1], y = carry.v[2];
    real w = R(madd)(e, w0, w0);
    real product = (real)((bits)w + (bits)y - (bits)C(1.0));
    R(pair) p = R(expm1_parts)(w0 - C(1.0), e * w0);
    R(values) result = R(subnormal_where)(x, y, p, product);
    result.v[0] = R(select)(R(is_nan)(x), x, result.v[0]);
    return result;
}

static ALWAYS_INLINE R(values) R(sigmoid_tail)(R(values) x, R(carry) carry, int path)
{
    if (path == PATH_NORMAL) {
        R(values) y = R(sigmoid_flip_tail)(x, carry, 1, 1);
        return R(value)(R(select)(R(is_nan)(x.v[0]), x.v[0], y.v[0]));
    }
    return path == PATH_ANY ? R(sigmoid_tail_of_any)(x.v[0], carry) : R(sigmoid_flip_tail)(x, carry, 1, 1);
}

#endif
