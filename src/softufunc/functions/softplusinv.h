#ifdef LONG_DOUBLE

static long double softplusinv_longdouble(long double y)
{
    /* ln 2 in two parts: y - ln 2 is exact next to the zero of the result */
    const long double high = 0xb.17217f7d1cf79acp-4L, low = -0x1.b0e2633fe0685p-66L * 0 - 0x0p0L;
    return y < 0.25L ? logl(expm1l(y)) : y < 1 ? log1pl(2 * expm1l((y - high) - low)) : y + log1pl(-expl(-y));
}

#else

typedef struct {
    real f, fl, k;
} R(softplusinv_state);
#undef SOFTPLUSINV_Y
#if REAL_BITS == 32
#define SOFTPLUSINV_Y 20.0
#else
#define SOFTPLUSINV_Y 40.0
#endif
/* expm1(r) = r + r^2/2 + r^3 q(r) with relative error 2^-31 (2^-61.5) */
static inline real R(expm1_tail)(real r, real r2)
{
#if REAL_BITS == 32
    real a = R(madd)(C(0x1.5554fp-5), r, C(0x1.555554p-3));
    real b = R(madd)(C(0x1.6d437cp-10), r, C(0x1.111306p-7));
    return R(madd)(R(madd)(C(0x1.9e0c6p-13), r2, b), r2, a);
#else
    real r4 = r2 * r2;
    real a = R(madd)(C(0x1.555555555554dp-5), r, C(0x1.5555555555559p-3));
    real b = R(madd)(C(0x1.6c16c16c1aafcp-10), r, C(0x1.111111110f65p-7));
    real c = R(madd)(C(0x1.a01a018e12084p-16), r, C(0x1.a01a01b006d6ep-13));
    real d = R(madd)(C(0x1.27e5132bfd19bp-22), r, C(0x1.71ddf8040b67ep-19));
    real e = R(madd)(C(0x1.1f1a593ec29b3p-29), r, C(0x1.af5f4491494d4p-26));
    return R(madd)(R(madd)(e, r4, R(madd)(d, r2, c)), r4, R(madd)(b, r2, a));
#endif
}

static inline R(softplusinv_state) R(softplusinv_begin)(real y)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    real z = R(min)(y, C(SOFTPLUSINV_Y));
    real shifted = R(madd)(z, C(LOG2_E), magic);
    real k = shifted - magic;
    real r0 = R(reduce_hi)(z, k);
    real rz = R(zero_where)(R(less)(z, C(REAL_BITS == 32 ? 0x1p-30 : 0x1p-60)), r0);
    real r2 = rz * rz;
    real c = R(nmadd)(k * C(LN2_LO), C(1.0) + r0, (rz * r2) * R(expm1_tail)(rz, r2));
#if REAL_BITS == 64
    c = R(nmadd)(C(0.5), R(residual)(rz, rz, r2), c);
#endif
    real ph = r0 + R(madd)(C(0.5), r2, c);
    real pl = R(madd)(C(0.5), r2, r0 - ph) + c;
    real T = (real)((bits)shifted << MANTISSA_BITS);
    real A = T - C(1.0);
    real W = R(madd)(T, ph, A);
#if REAL_BITS == 32
    const bits root = (bits){0} + 0x3f3504f3u;
#else
    const bits root = (bits){0} + 0x3fe6a09e667f3bcdu;
#endif
    bits K = R(exponent)((bits)W, root);
    real J = (real)((bits)C(1.0) - K);
    real TJ = T * J;
    real AJ = R(madd)(A, J, C(-1.0));
    real f = R(madd)(TJ, ph, AJ);
    real fl = R(madd)(TJ, pl, R(madd)(TJ, ph, AJ - f));
    return (R(softplusinv_state)){f, fl, R(exponent_to_real)(K)};
}

static inline real R(softplusinv_end)(real y, R(softplusinv_state) state)
{
    real f = state.f, d = R(madd)(f, C(0.5), C(1.0));
    real dl = R(madd)(state.fl, C(0.5), R(madd)(f, C(0.5), C(1.0) - d));
    real x = R(log_sum)(state.k, R(divide)(f, state.fl, d, dl));
    return R(select)(R(not_less)(y, C(SOFTPLUSINV_Y)), y, x);
}

static inline mask R(softplusinv_outside)(real y)
{
    return R(not_less)(C(SMALLEST_NORMAL * (1 - EPSILON)), y);
}

static inline real R(softplusinv_harmless)(void)
{
    return C(1.0);
}

static inline element R(softplusinv_special)(element y)
{
    if (y != y) {
        return y;
    }
    if (y > 0) {
        /* subnormal: softplusinv(y) = log y = log(2^e y) - e ln 2 */
        real scaled = R(splat)(y * (2 / EPSILON));
        R(softplusinv_state) state = R(softplusinv_begin)(scaled);
        state.k -= C((MANTISSA_BITS + 1) * (1 / EPSILON));
        return R(softplusinv_end)(scaled, state)[0];
    }
    if (y == 0) {
        return -R(pole)();
    }
    return R(outside_domain)();
}

#endif
