#ifdef LONG_DOUBLE

static long double softplus_longdouble(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(x > 0 ? -x : x));
}

#else

typedef struct {
    R(expm1_sum) p;
    real t;
} R(softplus_state);

#undef SOFTPLUS_LEAST
#undef SOFTPLUS_X
#undef SOFTPLUS_NEAR
#undef SOFTPLUS_NEAR_T
#if REAL_BITS == 32
#define SOFTPLUS_LEAST -108.8
#define SOFTPLUS_X 20.0
#define SOFTPLUS_NEAR -30
#define SOFTPLUS_NEAR_T 0x1p-30
#else
#define SOFTPLUS_LEAST -753.4
#define SOFTPLUS_X 40.0
#define SOFTPLUS_NEAR -64
#define SOFTPLUS_NEAR_T 0x1p-64
#endif

static inline R(softplus_state) R(softplus_begin)(real x)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    real z = R(max)(C(SOFTPLUS_LEAST), R(zero_where)(R(not_less)(x, C(SOFTPLUS_X)), x));
    z = (real)((bits)z | (bits)C(-0.0));
    real shifted = R(madd)(z, C(LOG2_E), magic);
    R(expm1_sum) p = R(expm1_reduced)(z, shifted - magic, 1, R(expm1_centred));
    return (R(softplus_state)){p, (real)((bits)shifted << MANTISSA_BITS)};
}

static __attribute__((noinline)) real R(softplus_far)(real x, real y, real p)
{
    mask far = R(less)(x, C(-SOFTPLUS_X));
    real z = R(max)(C(SOFTPLUS_LEAST), R(select)(far, x, C(-SOFTPLUS_X)));
    real shifted = R(madd)(z, C(LOG2_E), C(ROUND_TO_INTEGER + EXPONENT_BIAS - SOFTPLUS_NEAR));
    real rescale = (real)((bits)shifted << MANTISSA_BITS);
    real t = rescale * C(SOFTPLUS_NEAR_T);
    real result = y * rescale;
    mask subnormal = R(less)(result, C(SMALLEST_NORMAL)) & R(less)(C(0.0), t);
    result = R(select)(subnormal, R(madd)(p, t, t), result);
    return R(select)(far, result, y);
}

static inline real R(softplus_end)(real x, R(softplus_state) state)
{
    real r = state.p.r, c = state.p.c, t = state.t;
    mask far = R(less)(x, C(-SOFTPLUS_X));
    int any_far = R(any)(far);
    if (__builtin_expect(any_far, 0)) {
        t = R(select)(far, C(SOFTPLUS_NEAR_T), t);
    }
    real p = r + c;
    real u = R(madd)(p, t, t);
    real ul = R(madd)(c, t, R(madd)(r, t, t - u));
    real h = C(0.5) * u;
    real s = u / (C(1.0) + h);
    real q = R(nmadd)(s, C(0.375), C(1.0));
    real sl = R(madd)(ul, q, R(residual)(h, s, u - s)) * q;
    real z = s * s;
    real tail = R(madd)(s, z * R(atanh_wide)(z), sl);
    mask beyond = R(not_less)(x, C(SOFTPLUS_X));
    real a = R(max)(R(zero_where)(beyond, x), C(0.0));
    real big = R(max)(a, s), small = R(min)(a, s);
    real high = big + small, low = small - (high - big);
    real y = high + (low + tail);
    if (__builtin_expect(any_far, 0)) {
        y = R(softplus_far)(x, y, p);
    }
    return R(select)(beyond, x, y);
}

#endif
