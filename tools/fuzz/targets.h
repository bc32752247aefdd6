/* All inner loops of the ufuncs and gufuncs, with their data */
#ifndef TARGETS_H
#define TARGETS_H

#include "tools/fuzz/signature.h"
#include "ufuncs/loops.h"
#include "ufuncs/reductions.h"

enum { FLOATS = SOFTUFUNC_TYPES + 1 };

typedef struct {
    size_t size, used; /* of an element; the bytes of a long double that hold its value */
    int label;         /* a boolean or an integer: 1 + its place in label_casts of the table */
    uint16_t infinity; /* of a type of 16 bits */
} kind;

static const kind floats[FLOATS] = {{2, 2, 0, 0x7c00},
                                    {4, 4, 0, 0},
                                    {8, 8, 0, 0},
                                    {2, 2, 0, 0x7f80},
                                    {sizeof(long double), sizeof(long double) == 16 ? 10 : sizeof(long double), 0, 0}};
static const size_t label_sizes[SOFTUFUNC_LABEL_TYPES] = {
    1, 1, 1, sizeof(short), sizeof(short), sizeof(int), sizeof(int), sizeof(long), sizeof(long), 8, 8};

/* A loop and its arguments */
typedef struct {
    const char *name;
    softufunc_loop *loop;
    void *data;
    int gufunc, choice; /* choice: the second input is an index */
    signature core;
    kind kinds[OPERANDS];
    softufunc_identity identity;
} target;

static unsigned count_targets(const softufunc_table *table, int gufuncs)
{
    unsigned count = 0;
    while (gufuncs ? table->gufuncs[count].name : table->ufuncs[count].name) {
        count++;
    }
    return count;
}

/* A ufunc or gufunc by its place in the list, `type` in `floats`, and with a label type (or 0) where there is one; an index has
 * always one. What it points to is that of the latest target. */
static target target_of(const softufunc_table *table, int gufunc, unsigned place, unsigned type, int label)
{
    static softufunc_function function;
    static softufunc_gufunc_data data;
    const kind k = floats[type];
    target found = {.gufunc = gufunc, .kinds = {k, k, k, k}};
    if (gufunc) {
        const softufunc_rows *rows = table->gufuncs[place].rows;
        found.name = table->gufuncs[place].name;
        found.core = signature_of(table->gufuncs[place].signature);
        found.choice = rows->choice != NULL;
        if (found.choice && !label) {
            label = SOFTUFUNC_LABEL_TYPES - 1; /* long long */
        }
        if (!found.choice && !(rows->reduction && found.core.inputs == 2)) {
            label = 0;
        }
        if (label) {
            const size_t size = label_sizes[label - 1];
            found.kinds[1] = (kind){size, size, label, 0};
        }
        data = softufunc_gufunc_data_of(table, place, label);
        found.loop = softufunc_gufunc_loop(rows, (int)type);
        found.data = &data;
        return found;
    }
    function = softufunc_function_of(table, place);
    found.name = function.kernels->name;
    found.data = &function;
    found.core = (signature){.inputs = function.nin, .outputs = function.nout};
    found.identity = function.traits->identity;
    found.loop =
        type == FLOATS - 1 ? softufunc_loop_longdouble : softufunc_loop_of(function.nin, function.nout, (int)type);
    return found;
}

#endif
