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
#define GUFUNC(name, signature) {#name, signature, &name##_rows},
#include "functions/functions.h"
    {.name = NULL}};
