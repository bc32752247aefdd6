/* A plugin of qemu-user that counts the instructions of the emulated processor: python -m tools check instructions.
 *
 * It prints the number of instructions executed so far whenever the program makes the system call MARK, which does not exist.
 * QEMU executes blocks of instructions, whose lengths are known when it translates them. The declarations are those parts of
 * QEMU's plugin interface that are used here, because few distributions have its header.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "tools/check/instructions_mark.h"

struct qemu_plugin_tb;
typedef void when_translated(uint64_t id, struct qemu_plugin_tb *block);
typedef void when_executed(unsigned cpu, void *data);
typedef void when_called(uint64_t id, unsigned cpu, int64_t number, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                         uint64_t, uint64_t, uint64_t);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, when_translated *call);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, when_executed *call, int flags, void *data);
void qemu_plugin_register_vcpu_syscall_cb(uint64_t id, when_called *call);

#define EXPORTED __attribute__((visibility("default")))
EXPORTED extern const int qemu_plugin_version;
const int qemu_plugin_version = PLUGIN_VERSION;
EXPORTED int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

static uint64_t count;

static void executed(unsigned cpu, void *length)
{
    (void)cpu;
    count += (uintptr_t)length;
}

static void translated(uint64_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_cb(block, executed, 0, (void *)qemu_plugin_tb_n_insns(block));
}

static void called(uint64_t id, unsigned cpu, int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                   uint64_t e, uint64_t f, uint64_t g, uint64_t h)
{
    (void)id, (void)cpu, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
    if (number == MARK) {
        fprintf(stderr, "%" PRIu64 "\n", count);
    }
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    (void)info, (void)argc, (void)argv;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_vcpu_syscall_cb(id, called);
    return 0;
}
