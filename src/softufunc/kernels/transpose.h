/* Transposes contiguous lines of floats or doubles, by square blocks of 16, 32 or 64 bytes. Of each block, the elements in every 16
 * bytes are transposed, then the 16 bytes themselves. */
#if defined(__clang__)
#define SHUFFLE(width, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
typedef int32_t places_32 __attribute__((vector_size(16)));
typedef int64_t places_64 __attribute__((vector_size(16)));
#define SHUFFLE(width, a, b, ...) __builtin_shuffle(a, b, (places_##width){__VA_ARGS__})
#endif

typedef float line_f32 __attribute__((vector_size(16)));
typedef double line_f64 __attribute__((vector_size(16)));

static ALWAYS_INLINE void transpose_16_bytes_f32(line_f32 *v)
{
    line_f32 a = SHUFFLE(32, v[0], v[1], 0, 4, 1, 5), b = SHUFFLE(32, v[0], v[1], 2, 6, 3, 7);
    line_f32 c = SHUFFLE(32, v[2], v[3], 0, 4, 1, 5), d = SHUFFLE(32, v[2], v[3], 2, 6, 3, 7);
    v[0] = SHUFFLE(32, a, c, 0, 1, 4, 5);
    v[1] = SHUFFLE(32, a, c, 2, 3, 6, 7);
    v[2] = SHUFFLE(32, b, d, 0, 1, 4, 5);
    v[3] = SHUFFLE(32, b, d, 2, 3, 6, 7);
}

static ALWAYS_INLINE void transpose_16_bytes_f64(line_f32 *v)
{
    line_f64 a = (line_f64)v[0], b = (line_f64)v[1];
    v[0] = (line_f32)SHUFFLE(64, a, b, 0, 2);
    v[1] = (line_f32)SHUFFLE(64, a, b, 1, 3);
}

/* A block of elements of `size` bytes, which is a constant after inlining */
static ALWAYS_INLINE void transpose_block_16(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t size)
{
    line_f32 v[4];
    for (size_t i = 0; i < 16 / size; i++) {
        memcpy(v + i, from + (ptrdiff_t)i * step, 16);
    }
    if (size == sizeof(float)) {
        transpose_16_bytes_f32(v);
    }
    else {
        transpose_16_bytes_f64(v);
    }
    for (size_t i = 0; i < 16 / size; i++) {
        memcpy(to + (ptrdiff_t)i * to_step, v + i, 16);
    }
}

#if defined(__AVX2__)

static ALWAYS_INLINE void transpose_block_32(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t size)
{
    const size_t lines = 32 / size, group = 16 / size;
    __m256d v[8];
    UNROLL(8)
    for (size_t i = 0; i < lines; i++) {
        const char *low = from + (ptrdiff_t)(i % group) * step + i / group * 16, *high = low + (ptrdiff_t)group * step;
        v[i] = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd((const double *)(const void *)low)),
                                    _mm_loadu_pd((const double *)(const void *)high), 1);
    }
    UNROLL(8)
    for (size_t i = 0; i < lines; i += group) {
        if (size == sizeof(float)) {
            const __m256 even = (__m256)v[i], odd = (__m256)v[i + 1];
            const __m256 even2 = (__m256)v[i + group - 2], odd2 = (__m256)v[i + group - 1];
            const __m256d a = (__m256d)_mm256_unpacklo_ps(even, odd), b = (__m256d)_mm256_unpackhi_ps(even, odd);
            const __m256d c = (__m256d)_mm256_unpacklo_ps(even2, odd2), d = (__m256d)_mm256_unpackhi_ps(even2, odd2);
            v[i] = _mm256_unpacklo_pd(a, c);
            v[i + 1] = _mm256_unpackhi_pd(a, c);
            v[i + group - 2] = _mm256_unpacklo_pd(b, d);
            v[i + group - 1] = _mm256_unpackhi_pd(b, d);
        }
        else {
            const __m256d a = v[i], b = v[i + 1];
            v[i] = _mm256_unpacklo_pd(a, b);
            v[i + 1] = _mm256_unpackhi_pd(a, b);
        }
    }
    UNROLL(8)
    for (size_t i = 0; i < lines; i++) {
        _mm256_storeu_pd((double *)(void *)(to + (ptrdiff_t)i * to_step), v[i]);
    }
}

#endif

#if defined(__AVX512F__)

static ALWAYS_INLINE void transpose_block_64(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t size)
{
    const size_t lines = 64 / size, group = 16 / size;
    __m512d v[16];
    UNROLL(16)
    for (size_t i = 0; i < lines; i++) {
        v[i] = _mm512_loadu_pd((const void *)(from + (ptrdiff_t)i * step));
    }
    UNROLL(8)
    for (size_t i = 0; i < lines; i += group) {
        if (size == sizeof(float)) {
            const __m512 even = (__m512)v[i], odd = (__m512)v[i + 1];
            const __m512 even2 = (__m512)v[i + group - 2], odd2 = (__m512)v[i + group - 1];
            const __m512d a = (__m512d)_mm512_unpacklo_ps(even, odd), b = (__m512d)_mm512_unpackhi_ps(even, odd);
            const __m512d c = (__m512d)_mm512_unpacklo_ps(even2, odd2), d = (__m512d)_mm512_unpackhi_ps(even2, odd2);
            v[i] = _mm512_unpacklo_pd(a, c);
            v[i + 1] = _mm512_unpackhi_pd(a, c);
            v[i + group - 2] = _mm512_unpacklo_pd(b, d);
            v[i + group - 1] = _mm512_unpackhi_pd(b, d);
        }
        else {
            const __m512d a = v[i], b = v[i + 1];
            v[i] = _mm512_unpacklo_pd(a, b);
            v[i + 1] = _mm512_unpackhi_pd(a, b);
        }
    }
    UNROLL(4)
    for (size_t i = 0; i < group; i++) {
        const __m512d a = v[i], b = v[i + group], c = v[i + 2 * group], d = v[i + 3 * group];
        const __m512d even = _mm512_shuffle_f64x2(a, b, 0x88), odd = _mm512_shuffle_f64x2(a, b, 0xdd);
        const __m512d even2 = _mm512_shuffle_f64x2(c, d, 0x88), odd2 = _mm512_shuffle_f64x2(c, d, 0xdd);
        const __m512d y[4] = {_mm512_shuffle_f64x2(even, even2, 0x88), _mm512_shuffle_f64x2(odd, odd2, 0x88),
                              _mm512_shuffle_f64x2(even, even2, 0xdd), _mm512_shuffle_f64x2(odd, odd2, 0xdd)};
        for (size_t j = 0; j < 4; j++) {
            _mm512_storeu_pd((void *)(to + (ptrdiff_t)(i + j * group) * to_step), y[j]);
        }
    }
}

#endif

/* Lines far apart, of at least PREFETCHED_BYTES, are not foreseen by the processor and are fetched PREFETCHED_LINES ahead.
 * For shorter ones that takes more time where they come from memory. */
enum { PREFETCHED_LINES = 32, PREFETCHED_BYTES = 256 };

static ALWAYS_INLINE void prefetch_lines(const char *from, ptrdiff_t step, size_t lines, size_t bytes)
{
    for (size_t line = 0; line < lines; line++) {
        for (size_t i = 0; i < bytes; i += 64) {
            __builtin_prefetch(from + (ptrdiff_t)line * step + i);
        }
    }
}

/* The last blocks overlap the ones before. */
static ALWAYS_INLINE void transpose_blocks(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t lines,
                                           size_t n, size_t size, size_t side,
                                           void (*block)(const char *, ptrdiff_t, char *, ptrdiff_t, size_t))
{
    for (size_t line = 0; line < lines; line += side) {
        const size_t first = line < lines - side ? line : lines - side;
        if (n * size >= PREFETCHED_BYTES && line + PREFETCHED_LINES + side <= lines) {
            prefetch_lines(from + (ptrdiff_t)(line + PREFETCHED_LINES) * step, step, side, n * size);
        }
        for (size_t i = 0; i < n; i += side) {
            const size_t place = i < n - side ? i : n - side;
            block(from + (ptrdiff_t)first * step + place * size, step, to + (ptrdiff_t)place * to_step + first * size,
                  to_step, size);
        }
    }
}

/* The block of 4 lines of 4 elements, or NULL */
#if defined(__AVX2__)
#define BLOCK_OF_4(size) ((size) == sizeof(float) ? transpose_block_16 : transpose_block_32)
#else
#define BLOCK_OF_4(size) ((size) == sizeof(float) ? transpose_block_16 : NULL)
#endif

/* 4 elements as one vector: stores of half a vector would delay the load of a whole one. */
static ALWAYS_INLINE void copy_4(char *to, const char *from, size_t size)
{
    typedef double line_32 __attribute__((vector_size(32)));
    line_f32 narrow;
    line_32 wide;
    if (size == sizeof(float)) {
        memcpy(&narrow, from, sizeof narrow);
        memcpy(to, &narrow, sizeof narrow);
    }
    else {
        memcpy(&wide, from, sizeof wide);
        memcpy(to, &wide, sizeof wide);
    }
}

/* 3 lines of n elements, n a multiple of 4, to n lines of 3 elements that follow each other. A line is written as 4 elements, before the
 * next one, except the last. */
static ALWAYS_INLINE void transpose_to_threes(const char *from, ptrdiff_t step, char *to, size_t n, size_t size,
                                              void (*block)(const char *, ptrdiff_t, char *, ptrdiff_t, size_t))
{
    const size_t side = 4 * size, line = 3 * size;
    for (size_t i = 0; i < n; i += 4, to += 4 * line) {
        _Alignas(64) char lines[4 * 4 * sizeof(double)] = {0}, last[4 * 4 * sizeof(double)];
        for (size_t j = 0; j < 3; j++) {
            copy_4(lines + j * side, from + (ptrdiff_t)j * step + i * size, size);
        }
        if (i + 4 < n) {
            block(lines, (ptrdiff_t)side, to, (ptrdiff_t)line, size);
            continue;
        }
        block(lines, (ptrdiff_t)side, last, (ptrdiff_t)side, size);
        for (size_t j = 0; j < 3; j++) {
            copy_4(to + j * line, last + j * side, size);
        }
        memcpy(to + 3 * line, last + 3 * side, line);
    }
}

/* The reverse: a line is read as 4 elements, except the last. */
static ALWAYS_INLINE void transpose_threes(const char *from, char *to, ptrdiff_t to_step, size_t n, size_t size,
                                           void (*block)(const char *, ptrdiff_t, char *, ptrdiff_t, size_t))
{
    const size_t side = 4 * size, line = 3 * size;
    for (size_t i = 0; i < n; i += 4, from += 4 * line, to += side) {
        _Alignas(64) char last[4 * 4 * sizeof(double)] = {0}, lines[4 * 4 * sizeof(double)];
        if (i + 4 < n) {
            block(from, (ptrdiff_t)line, lines, (ptrdiff_t)side, size);
        }
        else {
            for (size_t j = 0; j < 3; j++) {
                copy_4(last + j * side, from + j * line, size);
            }
            memcpy(last + 3 * side, from + 3 * line, line);
            block(last, (ptrdiff_t)side, lines, (ptrdiff_t)side, size);
        }
        for (size_t j = 0; j < 3; j++) {
            copy_4(to + (ptrdiff_t)j * to_step, lines + j * side, size);
        }
    }
}

/* Copies element i of line j to element j of line i, for `lines` lines of n contiguous elements. */
static ALWAYS_INLINE void transpose(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t lines,
                                    size_t n, size_t size)
{
    const size_t least = lines < n ? lines : n;
    void (*const block_of_4)(const char *, ptrdiff_t, char *, ptrdiff_t, size_t) = BLOCK_OF_4(size);
    if (block_of_4 && lines == 3 && n % 4 == 0 && to_step == 3 * (ptrdiff_t)size) {
        transpose_to_threes(from, step, to, n, size, block_of_4);
        return;
    }
    if (block_of_4 && n == 3 && lines % 4 == 0 && step == 3 * (ptrdiff_t)size) {
        transpose_threes(from, to, to_step, lines, size, block_of_4);
        return;
    }
#if defined(__AVX512F__)
    if (least >= 64 / size) {
        transpose_blocks(from, step, to, to_step, lines, n, size, 64 / size, transpose_block_64);
        return;
    }
#endif
#if defined(__AVX2__)
    if (least >= 32 / size) {
        transpose_blocks(from, step, to, to_step, lines, n, size, 32 / size, transpose_block_32);
        return;
    }
#endif
    if (least >= 16 / size) {
        transpose_blocks(from, step, to, to_step, lines, n, size, 16 / size, transpose_block_16);
        return;
    }
    for (size_t line = 0; line < lines; line++) {
        for (size_t i = 0; i < n; i++) {
            memcpy(to + (ptrdiff_t)i * to_step + line * size, from + (ptrdiff_t)line * step + i * size, size);
        }
    }
}

static NOINLINE void transpose_f32(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t lines,
                                   size_t n)
{
    transpose(from, step, to, to_step, lines, n, sizeof(float));
}

static NOINLINE void transpose_f64(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t lines,
                                   size_t n)
{
    transpose(from, step, to, to_step, lines, n, sizeof(double));
}

/* Stores LANES_F64 elements of LANES_F64 rows, one vector an element, to rows that are contiguous. */
static ALWAYS_INLINE void store_tile_f64(const double *tile, double *rows, ptrdiff_t row_step)
{
    const ptrdiff_t step = VECTOR_BYTES, to_step = row_step * (ptrdiff_t)sizeof *rows;
#if defined(__AVX512F__)
    transpose_block_64((const char *)tile, step, (char *)rows, to_step, sizeof *rows);
#elif defined(__AVX2__)
    transpose_block_32((const char *)tile, step, (char *)rows, to_step, sizeof *rows);
#else
    transpose_block_16((const char *)tile, step, (char *)rows, to_step, sizeof *rows);
#endif
}

static ALWAYS_INLINE void store_tile_f32(const float *tile, float *rows, ptrdiff_t row_step)
{
    const ptrdiff_t step = VECTOR_BYTES / 2, to_step = row_step * (ptrdiff_t)sizeof *rows;
#if defined(__AVX512F__)
    transpose_block_32((const char *)tile, step, (char *)rows, to_step, sizeof *rows);
#elif defined(__AVX2__)
    transpose_block_16((const char *)tile, step, (char *)rows, to_step, sizeof *rows);
#else
    for (size_t i = 0; i < 2; i++) {
        rows[(ptrdiff_t)i * row_step] = tile[i];
        rows[(ptrdiff_t)i * row_step + 1] = tile[2 + i];
    }
    (void)step;
    (void)to_step;
#endif
}
