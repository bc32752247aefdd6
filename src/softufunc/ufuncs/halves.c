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

void softufunc_store_f16(const double *results, char *out, ptrdiff_t step, size_t n)
{
    for (size_t i = 0; i < n; i++, out += step) {
        *(uint16_t *)(void *)out = round_double_f16(results[i]);
    }
}

/* By way of float, which decides all but ties. */
void softufunc_store_bf16(const double *results, char *out, ptrdiff_t step, size_t n)
{
    for (; n >= GROUP_bf16; n -= GROUP_bf16) {
        float rounded[GROUP_bf16];
        uint16_t halves[GROUP_bf16];
        for (int i = 0; i < GROUP_bf16; i++) {
            rounded[i] = (float)results[i];
        }
        const unsigned ties = round_group_bf16(rounded, halves);
        for (int i = 0; i < GROUP_bf16; i++, out += step, results++) {
            *(uint16_t *)(void *)out = ties >> i & 1 ? round_double_bf16(*results) : halves[i];
        }
    }
    for (; n > 0; n--, out += step, results++) {
        *(uint16_t *)(void *)out = round_double_bf16(*results);
    }
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
