/* Calls the inner loops with random lengths, strides, offsets and overlaps: python -m tools fuzz loops.
 *
 * Inputs and outputs lie in blocks from malloc that end with the last element, so that the address sanitizer sees every step
 * beyond them. Every result must be that of a copy of its inputs alone, and what lies between outputs must stay. With
 * libFuzzer the bytes come from its mutations; without, from main() and a seed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/fuzz/numbers.h"

enum { MOST = 700, WIDEST = 40, LABELS = 200 };

typedef struct {
    unsigned char *block, *first;
    size_t bytes;
    intptr_t step, core[CORE];
    int owner;
} operand;

/* One of all functions, types and instruction sets. `logsumexp` reduces a run of its numbers. */
static target choose(source *bytes, target *logsumexp, const char **set)
{
    const softufunc_table **tables = softufunc_tables();
    unsigned sets = 0;
    while (tables[sets]) {
        sets++;
    }
    const softufunc_table *table = tables[next(bytes, sets)];
    const int gufunc = (int)next(bytes, 2);
    unsigned type = next(bytes, FLOATS), which = next(bytes, count_targets(table, gufunc));
    int label = next(bytes, 2) ? 1 + (int)next(bytes, SOFTUFUNC_LABEL_TYPES) : 0;
    *set = table->instruction_set;
    *logsumexp = target_of(table, 1, softufunc_logsumexp, type, 0);
    if (gufunc) {
        return target_of(table, gufunc, which, type, label);
    }
    return target_of(table, gufunc, which, type, 0);
}

static intptr_t step(source *bytes, size_t size)
{
    return (intptr_t)size * (next(bytes, 3) == 0 ? 1 : (intptr_t)next(bytes, 2 * WIDEST) - WIDEST);
}

/* Element e of a row of operand i, in C order. `dimensions` are the number of rows and those of the signature, as for a loop. */
static unsigned char *element(const target *t, int i, const operand *x, const intptr_t *dimensions, size_t row,
                              size_t e)
{
    unsigned char *found = x->first + (intptr_t)row * x->step;
    for (int d = t->core.count[i] - 1; d >= 0; d--) {
        const size_t length = (size_t)core_length(&t->core, i, d, dimensions + 1);
        found += (intptr_t)(e % length) * x->core[d];
        e /= length;
    }
    return found;
}

/* The elements of `rows` rows; `x->first` is the one with index 0 in all directions */
static void allocate(source *bytes, const target *t, int i, operand *x, size_t rows, const intptr_t *dimensions)
{
    const size_t size = t->kinds[i].size;
    size_t offset = next(bytes, 17) * size, below = 0, above = size;
    const int empty = rows * core_size(&t->core, i, dimensions + 1) == 0;
    for (int d = -1; d < t->core.count[i] && !empty; d++) {
        const size_t length = d < 0 ? rows : (size_t)core_length(&t->core, i, d, dimensions + 1);
        const intptr_t step = d < 0 ? x->step : x->core[d];
        *(step < 0 ? &below : &above) += (length - 1) * (size_t)labs(step);
    }
    x->bytes = offset + below + above;
    x->block = malloc(x->bytes);
    x->first = x->block + offset + below;
    x->owner = 1;
    memset(x->block, 0x3c, x->bytes);
}

/* Steps of an output, whose elements do not overlap: rows and core dimensions in a random order, each around those before it */
static void spread(source *bytes, const target *t, int i, operand *y, size_t rows, const intptr_t *dimensions)
{
    size_t extent = t->kinds[i].size;
    const int directions = 1 + t->core.count[i];
    int done[1 + CORE] = {0};
    for (int left = directions; left > 0; left--) {
        int d = (int)next(bytes, (unsigned)directions);
        while (done[d]) {
            d = (d + 1) % directions;
        }
        done[d] = 1;
        const size_t length = d == 0 ? rows : (size_t)core_length(&t->core, i, d - 1, dimensions + 1);
        const intptr_t step = (intptr_t)(extent + next(bytes, 4) * t->kinds[i].size);
        *(d == 0 ? &y->step : &y->core[d - 1]) = next(bytes, 2) ? step : -step;
        extent = (size_t)step * (length + (length == 0));
    }
}

/* The target's results for contiguous copies of one row of its inputs, in C order. */
static void alone(const target *t, const operand *operands, size_t row, const intptr_t *dimensions,
                  unsigned char **results)
{
    char *args[OPERANDS];
    intptr_t one_row[1 + DIMENSIONS] = {1}, steps[STEPS] = {0};
    memcpy(one_row + 1, dimensions + 1, DIMENSIONS * sizeof *one_row);
    for (int i = 0; i < t->core.inputs; i++) {
        const size_t size = t->kinds[i].size, count = core_size(&t->core, i, dimensions + 1);
        args[i] = malloc(count ? count * size : 1);
        for (size_t e = 0; e < count; e++) {
            memcpy(args[i] + e * size, element(t, i, &operands[i], dimensions, row, e), size);
        }
        set_adjacent(&t->core, i, dimensions + 1, (intptr_t)size, steps);
    }
    for (int i = 0; i < t->core.outputs; i++) {
        const int place = t->core.inputs + i;
        args[place] = (char *)results[i];
        set_adjacent(&t->core, place, dimensions + 1, (intptr_t)t->kinds[place].size, steps);
    }
    t->loop(args, one_row, steps, t->data);
    for (int i = 0; i < t->core.inputs; i++) {
        free(args[i]);
    }
}

/* What the methods reduce (a step of 0) and accumulate do with n elements y and the element `first` before them. */
static void chain(const target *t, const target *logsumexp, const unsigned char *first, const operand *y, size_t n,
                  int reduce, unsigned char *want)
{
    const kind *k = &t->kinds[0];
    unsigned char *run = malloc((n + 1) * k->size);
    memcpy(run, first, k->size);
    for (size_t i = 0; i < n; i++) {
        memcpy(run + (i + 1) * k->size, y->first + (intptr_t)i * y->step, k->size);
    }
    if (n > 1 && t->identity != IDENTITY_NONE && (!reduce || k->size > 8)) {
        /* the method on adjacent elements */
        const intptr_t dimensions[] = {(intptr_t)n}, step = reduce ? 0 : (intptr_t)k->size;
        const intptr_t steps[] = {step, (intptr_t)k->size, step};
        unsigned char *results = malloc((n + 1) * k->size);
        memcpy(results, first, k->size);
        char *args[] = {(char *)results, (char *)run + k->size, (char *)results + step};
        t->loop(args, dimensions, steps, t->data);
        memcpy(want, results + step, reduce ? k->size : n * k->size);
        free(results);
    }
    else if (n > 1 && t->identity != IDENTITY_NONE) {
        const int mirrored = t->identity == IDENTITY_POS_INF;
        for (size_t i = 0; mirrored && i <= n; i++) {
            change_sign(k, run + i * k->size);
        }
        operand row = {run, run, (n + 1) * k->size, 0, {(intptr_t)k->size}, 0};
        const intptr_t dimensions[1 + DIMENSIONS] = {1, (intptr_t)n + 1};
        alone(logsumexp, &row, 0, dimensions, &want);
        if (mirrored) {
            change_sign(k, want);
        }
    }
    else {
        const intptr_t dimensions[1 + DIMENSIONS] = {1};
        unsigned char *result = malloc(k->size);
        memcpy(result, first, k->size);
        for (size_t i = 0; i < n; i++) {
            operand pair[2] = {{run, result, 0, 0, {0}, 0}, {run, run + (i + 1) * k->size, 0, 0, {0}, 0}};
            unsigned char *place = reduce ? want : want + i * k->size;
            alone(t, pair, 0, dimensions, &place);
            memcpy(result, place, k->size);
        }
        if (reduce && n == 0) {
            memcpy(want, first, k->size);
        }
        free(result);
    }
    free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source bytes = {data, size};
    target logsumexp;
    const char *set;
    const target t = choose(&bytes, &logsumexp, &set);
    const int inputs = t.core.inputs, all = inputs + t.core.outputs;

    size_t rows = next(&bytes, 8) ? next(&bytes, 140) : next(&bytes, MOST);
    intptr_t dimensions[1 + DIMENSIONS] = {0};
    if (t.gufunc) {
        rows = next(&bytes, t.core.dimensions == 1 ? 40 : 4);
        for (int d = 0; d < t.core.dimensions; d++) {
            dimensions[1 + d] = t.core.dimensions > 1 || next(&bytes, 8) ? next(&bytes, 40) : next(&bytes, 2 * MOST);
        }
    }
    dimensions[0] = (intptr_t)rows;
    const unsigned n = (unsigned)dimensions[1], labels = !t.choice ? 2 : n < LABELS ? n + 2 : LABELS;
    enum { PLAIN, ACCUMULATE, REDUCE } method = PLAIN;
    if (inputs == 2 && t.core.outputs == 1 && !t.gufunc && next(&bytes, 4) == 0) {
        method = next(&bytes, 2) ? ACCUMULATE : REDUCE;
    }

    /* aligned elements, as NumPy promises, at steps of any sign; 0 for a repeated input */
    operand operands[OPERANDS];
    memset(operands, 0, sizeof operands);
    for (int i = 0; i < inputs; i++) {
        operand *x = &operands[i];
        x->step = step(&bytes, t.kinds[i].size);
        for (int d = 0; d < t.core.count[i]; d++) {
            x->core[d] = step(&bytes, t.kinds[i].size);
        }
        if (i == 0 && method != PLAIN) {
            continue;
        }
        allocate(&bytes, &t, i, x, rows, dimensions);
        for (size_t row = 0; row < (x->step ? rows : rows > 0); row++) {
            for (size_t e = 0; e < core_size(&t.core, i, dimensions + 1); e++) {
                number(&bytes, &t.kinds[i], labels, element(&t, i, x, dimensions, row, e));
            }
        }
    }
    /* outputs do not overlap each other, and overlap an input only element by element */
    for (int i = inputs; i < all; i++) {
        operand *y = &operands[i];
        const int same_as = (int)next(&bytes, 8);
        if (method == PLAIN && !t.gufunc && same_as < inputs && operands[same_as].step && i == inputs) {
            *y = operands[same_as];
            y->owner = 0;
            continue;
        }
        if (t.core.count[i] > 0) {
            spread(&bytes, &t, i, y, rows, dimensions);
        }
        else {
            do {
                y->step = step(&bytes, t.kinds[i].size);
            } while (y->step == 0 && bytes.left);
            y->step = method == REDUCE ? 0 : y->step ? y->step : (intptr_t)t.kinds[i].size;
        }
        allocate(&bytes, &t, i, y, method == PLAIN ? rows : rows + 1, dimensions);
        if (method != PLAIN) {
            number(&bytes, &t.kinds[0], labels, y->first);
            operands[0] = *y;
            operands[0].owner = 0;
            y->first += y->step;
        }
    }

    unsigned char *want[OPERANDS], *untouched[OPERANDS], *results[OPERANDS];
    for (int i = 0; i < t.core.outputs; i++) {
        want[i] = malloc((rows + 1) * core_size(&t.core, inputs + i, dimensions + 1) * t.kinds[inputs + i].size + 1);
    }
    for (size_t row = 0; method == PLAIN && row < rows; row++) {
        for (int i = 0; i < t.core.outputs; i++) {
            results[i] = want[i] + row * core_size(&t.core, inputs + i, dimensions + 1) * t.kinds[inputs + i].size;
        }
        alone(&t, operands, row, dimensions, results);
    }
    if (method != PLAIN) {
        chain(&t, &logsumexp, operands[0].first, &operands[1], rows, method == REDUCE, want[0]);
    }

    char *args[OPERANDS];
    intptr_t steps[STEPS] = {0};
    for (int i = 0; i < all; i++) {
        args[i] = (char *)operands[i].first;
        steps[i] = operands[i].step;
        memcpy(core_steps(&t.core, i, steps), operands[i].core, (size_t)t.core.count[i] * sizeof *steps);
        untouched[i] = malloc(operands[i].bytes);
        memcpy(untouched[i], operands[i].block, operands[i].bytes);
    }
    t.loop(args, dimensions, steps, t.data);

    const char *fault = NULL;
    size_t at = 0;
    for (int i = inputs; i < all; i++) {
        operand *y = &operands[i];
        const kind *k = &t.kinds[i];
        const size_t count = core_size(&t.core, i, dimensions + 1);
        for (size_t j = 0; j < count * (method == REDUCE ? 1 : rows); j++) {
            unsigned char *place = element(&t, i, y, dimensions, j / count, j % count);
            if (!same(k, place, want[i - inputs] + j * k->size)) {
                fault = "wrong result";
                at = j;
            }
            memcpy(untouched[i] + (place - y->block), place, k->size);
        }
        if (memcmp(untouched[i], y->block, y->bytes)) {
            fault = "wrote between outputs";
        }
    }
    if (fault) {
        fprintf(stderr, "%s: %s, %s, size %zu, method %d, element %zu, dimensions", fault, set, t.name, t.kinds[0].size,
                method, at);
        for (int i = 0; i <= t.core.dimensions; i++) {
            fprintf(stderr, " %td", dimensions[i]);
        }
        fprintf(stderr, ", steps");
        for (int i = 0; i < STEPS; i++) {
            fprintf(stderr, " %td", steps[i]);
        }
        fprintf(stderr, "\n");
        abort();
    }
    for (int i = 0; i < all; i++) {
        if (operands[i].owner) {
            free(operands[i].block);
        }
        free(untouched[i]);
    }
    for (int i = 0; i < t.core.outputs; i++) {
        free(want[i]);
    }
    return 0;
}

#ifdef STANDALONE
int main(int argc, char **argv)
{
    uint64_t state = argc > 1 ? strtoull(argv[1], NULL, 10) * 2 + 1 : 1;
    long calls = argc > 2 ? atol(argv[2]) : 1000;
    static uint8_t data[8 * MOST];
    for (long call = 0; call < calls; call++) {
        for (size_t i = 0; i < sizeof data; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            data[i] = (uint8_t)(state >> 56);
        }
        LLVMFuzzerTestOneInput(data, sizeof data);
    }
    printf("%ld calls\n", calls);
    return 0;
}
#endif
