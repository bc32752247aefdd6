/* The functions in plain real arithmetic, from the C library's exp, expm1, log and log1p and from nothing of softufunc.
 *
 * Included twice: REAL double gives the fast reference, REAL long double the one that decides near ties.
 * F(exp) is exp or expl, REF(name) the function's name for the type. x is always a float, converted: 24 bits.
 *
 * Error bounds, in units of h = half an ULP of 1 (2^-53 for double), relative to the result. The C library's functions
 * are taken to be within 1 ULP (2 h), exp and log within 0.55 ULP (1.1 h), as glibc documents and
 * `exhaustive.py --verify` measures. Every bound is below 8 h = 2^-50.
 */

/* u = e^-|x| carries 1.1 h. log1p multiplies it by at most u / ((1 + u) log1p(u)) <= 1 and adds 2 h; the sum of two
 * terms of one sign 1 h: 4.1 h. */
static REAL REF(softplus)(REAL x)
{
    return (x > 0 ? x : 0) + F(log1p)(F(exp)(-F(fabs)(x)));
}

/* u: 1.1 h; 1 + u: at most 0.55 h inherited and 1 h; quotient 1 h: 3.7 h. */
static REAL REF(sigmoid)(REAL x)
{
    REAL u = F(exp)(-F(fabs)(x));
    return x < 0 ? u / (1 + u) : 1 / (1 + u);
}

/* log(p / (1 - p)), and between 1/4 and 3/4 log1p((2 p - 1) / (1 - p)).
 *
 * There 2 p - 1 and 1 - p are exact (p has 24 bits), so the quotient t has 1 h; log1p multiplies it by
 * t / ((1 + t) log1p(t)) <= 1.82 (at p = 1/4) and adds 2 h: 3.9 h, right up to the zero at 1/2.
 * Elsewhere 1 - p has at most 1 h (none for p >= 2^-29) and the quotient 1 h: an absolute 2 h in a logarithm that is at
 * least log 3 = 1.0986: 1.9 h, and 1.1 h of log itself: 3.0 h. The sign of p / (1 - p) makes nan of p < 0 and p > 1. */
static REAL REF(logit)(REAL p)
{
    if (p > (REAL)0.25 && p < (REAL)0.75) {
        return F(log1p)((2 * p - 1) / (1 - p));
    }
    return F(log)(p / (1 - p));
}

/* log(e^y - 1), in three ranges.
 *
 * y < 0.4      log(expm1(y)): 2 h absolute, divided by |log(expm1(0.4))| = 0.7096: 2.9 h, and 1.1 h of log: 4.0 h.
 * y < 1        log1p(2 expm1(d)), d = y - ln 2. With ln 2 = LN2 + LN2_REST (LN2 a double, the rest good to 2^-108),
 *              y - LN2 is exact: a multiple of 2^-53 below 1/2. So d has 1 h relative, also next to the zero of the
 *              result, where |d| >= 1.9e-9. expm1 multiplies it by d e^d / expm1(d), adds 2 h; log1p multiplies by
 *              t / ((1 + t) log1p(t)), t = 2 expm1(d), adds 2 h. At y = 0.4: (0.86 + 2) 1.46 + 2 = 6.2 h; at y = 1:
 *              (1.16 + 2) 0.77 + 2 = 4.5 h; falling in between to 5 h at the zero.
 * otherwise    y + log1p(-e^-y). At y = 1: 1.1 h of e^-y is 0.64 h absolute in log1p(-0.368) = -0.459, 2 h of log1p
 *              0.92 h, the sum 0.54 h: 2.1 h absolute / 0.541 = 3.9 h; less for larger y. */
static REAL REF(softplusinv)(REAL y)
{
    if (y < (REAL)0.4) {
        return F(log)(F(expm1)(y));
    }
    if (y < 1) {
        return F(log1p)(2 * F(expm1)((y - (REAL)LN2) - LN2_REST));
    }
    return y + F(log1p)(-F(exp)(-y));
}

/* log(1 - e^x), in two ranges that meet at -ln 2.
 *
 * Above        log(-expm1(x)): 2 h absolute, divided by log 2: 2.9 h, and 1.1 h of log: 4.0 h.
 * Below        log1p(-u), u = e^x <= 1/2: the 1.1 h of u times u / ((1 - u) log1p(-u)) <= 1.45, and 2 h: 3.6 h. */
static REAL REF(log1mexp)(REAL x)
{
    return x > -(REAL)LN2 ? F(log)(-F(expm1)(x)) : F(log1p)(-F(exp)(x));
}

/* u / (1 + u)^2: 1.1 h of u times (1 - u) / (1 + u), 1 h of 1 + u counts twice, the product and the quotient 1 h each:
 * 5.1 h. */
static REAL REF(sigmoid_grad)(REAL x)
{
    REAL u = F(exp)(-F(fabs)(x));
    return u / ((1 + u) * (1 + u));
}

/* The others by exact changes of sign. */
static REAL REF(softminus)(REAL x)
{
    return -REF(softplus)(-x);
}

static REAL REF(log_prob_1)(REAL x)
{
    return -REF(softplus)(-x);
}

static REAL REF(log_prob_0)(REAL x)
{
    return -REF(softplus)(x);
}

static REAL REF(one_minus_sigmoid)(REAL x)
{
    return REF(sigmoid)(-x);
}

static REAL REF(softminusinv)(REAL y)
{
    return -REF(softplusinv)(-y);
}
