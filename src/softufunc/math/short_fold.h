/* The numbers of a short fold in registers, for math/logsumexp_short.h: included with REAL_BITS 64 and 32. */

/* The square of a number closer to 0 raises underflow. The rounding errors of terms do not: terms are 0, or at least 2^-900
 * (2^-90). */
#undef SHORT_TINY
#define SHORT_TINY (REAL_BITS == 32 ? 0x1p-45 : 0x1p-480)

enum { R(short_vectors) = SHORT_FOLD > LANES ? SHORT_FOLD / LANES : 1 };

/* Which of n + 1 numbers are in vector v? */
static ALWAYS_INLINE mask R(in_short)(size_t n, int v)
{
    real index;
    for (int lane = 0; lane < LANES; lane++) {
        index[lane] = (element)lane;
    }
    return R(less)(index, C((element)((int)n + 1 - v * LANES)));
}

static ALWAYS_INLINE real R(short_part)(real y, size_t n, int v, int negated, element filler)
{
    return R(select)(R(in_short)(n, v), negated ? -y : y, C(filler));
}

/* `first` and n numbers behind it, or their opposites, in `vectors` vectors filled up with `filler` */
static ALWAYS_INLINE void R(load_short)(element first, const element *from, size_t n, int negated, element filler,
                                        int vectors, real *x)
{
    mask not_first = {0};
    for (int lane = 1; lane < LANES; lane++) {
        not_first[lane] = (unsigned_integer)-1;
    }
    for (int v = 0; v < vectors; v++) {
        const mask chosen = R(in_short)(n, v);
        real y = R(load_where)(v == 0 ? chosen & not_first : chosen, from + v * LANES - 1);
        if (v == 0) {
            y[0] = first;
        }
        x[v] = R(short_part)(y, n, v, negated, filler);
    }
}

/* Their maximum; nans are ignored. */
static ALWAYS_INLINE element R(maximum_of_short)(const real *x, int vectors)
{
    real max = C(-INFINITY);
    for (int v = 0; v < vectors; v++) {
        max = R(select)(R(less)(max, x[v]), x[v], max);
    }
    element all[LANES];
    R(store)(all, max);
    for (int half = LANES / 2; half > 0; half /= 2) {
        R(halve_maxima)(all, half);
    }
    return all[0];
}

static ALWAYS_INLINE int R(any_tiny)(const real *x, int vectors)
{
    mask found = {0};
    for (int v = 0; v < vectors; v++) {
        real size = R(magnitude)(x[v]);
        found |= R(less)(size, C(SHORT_TINY)) & R(less)(C(0.0), size);
    }
    return R(any)(found);
}
