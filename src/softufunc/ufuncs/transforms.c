/* The inner loops of the gufuncs (n)->(n), which compute a row from a row. NumPy passes outputs that do not overlap an input. */
#include <fenv.h>
#include <math.h>

#include "ufuncs/environment.h"
#include "ufuncs/rows.h"

void (*softufunc_no_memory)(void);

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

static void running_rows(const task *work)
{
    for (size_t row = 0; row < work->rows; row++) {
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
            running_rows(&work);
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

SOFTUFUNC_TYPED_LOOPS(transform)

static void transform_loop_integers(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_gufunc_data *function = data;
    const softufunc_type type = softufunc_type_of_integers(function->label_cast);
    transform_loop(args, dimensions, steps, function, &type);
}

/* Rows of long doubles, also for choices: exceptions of the C library are discarded, and invalid follows from the result. */
void softufunc_whole_rows_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
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

softufunc_loop *const softufunc_transform_loops[SOFTUFUNC_LOOPS] = {transform_loop_f16,
                                                                    transform_loop_f32,
                                                                    transform_loop_f64,
                                                                    transform_loop_bf16,
                                                                    softufunc_whole_rows_longdouble,
                                                                    transform_loop_integers};
