/* From NumPy's strided loops to the contiguous kernels of two arguments.
 *
 * Calls of the ufunc hand over inputs that are the very elements of the output or do not overlap it. `accumulate` and
 * `reduceat` do not: their first argument is the output one element before, or the output itself with a step of 0, so
 * that each result waits for the one before it.
 */
#include "ufuncs/loops.h"

#include "ufuncs/blocks.h"
#include "ufuncs/environment.h"

/* Are the n results, computed in any order, those of one after the other? */
static int independent(const char *in, intptr_t in_step, const char *out, intptr_t out_step, intptr_t n,
                       intptr_t in_size, intptr_t out_size)
{
    int same_layout = in_step == out_step && in_size == out_size;
    if (in == out && same_layout && out_step != 0) {
        return 1;
    }
    const char *in_end = in + (n - 1) * in_step, *out_end = out + (n - 1) * out_step;
    const char *in_low = in_step < 0 ? in_end : in, *in_high = (in_step < 0 ? in : in_end) + in_size;
    const char *out_low = out_step < 0 ? out_end : out, *out_high = (out_step < 0 ? out : out_end) + out_size;
    return out_step != 0 && (in_high <= out_low || out_high <= in_low);
}

/* The elements as they are, at `in` or copied into the block. A step of 0 is one number: `filled` says that the block holds
 * it already. */
#define GATHER(suffix, type, copies) \
    static inline const type *gathered_##suffix(const softufunc_table *table, const char *in, intptr_t step, \
                                                type *block, size_t m, int filled) \
    { \
        if (step == (intptr_t)sizeof(type)) { \
            return (const type *)(const void *)in; \
        } \
        if (step != 0) { \
            table->copies.gather(in, step, (char *)block, m); \
        } \
        else if (!filled) { \
            for (size_t i = 0; i < m; i++) { \
                block[i] = *(const type *)(const void *)in; \
            } \
        } \
        return block; \
    }

GATHER(f16, uint16_t, copies16)
GATHER(f32, float, copies32)
GATHER(f64, double, copies64)

static inline uint16_t element_f16(const char *in)
{
    return *(const uint16_t *)(const void *)in;
}

static inline float element_f32(const char *in)
{
    return *(const float *)(const void *)in;
}

static inline double element_f64(const char *in)
{
    return *(const double *)(const void *)in;
}

/* `kind` names the type of the first argument, of the kernel and of the result, `y_kind` that of the second argument.
 *
 * reduce: the result is the first argument, for all n elements of the second one. The functions with an identity are
 * logaddexp and its mirror image, for which this is a logsumexp. */
#define REDUCE(kind, type, y_kind) \
    static void reduce_##kind##_##y_kind(const softufunc_function_of_two *function, char *out, const char *y, \
                                         intptr_t y_step, intptr_t n) \
    { \
        const softufunc_identity identity = function->kernels->identity; \
        if (n > 1 && identity != SOFTUFUNC_NONE) { \
            softufunc_reduce_run_##kind(function->table, identity == SOFTUFUNC_HIGHEST, out, y, y_step, (size_t)n); \
            return; \
        } \
        type result = *(type *)(void *)out; \
        for (intptr_t i = 0; i < n; i++, y += y_step) { \
            type element = element_##y_kind(y); \
            function->one->one_##kind(&result, &element, &result); \
        } \
        *(type *)(void *)out = result; \
    }

#define LOOP_OF_TWO(name, kind, type, copies, y_kind, y_type) \
    static void run_##name(const softufunc_function_of_two *function, const char *x, const char *y, char *out, \
                           intptr_t n, const intptr_t *steps) \
    { \
        const intptr_t size = sizeof(type), y_size = sizeof(y_type); \
        const intptr_t x_step = steps[0], y_step = steps[1], out_step = steps[2]; \
        if (!independent(x, x_step, out, out_step, n, size, size) || \
            !independent(y, y_step, out, out_step, n, y_size, size) || n == 1) { \
            for (; n > 0; n--, x += x_step, y += y_step, out += out_step) { \
                type x_element = element_##kind(x), y_element = element_##y_kind(y); \
                function->one->one_##kind(&x_element, &y_element, (type *)(void *)out); \
            } \
            return; \
        } \
        _Alignas(64) type x_block[BLOCK_BYTES / sizeof(type)]; \
        _Alignas(64) type y_block[BLOCK_BYTES / sizeof(type)]; \
        const intptr_t block = (intptr_t)(block_bytes(function->table, steps, 3) / sizeof(type)); \
        const int direct = x_step == size && y_step == size && y_size == size && out_step == size; \
        for (int filled = 0; n > 0; filled = 1) { \
            intptr_t m = direct || n < block ? n : block; \
            const type *from_x = gathered_##kind(function->table, x, x_step, x_block, (size_t)m, filled && !x_step); \
            const type *from_y = gathered_##y_kind(function->table, y, y_step, y_block, (size_t)m, filled && !y_step); \
            /* a block that was filled once stays as it is */ \
            type *to = out_step == size ? (type *)(void *)out : x_step ? x_block : y_step ? y_block : NULL; \
            if (to) { \
                function->kernels->kind(from_x, from_y, to, (size_t)m); \
                if (out_step != size) { \
                    function->table->copies.scatter((const char *)to, out, out_step, (size_t)m); \
                } \
            } \
            else { \
                type result; \
                function->one->one_##kind(from_x, from_y, &result); \
                for (intptr_t i = 0; i < m; i++) { \
                    *(type *)(void *)(out + i * out_step) = result; \
                } \
            } \
            x += m * x_step; \
            y += m * y_step; \
            out += m * out_step; \
            n -= m; \
        } \
    } \
    void softufunc_loop_of_two_##name(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data) \
    { \
        const softufunc_function_of_two *function = data; \
        softufunc_environment environment; \
        softufunc_enter(&environment, 1); /* for an exact sum of subnormal numbers too */ \
        if (args[0] == args[2] && steps[0] == 0 && steps[2] == 0) { \
            reduce_##kind##_##y_kind(function, args[2], args[1], steps[1], dimensions[0]); \
        } \
        else if (dimensions[0] > 0) { \
            run_##name(function, args[0], args[1], args[2], dimensions[0], steps); \
        } \
        softufunc_leave(&environment); \
    }

REDUCE(f16, uint16_t, f16)
REDUCE(f32, float, f32)
REDUCE(f64, double, f64)
LOOP_OF_TWO(f16, f16, uint16_t, copies16, f16, uint16_t)
LOOP_OF_TWO(f32, f32, float, copies32, f32, float)
LOOP_OF_TWO(f64, f64, double, copies64, f64, double)

/* The C library raises flags of its own liking: they are put back, and those that the result deserves are raised. An infinite
 * result of finite numbers is too large a product with a label, or else the pole of a logarithm. */
void softufunc_loop_of_two_longdouble(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data)
{
    const softufunc_function_of_two *function = data;
    const char *x = args[0], *y = args[1];
    char *out = args[2];
    const int infinite = function->kernels->second == SOFTUFUNC_LABEL ? FE_OVERFLOW : FE_DIVBYZERO;
    int deserved = 0;
    fenv_t before;
    feholdexcept(&before);
    fesetenv(FE_DFL_ENV);
    for (intptr_t i = 0; i < dimensions[0]; i++, x += steps[0], y += steps[1], out += steps[2]) {
        long double a = *(const long double *)(const void *)x, b = *(const long double *)(const void *)y;
        long double result = function->longdouble(a, b);
        *(long double *)(void *)out = result;
        if (a == a && b == b && result != result) {
            deserved |= FE_INVALID;
        }
        if (a - a == 0 && b - b == 0 && result == result && result - result != 0) {
            deserved |= infinite;
        }
    }
    fesetenv(&before);
    if (deserved) {
        feraiseexcept(deserved);
    }
}
