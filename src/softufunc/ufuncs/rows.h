/* The rows that transforms and choices read.
 *
 * Kernels take contiguous rows, or batches of adjacent ones. Other rows are copied to a buffer: on the stack, which holds any row batch that
 * is transposed, or on the heap.
 */
#ifndef SOFTUFUNC_ROWS_H
#define SOFTUFUNC_ROWS_H

#include <stdlib.h>

#include "ufuncs/reductions.h"

enum { ROW_BUFFER = SOFTUFUNC_SHORT_ROW * ACCUMULATORS * sizeof(double), BUFFERS = 2 };
/* Adjacent rows that are longer than this are computed one by one: the buffers would not fit into a cache. */
enum { BATCH_ROW_MAX = 4096 };

/* Columns of at least SOFTUFUNC_PANEL_ROW_MIN elements whose results are contiguous, and those that are not short and that row batches cannot
 * read in place or would be slow for, are computed in panels, row by row: with PANEL_BYTES at most, so that they stay in the second-level
 * cache. A panel of fewer than FEW_ROWS would not stay there beside its results, and takes their place. */
enum { FEW_ROWS = 32, PANEL_BYTES = 1 << 19 };
typedef enum { NO_PANELS, PANELS_IN_BUFFER, PANELS_IN_RESULTS } panels;

/* The rows that are left */
typedef struct {
    const softufunc_table *table;
    const softufunc_type *type;
    softufunc_load load;
    const char *x;
    char *out, *buffer[BUFFERS]; /* buffers for a row, or a row batch */
    ptrdiff_t step, row_step, out_step, out_row_step;
    size_t rows, n;
    int direct, adjacent; /* of x: contiguous rows; rows next to each other */
    panels panels;
} task;

static inline task task_of(const softufunc_gufunc_data *function, const softufunc_type *type, char **args,
                           const intptr_t *dimensions, intptr_t row_step, intptr_t step)
{
    const int same_type = type->size == type->size_computed;
    return (task){
        .table = function->table,
        .type = type,
        .load = type->load,
        .x = args[0],
        .step = step,
        .row_step = row_step,
        .rows = (size_t)dimensions[0],
        .n = (size_t)dimensions[1],
        .direct = same_type && step == type->size,
        .adjacent = same_type && softufunc_is_adjacent(row_step, step, type->size),
    };
}

/* How many of the next rows are computed at once: ACCUMULATORS, fewer at the end, or one. A partial batch takes as long as a full
 * one. */
static inline size_t batch_size(const task *work)
{
    const size_t rows = work->rows < ACCUMULATORS ? work->rows : ACCUMULATORS;
    if (work->n == 0 || rows == 1) {
        return 1;
    }
    const int whole = rows == ACCUMULATORS || work->n <= 2 * rows;
    return whole && work->n < (work->adjacent ? BATCH_ROW_MAX : SOFTUFUNC_SHORT_ROW) ? rows : 1;
}

static inline size_t rows_that_fit(const task *work)
{
    return PANEL_BYTES / (work->n * (size_t)work->type->size_computed);
}

static inline size_t panel_size(const task *work)
{
    const size_t fit = rows_that_fit(work);
    const size_t most = fit < ACCUMULATORS ? ACCUMULATORS : fit < SOFTUFUNC_PANEL_ROWS ? fit : SOFTUFUNC_PANEL_ROWS;
    return work->rows < most ? work->rows : most;
}

static inline ptrdiff_t panel_step(const task *work)
{
    return work->panels == PANELS_IN_RESULTS ? work->out_row_step
                                             : softufunc_panel_step(work->n, work->type->size_computed);
}

static inline int worth_panel(const task *work)
{
    return softufunc_worth_panel(work->type, work->load, work->step, work->row_step, work->rows);
}

/* Points the buffers to memory on the stack or, returned, on the heap. Returns NULL without a need of the latter, or of memory. */
static inline void *set_buffers(task *work, char *stack, int *failed)
{
    const size_t lanes = batch_size(work) > 1 && work->panels == NO_PANELS ? ACCUMULATORS : 1;
    const size_t bytes = (work->n * lanes * sizeof(double) + 63) / 64 * 64;
    const size_t first_bytes = work->panels == PANELS_IN_BUFFER ? panel_size(work) * (size_t)panel_step(work) : bytes;
    char *memory = NULL;
    if (first_bytes > ROW_BUFFER) {
        memory = malloc(first_bytes + bytes + 64);
        *failed = memory == NULL;
        stack = memory ? memory + (-(uintptr_t)memory & 63) : stack;
    }
    work->buffer[0] = stack;
    work->buffer[1] = stack + first_bytes;
    return memory;
}

/* The next rows, contiguous, panel_step apart */
static inline char *panel_of(const task *work, size_t rows)
{
    char *panel = work->panels == PANELS_IN_RESULTS ? work->out : work->buffer[0];
    softufunc_load_panel(work->table, work->type, work->load, work->x, work->step, work->row_step, rows, work->n, panel,
                         panel_step(work));
    return panel;
}

/* The elements of the next row, contiguous */
static inline const void *row_of(const task *work)
{
    if (work->direct) {
        return work->x;
    }
    for (size_t done = 0, m; done < work->n; done += m) {
        m = work->n - done < SOFTUFUNC_CHUNK_MAX ? work->n - done : SOFTUFUNC_CHUNK_MAX;
        work->load(work->table, work->x + (ptrdiff_t)done * work->step, work->step,
                   work->buffer[0] + (ptrdiff_t)done * work->type->size_computed, m);
    }
    return work->buffer[0];
}

/* The elements of the next rows, element i of row j at i * step + j */
static inline const void *rows_of(const task *work, size_t rows, ptrdiff_t *step)
{
    if (work->adjacent && rows == ACCUMULATORS) {
        *step = work->step / work->type->size;
        return work->x;
    }
    *step = ACCUMULATORS;
    softufunc_load_row_batch(work->table, work->type, work->load, work->direct, work->x, work->step, work->row_step,
                             rows, work->n, work->buffer[0]);
    return work->buffer[0];
}

static inline void advance(task *work, size_t rows)
{
    work->rows -= rows;
    work->x += (ptrdiff_t)rows * work->row_step;
    work->out += (ptrdiff_t)rows * work->out_row_step;
}

/* The loop of both for long double */
softufunc_loop softufunc_whole_rows_longdouble;

#endif
