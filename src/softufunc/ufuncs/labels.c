/* Booleans and integers as the second argument: they become numbers of the type of the first one, block by block.
 *
 * gcc makes vectors of a loop of constant length without more ado.
 */
#include <limits.h>

#include "ufuncs/loops.h"

enum { LABEL_GROUP = 32 };
#define LOAD_LABELS(type, width, real) \
    static void load_##type##_as_f##width(const softufunc_table *table, const char *restrict from, ptrdiff_t step, \
                                          void *restrict to, size_t n) \
    { \
        (void)table; \
        real *out = to; \
        if (step == sizeof(type) && sizeof(type) < 8) { \
            for (; n >= LABEL_GROUP; n -= LABEL_GROUP, from += LABEL_GROUP * sizeof(type), out += LABEL_GROUP) { \
                const type *in = (const type *)(const void *)from; \
                for (int i = 0; i < LABEL_GROUP; i++) { \
                    out[i] = (real)in[i]; \
                } \
            } \
        } \
        for (; n > 0; n--, from += step, out++) { \
            *out = (real)(*(const type *)(const void *)from); \
        } \
    }
#define LABELS(type) \
    LOAD_LABELS(type, 32, float) \
    LOAD_LABELS(type, 64, double) \
    static long double read_##type(const char *label) \
    { \
        return (long double)*(const type *)(const void *)label; \
    }

LABELS(int8_t)
LABELS(uint8_t)
LABELS(int16_t)
LABELS(uint16_t)
LABELS(int32_t)
LABELS(uint32_t)
LABELS(int64_t)
LABELS(uint64_t)

#define ENTRY(type) {{load_##type##_as_f32, load_##type##_as_f64}, read_##type}
#if LONG_MAX == INT32_MAX
#define LONG_ENTRIES ENTRY(int32_t), ENTRY(uint32_t)
#else
#define LONG_ENTRIES ENTRY(int64_t), ENTRY(uint64_t)
#endif
/* bool, the integers from byte to uint, long and ulong, longlong and ulonglong */
const softufunc_labels softufunc_labels_of_type[SOFTUFUNC_LABEL_TYPES] = {
    ENTRY(uint8_t), ENTRY(int8_t),   ENTRY(uint8_t), ENTRY(int16_t), ENTRY(uint16_t),
    ENTRY(int32_t), ENTRY(uint32_t), LONG_ENTRIES,   ENTRY(int64_t), ENTRY(uint64_t)};
