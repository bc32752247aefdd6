#ifdef LONG_DOUBLE

static long double softplus_longdouble(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(x > 0 ? -x : x));
}

#else

typedef struct {
    R(expm1_sum) p;
    real scale, rescale;
} R(softplus_state);
#undef SOFTPLUS_LEAST
#undef SOFTPLUS_X
#undef SOFTPLUS_NEAR
#if REAL_BITS == 32
#define SOFTPLUS_LEAST -108.8
#define SOFTPLUS_X 20.0
#define SOFTPLUS_NEAR -30
#else
#define SOFTPLUS_LEAST -757.6
#define SOFTPLUS_X 40.0
#define SOFTPLUS_NEAR -70
#endif

static inline R(softplus_state) R(softplus_begin)(real x)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    real z = R(max)(C(SOFTPLUS_LEAST), R(zero_where)(R(not_less)(x, C(SOFTPLUS_X)), x));
    z = (real)((bits)z | (bits)C(-0.0));
    real shifted = R(madd)(z, C(LOG2_E), magic);
    real near = R(max)(shifted, magic + C(SOFTPLUS_NEAR));
    R(expm1_sum) p = R(expm1_reduced)(z, shifted - magic, 1, R(expm1_centred));
    real t = (real)((bits)near << MANTISSA_BITS);
    real f = (real)((bits)(shifted - near + magic) << MANTISSA_BITS);
    return (R(softplus_state)){p, t, f};
}

static inline real R(softplus_end)(real x, R(softplus_state) state)
{
    real r = state.p.r, c = state.p.c, T = state.scale;
    real p = r + c;
    real u = R(madd)(p, T, T);
    real ul = R(madd)(c, T, R(madd)(r, T, T - u));
    real d = R(madd)(u, C(0.5), C(1.0));
    real dl = R(madd)(u, C(0.5), C(1.0) - d);
    dl = R(madd)(ul, C(0.5), dl);
    real s = u / d;
    real rem = R(residual)(s, d, u) + R(nmadd)(s, dl, ul);
    mask beyond = R(not_less)(x, C(SOFTPLUS_X));
    real a = R(max)(R(zero_where)(beyond, x), C(0.0));
    real rd = R(nmadd)(s, C(0.375), C(1.0));
    real z = s * s;
    real t = R(madd)(s, z * R(atanh_wide)(z), rem * rd);
    real big = R(max)(a, s), small = R(min)(a, s);
    real hi = big + small, lo = small - (hi - big);
    real y = (hi + (lo + t)) * state.rescale;
    real TT = T * state.rescale;
    mask deep = R(less)(TT, C(2 * SMALLEST_NORMAL)) & R(less)(C(0.0), TT);
    y = R(select)(deep, R(madd)(p, TT, TT), y);
    return R(select)(beyond, x, y);
}

#endif
