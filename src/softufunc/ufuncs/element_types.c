/* How the loops of the gufuncs access elements: float16 is computed in float32. */
#include <stdint.h>
#include <string.h>

#include "ufuncs/reductions.h"

static void load_f64(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    table->gather[SOFTUFUNC_F64](from, step, to, n);
}

static void load_f32(const softufunc_table *table, const char *from, ptrdiff_t step, void *to, size_t n)
{
    table->gather[SOFTUFUNC_F32](from, step, to, n);
}

/* The output elements are `step` bytes apart. */
static void store_f64(const double *results, char *out, ptrdiff_t step, size_t n)
{
    for (size_t i = 0; i < n; i++, out += step) {
        *(double *)(void *)out = results[i];
    }
}

static void store_f32(const double *results, char *out, ptrdiff_t step, size_t n)
{
    for (size_t i = 0; i < n; i++, out += step) {
        *(float *)(void *)out = (float)results[i];
    }
}

/* 16 bytes of a row as 4 floats or 2 doubles; gcc and clang compile a shuffle to one instruction */
typedef float line_f32 __attribute__((vector_size(16)));
typedef double line_f64 __attribute__((vector_size(16)));
enum { SQUARE_MAX = 4 };
#if defined(__clang__)
#define SHUFFLE(width, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
typedef int32_t places_f32 __attribute__((vector_size(16)));
typedef int64_t places_f64 __attribute__((vector_size(16)));
#define SHUFFLE(width, a, b, ...) __builtin_shuffle(a, b, (places_f##width){__VA_ARGS__})
#endif

static inline void transpose_square_f32(line_f32 *square)
{
    line_f32 a = SHUFFLE(32, square[0], square[1], 0, 4, 1, 5);
    line_f32 b = SHUFFLE(32, square[0], square[1], 2, 6, 3, 7);
    line_f32 c = SHUFFLE(32, square[2], square[3], 0, 4, 1, 5);
    line_f32 d = SHUFFLE(32, square[2], square[3], 2, 6, 3, 7);
    square[0] = SHUFFLE(32, a, c, 0, 1, 4, 5);
    square[1] = SHUFFLE(32, a, c, 2, 3, 6, 7);
    square[2] = SHUFFLE(32, b, d, 0, 1, 4, 5);
    square[3] = SHUFFLE(32, b, d, 2, 3, 6, 7);
}

static inline void transpose_square_f64(line_f32 *square)
{
    line_f64 a = (line_f64)square[0], b = (line_f64)square[1];
    square[0] = (line_f32)SHUFFLE(64, a, b, 0, 2);
    square[1] = (line_f32)SHUFFLE(64, a, b, 1, 3);
}

/* Copies element i of line j to element j of line i, for lines of n contiguous elements of `size` bytes: square blocks with sides of
 * 16 bytes first, then the remainders. Inlined, because `size` has to be a constant. */
static inline __attribute__((always_inline)) void transpose(const char *from, ptrdiff_t step, char *to,
                                                            ptrdiff_t to_step, size_t lines, size_t n, size_t size,
                                                            void (*transpose_square)(line_f32 *square))
{
    const size_t side = sizeof(line_f32) / size, whole_lines = lines - lines % side, whole = n - n % side;
    for (size_t line = 0; line < whole_lines; line += side) {
        const char *start = from + (ptrdiff_t)line * step;
        for (size_t i = 0; i < whole; i += side) {
            line_f32 square[SQUARE_MAX];
            for (size_t j = 0; j < side; j++) {
                memcpy(square + j, start + (ptrdiff_t)j * step + i * size, sizeof *square);
            }
            transpose_square(square);
            for (size_t j = 0; j < side; j++) {
                memcpy(to + (ptrdiff_t)(i + j) * to_step + line * size, square + j, sizeof *square);
            }
        }
    }
    for (size_t line = 0; line < lines; line++) {
        for (size_t i = line < whole_lines ? whole : 0; i < n; i++) {
            memcpy(to + (ptrdiff_t)i * to_step + line * size, from + (ptrdiff_t)line * step + i * size, size);
        }
    }
}

static void transpose_f32(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t lines, size_t n)
{
    transpose(from, step, to, to_step, lines, n, sizeof(float), transpose_square_f32);
}

static void transpose_f64(const char *from, ptrdiff_t step, char *to, ptrdiff_t to_step, size_t lines, size_t n)
{
    transpose(from, step, to, to_step, lines, n, sizeof(double), transpose_square_f64);
}

static void store_floats(const softufunc_table *table, const void *results, char *out, ptrdiff_t step, size_t n)
{
    table->scatter[SOFTUFUNC_F32](results, out, step, n);
}

static void store_doubles(const softufunc_table *table, const void *results, char *out, ptrdiff_t step, size_t n)
{
    table->scatter[SOFTUFUNC_F64](results, out, step, n);
}

static const softufunc_type type_f16 = {
    2, 4, SOFTUFUNC_WIDTH_32, softufunc_load_f16, softufunc_store_f16, softufunc_store_floats_as_f16, NULL};
static const softufunc_type type_f32 = {4, 4, SOFTUFUNC_WIDTH_32, load_f32, store_f32, store_floats, transpose_f32};
static const softufunc_type type_f64 = {8, 8, SOFTUFUNC_WIDTH_64, load_f64, store_f64, store_doubles, transpose_f64};
static const softufunc_type type_bf16 = {
    2, 4, SOFTUFUNC_WIDTH_32, softufunc_load_bf16, softufunc_store_bf16, softufunc_store_floats_as_bf16, NULL};
const softufunc_type *const softufunc_types[SOFTUFUNC_TYPES] = {&type_f16, &type_f32, &type_f64, &type_bf16};

/* Rows of contiguous elements of 16 bits: converted, then transposed. */
static void load_half_rows(const softufunc_table *table, const softufunc_type *type, const char *from,
                           ptrdiff_t row_step, size_t n, char *to)
{
    _Alignas(64) float rows[ACCUMULATORS * SOFTUFUNC_SHORT_ROW];
    const int adjacent = row_step == (ptrdiff_t)n * type->size && ACCUMULATORS * n <= SOFTUFUNC_CHUNK_MAX;
    const size_t count = adjacent ? 1 : ACCUMULATORS, length = adjacent ? ACCUMULATORS * n : n;
    for (size_t i = 0; i < count; i++) {
        type->load(table, from + (ptrdiff_t)i * row_step, type->size, rows + i * n, length);
    }
    transpose_f32((const char *)rows, (ptrdiff_t)(n * sizeof(float)), to, ACCUMULATORS * sizeof(float), ACCUMULATORS,
                  n);
}

void softufunc_load_row_batch(const softufunc_table *table, const softufunc_type *type, softufunc_load load, int direct,
                              const char *from, ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n, char *to)
{
    const ptrdiff_t line = ACCUMULATORS * type->size_computed;
    if (load == type->load && type->size == sizeof(uint16_t) && step == sizeof(uint16_t) && rows == ACCUMULATORS &&
        n < SOFTUFUNC_SHORT_ROW) {
        load_half_rows(table, type, from, row_step, n, to);
        return;
    }
    if (direct && rows == ACCUMULATORS) {
        type->transpose(from, row_step, to, line, ACCUMULATORS, n);
        return;
    }
    if (rows < ACCUMULATORS) {
        memset(to, 0, (size_t)line * n);
    }
    for (size_t i = 0; i < n; i++) {
        load(table, from + (ptrdiff_t)i * step, row_step, to + (ptrdiff_t)i * line, rows);
    }
}

void softufunc_store_row_batch(const softufunc_table *table, const softufunc_type *type, const char *results, char *out,
                               ptrdiff_t step, ptrdiff_t row_step, size_t rows, size_t n)
{
    const ptrdiff_t line = ACCUMULATORS * type->size_computed;
    if (type->transpose && step == type->size && rows == ACCUMULATORS) {
        type->transpose(results, line, out, row_step, n, ACCUMULATORS);
        return;
    }
    for (size_t i = 0; i < n; i++, results += line, out += step) {
        type->store_computed(table, results, out, row_step, rows);
    }
}

softufunc_type softufunc_type_of_integers(const softufunc_label_cast *cast)
{
    softufunc_type type = type_f64;
    type.size = 0;
    type.load = cast->load[SOFTUFUNC_WIDTH_64];
    type.transpose = NULL;
    return type;
}
