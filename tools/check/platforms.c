/* Runs the loops that NumPy calls, without NumPy and without Python: on any machine for which there is a C compiler.
 *
 * Without arguments: the instruction sets that were compiled and run here, a line each, and whether they have FMA.
 * With the name of an instruction set: answers requests on the standard input. A request is a line
 *
 *   NAME TYPE COUNT STEP LENGTH
 *
 * and, for each argument of the function, COUNT elements in the machine's own byte order. STEP is the distance of two
 * elements in memory, in elements; LENGTH is the number of elements in a call, 0 for all of them. The answer is, for each
 * result, COUNT elements, of a gufunc one element a row; then one byte of flags for each call. A row is a call,
 * or, for LENGTH -1000000000, the method accumulate of one input, or, for another negative LENGTH, all rows of -LENGTH elements are one call: one after the other, or side by side if STEP is 0.
 */
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#include "ufuncs/loops.h"
#include "ufuncs/reductions.h"

/* A ufunc or a gufunc, with the data of its loops */
typedef struct {
    int arguments, results, of_axis;
    union {
        softufunc_function ufunc;
        softufunc_reduction_data gufunc;
    } data;
    softufunc_loop *loops[SOFTUFUNC_TYPES];
} function;

static const struct {
    const char *name;
    size_t size;
} types[] = {{"f2", 2}, {"f4", 4}, {"f8", 8}};
enum { MAX_OPERANDS = 4, ACCUMULATE = -1000000000 };

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

static void *memory(size_t size)
{
    void *allocated = calloc(size + 1, 1);
    require(allocated != NULL, "no memory");
    return allocated;
}

static void answer(function *f, size_t type, size_t count, long step, long length)
{
    const size_t size = types[type].size;
    const int operands = f->arguments + f->results, together = length < 0, across = step == 0;
    const size_t n = length == 0 ? count : (size_t)labs(length), rows = count / (n + (n == 0));
    const size_t calls = together || length == 0 ? 1 : rows, results = f->of_axis ? (length == 0 ? 1 : rows) : count;
    if (across) {
        step = 1;
    }
    const intptr_t distance = (intptr_t)step * (intptr_t)size;
    char *adjacent = memory(count * size), *raised = memory(calls), *place[MAX_OPERANDS], *first[MAX_OPERANDS];
    for (int k = 0; k < operands; k++) {
        const int is_argument = k < f->arguments;
        const size_t m = is_argument ? count : results;
        place[k] = memory((m + 1) * (size_t)labs(step) * size);
        first[k] = first_element(place[k], m, step, size);
        if (is_argument) {
            require(fread(adjacent, size, m, stdin) == m, "the input ends too early");
            for (size_t i = 0; i < m; i++) {
                const size_t to = across ? i % n * rows + i / n : i;
                memcpy(first[k] + (intptr_t)to * distance, adjacent + i * size, size);
            }
        }
    }
    /* of a gufunc: rows, then the distances from row to row, then those inside a row */
    const intptr_t dimensions[] = {f->of_axis ? (together ? (intptr_t)rows : 1) : (intptr_t)n, (intptr_t)n};
    intptr_t steps[2 * MAX_OPERANDS];
    for (int k = 0; k < 2 * MAX_OPERANDS; k++) {
        steps[k] = distance;
    }
    for (int k = 0; k < f->arguments && f->of_axis; k++) {
        steps[k] = across ? distance : (intptr_t)n * distance;
        steps[operands + k] = across ? (intptr_t)rows * distance : distance;
    }
    flags();
    for (size_t i = 0; i < calls; i++) {
        char *args[MAX_OPERANDS];
        for (int k = 0; k < operands; k++) {
            const size_t done = k >= f->arguments && f->of_axis ? i : i * n;
            args[k] = first[k] + (intptr_t)done * distance;
        }
        f->loops[type](args, dimensions, steps, &f->data);
        raised[i] = flags();
    }
    for (int k = 0; k < operands; k++) {
        if (k >= f->arguments) {
            for (size_t i = 0; i < results; i++) {
                memcpy(adjacent + i * size, first[k] + (intptr_t)i * distance, size);
            }
            fwrite(adjacent, size, results, stdout);
        }
        free(place[k]);
    }
    fwrite(raised, 1, calls, stdout);
    require(fflush(stdout) == 0, "the output cannot be written");
    free(adjacent);
    free(raised);
}

/* The method accumulate of a row: COUNT elements in, COUNT elements and a byte of flags out. */
static void accumulate(function *f, size_t type, size_t count)
{
    const size_t size = types[type].size;
    char *x = memory(count * size), *y = memory(count * size);
    require(fread(x, size, count, stdin) == count, "the input ends too early");
    memcpy(y, x, size);
    char *args[] = {y, x + size, y + size};
    const intptr_t dimensions[] = {(intptr_t)count - 1}, step = (intptr_t)size, steps[] = {step, step, step};
    flags();
    f->loops[type](args, dimensions, steps, &f->data);
    const char raised = flags();
    fwrite(y, size, count, stdout);
    fwrite(&raised, 1, 1, stdout);
    require(fflush(stdout) == 0, "the output cannot be written");
    free(x);
    free(y);
}

static function find_function(const softufunc_table *table, const char *name)
{
    size_t place = 0;
    while (table->ufuncs[place].name && strcmp(table->ufuncs[place].name, name) != 0) {
        place++;
    }
    if (table->ufuncs[place].name) {
        function f = {.data.ufunc = softufunc_function_of(table, place)};
        f.arguments = f.data.ufunc.nin;
        f.results = f.data.ufunc.nout;
        for (int type = 0; type < SOFTUFUNC_TYPES; type++) {
            f.loops[type] = softufunc_loop_of(f.arguments, f.results, type);
        }
        return f;
    }
    place = 0;
    while (table->gufuncs[place].name && strcmp(table->gufuncs[place].name, name) != 0) {
        place++;
    }
    require(table->gufuncs[place].name != NULL, "no such function");
    return (function){
        .arguments = table->gufuncs[place].reduction->nin,
        .results = 1,
        .of_axis = 1,
        .data.gufunc = softufunc_reduction_data_of(table, place, 0),
        .loops = {softufunc_reduction_loop_f16, softufunc_reduction_loop_f32, softufunc_reduction_loop_f64}};
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
            printf("%s %d\n", (*tables)->instruction_set, !(*tables)->spurious_underflow);
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
        long step, length;
        require(sscanf(line, "%63s %7s %lu %ld %ld", name, type, &count, &step, &length) == 5, "not a request");
        function f = find_function(table, name);
        if (length == ACCUMULATE) {
            accumulate(&f, find_type(type), count);
        }
        else {
            answer(&f, find_type(type), count, step, length);
        }
    }
    return 0;
}
