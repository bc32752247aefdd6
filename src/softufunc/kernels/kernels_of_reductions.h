/* What the loops need of every function of a whole axis: NAME_start, NAME_add and NAME_finish, by which it is computed
 * piece by piece, NAME_kernel, which does all of it for one run of adjacent elements, and NAME_rows for PARTS of them at once. */
#define REDUCTION_KERNEL(name, width) \
    static __attribute__((noinline)) void name##_piece_f##width(softufunc_sum *sum, const void *x, const void *t, \
                                                                size_t n) \
    { \
        name##_add_f##width(sum, x, t, n); \
    } \
    static double name##_kernel_f##width(const void *x, const void *t, size_t n) \
    { \
        softufunc_sum sum; \
        name##_start(&sum); \
        name##_piece_f##width(&sum, x, t, n); \
        return name##_result(&sum); \
    } \
    static int name##_lanes_f##width(const void *x, const void *t, ptrdiff_t step, size_t n, double *out) \
    { \
        return name##_rows_f##width(x, t, step, n, out); \
    }

#define REDUCTION(name, arguments, signature, longest) \
    static __attribute__((noinline)) double name##_result(const softufunc_sum *sum) \
    { \
        return name##_finish(sum); \
    } \
    REDUCTION_KERNEL(name, 32) \
    REDUCTION_KERNEL(name, 64)

REDUCTIONS(REDUCTION)

/* float16 on the way to float32 */
static void floats_of_halves(const uint16_t *from, float *to, size_t n)
{
    size_t i = 0;
    for (; n - i >= HALF_GROUP; i += HALF_GROUP) {
        floats_of_half_group(from + i, to + i);
    }
    for (; i < n; i++) {
        to[i] = float_of_half(from[i]);
    }
}
