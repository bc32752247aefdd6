/* Numbers of about 106 bits as unevaluated sums of two doubles, with exp, expm1, log and log1p.
 *
 * u = 2^-53. An operation on normalised pairs (|low| <= u |high|) is good to a few u^2; the functions are good to about
 * 2^-98 relative, `tools/ulp.py --verify` measures it. Constants come from Python (MPFR) through setup().
 * Underflow of a low part costs accuracy: values stay above 2^-900, smaller ones carry an exponent of their own.
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

static inline pair negated(pair a)
{
    return (pair){-a.high, -a.low};
}

static inline pair times_power(pair a, int exponent)
{
    uint64_t b = (uint64_t)(exponent + 1023) << 52;
    double power;
    memcpy(&power, &b, sizeof power);
    return (pair){a.high * power, a.low * power};
}

static inline pair add(pair a, pair b)
{
    pair s = two_sum(a.high, b.high), t = two_sum(a.low, b.low);
    s = quick_sum(s.high, s.low + t.high);
    return quick_sum(s.high, s.low + t.low);
}

static inline pair add_double(pair a, double b)
{
    pair s = two_sum(a.high, b);
    return quick_sum(s.high, s.low + a.low);
}

static inline pair multiply(pair a, pair b)
{
    pair p = two_product(a.high, b.high);
    return quick_sum(p.high, p.low + fma(a.high, b.low, a.low * b.high));
}

static inline pair multiply_double(pair a, double b)
{
    pair p = two_product(a.high, b);
    return quick_sum(p.high, fma(a.low, b, p.low));
}

/* Long division: three digits of 53 bits. */
static inline pair divide(pair a, pair b)
{
    double q1 = a.high / b.high;
    pair rest = add(a, negated(multiply_double(b, q1)));
    double q2 = rest.high / b.high;
    rest = add(rest, negated(multiply_double(b, q2)));
    return add_double(quick_sum(q1, q2), rest.high / b.high);
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
        r = add_double(add_double(x, -k * constants.step[0]), -k * constants.step[1]);
        r = add_double(r, -k * constants.step[2]);
    }
    /* p = r + r^2/2! + ...: the terms from r^7 on are below 2^-57 of r and take plain doubles; the first one left out,
     * r^13/13!, is below 2^-122 of r. */
    const pair *c = constants.inverse_factorials;
    double tail = c[DEGREE].high;
    for (int n = DEGREE - 1; n > 6; n--) {
        tail = fma(tail, r.high, c[n].high);
    }
    pair p = add(c[6], two_product(tail, r.high));
    for (int n = 5; n > 0; n--) {
        p = add(c[n], multiply(p, r));
    }
    int64_t whole = (int64_t)k;
    return (exponential){constants.powers[whole & (STEPS - 1)], multiply(p, r), (int)(whole >> 6)};
}

/* e^x = result * 2^exponent */
static inline pair exp_scaled(pair x, int *exponent)
{
    exponential y = reduced_exp(x);
    *exponent = y.e;
    return add(y.power, multiply(y.power, y.p));
}

/* For |x| < 600. Relative accuracy also for small x, where the power is 1 and subtracting 1 leaves nothing. */
static inline pair expm1_pair(pair x)
{
    exponential y = reduced_exp(x);
    pair power = times_power(y.power, y.e);
    return add(add_double(power, -1), multiply(power, y.p));
}

/* One Newton step from the C library's y0: log1p(t) = y0 + log1p(c), c = (t - m) / (1 + m), m = expm1(y0).
 * c is about 2^-53 of t, so that c - c^2/2 in double is enough. */
static inline pair log1p_pair(pair t)
{
    double y0 = log1p(t.high);
    pair m = expm1_pair((pair){y0, 0});
    double c = add(t, negated(m)).high / (1 + m.high);
    return two_sum(y0, c - 0.5 * c * c);
}

/* log a, good to 2^-102 absolute, for a in [1/2, 2]: y0 + log1p(c), c = a e^-y0 - 1. */
static inline pair log_near_1(pair a)
{
    double y0 = log(a.high);
    int e;
    pair inverse = exp_scaled((pair){-y0, 0}, &e);
    double c = add_double(multiply(a, times_power(inverse, e)), -1).high;
    return two_sum(y0, c - 0.5 * c * c);
}

/* log(a 2^exponent), for results that are not close to 0: a 2^-n is brought near 1, and n ln 2 added. */
static inline pair log_scaled(pair a, int exponent)
{
    int n;
    double f = frexp(a.high, &n);
    n -= f < 0.70710678;
    pair ln2 = {constants.ln2[0], constants.ln2[1]};
    return add(multiply_double(ln2, n + exponent), log_near_1(times_power(a, -n)));
}
