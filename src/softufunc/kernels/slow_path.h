/* The slow path of a kernel: included after functions/NAME.h.
 *
 * A subnormal result is rounded by itself, which takes a third of the time of PATH_ANY, and special cases take as long. A block without them
 * takes PATH_NORMAL: with FMA, since the baseline is compiled for size. */

/* The inputs of PATH_NORMAL; results below the smallest subnormal number are 0. */
static ALWAYS_INLINE R(range) R(normal)(R(values) x, int kind)
{
    if (__builtin_abs(kind) == NORMAL_BELOW_LARGE) {
        return R(both_below)(x, LOG_PROB_LARGE);
    }
    if (kind == NORMAL_EXP_OF_MINUS_X) {
        return R(range_from)(x.v[0], -SUBNORMAL_LAST, -SUBNORMAL_FIRST);
    }
    real z = kind == NORMAL_EXP_OF_X ? x.v[0] : R(negative_magnitude)(x.v[0]);
    return R(range_from)(z, SUBNORMAL_LAST, SUBNORMAL_FIRST);
}

static ALWAYS_INLINE int R(all_normal)(const R(kernel) * f, const element *x, const element *y)
{
    R(range) range = R(normal)(R(load_values)(f, x, y), f->normal);
    UNROLL(8)
    for (int i = 1; i < VECTORS_PER_BLOCK; i++) {
        range = R(merge)(range, R(normal)(R(load_values)(f, x + i * LANES, y + i * LANES), f->normal));
    }
    return !R(any_outside)(range);
}

/* n elements: whole blocks, or vectors that do not fill one. Returns whether a result calls for underflow. */
static ALWAYS_INLINE int R(slow_path)(const R(kernel) * f, int stages, int stages_of_any, const element *x,
                                      const element *y, element *out, element *out2, size_t n)
{
    const size_t block = VECTORS_PER_BLOCK * LANES;
    int underflow = 0;
    for (size_t done = 0; done < n; done += block) {
#if HAVE_FMA && !defined(SCALAR)
        for (; f->normal != NORMAL_NONE && n - done >= block && R(all_normal)(f, x + done, y + done); done += block) {
            underflow |=
                R(block)(f, x + done, y + done, out + done, out2 + done, VECTORS_PER_BLOCK, PATH_NORMAL, stages, 0);
        }
        if (done == n) {
            break;
        }
#else
        (void)stages;
#endif
        underflow |= R(block)(f, x + done, y + done, out + done, out2 + done,
                              n < block ? (int)(n / LANES) : VECTORS_PER_BLOCK, PATH_ANY, stages_of_any, 0);
    }
    return underflow;
}
