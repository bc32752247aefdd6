/* Reference results with a relative error of about 2^-95, and the errors of results; compiled at run time, called with ctypes.
 *
 * definitions.h is generated from `exact` of the facts (definitions.py). Float32 inputs are numbered in increasing order
 * (nans at both ends), so that neighbours in number are neighbours on the real line.
 */
#include <stddef.h>

#include "double_double.h"

typedef struct {
    double input, result;
} special_value;

typedef struct {
    double low, high;
    int direction;
} interval;

/* A function on the open interval (low, high); its special values, ended by an input of nan; where it increases or
 * decreases. */
typedef struct {
    dd (*value)(dd);
    double low, high;
    const special_value *special;
    const interval *monotone;
} definition;

#include "definitions.h"

static int is_inside(const definition *f, double x)
{
    return x > f->low && x < f->high;
}

/* The result outside the domain, at its ends, and for nan. */
static double special_result(const definition *f, double x)
{
    for (const special_value *case_ = f->special; !isnan(case_->input); case_++) {
        if (x == case_->input) {
            return case_->result;
        }
    }
    return NAN;
}

/* The reference itself: (high + low) 2^exponent. */
void reference(int function, const double *x, double *high, double *low, double *exponent, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dd y = definitions[function].value(from_double(x[i]));
        high[i] = y.value.high;
        low[i] = y.value.low;
        exponent[i] = y.exponent;
    }
}

/* The error of got in units of the last place of the true value, for a format of `digits` bits whose smallest normal
 * number is 2^least. Infinite for an infinite or nan result and a wrong sign of zero. */
static double error_of(double got, dd want, int digits, int least)
{
    double high = want.value.high;
    if (!isfinite(got) || (got == 0 && !signbit(got) != !signbit(high))) {
        return INFINITY;
    }
    int place = least;
    if (high != 0) {
        /* a power of two minus a little belongs to the binade below */
        int e = want.exponent - 1 - (fabs(high) == 0.5 && want.value.low * high < 0);
        place = e > least ? e : least;
    }
    place -= digits - 1;
    double difference = fabs((ldexp(got, -want.exponent) - high) - want.value.low);
    return ldexp(difference, want.exponent - place);
}

void errors(int function, const double *x, const double *got, double *error, size_t n, int digits, int least)
{
    for (size_t i = 0; i < n; i++) {
        error[i] = error_of(got[i], definitions[function].value(from_double(x[i])), digits, least);
    }
}

/* What is counted, for one function, instruction set and run of float32 inputs. Same fields in exhaustive.py. */
typedef struct {
    double worst;         /* largest error in ULP */
    uint32_t worst_input; /* its input, result and reference */
    uint32_t worst_got;
    double worst_want;
    uint64_t inputs; /* all inputs judged, and those whose result is a finite number */
    uint64_t finite;
    uint64_t correct;      /* correctly rounded among the finite */
    uint64_t unfaithful;   /* neither of the two floats around the reference */
    uint64_t not_monotone; /* result on the wrong side of the previous input's */
    uint32_t monotone_input;
    uint64_t wrong_special; /* nan, infinity or sign where the reference has none, or the reverse */
    uint32_t special_input;
} tally;

static uint32_t bits_of(float x)
{
    uint32_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

/* The float with a number: 0 is the nan below -inf, 2^31 is +0. */
static float numbered(uint32_t number)
{
    uint32_t b = number >> 31 ? number & 0x7fffffff : ~number;
    float x;
    memcpy(&x, &b, sizeof x);
    return x;
}

void fill(uint64_t first, size_t n, float *x)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = numbered((uint32_t)(first + i));
    }
}

/* The exact results of n inputs, for judge(); unspecified outside the domain, where judge() does not use them. */
void exact(int function, const float *x, dd *want, size_t n)
{
    const definition *f = definitions + function;
    for (size_t i = 0; i < n; i++) {
        want[i] = is_inside(f, x[i]) ? f->value(from_double(x[i])) : from_double(0);
    }
}

size_t size_of_exact(void)
{
    return sizeof(dd);
}

/* 1 where the function increases from the input before x to x, -1 where it decreases, else 0. */
static int direction_at(const definition *f, double before, double x)
{
    for (const interval *part = f->monotone; part->direction; part++) {
        if (before >= part->low && x <= part->high) {
            return part->direction;
        }
    }
    return 0;
}

/* Counts a result that is wrong where the reference is not finite. */
static void judge_special(tally *t, float x, float got, double want)
{
    if (isnan(want) ? !isnan(got) : !(got == want && !signbit(got) == !signbit(want))) {
        t->special_input = t->wrong_special++ ? t->special_input : bits_of(x);
    }
}

static void judge_finite(tally *t, float x, float got, dd want)
{
    double w = ldexp(want.value.high + want.value.low, want.exponent);
    if (!isfinite(got) && got == (float)w) {
        return; /* a finite value that rounds to infinity */
    }
    if (!isfinite(got) || !signbit(w) != !signbit(got)) {
        t->special_input = t->wrong_special++ ? t->special_input : bits_of(x);
    }
    if (!isfinite(got)) {
        return;
    }
    t->finite++;
    double error = error_of(got, want, 24, -126);
    t->correct += error < 0.5 || (error == 0.5 && !(bits_of(got) & 1));
    /* beyond both of the floats that enclose the true value */
    float inner = w < got ? nextafterf(got, -INFINITY) : nextafterf(got, INFINITY);
    t->unfaithful += error > 0.5 && (w < got ? w <= inner : w >= inner);
    if (error > t->worst) {
        t->worst = error;
        t->worst_input = bits_of(x);
        t->worst_got = bits_of(got);
        t->worst_want = w;
    }
}

/* got[0] is the result for the input before x[0] and serves the comparison of neighbours only; results from got[1] on
 * belong to x[0], x[1], ... x has one element before its first too. */
void judge(int function, const float *x, const dd *want, const float *got, size_t n, tally *t)
{
    const definition *f = definitions + function;
    float previous = *got++;
    t->inputs += n;
    for (size_t i = 0; i < n; i++) {
        float before = (&x[i])[-1];
        int direction = direction_at(f, before, x[i]);
        if (direction && (direction > 0 ? got[i] < previous : got[i] > previous)) {
            t->monotone_input = t->not_monotone++ ? t->monotone_input : bits_of(x[i]);
        }
        previous = got[i];
        if (is_inside(f, x[i])) {
            judge_finite(t, x[i], got[i], want[i]);
        }
        else {
            judge_special(t, x[i], got[i], special_result(f, x[i]));
        }
    }
}
