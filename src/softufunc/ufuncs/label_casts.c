/* Conversion of boolean and integer labels to the type of the logits, one chunk at a time.
 *
 * The inner loops have a constant length, so that gcc vectorizes them.
 */
#include <limits.h>

#include "ufuncs/reductions.h"

/* One line of a row batch. With 32, a batch of float32 rows with boolean labels took 10 % longer. */
enum { LABEL_GROUP = ACCUMULATORS };

/* For each label type: load to floats, load to doubles, read one as long double */
#define LOAD(name, type, real) \
    static void name(const softufunc_table *table, const char *restrict from, ptrdiff_t step, void *restrict to, \
                     size_t n) \
    { \
        (void)table; \
        real *out = to; \
        for (; step == sizeof(type) && sizeof(type) < 8 && n >= LABEL_GROUP; n -= LABEL_GROUP, out += LABEL_GROUP) { \
            for (int i = 0; i < LABEL_GROUP; i++, from += sizeof(type)) { \
                out[i] = (real)(*(const type *)(const void *)from); \
            } \
        } \
        for (; n > 0; n--, from += step, out++) { \
            *out = (real)(*(const type *)(const void *)from); \
        } \
    }
#define CAST(type) \
    LOAD(load_##type##_as_f32, type, float) \
    LOAD(load_##type##_as_f64, type, double) \
    static long double read_##type(const char *label) \
    { \
        return (long double)*(const type *)(const void *)label; \
    }

CAST(int8_t)
CAST(uint8_t)
CAST(int16_t)
CAST(uint16_t)
CAST(int32_t)
CAST(uint32_t)
CAST(int64_t)
CAST(uint64_t)

#define ENTRY(type) {{load_##type##_as_f32, load_##type##_as_f64}, read_##type}
#if LONG_MAX == INT32_MAX
#define LONG_ENTRIES ENTRY(int32_t), ENTRY(uint32_t)
#else
#define LONG_ENTRIES ENTRY(int64_t), ENTRY(uint64_t)
#endif
/* bool, the integers from byte to uint, long and ulong, longlong and ulonglong */
const softufunc_label_cast softufunc_label_casts[SOFTUFUNC_LABEL_TYPES] = {
    ENTRY(uint8_t), ENTRY(int8_t),   ENTRY(uint8_t), ENTRY(int16_t), ENTRY(uint16_t),
    ENTRY(int32_t), ENTRY(uint32_t), LONG_ENTRIES,   ENTRY(int64_t), ENTRY(uint64_t)};
