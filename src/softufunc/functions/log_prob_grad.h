/* log_prob_grad(x, t) = t - 1 / (1 + e^-x)                  derivative of log_prob with respect to x
 *
 * Identity   x < 0: q - w, else -(q - w), with w = u / (1 + u), u = e^-|x|, and q = t or 1 - t as in log_prob: q is 0 where the label
 *            matches the sign of x, and w is all of the result. q and w as sums of two numbers: digits are lost only where t is
 *            next to sigmoid(x)
 * Why not    t - sigmoid(x): no digit is right for t = 1, x = 37 (17), and the result is 0 above
 * Ranges     |x| <= 40 (20): the formula
 *            |x| > 40 (20): w is below half an ulp of q where this is at least 1/2; log_prob_grad_in_tail elsewhere
 * Error      one bound for all labels where |result| is at least w / 8; nearer to the zero t = sigmoid(x) the error is below an
 *            ulp of w / 8
 * BOUND f32 0.8 at -0x1.5c2522p+6,0x1.21d1c8p-127
 * BOUND f64 0.9 at 0x1.6ddc6add20bddp+3,0x1.fffeb343c5a35p-1
 *            found 0.7511 and 0.8136 (0.7498 and 0.7063 with FMA), for labels 0 and 1 0.7264 and 0.5148, 2026-11-27:
 *            python -m tools accuracy log_prob_grad --isa all --dtype float32 float64 --points 1e6
 * Special    a nan gives nan; infinities as limits: x = inf: t - 1, x = -inf: t, where a zero is +0 and -0; t infinite: t
 *            raises nothing but underflow
 */
#ifdef LONG_DOUBLE

static long double log_prob_grad_longdouble(long double x, long double t)
{
    long double u = expl(x < 0 ? x : -x), w = u / (1 + u), q = x < 0 ? t : 1 - t, result = q == 0 ? -w : q - w;
    return x != x ? x : t != t ? t : q == w && q != 0 ? 0 : x < 0 ? result : -result;
}

static const softufunc_traits log_prob_grad_traits = {.longdouble.binary = log_prob_grad_longdouble, .second_casts = 1};

#else

enum { R(log_prob_grad_normal) = NORMAL_BELOW_LARGE };

static ALWAYS_INLINE R(range) R(log_prob_grad_fast)(R(values) x)
{
    return R(log_prob_fast)(x);
}

static ALWAYS_INLINE R(carry) R(log_prob_grad_head)(R(values) x, int path)
{
    return R(carry_of_expm1)(R(log_prob_expm1)(x, path));
}

/* w = u / (1 + u) as an unevaluated sum: u - w is exact, since w is at least half of u. */
static ALWAYS_INLINE R(carry) R(log_prob_grad_quotient)(real x, R(pair) u)
{
    real reciprocal = C(1.0) / (C(1.0) + u.high);
    real w = u.high * reciprocal;
    /* u.low is not 0 for x = 0 */
    real u_low = R(zero_where)(R(less)(R(magnitude)(x), C(EXPM1_TINY)), u.low);
    return R(carry_of_two)(w, R(madd)(u_low, reciprocal, R(residual)(w, u.high, u.high - w)) * reciprocal);
}

static ALWAYS_INLINE R(carry) R(log_prob_grad_carry)(real x, R(log_prob_parts) parts)
{
    R(carry) w = R(log_prob_grad_quotient)(x, parts.u);
    return R(carry_of_four)(w.v[0], w.v[1], parts.scaled.high, parts.scaled.low);
}

static ALWAYS_INLINE R(carry) R(log_prob_grad_middle)(R(values) x, R(carry) carry, int path)
{
    if (path == PATH_FAST) {
        return R(log_prob_grad_quotient)(x.v[0], R(exp_of_expm1)(R(expm1_of_carry)(carry)));
    }
    return R(log_prob_grad_carry)(x.v[0], R(log_prob_parts_of)(x, carry));
}

/* |x| > TAIL and |q| < 1/2: q - e^-|x|, scaled like `power`, e^-|x|, so that nothing is subnormal */
static ALWAYS_INLINE R(values) R(log_prob_grad_in_tail)(real x, R(pair) q, R(pair) power)
{
    const real scale = R(power_of_2)(TAIL_SCALE);
    R(pair) sum = R(two_sum)(q.high * scale, -power.high);
    real scaled = sum.high + (sum.low + (q.low * scale - power.low));
    return R(unscaled)(R(select_by_sign)(x, scaled, -scaled));
}

static ALWAYS_INLINE R(values) R(log_prob_grad_of_carry)(R(values) v, R(carry) carry, int path)
{
    real x = v.v[0];
    R(pair) q = R(log_prob_weight)(x, v.v[1]), sum = R(two_sum)(q.high, -carry.v[0]);
    real difference = sum.high + (sum.low + (q.low - carry.v[1]));
    /* adding 0 makes +0 of the zero of -(q - w) */
    real result = R(select)(R(less)(x, C(0.0)), difference, -difference) + C(0.0);
    R(values) y = R(value)(result);
    if (path != PATH_FAST) {
        mask in_tail = R(less)(C(TAIL), R(magnitude)(x)) & R(less)(R(magnitude)(q.high), C(0.5));
        if (R(any)(in_tail)) {
            R(pair) power = {carry.v[2], carry.v[3]};
            R(values) tail = R(log_prob_grad_in_tail)(x, q, power);
            y.v[0] = R(select)(in_tail, tail.v[0], result);
            y.underflow = tail.underflow & in_tail;
        }
    }
    return y;
}

/* Inputs that are too large, except nan */
static element R(log_prob_grad_special)(element x, element t)
{
    if (x > -(element)LOG_PROB_LARGE && x < (element)LOG_PROB_LARGE) {
        return t;
    }
    element limit = x < 0 ? t : t - 1;
    return limit == 0 && x < 0 ? (element)-0.0 : limit;
}

static ALWAYS_INLINE R(values) R(log_prob_grad_of_any)(R(values) v, R(carry) carry)
{
    R(values) y = R(log_prob_grad_of_carry)(R(log_prob_inside)(v), carry, PATH_ANY);
    y.v[0] = R(log_prob_patched)(y.v[0], v, R(log_prob_grad_special));
    return y;
}

static ALWAYS_INLINE R(values) R(log_prob_grad_tail)(R(values) v, R(carry) carry, int path)
{
    return path == PATH_ANY ? R(log_prob_grad_of_any)(v, carry) : R(log_prob_grad_of_carry)(v, carry, path);
}

#endif
