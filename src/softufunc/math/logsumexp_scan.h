/* log(e^x0 + ... + e^xi) for every i of a row: the core of logaddexp.accumulate. Included once, after math/logsumexp_core.h, and uses
 * its scale and terms.
 *
 * The terms of a segment are computed in vectors, then summed sequentially as high + low, at the latency of one addition per element,
 * and the logarithms are computed in vectors. The relative error of a sum does not depend on the number of terms; results are within
 * the bound of logsumexp in float64 (functions/logsumexp.h), which float32 and float16 are converted to. ufuncs/folds.c splits a row
 * into segments.
 */

/* The maximum of n numbers, nan where there is one. The array is filled up with -inf to a multiple of ACCUMULATORS. */
static NOINLINE double scan_maximum(const double *x, size_t n)
{
    const size_t padded = (n + (ACCUMULATORS - 1)) / ACCUMULATORS * ACCUMULATORS;
    return any_nan_in_chunk_f64(x, padded) ? (double)NAN : maximum_of_chunk_f64(-(double)INFINITY, x, padded);
}

/* The sums up to each of n numbers, in place of them. Both arrays hold a whole number of vectors. The sum is accumulator 0. */
static ALWAYS_INLINE void scan_terms(softufunc_accumulators *sum, double *x, double *low, size_t n)
{
    const exp_scale_f64 scale = exp_scale_of_f64(sum->scale.offset, sum->scale.k);
    for (size_t i = 0; i < n; i += LANES_F64) {
        exp_term_f64 y = exp_term_of_f64(load_f64(x + i), scale);
        real_f64 p = y.p.r + splat_f64(1.0), tail = y.p.c + ((splat_f64(1.0) - p) + y.p.r);
        real_f64 q = p + tail;
        store_f64(x + i, q * y.t);
        store_f64(low + i, (tail + (p - q)) * y.t);
    }
    double high = sum->high[0], rest = sum->low[0];
    for (size_t i = 0; i < n; i++) {
        const double next = high + x[i], part = next - high;
        rest += ((high - (next - part)) + (x[i] - part)) + low[i];
        x[i] = high = next;
        low[i] = rest;
    }
    sum->high[0] = high + rest;
    sum->low[0] = rest - (sum->high[0] - high);
}

static ALWAYS_INLINE void scan_logarithms(const softufunc_accumulators *sum, double *x, const double *low, size_t n)
{
    const real_f64 offset = splat_f64(sum->scale.offset), k = splat_f64(sum->scale.k);
    for (size_t i = 0; i < n; i += LANES_F64) {
        real_f64 high = load_f64(x + i), rest = load_f64(low + i), total = high + rest;
        store_f64(x + i, log_of_sum(total, rest - (total - high), offset, k));
    }
}

/* A segment of n numbers in place, n at most LOGSUMEXP_CHUNK, whose sums fit into the scale of their maximum. The last vector
 * reaches into the numbers behind the segment, which are put aside: -inf, whose term is 0, and the last sum take their place. */
static NOINLINE void scan(softufunc_accumulators *sum, double *x, size_t n, double max)
{
    _Alignas(64) double low[LOGSUMEXP_CHUNK];
    double next[LANES_F64];
    const size_t end = (n + (LANES_F64 - 1)) / LANES_F64 * LANES_F64;
    if (max > sum->scale.max) {
        raise_maximum(sum, max);
    }
    for (size_t i = n; i < end; i++) {
        next[i - n] = x[i];
        x[i] = -(double)INFINITY;
    }
    scan_terms(sum, x, low, n);
    for (size_t i = n; i < end; i++) {
        x[i] = x[n - 1];
        low[i] = low[n - 1];
    }
    scan_logarithms(sum, x, low, n);
    for (size_t i = n; i < end; i++) {
        x[i] = next[i - n];
    }
}
