/* Strided elements to adjacent ones and back. The strides that vector instructions handle well have loops of their own.
 *
 * Elements further apart may have a cache line each: those AHEAD are asked for, and arrive while a kernel computes. Beyond the
 * last element that is in vain, and harmless. Lines at multiples of CROWDED bytes share the few places that the cache has for
 * them, and would drive each other out: those are not asked for in advance. */
enum { AHEAD = 96, CROWDED = 1024 };

#define COPIES(width, type) \
    static void gather_##width(const char *from, ptrdiff_t stride, char *to, size_t n) \
    { \
        const ptrdiff_t size = sizeof(type); \
        type *out = (type *)(void *)to; \
        if (stride == 2 * size) { \
            const type *in = (const type *)(const void *)from; \
            for (size_t i = 0; i < n; i++) { \
                out[i] = in[2 * i]; \
            } \
        } \
        else if (stride == -size) { \
            const type *in = (const type *)(const void *)from + 1 - n; \
            for (size_t i = 0; i < n; i++) { \
                out[i] = in[n - 1 - i]; \
            } \
        } \
        else { \
            const uintptr_t step = (uintptr_t)stride, ahead = stride % CROWDED == 0 ? 0 : AHEAD * step; \
            UNROLL(4) \
            for (size_t i = 0; i < n; i++) { \
                __builtin_prefetch((const void *)((uintptr_t)from + i * step + ahead)); \
                memcpy(out + i, from + (ptrdiff_t)i * stride, sizeof(type)); \
            } \
        } \
    } \
    static void scatter_##width(const char *from, char *to, ptrdiff_t stride, size_t n) \
    { \
        for (size_t i = 0; i < n; i++) { \
            memcpy(to + (ptrdiff_t)i * stride, from + i * sizeof(type), sizeof(type)); \
        } \
    }

COPIES(16, uint16_t)
COPIES(32, uint32_t)
COPIES(64, uint64_t)
