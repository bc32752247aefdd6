#ifdef LONG_DOUBLE

static long double sigmoid_longdouble(long double x)
{
    long double u = expl(x > 0 ? -x : x);
    return (x < 0 ? u : 1) / (1 + u);
}

#else

typedef struct {
    R(expm1_sum) p;
    real scaled_y;
} R(sigmoid_state);

#undef SIGMOID_LEAST
#undef SIGMOID_ONE
#undef SIGMOID_SCALE
#if REAL_BITS == 32
#define SIGMOID_LEAST -132.4
#define SIGMOID_ONE 20.0
#define SIGMOID_SCALE 64
#else
#define SIGMOID_LEAST -797.8
#define SIGMOID_ONE 40.0
#define SIGMOID_SCALE 128
#endif

static inline R(sigmoid_state) R(sigmoid_begin)(real x)
{
    real z = R(clamp)(x, SIGMOID_LEAST, SIGMOID_ONE);
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS + SIGMOID_SCALE);
    real shifted = R(madd)(z, C(LOG2_E), magic);
    real k = shifted - magic;
    R(expm1_sum) p = R(expm1_reduced)(z, k, -1, R(expm1_centred));
    return (R(sigmoid_state)){p, (real)((bits)shifted << MANTISSA_BITS)};
}

static inline real R(sigmoid_end)(real x, R(sigmoid_state) state)
{
    real n = state.scaled_y;
    const real unscale = REAL_BITS == 32 ? C(0x1p-64) : C(0x1p-128);
    real y = n * unscale;
    real r = state.p.r, c = state.p.c;
#if REAL_BITS == 64 || 0
    real m = C(1.0) + (r + c);
    real ml = ((C(1.0) - m) + r) + c;
    real d = m + y;
    real dl = ((R(max)(m, y) - d) + R(min)(m, y)) + ml;
#else
    real d = (y + C(1.0)) + (r + c);
    real dl = (((R(max)(y, C(1.0)) - d) + R(min)(y, C(1.0))) + r) + c;
#endif
    real w = C(1.0) / d;
    real e = R(nmadd)(w, dl, R(residual)(w, d, C(1.0)));
    w = R(madd)(e, w, w);
    real s = w * n * unscale;
#if REAL_BITS == 64 || 0
    mask deep = R(less)(y, C(2 * SMALLEST_NORMAL)) & R(less)(C(0.0), y);
    s = R(select)(deep, R(nmadd)((r + c) * w, y, y), s);
#endif
    return R(select)(R(is_nan)(x), x, s);
}

#endif
