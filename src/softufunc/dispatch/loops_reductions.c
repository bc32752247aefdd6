/* From NumPy's loops over a whole axis to the kernels.
 *
 * NumPy hands over aligned elements of the native byte order, at any stride, and no output in the memory of an input.
 */
#include <fenv.h>
#include <string.h>

#include "environment.h"
#include "loops.h"
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

/* Labels: booleans and integers */
#define LABELS(name, type) \
    static void load_##name##_as_f32(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, \
                                     size_t n) \
    { \
        (void)table; \
        float *out = to; \
        if (step == sizeof(type)) { \
            const type *in = (const type *)(const void *)from; \
            for (size_t i = 0; i < n; i++) { \
                out[i] = (float)in[i]; \
            } \
            return; \
        } \
        for (size_t i = 0; i < n; i++, from += step) { \
            out[i] = (float)*(const type *)(const void *)from; \
        } \
    } \
    static void load_##name##_as_f64(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, \
                                     size_t n) \
    { \
        (void)table; \
        double *out = to; \
        if (step == sizeof(type)) { \
            const type *in = (const type *)(const void *)from; \
            for (size_t i = 0; i < n; i++) { \
                out[i] = (double)in[i]; \
            } \
            return; \
        } \
        for (size_t i = 0; i < n; i++, from += step) { \
            out[i] = (double)*(const type *)(const void *)from; \
        } \
    } \
    static long double read_##name(const char *label) \
    { \
        return (long double)*(const type *)(const void *)label; \
    }

LABELS(bool, uint8_t)
LABELS(byte, signed char)
LABELS(ubyte, unsigned char)
LABELS(short, short)
LABELS(ushort, unsigned short)
LABELS(int, int)
LABELS(uint, unsigned)
LABELS(long, long)
LABELS(ulong, unsigned long)
LABELS(longlong, long long)
LABELS(ulonglong, unsigned long long)

static long double read_longdouble(const char *label)
{
    return *(const long double *)(const void *)label;
}

#define LABELS_ENTRY(name) {load_##name##_as_f32, load_##name##_as_f64, read_##name}
const softufunc_labels softufunc_labels_of_type[SOFTUFUNC_LABEL_TYPES] = {
    LABELS_ENTRY(bool),   LABELS_ENTRY(byte),     LABELS_ENTRY(ubyte),    LABELS_ENTRY(short),
    LABELS_ENTRY(ushort), LABELS_ENTRY(int),      LABELS_ENTRY(uint),     LABELS_ENTRY(long),
    LABELS_ENTRY(ulong),  LABELS_ENTRY(longlong), LABELS_ENTRY(ulonglong)};

/* One argument in one row. */
typedef struct {
    const char *from;
    ptrdiff_t step;
    softufunc_load load; /* NULL: the elements are adjacent, and of the type that is computed with */
} operand;

/* n <= SUM_BLOCK elements side by side, in `room` or where they are */
static inline const void *piece(const softufunc_table *table, const operand *x, size_t first, size_t n, void *room)
{
    const char *from = x->from + (ptrdiff_t)first * x->step;
    if (!x->load) {
        return from;
    }
    x->load(table, from, x->step, room, n);
    return room;
}

static inline float store_f32(double y)
{
    return (float)y;
}

static inline double store_f64(double y)
{
    return y;
}

static inline uint16_t store_f16(double y)
{
    return half_of_double(y);
}

/* Rows whose elements are far apart, but close to those of the next row, are computed together: a cache line is read
 * once. */
enum { TOGETHER = 16 };

/* bits: of the type that is computed with */
#define REDUCE(suffix, type, bits, real) \
    static void together_##suffix(const softufunc_reduced *function, operand x, operand t, const intptr_t *steps, \
                                  char *out, size_t rows, size_t n) \
    { \
        _Alignas(64) real room[SUM_BLOCK], room_t[SUM_BLOCK]; \
        softufunc_sum sums[TOGETHER]; \
        for (size_t row = 0; row < rows; row++) { \
            function->reduction->start(sums + row); \
        } \
        for (size_t first = 0; first < n; first += SUM_BLOCK) { \
            size_t m = n - first < SUM_BLOCK ? n - first : SUM_BLOCK; \
            for (size_t row = 0; row < rows; row++) { \
                operand x_row = x, t_row = t; \
                x_row.from += (intptr_t)row * steps[0]; \
                if (t.from) { \
                    t_row.from += (intptr_t)row * steps[1]; \
                } \
                const real *labels = t.from ? piece(function->table, &t_row, first, m, room_t) : NULL; \
                function->reduction->add_f##bits(sums + row, piece(function->table, &x_row, first, m, room), labels, \
                                                 m); \
            } \
        } \
        for (size_t row = 0; row < rows; row++, out += steps[function->reduction->arguments]) { \
            *(type *)(void *)out = store_##suffix(function->reduction->finish(sums + row)); \
        } \
    } \
    void softufunc_reduce_##suffix(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data) \
    { \
        const softufunc_reduced *function = data; \
        const softufunc_reduction *reduction = function->reduction; \
        const int arguments = reduction->arguments; \
        softufunc_environment environment; \
        softufunc_enter(&environment, 1); \
        const size_t n = (size_t)dimensions[1]; \
        size_t rows = (size_t)dimensions[0]; \
        const intptr_t *core_steps = steps + arguments + 1; \
        operand x = {args[0], core_steps[0], NULL}, t = {NULL, 0, NULL}; \
        if (sizeof(type) != sizeof(real) || x.step != sizeof(real)) { \
            x.load = load_##suffix; \
        } \
        if (arguments == 2) { \
            t = (operand){args[1], core_steps[1], function->labels ? function->labels->f##bits : NULL}; \
            if (!t.load && (sizeof(type) != sizeof(real) || t.step != sizeof(real))) { \
                t.load = load_##suffix; \
            } \
        } \
        char *out = args[arguments]; \
        const intptr_t out_step = steps[arguments]; \
        const int in_pieces = n > SUM_BLOCK && (x.load || t.load); \
        while (rows > 0) { \
            size_t done = 1; \
            if (in_pieces) { \
                done = rows < TOGETHER ? rows : TOGETHER; \
                together_##suffix(function, x, t, steps, out, done, n); \
            } \
            else { \
                _Alignas(64) real room[SUM_BLOCK], room_t[SUM_BLOCK]; \
                const real *labels = t.from ? piece(function->table, &t, 0, n, room_t) : NULL; \
                const real *numbers = piece(function->table, &x, 0, n, room); \
                *(type *)(void *)out = store_##suffix(reduction->kernel_f##bits(numbers, labels, n)); \
            } \
            rows -= done; \
            out += (intptr_t)done * out_step; \
            x.from += (intptr_t)done * steps[0]; \
            if (t.from) { \
                t.from += (intptr_t)done * steps[1]; \
            } \
        } \
        softufunc_leave(&environment); \
    }

REDUCE(f16, uint16_t, 32, float)
REDUCE(f32, float, 32, float)
REDUCE(f64, double, 64, double)

/* The methods reduce and reduceat of logaddexp and of its mirror image, -logaddexp(-x, -y): `out` is the first argument and
 * the result, `x` the n others. */
#define REDUCE_RUN(suffix, type, bits, real) \
    void softufunc_reduce_run_##suffix(const softufunc_table *table, int mirrored, char *out, const char *first, \
                                       intptr_t step, size_t n) \
    { \
        const softufunc_reduction *reduction = &table->reductions[softufunc_logsumexp]; \
        const real sign = mirrored ? -1 : 1; \
        const int underflow = fetestexcept(FE_UNDERFLOW); \
        operand start = {out, sizeof(type), load_##suffix}, x = {first, step, load_##suffix}; \
        _Alignas(64) real room[SUM_BLOCK]; \
        softufunc_sum sum; \
        reduction->start(&sum); \
        piece(table, &start, 0, 1, room); \
        size_t done = n < SUM_BLOCK ? n : SUM_BLOCK - 1, m = done + 1; \
        const real *block = room; \
        piece(table, &x, 0, done, room + 1); \
        if (!mirrored && sizeof(type) == sizeof(real) && step == sizeof(real)) { \
            x.load = NULL; \
        } \
        for (;;) { \
            for (size_t i = 0; mirrored && i < m; i++) { \
                room[i] = -room[i]; \
            } \
            reduction->add_f##bits(&sum, block, NULL, m); \
            if (done == n) { \
                break; \
            } \
            m = n - done < SUM_BLOCK ? n - done : SUM_BLOCK; \
            block = piece(table, &x, done, m, room); \
            done += m; \
        } \
        *(type *)(void *)out = store_##suffix(sign * reduction->finish(&sum)); \
        if (!underflow && fetestexcept(FE_UNDERFLOW)) { \
            feclearexcept(FE_UNDERFLOW); \
        } \
    }

REDUCE_RUN(f16, uint16_t, 32, float)
REDUCE_RUN(f32, float, 32, float)
REDUCE_RUN(f64, double, 64, double)

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
