/* Calls each loop once while callgrind or a plugin of QEMU counts: python -m tools check instructions. The name of each count is
 * printed; callgrind dumps the count under that name, the plugin prints one number before and one after the call. */
#define _DEFAULT_SOURCE /* syscall */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "math/attributes.h"
#include "tools/check/instructions_mark.h"
#include "tools/fuzz/targets.h"

#if defined(__x86_64__)
#include <valgrind/callgrind.h>

static ALWAYS_INLINE void mark(void)
{
    CALLGRIND_TOGGLE_COLLECT;
}
#else
#include <unistd.h>

#define CALLGRIND_ZERO_STATS (void)0
#define CALLGRIND_DUMP_STATS_AT(name) (void)(name)

static ALWAYS_INLINE void mark(void)
{
    syscall(MARK);
}
#endif

enum { N = 4096, MATRIX = 16, PERIOD = 97, INTERVALS = 3 }; /* products of MATRIX rows, columns and terms */
/* Typical inputs: the first interval that is inside the domain. */
static const double low[INTERVALS] = {-8, 0.01, -0.99}, high[INTERVALS] = {8, 0.99, -0.01};
static const char *const names[FLOATS] = {"f16", "f32", "f64", "bf16", "longdouble"};

static void put(void *to, const kind *k, size_t i, double value)
{
    if (k->label) {
        memset((char *)to + i * k->size, 0, k->size);
        ((char *)to)[i * k->size] = value > 0;
    }
    else if (k->size == 2 && k->infinity == 0x7f80) {
        const float wide = (float)value;
        uint32_t b;
        memcpy(&b, &wide, sizeof b);
        ((uint16_t *)to)[i] = (uint16_t)(b >> 16);
    }
    else if (k->size == 2) {
        /* cut off after eleven bits; 0 becomes 1/2 */
        int exponent = 0;
        double mantissa = frexp(fabs(value), &exponent);
        ((uint16_t *)to)[i] = (uint16_t)((value < 0) << 15 | (exponent + 14) << 10 | ((int)(mantissa * 2048) & 1023));
    }
    else if (k->size == 4) {
        ((float *)to)[i] = (float)value;
    }
    else {
        ((double *)to)[i] = value;
    }
}

static int is_nan(const void *from, const kind *k, size_t i)
{
    if (k->size == 2) {
        return (((const uint16_t *)from)[i] & 0x7fff) > k->infinity;
    }
    return k->size == 4 ? isnan(((const float *)from)[i]) : isnan(((const double *)from)[i]);
}

static void measure(const softufunc_table *table, const target *t, const char *type, size_t n)
{
    static _Alignas(64) char blocks[OPERANDS][N * 8];
    char *args[OPERANDS] = {blocks[0], blocks[1], blocks[2], blocks[3]};
    const int inputs = t->core.inputs, operands = inputs + t->core.outputs;
    const intptr_t length = (intptr_t)(t->core.dimensions > 1 && n > 1 ? MATRIX : n);
    const intptr_t dimensions[1 + DIMENSIONS] = {t->gufunc ? 1 : (intptr_t)n, length, length, length};
    const size_t results = t->gufunc ? core_size(&t->core, inputs, dimensions + 1) : n;
    intptr_t steps[STEPS];
    for (int i = 0; i < operands; i++) {
        steps[i] = (intptr_t)t->kinds[i].size;
        set_adjacent(&t->core, i, dimensions + 1, steps[i], steps);
    }
    for (int interval = 0; interval < INTERVALS; interval++) {
        const double width = high[interval] - low[interval];
        int nan = 0;
        for (size_t i = 0; i < n; i++) {
            double x = low[interval] + width * (double)(i % PERIOD) / (PERIOD - 1);
            put(args[0], &t->kinds[0], i, x);
            if (inputs == 2) { /* below x in the last interval, for a difference */
                double y = low[interval] + width * (double)(i * 31 % PERIOD) / (PERIOD - 1);
                put(args[1], &t->kinds[1], i, interval == INTERVALS - 1 ? x + y : y);
            }
        }
        t->loop(args, dimensions, steps, t->data);
        for (size_t i = 0; i < results; i++) {
            nan |= is_nan(args[inputs], &t->kinds[inputs], i);
        }
        if (!nan) {
            break;
        }
    }
    char name[200];
    snprintf(name, sizeof name, "%s %s%s %s%s", table->instruction_set, t->name,
             t->kinds[1].label && !t->choice ? " (labels)" : "", type, n == 1 ? " one" : "");
    CALLGRIND_ZERO_STATS;
    mark();
    t->loop(args, dimensions, steps, t->data);
    mark();
    CALLGRIND_DUMP_STATS_AT(name);
    printf("%zu %s\n", n, name);
}

int main(void)
{
    mark(); /* what the plugin counts for no call at all */
    mark();
    for (const softufunc_table **tables = softufunc_tables(); *tables; tables++) {
        for (int gufunc = 0; gufunc < 2; gufunc++) {
            for (unsigned which = 0; which < count_targets(*tables, gufunc); which++) {
                for (unsigned type = 0; type < FLOATS - 1; type++) {
                    for (int label = 0; label <= gufunc; label++) {
                        target t = target_of(*tables, gufunc, which, type, label);
                        if (label && (t.choice || !t.kinds[1].label)) {
                            continue;
                        }
                        measure(*tables, &t, names[type], N);
                        measure(*tables, &t, names[type], 1);
                    }
                }
            }
        }
    }
    return 0;
}
