/* As loops.c, for the functions with two results. The results do not overlap each other; each may be the input. */
#include "ufuncs/loops_two_results.h"

#include "ufuncs/blocks.h"
#include "ufuncs/environment.h"

#define LOOP(suffix, type, copies) \
    static void run_##suffix(const softufunc_function_two_results *function, char **args, const intptr_t *steps, \
                             size_t n) \
    { \
        const intptr_t size = sizeof(type); \
        char *in = args[0], *first = args[1], *second = args[2]; \
        if (n == 1) { \
            function->one->one_##suffix((const type *)(void *)in, (type *)(void *)first, (type *)(void *)second); \
            return; \
        } \
        if (steps[0] == size && steps[1] == size && steps[2] == size) { \
            function->kernels->suffix((const type *)(void *)in, (type *)(void *)first, (type *)(void *)second, n); \
            return; \
        } \
        _Alignas(64) type block[BLOCK_BYTES / sizeof(type)], other[BLOCK_BYTES / sizeof(type)]; \
        const size_t most = block_bytes(function->table, steps, 3) / sizeof(type); \
        while (n > 0) { \
            size_t m = n < most ? n : most; \
            const type *from = steps[0] == size ? (const type *)(void *)in : block; \
            type *to = steps[1] == size ? (type *)(void *)first : block; \
            type *to_other = steps[2] == size ? (type *)(void *)second : other; \
            if (from == block) { \
                function->table->copies.gather(in, steps[0], (char *)block, m); \
            } \
            function->kernels->suffix(from, to, to_other, m); \
            if (to == block) { \
                function->table->copies.scatter((const char *)block, first, steps[1], m); \
            } \
            if (to_other == other) { \
                function->table->copies.scatter((const char *)other, second, steps[2], m); \
            } \
            in += (intptr_t)m * steps[0]; \
            first += (intptr_t)m * steps[1]; \
            second += (intptr_t)m * steps[2]; \
            n -= m; \
        } \
    } \
    void softufunc_loop_two_results_##suffix(char **args, const intptr_t *dimensions, const intptr_t *steps, \
                                             void *data) \
    { \
        const softufunc_function_two_results *function = data; \
        softufunc_environment environment; \
        softufunc_enter(&environment, function->table->false_underflow); \
        run_##suffix(function, args, steps, (size_t)dimensions[0]); \
        softufunc_leave(&environment); \
    }

LOOP(f16, uint16_t, copies16)
LOOP(f32, float, copies32)
LOOP(f64, double, copies64)

/* These functions have neither poles nor inputs outside the domain: no flag is deserved, and those that the C library
 * raises are taken back. */
void softufunc_loop_two_results_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_function_two_results *function = data;
    const char *in = args[0];
    char *first = args[1], *second = args[2];
    fenv_t before;
    feholdexcept(&before);
    fesetenv(FE_DFL_ENV);
    for (intptr_t i = 0; i < dimensions[0]; i++, in += steps[0], first += steps[1], second += steps[2]) {
        long double x = *(const long double *)(const void *)in;
        function->longdouble(x, (long double *)(void *)first, (long double *)(void *)second);
    }
    fesetenv(&before);
}
