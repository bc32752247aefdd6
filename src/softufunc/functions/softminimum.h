/* softminimum(x, y) = -log(e^-x + e^-y)
 *
 * Identity   -logaddexp(-x, -y)    three flips of a sign, which are exact: the error is that of logaddexp
 * BOUND f32 0.8 at 0x1.5aeaep+6,0x1.3c175p-125
 * BOUND f64 0.8 at 0x1.5af6aadd762fap+9,0x1.d5734a37db518p-1002
 *            found 0.7497 and 0.7465; 0.5560 and 0.5561 where the result is not next to 0, 2026-11-25:
 *            tools/ulp_of_two.py softminimum --isa all --points 1e6 --check
 * Special    a nan gives nan; infinities as the limits: min(x, y) where one of the two is infinite
 *            raises nothing but underflow
 */
#ifdef LONG_DOUBLE

static long double softminimum_longdouble(long double x, long double y)
{
    return -logaddexp_longdouble(-x, -y);
}

#else

typedef R(logaddexp_state) R(softminimum_state);

static inline mask R(softminimum_outside)(real x, real y)
{
    return R(logaddexp_outside)(x, y);
}

static inline real R(softminimum_special)(real x, real y, mask outside)
{
    return -R(logaddexp_special)(-x, -y, outside);
}

static inline R(softminimum_state) R(softminimum_begin)(real x, real y)
{
    return R(logaddexp_begin)(-x, -y);
}

static inline real R(softminimum_end)(real x, real y, R(softminimum_state) state)
{
    return -R(logaddexp_end)(-x, -y, state);
}

#endif
