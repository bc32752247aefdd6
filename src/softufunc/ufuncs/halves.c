/* The types of 16 bits in memory: float16 and bfloat16, which reductions compute in float32 and round from double. */
#include <string.h>

#include "ufuncs/reductions.h"
#include "math/half.h"
#include "math/bfloat16.h"

static void load_floats(const softufunc_table *table, void (*floats_of)(const uint16_t *from, float *to, size_t n),
                        const char *from, ptrdiff_t step, void *to, size_t n)
{
    uint16_t halves[SOFTUFUNC_CHUNK_MAX];
    const int adjacent = step == sizeof *halves;
    if (!adjacent) {
        table->gather[SOFTUFUNC_F16](from, step, (char *)halves, n);
    }
    floats_of(adjacent ? (const uint16_t *)(const void *)from : halves, to, n);
}

void softufunc_load_f16(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    load_floats(table, table->floats_of_f16, from, step, to, n);
}

void softufunc_load_bf16(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    load_floats(table, table->floats_of_bf16, from, step, to, n);
}

static void store_floats(const softufunc_table *table, void (*of_floats)(const float *from, uint16_t *to, size_t n),
                         const float *results, char *out, ptrdiff_t step, size_t n)
{
    uint16_t halves[SOFTUFUNC_CHUNK_MAX];
    for (size_t m; n > 0; n -= m, out += (ptrdiff_t)m * step, results += m) {
        m = n < SOFTUFUNC_CHUNK_MAX ? n : SOFTUFUNC_CHUNK_MAX;
        of_floats(results, halves, m);
        table->scatter[SOFTUFUNC_F16]((const char *)halves, out, step, m);
    }
}

void softufunc_store_floats_as_f16(const softufunc_table *table, const void *results, char *out, ptrdiff_t step,
                                   size_t n)
{
    store_floats(table, table->f16_of_floats, results, out, step, n);
}

void softufunc_store_floats_as_bf16(const softufunc_table *table, const void *results, char *out, ptrdiff_t step,
                                    size_t n)
{
    store_floats(table, table->bf16_of_floats, results, out, step, n);
}

/* Rounded to odd in float32, doubles can be rounded again. */
static NOINLINE void store_doubles(const softufunc_table *table,
                                   void (*of_floats)(const float *from, uint16_t *to, size_t n), const double *results,
                                   char *out, ptrdiff_t step, size_t n)
{
    float floats[SOFTUFUNC_CHUNK_MAX];
    for (size_t m; n > 0; n -= m, out += (ptrdiff_t)m * step, results += m) {
        m = n < SOFTUFUNC_CHUNK_MAX ? n : SOFTUFUNC_CHUNK_MAX;
        for (size_t i = 0; i < m; i++) {
            floats[i] = round_to_odd(results[i]);
        }
        store_floats(table, of_floats, floats, out, step, m);
    }
}

void softufunc_store_f16(const softufunc_table *table, const double *results, char *out, ptrdiff_t step, size_t n)
{
    if (n == 1) {
        *(uint16_t *)(void *)out = round_double_f16(*results);
        return;
    }
    store_doubles(table, table->f16_of_floats, results, out, step, n);
}

void softufunc_store_bf16(const softufunc_table *table, const double *results, char *out, ptrdiff_t step, size_t n)
{
    if (n == 1) {
        *(uint16_t *)(void *)out = round_double_bf16(*results);
        return;
    }
    store_doubles(table, table->bf16_of_floats, results, out, step, n);
}
