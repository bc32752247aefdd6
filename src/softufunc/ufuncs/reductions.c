/* The inner loops of the gufuncs, on the reductions of the kernels.
 *
 * NumPy passes aligned elements in native byte order, at any stride, and outputs that do not overlap an input.
 */
#include <fenv.h>

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
} task;

/* A pointer to n <= SOFTUFUNC_CHUNK_MAX contiguous elements, copied to `scratch` if necessary; NULL if there is no such input */
static inline const void *chunk_of(const softufunc_table *table, const operand *x, size_t row, size_t first, size_t n,
                                   void *scratch)
{
    if (!x->from) {
        return NULL;
    }
    const char *from = x->from + (ptrdiff_t)row * x->row_step + (ptrdiff_t)first * x->step;
    if (x->direct) {
        return from;
    }
    x->load(table, from, x->step, scratch, n);
    return scratch;
}

static void one_row(const task *work)
{
    _Alignas(64) double scratch[SOFTUFUNC_CHUNK_MAX], scratch_t[SOFTUFUNC_CHUNK_MAX];
    const softufunc_table *table = work->function->table;
    const softufunc_reduction *reduction = work->function->rows->reduction;
    const size_t n = work->n;
    const void *x = chunk_of(table, &work->x, 0, 0, n, scratch), *t = chunk_of(table, &work->t, 0, 0, n, scratch_t);
    softufunc_accumulators sum;
    reduction->init(&sum);
    reduction->update[work->type->width](&sum, x, t, n);
    double result = reduction->finalize(&sum);
    work->type->store(&result, work->out, 0, 1);
}

/* For rows with strided elements that share cache lines with the next rows: one chunk of every row in turn, which reads each
 * cache line only once. */
static void rows_in_chunks(const task *work, size_t rows)
{
    _Alignas(64) double scratch[SOFTUFUNC_CHUNK_MAX], scratch_t[SOFTUFUNC_CHUNK_MAX], results[ACCUMULATORS];
    const softufunc_table *table = work->function->table;
    const softufunc_reduction *reduction = work->function->rows->reduction;
    const size_t chunk = reduction->chunk;
    softufunc_accumulators sums[ACCUMULATORS];
    for (size_t row = 0; row < rows; row++) {
        reduction->init(sums + row);
    }
    for (size_t first = 0; first < work->n; first += chunk) {
        const size_t m = work->n - first < chunk ? work->n - first : chunk;
        for (size_t row = 0; row < rows; row++) {
            const void *x = chunk_of(table, &work->x, row, first, m, scratch);
            const void *t = chunk_of(table, &work->t, row, first, m, scratch_t);
            reduction->update[work->type->width](sums + row, x, t, m);
        }
    }
    for (size_t row = 0; row < rows; row++) {
        results[row] = reduction->finalize(sums + row);
    }
    work->type->store(results, work->out, work->out_step, rows);
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
        work->type->store(results, work->out - (ptrdiff_t)again * work->out_step, work->out_step, again + rows);
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
    const int in_chunks =
        work.n > function->rows->reduction->chunk && !(work.x.direct && (work.t.direct || !work.t.from));
    const int adjacent =
        same_type && nin == 1 && steps[0] == type->size && core_steps[0] % type->size == 0 && work.rows >= ACCUMULATORS;
    softufunc_environment environment;
    softufunc_enter(&environment, 1);
    /* one_by_one: the number of rows that row_batch refused */
    for (size_t one_by_one = 0; work.rows > 0;) {
        size_t done = work.rows < ACCUMULATORS ? work.rows : ACCUMULATORS;
        const int here = adjacent && done >= ACCUMULATORS / 4;
        if (one_by_one == 0 && worth_row_batch(&work, done, here)) {
            if (!row_batch(&work, done, here)) {
                one_by_one = done;
                continue;
            }
        }
        else if (in_chunks) {
            /* contiguous rows share no cache lines */
            done = core_steps[0] == type->size ? 1 : done;
            rows_in_chunks(&work, done);
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
