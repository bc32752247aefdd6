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

/* The sum up to a term, as `high` + `rest` */
static ALWAYS_INLINE void scan_term(double *high, double *rest, double term, double low)
{
    const double next = *high + term, part = next - *high;
    *rest += ((*high - (next - part)) + (term - part)) + low;
    *high = next;
}

/* The terms of a vector as high + low */
static ALWAYS_INLINE pair_f64 terms_of(real_f64 x, exp_scale_f64 scale)
{
    exp_term_f64 y = exp_term_of_f64(x, scale);
    real_f64 p = y.p.r + splat_f64(1.0), tail = y.p.c + ((splat_f64(1.0) - p) + y.p.r);
    real_f64 q = p + tail;
    return (pair_f64){q * y.t, (tail + (p - q)) * y.t};
}

static ALWAYS_INLINE real_f64 logarithms_of(real_f64 high, real_f64 rest, const softufunc_accumulators *sum)
{
    real_f64 total = high + rest;
    return log_of_sum(total, rest - (total - high), splat_f64(sum->scale.offset), splat_f64(sum->scale.k));
}

/* The sums up to each of n numbers, in place of them. Both arrays hold a whole number of vectors. The sum is accumulator 0. */
static ALWAYS_INLINE void scan_terms(softufunc_accumulators *sum, double *x, double *low, size_t n)
{
    const exp_scale_f64 scale = exp_scale_of_f64(sum->scale.offset, sum->scale.k);
    for (size_t i = 0; i < n; i += LANES_F64) {
        pair_f64 terms = terms_of(load_f64(x + i), scale);
        store_f64(x + i, terms.high);
        store_f64(low + i, terms.low);
    }
    double high = sum->high[0], rest = sum->low[0];
    for (size_t i = 0; i < n; i++) {
        scan_term(&high, &rest, x[i], low[i]);
        x[i] = high;
        low[i] = rest;
    }
    sum->high[0] = high + rest;
    sum->low[0] = rest - (sum->high[0] - high);
}

static ALWAYS_INLINE void scan_logarithms(const softufunc_accumulators *sum, double *x, const double *low, size_t n)
{
    for (size_t i = 0; i < n; i += LANES_F64) {
        store_f64(x + i, logarithms_of(load_f64(x + i), load_f64(low + i), sum));
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
