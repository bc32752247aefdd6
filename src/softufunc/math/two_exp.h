/* Logarithms of sums and differences of two exponentials, near a zero of the result and elsewhere: shared by logaddexp, logsubexp
 * and log_prob.
 */
#undef LOG_3_HALVES_HI
#undef LOG_3_HALVES_LO
#if REAL_BITS == 32
#define LOG_3_HALVES_HI 0x1.9f323ep-2
#define LOG_3_HALVES_LO 0x1.97f30ap-27
#else
#define LOG_3_HALVES_HI 0x1.9f323ecbf984cp-2
#define LOG_3_HALVES_LO -0x1.a92e513217f5cp-59
#endif

/* 2 atanh(s/2) = s + s z p(z) like atanh_narrow, z in [0, 0.119], with a relative error of 2^-66 (2^-35), for logarithms to which
 * another number is added; atanh.sollya */
static ALWAYS_INLINE real R(atanh_exact)(real z)
{
    real z2 = R(product)(z, z);
#if REAL_BITS == 32
    return R(madd)(R(madd)(C(0x1.ebf9d8p-12), z, C(0x1.23f266p-9)), z2, R(madd)(C(0x1.999bd2p-7), z, C(0x1.555554p-4)));
#else
    real a = R(madd)(C(0x1.9999999999d29p-7), z, C(0x1.5555555555555p-4));
    real b = R(madd)(C(0x1.c71c724fc5a63p-12), z, C(0x1.2492492436848p-9));
    real c = R(madd)(C(0x1.3b206f01edf48p-16), z, C(0x1.745ce039b760dp-14));
    real d = R(madd)(C(0x1.0f50a746952aep-20), z, C(0x1.0f60448195c7bp-18));
    return R(madd)(R(madd)(R(madd)(d, z2, c), z2, b), z2, a);
#endif
}

/* log1p(u + u_low), 0 < u <= 1, as an unevaluated sum with a relative error of 2^-60 (2^-30).
 *
 * log1p(u) = log(c) + 2 atanh(s / 2), s = (u + 1 - c) / ((u + 1 + c) / 2), c = 1, 3/2 or 2. Then |s| <= 0.223, and the rounded term
 * 2 atanh(s / 2) - s is below 0.001. With c = 1 and 2 only, that term reached 0.0053, and errors near a zero of logaddexp 1.7 ulp.
 * s.low enters it with the factor 3, the derivative of s^3 / 12; without it, 1.4 ulp. The term added in the last multiply-add is
 * never 0, so that a small product does not raise underflow.
 *
 * The first stage carries s as an unevaluated sum, and u. */
static ALWAYS_INLINE R(carry) R(log1p_pair_quotient)(R(pair) number)
{
    real u = number.high;
    mask lowest = R(less)(u, C(0.25)), highest = R(not_less)(u, C(0.73));
    /* f is exact: (c - 1) / 2 <= u <= 2 (c - 1) where c > 1 */
    real centre = R(select)(highest, C(1.0), R(zero_where)(lowest, C(0.5)));
    real f = u - centre;
    real half_sum = R(madd)(centre, C(0.5), C(1.0));
    real d = R(madd)(u, C(0.5), half_sum);
    real d_low = R(madd)(number.low, C(0.5), R(madd)(u, C(0.5), half_sum - d));
    R(quotient) s = R(divide)(1, f, number.low, d, d_low);
    return R(carry_of_three)(s.high, s.low, u);
}

static ALWAYS_INLINE R(pair) R(log1p_of_pair_quotient)(R(carry) carry)
{
    R(quotient) s = {carry.v[0], carry.v[1]};
    mask lowest = R(less)(carry.v[2], C(0.25)), highest = R(not_less)(carry.v[2], C(0.73));
    real z = R(product)(s.high, s.high);
    real base = R(select)(highest, C(LN2_HI), R(zero_where)(lowest, C(LOG_3_HALVES_HI)));
    real base_low = R(select)(highest, C(LN2_LO), R(select)(lowest, C(4 * SMALLEST_NORMAL), C(LOG_3_HALVES_LO)));
    real rest = R(madd)(R(product)(z, R(atanh_exact)(z)), R(madd)(s.low, C(3.0), s.high), s.low + base_low);
    real high = base + s.high;
    return (R(pair)){high, ((base - high) + s.high) + rest};
}

/* j ln 2 + log1p(f + f_low) as in log1p_sum, as an unevaluated sum of three numbers; `first` is exact. */
typedef struct {
    real first, second, rest;
} R(three);

static ALWAYS_INLINE R(quotient) R(log1p_three_quotient)(real f, real f_low)
{
    real d = R(madd)(f, C(0.5), C(1.0));
    real d_low = R(madd)(f_low, C(0.5), R(madd)(f, C(0.5), C(1.0) - d));
    return R(divide)(1, f, f_low, d, d_low);
}

static ALWAYS_INLINE R(three) R(log1p_three)(real j, R(quotient) s)
{
    real z = R(product)(s.high, s.high);
    real low = R(madd)(j, C(LN2_REST), s.low + C(4 * SMALLEST_NORMAL));
    real rest = R(madd)(R(product)(z, R(atanh_exact)(z)), R(madd)(s.low, C(3.0), s.high), low);
    return (R(three)){j * C(LN2_SHORT), s.high, rest};
}

/* log1p(f + f_low) for |f| <= 0.3 */
static ALWAYS_INLINE real R(log1p_of_small)(real f, real f_low)
{
    R(three) logarithm = R(log1p_three)(C(0.0), R(log1p_three_quotient)(f, f_low));
    return logarithm.second + logarithm.rest;
}

/* expm1(r + r_low), |r| <= 0.3468, with a relative error of 2^-66 (2^-36): the Taylor series, with compensation of the rounding
 * errors in its last steps */
static ALWAYS_INLINE R(pair) R(expm1_of_sum)(real r, real r_low)
{
    /* 1/16! (1/10!), ..., 1/5!; 1/4!, ..., 1 in two parts */
#if REAL_BITS == 32
    static const float first[] = {1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120};
    static const float last[][2] = {
        {0x1.555556p-5, -0x1.555556p-30}, {0x1.555556p-3, -0x1.555556p-28}, {0.5, 0}, {1, 0}};
#else
    static const double first[] = {1.0 / 20922789888000, 1.0 / 1307674368000, 1.0 / 87178291200, 1.0 / 6227020800,
                                   1.0 / 479001600,      1.0 / 39916800,      1.0 / 3628800,     1.0 / 362880,
                                   1.0 / 40320,          1.0 / 5040,          1.0 / 720,         1.0 / 120};
    static const double last[][2] = {
        {0x1.5555555555555p-5, 0x1.5555555555555p-59}, {0x1.5555555555555p-3, 0x1.5555555555555p-57}, {0.5, 0}, {1, 0}};
#endif
    real series = C(first[0]), low = C(0.0);
    for (size_t i = 1; i < sizeof first / sizeof *first; i++) {
        series = R(madd)(series, r, C(first[i]));
    }
    for (int i = 0;; i++) {
        real product = series * r;
        low = R(madd)(low, r, series * r_low) - R(residual)(series, r, product);
        if (i == 4) {
            return (R(pair)){product, low};
        }
        series = product + C(last[i][0]);
        low = ((C(last[i][0]) - series) + product) + (low + C(last[i][1]));
    }
}

/* e^-(a + a_low) + e^-(b + b_low) - 1 for 0 < a <= b <= 700 (60) and a <= 0.8, with an error of 2^-65 (2^-35) times a. Results
 * below TWO_EXP_MIN times a are not accurate enough. */
#undef TWO_EXP_MIN
#if REAL_BITS == 32
#define TWO_EXP_MIN 0x1p-8
#else
#define TWO_EXP_MIN 0x1p-10
#endif
static NOINLINE R(pair) R(two_exp)(real a, real a_low, real b, real b_low)
{
    const real magic = C(ROUND_TO_INTEGER + EXPONENT_BIAS);
    R(pair) minus[] = {{-a, -a_low}, {-b, -b_low}}, p[2];
    real t[2];
    for (int i = 0; i < 2; i++) {
        real shifted = R(madd)(minus[i].high, C(LOG2_E), magic);
        real k = shifted - magic;
        t[i] = R(power_in_bits)((bits)shifted);
        p[i] = R(expm1_of_sum)(R(reduce_hi)(minus[i].high, k), R(nmadd)(k, C(LN2_LO), minus[i].low));
    }
    /* t (1 + p): the sum of the powers of 2 is exact */
    R(pair) first = R(two_sum)((t[0] - C(1.0)) + t[1], t[0] * p[0].high);
    R(pair) second = R(two_sum)(first.high, t[1] * p[1].high);
    real low = (first.low + second.low) + R(madd)(t[0], p[0].low, t[1] * p[1].low);
    real high = second.high + low;
    return (R(pair)){high, low - (high - second.high)};
}

/* result, with f(x, y) in the lanes `chosen`. Equal neighbouring lanes, as in a call for one element, are computed once. */
static NOINLINE real R(one_by_one)(real x, real y, real result, mask chosen, element (*f)(element, element))
{
    real marks = R(select)(chosen, C(1.0), C(0.0));
    element last_x = 0, last_y = 0, last = 0; /* no pair that is near a curve */
    for (int lane = 0; lane < LANES; lane++) {
        if (marks[lane] != 0) {
            if (x[lane] != last_x || y[lane] != last_y) {
                last_x = x[lane];
                last_y = y[lane];
                last = f(last_x, last_y);
            }
            result[lane] = last;
        }
    }
    return result;
}
