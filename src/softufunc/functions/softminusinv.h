/* softminusinv(y) = y - log(1 - e^y)                                                          inverse: softminus
 *
 * Identity   -softplusinv(-y): two flips of a sign, which are exact
 * Why not    y - log(1 - e^y), or log(e^y / (1 - e^y)): all digits are lost next to y = -ln 2 and next to 0
 * Special    +-0 -> +inf (divide), y > 0 -> nan (invalid), -inf -> -inf, nan -> nan
 * BOUND f64 0.676 at -0x1.62e430230aac7p-2
 *           got 0x1.c34365bfdd59fp-1, want 0x1.c34365bfdd59facfebe0p-1;
 *           1e8 points and a search from the worst of them, 2026-11-26: tools/ulp.py softplusinv --isa avx2 baseline --points 1e8
 * BOUND f32 0.737 at -0x1.729804p-2
 *           got 0x1.a8f07ap-1, want 0x1.a8f07b7917a8bp-1;
 *           all inputs, 2026-11-26: tools/exhaustive.py softplusinv --isa all
 */
#ifdef LONG_DOUBLE

static long double softminusinv_longdouble(long double y)
{
    return -softplusinv_longdouble(-y);
}

#else

typedef R(softplusinv_state) R(softminusinv_state);

static inline R(softminusinv_state) R(softminusinv_begin)(real y)
{
    return R(softplusinv_begin)(-y);
}

static inline real R(softminusinv_end)(real y, R(softminusinv_state) state)
{
    return -R(softplusinv_end)(-y, state);
}

static inline mask R(softminusinv_outside)(real y)
{
    return R(softplusinv_outside)(-y);
}

static inline real R(softminusinv_harmless)(void)
{
    return -R(softplusinv_harmless)();
}

static inline element R(softminusinv_special)(element y)
{
    return -R(softplusinv_special)(-y);
}

static inline R(range) R(softminusinv_usual)(real y)
{
    return R(range_from)(y, -EXPM1_TINY, -SOFTPLUSINV_FAR);
}

typedef R(softplusinv_usual_state) R(softminusinv_usual_state);

static inline R(softminusinv_usual_state) R(softminusinv_usual_begin)(real y)
{
    return R(softplusinv_reduced)(y, -1, 0);
}

static inline real R(softminusinv_usual_end)(real y, R(softminusinv_usual_state) state)
{
    (void)y;
    return R(log1p_sum)(state.j, state.f, state.f_low, -1);
}

#endif
