/* softplus_sigmoid(x) = log(1 + e^x), 1 / (1 + e^-x)                     value and derivative of softplus, in one pass
 *
 * Identity   softplus as in softplus.h, bit for bit; with the same u = e^-|x|, sigmoid is u / (1 + u) for x < 0 and 1 / (1 + u)
 *            otherwise
 * Why not    the bits of sigmoid.h: it needs e^-r and softplus e^r; computing both takes 1.5 to 1.7 times as long as softplus,
 *            compared with 1.15 to 1.4 for this
 * Ranges     as softplus
 * Special    as softplus and sigmoid
 * Bounds     the first output has those of softplus, the second one has
 * BOUND f64 0.656 at -0x1.59b4ff1d0d004p+9
 *           got 0x1.6a2397719d27dp-998, want 0x1.6a2397719d27da7d80f1p-998 (with FMA; 0.645 without it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, 2026-11-28:
 *           python -m tools accuracy softplus_sigmoid.sigmoid --isa avx2 baseline --points 1e7
 * BOUND f32 0.702 at -0x1.2ddadp+5
 *           got 0x1.7a94c2p-55, want 0x1.7a94c367526p-55;
 *           all inputs, 2026-11-26: python -m tools accuracy softplus_sigmoid.sigmoid --exhaustive --isa all
 */
#ifdef LONG_DOUBLE

static void softplus_sigmoid_longdouble(long double x, long double y, long double *out, long double *out2)
{
    (void)y;
    *out = softplus_longdouble(x);
    *out2 = sigmoid_longdouble(x);
}

static const softufunc_traits softplus_sigmoid_traits = {.longdouble.two_outputs = softplus_sigmoid_longdouble};

#else

enum { R(softplus_sigmoid_normal) = NORMAL_EXP_OF_X };

static ALWAYS_INLINE R(range) R(softplus_sigmoid_fast)(R(values) x)
{
    return R(magnitude_below)(x.v[0], TAIL);
}

static ALWAYS_INLINE R(carry) R(softplus_sigmoid_head)(R(values) x, int path)
{
    return path != PATH_FAST ? R(u_head_of_any)(x.v[0], path) : R(u_head)(R(negative_magnitude)(x.v[0]), 1);
}

/* The carry is s and the correction of s of log1p(u), u = e^-|x|, and the sigmoid. */
static ALWAYS_INLINE R(carry) R(softplus_sigmoid_of_u)(real x, R(pair) u)
{
    R(carry) s = R(log1p_quotient)(u, 1);

    /* numerator / (1 + u), with a correction for its rounding error and the low part of u. The quotient is at least half of the
     * numerator, so the difference is exact */
    real numerator = R(select_by_sign)(x, u.high, C(1.0));
    real reciprocal = C(1.0) / (C(1.0) + u.high);
    real high = numerator * reciprocal;
    real rest = R(residual)(high, u.high, numerator - high);
    real signed_low = (real)((bits)u.low ^ ((bits)x & (bits)C(-0.0)));
    return R(carry_of_three)(s.v[0], s.v[1], R(madd)(R(nmadd)(reciprocal, signed_low, rest), reciprocal, high));
}

static ALWAYS_INLINE R(carry) R(softplus_sigmoid_middle)(R(values) x, R(carry) u, int path)
{
    if (path == PATH_FAST) {
        return R(softplus_sigmoid_of_u)(x.v[0], R(u_of_carry)(u));
    }
    R(tail_parts) parts = R(tail_parts_of)(x.v[0], u);
    R(carry) both = R(softplus_sigmoid_of_u)(x.v[0], parts.u);
    R(carry) carry = R(carry_of_tail)(both.v[0], both.v[1], parts, path);
    carry.v[5] = both.v[2]; /* the sigmoid */
    return carry;
}

/* Both outputs; x is 0 beyond TAIL */
static ALWAYS_INLINE R(values) R(softplus_sigmoid_of_carry)(real x, R(carry) carry, real sigmoid)
{
    R(log1p_terms) terms = R(log1p_terms_of)(carry.v[0], carry.v[1], 1, R(atanh_wide));
    return R(two_values)(R(log1p_exp_sum)(x, terms, 1), sigmoid);
}

static ALWAYS_INLINE R(values) R(softplus_sigmoid_tail)(R(values) x, R(carry) carry, int path)
{
    if (path != PATH_FAST) {
        real z = x.v[0];
        mask right = R(not_less)(z, C(TAIL)); /* or nan */
        R(values) y = R(softplus_sigmoid_of_carry)(R(zero_where)(right, z), carry, carry.v[5]);
        carry.v[2] = R(zero_where)(right, carry.v[2]);
        R(values) first = R(rescaled)(y.v[0], z, carry, path), second = R(rescaled)(y.v[1], z, carry, path);
        /* for x > TAIL the sigmoid is 1 for any small u, so y.v[1] is correct although u is not e^-|x| */
        first.v[0] = R(select)(right, z, first.v[0]);
        first.v[1] = R(select)(R(is_nan)(z), z, second.v[0]);
        return first;
    }
    return R(softplus_sigmoid_of_carry)(x.v[0], carry, carry.v[2]);
}

#endif
