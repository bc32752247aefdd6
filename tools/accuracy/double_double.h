/* Numbers of about 106 bits, an unevaluated sum of two doubles times a power of two, with exp, expm1, log and log1p.
 *
 * u = 2^-53. An operation on normalized pairs (|low| <= u |high|) is good to a few u^2; the functions are good to about
 * 2^-98 relative, `python -m tools accuracy --verify N` measures it. Constants come from Python (MPFR) through setup().
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    double high, low;
} pair;

/* a + b and a * b without error */
static inline pair two_sum(double a, double b)
{
    double s = a + b, t = s - a;
    return (pair){s, (a - (s - t)) + (b - t)};
}

/* the same for |a| >= |b| */
static inline pair quick_sum(double a, double b)
{
    double s = a + b;
    return (pair){s, b - (s - a)};
}

static inline pair two_product(double a, double b)
{
    double p = a * b;
    return (pair){p, fma(a, b, -p)};
}

static inline pair pair_negated(pair a)
{
    return (pair){-a.high, -a.low};
}

static inline double power_of_two(int exponent)
{
    uint64_t b = (uint64_t)(exponent + 1023) << 52;
    double power;
    memcpy(&power, &b, sizeof power);
    return power;
}

static inline pair pair_add(pair a, pair b)
{
    pair s = two_sum(a.high, b.high), t = two_sum(a.low, b.low);
    s = quick_sum(s.high, s.low + t.high);
    return quick_sum(s.high, s.low + t.low);
}

static inline pair pair_add_double(pair a, double b)
{
    pair s = two_sum(a.high, b);
    return quick_sum(s.high, s.low + a.low);
}

static inline pair pair_multiply(pair a, pair b)
{
    pair p = two_product(a.high, b.high);
    return quick_sum(p.high, p.low + fma(a.high, b.low, a.low * b.high));
}

static inline pair pair_multiply_double(pair a, double b)
{
    pair p = two_product(a.high, b);
    return quick_sum(p.high, fma(a.low, b, p.low));
}

/* Long division: three digits of 53 bits. */
static inline pair pair_divide(pair a, pair b)
{
    double q1 = a.high / b.high;
    pair rest = pair_add(a, pair_negated(pair_multiply_double(b, q1)));
    double q2 = rest.high / b.high;
    rest = pair_add(rest, pair_negated(pair_multiply_double(b, q2)));
    return pair_add_double(quick_sum(q1, q2), rest.high / b.high);
}

/* value * 2^exponent, 1/2 <= |value.high| < 1, or 0: nothing overflows, and no low part underflows. */
typedef struct {
    pair value;
    int exponent;
} dd;

static inline dd normalized(pair a, int exponent)
{
    if (a.high == 0) {
        return (dd){{a.high, 0}, 0};
    }
    uint64_t b;
    memcpy(&b, &a.high, sizeof b);
    int shift = (int)(b >> 52 & 0x7ff) - 1022;
    double power = power_of_two(-shift);
    return (dd){{a.high * power, a.low * power}, exponent + shift};
}

static inline dd from_double(double x)
{
    int e;
    double f = frexp(x, &e);
    return (dd){{f, 0}, x == 0 ? 0 : e};
}

/* As a pair; 0 below the range of pairs. For numbers that are not large. */
static inline pair to_pair(dd a)
{
    if (a.exponent < -900) {
        return (pair){0, 0};
    }
    double power = power_of_two(a.exponent);
    return (pair){a.value.high * power, a.value.low * power};
}

static inline dd negate(dd a)
{
    return (dd){pair_negated(a.value), a.exponent};
}

static inline dd add(dd a, dd b)
{
    if (a.value.high == 0 || b.value.high == 0) {
        return a.value.high == 0 ? b : a;
    }
    if (a.exponent < b.exponent) {
        dd c = a;
        a = b;
        b = c;
    }
    if (a.exponent - b.exponent > 300) {
        return a;
    }
    double power = power_of_two(b.exponent - a.exponent);
    return normalized(pair_add(a.value, (pair){b.value.high * power, b.value.low * power}), a.exponent);
}

static inline dd subtract(dd a, dd b)
{
    return add(a, negate(b));
}

static inline dd multiply(dd a, dd b)
{
    return normalized(pair_multiply(a.value, b.value), a.exponent + b.exponent);
}

static inline dd divide(dd a, dd b)
{
    return normalized(pair_divide(a.value, b.value), a.exponent - b.exponent);
}

static inline int is_less(dd a, dd b)
{
    return subtract(a, b).value.high < 0;
}

static inline dd absolute(dd a)
{
    return a.value.high < 0 ? negate(a) : a;
}

static inline dd larger(dd a, dd b)
{
    return is_less(a, b) ? b : a;
}

static inline dd smaller(dd a, dd b)
{
    return is_less(b, a) ? b : a;
}

/* What setup() fills, in this order. */
enum { STEPS = 64, DEGREE = 12 };
static struct {
    double ln2[3];      /* ln 2 = the sum of three: 159 bits */
    double step[3];     /* ln 2 / 64: two parts of 36 bits and a rest, so that k times a part is exact */
    pair powers[STEPS]; /* 2^(j / 64) */
    pair inverse_factorials[DEGREE + 1];
} constants;

void setup(const double *values)
{
    memcpy(&constants, values, sizeof constants);
}

int setup_size(void)
{
    return (int)(sizeof constants / sizeof(double));
}

/* x = (64 e + j) ln 2 / 64 + r, |r| <= ln 2 / 128 = 0.0054, then e^x = 2^e 2^(j/64) (1 + p), p = expm1(r). */
typedef struct {
    pair power, p;
    int e;
} exponential;

static inline exponential reduced_exp(pair x)
{
    double k = rint(x.high * (STEPS / constants.ln2[0]));
    pair r = x;
    if (k != 0) {
        r = pair_add_double(pair_add_double(x, -k * constants.step[0]), -k * constants.step[1]);
        r = pair_add_double(r, -k * constants.step[2]);
    }
    /* p = r + r^2/2! + ...: the terms from r^7 on are below 2^-57 of r and take plain doubles; the first one left out,
     * r^13/13!, is below 2^-122 of r. */
    const pair *c = constants.inverse_factorials;
    double tail = c[DEGREE].high;
    for (int n = DEGREE - 1; n > 6; n--) {
        tail = fma(tail, r.high, c[n].high);
    }
    pair p = pair_add(c[6], two_product(tail, r.high));
    for (int n = 5; n > 0; n--) {
        p = pair_add(c[n], pair_multiply(p, r));
    }
    int64_t whole = (int64_t)k;
    return (exponential){constants.powers[whole & (STEPS - 1)], pair_multiply(p, r), (int)(whole >> 6)};
}

/* Larger arguments of exp become this: e^-65536 is far below every format, and 1 + e^65536 is e^65536. */
static const dd FAR_ARGUMENT = {{0.5, 0}, 17};
enum { TINY = -60 };

static inline pair exp_argument(dd x)
{
    return x.exponent < 17 ? to_pair(x) : to_pair(x.value.high < 0 ? negate(FAR_ARGUMENT) : FAR_ARGUMENT);
}

static inline dd dd_exp(dd x)
{
    exponential y = reduced_exp(exp_argument(x));
    return normalized(pair_add(y.power, pair_multiply(y.power, y.p)), y.e);
}

/* Relative accuracy also for small x, where the power is 1 and subtracting 1 leaves nothing; below 2^-60, x + x^2/2. */
static inline dd dd_expm1(dd x)
{
    if (x.exponent < TINY) {
        return multiply(x, normalized(pair_add_double(pair_multiply_double(to_pair(x), 0.5), 1), 0));
    }
    exponential y = reduced_exp(exp_argument(x));
    dd whole = subtract(normalized(y.power, y.e), from_double(1));
    return add(whole, normalized(pair_multiply(y.power, y.p), y.e));
}

/* One Newton step from the C library's y0: log1p(t) = y0 + log1p(c), c = (t - m) / (1 + m), m = expm1(y0).
 * c is about 2^-53 of t, so that c - c^2/2 in double is enough. For -1/2 < t < 1; below 2^-60, t - t^2/2. */
static inline dd log1p_small(dd t)
{
    if (t.exponent < TINY) {
        return multiply(t, normalized(pair_add_double(pair_multiply_double(to_pair(t), -0.5), 1), 0));
    }
    pair argument = to_pair(t);
    double y0 = log1p(argument.high);
    pair m = to_pair(dd_expm1(from_double(y0)));
    double c = pair_add(argument, pair_negated(m)).high / (1 + m.high);
    return normalized(two_sum(y0, c - 0.5 * c * c), 0);
}

/* a 2^-n is brought near 1, where a - 1 is exact, and n ln 2 added: the result is good relative to itself for a near 1. */
static inline dd dd_log(dd a)
{
    int n = a.exponent - (a.value.high < 0.70710678);
    dd fraction = {a.value, a.exponent - n};
    dd near_0 = log1p_small(subtract(fraction, from_double(1)));
    pair ln2 = {constants.ln2[0], constants.ln2[1]};
    return n == 0 ? near_0 : add(normalized(pair_multiply_double(ln2, n), 0), near_0);
}

static inline dd dd_log1p(dd t)
{
    return t.exponent > -1 ? dd_log(add(from_double(1), t)) : log1p_small(t);
}

/* log(a / b): between 1/2 and 2 by the difference, which cancels in a and b, not in the rounded quotient. */
static inline dd log_of_quotient(dd a, dd b)
{
    dd q = divide(a, b);
    int near_1 = is_less(from_double(0.5), q) && is_less(q, from_double(2));
    return near_1 ? dd_log1p(divide(subtract(a, b), b)) : dd_log(q);
}

/* log(e^x - 1): near its zero at ln 2 by log1p(2 expm1(x - ln 2)), with ln 2 to 159 bits. */
static inline dd log_of_expm1(dd x)
{
    if (is_less(x, from_double(0.4)) || is_less(from_double(1), x)) {
        return dd_log(dd_expm1(x));
    }
    for (int i = 0; i < 3; i++) {
        x = subtract(x, from_double(constants.ln2[i]));
    }
    return dd_log1p(multiply(from_double(2), dd_expm1(x)));
}
