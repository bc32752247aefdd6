/* one_minus_sigmoid(x) = 1 / (1 + e^x)                                                       inverse: x = -logit(y)
 *
 * Identity   sigmoid(-x): a flip of a sign, which is exact
 * Why not    1 - sigmoid(x): no digit is right above 37 (17), and 0 from there on
 * Special    -inf -> 1, +inf -> +0, nan -> nan; raises nothing but underflow
 * BOUND f64 0.712 at 0x1.28c2bbcb127bp+5
 *           got 0x1.65d2dee506c84p-54, want 0x1.65d2dee506c84b60bfe4p-54;
 *           1e8 points and a search from the worst of them, 2026-11-23: tools/ulp.py sigmoid --isa avx2 baseline --points 1e8
 * BOUND f32 0.907 at 0x1.1b2ea4p+4
 *           got 0x1.61952ap-26, want 0x1.6195282fc6c4bp-26;
 *           all inputs, 2026-11-23: tools/exhaustive.py sigmoid --isa all
 */
#ifdef LONG_DOUBLE

static long double one_minus_sigmoid_longdouble(long double x)
{
    return sigmoid_longdouble(-x);
}

#else

typedef R(sigmoid_state) R(one_minus_sigmoid_state);

static inline R(one_minus_sigmoid_state) R(one_minus_sigmoid_begin)(real x)
{
    return R(sigmoid_begin)(-x);
}

static inline real R(one_minus_sigmoid_end)(real x, R(one_minus_sigmoid_state) state)
{
    return R(sigmoid_end)(-x, state);
}

static inline R(range) R(one_minus_sigmoid_usual)(real x)
{
    return R(sigmoid_usual)(x);
}

typedef R(sigmoid_usual_state) R(one_minus_sigmoid_usual_state);

static inline R(one_minus_sigmoid_usual_state) R(one_minus_sigmoid_usual_begin)(real x)
{
    return R(sigmoid_reduced)(x, -1);
}

static inline real R(one_minus_sigmoid_usual_end)(real x, R(one_minus_sigmoid_usual_state) state)
{
    return R(sigmoid_usual_end)(x, state);
}

#endif
