/* sigmoid_grad(x) = sigmoid(x) (1 - sigmoid(x)) = e^x / (1 + e^x)^2        derivative of sigmoid; an even function
 *
 * Identity   u / (1 + u)^2, u = e^-|x|: no term cancels, and x and -x take the same way, bit for bit
 * Why not    s (1 - s), s = sigmoid(x): 0 above 37 (17), where the right value has 300 (20) more decades;
 *            sigmoid(x) one_minus_sigmoid(x): twice the time, and three rounding errors
 * Ranges     |x| <= 40 (20): the formula
 *            |x| > 40 (20): the result is u up to a factor that no digit shows; see softplus_far
 * Special    +-inf -> +0, nan -> nan, 0 -> 1/4; raises nothing but underflow
 * BOUND f64 0.714 at -0x1.2e360ea832432p+5
 *           got 0x1.6a1598d0e0aa9p-55, want 0x1.6a1598d0e0aa9b6b7856p-55;
 *           1e8 points and a search from the worst of them, 2026-11-26: tools/ulp.py sigmoid_grad --isa avx2 baseline --points 1e8
 * BOUND f32 0.702 at -0x1.2ddadp+5
 *           got 0x1.7a94c2p-55, want 0x1.7a94c367526p-55;
 *           all inputs, 2026-11-26: tools/exhaustive.py sigmoid_grad --isa all
 */
#ifdef LONG_DOUBLE

static long double sigmoid_grad_longdouble(long double x)
{
    long double u = expl(x > 0 ? -x : x);
    return u / ((1 + u) * (1 + u));
}

#else

typedef R(softplus_state) R(sigmoid_grad_state);

static inline R(sigmoid_grad_state) R(sigmoid_grad_begin)(real x)
{
    return R(softplus_begin)(x);
}

/* u / (1 + u)^2 */
static inline real R(sigmoid_grad_divided)(R(pair) u)
{
    /* (1 + u)^2 = square + square_low */
    real d = C(1.0) + u.high;
    real d_low = ((C(1.0) - d) + u.high) + u.low;
    real square = d * d;
    real square_low = R(madd)(d + d, d_low, -R(residual)(d, d, square));

    /* u / square, and what its rounding and the low parts take away */
    real reciprocal = C(1.0) / square;
    real high = u.high * reciprocal;
    real rest = R(nmadd)(high, square_low, R(residual)(high, square, u.high) + u.low);
    return R(madd)(rest, reciprocal, high);
}

static inline real R(sigmoid_grad_end)(real x, R(sigmoid_grad_state) state)
{
    real r = state.p.r, c = state.p.c, t = state.t;
    /* -|x|; beyond SOFTPLUS_FAR, or where that is nan, t is another small number */
    real left = R(negative_magnitude)(x);
    mask far = R(not_less)(C(-SOFTPLUS_FAR * (1 + EPSILON)), left);
    int any_far = R(any)(far);
    if (__builtin_expect(any_far, 0)) {
        t = R(select)(far, R(power_of_2)(SOFTPLUS_FAR_LOG2), t);
    }
    R(pair) u = R(u_of_expm1)(r, c, t);
    real y = R(sigmoid_grad_divided)(u);
    if (__builtin_expect(any_far, 0)) {
        y = R(softplus_far)(left, y, r + c);
    }
    return y;
}

static inline R(range) R(sigmoid_grad_usual)(real x)
{
    return R(softplus_usual)(x);
}

typedef R(softplus_usual_state) R(sigmoid_grad_usual_state);

static inline R(softplus_usual_state) R(sigmoid_grad_usual_begin)(real x)
{
    return R(softplus_usual_begin)(x);
}

static inline real R(sigmoid_grad_usual_end)(real x, R(softplus_usual_state) state)
{
    (void)x;
    return R(sigmoid_grad_divided)(R(u_of_expm1)(state.p.r, state.p.c, state.t));
}

#endif
