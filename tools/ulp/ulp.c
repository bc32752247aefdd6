/* The functions to about 2^-95 relative, and the error of results in ULP: tools/ulp.py compiles this file and calls it
 * through ctypes. Independent of the kernels of softufunc.
 */
#include <stddef.h>

#include "double_double.h"

/* value * 2^exponent; the exponent is 0 unless the value would leave the range of pairs. nan and infinities: in high. */
typedef struct {
    pair value;
    int exponent;
} scaled;

enum { LEAST_EXPONENT = -900 };

static scaled unscaled(pair value)
{
    return (scaled){value, 0};
}

static scaled with_exponent(pair value, int exponent)
{
    return exponent > LEAST_EXPONENT ? unscaled(times_power(value, exponent)) : (scaled){value, exponent};
}

static scaled negative(scaled y)
{
    return (scaled){negated(y.value), y.exponent};
}

/* e^-|x| as a pair that is added to something of the order of 1: 0 when it is too small to matter. */
static pair exp_of_minus(double x)
{
    int e;
    pair u = exp_scaled((pair){-fabs(x), 0}, &e);
    return e > LEAST_EXPONENT ? times_power(u, e) : (pair){0, 0};
}

static scaled softplus(double x)
{
    if (!(fabs(x) < 2000)) {
        return unscaled((pair){x > 0 || x != x ? x : 0, 0});
    }
    if (x > 0) {
        pair u = exp_of_minus(x);
        return unscaled(add_double(x < 80 ? log1p_pair(u) : u, x));
    }
    int e;
    pair u = exp_scaled((pair){x, 0}, &e);
    if (x > -80) {
        return unscaled(log1p_pair(times_power(u, e)));
    }
    /* log1p(u) = u (1 - u/2), the next term being below 2^-230; of the u in brackets 53 bits are enough */
    double small = e > LEAST_EXPONENT ? times_power(u, e).high : 0;
    return with_exponent(add_double(u, -0.5 * small * u.high), e);
}

static scaled sigmoid(double x)
{
    if (!(fabs(x) < 2000)) {
        return unscaled((pair){x != x ? x : x > 0, 0});
    }
    const pair one = {1, 0};
    pair denominator = add(one, exp_of_minus(x));
    if (x >= 0) {
        return unscaled(divide(one, denominator));
    }
    int e;
    pair u = exp_scaled((pair){x, 0}, &e);
    return with_exponent(divide(u, denominator), e);
}

static scaled logit(double p)
{
    if (!(p > 0 && p < 1)) {
        return unscaled((pair){p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN, 0});
    }
    pair q = two_sum(1, -p);
    if (p > 0.25 && p < 0.75) {
        /* 2 p - 1 is exact: no cancellation at 1/2 */
        return unscaled(log1p_pair(divide((pair){2 * p - 1, 0}, q)));
    }
    int e;
    double f = frexp(p, &e);
    return unscaled(log_scaled(divide((pair){f, 0}, q), e));
}

static scaled softplusinv(double y)
{
    if (!(y > 0 && y < INFINITY)) {
        return unscaled((pair){y == 0 ? -INFINITY : y > 0 ? y : NAN, 0});
    }
    if (y < 0x1p-200) {
        /* log(expm1(y)) = log y + y/2 */
        int e;
        double f = frexp(y, &e);
        return unscaled(log_scaled((pair){f, 0}, e));
    }
    if (y < 0.4) {
        return unscaled(log_scaled(expm1_pair((pair){y, 0}), 0));
    }
    if (y < 1) {
        /* log1p(2 expm1(d)), d = y - ln 2: the first difference is exact, and ln 2 has 159 bits, so that d is good to
         * 2^-100 at the double next to the zero too (d = -2.3e-17) */
        pair d = add_double(two_sum(y - constants.ln2[0], -constants.ln2[1]), -constants.ln2[2]);
        return unscaled(log1p_pair(multiply_double(expm1_pair(d), 2)));
    }
    if (y < 2000) {
        pair u = negated(exp_of_minus(y));
        return unscaled(add_double(y < 80 ? log1p_pair(u) : u, y));
    }
    return unscaled((pair){y, 0});
}

static scaled log1mexp(double x)
{
    if (!(x < 0 && x > -2000)) {
        return unscaled((pair){x == 0 ? -INFINITY : x < 0 ? -0.0 : NAN, 0});
    }
    int e;
    if (x > -0x1p-200) {
        /* log(-expm1(x)) = log(-x) + x/2 */
        double f = frexp(-x, &e);
        return unscaled(log_scaled((pair){f, 0}, e));
    }
    if (x > -0.4) {
        return unscaled(log_scaled(negated(expm1_pair((pair){x, 0})), 0));
    }
    pair u = exp_scaled((pair){x, 0}, &e);
    if (x > -80) {
        return unscaled(log1p_pair(negated(times_power(u, e))));
    }
    /* log1p(-u) = -u (1 + u/2) */
    double small = e > LEAST_EXPONENT ? times_power(u, e).high : 0;
    return negative(with_exponent(add_double(u, 0.5 * small * u.high), e));
}

static scaled sigmoid_grad(double x)
{
    if (!(fabs(x) < 2000)) {
        return unscaled((pair){x != x ? x : 0, 0});
    }
    int e;
    pair u = exp_scaled((pair){-fabs(x), 0}, &e);
    pair d = add((pair){1, 0}, exp_of_minus(x));
    return with_exponent(divide(u, multiply(d, d)), e);
}

static scaled softminus(double x)
{
    return negative(softplus(-x));
}

static scaled log_prob_1(double x)
{
    return negative(softplus(-x));
}

static scaled log_prob_0(double x)
{
    return negative(softplus(x));
}

static scaled one_minus_sigmoid(double x)
{
    return sigmoid(-x);
}

static scaled softminusinv(double y)
{
    return negative(softplusinv(-y));
}

#define REFERENCES(X) \
    X(softplus) \
    X(softminus) \
    X(sigmoid) \
    X(one_minus_sigmoid) \
    X(logit) \
    X(softplusinv) \
    X(softminusinv) \
    X(log1mexp) \
    X(log_prob_0) \
    X(log_prob_1) \
    X(sigmoid_grad)

static const struct {
    const char *name;
    scaled (*value)(double);
} references[] = {
#define ENTRY(name) {#name, name},
    REFERENCES(ENTRY)};

/* The index of a function, -1 when there is none. */
int find(const char *name)
{
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        if (strcmp(references[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* The reference itself, for --verify: (high + low) 2^exponent. */
void reference(int function, const double *x, double *high, double *low, double *exponent, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        scaled y = references[function].value(x[i]);
        high[i] = y.value.high;
        low[i] = y.value.low;
        exponent[i] = y.exponent;
    }
}

/* The error of got in units of the last place of the true value, for a format of `digits` bits whose smallest normal
 * number is 2^least. Infinite for a wrong nan, infinity or sign of zero. */
static double error_of(double got, scaled want, int digits, int least)
{
    double high = want.value.high;
    if (!isfinite(high) || !isfinite(got)) {
        return (isnan(high) ? isnan(got) : got == high) ? 0 : INFINITY;
    }
    if (got == 0 && !signbit(got) != !signbit(high)) {
        return INFINITY;
    }
    int place = least;
    if (high != 0) {
        int e;
        /* a power of two minus a little belongs to the binade below */
        double f = frexp(high, &e);
        e -= fabs(f) == 0.5 && want.value.low * high < 0;
        place = e - 1 + want.exponent > least ? e - 1 + want.exponent : least;
    }
    place -= digits - 1;
    double scaled_got = want.exponent ? ldexp(got, -want.exponent) : got;
    double difference = fabs((scaled_got - high) - want.value.low);
    return ldexp(difference, want.exponent - place);
}

void errors(int function, const double *x, const double *got, double *error, size_t n, int digits, int least)
{
    scaled (*value)(double) = references[function].value;
    for (size_t i = 0; i < n; i++) {
        error[i] = error_of(got[i], value(x[i]), digits, least);
    }
}
