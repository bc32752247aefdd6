/* sigmoid_grad(x) = sigmoid(x) (1 - sigmoid(x)) = e^x / (1 + e^x)^2        derivative of sigmoid; an even function
 *
 * Identity   u / (1 + u)^2, u = e^-|x|: no cancellation, and the same bits for x and -x
 * Why not    s (1 - s), s = sigmoid(x): 0 above 37 (17), over 300 (20) decades of representable values;
 *            sigmoid(x) one_minus_sigmoid(x): takes twice the time, with three rounding errors
 * Ranges     |x| <= 40 (20): the formula
 *            |x| > 40 (20): the result is u to working precision; see `rescaled` in math/log1p_exp.h
 * Special    +-inf -> +0, nan -> nan, 0 -> 1/4; raises no exception but underflow
 * BOUND f64 0.656 at -0x1.59b4ff1d0d004p+9
 *           got 0x1.6a2397719d27dp-998, want 0x1.6a2397719d27da7d80f1p-998 (with FMA; 0.647 without it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, 2026-11-28:
 *           python -m tools accuracy sigmoid_grad --isa avx2 baseline --points 1e7
 * BOUND f32 0.702 at -0x1.2ddadp+5
 *           got 0x1.7a94c2p-55, want 0x1.7a94c367526p-55;
 *           all inputs, 2026-11-26: python -m tools accuracy sigmoid_grad --exhaustive --isa all
 */
#ifdef LONG_DOUBLE

static long double sigmoid_grad_longdouble(long double x)
{
    long double u = expl(x > 0 ? -x : x);
    return u / ((1 + u) * (1 + u));
}

static const softufunc_traits sigmoid_grad_traits = {.longdouble.unary = sigmoid_grad_longdouble};

#else

enum { R(sigmoid_grad_normal) = NORMAL_EXP_OF_MINUS_MAGNITUDE };

static ALWAYS_INLINE R(range) R(sigmoid_grad_fast)(R(values) x)
{
    return R(magnitude_below)(x.v[0], TAIL);
}

static ALWAYS_INLINE R(carry) R(sigmoid_grad_head)(R(values) x, int path)
{
    return path != PATH_FAST ? R(u_head_of_any)(x.v[0], path) : R(u_head)(R(negative_magnitude)(x.v[0]), 1);
}

static ALWAYS_INLINE R(carry) R(sigmoid_grad_middle)(R(values) x, R(carry) u, int path)
{
    if (path == PATH_FAST) {
        return u;
    }
    R(tail_parts) parts = R(tail_parts_of)(x.v[0], u);
    return R(carry_of_tail)(parts.u.high, parts.u.low, parts, path);
}

/* u / (1 + u)^2 */
static ALWAYS_INLINE real R(sigmoid_grad_of_u)(R(pair) u)
{
    /* (1 + u)^2 = square + square_low */
    real d = C(1.0) + u.high;
    real d_low = ((C(1.0) - d) + u.high) + u.low;
    real square = d * d;
    real square_low = R(madd)(d + d, d_low, -R(residual)(d, d, square));

    /* u / square, with a correction for its rounding error and the low parts */
    real reciprocal = C(1.0) / square;
    real high = u.high * reciprocal;
    real rest = R(nmadd)(high, square_low, R(residual)(high, square, u.high) + u.low);
    return R(madd)(rest, reciprocal, high);
}

static ALWAYS_INLINE R(values) R(sigmoid_grad_tail)(R(values) x, R(carry) carry, int path)
{
    if (path != PATH_FAST) {
        real small = R(sigmoid_grad_of_u)((R(pair)){carry.v[0], carry.v[1]});
        R(values) y = R(rescaled)(small, R(negative_magnitude)(x.v[0]), carry, path);
        y.v[0] = R(select)(R(is_nan)(x.v[0]), x.v[0], y.v[0]);
        return y;
    }
    return R(value)(R(sigmoid_grad_of_u)(R(u_of_carry)(carry)));
}

#endif
