/* softplusinv(y) = log(e^y - 1)                                                                inverse: softplus
 *
 * Identity   with y = k ln 2 + r:  e^y - 1 = w = (2^k - 1) + 2^k expm1(r), where 2^k - 1 is exact;
 *            with w = 2^j (1 + f):  log w = j ln 2 + log1p(f),  f = 2^(k-j) expm1(r) + (2^-j (2^k - 1) - 1).
 *            One reduction for all y: for k = 0 it is log(expm1(y)), and near the zero at y = ln 2, where k = 1 and j = 0,
 *            f is 2 expm1(r) to full accuracy
 * Why not    log(expm1(y)): all digits are lost near ln 2, and expm1 overflows above 709.78 (88.7);
 *            y + log1p(-e^-y), accurate for large y: loses digits below 1
 * Ranges     y >= 40 (20): the result is y
 *            1 + f in [sqrt(1/2), sqrt(2))
 * Special    +-0 -> -inf (divide), y < 0 -> nan (invalid), +inf -> +inf, nan -> nan
 * BOUND f64 0.629 at 0x1.10e4874533604p-1
 *           got -0x1.675ce90e5c008p-2, want -0x1.675ce90e5c008a0cba67p-2 (without FMA; 0.627 with it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, 2026-11-28:
 *           python -m tools accuracy softplusinv --isa avx2 baseline --points 1e7 --seed 3
 * BOUND f32 0.737 at 0x1.729804p-2
 *           got -0x1.a8f07ap-1, want -0x1.a8f07b7917a8bp-1;
 *           all inputs, 2026-11-26: python -m tools accuracy softplusinv --exhaustive --isa all
 */
#ifdef LONG_DOUBLE

static long double softplusinv_longdouble(long double y)
{
    /* ln 2 as the sum of two numbers; y - high is exact near the zero of the result */
#if LDBL_MANT_DIG == 64
    const long double high = 0xb17217f7d1cf79acp-64L, low = -0xd871319ff0342543p-130L;
#elif LDBL_MANT_DIG > 64
    const long double high = 0x1.62e42fefa39ef35793c7673007e6p-1L, low = -0x1.2a17e1979b31ace93a4ebe5d148fp-117L;
#else
    const long double high = 0x1.62e42fefa39efp-1L, low = 0x1.abc9e3b39803fp-56L;
#endif
    return y != y      ? y
           : y < 0.25L ? logl(expm1l(y))
           : y < 1     ? log1pl(2 * expm1l((y - high) - low))
                       : y + log1pl(-expl(-y));
}

static const softufunc_traits softplusinv_traits = {.longdouble.unary = softplusinv_longdouble};

#else

#undef SOFTPLUSINV_TAIL
#if REAL_BITS == 32
#define SOFTPLUSINV_TAIL 20.0
#else
#define SOFTPLUSINV_TAIL 40.0
#endif

/* For 0 < sign y < SOFTPLUSINV_TAIL; `tiny`: can sign y be below EXPM1_TINY? The carry is p, p_low and t: e^y = t (1 + p + p_low). */
static ALWAYS_INLINE R(carry) R(softplusinv_reduced)(real y, int sign, int tiny)
{
    /* r = y - k LN2_HI exactly, |r| <= 0.3466; t = 2^k */
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    real shifted = R(madd)(y, C(sign * LOG2_E), magic);
    real k = shifted - magic;
    real r = sign < 0 ? R(reduce_hi_of_minus)(y, k) : R(reduce_hi)(y, k);
    real t = R(power_in_bits)((bits)shifted);

    /* expm1(r - k LN2_LO) = p + p_low; `rest` contains all terms except r and r^2/2. Below EXPM1_TINY no power of r is formed, since it
     * might be subnormal. */
    real powers_of = tiny ? R(zero_where)(R(less)(y, C(EXPM1_TINY)), r) : r;
    real r2 = powers_of * powers_of;
    real minus_k_low = k * C(-LN2_LO);
    real cube = powers_of * r2, tail = R(expm1_tail)(powers_of, r2);
    real rest = REAL_BITS == 64 ? cube * tail : R(madd)(cube, tail, minus_k_low);
#if !HAVE_FMA
    /* the rounding error of r2, which the multiply-adds below avoid with FMA */
    rest = R(nmadd)(C(0.5), R(residual)(powers_of, powers_of, r2), rest);
#endif
    real half_r = C(0.5) * powers_of;
#if REAL_BITS == 32 && HAVE_FMA
    /* ignores the rounding error of c: 0.1 ulp, and 2 % less time */
    real c = R(madd)(half_r, powers_of, rest);
    real p = r + c, p_low = (r - p) + c;
#else
    real p = r + R(madd)(half_r, powers_of, rest);
    /* the derivative of expm1 is 1 + p; in float32 k LN2_LO p is below 0.06 ulp of the result and left out */
    rest = REAL_BITS == 64 ? R(madd)(minus_k_low, p, rest + minus_k_low) : rest;
    real p_low = R(madd)(half_r, powers_of, r - p) + rest;
#endif

    return R(carry_of_three)(p, p_low, t);
}

/* f, f_low and j of the identity above */
static ALWAYS_INLINE R(carry) R(softplusinv_centred)(R(carry) carry)
{
    /* w + w_low = (t - 1) + t (p + p_low) */
    real p = carry.v[0], p_low = carry.v[1], t = carry.v[2];
    real t_1 = t - C(1.0);
    real w = R(madd)(t, p, t_1);
    real w_low = R(madd)(t, p_low, R(madd)(t, p, t_1 - w));

    /* j from the bits of w; near the zero w - 1 is exact, and f_low has the remaining digits */
    bits j = R(exponent)((bits)w, INTEGER(ROOT_HALF_BITS));
    real scale = (real)((bits)C(1.0) - j);
    return R(carry_of_three)(R(madd)(w, scale, C(-1.0)), w_low * scale, R(integers)(j));
}

/* y_sign softplusinv(x_sign y), EXPM1_TINY <= x_sign y < SOFTPLUSINV_TAIL */
static ALWAYS_INLINE R(range) R(softplusinv_flip_fast)(R(values) y, int x_sign)
{
    return R(range_from)(y.v[0], (element)x_sign * EXPM1_TINY, x_sign * SOFTPLUSINV_TAIL);
}

static ALWAYS_INLINE R(carry) R(softplusinv_flip_head)(R(values) y, int x_sign, int y_sign)
{
    (void)y_sign;
    return R(softplusinv_reduced)(y.v[0], x_sign, 0);
}

static ALWAYS_INLINE R(carry) R(softplusinv_flip_middle)(R(values) y, R(carry) carry, int x_sign, int y_sign)
{
    (void)y;
    (void)x_sign;
    R(carry) f = R(softplusinv_centred)(carry);
    return R(log1p_sum_quotient)(f.v[2], f.v[0], f.v[1], y_sign);
}

static ALWAYS_INLINE R(values) R(softplusinv_flip_tail)(R(values) y, R(carry) carry, int x_sign, int y_sign)
{
    (void)y;
    (void)x_sign;
    (void)y_sign;
    return R(value)(R(log1p_sum_of_quotient)(carry));
}

enum { R(softplusinv_normal) = NORMAL_NONE };

static ALWAYS_INLINE R(range) R(softplusinv_fast)(R(values) y)
{
    return R(softplusinv_flip_fast)(y, 1);
}

static ALWAYS_INLINE R(carry) R(softplusinv_head)(R(values) y, int path)
{
    if (path != PATH_FAST) {
        /* not_less, so that nan is replaced too */
        real y0 = R(select)(R(not_less)(y.v[0], C(SOFTPLUSINV_TAIL)), C(SOFTPLUSINV_TAIL), y.v[0]);
        return R(softplusinv_reduced)(R(select)(R(less)(y0, C(SMALLEST_NORMAL)), C(1.0), y0), 1, 1);
    }
    return R(softplusinv_flip_head)(y, 1, 1);
}

static ALWAYS_INLINE R(carry) R(softplusinv_middle)(R(values) y, R(carry) carry, int path)
{
    (void)path;
    return R(softplusinv_flip_middle)(y, carry, 1, 1);
}

/* Numbers below SMALLEST_NORMAL */
static element R(softplusinv_special)(element y)
{
    if (y > 0) {
        /* subnormal: softplusinv(y) = log y = log(2^e y) - e ln 2 */
        R(carry) f = R(softplusinv_centred)(R(softplusinv_reduced)(R(subnormal_part)(y) * C(2 / EPSILON), 1, 1));
        f.v[2] -= C((MANTISSA_BITS + 1) / EPSILON);
        return R(log1p_sum_of_quotient)(R(log1p_sum_quotient)(f.v[2], f.v[0], f.v[1], 1))[0];
    }
    if (y == 0) {
        return -R(pole)();
    }
    return R(outside_domain)();
}

static ALWAYS_INLINE R(values) R(softplusinv_tail)(R(values) y, R(carry) carry, int path)
{
    R(values) x = R(softplusinv_flip_tail)(y, carry, 1, 1);
    if (path != PATH_FAST) {
        x.v[0] = R(select)(R(not_less)(y.v[0], C(SOFTPLUSINV_TAIL)), y.v[0], x.v[0]);
        x.v[0] = R(patched)(x.v[0], y.v[0], R(less)(y.v[0], C(SMALLEST_NORMAL)), R(softplusinv_special));
    }
    return x;
}

#endif
