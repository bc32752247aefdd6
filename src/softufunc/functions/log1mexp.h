/* log1mexp(x) = log(1 - e^x), x <= 0                                                            inverse: log1mexp
 *
 * Identity   with x = k ln 2 + r:  1 - e^x = w = (1 - 2^k) - 2^k expm1(r), where 1 - 2^k is exact;
 *            with w = 2^j (1 + f):  log w = j ln 2 + log1p(f).
 *            One reduction for all x: for k = 0 it is log(-expm1(x)), and for k <= -3, where j = 0, f is -e^x to full accuracy.
 *            softminusinv(x) = x - log1mexp(x)
 * Why not    log(1 - e^x), or log(-expm1(x)): all digits are lost below -37 (-17), where e^x is small beside 1;
 *            log1p(-e^x): all digits are lost near 0; switching between the two at -ln 2 leaves errors above 1 ulp on
 *            both sides of it
 * Ranges     x > -40 (-20): the formula, with 1 + f in [sqrt(1/2), sqrt(2))
 *            x < -40 (-20): the result is -e^x to working precision; see log1mexp_in_tail
 * Special    +-0 -> -inf (divide), x > 0 -> nan (invalid), -inf -> -0, nan -> nan; a subnormal result may raise underflow
 * BOUND f64 0.654 at -0x1.59b5080ad122p+9
 *           got -0x1.6a0a5568e20a6p-998, want -0x1.6a0a5568e20a6a74efcap-998 (with FMA; 0.647 without it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, for sigmoid_grad, 2026-11-28:
 *           python -m tools accuracy log1mexp sigmoid_grad --isa avx2 baseline --points 1e7 --seed 3
 * BOUND f32 0.693 at -0x1.e532c4p+5
 *           got -0x1.6a40a4p-88, want -0x1.6a40a29da564dp-88;
 *           all inputs, 2026-11-26: python -m tools accuracy log1mexp --exhaustive --isa all
 */
#ifdef LONG_DOUBLE

static long double log1mexp_longdouble(long double x)
{
    return x != x ? x : x > -0xb17217f7d1cf79acp-64L ? logl(-expm1l(x)) : log1pl(-expl(x));
}

static const softufunc_traits log1mexp_traits = {.longdouble.unary = log1mexp_longdouble};

#else

#undef LOG1MEXP_TAIL
#if REAL_BITS == 32
#define LOG1MEXP_TAIL -20.0
#else
#define LOG1MEXP_TAIL -40.0
#endif

enum { R(log1mexp_normal) = NORMAL_EXP_OF_X };

/* LOG1MEXP_TAIL < x <= -EXPM1_TINY */
static ALWAYS_INLINE R(range) R(log1mexp_fast)(R(values) x)
{
    return R(range_from)(x.v[0], -EXPM1_TINY, LOG1MEXP_TAIL);
}

/* For LOG1MEXP_TAIL <= x < 0; `tiny`: can x be above -EXPM1_TINY? The carry is p, p_low and t: e^x = t (1 + p + p_low). */
static ALWAYS_INLINE R(carry) R(log1mexp_reduced)(real x, int tiny)
{
    /* high = x - k LN2_HI exactly, |r| <= 0.3466; t = 2^k */
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    real shifted = R(madd)(x, C(LOG2_E), magic);
    real k = shifted - magic;
    real high = R(reduce_hi)(x, k);
    real t = R(power_in_bits)((bits)shifted);

    /* expm1(high - k LN2_LO) = p + p_low; `rest` contains all terms except `high` and r^2/2. In float64 r is high, and k LN2_LO is
     * multiplied by the derivative of expm1, which is 1 + p. Above -EXPM1_TINY no power of r is formed, since it might be subnormal. */
    real k_low = k * C(LN2_LO);
    real r = REAL_BITS == 64 ? high : high - k_low;
    real powers_of = tiny ? R(zero_where)(R(less)(C(-EXPM1_TINY), x), r) : r;
    real r2 = powers_of * powers_of;
    real rest = R(madd)(powers_of * r2, R(expm1_tail)(powers_of, r2), -k_low);
    real p = high + R(madd)(C(0.5), r2, rest);
    rest = REAL_BITS == 64 ? R(nmadd)(k_low, p, rest) : rest;
    real p_low = R(madd)(C(0.5), r2, high - p) + rest;

    return R(carry_of_three)(p, p_low, t);
}

/* f, f_low and j of the identity above */
static ALWAYS_INLINE R(carry) R(log1mexp_centred)(R(carry) carry)
{
    real p = carry.v[0], p_low = carry.v[1], t = carry.v[2];

    /* j from the bits of w; scale = 2^-j */
    real w = R(nmadd)(t, p, C(1.0) - t);
    bits j = R(exponent)((bits)w, INTEGER(ROOT_HALF_BITS));
    real scale = (real)((bits)C(1.0) - j);

    /* f + f_low = shift - 2^-j t (p + p_low), with an exact shift = 2^-j (1 - t) - 1: for k = 0 it is -1 for any 2^-j, otherwise
     * 2^-j is at most 4 */
    real t_scale = t * scale, limited = R(min)(scale, C(4.0));
    real shift = R(nmadd)(limited, t, limited - C(1.0));
    real f = R(nmadd)(t_scale, p, shift);
    real f_low = R(nmadd)(t_scale, p_low, R(nmadd)(t_scale, p, shift - f));
    return R(carry_of_three)(f, f_low, R(integers)(j));
}

static ALWAYS_INLINE R(carry) R(log1mexp_head)(R(values) x, int path)
{
    if (path != PATH_FAST) {
        /* less, so that nan is replaced too */
        real inside = R(select)(R(less)(x.v[0], C(-SMALLEST_NORMAL * (1 - EPSILON))), x.v[0], C(-1.0));
        return R(log1mexp_reduced)(R(max)(inside, C(LOG1MEXP_TAIL)), 1);
    }
    return R(log1mexp_reduced)(x.v[0], 0);
}

static ALWAYS_INLINE R(carry) R(log1mexp_middle)(R(values) x, R(carry) carry, int path)
{
    (void)path;
    (void)x;
    R(carry) f = R(log1mexp_centred)(carry);
    return R(log1p_sum_quotient)(f.v[2], f.v[0], f.v[1], 1);
}

/* e^x = 2^k (1 + p) in the lanes `in_tail`, where x < LOG1MEXP_TAIL. A subnormal result is rounded once. */
static ALWAYS_INLINE R(values) R(log1mexp_in_tail)(real x, mask in_tail, int path)
{
    real z = R(max)(C(path == PATH_NORMAL ? EXP_SUBNORMAL : EXP_LAST), R(zero_where)(~in_tail, x));
    R(carry) u = R(u_head)(z, 1);
    R(pair) p = R(expm1_parts)(u.v[0], u.v[1]);
    real e = C(1.0) + p.high;
    e += ((C(1.0) - e) + p.high) + p.low;
    real product = (real)((bits)e + (bits)u.v[2] - (bits)C(1.0));
    if (path == PATH_NORMAL) {
        return R(value)(R(zero_where)(R(less)(x, C(EXP_ZERO)), product));
    }
    return R(subnormal_where)(x, u.v[2], p, product);
}

/* Numbers above -SMALLEST_NORMAL */
static element R(log1mexp_special)(element x)
{
    if (x < 0) {
        /* subnormal: log1mexp(x) = log(-x) = log(-2^e x) - e ln 2 */
        R(carry) f = R(log1mexp_centred)(R(log1mexp_reduced)(R(subnormal_part)(x) * C(2 / EPSILON), 1));
        f.v[2] -= C((MANTISSA_BITS + 1) / EPSILON);
        return R(log1p_sum_of_quotient)(R(log1p_sum_quotient)(f.v[2], f.v[0], f.v[1], 1))[0];
    }
    if (x == 0) {
        return -R(pole)();
    }
    return R(outside_domain)();
}

static ALWAYS_INLINE R(values) R(log1mexp_tail)(R(values) v, R(carry) carry, int path)
{
    real x = v.v[0];
    R(values) y = R(value)(R(log1p_sum_of_quotient)(carry));
    if (path != PATH_FAST) {
        mask in_tail = R(less)(x, C(LOG1MEXP_TAIL));
        y.v[0] = R(select)(R(is_nan)(x), x, y.v[0]);
        if (R(any)(in_tail)) {
            R(values) u = R(log1mexp_in_tail)(x, in_tail, path);
            y.v[0] = R(select)(in_tail, -u.v[0], y.v[0]);
            y.underflow = u.underflow;
        }
        y.v[0] = R(patched)(y.v[0], x, R(less)(C(-SMALLEST_NORMAL), x), R(log1mexp_special));
    }
    return y;
}

#endif
