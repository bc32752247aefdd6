/* Runs the loops that NumPy calls, without NumPy and without Python: on any machine for which there is a C compiler.
 *
 * Without arguments: the instruction sets that were compiled and run here, a line each, and whether they have FMA.
 * With the name of an instruction set: answers requests on the standard input. A request is a line
 *
 *   NAME TYPE COUNT STEP EACH
 *
 * and COUNT elements in the machine's own byte order: STEP is the distance of two elements in memory, in elements; EACH is
 * 1 for a call for each element, otherwise 0. The answer is COUNT elements, and one byte of flags for each call.
 */
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#include "dispatch/loops.h"

typedef void loop(char **args, const intptr_t *dimensions, const intptr_t *steps, void *data);

static const struct {
    const char *name;
    size_t size;
    loop *run;
} types[] = {
    {"f2", 2, softufunc_loop_f16},
    {"f4", 4, softufunc_loop_f32},
    {"f8", 8, softufunc_loop_f64},
};

static void require(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

static char flags(void)
{
    int raised = fetestexcept(FE_ALL_EXCEPT);
    feclearexcept(FE_ALL_EXCEPT);
    return (char)((raised & FE_DIVBYZERO ? 1 : 0) | (raised & FE_OVERFLOW ? 2 : 0) | (raised & FE_UNDERFLOW ? 4 : 0) |
                  (raised & FE_INVALID ? 8 : 0));
}

/* The elements `step` apart, in memory that holds nothing else; a negative step begins at the end. */
static char *first_element(char *memory, size_t count, long step, size_t size)
{
    return step < 0 ? memory + (count - 1) * (size_t)-step * size : memory;
}

static void answer(const softufunc_function *function, size_t type, size_t count, long step, int each)
{
    size_t size = types[type].size, bytes = (count + 1) * (size_t)labs(step) * size;
    char *adjacent = malloc(count * size + 1), *in = malloc(bytes), *out = malloc(bytes), *raised = malloc(count + 1);
    require(adjacent && in && out && raised, "no memory");
    require(fread(adjacent, size, count, stdin) == count, "the input ends too early");
    memset(in, 0, bytes);
    char *from = first_element(in, count, step, size), *to = first_element(out, count, step, size);
    const intptr_t distance = (intptr_t)step * (intptr_t)size, steps[] = {distance, distance};
    for (size_t i = 0; i < count; i++) {
        memcpy(from + (intptr_t)i * distance, adjacent + i * size, size);
    }
    size_t calls = each ? count : 1;
    const intptr_t length = each ? 1 : (intptr_t)count;
    flags();
    for (size_t i = 0; i < calls; i++) {
        char *args[] = {from + (intptr_t)i * distance, to + (intptr_t)i * distance};
        types[type].run(args, &length, steps, (void *)function);
        raised[i] = flags();
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(adjacent + i * size, to + (intptr_t)i * distance, size);
    }
    fwrite(adjacent, size, count, stdout);
    fwrite(raised, 1, calls, stdout);
    require(fflush(stdout) == 0, "the output cannot be written");
    free(adjacent);
    free(in);
    free(out);
    free(raised);
}

static size_t find_type(const char *name)
{
    size_t i = 0;
    while (i < sizeof types / sizeof types[0] && strcmp(types[i].name, name) != 0) {
        i++;
    }
    require(i < sizeof types / sizeof types[0], "no such type");
    return i;
}

int main(int argc, char **argv)
{
    const softufunc_table **tables = softufunc_tables(), *table = NULL;
    for (; *tables; tables++) {
        if (argc < 2) {
            printf("%s %d\n", (*tables)->instruction_set, !(*tables)->false_underflow);
        }
        else if (strcmp((*tables)->instruction_set, argv[1]) == 0) {
            table = *tables;
        }
    }
    if (argc < 2) {
        return 0;
    }
    require(table != NULL, "no such instruction set");
#ifdef _WIN32
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
#endif
    char line[200], name[64], type[8];
    while (fgets(line, sizeof line, stdin)) {
        unsigned long count;
        long step;
        int each;
        require(sscanf(line, "%63s %7s %lu %ld %d", name, type, &count, &step, &each) == 5, "not a request");
        softufunc_function function = {.table = table};
        size_t i = 0;
        while (table->kernels[i].name && strcmp(table->kernels[i].name, name) != 0) {
            i++;
        }
        require(table->kernels[i].name != NULL, "no such function");
        function.kernels = &table->kernels[i];
        function.one = &softufunc_table_for_one(table)->kernels[i];
        answer(&function, find_type(type), count, step, each);
    }
    return 0;
}
