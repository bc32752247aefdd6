/* From NumPy's loops over a whole axis to the kernels.
 *
 * NumPy hands over aligned elements of the native byte order, at any stride, and no output in the memory of an input.
 */
#include <fenv.h>
#include <string.h>

#include "ufuncs/environment.h"
#include "ufuncs/loops.h"
#include "math/half.h"

static void load_f64(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    table->copies64.gather(from, step, to, n);
}

static void load_f32(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    table->copies32.gather(from, step, to, n);
}

static void load_f16(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    uint16_t block[SUM_BLOCK];
    table->copies16.gather(from, step, (char *)block, n);
    table->floats_of_halves(block, to, n);
}

/* Results, `step` bytes apart. */
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

static void store_f16(const double *results, char *out, ptrdiff_t step, size_t n)
{
    for (size_t i = 0; i < n; i++, out += step) {
        *(uint16_t *)(void *)out = half_of_double(results[i]);
    }
}

/* Element i of row j to i * PARTS + j, for PARTS rows of n adjacent elements: squares of 16 bytes, and what is left. */
#define TRANSPOSE(width, type) \
    static void transpose_f##width(const char *from, ptrdiff_t row_step, void *to, size_t n) \
    { \
        enum { SIDE = 16 / sizeof(type) }; \
        type *out = to; \
        for (int row = 0; row < PARTS; row += SIDE, from += SIDE * row_step, out += SIDE) { \
            size_t i = 0; \
            for (; n - i >= SIDE; i += SIDE) { \
                line_f##width square[SIDE]; \
                for (int j = 0; j < SIDE; j++) { \
                    memcpy(square + j, from + j * row_step + i * sizeof(type), sizeof *square); \
                } \
                transpose_square_f##width(square); \
                for (int j = 0; j < SIDE; j++) { \
                    memcpy(out + (i + (size_t)j) * PARTS, square + j, sizeof *square); \
                } \
            } \
            for (; i < n; i++) { \
                for (int j = 0; j < SIDE; j++) { \
                    memcpy(out + i * PARTS + j, from + j * row_step + i * sizeof(type), sizeof(type)); \
                } \
            } \
        } \
    }

typedef float line_f32 __attribute__((vector_size(16)));
typedef double line_f64 __attribute__((vector_size(16)));
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

static inline void transpose_square_f64(line_f64 *square)
{
    line_f64 a = square[0], b = square[1];
    square[0] = SHUFFLE(64, a, b, 0, 2);
    square[1] = SHUFFLE(64, a, b, 1, 3);
}

TRANSPOSE(32, float)
TRANSPOSE(64, double)

/* A type of numbers. */
typedef struct {
    ptrdiff_t size, size_computed; /* of an element, and of what is computed with */
    softufunc_width width;
    softufunc_load load;
    void (*store)(const double *results, char *out, ptrdiff_t step, size_t n);
    void (*transpose)(const char *from, ptrdiff_t row_step, void *to, size_t n);
} number_type;

static const number_type type_f16 = {2, 4, SOFTUFUNC_F32, load_f16, store_f16, NULL};
static const number_type type_f32 = {4, 4, SOFTUFUNC_F32, load_f32, store_f32, transpose_f32};
static const number_type type_f64 = {8, 8, SOFTUFUNC_F64, load_f64, store_f64, transpose_f64};

/* One argument in one row. */
typedef struct {
    const char *from;
    ptrdiff_t step, row_step;
    softufunc_load load;
    int direct; /* the elements are adjacent, and of the type that is computed with */
} operand;

/* The rows that are left. */
typedef struct {
    const softufunc_reduced *function;
    const number_type *type;
    operand x, t; /* t.from is NULL where there is one argument */
    char *out;
    ptrdiff_t out_step;
    size_t rows, n;
} task;

/* n <= SUM_BLOCK elements side by side, in `room` or where they are; NULL where there is no argument */
static inline const void *piece(const softufunc_table *table, const operand *x, size_t row, size_t first, size_t n,
                                void *room)
{
    if (!x->from) {
        return NULL;
    }
    const char *from = x->from + (ptrdiff_t)row * x->row_step + (ptrdiff_t)first * x->step;
    if (x->direct) {
        return from;
    }
    x->load(table, from, x->step, room, n);
    return room;
}

static void one_row(const task *work)
{
    _Alignas(64) double room[SUM_BLOCK], room_t[SUM_BLOCK];
    const softufunc_table *table = work->function->table;
    const size_t n = work->n;
    const void *x = piece(table, &work->x, 0, 0, n, room), *t = piece(table, &work->t, 0, 0, n, room_t);
    double result = work->function->reduction->kernel[work->type->width](x, t, n);
    work->type->store(&result, work->out, 0, 1);
}

/* Rows whose elements are far apart, but close to those of the next row, are computed together: a cache line is read
 * once. */
static void rows_in_pieces(const task *work, size_t rows)
{
    _Alignas(64) double room[SUM_BLOCK], room_t[SUM_BLOCK], results[PARTS];
    const softufunc_table *table = work->function->table;
    const softufunc_reduction *reduction = work->function->reduction;
    softufunc_sum sums[PARTS];
    for (size_t row = 0; row < rows; row++) {
        reduction->start(sums + row);
    }
    for (size_t first = 0; first < work->n; first += SUM_BLOCK) {
        const size_t m = work->n - first < SUM_BLOCK ? work->n - first : SUM_BLOCK;
        for (size_t row = 0; row < rows; row++) {
            const void *x = piece(table, &work->x, row, first, m, room);
            reduction->add[work->type->width](sums + row, x, piece(table, &work->t, row, first, m, room_t), m);
        }
    }
    for (size_t row = 0; row < rows; row++) {
        results[row] = reduction->finish(sums + row);
    }
    work->type->store(results, work->out, work->out_step, rows);
}

/* Rows shorter than this are copied so that PARTS of them can be computed at once. */
enum { SHORT = 128 };

/* Element i of row j to i * PARTS + j, and 0 where there is no row. */
static void load_lanes(const task *work, const operand *x, size_t rows, char *to)
{
    const ptrdiff_t line = PARTS * work->type->size_computed;
    if (x->direct && rows == PARTS) {
        work->type->transpose(x->from, x->row_step, to, work->n);
        return;
    }
    if (rows < PARTS) {
        memset(to, 0, (size_t)line * work->n);
    }
    for (size_t i = 0; i < work->n; i++) {
        x->load(work->function->table, x->from + (ptrdiff_t)i * x->step, x->row_step, to + (ptrdiff_t)i * line, rows);
    }
}

/* Up to PARTS rows, a lane for each; false if they are to be computed one by one. Adjacent rows are read where they are:
 * PARTS of them, some of which were computed before. */
static int rows_in_lanes(const task *work, size_t rows, int adjacent)
{
    const softufunc_reduction *reduction = work->function->reduction;
    const size_t again = adjacent ? PARTS - rows : 0;
    double results[PARTS];
    int done;
    if (adjacent) {
        const char *first = work->x.from - (ptrdiff_t)again * work->type->size;
        done = reduction->lanes[work->type->width](first, NULL, work->x.step / work->type->size, work->n, results);
    }
    else {
        _Alignas(64) char room[SHORT * PARTS * sizeof(double)], room_t[SHORT * PARTS * sizeof(double)];
        load_lanes(work, &work->x, rows, room);
        if (work->t.from) {
            load_lanes(work, &work->t, rows, room_t);
        }
        done = reduction->lanes[work->type->width](room, room_t, PARTS, work->n, results);
    }
    if (done) {
        work->type->store(results, work->out - (ptrdiff_t)again * work->out_step, work->out_step, again + rows);
    }
    return done;
}

/* Do these rows, of those that are left, take less time together than one by one? A group that is not full takes the time of a
 * full one. */
static int worth_lanes(const task *work, size_t rows, int adjacent)
{
    if (work->n == 0 || work->n > work->function->reduction->longest) {
        return 0;
    }
    return adjacent || (work->n < SHORT && rows > 1 && (rows == PARTS || work->n <= 2 * rows));
}

static void reduce(char **args, const intptr_t *dimensions, const intptr_t *steps, const softufunc_reduced *function,
                   const number_type *type)
{
    const softufunc_reduction *reduction = function->reduction;
    const int arguments = reduction->arguments;
    const intptr_t *core_steps = steps + arguments + 1;
    const int plain = type->size == type->size_computed;
    task work = {function,
                 type,
                 .out = args[arguments],
                 .out_step = steps[arguments],
                 .rows = (size_t)dimensions[0],
                 .n = (size_t)dimensions[1]};
    work.x = (operand){args[0], core_steps[0], steps[0], type->load, plain && core_steps[0] == type->size};
    if (arguments == 2) {
        const int labels = function->labels != NULL;
        work.t = (operand){args[1], core_steps[1], steps[1], labels ? function->labels->load[type->width] : type->load,
                           plain && !labels && core_steps[1] == type->size};
    }
    const int in_pieces = work.n > SUM_BLOCK && !(work.x.direct && (work.t.direct || !work.t.from));
    const int adjacent =
        plain && arguments == 1 && steps[0] == type->size && core_steps[0] % type->size == 0 && work.rows >= PARTS;
    softufunc_environment environment;
    softufunc_enter(&environment, 1);
    /* one_by_one: rows of a group that lanes did not take */
    for (size_t one_by_one = 0; work.rows > 0;) {
        size_t done = work.rows < PARTS ? work.rows : PARTS;
        const int here = adjacent && done >= PARTS / 4;
        if (one_by_one == 0 && worth_lanes(&work, done, here)) {
            if (!rows_in_lanes(&work, done, here)) {
                one_by_one = done;
                continue;
            }
        }
        else if (in_pieces) {
            rows_in_pieces(&work, done);
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

/* The methods reduce and reduceat of logaddexp and of its mirror image, -logaddexp(-x, -y): `out` is the first argument and
 * the result, `x` the n others. */
static void reduce_run(const softufunc_table *table, int mirrored, char *out, const char *first, intptr_t step,
                       size_t n, const number_type *type)
{
    const softufunc_reduction *reduction = &table->reductions[softufunc_logsumexp];
    const int underflow = fetestexcept(FE_UNDERFLOW);
    const operand x = {first, step, 0, type->load,
                       !mirrored && type->size == type->size_computed && step == type->size};
    union {
        float f32[SUM_BLOCK];
        _Alignas(64) double f64[SUM_BLOCK];
    } room;
    softufunc_sum sum;
    reduction->start(&sum);
    size_t done = n < SUM_BLOCK ? n : SUM_BLOCK - 1, m = done + 1;
    type->load(table, out, type->size, &room, 1);
    type->load(table, first, step, (char *)&room + type->size_computed, done);
    for (const void *block = &room;;) {
        for (size_t i = 0; mirrored && i < m; i++) {
            if (type->width == SOFTUFUNC_F32) {
                room.f32[i] = -room.f32[i];
            }
            else {
                room.f64[i] = -room.f64[i];
            }
        }
        reduction->add[type->width](&sum, block, NULL, m);
        if (done == n) {
            break;
        }
        m = n - done < SUM_BLOCK ? n - done : SUM_BLOCK;
        block = piece(table, &x, 0, done, m, &room);
        done += m;
    }
    double result = (mirrored ? -1 : 1) * reduction->finish(&sum);
    type->store(&result, out, 0, 1);
    if (!underflow && fetestexcept(FE_UNDERFLOW)) {
        feclearexcept(FE_UNDERFLOW);
    }
}

#define LOOPS(suffix) \
    void softufunc_reduce_##suffix(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data) \
    { \
        reduce(args, dimensions, steps, data, &type_##suffix); \
    } \
    void softufunc_reduce_run_##suffix(const softufunc_table *table, int mirrored, char *out, const char *first, \
                                       intptr_t step, size_t n) \
    { \
        reduce_run(table, mirrored, out, first, step, n, &type_##suffix); \
    }

LOOPS(f16)
LOOPS(f32)
LOOPS(f64)

static long double read_longdouble(const char *label)
{
    return *(const long double *)(const void *)label;
}

/* The C library raises flags of its own liking: they are put back. A sum of terms with labels may overflow, and says so. */
void softufunc_reduce_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_reduced *function = data;
    const int arguments = function->reduction->arguments;
    const intptr_t *core_steps = steps + arguments + 1;
    const char *x = args[0], *t = arguments == 2 ? args[1] : NULL;
    char *out = args[arguments];
    const softufunc_read read = function->labels ? function->labels->read : read_longdouble;
    int overflow = 0;
    fenv_t before;
    feholdexcept(&before);
    fesetenv(FE_DFL_ENV);
    for (intptr_t row = 0; row < dimensions[0]; row++) {
        long double y = function->longdouble(x, core_steps[0], t, t ? core_steps[1] : 0, read, (size_t)dimensions[1]);
        *(long double *)(void *)out = y;
        overflow |= t && y == y && y - y != 0 && fetestexcept(FE_OVERFLOW);
        x += steps[0];
        if (t) {
            t += steps[1];
        }
        out += steps[arguments];
    }
    fesetenv(&before);
    if (overflow) {
        feraiseexcept(FE_OVERFLOW);
    }
}
