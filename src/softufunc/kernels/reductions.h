/* The reductions: included once, after the kernels of both widths.
 *
 * functions/NAME.h defines the terms for each width and, with BOTH_WIDTHS, the reduction: NAME_init, NAME_update, NAME_finalize,
 * NAME_row_batch for ACCUMULATORS rows at once, and NAME_reduction, the entry in the table (kernels/table.h).
 */
#include "math/accumulators.h"

#define BOTH_WIDTHS
#include "all_gufuncs.h"
#undef BOTH_WIDTHS

static const softufunc_gufunc gufuncs[] = {
#define GUFUNC(name, signature) {#name, signature, &name##_reduction},
#include "functions/functions.h"
    {.name = NULL}};

/* Converts n float16 elements to float32. */
static void floats_of_halves(const uint16_t *from, float *to, size_t n)
{
    size_t i = 0;
    for (; n - i >= HALF_GROUP; i += HALF_GROUP) {
        floats_of_half_group(from + i, to + i);
    }
    for (; i < n; i++) {
        to[i] = float_of_half(from[i]);
    }
}
