/* The inner loops of the gufuncs (n)->(n), which compute a row from a row, and (n),()->(), which choose one of its elements.
 *
 * Kernels take contiguous rows. Rows that are not are copied to a buffer: on the stack, which holds any row batch that is transposed, or
 * on the heap. NumPy passes outputs that do not overlap an input.
 */
#include <fenv.h>
#include <math.h>
#include <stdlib.h>

#include "ufuncs/environment.h"
#include "ufuncs/reductions.h"

void (*softufunc_no_memory)(void);

enum { ROW_BUFFER = SOFTUFUNC_SHORT_ROW * ACCUMULATORS * sizeof(double), BUFFERS = 2 };
/* Adjacent rows that are longer than this are computed one by one: the buffers would not fit into a cache. */
enum { BATCH_ROW_MAX = 4096 };

/* Columns of at least SOFTUFUNC_PANEL_ROW_MIN elements whose results are contiguous, and those that are not short and that row batches cannot
 * read in place or would be slow for, are computed in panels, row by row: with PANEL_BYTES at most, so that they stay in the second-level
 * cache. A panel of fewer than FEW_ROWS would not stay there beside its results, and takes their place. */
enum { FEW_ROWS = 32, PANEL_BYTES = 1 << 19 };
typedef enum { NO_PANELS, PANELS_IN_BUFFER, PANELS_IN_RESULTS } panels;

/* The rows that are left */
typedef struct {
    const softufunc_table *table;
    const softufunc_type *type;
    softufunc_load load;
    const char *x;
    char *out, *buffer[BUFFERS]; /* buffers for a row, or a row batch */
    ptrdiff_t step, row_step, out_step, out_row_step;
    size_t rows, n;
    int direct, adjacent; /* of x: contiguous rows; rows next to each other */
    panels panels;
} task;

static task task_of(const softufunc_gufunc_data *function, const softufunc_type *type, char **args,
                    const intptr_t *dimensions, intptr_t row_step, intptr_t step)
{
    const int same_type = type->size == type->size_computed;
    return (task){
        .table = function->table,
        .type = type,
        .load = type->load,
        .x = args[0],
        .step = step,
        .row_step = row_step,
        .rows = (size_t)dimensions[0],
        .n = (size_t)dimensions[1],
        .direct = same_type && step == type->size,
        .adjacent = same_type && softufunc_is_adjacent(row_step, step, type->size),
    };
}

/* How many of the next rows are computed at once: ACCUMULATORS, fewer at the end, or one. A partial batch takes as long as a full
 * one. */
static size_t batch_size(const task *work)
{
    const size_t rows = work->rows < ACCUMULATORS ? work->rows : ACCUMULATORS;
    if (work->n == 0 || rows == 1) {
        return 1;
    }
    const int whole = rows == ACCUMULATORS || work->n <= 2 * rows;
    return whole && work->n < (work->adjacent ? BATCH_ROW_MAX : SOFTUFUNC_SHORT_ROW) ? rows : 1;
}

static size_t rows_that_fit(const task *work)
{
    return PANEL_BYTES / (work->n * (size_t)work->type->size_computed);
}

static size_t panel_size(const task *work)
{
    const size_t fit = rows_that_fit(work);
    const size_t most = fit < ACCUMULATORS ? ACCUMULATORS : fit < SOFTUFUNC_PANEL_ROWS ? fit : SOFTUFUNC_PANEL_ROWS;
    return work->rows < most ? work->rows : most;
}

static ptrdiff_t panel_step(const task *work)
{
    return work->panels == PANELS_IN_RESULTS ? work->out_row_step
                                             : softufunc_panel_step(work->n, work->type->size_computed);
}

static int worth_panel(const task *work)
{
    return softufunc_worth_panel(work->type, work->load, work->step, work->row_step, work->rows);
}

/* Points the buffers to memory on the stack or, returned, on the heap. Returns NULL without a need of the latter, or of memory. */
static void *set_buffers(task *work, char *stack, int *failed)
{
    const size_t lanes = batch_size(work) > 1 && work->panels == NO_PANELS ? ACCUMULATORS : 1;
    const size_t bytes = (work->n * lanes * sizeof(double) + 63) / 64 * 64;
    const size_t first_bytes = work->panels == PANELS_IN_BUFFER ? panel_size(work) * (size_t)panel_step(work) : bytes;
    char *memory = NULL;
    if (first_bytes > ROW_BUFFER) {
        memory = malloc(first_bytes + bytes + 64);
        *failed = memory == NULL;
        stack = memory ? memory + (-(uintptr_t)memory & 63) : stack;
    }
    work->buffer[0] = stack;
    work->buffer[1] = stack + first_bytes;
    return memory;
}

/* The next rows, contiguous, panel_step apart */
static char *panel_of(const task *work, size_t rows)
{
    char *panel = work->panels == PANELS_IN_RESULTS ? work->out : work->buffer[0];
    softufunc_load_panel(work->table, work->type, work->load, work->x, work->step, work->row_step, rows, work->n, panel,
                         panel_step(work));
    return panel;
}

/* The elements of the next row, contiguous */
static const void *row_of(const task *work)
{
    if (work->direct) {
        return work->x;
    }
    for (size_t done = 0, m; done < work->n; done += m) {
        m = work->n - done < SOFTUFUNC_CHUNK_MAX ? work->n - done : SOFTUFUNC_CHUNK_MAX;
        work->load(work->table, work->x + (ptrdiff_t)done * work->step, work->step,
                   work->buffer[0] + (ptrdiff_t)done * work->type->size_computed, m);
    }
    return work->buffer[0];
}

/* The elements of the next rows, element i of row j at i * step + j */
static const void *rows_of(const task *work, size_t rows, ptrdiff_t *step)
{
    if (work->adjacent && rows == ACCUMULATORS) {
        *step = work->step / work->type->size;
        return work->x;
    }
    *step = ACCUMULATORS;
    softufunc_load_row_batch(work->table, work->type, work->load, work->direct, work->x, work->step, work->row_step,
                             rows, work->n, work->buffer[0]);
    return work->buffer[0];
}

static void advance(task *work, size_t rows)
{
    work->rows -= rows;
    work->x += (ptrdiff_t)rows * work->row_step;
    work->out += (ptrdiff_t)rows * work->out_row_step;
}

static int transform_batch(const task *work, const softufunc_transform *transform, size_t rows)
{
    const softufunc_type *type = work->type;
    const int whole = type->size == type->size_computed && rows == ACCUMULATORS;
    const int adjacent = whole && softufunc_is_adjacent(work->out_row_step, work->out_step, type->size) &&
                         (work->n <= ACCUMULATORS || !softufunc_conflicts(work->out_step));
    const int contiguous = whole && !adjacent && work->n >= CONTIGUOUS_ROW_MIN &&
                           softufunc_is_adjacent(work->step, work->row_step, type->size) &&
                           softufunc_is_adjacent(work->out_step, work->out_row_step, type->size);
    softufunc_batch batch = {
        .out = adjacent ? work->out : work->buffer[0],
        .out_step = adjacent ? work->out_step / type->size : ACCUMULATORS,
        .x_rows = contiguous ? work->x : NULL,
        .rows = contiguous ? work->out : NULL,
        .x_row_step = contiguous ? work->row_step / type->size : 0,
        .row_step = contiguous ? work->out_row_step / type->size : 0,
        .scratch = work->buffer[1],
        .n = work->n,
    };
    batch.x = rows_of(work, rows, &batch.step);
    if (!transform->row_batch[type->width](&batch)) {
        return 0;
    }
    if (!adjacent && !contiguous) {
        softufunc_store_row_batch(work->table, type, batch.out, work->out, work->out_step, work->out_row_step, rows,
                                  work->n);
    }
    return 1;
}

static void transform_row(const task *work, const softufunc_transform *transform)
{
    const softufunc_type *type = work->type;
    const int direct = type->size == type->size_computed && work->out_step == type->size;
    void *results = direct ? work->out : work->buffer[0];
    transform->row[type->width](row_of(work), results, work->buffer[1], work->n);
    if (!direct) {
        type->store_computed(work->table, results, work->out, work->out_step, work->n);
    }
}

/* The transform of a row of the type of the computation. Without one, the function is logcumsumexp, whose results are doubles, and rounded
 * once: x has the type of the computation. */
static void transform_contiguous(const task *work, const softufunc_transform *transform, const void *x, void *out)
{
    const softufunc_type *type = work->type;
    if (transform) {
        transform->row[type->width](x, out, work->buffer[1], work->n);
    }
    else {
        softufunc_running_logsumexp(work->table, type, x, type->size, out, type->size, work->n);
    }
}

static panels panels_of_transform(const task *work, const softufunc_transform *transform)
{
    if (work->n < SOFTUFUNC_SHORT_ROW || work->direct || !worth_panel(work)) {
        return NO_PANELS;
    }
    const int same_type = work->type->size == work->type->size_computed;
    const int contiguous = same_type && work->out_step == work->type->size;
    const int to_columns = softufunc_are_columns(work->out_row_step, work->out_step);
    const int preferred = transform ? !work->adjacent || softufunc_conflicts(work->step) ||
                                          (to_columns && softufunc_conflicts(work->out_step))
                                    : same_type;
    if (!preferred && !(contiguous && transform && work->n >= SOFTUFUNC_PANEL_ROW_MIN)) {
        return NO_PANELS;
    }
    return contiguous && rows_that_fit(work) < FEW_ROWS ? PANELS_IN_RESULTS : PANELS_IN_BUFFER;
}

/* Results that are not contiguous go back to the panel. */
static void transform_panel(const task *work, const softufunc_transform *transform, size_t rows)
{
    const softufunc_type *type = work->type;
    const int contiguous = type->size == type->size_computed && work->out_step == type->size;
    const int to_columns = !contiguous && softufunc_are_columns(work->out_row_step, work->out_step);
    const ptrdiff_t step = panel_step(work);
    char *panel = panel_of(work, rows);
    for (size_t row = 0; row < rows; row++) {
        char *x = panel + (ptrdiff_t)row * step, *out = work->out + (ptrdiff_t)row * work->out_row_step;
        transform_contiguous(work, transform, x, contiguous ? out : x);
        if (!contiguous && !to_columns) {
            type->store_computed(work->table, x, out, work->out_step, work->n);
        }
    }
    if (to_columns) {
        softufunc_store_panel(work->table, type, panel, step, work->out, work->out_step, work->out_row_step, rows,
                              work->n);
    }
}

static void running_rows(const task *work, size_t rows)
{
    for (size_t row = 0; row < rows; row++) {
        softufunc_running_logsumexp(work->table, work->type, work->x + (ptrdiff_t)row * work->row_step, work->step,
                                    work->out + (ptrdiff_t)row * work->out_row_step, work->out_step, work->n);
    }
}

static void transform_loop(char **args, const intptr_t *dimensions, const intptr_t *steps,
                           const softufunc_gufunc_data *function, const softufunc_type *type)
{
    _Alignas(64) char stack[BUFFERS][ROW_BUFFER];
    const softufunc_transform *transform = function->rows->transform;
    task work = task_of(function, type, args, dimensions, steps[0], steps[2]);
    int failed = 0;
    work.out = args[1];
    work.out_row_step = steps[1];
    work.out_step = steps[3];
    work.panels = panels_of_transform(&work, transform);
    void *memory = transform || work.panels == PANELS_IN_BUFFER ? set_buffers(&work, stack[0], &failed) : NULL;
    if (failed) {
        softufunc_no_memory();
        return;
    }
    softufunc_environment environment;
    softufunc_enter(&environment, 1);
    /* one_by_one: the number of rows that row_batch refused */
    for (size_t one_by_one = 0; work.rows > 0 && work.n > 0;) {
        if (work.panels != NO_PANELS) {
            const size_t rows = panel_size(&work);
            transform_panel(&work, transform, rows);
            advance(&work, rows);
            continue;
        }
        if (!transform) {
            running_rows(&work, work.rows);
            break;
        }
        size_t rows = one_by_one > 0 ? 1 : batch_size(&work);
        if (rows > 1 && !transform_batch(&work, transform, rows)) {
            one_by_one = rows;
            continue;
        }
        if (rows == 1) {
            transform_row(&work, transform);
            one_by_one -= one_by_one > 0;
        }
        advance(&work, rows);
    }
    softufunc_leave(&environment);
    free(memory);
}

/* The result for the element at index `label` of a row. It has the bits that log_softmax has there. The label is exact, since no row has
 * 2^53 elements; a larger one is rounded to a number that is out of range too. */
static double chosen(const task *work, const char *row, double label, softufunc_sum sum, int *invalid)
{
    float narrow;
    double x;
    if (!(label >= 0 && label < (double)work->n)) {
        *invalid = 1;
        return (double)NAN;
    }
    const ptrdiff_t index = (ptrdiff_t)label;
    const int floats = work->type->width == SOFTUFUNC_WIDTH_32;
    work->load(work->table, row + index * work->step, 0, floats ? (void *)&narrow : &x, 1);
    x = floats ? narrow : x;
    if (softufunc_is_huge_or_nan(sum.high)) {
        return softufunc_log_prob_of_special(x, sum);
    }
    if (floats) {
        return (float)-((sum.high - x) + sum.low);
    }
    const double difference = sum.high - x, part = difference - sum.high;
    return x == -(double)INFINITY ? x : -(difference + (((sum.high - (difference - part)) + (-x - part)) + sum.low));
}

/* The next `rows` rows, with labels as doubles. Returns false if they have to be computed one by one. */
static int choose_batch(task *work, const softufunc_choice *choice, size_t rows, const double *labels, int *invalid)
{
    double high[ACCUMULATORS], low[ACCUMULATORS], results[ACCUMULATORS];
    ptrdiff_t step;
    const void *x = rows_of(work, rows, &step);
    if (!choice->log_sums[work->type->width](x, step, work->n, high, low)) {
        return 0;
    }
    for (size_t row = 0; row < rows; row++) {
        results[row] = chosen(work, work->x + (ptrdiff_t)row * work->row_step, labels[row],
                              (softufunc_sum){high[row], low[row]}, invalid);
    }
    work->type->store(work->table, results, work->out, work->out_row_step, rows);
    advance(work, rows);
    return 1;
}

static void choose_row(task *work, const softufunc_choice *choice, const void *x, double label, int *invalid)
{
    const softufunc_sum sum = work->n > 0 ? choice->log_sum[work->type->width](x, work->n) : (softufunc_sum){0, 0};
    const double result = chosen(work, work->x, label, sum, invalid);
    work->type->store(work->table, &result, work->out, 0, 1);
    advance(work, 1);
}

static void choice_loop(char **args, const intptr_t *dimensions, const intptr_t *steps,
                        const softufunc_gufunc_data *function, const softufunc_type *type)
{
    _Alignas(64) char stack[BUFFERS][ROW_BUFFER];
    const softufunc_choice *choice = function->rows->choice;
    const softufunc_load load_labels = function->label_cast->load[SOFTUFUNC_WIDTH_64];
    const char *label = args[1];
    task work = task_of(function, type, args, dimensions, steps[0], steps[3]);
    int failed = 0, invalid = 0;
    work.out = args[2];
    work.out_row_step = steps[2];
    if (!work.direct && worth_panel(&work) &&
        (work.adjacent ? work.n >= SOFTUFUNC_PANEL_ROW_MIN && softufunc_conflicts(work.step)
                       : work.n >= SOFTUFUNC_SHORT_ROW)) {
        work.panels = PANELS_IN_BUFFER;
    }
    void *memory = set_buffers(&work, stack[0], &failed);
    if (failed) {
        softufunc_no_memory();
        return;
    }
    softufunc_environment environment;
    softufunc_enter(&environment, 1);
    for (size_t one_by_one = 0; work.rows > 0;) {
        const size_t rows = work.panels != NO_PANELS ? panel_size(&work) : one_by_one > 0 ? 1 : batch_size(&work);
        double labels[SOFTUFUNC_PANEL_ROWS];
        load_labels(work.table, label, steps[1], labels, rows);
        if (work.panels != NO_PANELS) {
            const char *panel = panel_of(&work, rows);
            for (size_t row = 0; row < rows; row++) {
                choose_row(&work, choice, panel + (ptrdiff_t)row * panel_step(&work), labels[row], &invalid);
            }
        }
        else if (rows == 1) {
            choose_row(&work, choice, row_of(&work), labels[0], &invalid);
            one_by_one -= one_by_one > 0;
        }
        else if (!choose_batch(&work, choice, rows, labels, &invalid)) {
            one_by_one = rows;
            continue;
        }
        label += (ptrdiff_t)rows * steps[1];
    }
    softufunc_leave(&environment);
    if (invalid) {
        feraiseexcept(FE_INVALID);
    }
    free(memory);
}

SOFTUFUNC_TYPED_LOOPS(transform)

static void transform_loop_integers(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_gufunc_data *function = data;
    const softufunc_type type = softufunc_type_of_integers(function->label_cast);
    transform_loop(args, dimensions, steps, function, &type);
}

SOFTUFUNC_TYPED_LOOPS(choice)

/* Rows of long doubles: exceptions of the C library are discarded, and invalid follows from the result. */
static void loop_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_gufunc_data *function = data;
    const int choice = function->rows->choice != NULL;
    const intptr_t step = steps[choice ? 3 : 2];
    const size_t n = (size_t)dimensions[1];
    int invalid = 0;
    fenv_t before;
    feholdexcept(&before);
    fesetenv(FE_DFL_ENV);
    for (intptr_t row = 0; row < dimensions[0]; row++) {
        const char *x = args[0] + row * steps[0];
        if (function->rows->running) {
            softufunc_running_logsumexp(function->table, NULL, x, step, args[1] + row * steps[1], steps[3], n);
            continue;
        }
        if (!choice) {
            invalid |= function->longdouble->transform(x, step, args[1] + row * steps[1], steps[3], n);
            continue;
        }
        long double *out = (long double *)(void *)(args[2] + row * steps[2]);
        const long double label = function->label_cast->read(args[1] + row * steps[1]);
        if (label >= 0 && label < (long double)n) {
            invalid |= function->longdouble->choice(x, step, n, (size_t)label, out);
        }
        else {
            *out = (long double)NAN;
            invalid = 1;
        }
    }
    fesetenv(&before);
    if (invalid) {
        feraiseexcept(FE_INVALID);
    }
}

softufunc_loop *const softufunc_transform_loops[SOFTUFUNC_LOOPS] = {transform_loop_f16, transform_loop_f32,
                                                                    transform_loop_f64, transform_loop_bf16,
                                                                    loop_longdouble,    transform_loop_integers};
softufunc_loop *const softufunc_choice_loops[SOFTUFUNC_LOOPS] = {choice_loop_f16,  choice_loop_f32, choice_loop_f64,
                                                                 choice_loop_bf16, loop_longdouble, NULL};
