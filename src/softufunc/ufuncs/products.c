/* The inner loops of the gufunc (n,k),(k,m)->(n,m), in double for every type.
 *
 * The columns of the second matrix are copied to blocks of ACCUMULATORS columns, where their terms are computed once. If the first
 * matrix has more rows than the second one has columns, the transposes change places.
 */
#include <fenv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ufuncs/environment.h"
#include "ufuncs/reductions.h"

/* A matrix in memory; lines are its rows, or, of the second one, its columns */
typedef struct {
    const char *from;
    ptrdiff_t line_step, step;
    size_t lines;
} matrix;

typedef struct {
    const softufunc_table *table;
    const softufunc_product *product;
    const softufunc_type *type;
    matrix a, b;
    size_t n; /* the common dimension */
    /* the terms of b, in blocks of ACCUMULATORS columns, and of a line of a */
    double *columns, *columns_low, *row, *row_low, *numbers;
    softufunc_scales *scales;
} task;

static size_t blocks_of(size_t columns)
{
    return (columns + (ACCUMULATORS - 1)) / ACCUMULATORS;
}

/* A line as doubles, `to_step` apart */
static void load_line(const task *work, const matrix *m, size_t line, double *to, size_t to_step)
{
    _Alignas(64) double scratch[SOFTUFUNC_CHUNK_MAX];
    const char *from = m->from + (ptrdiff_t)line * m->line_step;
    for (size_t done = 0, count; done < work->n; done += count) {
        count = work->n - done < SOFTUFUNC_CHUNK_MAX ? work->n - done : SOFTUFUNC_CHUNK_MAX;
        work->type->load(work->table, from + (ptrdiff_t)done * m->step, m->step, scratch, count);
        /* two loops: half a double, converted although it is not selected, might be a signalling nan */
        const float *floats = (const float *)(const void *)scratch;
        for (size_t i = 0; work->type->width == SOFTUFUNC_WIDTH_32 && i < count; i++) {
            to[(done + i) * to_step] = floats[i];
        }
        for (size_t i = 0; work->type->width == SOFTUFUNC_WIDTH_64 && i < count; i++) {
            to[(done + i) * to_step] = scratch[i];
        }
    }
}

static void load_columns(const task *work)
{
    for (size_t block = 0; block < blocks_of(work->b.lines); block++) {
        const size_t first = block * ACCUMULATORS, size = work->n * ACCUMULATORS;
        double *columns = work->columns + block * size;
        for (size_t j = 0; j < ACCUMULATORS; j++) {
            /* the last column again where there is none */
            load_line(work, &work->b, first + j < work->b.lines ? first + j : work->b.lines - 1, columns + j,
                      ACCUMULATORS);
        }
        work->product->terms(columns, work->columns_low + block * size, work->n, ACCUMULATORS, work->scales + block);
    }
}

/* Results that are nan in a tile */
static void compute_elements(const task *work, size_t line, size_t first, size_t count, double *results)
{
    double *a = work->numbers, *b = a + work->n, *scratch = b + work->n;
    int loaded = 0;
    for (size_t j = 0; j < count; j++) {
        if (results[j] != results[j]) {
            if (!loaded) {
                load_line(work, &work->a, line, a, 1);
                loaded = 1;
            }
            load_line(work, &work->b, first + j, b, 1);
            results[j] = work->product->element(a, b, work->n, scratch);
        }
    }
}

static void multiply(const task *work, char *out, ptrdiff_t line_step, ptrdiff_t step)
{
    const int pairs = work->type->width == SOFTUFUNC_WIDTH_64;
    softufunc_scales scale;
    double results[ACCUMULATORS];
    for (size_t line = 0; line < work->a.lines; line++, out += line_step) {
        load_line(work, &work->a, line, work->row, 1);
        work->product->terms(work->row, work->row_low, work->n, 1, &scale);
        for (size_t block = 0; block < blocks_of(work->b.lines); block++) {
            const size_t first = block * ACCUMULATORS, size = work->n * ACCUMULATORS;
            const size_t count = work->b.lines - first < ACCUMULATORS ? work->b.lines - first : ACCUMULATORS;
            work->product->tile(work->row, work->row_low, &scale, work->columns + block * size,
                                work->columns_low + block * size, work->scales + block, work->n, pairs, results);
            compute_elements(work, line, first, count, results);
            work->type->store(work->table, results, out + (ptrdiff_t)first * step, step, count);
        }
    }
}

/* Takes the memory for n numbers of a line and the blocks of b; returns NULL if there is none. */
static void *take_memory(task *work)
{
    const size_t blocks = blocks_of(work->b.lines), columns = blocks * ACCUMULATORS * work->n, lines = 7;
    double *memory = malloc(blocks * sizeof *work->scales + (2 * columns + lines * work->n + 1) * sizeof *memory);
    if (memory) {
        work->columns = memory;
        work->columns_low = memory + columns;
        work->row = work->columns_low + columns;
        work->row_low = work->row + work->n;
        work->numbers = work->row_low + work->n;
        work->scales = (softufunc_scales *)(void *)(work->numbers + 5 * work->n);
    }
    return memory;
}

static void product_loop(char **args, const intptr_t *dimensions, const intptr_t *steps,
                         const softufunc_gufunc_data *function, const softufunc_type *type)
{
    const size_t rows = (size_t)dimensions[1], columns = (size_t)dimensions[3];
    const int swapped = rows > columns;
    matrix a = {args[0], steps[3], steps[4], rows}, b = {args[1], steps[6], steps[5], columns};
    task work = {.table = function->table,
                 .product = function->rows->product,
                 .type = type,
                 .a = swapped ? b : a,
                 .b = swapped ? a : b,
                 .n = (size_t)dimensions[2]};
    char *out = args[2];
    const ptrdiff_t line_step = swapped ? steps[8] : steps[7], step = swapped ? steps[7] : steps[8];
    const ptrdiff_t a_outer = steps[swapped ? 1 : 0], b_outer = steps[swapped ? 0 : 1];
    void *memory = take_memory(&work);
    if (!memory) {
        softufunc_no_memory();
        return;
    }
    softufunc_environment environment;
    softufunc_enter(&environment, 1);
    for (intptr_t i = 0; i < dimensions[0] && rows > 0 && columns > 0; i++) {
        if (i == 0 || b_outer != 0) {
            load_columns(&work);
        }
        multiply(&work, out, line_step, step);
        work.a.from += a_outer;
        work.b.from += b_outer;
        out += steps[2];
    }
    softufunc_leave(&environment);
    free(memory);
}

SOFTUFUNC_TYPED_LOOPS(product)

static void product_loop_integers(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_gufunc_data *function = data;
    const softufunc_type type = softufunc_type_of_integers(function->label_cast);
    product_loop(args, dimensions, steps, function, &type);
}

/* nan of numbers that are not nan is inf - inf */
static void product_loop_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_gufunc_data *function = data;
    const size_t n = (size_t)dimensions[2];
    int raised = 0;
    fenv_t before;
    feholdexcept(&before);
    fesetenv(FE_DFL_ENV);
    for (intptr_t outer = 0; outer < dimensions[0]; outer++) {
        for (intptr_t i = 0; i < dimensions[1]; i++) {
            for (intptr_t j = 0; j < dimensions[3]; j++) {
                const char *a = args[0] + outer * steps[0] + i * steps[3],
                           *b = args[1] + outer * steps[1] + j * steps[6];
                feclearexcept(FE_INVALID);
                const long double y = function->longdouble->product(a, steps[4], b, steps[5], n);
                *(long double *)(void *)(args[2] + outer * steps[2] + i * steps[7] + j * steps[8]) = y;
                raised |= y != y ? fetestexcept(FE_INVALID) : 0;
            }
        }
    }
    fesetenv(&before);
    if (raised) {
        feraiseexcept(raised);
    }
}

softufunc_loop *const softufunc_product_loops[SOFTUFUNC_LOOPS] = {product_loop_f16,        product_loop_f32,
                                                                  product_loop_f64,        product_loop_bf16,
                                                                  product_loop_longdouble, product_loop_integers};
