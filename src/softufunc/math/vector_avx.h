/* What AVX2 with FMA and AVX-512 have in common: MM(operation) and COMPARE(a, b, predicate) name the intrinsics. */
static inline real R(splat)(element x)
{
    return (real)MM(set1)(x);
}

static inline real R(madd)(real a, real b, real c)
{
    return (real)MM(fmadd)(a, b, c);
}

static inline real R(nmadd)(real a, real b, real c)
{
    return (real)MM(fnmadd)(a, b, c);
}

static inline real R(min)(real a, real b)
{
    return (real)MM(min)(a, b);
}

static inline real R(max)(real a, real b)
{
    return (real)MM(max)(a, b);
}

static inline mask R(is_nan)(real x)
{
    return COMPARE(x, x, _CMP_UNORD_Q);
}

static inline mask R(less)(real a, real b)
{
    return COMPARE(a, b, _CMP_LT_OQ);
}

static inline mask R(not_less)(real a, real b)
{
    return COMPARE(a, b, _CMP_NLT_UQ);
}
