/* Conversion of booleans and integers to floats, one chunk at a time.
 *
 * The inner loops have a constant length, so that gcc vectorizes them.
 */
#include <limits.h>

/* One line of a row batch. With 32, a batch of float32 rows with boolean labels took 10 % longer. */
enum { LABEL_GROUP = ACCUMULATORS };

/* 64-bit integers as doubles, rounded once: the upper and the lower half are exact as the last digits of 2^84 and 2^52. There is no
 * instruction for vectors of them in AVX2 and SSE2. */
static ALWAYS_INLINE double joined_halves(uint64_t x, double offset)
{
    const uint64_t high_bits = x >> 32 | (uint64_t)0x453 << 52, low_bits = (x & 0xffffffff) | (uint64_t)0x433 << 52;
    double high, low;
    memcpy(&high, &high_bits, sizeof high);
    memcpy(&low, &low_bits, sizeof low);
    return (high - (0x1p+84 + 0x1p+52 + offset)) + low;
}

#if defined(__AVX512DQ__) || defined(__aarch64__)
#define int64_t_as_f64(x) (double)(x)
#define uint64_t_as_f64(x) (double)(x)
#else
#define int64_t_as_f64(x) joined_halves((uint64_t)(x) ^ (uint64_t)1 << 63, 0x1p+63)
#define uint64_t_as_f64(x) joined_halves(x, 0)
#endif

/* For each label type: load to floats, load to doubles, read one as long double */
#define LOAD(name, type, real, converted) \
    static void name(const softufunc_table *table, const char *restrict from, ptrdiff_t step, void *restrict to, \
                     size_t n) \
    { \
        (void)table; \
        real *out = to; \
        for (; step == sizeof(type) && n >= LABEL_GROUP; n -= LABEL_GROUP, out += LABEL_GROUP) { \
            for (int i = 0; i < LABEL_GROUP; i++, from += sizeof(type)) { \
                out[i] = converted(*(const type *)(const void *)from); \
            } \
        } \
        for (; n > 0; n--, from += step, out++) { \
            *out = converted(*(const type *)(const void *)from); \
        } \
    }
#define CAST(type, to_double) \
    LOAD(load_##type##_as_f32, type, float, (float)) \
    LOAD(load_##type##_as_f64, type, double, to_double) \
    static long double read_##type(const char *label) \
    { \
        return (long double)*(const type *)(const void *)label; \
    }

CAST(int8_t, (double))
CAST(uint8_t, (double))
CAST(int16_t, (double))
CAST(uint16_t, (double))
CAST(int32_t, (double))
CAST(uint32_t, (double))
CAST(int64_t, int64_t_as_f64)
CAST(uint64_t, uint64_t_as_f64)

#define ENTRY(type) {{load_##type##_as_f32, load_##type##_as_f64}, read_##type}
#if LONG_MAX == INT32_MAX
#define LONG_ENTRIES ENTRY(int32_t), ENTRY(uint32_t)
#else
#define LONG_ENTRIES ENTRY(int64_t), ENTRY(uint64_t)
#endif
/* bool, the integers from byte to uint, long and ulong, longlong and ulonglong */
static const softufunc_label_cast label_casts[SOFTUFUNC_LABEL_TYPES] = {
    ENTRY(uint8_t), ENTRY(int8_t),   ENTRY(uint8_t), ENTRY(int16_t), ENTRY(uint16_t),
    ENTRY(int32_t), ENTRY(uint32_t), LONG_ENTRIES,   ENTRY(int64_t), ENTRY(uint64_t)};
