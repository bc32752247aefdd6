/* The loops that NumPy calls, met with random lengths, strides, offsets and overlaps: tools/fuzz_loops.py.
 *
 * Input and output lie in blocks from malloc that end with the last element, so that the address sanitizer sees every step
 * beyond them. Every result must be that of the element alone, and what lies between outputs must stay. With
 * libFuzzer the bytes come from its mutations; without, from main() and a seed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dispatch/loops.h"

enum { MOST = 700, WIDEST = 40 };

typedef struct {
    void (*loop)(char **, const intptr_t *, const intptr_t *, void *);
    size_t size, used; /* of an element; the bytes of a long double that hold its value */
} kind;

static const kind kinds[] = {
    {softufunc_loop_f16, 2, 2},
    {softufunc_loop_f32, 4, 4},
    {softufunc_loop_f64, 8, 8},
    {softufunc_loop_longdouble, sizeof(long double), sizeof(long double) == 16 ? 10 : sizeof(long double)},
};

/* The bytes that decide, zeros after the last one. */
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

/* Ordinary numbers as a rule, else any bits. */
static void number(source *bytes, const kind *k, unsigned char *to)
{
    static const double special[] = {0.0, -0.0, 0.5, 1, -1, 1e-300, 40, -40, 89, -104, 710, -746, 1e300, -1e300};
    unsigned choice = next(bytes, 64);
    double value = (double)(int)next(bytes, 65536) / 4096 - 8;
    if (choice < 14) {
        value = special[choice];
    }
    if (k->size == 4) {
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
    if (k->size == 2 || (choice > 56 && k->size <= 8)) {
        for (size_t i = 0; i < k->size; i++) {
            to[i] = (unsigned char)next(bytes, 256);
        }
    }
}

/* The same bits, but for a nan's own. */
static int same(const kind *k, const unsigned char *a, const unsigned char *b)
{
    if (memcmp(a, b, k->used) == 0) {
        return 1;
    }
    long double x, y;
    if (k->size == 2) {
        uint16_t h[2];
        memcpy(h, a, 2);
        memcpy(h + 1, b, 2);
        return (h[0] & 0x7fff) > 0x7c00 && (h[1] & 0x7fff) > 0x7c00;
    }
    if (k->size == 4) {
        float f[2];
        memcpy(f, a, 4);
        memcpy(f + 1, b, 4);
        x = f[0], y = f[1];
    }
    else if (k->size == 8) {
        double d[2];
        memcpy(d, a, 8);
        memcpy(d + 1, b, 8);
        x = d[0], y = d[1];
    }
    else {
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
    }
    return x != x && y != y;
}

static void complain(const char *what, const softufunc_function *function, const kind *k, size_t n, size_t i,
                     const intptr_t *steps)
{
    fprintf(stderr, "%s: %s, %s, size %zu, n %zu, element %zu, steps %td %td\n", what, function->table->instruction_set,
            function->kernels->name, k->size, n, i, steps[0], steps[1]);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source bytes = {data, size};
    const softufunc_table **tables = softufunc_tables();
    unsigned count = 0, functions = 0;
    while (tables[count]) {
        count++;
    }
    while (tables[0]->kernels[functions].name) {
        functions++;
    }
    const softufunc_table *table = tables[next(&bytes, count)];
    unsigned which = next(&bytes, functions);
    const kind *k = &kinds[next(&bytes, sizeof kinds / sizeof *kinds)];
    softufunc_function function = {table, &table->kernels[which], &softufunc_table_for_one(table)->kernels[which],
                                   softufunc_longdoubles[which]};

    /* aligned elements, as NumPy promises, at steps of any sign; 0 for a repeated input */
    size_t n = next(&bytes, 8) ? next(&bytes, 140) : next(&bytes, MOST);
    intptr_t unit = (intptr_t)k->size;
    int in_place = next(&bytes, 4) == 0, adjacent = next(&bytes, 3) == 0;
    intptr_t in_step = adjacent ? unit : ((intptr_t)next(&bytes, 2 * WIDEST) - WIDEST) * unit;
    intptr_t out_step = next(&bytes, 2) ? unit : ((intptr_t)next(&bytes, 2 * WIDEST) - WIDEST) * unit;
    /* outputs must not overlap each other */
    if (out_step == 0) {
        out_step = -unit;
    }
    if (in_place) {
        in_step = out_step;
    }
    intptr_t steps[2] = {in_step, out_step}, length = (intptr_t)n;

    size_t in_bytes = n ? (n - 1) * (size_t)labs(in_step) + k->size : 0;
    size_t out_bytes = n ? (n - 1) * (size_t)labs(out_step) + k->size : 0;
    size_t in_offset = next(&bytes, 17) * k->size, out_offset = next(&bytes, 17) * k->size;
    unsigned char *in_block = malloc(in_offset + in_bytes + 1), *out_block = malloc(out_offset + out_bytes + 1);
    in_block = realloc(in_block, in_offset + in_bytes ? in_offset + in_bytes : 1);
    out_block = realloc(out_block, out_offset + out_bytes ? out_offset + out_bytes : 1);
    memset(in_block, 0x3c, in_offset + in_bytes);
    memset(out_block, 0x5a, out_offset + out_bytes);
    unsigned char *in = in_block + in_offset + (in_step < 0 && n ? (n - 1) * (size_t)-in_step : 0);
    unsigned char *out = out_block + out_offset + (out_step < 0 && n ? (n - 1) * (size_t)-out_step : 0);

    unsigned char *want = calloc(n + 1, k->size), *untouched = malloc(out_offset + out_bytes + 1);
    for (size_t i = 0; i < n; i++) {
        if (in_step || i == 0) {
            number(&bytes, k, in + (intptr_t)i * in_step);
        }
    }
    for (size_t i = 0; i < n; i++) {
        char *one[2] = {(char *)in + (intptr_t)i * in_step, (char *)want + i * k->size};
        intptr_t single = 1;
        k->loop(one, &single, steps, &function);
    }
    if (in_place) {
        for (size_t i = 0; i < n; i++) {
            memcpy(out + (intptr_t)i * out_step, in + (intptr_t)i * in_step, k->size);
        }
    }
    memcpy(untouched, out_block, out_offset + out_bytes);

    char *args[2] = {(char *)(in_place ? out : in), (char *)out};
    k->loop(args, &length, steps, &function);
    for (size_t i = 0; i < n; i++) {
        unsigned char *place = out + (intptr_t)i * out_step;
        if (!same(k, place, want + i * k->size)) {
            complain("wrong result", &function, k, n, i, steps);
        }
        memcpy(untouched + (place - out_block), place, k->size);
    }
    if (memcmp(untouched, out_block, out_offset + out_bytes)) {
        complain("wrote between outputs", &function, k, n, 0, steps);
    }
    free(in_block);
    free(out_block);
    free(want);
    free(untouched);
    return 0;
}

#ifdef STANDALONE
int main(int argc, char **argv)
{
    uint64_t state = argc > 1 ? strtoull(argv[1], NULL, 10) * 2 + 1 : 1;
    long calls = argc > 2 ? atol(argv[2]) : 1000;
    static uint8_t data[4 * MOST];
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
