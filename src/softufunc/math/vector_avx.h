/* Shared by AVX2 with FMA and AVX-512: MM(operation) and COMPARE(a, b, predicate) are the intrinsics. */
static ALWAYS_INLINE real R(splat)(element x)
{
    return (real)MM(set1)(x);
}

static ALWAYS_INLINE real R(madd)(real a, real b, real c)
{
    return (real)MM(fmadd)(a, b, c);
}

static ALWAYS_INLINE real R(nmadd)(real a, real b, real c)
{
    return (real)MM(fnmadd)(a, b, c);
}

static ALWAYS_INLINE real R(msub)(real a, real b, real c)
{
    return (real)MM(fmsub)(a, b, c);
}

static ALWAYS_INLINE real R(nmsub)(real a, real b, real c)
{
    return (real)MM(fnmsub)(a, b, c);
}

static ALWAYS_INLINE real R(min)(real a, real b)
{
    return (real)MM(min)(a, b);
}

static ALWAYS_INLINE real R(max)(real a, real b)
{
    return (real)MM(max)(a, b);
}

static ALWAYS_INLINE mask R(is_nan)(real x)
{
    return COMPARE(x, x, _CMP_UNORD_Q);
}

/* Quiet comparisons. clang treats quiet and signaling comparisons alike unless all arithmetic is compiled with strict exceptions,
 * which made kernels up to 1.8 times slower; hence the inline assembly. */
#if defined(__clang__)
#undef INSTRUCTION
#undef MASK_REGISTER
#if REAL_BITS == 32
#define INSTRUCTION "vcmpps"
#else
#define INSTRUCTION "vcmppd"
#endif
#if VECTOR_BYTES == 64
#define MASK_REGISTER "=k"
#else
#define MASK_REGISTER "=x"
#endif

static ALWAYS_INLINE mask R(less)(real a, real b)
{
    mask m;
    __asm__(INSTRUCTION " %3, %2, %1, %0" : MASK_REGISTER(m) : "v"(a), "v"(b), "i"(_CMP_LT_OQ));
    return m;
}

static ALWAYS_INLINE mask R(not_less)(real a, real b)
{
    mask m;
    __asm__(INSTRUCTION " %3, %2, %1, %0" : MASK_REGISTER(m) : "v"(a), "v"(b), "i"(_CMP_NLT_UQ));
    return m;
}

#else

static ALWAYS_INLINE mask R(less)(real a, real b)
{
    return COMPARE(a, b, _CMP_LT_OQ);
}

static ALWAYS_INLINE mask R(not_less)(real a, real b)
{
    return COMPARE(a, b, _CMP_NLT_UQ);
}

#endif
