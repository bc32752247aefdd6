#include "ufuncs/specs.h"

#include <numpy/ndarraytypes.h>

#include "docstrings.h"
#include "ufuncs/reductions.h"

enum {
#define UFUNC(name, nin, nout) UFUNC_##name,
#include "functions/functions.h"
    UFUNC_COUNT
};

enum {
#define GUFUNC(name, signature) GUFUNC_##name,
#include "functions/functions.h"
    GUFUNC_COUNT
};

enum {
    MAX_TABLES = 3,
    KINDS = 4, /* of floating-point types */
    MAX_LOOPS = KINDS * (1 + SOFTUFUNC_LABEL_TYPES),
    MAX_OPERANDS = 3
};

/* The types of the loops, in order: NumPy takes the first loop to which the inputs can be cast safely. With one input float64
 * comes first, so that even small integers, which float16 can represent, give float64. With two inputs, floats are promoted as
 * usual, and a promoter maps integers to float64. */
static const char kinds_of_one_input[KINDS] = {NPY_DOUBLE, NPY_FLOAT, NPY_HALF, NPY_LONGDOUBLE};
static const char kinds_of_two_inputs[KINDS] = {NPY_HALF, NPY_FLOAT, NPY_DOUBLE, NPY_LONGDOUBLE};

static int type_of_kind(char kind)
{
    return kind == NPY_HALF ? SOFTUFUNC_F16 : kind == NPY_FLOAT ? SOFTUFUNC_F32 : SOFTUFUNC_F64;
}

/* The arrays that a spec points to */
typedef struct {
    softufunc_function function;
    softufunc_reduction_data reduced[1 + SOFTUFUNC_LABEL_TYPES];
    softufunc_loop *loops[MAX_LOOPS];
    void *data[MAX_LOOPS];
    char types[MAX_LOOPS * MAX_OPERANDS];
} storage;

static softufunc_loop *const reduction_loops[SOFTUFUNC_TYPES] = {
    softufunc_reduction_loop_f16, softufunc_reduction_loop_f32, softufunc_reduction_loop_f64};

static void fill(softufunc_spec *spec, storage *s)
{
    const int operands = spec->nin + spec->nout;
    const char *kinds = spec->nin == 2 ? kinds_of_two_inputs : kinds_of_one_input;
    spec->loops = s->loops;
    spec->data = s->data;
    spec->types = s->types;
    for (int i = 0; i < spec->loop_count; i++) {
        const char kind = kinds[i % KINDS];
        const int label = i / KINDS; /* 0: all inputs have the same type */
        memset(s->types + i * operands, kind, (size_t)operands);
        if (label > 0) {
            s->types[i * operands + 1] = (char)(NPY_BOOL + label - 1);
        }
        if (spec->signature) {
            s->loops[i] =
                kind == NPY_LONGDOUBLE ? softufunc_reduction_loop_longdouble : reduction_loops[type_of_kind(kind)];
            s->data[i] = &s->reduced[label];
        }
        else {
            s->loops[i] = kind == NPY_LONGDOUBLE ? softufunc_loop_longdouble
                                                 : softufunc_loop_of(spec->nin, spec->nout, type_of_kind(kind));
            s->data[i] = &s->function;
        }
    }
}

const softufunc_spec *softufunc_specs(size_t t)
{
    static const softufunc_spec list[] = {
#define UFUNC(ufunc, nin, nout) {.name = #ufunc, .doc = DOC_##ufunc},
#define GUFUNC(gufunc, core) {.name = #gufunc, .doc = DOC_##gufunc, .signature = core, .nout = 1},
#include "functions/functions.h"
    };
    static softufunc_spec specs[MAX_TABLES][UFUNC_COUNT + GUFUNC_COUNT + 1];
    static storage storages[MAX_TABLES][UFUNC_COUNT + GUFUNC_COUNT];
    const softufunc_table *table = softufunc_tables()[t];
    for (size_t i = 0; i < UFUNC_COUNT + GUFUNC_COUNT; i++) {
        softufunc_spec *spec = &specs[t][i];
        storage *s = &storages[t][i];
        *spec = list[i];
        if (spec->signature) {
            for (int label = 0; label <= SOFTUFUNC_LABEL_TYPES; label++) {
                s->reduced[label] = softufunc_reduction_data_of(table, i - UFUNC_COUNT, label);
            }
            spec->nin = s->reduced->reduction->nin;
            spec->loop_count = s->reduced->reduction->nin == 2 ? MAX_LOOPS : KINDS;
        }
        else {
            s->function = softufunc_function_of(table, i);
            spec->nin = s->function.nin;
            spec->nout = s->function.nout;
            spec->loop_count = KINDS;
            spec->identity = s->function.traits->identity;
            spec->second_casts = s->function.traits->second_casts;
        }
        fill(spec, s);
    }
    return specs[t];
}

PyTypeObject *softufunc_float64;

/* Types not fixed by `signature` become the output type of `signature`, if present, and `type` otherwise. */
static int promote(PyTypeObject *const signature[], PyTypeObject *promoted[], PyTypeObject *type)
{
    for (int i = 0; i < MAX_OPERANDS; i++) {
        promoted[i] = signature[i] ? signature[i] : signature[2] ? signature[2] : type;
        Py_INCREF((PyObject *)promoted[i]);
    }
    return 0;
}

int softufunc_promote_to_float64(PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[],
                                 PyTypeObject *promoted[])
{
    (void)ufunc;
    (void)given;
    return promote(signature, promoted, softufunc_float64);
}

int softufunc_promote_to_first(PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[],
                               PyTypeObject *promoted[])
{
    (void)ufunc;
    return promote(signature, promoted, given[0]);
}
