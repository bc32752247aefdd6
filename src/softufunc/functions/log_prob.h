/* log_prob(x, t) = t log(sigmoid(x)) + (1 - t) log(1 - sigmoid(x))
 *
 * Identity   -(log1p(u) + q |x|), u = e^-|x|, q = 1 - t where x >= 0, t elsewhere: two terms of the same sign for t in [0, 1]
 * Why not    t x - softplus(x): no digit is correct for t = 1, x = 40; t log_prob_1(x) + (1 - t) log_prob_0(x): nan for infinite
 *            logits, from 0 times inf
 * Ranges     |x| <= 40 (20): the formula
 *            |x| > 40 (20): log1p(u) is below half an ulp of q |x| where this is at least 1/8; log_prob_in_tail elsewhere
 * Error      one bound for all labels from 0 to 1; without FMA the product with a large logit is rounded separately
 * BOUND f32 1 at 0x1.f5d68ap+112,0x1.da7d1ep-2
 * BOUND f64 1 at 0x1.70fc6bd1cc695p+614,0x1.200bbefffffffp-30
 *            found 0.9997 and 0.9511 (0.7500 and 0.6530 with FMA), for labels 0 and 1 0.7407 and 0.5125, 2026-11-25:
 *            python -m tools accuracy log_prob --isa all --dtype float32 float64 --points 1e6
 * Special    nan gives nan; x infinite: -0 where q = 0, -inf where q > 0, inf where q < 0; t infinite: 0 times it is 0
 *            raises overflow where a finite product overflows; may raise underflow
 */
#ifdef LONG_DOUBLE

static long double log_prob_longdouble(long double x, long double t)
{
    long double q = x < 0 ? t : 1 - t, size = x < 0 ? -x : x, logarithm = log1pl(expl(-size));
    return x != x ? x : t != t ? t : q == 0 || size == 0 ? -logarithm : -(logarithm + q * size);
}

static const softufunc_traits log_prob_traits = {
    .longdouble.binary = log_prob_longdouble, .second_casts = 1, .infinite_is_overflow = 1, .spurious_underflow = 1};

#else

#undef LOG_PROB_LARGE
#undef LOG_PROB_MAX
#undef LOG_PROB_TINY_LOGIT
#undef LOG_PROB_U
#undef LOG_PROB_TINY
#if REAL_BITS == 32
#define LOG_PROB_LARGE 0x1p+60 /* the product of two smaller numbers does not overflow */
#define LOG_PROB_MAX 0x1.fffffep+127
#define LOG_PROB_TINY_LOGIT 0x1p-30 /* negligible compared with log 2 */
#define LOG_PROB_U 0x1.1b4866p-29   /* 2.06e-9: e^-TAIL */
#define LOG_PROB_TINY 0x1p-64       /* TAIL times this is negligible compared with log1p(e^-TAIL) */
#else
#define LOG_PROB_LARGE 0x1p+500
#define LOG_PROB_MAX 0x1.fffffffffffffp+1023
#define LOG_PROB_TINY_LOGIT 0x1p-60
#define LOG_PROB_U 0x1.39792499b1a24p-58 /* 4.25e-18 */
#define LOG_PROB_TINY 0x1p-150
#endif

enum { R(log_prob_normal) = NORMAL_BELOW_LARGE };

/* Both |x| and |t|, since ranges are merged if they have the same limit */
static ALWAYS_INLINE R(range) R(log_prob_fast)(R(values) x)
{
    return R(both_below)(x, TAIL);
}

/* The inputs, or some others where they are too large, or nan */
static ALWAYS_INLINE R(values) R(log_prob_inside)(R(values) v)
{
    mask special = R(any_of_both_large)(v, LOG_PROB_LARGE);
    return R(two_values)(R(select)(special, C(1.0), v.v[0]), R(select)(special, C(0.0), v.v[1]));
}

/* y, with special(x, t) or nan where the inputs are too large, or nan */
static ALWAYS_INLINE real R(log_prob_patched)(real y, R(values) v, element (*special)(element, element))
{
    mask x_nan = R(is_nan)(v.v[0]), t_nan = R(is_nan)(v.v[1]);
    y = R(select)(x_nan, v.v[0], R(select)(t_nan, v.v[1], y));
    return R(patched_binary)(y, v, R(any_of_both_large)(v, LOG_PROB_LARGE) & ~(x_nan | t_nan), special);
}

/* u = e^-|x| = t (1 + p + p_low). Not on the fast path, t is multiplied by 2^TAIL_SCALE, and u is 0 when that is undone for |x| >=
 * EXP_UNDERFLOW. */
static ALWAYS_INLINE R(expm1_pair) R(log_prob_expm1)(R(values) x, int path)
{
    real z = path == PATH_FAST ? R(negative_magnitude)(x.v[0]) : R(minus_magnitude)(x.v[0], EXP_UNDERFLOW);
    return R(expm1_of_pair)(z, C(0.0), path == PATH_FAST ? 0 : TAIL_SCALE, (element)0x1p-100);
}

/* u, and 2^TAIL_SCALE u as it is for |x| > TAIL, where `u` itself is that of TAIL */
typedef struct {
    R(pair) u, scaled;
} R(log_prob_parts);

static ALWAYS_INLINE R(log_prob_parts) R(log_prob_parts_of)(R(values) x, R(carry) carry)
{
    R(expm1_pair) e = R(expm1_of_carry)(carry);
    R(pair) scaled = R(exp_of_expm1)(e);
    mask far = R(less)(C(TAIL), R(magnitude)(x.v[0]));
    e.t = R(select)(far, C(1.0), (real)((bits)e.t - (INTEGER(TAIL_SCALE) << MANTISSA_BITS)));
    R(pair) u = R(exp_of_expm1)(e);
    u.high = R(select)(far, C(LOG_PROB_U), u.high);
    u.low = R(zero_where)(far, u.low); /* below 2^-50 of half an ulp of the result */
    return (R(log_prob_parts)){u, scaled};
}

/* On the fast path, the carry is u as an unevaluated sum. */
static ALWAYS_INLINE R(carry) R(log_prob_head)(R(values) x, int path)
{
    R(expm1_pair) e = R(log_prob_expm1)(x, path);
    if (path != PATH_FAST) {
        return R(carry_of_expm1)(e);
    }
    R(pair) u = R(exp_of_expm1)(e);
    return R(carry_of_two)(u.high, u.low);
}

static ALWAYS_INLINE R(carry) R(log_prob_carry)(R(log_prob_parts) parts)
{
    R(carry) s = R(log1p_pair_quotient)(parts.u);
    return R(carry_of_five)(s.v[0], s.v[1], s.v[2], parts.scaled.high, parts.scaled.low);
}

static ALWAYS_INLINE R(carry) R(log_prob_middle)(R(values) x, R(carry) carry, int path)
{
    if (path == PATH_FAST) {
        return R(log1p_pair_quotient)((R(pair)){carry.v[0], carry.v[1]});
    }
    return R(log_prob_carry)(R(log_prob_parts_of)(x, carry));
}

/* q = 1 - t where x >= 0, t elsewhere, as the sum of two numbers */
static ALWAYS_INLINE R(pair) R(log_prob_weight)(real x, real t)
{
    mask negative = R(less)(x, C(0.0));
    R(pair) rest = R(two_sum)(C(1.0), -t);
    return (R(pair)){R(select)(negative, t, rest.high), R(zero_where)(negative, rest.low)};
}

/* |x| > TAIL and q |x| < 1/8: computed with numbers scaled like `power`, e^-|x|, so that no intermediate result is subnormal */
static ALWAYS_INLINE real R(log_prob_in_tail)(real size, R(pair) q, R(pair) power, real result, mask in_tail)
{
    real scaled_q = q.high * R(power_of_2)(TAIL_SCALE), scaled_low = q.low * R(power_of_2)(TAIL_SCALE);
    real factor = R(zero_where)(~in_tail, size); /* other products might overflow */
    real product = scaled_q * factor;
    real product_low = R(madd)(scaled_low, factor, -R(residual)(scaled_q, factor, product));
    R(pair) sum = R(two_sum)(product, power.high);
    real scaled = sum.high + (sum.low + (product_low + power.low));
    return R(select)(in_tail, R(unscaled)(-scaled).v[0], result);
}

static ALWAYS_INLINE R(values) R(log_prob_of_carry)(R(values) v, R(carry) carry, int path)
{
    R(pair) logarithm = R(log1p_of_pair_quotient)(carry);
    real size = R(magnitude)(v.v[0]);
    R(pair) q = R(log_prob_weight)(v.v[0], v.v[1]);

    /* q |x| = product + product_low; very small factors are replaced by 0, as their rounding error would be subnormal */
    real first = R(zero_where)(R(less)(R(magnitude)(q.high), C(LOG_PROB_TINY)), q.high);
    real second = R(zero_where)(R(less)(size, C(LOG_PROB_TINY_LOGIT)), size);
    real product = first * second;
    real product_low = R(madd)(q.low, second, -R(residual)(first, second, product));
    R(pair) sum = R(two_sum)(product, logarithm.high);
    real result = -(sum.high + (sum.low + (product_low + logarithm.low)));
    if (path != PATH_FAST) {
        mask in_tail = R(less)(C(TAIL), size) & R(less)(R(magnitude)(product), C(0.125));
        R(pair) power = {carry.v[3], carry.v[4]};
        result = R(any)(in_tail) ? R(log_prob_in_tail)(size, q, power, result, in_tail) : result;
    }
    return R(value)(result);
}

/* Inputs that are too large, except nan */
static element R(log_prob_special)(element x, element t)
{
    /* clamped, because compilers evaluate products speculatively, and 0 times infinity would raise invalid */
    const element max = (element)LOG_PROB_MAX;
    element size = x < 0 ? -x : x, q = x < 0 ? t : 1 - t;
    element limited = size < max ? size : max, label = t < -max ? -max : t < max ? t : max;
    element rest = 1 - label, part = rest - 1;
    element q_low = x < 0 ? 0 : (1 - (rest - part)) + (-label - part);
    /* log1p(e^-|x|): the result for q = 0 */
    element none = -0.0f;
    if (size < (element)LOG_PROB_LARGE) {
        R(values) label = R(two_values)(R(splat)(x), C(x < 0 ? 0.0 : 1.0));
        R(carry) carry = R(log_prob_middle)(label, R(log_prob_head)(label, PATH_ANY), PATH_ANY);
        none = R(log_prob_of_carry)(label, carry, PATH_ANY).v[0][0];
    }
    if (q == 0 || size == 0) {
        return none;
    }
    if (size > max || q > max || q < -max) {
        return q > 0 ? -(element)__builtin_inf() : (element)__builtin_inf();
    }
    element factor = x < 0 ? label : rest;
    return R(nmadd)(R(splat)(factor), R(splat)(limited), R(splat)(none - q_low * limited))[0];
}

static ALWAYS_INLINE R(values) R(log_prob_tail)(R(values) v, R(carry) carry, int path)
{
    if (path == PATH_ANY) {
        R(values) y = R(log_prob_of_carry)(R(log_prob_inside)(v), carry, path);
        y.v[0] = R(log_prob_patched)(y.v[0], v, R(log_prob_special));
        return y;
    }
    return R(log_prob_of_carry)(v, carry, path);
}

#endif
