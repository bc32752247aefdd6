/* The inner loops that NumPy calls, for one or two inputs and outputs: they map strided operands to the contiguous kernels.
 *
 * NumPy passes aligned elements in native byte order, at any stride. In an ordinary call, an input is either identical to an
 * output or does not overlap it. In `accumulate` and `reduceat`, the first input is the output shifted by one element, or the
 * output itself with stride 0: each result then depends on the previous one.
 */
#include "ufuncs/loops.h"

#include "math/attributes.h"
#include "ufuncs/environment.h"

static const intptr_t sizes[SOFTUFUNC_TYPES] = {2, 4, 8, 2};

/* Do the n results not depend on the order in which they are computed? */
static int independent(const char *in, intptr_t in_step, const char *out, intptr_t out_step, intptr_t n, intptr_t size)
{
    if (in == out && in_step == out_step && out_step != 0) {
        return 1;
    }
    const char *in_end = in + (n - 1) * in_step, *out_end = out + (n - 1) * out_step;
    const char *in_low = in_step < 0 ? in_end : in, *in_high = (in_step < 0 ? in : in_end) + size;
    const char *out_low = out_step < 0 ? out_end : out, *out_high = (out_step < 0 ? out : out_end) + size;
    return out_step != 0 && (in_high <= out_low || out_high <= in_low);
}

/* The number of bytes of an operand in a chunk. */
static intptr_t chunk_bytes(const softufunc_function *f, const intptr_t *steps)
{
    for (int i = 0; i < f->nin + f->nout; i++) {
        if (steps[i] >= PREFETCH_STRIDE || steps[i] <= -PREFETCH_STRIDE) {
            return (intptr_t)f->table->block_bytes;
        }
    }
    return SCRATCH_BYTES;
}

static NOINLINE void strided(const softufunc_function *f, int type, char **args, const intptr_t *steps, intptr_t n)
{
    _Alignas(64) char scratch[4][SCRATCH_BYTES];
    const int nin = f->nin, nout = f->nout;
    const intptr_t size = sizes[type], chunk = chunk_bytes(f, steps) / size;
    for (intptr_t done = 0, m; done < n; done += m) {
        const char *in[2] = {NULL, NULL};
        char *out[2] = {NULL, NULL};
        m = n - done < chunk ? n - done : chunk;
        for (int i = 0; i < nin; i++) {
            const char *from = args[i] + done * steps[i];
            in[i] = steps[i] == size ? from : scratch[i];
            /* a broadcast input (stride 0) is copied once and stays in the scratch buffer */
            if (steps[i] != size && (steps[i] != 0 || done == 0)) {
                f->table->gather[type](from, steps[i], scratch[i], (size_t)m);
            }
        }
        for (int i = 0; i < nout; i++) {
            out[i] = steps[nin + i] == size ? args[nin + i] + done * size : scratch[2 + i];
        }
        f->kernels->array[type](in[0], in[nin - 1], out[0], out[nout - 1], (size_t)m);
        for (int i = 0; i < nout; i++) {
            if (out[i] == scratch[2 + i]) {
                f->table->scatter[type](out[i], args[nin + i] + done * steps[nin + i], steps[nin + i], (size_t)m);
            }
        }
    }
}

static NOINLINE void one_by_one(const softufunc_function *f, int type, char **args, const intptr_t *steps, intptr_t n)
{
    const int nin = f->nin, last = f->nin + f->nout - 1;
    softufunc_single *single = f->single[type];
    for (intptr_t i = 0; i < n; i++) {
        single(args[0] + i * steps[0], args[nin - 1] + i * steps[nin - 1], args[nin] + i * steps[nin],
               args[last] + i * steps[last]);
    }
}

/* Does NumPy call the loop for `accumulate` and `reduceat`, where the inputs may be outputs one element before? */
static ALWAYS_INLINE int has_methods(int nin, int nout)
{
    return nin == 2 && nout == 1;
}

/* Are all operands contiguous, and the results independent of each other? */
static ALWAYS_INLINE int direct(char **args, const intptr_t *steps, intptr_t n, intptr_t size, int nin, int nout)
{
    for (int i = 0; i < nin + nout; i++) {
        if (steps[i] != size) {
            return 0;
        }
    }
    for (int i = 0; i < nin && has_methods(nin, nout); i++) {
        const uintptr_t ahead = (uintptr_t)args[nin] - (uintptr_t)args[i], bytes = (uintptr_t)(n * size);
        if (ahead != 0 && (ahead < bytes || -ahead < bytes)) {
            return 0;
        }
    }
    return 1;
}

static void run(const softufunc_function *f, int type, char **args, const intptr_t *steps, intptr_t n)
{
    const int nin = f->nin, operands = f->nin + f->nout;
    const intptr_t size = sizes[type];
    if (direct(args, steps, n, size, nin, f->nout)) {
        f->kernels->array[type](args[0], args[nin - 1], args[nin], args[operands - 1], (size_t)n);
        return;
    }
    for (int i = 0; has_methods(nin, f->nout) && i < nin; i++) {
        if (!independent(args[i], steps[i], args[nin], steps[nin], n, size)) {
            one_by_one(f, type, args, steps, n);
            return;
        }
    }
    strided(f, type, args, steps, n);
}

/* Is this a row of reduce or accumulate, whose first input is the output, or the output one element before? */
static int is_fold(const softufunc_function *f, char **args, const intptr_t *steps)
{
    return f->traits->fold && steps[0] == steps[2] && args[0] + steps[0] == args[2];
}

/* Is this a row of reduce that is short enough for reduce_short? */
static ALWAYS_INLINE int is_short(const softufunc_function *f, char **args, const intptr_t *steps, intptr_t n)
{
    return f->reduce_short && n < SHORT_FOLD && steps[2] == 0 && is_fold(f, args, steps);
}

static NOINLINE void fold(const softufunc_function *f, int type, char **args, const intptr_t *steps, intptr_t n)
{
    const int negated = f->traits->fold < 0;
    char scratch[SHORT_FOLD * sizeof(double)];
    if (is_short(f, args, steps, n)) {
        f->table->gather[type](args[1], steps[1], scratch + sizes[type], (size_t)n);
        if (f->reduce_short[type](args[2], scratch + sizes[type], (size_t)n, negated)) {
            return;
        }
    }
    softufunc_fold(f->table, softufunc_types[type], negated, args, steps, (size_t)n);
}

/* Arguments in the order of a loop's, so that they stay in their registers. */
static NOINLINE void in_environment(char **args, const intptr_t *dimensions, const intptr_t *steps,
                                    const softufunc_function *f, int type)
{
    const intptr_t n = dimensions[0];
    softufunc_environment environment;
    softufunc_enter(&environment, f->spurious_underflow);
    if (n == 1) {
        f->single[type](args[0], args[f->nin - 1], args[f->nin], args[f->nin + f->nout - 1]);
    }
    else if (n > 0 && is_fold(f, args, steps)) {
        fold(f, type, args, steps, n);
    }
    else if (n > 0) {
        run(f, type, args, steps, n);
    }
    softufunc_leave(&environment);
}

/* A short row of adjacent elements */
static NOINLINE void reduce_short(char **args, const intptr_t *dimensions, const intptr_t *steps,
                                  const softufunc_function *f, int type)
{
    if (!softufunc_default_environment() ||
        !f->reduce_short[type](args[2], args[1], (size_t)dimensions[0], f->traits->fold < 0)) {
        in_environment(args, dimensions, steps, f, type);
    }
}

/* Many calls are short: single elements (a Python float, a `where=` mask) and contiguous arrays are handled first, without a
 * stack frame. */
static ALWAYS_INLINE void loop(char **args, const intptr_t *dimensions, const intptr_t *steps,
                               const softufunc_function *f, int nin, int nout, int type)
{
    const intptr_t n = dimensions[0];
    if (n == 1 && !f->spurious_underflow && softufunc_default_environment()) {
        f->single[type](args[0], args[nin - 1], args[nin], args[nin + nout - 1]);
    }
    else if (n > 1 && !f->spurious_underflow && direct(args, steps, n, sizes[type], nin, nout) &&
             softufunc_default_environment()) {
        f->kernels->array[type](args[0], args[nin - 1], args[nin], args[nin + nout - 1], (size_t)n);
    }
    else if (has_methods(nin, nout) && n > 1 && steps[1] == sizes[type] && is_short(f, args, steps, n)) {
        reduce_short(args, dimensions, steps, f, type);
    }
    else {
        in_environment(args, dimensions, steps, f, type);
    }
}

#define LOOP(nin, nout, type) \
    static void loop_##nin##_##nout##_##type(char **args, const intptr_t *dimensions, const intptr_t *steps, \
                                             void *data) \
    { \
        loop(args, dimensions, steps, data, nin, nout, SOFTUFUNC_##type); \
    }
#define LOOPS(nin, nout) LOOP(nin, nout, F16) LOOP(nin, nout, F32) LOOP(nin, nout, F64) LOOP(nin, nout, BF16)
LOOPS(1, 1)
LOOPS(2, 1)
LOOPS(1, 2)
LOOPS(2, 2)

softufunc_loop *softufunc_loop_of(int nin, int nout, int type)
{
#define LOOPS_OF(nin, nout) \
    {loop_##nin##_##nout##_F16, loop_##nin##_##nout##_F32, loop_##nin##_##nout##_F64, loop_##nin##_##nout##_BF16}
    static softufunc_loop *const loops[2][2][SOFTUFUNC_TYPES] = {{LOOPS_OF(1, 1), LOOPS_OF(1, 2)},
                                                                 {LOOPS_OF(2, 1), LOOPS_OF(2, 2)}};
    return loops[nin - 1][nout - 1][type];
}

/* Integers are read where they are, a chunk at a time: NumPy's buffer would take them to memory and back. */
void softufunc_loop_integers(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    enum { CHUNK = SCRATCH_BYTES / sizeof(double) };
    const softufunc_integers *integers = data;
    const softufunc_function *f = integers->function;
    const softufunc_load load = integers->cast->load[SOFTUFUNC_WIDTH_64];
    const int nin = f->nin, nout = f->nout;
    _Alignas(64) double scratch[4][CHUNK];
    softufunc_environment environment;
    softufunc_enter(&environment, f->spurious_underflow);
    for (intptr_t done = 0, n = dimensions[0], m; done < n; done += m) {
        char *out[2] = {NULL, NULL};
        m = n - done < CHUNK ? n - done : CHUNK;
        for (int i = 0; i < nin; i++) {
            load(f->table, args[i] + done * steps[i], steps[i], scratch[i], (size_t)m);
        }
        for (int i = 0; i < nout; i++) {
            const intptr_t step = steps[nin + i];
            out[i] = step == sizeof(double) ? args[nin + i] + done * step : (char *)scratch[2 + i];
        }
        if (m == 1) {
            f->single[SOFTUFUNC_F64](scratch[0], scratch[nin - 1], out[0], out[nout - 1]);
        }
        else {
            f->kernels->array[SOFTUFUNC_F64](scratch[0], scratch[nin - 1], out[0], out[nout - 1], (size_t)m);
        }
        for (int i = 0; i < nout; i++) {
            if (out[i] == (char *)scratch[2 + i]) {
                const intptr_t step = steps[nin + i];
                f->table->scatter[SOFTUFUNC_F64](out[i], args[nin + i] + done * step, step, (size_t)m);
            }
        }
    }
    softufunc_leave(&environment);
}

static long double element(const char *from)
{
    return *(const long double *)(const void *)from;
}

/* The C library raises spurious exceptions (for example underflow in expl(-20000) although the result is 1). They are
 * discarded; the exceptions raised follow from inputs and result. */
void softufunc_loop_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_function *f = data;
    const int nin = f->nin, infinite = f->traits->infinite_is_overflow ? FE_OVERFLOW : FE_DIVBYZERO;
    int raised = 0;
    fenv_t before;
    feholdexcept(&before);
    fesetenv(FE_DFL_ENV);
    intptr_t i = 0;
    if (dimensions[0] > 1 && is_fold(f, args, steps)) {
        softufunc_fold(f->table, NULL, f->traits->fold < 0, args, steps, (size_t)dimensions[0]);
        i = dimensions[0];
    }
    for (; i < dimensions[0]; i++) {
        const long double x = element(args[0] + i * steps[0]), y = nin == 2 ? element(args[1] + i * steps[1]) : 0;
        long double result, *out = (long double *)(void *)(args[nin] + i * steps[nin]);
        if (f->nout == 2) {
            long double *out2 = (long double *)(void *)(args[nin + 1] + i * steps[nin + 1]);
            f->traits->longdouble.two_outputs(x, y, out, out2);
            result = *out;
        }
        else {
            result = *out = nin == 2 ? f->traits->longdouble.binary(x, y) : f->traits->longdouble.unary(x);
        }
        if (x == x && y == y && result != result) {
            raised |= FE_INVALID;
        }
        if (x - x == 0 && y - y == 0 && result == result && result - result != 0) {
            raised |= infinite;
        }
    }
    fesetenv(&before);
    if (raised) {
        feraiseexcept(raised);
    }
}

softufunc_function softufunc_function_of(const softufunc_table *table, size_t place)
{
    static const struct {
        int nin, nout;
    } shapes[] = {
#define UFUNC(name, nin, nout) {nin, nout},
#include "functions/functions.h"
    };
    const softufunc_traits *traits = softufunc_traits_of[place];
    const softufunc_table *for_one = softufunc_table_for_one(table);
    return (softufunc_function){.table = table,
                                .kernels = &table->ufuncs[place],
                                .single = for_one->ufuncs[place].single,
                                .reduce_short = traits->fold && for_one->reduce_short[0] ? for_one->reduce_short : NULL,
                                .traits = traits,
                                .nin = shapes[place].nin,
                                .nout = shapes[place].nout,
                                /* a multiplication raises underflow for a tiny product, a multiply-add does not */
                                .spurious_underflow = !table->fma || traits->spurious_underflow};
}
