/* From NumPy's strided loops to the contiguous kernels.
 *
 * NumPy hands over aligned elements of the native byte order, at any stride; input and output are either the same
 * elements in the same order or do not overlap.
 */
#include "ufuncs/loops.h"

#include "ufuncs/blocks.h"
#include "ufuncs/environment.h"

/* One element at a time (a Python float, a `where=` mask) comes first and without a frame of its own: these calls are short. */
#define LOOP(suffix, type, copies) \
    static void run_##suffix(const softufunc_function *function, const char *in, char *out, size_t n, \
                             const intptr_t *steps) \
    { \
        const intptr_t size = sizeof(type), in_step = steps[0], out_step = steps[1]; \
        if (in_step == size && out_step == size) { \
            function->kernels->suffix((const type *)(const void *)in, (type *)(void *)out, n); \
            return; \
        } \
        _Alignas(64) type block[BLOCK_BYTES / sizeof(type)]; \
        const size_t most = block_bytes(function->table, steps, 2) / sizeof(type); \
        while (n > 0) { \
            size_t m = n < most ? n : most; \
            const type *from = block; \
            type *to = out_step == size ? (type *)(void *)out : block; \
            if (in_step == size) { \
                from = (const type *)(const void *)in; \
            } \
            else { \
                function->table->copies.gather(in, in_step, (char *)block, m); \
            } \
            function->kernels->suffix(from, to, m); \
            if (to == block) { \
                function->table->copies.scatter((const char *)block, out, out_step, m); \
            } \
            in += (intptr_t)m * in_step; \
            out += (intptr_t)m * out_step; \
            n -= m; \
        } \
    } \
    static __attribute__((noinline)) void many_##suffix(char **args, const intptr_t *dimensions, \
                                                        const intptr_t *steps, void *data) \
    { \
        const softufunc_function *function = data; \
        softufunc_environment environment; \
        softufunc_enter(&environment, function->table->false_underflow); \
        run_##suffix(function, args[0], args[1], (size_t)dimensions[0], steps); \
        softufunc_leave(&environment); \
    } \
    void softufunc_loop_##suffix(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data) \
    { \
        const softufunc_function *function = data; \
        if (dimensions[0] == 1 && !function->table->false_underflow && softufunc_default_environment()) { \
            *(type *)(void *)args[1] = function->one->scalar_##suffix(*(const type *)(const void *)args[0]); \
        } \
        else { \
            many_##suffix(args, dimensions, steps, data); \
        } \
    }

LOOP(f16, uint16_t, copies16)
LOOP(f32, float, copies32)
LOOP(f64, double, copies64)

/* The C library raises flags of its own liking (underflow for expl(-20000) on the way to 1, for example): they are
 * put back, and those that the result deserves are raised. */
void softufunc_loop_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_function *function = data;
    const char *in = args[0];
    char *out = args[1];
    int deserved = 0;
    fenv_t before;
    feholdexcept(&before);
    fesetenv(FE_DFL_ENV);
    for (intptr_t i = 0; i < dimensions[0]; i++, in += steps[0], out += steps[1]) {
        long double x = *(const long double *)(const void *)in;
        long double y = function->longdouble(x);
        *(long double *)(void *)out = y;
        if (x == x && y != y) {
            deserved |= FE_INVALID;
        }
        if (x - x == 0 && y == y && y - y != 0) {
            deserved |= FE_DIVBYZERO;
        }
    }
    fesetenv(&before);
    if (deserved) {
        feraiseexcept(deserved);
    }
}
