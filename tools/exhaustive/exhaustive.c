/* Judges float32 results: tools/exhaustive.py compiles this file and calls it through ctypes.
 *
 * Inputs are numbered in increasing order of the floats (nans at both ends), so that neighbours in number are
 * neighbours on the real line and monotonicity is a comparison with the previous result.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LN2 0x1.62e42fefa39efp-1
#define LN2_REST 0x1.abc9e3b39803f2f6p-56L

#define REAL double
#define REF(name) name##_double
#define F(name) name
#include "reference.h"
#undef REAL
#undef REF
#undef F
#define REAL long double
#define REF(name) name##_long
#define F(name) name##l
#include "reference.h"

/* The one line that a new function needs here: its name, and whether it increases (1), decreases (-1), or is even and
 * decreases to both sides of 0 (0). */
#define REFERENCES(X) \
    X(softplus, 1) \
    X(softminus, 1) \
    X(sigmoid, 1) \
    X(one_minus_sigmoid, -1) \
    X(logit, 1) \
    X(softplusinv, 1) \
    X(softminusinv, 1) \
    X(log1mexp, -1) \
    X(log_prob_0, -1) \
    X(log_prob_1, 1) \
    X(sigmoid_grad, 0)

static const struct {
    const char *name;
    double (*fast)(double);
    long double (*slow)(long double);
    int direction;
} references[] = {
#define ENTRY(name, direction) {#name, name##_double, name##_long, direction},
    REFERENCES(ENTRY)};

/* What is counted, for one function, instruction set and run of inputs. Same fields in exhaustive.py. */
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

void reference(int function, const float *x, double *want, size_t n)
{
    double (*f)(double) = references[function].fast;
    for (size_t i = 0; i < n; i++) {
        want[i] = f(x[i]);
    }
}

/* 1 / (unit in the last place of float32 at want): 2^(23 - exponent), the exponent being at least -126. */
static double per_ulp(double want)
{
    uint64_t b;
    memcpy(&b, &want, sizeof b);
    uint64_t exponent = b >> 52 & 0x7ff;
    exponent = exponent < 1023 - 126 ? 1023 - 126 : exponent;
    b = (2 * 1023 + 23 - exponent) << 52;
    double scale;
    memcpy(&scale, &b, sizeof scale);
    return scale;
}

/* Is got one of the two floats that enclose want (want itself, when it is a float)? */
static int is_faithful(float got, double want)
{
    float nearest = (float)want;
    if (got == nearest) {
        return 1;
    }
    return nearest < want   ? got == nextafterf(nearest, INFINITY)
           : nearest > want ? got == nextafterf(nearest, -INFINITY)
                            : 0;
}

/* got[0] is the result for the input before x[0] and serves the comparison of neighbours only; results from got[1] on
 * belong to x[0], x[1], ... */
void judge(int function, const float *x, const double *want, const float *got, size_t n, tally *t)
{
    const int direction = references[function].direction;
    float previous = *got++;
    t->inputs += n;
    for (size_t i = 0; i < n; i++) {
        float g = got[i];
        double w = want[i];
        int increasing = direction ? direction > 0 : x[i] <= 0;
        if (increasing ? g < previous : g > previous) {
            t->monotone_input = t->not_monotone++ ? t->monotone_input : bits_of(x[i]);
        }
        previous = g;
        if (!isfinite(w) || !isfinite(g)) {
            /* (float)w: a finite reference may round to infinity */
            if (isnan(w) ? !isnan(g) : !(g == (float)w)) {
                t->special_input = t->wrong_special++ ? t->special_input : bits_of(x[i]);
            }
            continue;
        }
        t->finite++;
        if (!signbit(w) != !signbit(g)) {
            t->special_input = t->wrong_special++ ? t->special_input : bits_of(x[i]);
        }
        double scale = per_ulp(w), error = fabs(g - w) * scale;
        int correct = g == (float)w;
        if (fabs(error - 0.5) < 0x1p-24) {
            /* Too close to half way for the 2^-50 of the reference, 2^-26 ULP: ask the long double one. */
            long double exact = references[function].slow(x[i]);
            long double fine = fabsl(g - exact) * scale;
            correct = fine < 0.5L || (fine == 0.5L && !(bits_of(g) & 1));
            error = (double)fine;
        }
        t->correct += (uint64_t)correct;
        if (error > 0.5 && !is_faithful(g, w)) {
            t->unfaithful++;
        }
        if (error > t->worst) {
            t->worst = error;
            t->worst_input = bits_of(x[i]);
            t->worst_got = bits_of(g);
            t->worst_want = w;
        }
    }
}
