/* A single number. */
typedef bits mask;

static inline real R(splat)(element x)
{
    return (real){x};
}

static inline real R(madd)(real a, real b, real c)
{
#if REAL_BITS == 32
    return (real){__builtin_fmaf(a[0], b[0], c[0])};
#else
    return (real){__builtin_fma(a[0], b[0], c[0])};
#endif
}

static inline real R(nmadd)(real a, real b, real c)
{
    return R(madd)(-a, b, c);
}

static inline real R(msub)(real a, real b, real c)
{
    return R(madd)(a, b, -c);
}

static inline real R(nmsub)(real a, real b, real c)
{
    return R(madd)(-a, b, -c);
}

/* gcc makes branches of conditions, and comparisons with blends of others. */
#undef INSTRUCTION
#if REAL_BITS == 32
#define INSTRUCTION(name) "v" #name "ss"
#else
#define INSTRUCTION(name) "v" #name "sd"
#endif

static inline real R(min)(real a, real b)
{
    element x = a[0], y = b[0];
    __asm__(INSTRUCTION(min) " %1, %0, %0" : "+x"(x) : "x"(y));
    return (real){x};
}

static inline real R(max)(real a, real b)
{
    element x = a[0], y = b[0];
    __asm__(INSTRUCTION(max) " %1, %0, %0" : "+x"(x) : "x"(y));
    return (real){x};
}

static inline mask R(is_nan)(real x)
{
    return (mask){0} - (bits){(unsigned)__builtin_isunordered(x[0], x[0])};
}

static inline mask R(less)(real a, real b)
{
    return (mask){0} - (bits){(unsigned)__builtin_isless(a[0], b[0])};
}

static inline mask R(not_less)(real a, real b)
{
    return ~R(less)(a, b);
}

static inline real R(select)(mask m, real where_true, real where_false)
{
    return (real){m[0] ? where_true[0] : where_false[0]};
}

static inline real R(select_by_sign)(real x, real where_negative, real where_positive)
{
    return R(select)(R(less)(x, C(0.0)), where_negative, where_positive);
}

static inline real R(zero_where)(mask m, real x)
{
    return (real)(~m & (bits)x);
}

static inline int R(any)(mask m)
{
    return m[0] != 0;
}

static inline bits R(worst)(R(range) x)
{
    return x.distance;
}

static inline bits R(worse)(bits a, bits b)
{
    return a[0] > b[0] ? a : b;
}

static inline int R(any_beyond)(bits worst, bits limit)
{
    return worst[0] >= limit[0];
}

#include "vector_no_integers.h"
#include "vector_some.h"
