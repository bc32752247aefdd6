/* For instruction sets without integer minimum or conversion of this width: AVX2 with float64, and SSE2 */
static ALWAYS_INLINE real R(clamp)(real x, element low, element high)
{
    return R(max)(C(low), R(min)(C(high), R(zero_where)(R(is_nan)(x), x)));
}

static ALWAYS_INLINE real R(minus_magnitude)(real x, element limit)
{
    real magnitude = (real)((bits)x | (bits)C(-0.0));
    return R(select)(R(less)(C(-limit), magnitude), magnitude, C(-limit));
}

static ALWAYS_INLINE mask R(outside)(real x, element high)
{
    return R(not_less)(x, C(high)) | R(not_less)(C(SMALLEST_NORMAL * (1 - EPSILON)), x);
}

/* b + bias is positive; its exponent field, inserted into the mantissa of 2^MANTISSA_BITS, converts it to a number. */
static ALWAYS_INLINE real R(integers)(bits b)
{
    const element unit = REAL_BITS == 32 ? 0x1p+23 : 0x1p+52;
    const bits bias = INTEGER(EXPONENT_BIAS) << MANTISSA_BITS;
    bits field = (b + bias) >> MANTISSA_BITS;
    return ((real)(field | (bits)C(unit)) - C(unit + EXPONENT_BIAS)) * C(unit);
}
