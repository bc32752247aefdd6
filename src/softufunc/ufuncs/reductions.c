/* The inner loops of the gufuncs, on the reductions of the kernels.
 *
 * NumPy passes aligned elements in native byte order, at any stride, and outputs that do not overlap an input.
 */
#include <fenv.h>
#include <stdlib.h>

#include "ufuncs/environment.h"
#include "ufuncs/reductions.h"

/* One input */
typedef struct {
    const char *from; /* its first row */
    ptrdiff_t step, row_step;
    softufunc_load load;
    int direct; /* contiguous elements of the type used in the computation: no copy is needed */
} operand;

/* The remaining rows */
typedef struct {
    const softufunc_gufunc_data *function;
    const softufunc_type *type;
    operand x, t; /* t.from is NULL for a gufunc with one input */
    char *out;
    ptrdiff_t out_step;
    size_t rows, n;
    char *panels; /* memory for those of both inputs, if columns are read from panels */
} task;

static int is_direct(const operand *x)
{
    return x->direct || !x->from;
}

/* A pointer to n <= SOFTUFUNC_CHUNK_MAX contiguous elements of the next row, copied to `scratch` if necessary; NULL if there is no such
 * input */
static const void *chunk_of(const softufunc_table *table, const operand *x, size_t first, size_t n, void *scratch)
{
    if (is_direct(x)) {
        return x->from ? x->from + (ptrdiff_t)first * x->step : NULL;
    }
    x->load(table, x->from + (ptrdiff_t)first * x->step, x->step, scratch, n);
    return scratch;
}

static NOINLINE void update_in_chunks(const task *work, softufunc_accumulators *sum)
{
    _Alignas(64) double scratch[SOFTUFUNC_CHUNK_MAX], scratch_t[SOFTUFUNC_CHUNK_MAX];
    const softufunc_table *table = work->function->table;
    const softufunc_reduction *reduction = work->function->rows->reduction;
    for (size_t first = 0, m; first < work->n; first += m) {
        m = work->n - first < reduction->chunk ? work->n - first : reduction->chunk;
        const void *x = chunk_of(table, &work->x, first, m, scratch);
        reduction->update[work->type->width](sum, x, chunk_of(table, &work->t, first, m, scratch_t), m);
    }
}

static void one_row(const task *work)
{
    const softufunc_reduction *reduction = work->function->rows->reduction;
    softufunc_accumulators sum;
    reduction->init(&sum);
    if (is_direct(&work->x) && is_direct(&work->t)) {
        reduction->update[work->type->width](&sum, work->x.from, work->t.from, work->n);
    }
    else {
        update_in_chunks(work, &sum);
    }
    double result = reduction->finalize(&sum);
    work->type->store(work->function->table, &result, work->out, 0, 1);
}

/* The most bytes of each line of an input in a panel, which has a chunk of each row: it stays in the second-level cache. */
enum { PANEL_WIDTH = 256, PANEL_BYTES = SOFTUFUNC_CHUNK_MAX * PANEL_WIDTH + PANEL_WIDTH / sizeof(float) * 64 };

static size_t panel_rows(const task *work)
{
    const size_t most = PANEL_WIDTH / (size_t)work->type->size_computed;
    return work->rows < most ? work->rows : most;
}

/* For columns, a chunk of several in turn, which reads each cache line only once. */
static void rows_in_panels(const task *work, size_t rows)
{
    double results[SOFTUFUNC_PANEL_ROWS];
    const softufunc_type *type = work->type;
    const softufunc_reduction *reduction = work->function->rows->reduction;
    const size_t chunk = reduction->chunk;
    const operand *inputs[2] = {&work->x, &work->t};
    softufunc_accumulators sums[SOFTUFUNC_PANEL_ROWS];
    for (size_t row = 0; row < rows; row++) {
        reduction->init(sums + row);
    }
    for (size_t first = 0; first < work->n; first += chunk) {
        const size_t m = work->n - first < chunk ? work->n - first : chunk;
        const char *from[2] = {NULL, NULL};
        ptrdiff_t step[2] = {0, 0};
        for (int i = 0; i < reduction->nin; i++) {
            const operand *x = inputs[i];
            from[i] = x->from + (ptrdiff_t)first * x->step;
            step[i] = x->row_step;
            if (!x->direct) {
                char *panel = work->panels + i * PANEL_BYTES;
                step[i] = softufunc_panel_step(SOFTUFUNC_CHUNK_MAX, type->size_computed);
                softufunc_load_panel(work->function->table, type, x->load, from[i], x->step, x->row_step, rows, m,
                                     panel, step[i]);
                from[i] = panel;
            }
        }
        for (size_t row = 0; row < rows; row++) {
            reduction->update[type->width](sums + row, from[0], from[1], m);
            from[0] += step[0];
            from[1] += step[1];
        }
    }
    for (size_t row = 0; row < rows; row++) {
        results[row] = reduction->finalize(sums + row);
    }
    type->store(work->function->table, results, work->out, work->out_step, rows);
}

static void load_row_batch(const task *work, const operand *x, size_t rows, char *to)
{
    softufunc_load_row_batch(work->function->table, work->type, x->load, x->direct, x->from, x->step, x->row_step, rows,
                             work->n, to);
}

/* Computes up to ACCUMULATORS rows, one in each lane. Returns false if they have to be computed one by one. Adjacent rows are
 * read in place, always ACCUMULATORS of them; the first ones may be recomputed. */
static int row_batch(const task *work, size_t rows, int adjacent)
{
    const softufunc_reduction *reduction = work->function->rows->reduction;
    const softufunc_width width = work->type->width;
    const size_t again = adjacent ? ACCUMULATORS - rows : 0;
    double results[ACCUMULATORS];
    int done;
    if (adjacent) {
        const char *first = work->x.from - (ptrdiff_t)again * work->type->size;
        done = reduction->row_batch[width](first, NULL, work->x.step / work->type->size, work->n, results);
    }
    else {
        _Alignas(64) char scratch[SOFTUFUNC_SHORT_ROW * ACCUMULATORS * sizeof(double)];
        _Alignas(64) char scratch_t[SOFTUFUNC_SHORT_ROW * ACCUMULATORS * sizeof(double)];
        load_row_batch(work, &work->x, rows, scratch);
        if (work->t.from) {
            load_row_batch(work, &work->t, rows, scratch_t);
        }
        done = reduction->row_batch[width](scratch, scratch_t, ACCUMULATORS, work->n, results);
    }
    if (done) {
        work->type->store(work->function->table, results, work->out - (ptrdiff_t)again * work->out_step, work->out_step,
                          again + rows);
    }
    return done;
}

/* Is a batch of the next `rows` rows faster than one row at a time? A partial batch takes as long as a full one. */
static int worth_row_batch(const task *work, size_t rows, int adjacent)
{
    if (work->n == 0 || work->n > work->function->rows->reduction->row_batch_max) {
        return 0;
    }
    return adjacent || (work->n < SOFTUFUNC_SHORT_ROW && rows > 1 && (rows == ACCUMULATORS || work->n <= 2 * rows));
}

/* Contiguous rows, or columns */
static int in_panels(const task *work, const operand *x)
{
    return is_direct(x) || softufunc_worth_panel(work->type, x->load, x->step, x->row_step, work->rows);
}

static void reduction_loop(char **args, const intptr_t *dimensions, const intptr_t *steps,
                           const softufunc_gufunc_data *function, const softufunc_type *type)
{
    const int nin = function->rows->reduction->nin;
    const intptr_t *core_steps = steps + nin + 1;
    const int same_type = type->size == type->size_computed;
    task work = {function,
                 type,
                 .out = args[nin],
                 .out_step = steps[nin],
                 .rows = (size_t)dimensions[0],
                 .n = (size_t)dimensions[1]};
    work.x = (operand){args[0], core_steps[0], steps[0], type->load, same_type && core_steps[0] == type->size};
    if (nin == 2) {
        const softufunc_label_cast *cast = function->label_cast;
        work.t = (operand){args[1], core_steps[1], steps[1], cast ? cast->load[type->width] : type->load,
                           same_type && !cast && core_steps[1] == type->size};
    }
    const int adjacent = same_type && nin == 1 && work.rows >= ACCUMULATORS &&
                         softufunc_is_adjacent(steps[0], core_steps[0], type->size);
    if (work.n >= (adjacent ? SOFTUFUNC_PANEL_ROW_MIN : SOFTUFUNC_SHORT_ROW) &&
        (!adjacent || softufunc_conflicts(core_steps[0])) && !(is_direct(&work.x) && is_direct(&work.t)) &&
        in_panels(&work, &work.x) && in_panels(&work, &work.t)) {
        work.panels = malloc(2 * PANEL_BYTES); /* without memory, rows are copied one by one */
    }
    softufunc_environment environment;
    softufunc_enter(&environment, 1);
    /* one_by_one: the number of rows that row_batch refused */
    for (size_t one_by_one = 0; work.rows > 0;) {
        size_t done = work.rows < ACCUMULATORS ? work.rows : ACCUMULATORS;
        const int here = adjacent && done >= ACCUMULATORS / 4;
        if (work.panels) {
            done = panel_rows(&work);
            rows_in_panels(&work, done);
        }
        else if (one_by_one == 0 && worth_row_batch(&work, done, here)) {
            if (!row_batch(&work, done, here)) {
                one_by_one = done;
                continue;
            }
        }
        else {
            one_row(&work);
            done = 1;
        }
        one_by_one -= one_by_one < done ? one_by_one : done;
        work.rows -= done;
        work.out += (ptrdiff_t)done * work.out_step;
        work.x.from += (ptrdiff_t)done * work.x.row_step;
        if (work.t.from) {
            work.t.from += (ptrdiff_t)done * work.t.row_step;
        }
    }
    softufunc_leave(&environment);
    free(work.panels);
}

SOFTUFUNC_TYPED_LOOPS(reduction)

/* Booleans and integers, which become doubles; both inputs have one type. */
static void reduction_loop_integers(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_gufunc_data *function = data;
    const softufunc_type type = softufunc_type_of_integers(function->label_cast);
    reduction_loop(args, dimensions, steps, function, &type);
}

static long double read_longdouble(const char *label)
{
    return *(const long double *)(const void *)label;
}

/* Spurious exceptions of the C library are discarded; overflow of the sum is kept. */
static void reduction_loop_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_gufunc_data *function = data;
    const int nin = function->rows->reduction->nin;
    const intptr_t *core_steps = steps + nin + 1;
    const char *x = args[0], *t = nin == 2 ? args[1] : NULL;
    char *out = args[nin];
    const softufunc_read read = function->label_cast ? function->label_cast->read : read_longdouble;
    int overflow = 0;
    fenv_t before;
    feholdexcept(&before);
    fesetenv(FE_DFL_ENV);
    for (intptr_t row = 0; row < dimensions[0]; row++) {
        long double y =
            function->longdouble->reduction(x, core_steps[0], t, t ? core_steps[1] : 0, read, (size_t)dimensions[1]);
        *(long double *)(void *)out = y;
        const int infinite = y == y && y - y != 0;
        overflow |= function->rows->reduction->infinite_is_overflow && infinite && fetestexcept(FE_OVERFLOW);
        x += steps[0];
        if (t) {
            t += steps[1];
        }
        out += steps[nin];
    }
    fesetenv(&before);
    if (overflow) {
        feraiseexcept(FE_OVERFLOW);
    }
}

softufunc_loop *softufunc_gufunc_loop(const softufunc_rows *rows, int type)
{
    static softufunc_loop *const reduction_loops[SOFTUFUNC_LOOPS] = {
        reduction_loop_f16,  reduction_loop_f32,        reduction_loop_f64,
        reduction_loop_bf16, reduction_loop_longdouble, reduction_loop_integers};
    softufunc_loop *const *loops = rows->reduction ? reduction_loops
                                   : rows->choice  ? softufunc_choice_loops
                                   : rows->product ? softufunc_product_loops
                                                   : softufunc_transform_loops;
    return loops[type];
}

softufunc_gufunc_data softufunc_gufunc_data_of(const softufunc_table *table, size_t place, int label)
{
    return (softufunc_gufunc_data){table, table->gufuncs[place].rows, softufunc_longdouble_rows_of[place],
                                   label ? &table->label_casts[label - 1] : NULL};
}
