/* Gather strided elements into a contiguous buffer, and scatter them back. Strides for which the compiler can use vector
 * instructions have separate loops.
 *
 * With large strides each element is in a cache line of its own. Elements are prefetched PREFETCH_DISTANCE iterations ahead, and
 * arrive while a kernel computes; prefetching past the last element is harmless. With strides that are multiples of ALIASING_STRIDE
 * bytes, lines map to a few cache sets and would evict each other, so they are not prefetched. */
enum { PREFETCH_DISTANCE = 96, ALIASING_STRIDE = 1024 };

/* `size`, the size of an element, is a constant after inlining. */
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
    UNROLL(4)
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
