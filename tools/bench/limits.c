/* The clock, by a chain of dependent additions, and the instructions that a call executes, by single-stepping it. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>

/* n additions, each of which waits for the one before: a cycle each */
uint64_t chain(uint64_t n, uint64_t step)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < n; i += 16) {
#pragma GCC unroll 16
        for (int j = 0; j < 16; j++) {
            sum += step;
            __asm__ volatile("" : "+r"(sum)); /* keeps the compiler from multiplying */
        }
    }
    return sum;
}

#if defined(__x86_64__) && defined(__linux__)
#include <signal.h>
#include <ucontext.h>
#include <x86intrin.h>

#define TRAP_FLAG 0x100

static uintptr_t first;
static size_t length;
static uint32_t *counts;
static uintptr_t before;
static volatile sig_atomic_t stopped;

/* Called before each instruction, since the processor traps after the one before it; also for each repetition of one, which does
 * not count */
static void count(int signal, siginfo_t *information, void *context)
{
    (void)signal, (void)information;
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uintptr_t offset = (uintptr_t)registers[REG_RIP] - first;
    if (offset < length && offset != before) {
        counts[offset]++;
    }
    before = offset;
    if (stopped) {
        registers[REG_EFL] &= ~TRAP_FLAG;
    }
}

/* From here to stop(), count how often each of the `size` addresses from `start` on is executed. */
int start(uintptr_t start, size_t size, uint32_t *array)
{
    struct sigaction action = {.sa_sigaction = count, .sa_flags = SA_SIGINFO};
    first = start, length = size, counts = array, stopped = 0;
    if (sigaction(SIGTRAP, &action, NULL) != 0) {
        return -1;
    }
    __writeeflags(__readeflags() | TRAP_FLAG);
    return 0;
}

void stop(void)
{
    stopped = 1;
}
#endif
