/* How the loops of the gufuncs access elements: float16 is computed in float32. */
#include <stdint.h>
#include <string.h>

#include "ufuncs/reductions.h"

static void load_f64(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    if (step == sizeof(double)) {
        memcpy(to, from, n * sizeof(double));
        return;
    }
    table->gather[SOFTUFUNC_F64](from, step, to, n);
}

static void load_f32(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    table->gather[SOFTUFUNC_F32](from, step, to, n);
}

/* The output elements are `step` bytes apart. */
static void store_f64(const softufunc_table *table, const double *results, char *out, ptrdiff_t step, size_t n)
{
    (void)table;
    if (step == sizeof(double)) {
        memcpy(out, results, n * sizeof(double));
        return;
    }
    for (size_t i = 0; i < n; i++, out += step) {
        *(double *)(void *)out = results[i];
    }
}

static void store_f32(const softufunc_table *table, const double *results, char *out, ptrdiff_t step, size_t n)
{
    (void)table;
    if (step == sizeof(float)) {
        float *to = (float *)(void *)out;
        for (size_t i = 0; i < n; i++) {
            to[i] = (float)results[i];
        }
        return;
    }
    for (size_t i = 0; i < n; i++, out += step) {
        *(float *)(void *)out = (float)results[i];
    }
}

static void store_floats(const softufunc_table *table, const void *results, char *out, ptrdiff_t step, size_t n)
{
    table->scatter[SOFTUFUNC_F32](results, out, step, n);
}

static void store_doubles(const softufunc_table *table, const void *results, char *out, ptrdiff_t step, size_t n)
{
    table->scatter[SOFTUFUNC_F64](results, out, step, n);
}

static const softufunc_type type_f16 = {
    2, 4, SOFTUFUNC_WIDTH_32, softufunc_load_f16, softufunc_store_f16, softufunc_store_floats_as_f16};
static const softufunc_type type_f32 = {4, 4, SOFTUFUNC_WIDTH_32, load_f32, store_f32, store_floats};
static const softufunc_type type_f64 = {8, 8, SOFTUFUNC_WIDTH_64, load_f64, store_f64, store_doubles};
static const softufunc_type type_bf16 = {
    2, 4, SOFTUFUNC_WIDTH_32, softufunc_load_bf16, softufunc_store_bf16, softufunc_store_floats_as_bf16};
const softufunc_type *const softufunc_types[SOFTUFUNC_TYPES] = {&type_f16, &type_f32, &type_f64, &type_bf16};

/* Rows of contiguous elements of 16 bits: converted, then transposed. */
static void load_half_rows(const softufunc_table *table, const softufunc_type *type, const char *from,
                           ptrdiff_t row_step, size_t n, char *to)
{
    _Alignas(64) float rows[ACCUMULATORS * SOFTUFUNC_SHORT_ROW];
    const int adjacent = row_step == (ptrdiff_t)n * type->size && ACCUMULATORS * n <= SOFTUFUNC_CHUNK_MAX;
    const size_t count = adjacent ? 1 : ACCUMULATORS, length = adjacent ? ACCUMULATORS * n : n;
    for (size_t i = 0; i < count; i++) {
        type->load(table, from + (ptrdiff_t)i * row_step, type->size, rows + i * n, length);
    }
    table->transpose[SOFTUFUNC_WIDTH_32]((const char *)rows, (ptrdiff_t)(n * sizeof(float)), to,
                                         ACCUMULATORS * sizeof(float), ACCUMULATORS, n);
}

void softufunc_load_row_batch(const softufunc_table *table, const softufunc_type *type, softufunc_load load, int direct,
                              const char *from, ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n, char *to)
{
    const ptrdiff_t line = ACCUMULATORS * type->size_computed;
    if (load == type->load && type->size == sizeof(uint16_t) && step == sizeof(uint16_t) && rows == ACCUMULATORS &&
        n < SOFTUFUNC_SHORT_ROW) {
        load_half_rows(table, type, from, row_step, n, to);
        return;
    }
    if (direct && rows == ACCUMULATORS) {
        table->transpose[type->width](from, row_step, to, line, ACCUMULATORS, n);
        return;
    }
    if (rows < ACCUMULATORS) {
        memset(to, 0, (size_t)line * n);
    }
    for (size_t i = 0; i < n; i++) {
        load(table, from + (ptrdiff_t)i * step, row_step, to + (ptrdiff_t)i * line, rows);
    }
}

void softufunc_store_row_batch(const softufunc_table *table, const softufunc_type *type, const char *results, char *out,
                               ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n)
{
    const ptrdiff_t line = ACCUMULATORS * type->size_computed;
    if (type->size == type->size_computed && step == type->size && rows == ACCUMULATORS) {
        table->transpose[type->width](results, line, out, row_step, n, ACCUMULATORS);
        return;
    }
    for (size_t i = 0; i < n; i++, results += line, out += step) {
        type->store_computed(table, results, out, row_step, rows);
    }
}

/* Few lines at a time, which stay in the first-level cache even if they conflict: whole cache lines are read and written at once. */
enum { FEW_LINES = 8, LINE = SOFTUFUNC_PANEL_ROWS * sizeof(double) + 64 };

static int is_transposed(const softufunc_type *type, ptrdiff_t row_step, ptrdiff_t step)
{
    return type->size == type->size_computed && softufunc_is_adjacent(row_step, step, type->size);
}

/* How many are enough, by measurement: lines are converted or copied first, unless they are transposed in place. */
int softufunc_worth_panel(const softufunc_type *type, softufunc_load load, ptrdiff_t step, ptrdiff_t row_step,
                          size_t rows)
{
    const int same_type = load == type->load && type->size == type->size_computed;
    const size_t least = !same_type ? ACCUMULATORS : softufunc_is_adjacent(row_step, step, type->size) ? 3 : 8;
    return softufunc_are_columns(row_step, step) && rows >= least;
}

void softufunc_load_panel(const softufunc_table *table, const softufunc_type *type, softufunc_load load,
                          const char *from, ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n, char *panel,
                          ptrdiff_t panel_step)
{
    _Alignas(64) char lines[FEW_LINES * LINE];
    if (load == type->load && is_transposed(type, row_step, step)) {
        table->transpose[type->width](from, step, panel, panel_step, n, rows);
        return;
    }
    for (size_t done = 0, m; done < n; done += m, panel += (ptrdiff_t)m * type->size_computed) {
        m = n - done < FEW_LINES ? n - done : FEW_LINES;
        for (size_t i = 0; i < m; i++, from += step) {
            load(table, from, row_step, lines + i * LINE, rows);
        }
        table->transpose[type->width](lines, LINE, panel, panel_step, m, rows);
    }
}

void softufunc_store_panel(const softufunc_table *table, const softufunc_type *type, const char *panel,
                           ptrdiff_t panel_step, char *out, ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n)
{
    _Alignas(64) char lines[FEW_LINES * LINE];
    const int direct = is_transposed(type, row_step, step);
    for (size_t done = 0, m; done < n; done += m, panel += (ptrdiff_t)m * type->size_computed) {
        m = n - done < FEW_LINES ? n - done : FEW_LINES;
        table->transpose[type->width](panel, panel_step, direct ? out : lines, direct ? step : LINE, rows, m);
        for (size_t i = 0; i < m; i++, out += step) {
            if (!direct) {
                type->store_computed(table, lines + i * LINE, out, row_step, rows);
            }
        }
    }
}

softufunc_type softufunc_type_of_integers(const softufunc_label_cast *cast)
{
    softufunc_type type = type_f64;
    type.size = 0;
    type.load = cast->load[SOFTUFUNC_WIDTH_64];
    return type;
}
