/* What the loops need of every function of a whole axis: NAME_start, NAME_add and NAME_finish, by which it is computed
 * piece by piece, and NAME_kernel, which does all of it for one run of adjacent elements. */
#define REDUCTION_KERNEL(name, width, type) \
    static __attribute__((noinline)) void name##_piece_f##width(softufunc_sum *sum, const type *x, const type *t, \
                                                                size_t n) \
    { \
        name##_add_f##width(sum, x, t, n); \
    } \
    static double name##_kernel_f##width(const type *x, const type *t, size_t n) \
    { \
        softufunc_sum sum; \
        name##_start(&sum); \
        name##_piece_f##width(&sum, x, t, n); \
        return name##_finish(&sum); \
    }

#define REDUCTION(name, arguments, signature) \
    REDUCTION_KERNEL(name, 32, float) \
    REDUCTION_KERNEL(name, 64, double)

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
