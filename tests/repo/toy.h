/* toy(x) = x e^-|x|                                       odd, not monotone; tests/repo adds it to a copy of the project
 *
 * Identity   the product as written, with compensation for the rounding errors of the factors
 * Why not    x exp(-|x|), rounded twice: 1 ulp instead of 1/2, and nan at infinity
 * Ranges     EXPM1_TINY <= |x| < TAIL: the fast path; |x| below it: the result is x; above EXP_UNDERFLOW it is 0
 * Special    +-0 -> +-0, +-inf -> +-0, nan -> nan; raises no exception but underflow
 * BOUND f64 0.76 at 0x1.657d850f1d38bp+9
 *           the largest of 6e7 points where the result is subnormal
 * BOUND f32 0.76 at 0x1.6f7382p+6
 *           the largest of all inputs
 */
#ifdef LONG_DOUBLE

static long double toy_longdouble(long double x)
{
    return x - x == 0 ? x * expl(-fabsl(x)) : x != x ? x : copysignl(0, x);
}

static const softufunc_traits toy_traits = {.longdouble.unary = toy_longdouble};

#else

enum { R(toy_normal) = NORMAL_NONE };

static ALWAYS_INLINE R(range) R(toy_fast)(R(values) x)
{
    return R(range_from)(R(magnitude)(x.v[0]), EXPM1_TINY, TAIL);
}

static ALWAYS_INLINE mask R(toy_is_special)(real x)
{
    real magnitude = R(magnitude)(x);
    return R(less)(magnitude, C(EXPM1_TINY)) | R(not_less)(magnitude, C(EXP_UNDERFLOW));
}

/* With a scaled exponential, only the result can be subnormal. */
static ALWAYS_INLINE R(carry) R(toy_head)(R(values) x, int path)
{
    real inside = path == PATH_ANY ? R(select)(R(toy_is_special)(x.v[0]), C(1.0), x.v[0]) : x.v[0];
    const int shift = path == PATH_ANY ? TAIL_SCALE : 0;
    return R(carry_of_expm1)(R(expm1_of_pair)(R(negative_magnitude)(inside), C(0.0), shift, (element)0x1p-100));
}

static ALWAYS_INLINE R(carry) R(toy_middle)(R(values) x, R(carry) carry, int path)
{
    (void)path;
    (void)x;
    R(pair) u = R(exp_of_expm1)(R(expm1_of_carry)(carry));
    return R(carry_of_two)(u.high, u.low);
}

/* x (high + low) */
static ALWAYS_INLINE real R(toy_product)(real x, real high, real low)
{
    real y = x * high;
    return y + R(madd)(x, low, -R(residual)(x, high, y));
}

/* nan, and inputs for which the result is x or 0 */
static element R(toy_special)(element x)
{
    if (x != x || (x < (element)EXPM1_TINY && x > (element)-EXPM1_TINY)) {
        return x;
    }
    return x < 0 ? (element)-0.0 : 0;
}

static ALWAYS_INLINE R(values) R(toy_tail)(R(values) x, R(carry) u, int path)
{
    if (path == PATH_ANY) {
        mask special = R(toy_is_special)(x.v[0]);
        real inside = R(select)(special, C(1.0), x.v[0]);
        R(values) y = R(unscaled)(R(toy_product)(inside, u.v[0], u.v[1]));
        y.v[0] = R(patched)(y.v[0], x.v[0], special, R(toy_special));
        return y;
    }
    return R(value)(R(toy_product)(x.v[0], u.v[0], u.v[1]));
}

#endif
