/* The reduce and accumulate methods of logaddexp and softminimum. They process a whole row with the sums of logsumexp, so the error
 * does not grow with its length in any type.
 *
 * Where a number may be nan, comparisons are quiet: isless and related macros.
 */
#include <math.h>
#include <string.h>

#include "math/exceptions.h"
#include "ufuncs/reductions.h"

/* A chunk in the type of the computation */
typedef union {
    float f32[SOFTUFUNC_CHUNK_MAX];
    _Alignas(64) double f64[SOFTUFUNC_CHUNK_MAX];
} numbers;

static void negate(numbers *x, softufunc_width width, size_t n)
{
    for (size_t i = 0; width == SOFTUFUNC_WIDTH_32 && i < n; i++) {
        x->f32[i] = -x->f32[i];
    }
    for (size_t i = 0; width == SOFTUFUNC_WIDTH_64 && i < n; i++) {
        x->f64[i] = -x->f64[i];
    }
}

/* `out` becomes the logsumexp of itself and of the n elements from `first` on, or, negated, minus that of their opposites. */
static void reduce_by_logsumexp(const softufunc_table *table, const softufunc_type *type, int negated, char *out,
                                const char *first, ptrdiff_t step, size_t n)
{
    const softufunc_reduction *reduction = table->gufuncs[softufunc_logsumexp].rows->reduction;
    const size_t chunk = reduction->chunk;
    const int underflow = underflow_raised();
    const int adjacent = !negated && type->size == type->size_computed && step == type->size;
    numbers scratch;
    softufunc_accumulators sum;
    reduction->init(&sum);
    /* the first chunk begins with `out` */
    size_t done = n < chunk ? n : chunk - 1, m = done + 1;
    type->load(table, out, type->size, &scratch, 1);
    type->load(table, first, step, (char *)&scratch + type->size_computed, done);
    for (const void *elements = &scratch;;) {
        if (negated) {
            negate(&scratch, type->width, m);
        }
        reduction->update[type->width](&sum, elements, NULL, m);
        if (done == n) {
            break;
        }
        m = n - done < chunk ? n - done : chunk;
        elements = adjacent ? first + (ptrdiff_t)done * step : (const char *)&scratch;
        if (!adjacent) {
            type->load(table, first + (ptrdiff_t)done * step, step, &scratch, m);
        }
        done += m;
    }
    double result = (negated ? -1 : 1) * reduction->finalize(&sum);
    type->store(table, &result, out, 0, 1);
    restore_underflow(underflow);
}

/* The start, if it is not NULL, and n elements as doubles, with -inf up to a multiple of ACCUMULATORS. */
static void load_running(const softufunc_table *table, const softufunc_type *type, int negated, const char *start,
                         const char *from, ptrdiff_t step, size_t n, double *running)
{
    numbers scratch;
    if (start) {
        type->load(table, start, 0, &scratch, 1);
    }
    type->load(table, from, step, start ? (char *)&scratch + type->size_computed : (char *)&scratch, n);
    n += start != NULL;
    if (negated) {
        negate(&scratch, type->width, n);
    }
    /* two loops: half a double, converted although it is not selected, might be a signalling nan */
    for (size_t i = 0; type->width == SOFTUFUNC_WIDTH_32 && i < n; i++) {
        running[i] = scratch.f32[i];
    }
    for (size_t i = 0; type->width == SOFTUFUNC_WIDTH_64 && i < n; i++) {
        running[i] = scratch.f64[i];
    }
    for (size_t i = n; i % ACCUMULATORS != 0; i++) {
        running[i] = -(double)INFINITY;
    }
}

static int is_huge(double x)
{
    return !isless(fabs(x), SUM_HUGE);
}

/* The maximum up to the first number. */
static double first_of_segment(const softufunc_accumulators *sum, const double *x)
{
    return isless(sum->scale.max, x[0]) ? x[0] : sum->scale.max;
}

/* How many of n > 0 numbers have one scale: none of them is more than SEGMENT_GAP_MAX above all before, nan or huge. `max` becomes
 * their maximum. */
static size_t segment(const softufunc_accumulators *sum, const double *x, size_t n, double *max)
{
    const double first = first_of_segment(sum, x);
    size_t i = 0;
    for (*max = first; i < n && !is_huge(first) && islessequal(x[i], first + SEGMENT_GAP_MAX); i++) {
        *max = isless(*max, x[i]) ? x[i] : *max;
    }
    return i;
}

/* The result for a number that is nan or huge, or has none but -inf before it. */
static double single(softufunc_accumulators *sum, double x)
{
    if (isgreater(x, sum->scale.max) || x != x) {
        sum->scale.max = x;
        sum->high[0] = sum->low[0] = 0;
    }
    return sum->scale.max;
}

/* n numbers, at most SOFTUFUNC_CHUNK_MAX, become the running results. -inf fills the array up to a multiple of ACCUMULATORS. */
static void run(const softufunc_table *table, softufunc_accumulators *sum, double *x, size_t n)
{
    const double all = table->scan_maximum(x, n), first = first_of_segment(sum, x);
    double max;
    if (!is_huge(first) && islessequal(all, first + SEGMENT_GAP_MAX) && isless(all, SUM_HUGE)) {
        table->scan(sum, x, n, all);
        return;
    }
    for (size_t i = 0, m; i < n; i += m) {
        m = segment(sum, x + i, n - i, &max);
        if (m > 0) {
            table->scan(sum, x + i, m, max);
        }
        else {
            x[i] = single(sum, x[i]);
            m = 1;
        }
    }
}

/* Before the second number above -inf, results are exact: -inf, then the first number. `count` stops at 2. */
typedef struct {
    double only;
    int count;
} leading;

/* Writes the exact results of the leading ones of n numbers, and returns how many there are. */
static size_t leading_results(leading *l, const double *x, size_t n, double *results)
{
    size_t i = 0;
    for (; i < n && l->count < 2; i++) {
        l->count += x[i] != -INFINITY;
        if (l->count == 2) {
            break;
        }
        results[i] = l->only = x[i] != -INFINITY ? x[i] : l->only;
    }
    return i;
}

/* The running logsumexp, kept in double for every type; negated, minus that of the opposites. `start` comes before the n elements,
 * or is NULL. */
static void accumulate_by_logsumexp(const softufunc_table *table, const softufunc_type *type, int negated,
                                    const char *start, const char *from, ptrdiff_t step, char *out, ptrdiff_t out_step,
                                    size_t n)
{
    const int underflow = underflow_raised();
    _Alignas(64) double running[SOFTUFUNC_CHUNK_MAX + ACCUMULATORS];
    double first[SOFTUFUNC_CHUNK_MAX];
    leading start_only = {-INFINITY, 0};
    softufunc_accumulators sum;
    table->gufuncs[softufunc_logsumexp].rows->reduction->init(&sum);
    size_t before = start != NULL;
    for (size_t m; n > 0; n -= m, from += (ptrdiff_t)m * step, out += (ptrdiff_t)m * out_step, before = 0) {
        m = n < SOFTUFUNC_CHUNK_MAX - before ? n : SOFTUFUNC_CHUNK_MAX - before;
        load_running(table, type, negated, before ? start : NULL, from, step, m, running);
        const size_t exact = leading_results(&start_only, running, before + m, first);
        run(table, &sum, running, before + m);
        memcpy(running, first, exact * sizeof *first);
        for (size_t i = 0; negated && i < before + m; i++) {
            running[i] = -running[i];
        }
        type->store(table, running + before, out, out_step, m);
    }
    restore_underflow(underflow);
}

/* accumulate_by_logsumexp for n < SHORT_FOLD. Returns false for numbers that are left to it. */
static int accumulate_short(const softufunc_table *table, const softufunc_type *type, int negated, const char *start,
                            const char *from, ptrdiff_t step, char *out, ptrdiff_t out_step, size_t n)
{
    double first, others[SHORT_FOLD], results[SHORT_FOLD];
    if (type->width == SOFTUFUNC_WIDTH_64) {
        first = *(const double *)(const void *)start;
        if (step != type->size) {
            type->load(table, from, step, others, n);
            from = (const char *)others;
        }
    }
    else {
        float floats[SHORT_FOLD];
        type->load(table, start, 0, floats, 1);
        first = floats[0];
        type->load(table, from, step, floats, n);
        for (size_t i = 0; i < n; i++) {
            others[i] = floats[i];
        }
        from = (const char *)others;
    }
    if (!table->scan_short(first, (const double *)(const void *)from, n, negated, results)) {
        return 0;
    }
    for (size_t i = 1; negated && i <= n; i++) {
        results[i] = -results[i];
    }
    type->store(table, results + 1, out, out_step, n);
    return 1;
}

/* The same in long double: e^offset times a sum that is kept as two numbers. */
typedef struct {
    long double max, offset, sum, low;
    int numbers; /* above -inf */
} running_longdouble;

static void add_longdouble(running_longdouble *r, long double x)
{
    /* sums keep their digits, and one of few terms does not overflow, whatever the range of the type */
    const long double gap_max = 100, zero_max = 64;
    if (x != x || r->max != r->max) {
        r->max = x != x ? x : r->max;
        return;
    }
    r->numbers += r->numbers < 2 && x > -INFINITY;
    if (x > r->max) {
        if (r->max - r->max != 0 || x - x != 0 || x - r->offset > gap_max) {
            const long double offset = x < zero_max && x > -zero_max ? 0 : x;
            const long double factor = r->sum > 0 && x - x == 0 ? expl(r->offset - offset) : 0;
            r->sum *= factor;
            r->low *= factor;
            r->offset = offset;
        }
        r->max = x;
    }
    if (r->max - r->max == 0) {
        const long double term = expl(x - r->offset), total = r->sum + term, part = total - r->sum;
        r->low += (r->sum - (total - part)) + (term - part);
        r->sum = total;
    }
}

static long double running_longdouble_value(const running_longdouble *r)
{
    if (r->max - r->max != 0 || r->numbers < 2) {
        return r->max;
    }
    return r->offset + log1pl((r->sum - 1) + r->low);
}

static long double signed_longdouble(int negated, const char *from)
{
    const long double x = *(const long double *)(const void *)from;
    return negated ? -x : x;
}

/* The start, if it is not NULL, and n elements: the last result, or all of them if there is a step between outputs. */
static void fold_longdouble(int negated, const char *start, const char *from, ptrdiff_t step, char *out,
                            ptrdiff_t out_step, size_t n)
{
    running_longdouble r = {.max = -INFINITY};
    if (start) {
        add_longdouble(&r, signed_longdouble(negated, start));
    }
    for (size_t i = 0; i < n; i++, from += step, out += out_step) {
        add_longdouble(&r, signed_longdouble(negated, from));
        if (out_step != 0 || i == n - 1) {
            const long double y = running_longdouble_value(&r);
            *(long double *)(void *)out = negated ? -y : y;
        }
    }
}

void softufunc_fold(const softufunc_table *table, const softufunc_type *type, int negated, char **args,
                    const intptr_t *steps, size_t n)
{
    const softufunc_table *for_one = softufunc_table_for_one(table);
    if (!type) {
        fold_longdouble(negated, args[0], args[1], steps[1], args[2], steps[2], n);
    }
    else if (steps[2] == 0) {
        reduce_by_logsumexp(table, type, negated, args[2], args[1], steps[1], n);
    }
    else if (!(n < SHORT_FOLD && for_one->scan_short &&
               accumulate_short(for_one, type, negated, args[0], args[1], steps[1], args[2], steps[2], n))) {
        accumulate_by_logsumexp(table, type, negated, args[0], args[1], steps[1], args[2], steps[2], n);
    }
}

void softufunc_running_logsumexp(const softufunc_table *table, const softufunc_type *type, const char *from,
                                 ptrdiff_t step, char *out, ptrdiff_t out_step, size_t n)
{
    if (type) {
        accumulate_by_logsumexp(table, type, 0, NULL, from, step, out, out_step, n);
    }
    else {
        fold_longdouble(0, NULL, from, step, out, out_step, n);
    }
}
