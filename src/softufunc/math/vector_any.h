/* Every other machine: what gcc and clang offer for vectors in general. */
typedef bits mask;

static inline real R(splat)(element x)
{
    return x - (real){0};
}

#if HAVE_FMA

static inline real R(madd)(real a, real b, real c)
{
    real sum;
    for (int lane = 0; lane < LANES; lane++) {
#if REAL_BITS == 32
        sum[lane] = __builtin_fmaf(a[lane], b[lane], c[lane]);
#else
        sum[lane] = __builtin_fma(a[lane], b[lane], c[lane]);
#endif
    }
    return sum;
}

static inline real R(nmadd)(real a, real b, real c)
{
    return R(madd)(-a, b, c);
}

#else

static inline real R(madd)(real a, real b, real c)
{
    return a * b + c;
}

static inline real R(nmadd)(real a, real b, real c)
{
    return c - a * b;
}

#endif

static inline real R(select)(mask m, real where_true, real where_false)
{
    return (real)((m & (bits)where_true) | (~m & (bits)where_false));
}

static inline real R(zero_where)(mask m, real x)
{
    return (real)(~m & (bits)x);
}

static inline int R(any)(mask m)
{
    for (int lane = 0; lane < LANES; lane++) {
        if (m[lane]) {
            return 1;
        }
    }
    return 0;
}

static inline int R(any_highest)(bits b)
{
    return R(any)(b >> (REAL_BITS - 1));
}

static inline real R(min)(real a, real b)
{
    return R(select)((mask)(a < b), a, b);
}

static inline real R(max)(real a, real b)
{
    return R(select)((mask)(a > b), a, b);
}

static inline mask R(is_nan)(real x)
{
    return (mask)(x != x);
}

/* Ordered comparisons raise a flag for a nan: both numbers become 0 first, and 0 is not less than 0. */
static inline mask R(less)(real a, real b)
{
    mask nan = R(is_nan)(a) | R(is_nan)(b);
    return (mask)(R(zero_where)(nan, a) < R(zero_where)(nan, b));
}

static inline mask R(not_less)(real a, real b)
{
    return ~R(less)(a, b);
}

static inline real R(select_by_sign)(real x, real where_negative, real where_positive)
{
    return R(select)(R(less)(x, C(0.0)), where_negative, where_positive);
}

#include "vector_no_integers.h"

#include "vector_some.h"
