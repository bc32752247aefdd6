/* Copies of strided elements to adjacent ones and back. Strides that vector instructions handle well have loops of their own.
 *
 * Elements that are far apart may have a cache line each. Those PREFETCH_DISTANCE ahead are prefetched, and arrive while a kernel
 * computes; a prefetch beyond the last element does no harm. Lines at multiples of ALIASING_STRIDE bytes compete for a few places in
 * the cache and would evict each other: they are not prefetched. */
enum { PREFETCH_DISTANCE = 96, ALIASING_STRIDE = 1024 };

/* `size`, of an element, is a constant. */
static ALWAYS_INLINE void gather(const char *from, ptrdiff_t stride, char *to, size_t n, const ptrdiff_t size)
{
    if (stride == 2 * size) {
        for (size_t i = 0; i < n; i++) {
            memcpy(to + i * (size_t)size, from + 2 * i * (size_t)size, (size_t)size);
        }
    }
    else if (stride == -size) {
        const char *first = from - (ptrdiff_t)(n - 1) * size;
        for (size_t i = 0; i < n; i++) {
            memcpy(to + i * (size_t)size, first + (n - 1 - i) * (size_t)size, (size_t)size);
        }
    }
    else {
        const uintptr_t step = (uintptr_t)stride, ahead = stride % ALIASING_STRIDE == 0 ? 0 : PREFETCH_DISTANCE * step;
        UNROLL(4)
        for (size_t i = 0; i < n; i++) {
            __builtin_prefetch((const void *)((uintptr_t)from + i * step + ahead));
            memcpy(to + i * (size_t)size, from + (ptrdiff_t)i * stride, (size_t)size);
        }
    }
}

static ALWAYS_INLINE void scatter(const char *from, char *to, ptrdiff_t stride, size_t n, const ptrdiff_t size)
{
    for (size_t i = 0; i < n; i++) {
        memcpy(to + (ptrdiff_t)i * stride, from + i * (size_t)size, (size_t)size);
    }
}

#define STRIDED_COPY(width) \
    static void gather_##width(const char *from, ptrdiff_t stride, char *to, size_t n) \
    { \
        gather(from, stride, to, n, (width) / 8); \
    } \
    static void scatter_##width(const char *from, char *to, ptrdiff_t stride, size_t n) \
    { \
        scatter(from, to, stride, n, (width) / 8); \
    }
STRIDED_COPY(16)
STRIDED_COPY(32)
STRIDED_COPY(64)
