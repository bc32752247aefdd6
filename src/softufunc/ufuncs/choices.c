/* The inner loops of the gufuncs (n),()->(), which choose an element of a row. */
#include <fenv.h>
#include <math.h>

#include "ufuncs/environment.h"
#include "ufuncs/rows.h"

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

SOFTUFUNC_TYPED_LOOPS(choice)

softufunc_loop *const softufunc_choice_loops[SOFTUFUNC_LOOPS] = {
    choice_loop_f16, choice_loop_f32, choice_loop_f64, choice_loop_bf16, softufunc_whole_rows_longdouble, NULL};
