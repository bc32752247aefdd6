/* Strided elements go through blocks that stay in the first-level cache: whole blocks of the kernels, of every instruction set.
 *
 * Where elements may have a cache line each, a block is what a kernel takes at once: the lines of the next one arrive
 * meanwhile (copies.h). A column of a float64 matrix then takes little more than reading it: tools/bench.py, "column". */
#ifndef SOFTUFUNC_BLOCKS_H
#define SOFTUFUNC_BLOCKS_H

#include "kernels/table.h"

enum { BLOCK_BYTES = 1536, FAR_BYTES = 32 };

static inline size_t block_bytes(const softufunc_table *table, const intptr_t *steps, int count)
{
    for (int i = 0; i < count; i++) {
        if (steps[i] >= FAR_BYTES || steps[i] <= -FAR_BYTES) {
            return table->block_bytes;
        }
    }
    return BLOCK_BYTES;
}

#endif
