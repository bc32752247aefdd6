/* A formula with the elementary functions of Intel's SVML, computed in vector registers, as by a compiler that vectorizes a loop with
 * them. Compiled with FORMULA, an expression of x and of constants C(1); REAL_BITS; VECTOR_BYTES; and SUFFIX, the end of the
 * names of SVML's functions: 8 for __svml_exp8 of 8 doubles, f16_ha for __svml_expf16_ha, the variant of high accuracy.
 */
#include <immintrin.h>
#include <stddef.h>
#include <string.h>

#if REAL_BITS == 32
typedef float element;
#else
typedef double element;
#endif
typedef element real __attribute__((vector_size(VECTOR_BYTES)));
enum { LANES = VECTOR_BYTES / sizeof(element) };

#define JOIN(name, suffix) __svml_##name##suffix
#define NAME(name, suffix) JOIN(name, suffix)
#if VECTOR_BYTES == 64 && REAL_BITS == 32
#define INTRINSIC(name) _mm512_##name##_ps
#elif VECTOR_BYTES == 64
#define INTRINSIC(name) _mm512_##name##_pd
#elif REAL_BITS == 32
#define INTRINSIC(name) _mm256_##name##_ps
#else
#define INTRINSIC(name) _mm256_##name##_pd
#endif
#define C(number) ((real){0} + (element)(number))

real NAME(exp, SUFFIX)(real);
real NAME(expm1, SUFFIX)(real);
real NAME(log, SUFFIX)(real);
real NAME(log1p, SUFFIX)(real);

#define exp(x) NAME(exp, SUFFIX)(x)
#define expm1(x) NAME(expm1, SUFFIX)(x)
#define log(x) NAME(log, SUFFIX)(x)
#define log1p(x) NAME(log1p, SUFFIX)(x)
#define maximum(x, y) INTRINSIC(max)(x, y)
#define minimum(x, y) INTRINSIC(min)(x, y)
#define abs(x) maximum(x, -(x))

static real loaded(const element *from, size_t bytes)
{
    real x = C(0.5);
    memcpy(&x, from, bytes);
    return x;
}

void formula(const element *from, element *to, size_t n)
{
    for (size_t i = 0; i + LANES <= n; i += LANES) {
        const real x = loaded(from + i, VECTOR_BYTES), y = FORMULA;
        memcpy(to + i, &y, VECTOR_BYTES);
    }
    const size_t done = n - n % LANES;
    if (done < n) {
        const real x = loaded(from + done, (n - done) * sizeof(element)), y = FORMULA;
        memcpy(to + done, &y, (n - done) * sizeof(element));
    }
}
