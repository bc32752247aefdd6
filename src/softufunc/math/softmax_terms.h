/* The terms of math/softmax.h for one width: included with REAL_BITS 64 and 32, after math/logsumexp_terms.h. */

/* A term as high + low, as it is in the sums */
static ALWAYS_INLINE R(pair) R(term_of)(real x, R(exp_scale) scale)
{
    R(exp_term) y = R(exp_term_of)(x, scale);
#if REAL_BITS == 32
    real high = R(madd)(y.p.r + y.p.c, y.t, y.t);
    return (R(pair)){high, R(madd)(y.p.c, y.t, R(madd)(y.p.r, y.t, y.t - high))};
#else
    real p = y.p.r + C(1.0), tail = y.p.c + ((C(1.0) - p) + y.p.r);
    real q = p + tail;
    return (R(pair)){q * y.t, (tail + (p - q)) * y.t};
#endif
}

/* A term, or a number, times the inverse of the sum */
static ALWAYS_INLINE real R(times_inverse)(real high, real low, R(pair) inverse)
{
    real rest = R(madd)(high, inverse.low, low * inverse.high);
#if HAVE_FMA
    return R(madd)(high, inverse.high, rest);
#else
    real product = high * inverse.high;
    return product + (rest - R(residual)(high, inverse.high, product));
#endif
}

#if REAL_BITS == 32

/* softmax from a term, which is multiplied by 2^term_log2_max: the products are normal numbers up to the last one */
static ALWAYS_INLINE real softmax_of_term_f32(real high, real low, pair_f32 inverse)
{
    return times_inverse_f32(high, low, inverse) * power_of_2_f32(-term_log2_max_f32);
}

#else

/* softmax of a number whose term was replaced by 0 in the sum. The power of 2 is in two parts, since the result may be subnormal. */
static NOINLINE real softmax_of_small(real x, pair_f64 inverse, real offset, real k)
{
    const double first_part = -600;
    real lowest = (k - C(1100.0)) * C(LN2_HI), d = x - offset;
    mask below = less_f64(d, lowest);
    d = select_f64(below, lowest, d);
    real j = madd_f64(d, C(LOG2_E), C(ROUND_TO_INTEGER)) - C(ROUND_TO_INTEGER);
    expm1_sum_f64 p = expm1_guarded_f64(d, j, 1, expm1_centred_f64, 0);
    real q = p.r + C(1.0), tail = p.c + ((C(1.0) - q) + p.r);
    real power = (j - k) + C(ROUND_TO_INTEGER + EXPONENT_BIAS - first_part);
    real y = times_inverse_f64(q, tail, inverse) * power_of_2_f64((int)first_part);
    return zero_where_f64(below, y * (real)((bits)power << MANTISSA_BITS));
}

/* softmax from a term; where that was replaced by 0, `high` is the number, and `low` nan */
static ALWAYS_INLINE real softmax_of_term_f64(real high, real low, pair_f64 inverse, real offset, real k)
{
    mask small = is_nan_f64(low);
    /* 0, not -inf, also where that would not be selected: the compiler may compute the product earlier */
    real y = times_inverse_f64(zero_where_f64(small, high), low, inverse);
    return __builtin_expect(any_f64(small), 0) ? select_f64(small, softmax_of_small(high, inverse, offset, k), y) : y;
}

#endif
