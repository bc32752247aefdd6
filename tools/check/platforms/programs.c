/* Runs the loops that NumPy calls, without NumPy and without Python: on any machine for which there is a C compiler.
 *
 * Without arguments: the instruction sets that were compiled and run here, a line each, whether they have FMA, and whether the platform
 * has floating-point exceptions.
 * With the name of an instruction set: answers requests on the standard input. A request is a line
 *
 *   NAME TYPE COUNT STEP LENGTH
 *
 * and, for each argument of the function, COUNT elements in the machine's own byte order. STEP is the distance of two
 * elements in memory, in elements; LENGTH is the number of elements in a call, 0 for all of them, or -1000000000 for the
 * method accumulate of one input. The answer is, for each result, COUNT elements; then one byte of flags for each call.
 *
 * The request for a gufunc is followed by the lengths of its core dimensions, in the order of its signature. Its elements are
 * rows, or matrices: COUNT of them, one after the other, or, if STEP is 0, side by side. An index is an int.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#include "math/exceptions.h"
#include "tools/fuzz/signature.h"
#include "ufuncs/loops.h"
#include "ufuncs/reductions.h"

/* A ufunc or a gufunc, with the data of its loops */
typedef struct {
    signature core;
    int choice; /* the second argument is an index */
    union {
        softufunc_function ufunc;
        softufunc_gufunc_data gufunc;
    } data;
    softufunc_loop *loops[SOFTUFUNC_TYPES];
} function;

static const struct {
    const char *name;
    size_t size;
} types[] = {{"f2", 2}, {"f4", 4}, {"f8", 8}};
enum { ACCUMULATE = -1000000000, INT = 6 /* 1 + the place of int in label_casts */ };

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

static void *memory(size_t size)
{
    void *allocated = calloc(size + 1, 1);
    require(allocated != NULL, "no memory");
    return allocated;
}

/* An operand in memory that holds nothing else; the step from row to row, and those inside a row, are in bytes. */
typedef struct {
    char *block, *first;
    size_t size, count; /* of an element; the number of elements in a row */
    intptr_t step, core[CORE], distance;
} operand;

/* `steps` are those of one row in C order; rows are one after the other, or side by side. A negative step begins at the end. */
static operand operand_of(const function *f, int i, size_t size, size_t rows, long step, const intptr_t *lengths)
{
    operand x = {.size = size, .count = core_size(&f->core, i, lengths)};
    intptr_t steps[STEPS];
    const size_t total = rows * x.count, apart = step == 0 ? 1 : (size_t)labs(step);
    x.block = memory((total + 1) * apart * size);
    x.first = step < 0 && total > 0 ? x.block + (total - 1) * apart * size : x.block;
    x.distance = (step == 0 ? (intptr_t)rows : step) * (intptr_t)size;
    x.step = step == 0 ? (intptr_t)size : x.distance * (intptr_t)x.count;
    set_adjacent(&f->core, i, lengths, x.distance, steps);
    memcpy(x.core, core_steps(&f->core, i, steps), sizeof x.core);
    return x;
}

static char *element(const operand *x, size_t row, size_t e)
{
    return x->first + (intptr_t)row * x->step + (intptr_t)e * x->distance;
}

/* Reads or writes the elements in C order */
static void transfer(const operand *x, size_t rows, int in)
{
    const size_t total = rows * x->count, at_once = x->distance == (intptr_t)x->size ? total : 1;
    for (size_t i = 0; i < total; i += at_once) {
        char *at = element(x, i / x->count, i % x->count);
        if (in) {
            require(fread(at, x->size, at_once, stdin) == at_once, "the input ends too early");
        }
        else {
            fwrite(at, x->size, at_once, stdout);
        }
    }
}

static void answer(function *f, size_t type, size_t rows, long step, long length, const intptr_t *lengths)
{
    const int arguments = f->core.inputs, operands = arguments + f->core.outputs;
    const size_t n = length == 0 ? rows : (size_t)length, calls = length == 0 ? 1 : rows / n;
    char *raised = memory(calls);
    operand x[OPERANDS];
    intptr_t dimensions[1 + DIMENSIONS] = {(intptr_t)n}, steps[STEPS] = {0};
    memcpy(dimensions + 1, lengths, DIMENSIONS * sizeof *dimensions);
    for (int k = 0; k < operands; k++) {
        x[k] = operand_of(f, k, f->choice && k == 1 ? sizeof(int) : types[type].size, rows, step, lengths);
        steps[k] = x[k].step;
        memcpy(core_steps(&f->core, k, steps), x[k].core, (size_t)f->core.count[k] * sizeof *steps);
        if (k < arguments) {
            transfer(&x[k], rows, 1);
        }
    }
    flags();
    for (size_t i = 0; i < calls; i++) {
        char *args[OPERANDS];
        for (int k = 0; k < operands; k++) {
            args[k] = element(&x[k], i * n, 0);
        }
        f->loops[type](args, dimensions, steps, &f->data);
        raised[i] = flags();
    }
    for (int k = 0; k < operands; k++) {
        if (k >= arguments) {
            transfer(&x[k], rows, 0);
        }
        free(x[k].block);
    }
    fwrite(raised, 1, calls, stdout);
    require(fflush(stdout) == 0, "the output cannot be written");
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
        f.core = (signature){.inputs = f.data.ufunc.nin, .outputs = f.data.ufunc.nout};
        for (int type = 0; type < SOFTUFUNC_TYPES; type++) {
            f.loops[type] = softufunc_loop_of(f.core.inputs, f.core.outputs, type);
        }
        return f;
    }
    place = 0;
    while (table->gufuncs[place].name && strcmp(table->gufuncs[place].name, name) != 0) {
        place++;
    }
    require(table->gufuncs[place].name != NULL, "no such function");
    const softufunc_gufunc *gufunc = table->gufuncs + place;
    function f = {.core = signature_of(gufunc->signature), .choice = gufunc->rows->choice != NULL};
    f.data.gufunc = softufunc_gufunc_data_of(table, place, f.choice ? INT : 0);
    for (int type = 0; type < SOFTUFUNC_TYPES; type++) {
        f.loops[type] = softufunc_gufunc_loop(gufunc->rows, type);
    }
    return f;
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
            printf("%s %d %d\n", (*tables)->instruction_set, (*tables)->fma, FE_ALL_EXCEPT != 0);
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
        long step, length, n[DIMENSIONS];
        const int given =
            sscanf(line, "%63s %7s %lu %ld %ld %ld %ld %ld", name, type, &count, &step, &length, n, n + 1, n + 2);
        require(given >= 5, "not a request");
        function f = find_function(table, name);
        require(given == 5 + f.core.dimensions, "not as many lengths as in the signature");
        intptr_t lengths[DIMENSIONS] = {0};
        for (int i = 0; i < f.core.dimensions; i++) {
            lengths[i] = n[i];
        }
        if (length == ACCUMULATE) {
            accumulate(&f, find_type(type), count);
        }
        else {
            answer(&f, find_type(type), count, step, length, lengths);
        }
    }
    return 0;
}
