/* The kernel tables that this processor can run, detected once at import. */
#include "kernels/table.h"

#if defined(HAVE_AVX512) || defined(HAVE_AVX2)
#include <cpuid.h>

/* __builtin_cpu_supports of clang 14 does not know "f16c". */
static int have_f16c(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C);
}
#endif

#ifdef HAVE_AVX512
extern const softufunc_table softufunc_table_avx512;
#endif
#ifdef HAVE_AVX2
extern const softufunc_table softufunc_table_avx2;
#endif
extern const softufunc_table softufunc_table_baseline;

#define SUPPORTED(feature) __builtin_cpu_supports(feature)

const softufunc_table **softufunc_tables(void)
{
    static const softufunc_table *tables[4];
    size_t n = 0;
#if defined(HAVE_AVX512) || defined(HAVE_AVX2)
    __builtin_cpu_init();
    int avx2 = SUPPORTED("avx2") && SUPPORTED("fma") && have_f16c();
#endif
#ifdef HAVE_AVX512
    if (avx2 && SUPPORTED("avx512f") && SUPPORTED("avx512dq") && SUPPORTED("avx512bw") && SUPPORTED("avx512vl")) {
        tables[n++] = &softufunc_table_avx512;
    }
#endif
#ifdef HAVE_AVX2
    if (avx2) {
        tables[n++] = &softufunc_table_avx2;
    }
#endif
    tables[n++] = &softufunc_table_baseline;
    tables[n] = NULL;
    return tables;
}

const softufunc_table *softufunc_table_for_one(const softufunc_table *table)
{
#if defined(HAVE_AVX512) && defined(HAVE_AVX2)
    if (table == &softufunc_table_avx512) {
        return &softufunc_table_avx2;
    }
#endif
    return table;
}
