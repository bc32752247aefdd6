/* Calls every loop from several threads at once, which share the inputs: run under ThreadSanitizer by `check platforms threads`.
 *
 * Each thread has outputs of its own, and must get the bits that one thread computed before.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/fuzz/targets.h"

enum { THREADS = 8, ROWS = 40, LENGTH = 21, LARGEST = ROWS * LENGTH * LENGTH * (int)sizeof(long double) };

static const target *shared;
static unsigned char inputs[OPERANDS][LARGEST], wanted[OPERANDS][LARGEST];
static pthread_barrier_t barrier;

static size_t bytes_of(int operand, const intptr_t *dimensions)
{
    return ROWS * core_size(&shared->core, operand, dimensions) * shared->kinds[operand].size;
}

static void call(unsigned char (*outputs)[LARGEST])
{
    const intptr_t dimensions[1 + DIMENSIONS] = {ROWS, LENGTH, LENGTH, LENGTH};
    intptr_t steps[STEPS] = {0};
    char *args[OPERANDS];
    for (int i = 0; i < shared->core.inputs + shared->core.outputs; i++) {
        args[i] = (char *)(i < shared->core.inputs ? inputs[i] : outputs[i]);
        steps[i] = (intptr_t)bytes_of(i, dimensions + 1) / ROWS;
        set_adjacent(&shared->core, i, dimensions + 1, (intptr_t)shared->kinds[i].size, steps);
    }
    shared->loop(args, dimensions, steps, shared->data);
}

/* Returns a pointer that is not NULL if a result differs */
static void *work(void *nothing)
{
    const intptr_t lengths[DIMENSIONS] = {LENGTH, LENGTH, LENGTH};
    unsigned char(*outputs)[LARGEST] = calloc(OPERANDS, LARGEST);
    void *failed = nothing;
    pthread_barrier_wait(&barrier);
    call(outputs);
    for (int i = shared->core.inputs; i < shared->core.inputs + shared->core.outputs; i++) {
        const kind *k = &shared->kinds[i];
        for (size_t at = 0; at < bytes_of(i, lengths); at += k->size) {
            if (memcmp(outputs[i] + at, wanted[i] + at, k->used) != 0) {
                failed = (void *)shared;
            }
        }
    }
    free(outputs);
    return failed;
}

/* Random bits, or for labels the numbers 0 and 1 */
static void fill(void)
{
    static uint32_t state = 1;
    for (int i = 0; i < OPERANDS; i++) {
        const size_t size = shared->kinds[i].size;
        for (size_t k = 0; k < LARGEST; k++) {
            state = state * 1664525 + 1013904223;
            inputs[i][k] = (unsigned char)(state >> 24);
        }
        for (size_t k = 0; shared->kinds[i].label && k < LARGEST; k++) {
            const size_t lowest = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : size - 1;
            inputs[i][k] = k % size == lowest && inputs[i][k] & 1;
        }
    }
}

int main(void)
{
    unsigned calls = 0, faults = 0;
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (const softufunc_table **tables = softufunc_tables(); *tables; tables++) {
        for (int gufunc = 0; gufunc < 2; gufunc++) {
            const unsigned count = count_targets(*tables, gufunc);
            for (unsigned place = 0; place < count * FLOATS; place++) {
                target t = target_of(*tables, gufunc, place / FLOATS, place % FLOATS, 0);
                pthread_t threads[THREADS];
                shared = &t;
                fill();
                memset(wanted, 0, sizeof wanted);
                call(wanted);
                for (int i = 0; i < THREADS; i++) {
                    pthread_create(&threads[i], NULL, work, NULL);
                }
                int differ = 0;
                for (int i = 0; i < THREADS; i++) {
                    void *failed;
                    pthread_join(threads[i], &failed);
                    differ |= failed != NULL;
                }
                if (differ) {
                    printf("%s, %s, type %u: another result\n", (*tables)->instruction_set, t.name, place % FLOATS);
                }
                faults += (unsigned)differ;
                calls += THREADS;
            }
        }
    }
    printf("%u calls\n", calls);
    return faults != 0;
}
