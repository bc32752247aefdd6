/* Calls the inner loops with random lengths, strides, offsets and overlaps: python -m tools fuzz loops.
 *
 * Inputs and outputs lie in blocks from malloc that end with the last element, so that the address sanitizer sees every step
 * beyond them. Every result must be that of a copy of its inputs alone, and what lies between outputs must stay. With
 * libFuzzer the bytes come from its mutations; without, from main() and a seed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "targets.h"

enum { MOST = 700, WIDEST = 40 };

typedef struct {
    unsigned char *block, *first;
    size_t bytes;
    intptr_t step, core_step;
    int owner;
} operand;

/* The random bytes, followed by zeros */
typedef struct {
    const uint8_t *at;
    size_t left;
} source;

static unsigned next(source *bytes, unsigned below)
{
    unsigned value = 0;
    for (int i = 0; i < 2; i++) {
        value = value << 8 | (bytes->left ? *bytes->at : 0);
        if (bytes->left) {
            bytes->at++;
            bytes->left--;
        }
    }
    return value % below;
}

/* Mostly ordinary numbers, otherwise random bits */
static void number(source *bytes, const kind *k, unsigned char *to)
{
    static const double special[] = {0.0, -0.0, 0.5, 1, -1, 1e-300, 40, -40, 89, -104, 710, -746, 1e300, -1e300};
    unsigned choice = next(bytes, 64);
    double value = (double)(int)next(bytes, 65536) / 4096 - 8;
    if (choice < 14) {
        value = special[choice];
    }
    if (k->label) {
        memset(to, 0, k->size);
        to[0] = next(bytes, 2);
        for (size_t i = 0; choice > 40 && k->label > 1 && i < k->size; i++) {
            to[i] = (unsigned char)next(bytes, 256);
        }
    }
    else if (k->size == 4) {
        float narrow = (float)value;
        memcpy(to, &narrow, 4);
    }
    else if (k->size == 8) {
        memcpy(to, &value, 8);
    }
    else if (k->size > 8) {
        long double wide = value;
        memcpy(to, &wide, k->used);
    }
    if (!k->label && (k->size == 2 || (choice > 56 && k->size <= 8))) {
        for (size_t i = 0; i < k->size; i++) {
            to[i] = (unsigned char)next(bytes, 256);
        }
    }
}

/* Equal bits, or both nan */
static int same(const kind *k, const unsigned char *a, const unsigned char *b)
{
    if (memcmp(a, b, k->used) == 0) {
        return 1;
    }
    if (k->size == 2) {
        uint16_t h[2];
        memcpy(h, a, 2);
        memcpy(h + 1, b, 2);
        return (h[0] & 0x7fff) > k->infinity && (h[1] & 0x7fff) > k->infinity;
    }
    if (k->size == 4) {
        float x, y;
        memcpy(&x, a, 4);
        memcpy(&y, b, 4);
        return x != x && y != y;
    }
    if (k->size == 8) {
        double x, y;
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        return x != x && y != y;
    }
    long double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x != x && y != y;
}

static void change_sign(const kind *k, unsigned char *x)
{
    x[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? k->size - 1 : 0] ^= 0x80;
}

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

/* rows * n elements; `x->first` is the one with index 0 in both directions */
static void allocate(source *bytes, operand *x, size_t size, size_t rows, size_t n)
{
    size_t offset = next(bytes, 17) * size, below = 0, above = size;
    if (rows && n) {
        *(x->step < 0 ? &below : &above) += (rows - 1) * (size_t)labs(x->step);
        *(x->core_step < 0 ? &below : &above) += (n - 1) * (size_t)labs(x->core_step);
    }
    x->bytes = offset + below + above;
    x->block = malloc(x->bytes);
    x->first = x->block + offset + below;
    x->owner = 1;
    memset(x->block, 0x3c, x->bytes);
}

/* The target's results for contiguous copies of one row of its inputs. */
static void alone(const target *t, const operand *operands, size_t row, size_t n, unsigned char **results)
{
    char *args[OPERANDS];
    intptr_t dimensions[2] = {1, (intptr_t)n}, steps[2 * OPERANDS] = {0};
    for (int i = 0; i < t->inputs; i++) {
        const size_t size = t->kinds[i].size;
        args[i] = malloc(n ? n * size : 1);
        for (size_t j = 0; j < n; j++) {
            memcpy(args[i] + j * size,
                   operands[i].first + (intptr_t)row * operands[i].step + (intptr_t)j * operands[i].core_step, size);
        }
        steps[t->inputs + t->outputs + i] = (intptr_t)size;
    }
    for (int i = 0; i < t->outputs; i++) {
        args[t->inputs + i] = (char *)results[i];
    }
    t->loop(args, dimensions, steps, t->data);
    for (int i = 0; i < t->inputs; i++) {
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
        operand row = {run, run, (n + 1) * k->size, 0, (intptr_t)k->size, 0};
        alone(logsumexp, &row, 0, n + 1, &want);
        if (mirrored) {
            change_sign(k, want);
        }
    }
    else {
        unsigned char *result = malloc(k->size);
        memcpy(result, first, k->size);
        for (size_t i = 0; i < n; i++) {
            operand pair[2] = {{run, result, 0, 0, 0, 0}, {run, run + (i + 1) * k->size, 0, 0, 0, 0}};
            unsigned char *place = reduce ? want : want + i * k->size;
            alone(t, pair, 0, 1, &place);
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
    const int all = t.inputs + t.outputs;

    size_t rows = next(&bytes, 8) ? next(&bytes, 140) : next(&bytes, MOST), n = 1;
    if (t.gufunc) {
        n = next(&bytes, 8) ? next(&bytes, 40) : next(&bytes, 2 * MOST);
        rows = next(&bytes, 40);
    }
    enum { PLAIN, ACCUMULATE, REDUCE } method = PLAIN;
    if (t.inputs == 2 && t.outputs == 1 && !t.gufunc && next(&bytes, 4) == 0) {
        method = next(&bytes, 2) ? ACCUMULATE : REDUCE;
    }

    /* aligned elements, as NumPy promises, at steps of any sign; 0 for a repeated input */
    operand operands[OPERANDS];
    memset(operands, 0, sizeof operands);
    for (int i = 0; i < t.inputs; i++) {
        operand *x = &operands[i];
        x->step = step(&bytes, t.kinds[i].size);
        x->core_step = t.gufunc ? step(&bytes, t.kinds[i].size) : 0;
        if (i == 0 && method != PLAIN) {
            continue;
        }
        allocate(&bytes, x, t.kinds[i].size, rows, n);
        for (size_t row = 0; row < (x->step ? rows : rows > 0); row++) {
            for (size_t j = 0; j < (x->core_step ? n : n > 0); j++) {
                number(&bytes, &t.kinds[i], x->first + (intptr_t)row * x->step + (intptr_t)j * x->core_step);
            }
        }
    }
    /* outputs do not overlap each other, and overlap an input only element by element */
    for (int i = t.inputs; i < all; i++) {
        operand *y = &operands[i];
        const int same_as = next(&bytes, 8);
        if (method == PLAIN && !t.gufunc && same_as < t.inputs && operands[same_as].step && i == t.inputs) {
            *y = operands[same_as];
            y->owner = 0;
            continue;
        }
        do {
            y->step = step(&bytes, t.kinds[i].size);
        } while (y->step == 0 && bytes.left);
        y->step = method == REDUCE ? 0 : y->step ? y->step : (intptr_t)t.kinds[i].size;
        allocate(&bytes, y, t.kinds[i].size, method == PLAIN ? rows : rows + 1, 1);
        if (method != PLAIN) {
            number(&bytes, &t.kinds[0], y->first);
            operands[0] = *y;
            operands[0].owner = 0;
            y->first += y->step;
        }
    }

    unsigned char *want[OPERANDS], *untouched[OPERANDS], *results[OPERANDS];
    for (int i = 0; i < t.outputs; i++) {
        want[i] = malloc((rows + 1) * t.kinds[t.inputs + i].size);
    }
    for (size_t row = 0; method == PLAIN && row < rows; row++) {
        for (int i = 0; i < t.outputs; i++) {
            results[i] = want[i] + row * t.kinds[t.inputs + i].size;
        }
        alone(&t, operands, row, n, results);
    }
    if (method != PLAIN) {
        chain(&t, &logsumexp, operands[0].first, &operands[1], rows, method == REDUCE, want[0]);
    }

    char *args[OPERANDS];
    intptr_t dimensions[2] = {(intptr_t)rows, (intptr_t)n}, steps[2 * OPERANDS] = {0};
    for (int i = 0; i < all; i++) {
        args[i] = (char *)operands[i].first;
        steps[i] = operands[i].step;
        steps[all + i] = operands[i].core_step;
        untouched[i] = malloc(operands[i].bytes);
        memcpy(untouched[i], operands[i].block, operands[i].bytes);
    }
    t.loop(args, dimensions, steps, t.data);

    const char *fault = NULL;
    size_t at = 0;
    for (int i = 0; i < t.outputs; i++) {
        operand *y = &operands[t.inputs + i];
        const kind *k = &t.kinds[t.inputs + i];
        for (size_t row = 0; row < (method == REDUCE ? 1 : rows); row++) {
            unsigned char *place = y->first + (intptr_t)row * y->step;
            if (!same(k, place, want[i] + row * k->size)) {
                fault = "wrong result";
                at = row;
            }
            memcpy(untouched[t.inputs + i] + (place - y->block), place, k->size);
        }
        if (memcmp(untouched[t.inputs + i], y->block, y->bytes)) {
            fault = "wrote between outputs";
        }
    }
    if (fault) {
        fprintf(stderr, "%s: %s, %s, size %zu, method %d, %zu rows of %zu, row %zu, steps", fault, set, t.name,
                t.kinds[0].size, method, rows, n, at);
        for (int i = 0; i < 2 * all; i++) {
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
    for (int i = 0; i < t.outputs; i++) {
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
