/* The partial sums of a reduction: ACCUMULATORS compensated sums in double. Included once, after the kernels of both widths.
 *
 * There are 16 of them for every vector width, so that all instruction sets with FMA give the same bits.
 */
enum {
    LANES_F32 = sizeof(real_f32) / sizeof(float),
    LANES_F64 = sizeof(real_f64) / sizeof(double),
    ACCUMULATOR_VECTORS = ACCUMULATORS / LANES_F64
};

/* Loads LANES_F64 floats and converts them to double. */
static ALWAYS_INLINE real_f64 load_widened(const float *from)
{
#if defined(__AVX512F__)
    return (real_f64)_mm512_cvtps_pd(_mm256_loadu_ps(from));
#elif defined(__AVX2__)
    return (real_f64)_mm256_cvtps_pd(_mm_loadu_ps(from));
#elif defined(__aarch64__)
    return vcvt_f64_f32(vld1_f32(from));
#else
    typedef float floats __attribute__((vector_size(LANES_F64 * sizeof(float))));
    floats x;
    memcpy(&x, from, sizeof x);
    return __builtin_convertvector(x, real_f64);
#endif
}

/* Rounds LANES_F64 doubles to float and stores them. */
static ALWAYS_INLINE void store_narrowed(float *to, real_f64 x)
{
#if defined(__AVX512F__)
    _mm256_storeu_ps(to, _mm512_cvtpd_ps((__m512d)x));
#elif defined(__AVX2__)
    _mm_storeu_ps(to, _mm256_cvtpd_ps((__m256d)x));
#elif defined(__aarch64__)
    vst1_f32(to, vcvt_f32_f64(x));
#else
    typedef float floats __attribute__((vector_size(LANES_F64 * sizeof(float))));
    floats narrowed = __builtin_convertvector(x, floats);
    memcpy(to, &narrowed, sizeof narrowed);
#endif
}

/* Adds high + low to LANES_F64 accumulators, starting with `first`. */
static ALWAYS_INLINE void add_to_accumulators(softufunc_accumulators *sum, size_t first, real_f64 high, real_f64 low)
{
    pair_f64 total = two_sum_f64(load_f64(sum->high + first), high);
    store_f64(sum->high + first, total.high);
    store_f64(sum->low + first, load_f64(sum->low + first) + (low + total.low));
}

/* One level of the binary tree that sums the accumulators: 2 half sums become `half` sums. */
static ALWAYS_INLINE void merge_halves(double *high, double *low, int half)
{
    for (int i = 0; i < half; i++) {
        double total = high[i] + high[i + half], part = total - high[i];
        low[i] += low[i + half] + ((high[i] - (total - part)) + (high[i + half] - part));
        high[i] = total;
    }
}

/* The sum of the first `count` accumulators, 8 or 16, as high + low, low below an ulp of high; the others are 0. */
static ALWAYS_INLINE void merge_accumulators(const softufunc_accumulators *sum, int count, double *high, double *low)
{
    double a[ACCUMULATORS], b[ACCUMULATORS];
    memcpy(a, sum->high, (size_t)count * sizeof *a);
    memcpy(b, sum->low, (size_t)count * sizeof *b);
    if (count > 8) {
        merge_halves(a, b, 8);
    }
    if (count > 4) {
        merge_halves(a, b, 4);
    }
    merge_halves(a, b, 2);
    merge_halves(a, b, 1);
    *high = a[0] + b[0];
    *low = b[0] - (*high - a[0]);
}

/* The same for `vectors` times LANES_F64 rows of n elements; accumulators from index n on are 0. `exact`: no sum of high parts has a
 * rounding error. The sums remain in the first accumulators, for sum_of_rows. */
static ALWAYS_INLINE void merge_accumulators_of_rows(real_f64 (*high)[ACCUMULATORS], real_f64 (*low)[ACCUMULATORS],
                                                     size_t vectors, size_t n, int exact)
{
    for (size_t half = ACCUMULATORS / 2; half > 0; half /= 2) {
        for (size_t i = 0; i < half && i + half < n; i++) {
            for (size_t v = 0; v < vectors; v++) {
                real_f64 *high_sum = high[v] + i, *low_sum = low[v] + i;
                if (exact) {
                    *high_sum += high_sum[half];
                    *low_sum += low_sum[half];
                    continue;
                }
                pair_f64 sum = two_sum_f64(*high_sum, high_sum[half]);
                *low_sum += low_sum[half] + sum.low;
                *high_sum = sum.high;
            }
        }
        n = n < half ? n : half;
    }
}

static ALWAYS_INLINE pair_f64 sum_of_rows(const real_f64 *high, const real_f64 *low)
{
    const real_f64 total = high[0] + low[0];
    return (pair_f64){total, low[0] - (total - high[0])};
}
