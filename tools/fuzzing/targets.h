/* Every loop that NumPy calls, with its data: functions of one and of two arguments, with two results, and of a whole axis. */
#ifndef TARGETS_H
#define TARGETS_H

#include "ufuncs/loops.h"
#include "ufuncs/loops_two_results.h"

enum { OPERANDS = 3, FLOATS = 4 };

typedef void loop_function(char **, const intptr_t *, const intptr_t *, void *);

typedef struct {
    size_t size, used; /* of an element; the bytes of a long double that hold its value */
    int label;         /* a boolean or an integer: its place in softufunc_labels_of_type, and 1 */
} kind;

static const kind floats[FLOATS] = {
    {2, 2, 0}, {4, 4, 0}, {8, 8, 0}, {sizeof(long double), sizeof(long double) == 16 ? 10 : sizeof(long double), 0}};
static const size_t label_sizes[SOFTUFUNC_LABEL_TYPES] = {
    1, 1, 1, sizeof(short), sizeof(short), sizeof(int), sizeof(int), sizeof(long), sizeof(long), 8, 8};

/* A loop and what NumPy would hand to it. */
typedef struct {
    const char *name;
    loop_function *loop;
    void *data;
    int inputs, outputs, whole_axis;
    kind kinds[OPERANDS];
    softufunc_identity identity;
} target;

/* The functions of one argument, of two, with two results, of a whole axis. */
enum { ONE, TWO, TWO_RESULTS, WHOLE_AXIS, CATEGORIES };

static void count_targets(const softufunc_table *table, unsigned counts[CATEGORIES])
{
    memset(counts, 0, CATEGORIES * sizeof *counts);
    while (table->kernels[counts[ONE]].name) {
        counts[ONE]++;
    }
    while (table->kernels_of_two[counts[TWO]].name) {
        counts[TWO]++;
    }
    while (table->two_results[counts[TWO_RESULTS]].name) {
        counts[TWO_RESULTS]++;
    }
    while (table->reductions[counts[WHOLE_AXIS]].name) {
        counts[WHOLE_AXIS]++;
    }
}

/* A function by its place in the table, `type` in `floats`, and with a label type (or 0) where there is one. What it points
 * to is that of the latest target. */
static target target_of(const softufunc_table *table, unsigned category, unsigned which, unsigned type, int label)
{
    static softufunc_function of_one;
    static softufunc_function_of_two of_two;
    static softufunc_function_two_results two_results;
    static softufunc_reduced reduced;
    static loop_function *const loops[CATEGORIES][FLOATS] = {
        {softufunc_loop_f16, softufunc_loop_f32, softufunc_loop_f64, softufunc_loop_longdouble},
        {softufunc_loop_of_two_f16, softufunc_loop_of_two_f32, softufunc_loop_of_two_f64,
         softufunc_loop_of_two_longdouble},
        {softufunc_loop_two_results_f16, softufunc_loop_two_results_f32, softufunc_loop_two_results_f64,
         softufunc_loop_two_results_longdouble},
        {softufunc_reduce_f16, softufunc_reduce_f32, softufunc_reduce_f64, softufunc_reduce_longdouble},
    };
    const softufunc_table *one = softufunc_table_for_one(table);
    const kind k = floats[type];
    target found = {NULL, loops[category][type], NULL, 1, 1, category == WHOLE_AXIS, {k, k, k}, SOFTUFUNC_NONE};
    if (category == ONE) {
        of_one =
            (softufunc_function){table, &table->kernels[which], &one->kernels[which], softufunc_longdoubles[which]};
        found.name = of_one.kernels->name;
        found.data = &of_one;
    }
    else if (category == TWO) {
        of_two = (softufunc_function_of_two){table, &table->kernels_of_two[which], &one->kernels_of_two[which],
                                             softufunc_longdoubles_of_two[which]};
        found.name = of_two.kernels->name;
        found.data = &of_two;
        found.inputs = 2;
        found.identity = of_two.kernels->identity;
    }
    else if (category == TWO_RESULTS) {
        two_results = (softufunc_function_two_results){table, &table->two_results[which], &one->two_results[which],
                                                       softufunc_longdoubles_two_results[which]};
        found.name = two_results.kernels->name;
        found.data = &two_results;
        found.outputs = 2;
    }
    else {
        reduced = (softufunc_reduced){table, &table->reductions[which], softufunc_longdouble_reductions[which], NULL};
        found.name = reduced.reduction->name;
        found.data = &reduced;
        found.inputs = reduced.reduction->arguments;
        if (found.inputs == 2 && label) {
            const size_t size = label_sizes[label - 1];
            found.kinds[1] = (kind){size, size, label};
            reduced.labels = &softufunc_labels_of_type[label - 1];
        }
    }
    return found;
}

#endif
