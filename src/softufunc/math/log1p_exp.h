/* max(x, 0) + log1p(u), u = e^-|x|, in three steps: what softplus and its relatives share. */

/* u = t (1 + r + c) in (0, 1] */
static inline R(pair) R(u_of_expm1)(real r, real c, real t)
{
    real p = r + c;
    real u = R(madd)(p, t, t);
    return (R(pair)){u, R(madd)(c, t, R(madd)(r, t, t - u))};
}

/* log1p(u) = 2 atanh(s / 2) = s + tail, tail < 0.04 s */
static inline R(pair) R(log1p_of_u)(R(pair) number)
{
    real u = number.high;

    /* s + s_low = u / (1 + u/2) in (0, 2/3]. The remainder u - s (1 + u/2) is exact in this order. q = 1 - 3/8 s is within
     * 2 % of both 1 / (1 + s/2) and 1 - s/2, and s_low is below an ulp of s: the derivatives that turn the remainder and
     * the low part of u into a correction of 2 atanh(s/2). */
    real half_u = C(0.5) * u;
    real s = u / (C(1.0) + half_u);
    real q = R(nmadd)(s, C(0.375), C(1.0));
    real s_low = R(madd)(number.low, q, R(residual)(half_u, s, u - s)) * q;

    real z = s * s;
    return (R(pair)){s, R(madd)(s, z * R(atanh_wide)(z), s_low)};
}

/* max(x, 0) + s + tail: the rounding error of the first sum goes into the second */
static inline real R(log1p_exp_sum)(real x, R(pair) logarithm)
{
    real s = logarithm.high;
    real positive = R(max)(x, C(0.0));
    real larger = R(max)(positive, s), smaller = R(min)(positive, s);
    real high = larger + smaller, low = smaller - (high - larger);
    return high + (low + logarithm.low);
}
