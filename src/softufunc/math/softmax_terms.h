/* The terms of math/softmax.h, and the logarithm of a ratio: included with REAL_BITS 64, after math/logsumexp_terms.h. */

/* A term as high + low, as it is in the sums */
static ALWAYS_INLINE pair_f64 sum_of_exp_term(exp_term_f64 y)
{
    real p = y.p.r + C(1.0), tail = y.p.c + ((C(1.0) - p) + y.p.r);
    real q = p + tail;
    return (pair_f64){q * y.t, (tail + (p - q)) * y.t};
}

static ALWAYS_INLINE pair_f64 term_of(real x, exp_scale_f64 scale)
{
    return sum_of_exp_term(exp_term_of_f64(x, scale));
}

/* A term, or a number, times the inverse of the sum */
static ALWAYS_INLINE real times_inverse(real high, real low, pair_f64 inverse)
{
    real rest = madd_f64(high, inverse.low, low * inverse.high);
#if HAVE_FMA
    return madd_f64(high, inverse.high, rest);
#else
    real product = high * inverse.high;
    return product + (rest - residual_f64(high, inverse.high, product));
#endif
}

/* softmax of a number whose term was replaced by 0 in the sum. The power of 2 is in two parts, since the result may be subnormal. */
static NOINLINE real softmax_of_small(real x, pair_f64 inverse, real offset, real k)
{
    const double first_part = -600;
    real lowest = (k - C(1100.0)) * C(LN2_HI), d = x - offset;
    mask below = less_f64(d, lowest);
    d = select_f64(below, lowest, d);
    real j = madd_f64(d, C(LOG2_E), C(ROUND_TO_INTEGER)) - C(ROUND_TO_INTEGER);
    expm1_sum_f64 p = expm1_guarded_f64(d, j, 1, 0, EXPM1_CENTRED);
    real q = p.r + C(1.0), tail = p.c + ((C(1.0) - q) + p.r);
    real power = (j - k) + C(ROUND_TO_INTEGER + EXPONENT_BIAS - first_part);
    real y = times_inverse(q, tail, inverse) * power_of_2_f64((int)first_part);
    return zero_where_f64(below, y * (real)((bits)power << MANTISSA_BITS));
}

/* softmax from a term; where that was replaced by 0, if some were, `high` is the number, and `low` nan */
static ALWAYS_INLINE real softmax_of_term(real high, real low, pair_f64 inverse, int any_small, real offset, real k)
{
    if (!any_small) {
        return times_inverse(high, low, inverse);
    }
    mask small = is_nan_f64(low);
    /* 0, not -inf, also where that would not be selected: the compiler may compute the product earlier */
    real y = times_inverse(zero_where_f64(small, high), low, inverse);
    return __builtin_expect(any_f64(small), 0) ? select_f64(small, softmax_of_small(high, inverse, offset, k), y) : y;
}

/* log(a / b) = k ln 2 + 2 atanh(s / 2), s = 2 (A - B) / (A + B), a / b = 2^k (A / B). The difference of the bits of a and b is
 * log2(a / b) with an error of 0.0861, and k is the integer nearest to it: A / B is below 2^0.5861, A - B is exact in the high parts,
 * and |s| <= 0.401. k is scaled by 2^MANTISSA_BITS. log_parts(k, s) has an error of 2^-60; next to 0, if a.high - b.high and
 * a.low - b.low are accurate. */
typedef struct {
    quotient_f64 s;
    real k;
} log_ratio;

static ALWAYS_INLINE log_ratio log_ratio_of(pair_f64 a, pair_f64 b)
{
    const bits j = exponent_f64((bits)a.high - (bits)b.high + (bits)C(1.0), (bits)C(0.75));
    const real high = (real)((bits)a.high - j), low = a.low * (real)((bits)C(1.0) - j);
    const pair_f64 sum = two_sum_f64(high, b.high);
    const real half_low = C(0.5) * (sum.low + (low + b.low));
    return (log_ratio){divide_f64(1, high - b.high, low - b.low, C(0.5) * sum.high, half_low), integers_f64(j)};
}

/* The logarithm of a number that is not below 1, or nan, with an error of 2^-28: the polynomial is atanh_narrow_f32. */
static ALWAYS_INLINE real log_of_float_sum(real sum)
{
    const bits j = exponent_f64((bits)sum, INTEGER(ROOT_HALF_BITS));
    const real a = (real)((bits)sum - j), s = (a - C(1.0)) / madd_f64(C(0.5), a, C(0.5)), z = s * s;
    const real p = madd_f64(madd_f64(C(0x1.371684p-9), z, C(0x1.9928d8p-7)), z, C(0x1.5555b6p-4));
    return madd_f64(madd_f64(sum, C(0.0), integers_f64(j)), C(LN2_SHORT), madd_f64(s * z, p, s)); /* nan stays nan */
}
