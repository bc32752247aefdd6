/* The inner loops of the gufuncs, on the reductions of the kernels.
 *
 * NumPy passes aligned elements in native byte order, at any stride, and outputs that do not overlap an input.
 */
#include <fenv.h>
#include <string.h>

#include "ufuncs/environment.h"
#include "ufuncs/reductions.h"

static void load_f64(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    table->gather[SOFTUFUNC_F64](from, step, to, n);
}

static void load_f32(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    table->gather[SOFTUFUNC_F32](from, step, to, n);
}

/* The output elements are `step` bytes apart. */
static void store_f64(const double *results, char *out, ptrdiff_t step, size_t n)
{
    for (size_t i = 0; i < n; i++, out += step) {
        *(double *)(void *)out = results[i];
    }
}

static void store_f32(const double *results, char *out, ptrdiff_t step, size_t n)
{
    for (size_t i = 0; i < n; i++, out += step) {
        *(float *)(void *)out = (float)results[i];
    }
}

/* 16 bytes of a row as 4 floats or 2 doubles; gcc and clang compile a shuffle to one instruction */
typedef float line_f32 __attribute__((vector_size(16)));
typedef double line_f64 __attribute__((vector_size(16)));
enum { SQUARE_MAX = 4 };
#if defined(__clang__)
#define SHUFFLE(width, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
typedef int32_t places_f32 __attribute__((vector_size(16)));
typedef int64_t places_f64 __attribute__((vector_size(16)));
#define SHUFFLE(width, a, b, ...) __builtin_shuffle(a, b, (places_f##width){__VA_ARGS__})
#endif

static inline void transpose_square_f32(line_f32 *square)
{
    line_f32 a = SHUFFLE(32, square[0], square[1], 0, 4, 1, 5);
    line_f32 b = SHUFFLE(32, square[0], square[1], 2, 6, 3, 7);
    line_f32 c = SHUFFLE(32, square[2], square[3], 0, 4, 1, 5);
    line_f32 d = SHUFFLE(32, square[2], square[3], 2, 6, 3, 7);
    square[0] = SHUFFLE(32, a, c, 0, 1, 4, 5);
    square[1] = SHUFFLE(32, a, c, 2, 3, 6, 7);
    square[2] = SHUFFLE(32, b, d, 0, 1, 4, 5);
    square[3] = SHUFFLE(32, b, d, 2, 3, 6, 7);
}

static inline void transpose_square_f64(line_f32 *square)
{
    line_f64 a = (line_f64)square[0], b = (line_f64)square[1];
    square[0] = (line_f32)SHUFFLE(64, a, b, 0, 2);
    square[1] = (line_f32)SHUFFLE(64, a, b, 1, 3);
}

/* Copies element i of row j to i * ACCUMULATORS + j, for ACCUMULATORS contiguous rows of n elements of `size` bytes: square
 * blocks with sides of 16 bytes first, then the remainder. Inlined, because `size` has to be a constant. */
static inline __attribute__((always_inline)) void transpose(const char *from, ptrdiff_t row_step, char *to, size_t n,
                                                            size_t size, void (*transpose_square)(line_f32 *square))
{
    const size_t side = sizeof(line_f32) / size, line = ACCUMULATORS * size;
    for (size_t row = 0; row < ACCUMULATORS; row += side, from += (ptrdiff_t)side * row_step, to += side * size) {
        size_t i = 0;
        for (; n - i >= side; i += side) {
            line_f32 square[SQUARE_MAX];
            for (size_t j = 0; j < side; j++) {
                memcpy(square + j, from + (ptrdiff_t)j * row_step + i * size, sizeof *square);
            }
            transpose_square(square);
            for (size_t j = 0; j < side; j++) {
                memcpy(to + (i + j) * line, square + j, sizeof *square);
            }
        }
        for (; i < n; i++) {
            for (size_t j = 0; j < side; j++) {
                memcpy(to + i * line + j * size, from + (ptrdiff_t)j * row_step + i * size, size);
            }
        }
    }
}

static void transpose_f32(const char *from, ptrdiff_t row_step, void *to, size_t n)
{
    transpose(from, row_step, to, n, sizeof(float), transpose_square_f32);
}

static void transpose_f64(const char *from, ptrdiff_t row_step, void *to, size_t n)
{
    transpose(from, row_step, to, n, sizeof(double), transpose_square_f64);
}

static const softufunc_type type_f16 = {2, 4, SOFTUFUNC_WIDTH_32, softufunc_load_f16, softufunc_store_f16, NULL};
static const softufunc_type type_f32 = {4, 4, SOFTUFUNC_WIDTH_32, load_f32, store_f32, transpose_f32};
static const softufunc_type type_f64 = {8, 8, SOFTUFUNC_WIDTH_64, load_f64, store_f64, transpose_f64};
static const softufunc_type type_bf16 = {2, 4, SOFTUFUNC_WIDTH_32, softufunc_load_bf16, softufunc_store_bf16, NULL};
const softufunc_type *const softufunc_types[SOFTUFUNC_TYPES] = {&type_f16, &type_f32, &type_f64, &type_bf16};

/* One input */
typedef struct {
    const char *from; /* its first row */
    ptrdiff_t step, row_step;
    softufunc_load load;
    int direct; /* contiguous elements of the type used in the computation: no copy is needed */
} operand;

/* The remaining rows */
typedef struct {
    const softufunc_reduction_data *function;
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
    const softufunc_reduction *reduction = work->function->reduction;
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
    const softufunc_reduction *reduction = work->function->reduction;
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

/* Only rows shorter than this are transposed into a row batch. */
enum { SHORT_ROW = 128 };

/* Rows of contiguous elements of 16 bits: converted, then transposed. */
static void load_half_rows(const task *work, const operand *x, char *to)
{
    _Alignas(64) float rows[ACCUMULATORS * SHORT_ROW];
    const ptrdiff_t row_bytes = (ptrdiff_t)work->n * x->step;
    const int adjacent = x->row_step == row_bytes && ACCUMULATORS * work->n <= SOFTUFUNC_CHUNK_MAX;
    const size_t count = adjacent ? 1 : ACCUMULATORS, length = adjacent ? ACCUMULATORS * work->n : work->n;
    for (size_t i = 0; i < count; i++) {
        x->load(work->function->table, x->from + (ptrdiff_t)i * x->row_step, x->step, rows + i * work->n, length);
    }
    transpose_f32((const char *)rows, (ptrdiff_t)(work->n * sizeof(float)), to, work->n);
}

/* Copies element i of row j to i * ACCUMULATORS + j; missing rows are filled with 0. */
static void load_row_batch(const task *work, const operand *x, size_t rows, char *to)
{
    const ptrdiff_t line = ACCUMULATORS * work->type->size_computed;
    if (x->load == work->type->load && work->type->size == sizeof(uint16_t) && x->step == sizeof(uint16_t) &&
        rows == ACCUMULATORS) {
        load_half_rows(work, x, to);
        return;
    }
    if (x->direct && rows == ACCUMULATORS) {
        work->type->transpose(x->from, x->row_step, to, work->n);
        return;
    }
    if (rows < ACCUMULATORS) {
        memset(to, 0, (size_t)line * work->n);
    }
    for (size_t i = 0; i < work->n; i++) {
        x->load(work->function->table, x->from + (ptrdiff_t)i * x->step, x->row_step, to + (ptrdiff_t)i * line, rows);
    }
}

/* Computes up to ACCUMULATORS rows, one in each lane. Returns false if they have to be computed one by one. Adjacent rows are
 * read in place, always ACCUMULATORS of them; the first ones may be recomputed. */
static int row_batch(const task *work, size_t rows, int adjacent)
{
    const softufunc_reduction *reduction = work->function->reduction;
    const softufunc_width width = work->type->width;
    const size_t again = adjacent ? ACCUMULATORS - rows : 0;
    double results[ACCUMULATORS];
    int done;
    if (adjacent) {
        const char *first = work->x.from - (ptrdiff_t)again * work->type->size;
        done = reduction->row_batch[width](first, NULL, work->x.step / work->type->size, work->n, results);
    }
    else {
        _Alignas(64) char scratch[SHORT_ROW * ACCUMULATORS * sizeof(double)];
        _Alignas(64) char scratch_t[SHORT_ROW * ACCUMULATORS * sizeof(double)];
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
    if (work->n == 0 || work->n > work->function->reduction->row_batch_max) {
        return 0;
    }
    return adjacent || (work->n < SHORT_ROW && rows > 1 && (rows == ACCUMULATORS || work->n <= 2 * rows));
}

static void reduction_loop(char **args, const intptr_t *dimensions, const intptr_t *steps,
                           const softufunc_reduction_data *function, const softufunc_type *type)
{
    const int nin = function->reduction->nin;
    const intptr_t *core_steps = steps + nin + 1;
    const int same_type = type->transpose != NULL;
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
    const int in_chunks = work.n > function->reduction->chunk && !(work.x.direct && (work.t.direct || !work.t.from));
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

void softufunc_reduction_loop_f16(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    reduction_loop(args, dimensions, steps, data, &type_f16);
}

void softufunc_reduction_loop_f32(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    reduction_loop(args, dimensions, steps, data, &type_f32);
}

void softufunc_reduction_loop_f64(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    reduction_loop(args, dimensions, steps, data, &type_f64);
}

void softufunc_reduction_loop_bf16(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    reduction_loop(args, dimensions, steps, data, &type_bf16);
}

/* Booleans and integers, which become doubles; both inputs have one type. */
void softufunc_reduction_loop_integers(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_reduction_data *function = data;
    const softufunc_type type = {
        0, sizeof(double), SOFTUFUNC_WIDTH_64, function->label_cast->load[SOFTUFUNC_WIDTH_64], store_f64, NULL};
    reduction_loop(args, dimensions, steps, function, &type);
}

static long double read_longdouble(const char *label)
{
    return *(const long double *)(const void *)label;
}

/* Spurious exceptions of the C library are discarded; overflow of the sum is kept. */
void softufunc_reduction_loop_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_reduction_data *function = data;
    const int nin = function->reduction->nin;
    const intptr_t *core_steps = steps + nin + 1;
    const char *x = args[0], *t = nin == 2 ? args[1] : NULL;
    char *out = args[nin];
    const softufunc_read read = function->label_cast ? function->label_cast->read : read_longdouble;
    int overflow = 0;
    fenv_t before;
    feholdexcept(&before);
    fesetenv(FE_DFL_ENV);
    for (intptr_t row = 0; row < dimensions[0]; row++) {
        long double y = function->longdouble(x, core_steps[0], t, t ? core_steps[1] : 0, read, (size_t)dimensions[1]);
        *(long double *)(void *)out = y;
        const int infinite = y == y && y - y != 0;
        overflow |= function->reduction->infinite_is_overflow && infinite && fetestexcept(FE_OVERFLOW);
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

softufunc_reduction_data softufunc_reduction_data_of(const softufunc_table *table, size_t place, int label)
{
    return (softufunc_reduction_data){table, table->gufuncs[place].reduction, softufunc_longdouble_reductions[place],
                                      label ? &table->label_casts[label - 1] : NULL};
}
