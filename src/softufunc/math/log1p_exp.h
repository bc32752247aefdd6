/* max(x, 0) + log1p(u), u = e^-|x|, in three steps: what softplus and its relatives share.
 *
 * Each step is an odd function of what it is given, and `sign` says whether that is the number or its opposite: a flip of a sign
 * then costs nothing.
 */

/* u = t (1 + r + c) in (0, 1], or in [-1, 0) if t is negative */
static inline R(pair) R(u_of_expm1)(real r, real c, real t)
{
    real p = r + c;
    real u = R(madd)(p, t, t);
    return (R(pair)){u, R(madd)(c, t, R(madd)(r, t, t - u))};
}

/* sign log1p(sign u) = 2 atanh(s / 2) = s + s^3 p + rest q, s^2 p < 0.04 */
typedef struct {
    real s, cube, p, rest, q;
} R(log1p_terms);

static inline R(log1p_terms) R(log1p_of_u)(R(pair) number, int sign)
{
    real u = number.high;

    /* s + rest q = u / (1 + |u|/2), |s| in (0, 2/3]. The remainder u - s (1 + |u|/2) is exact in this order. q = 1 - 3/8 |s| is
     * within 2 % of both 1 / (1 + |s|/2) and 1 - |s|/2, and rest q is below an ulp of s: the derivatives that turn the
     * remainder and the low part of u into a correction of 2 atanh(s/2). */
    real half_u = C(0.5) * u;
    real s = u / (sign < 0 ? R(nmadd)(C(0.5), u, C(1.0)) : R(madd)(C(0.5), u, C(1.0)));
    real q = sign < 0 ? R(madd)(s, C(0.375), C(1.0)) : R(nmadd)(s, C(0.375), C(1.0));
    real rest = R(madd)(number.low, q, R(signed_residual)(half_u, s, u - s, sign));

    real z = s * s;
    return (R(log1p_terms)){s, s * z, R(atanh_wide)(z), rest, q};
}

/* The sum of the terms and of `low`, apart from s: the error of rounding it counts for little */
static inline real R(log1p_tail)(R(log1p_terms) terms, real low)
{
    return R(madd)(terms.cube, terms.p, R(madd)(terms.rest, terms.q, low));
}

/* `held`, a number of the sign of the terms or 0, and the sum of the terms, as two numbers: the rounding error of the first sum goes
 * into the second one */
static inline R(pair) R(log1p_held_parts)(real held, R(log1p_terms) terms, int sign)
{
    real s = terms.s;
#if REAL_BITS == 64
    /* one operation more than below, but additions only, for which AVX2 has another unit: 2 % less time there */
    (void)sign;
    R(pair) sum = R(two_sum)(held, s);
    real high = sum.high, low = sum.low;
#else
    real least = R(min)(held, s), most = R(max)(held, s);
    real larger = sign < 0 ? least : most, smaller = sign < 0 ? most : least;
    real high = larger + smaller, low = smaller - (high - larger);
#endif
    return (R(pair)){high, R(log1p_tail)(terms, low)};
}

/* max(x, 0) + the sum of the terms, or min(x, 0) where they are negative */
static inline R(pair) R(log1p_exp_parts)(real x, R(log1p_terms) terms, int sign)
{
    return R(log1p_held_parts)(sign < 0 ? R(min)(x, C(0.0)) : R(max)(x, C(0.0)), terms, sign);
}

static inline real R(log1p_exp_sum)(real x, R(log1p_terms) terms, int sign)
{
    R(pair) sum = R(log1p_exp_parts)(x, terms, sign);
    return sum.high + sum.low;
}
