#include "ufuncs/specs.h"

#define NO_IMPORT_UFUNC
#include <numpy/ndarraytypes.h>
#include <numpy/ufuncobject.h>

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
    INTEGERS = SOFTUFUNC_LABEL_TYPES, /* bool and the integers, NumPy's first types */
    FLOATS = 4,
    MAX_LOOPS = INTEGERS + (FLOATS + 1) * (1 + SOFTUFUNC_LABEL_TYPES)
};

/* The types of the loops: floats, then integers, which give float64, then floats with labels of every type. NumPy takes the loop of
 * the types themselves; where there is none, as for two different floats, the first one to which the inputs can be cast safely, so
 * that floats are promoted as usual. Of one input, every built-in type has a loop, and the order is free: polars takes the first
 * output type that holds its column, and has no float16. */
static const char floats_of_one_input[FLOATS] = {NPY_FLOAT, NPY_DOUBLE, NPY_HALF, NPY_LONGDOUBLE};
static const char floats_of_two_inputs[FLOATS] = {NPY_HALF, NPY_FLOAT, NPY_DOUBLE, NPY_LONGDOUBLE};

static int type_of_float(char type)
{
    return type == NPY_HALF             ? SOFTUFUNC_F16
           : type == NPY_FLOAT          ? SOFTUFUNC_F32
           : type == SOFTUFUNC_BFLOAT16 ? SOFTUFUNC_BF16
                                        : SOFTUFUNC_F64;
}

/* The arrays that a spec points to */
typedef struct {
    softufunc_function function;
    softufunc_integers integers[INTEGERS];
    softufunc_gufunc_data rows[1 + SOFTUFUNC_LABEL_TYPES];
    softufunc_loop *loops[MAX_LOOPS];
    void *data[MAX_LOOPS];
    char types[MAX_LOOPS * SOFTUFUNC_OPERANDS_MAX];
} storage;

/* Loop i, of the integers with this index in label_casts of the table. */
static void fill_integers(const softufunc_spec *spec, storage *s, int i, int integer)
{
    char *types = s->types + i * (spec->nin + spec->nout);
    memset(types, NPY_BOOL + integer, (size_t)spec->nin);
    memset(types + spec->nin, NPY_DOUBLE, (size_t)spec->nout);
    if (spec->signature) {
        s->loops[i] = softufunc_gufunc_loop(s->rows->rows, SOFTUFUNC_LOOP_INTEGERS);
        s->data[i] = &s->rows[1 + integer];
    }
    else {
        s->integers[integer] = (softufunc_integers){&s->function, &s->function.table->label_casts[integer]};
        s->loops[i] = softufunc_loop_integers;
        s->data[i] = &s->integers[integer];
    }
}

/* Loop i: of a float type; `label`: all inputs are of this type, or 1 + the place in label_casts. */
static void fill_floats(const softufunc_spec *spec, storage *s, int i, char type, int label)
{
    char *types = s->types + i * (spec->nin + spec->nout);
    memset(types, type, (size_t)(spec->nin + spec->nout));
    if (label > 0) {
        types[1] = (char)(NPY_BOOL + label - 1);
    }
    if (spec->signature) {
        s->loops[i] = softufunc_gufunc_loop(s->rows->rows,
                                            type == NPY_LONGDOUBLE ? SOFTUFUNC_LOOP_LONGDOUBLE : type_of_float(type));
        s->data[i] = &s->rows[label];
    }
    else {
        s->loops[i] = type == NPY_LONGDOUBLE ? softufunc_loop_longdouble
                                             : softufunc_loop_of(spec->nin, spec->nout, type_of_float(type));
        s->data[i] = &s->function;
    }
}

static void fill(softufunc_spec *spec, storage *s)
{
    /* NumPy converts an identity to the type of every loop, and there is no infinite integer: a promoter takes integers to float64.
     * The index of a choice is an integer, and the other input a float. */
    const int choice = spec->signature && s->rows->rows->choice;
    const int plain = choice ? 0 : FLOATS, integers = choice || spec->identity != IDENTITY_NONE ? 0 : INTEGERS;
    const int labels = spec->signature && spec->nin == 2 && !s->rows->rows->product ? SOFTUFUNC_LABEL_TYPES : 0;
    const char *floats = spec->nin == 2 ? floats_of_two_inputs : floats_of_one_input;
    spec->loops = s->loops;
    spec->data = s->data;
    spec->types = s->types;
    spec->loop_count = plain + integers + FLOATS * labels;
    for (int i = 0; i < plain; i++) {
        fill_floats(spec, s, i, floats[i], 0);
    }
    for (int i = 0; i < integers; i++) {
        fill_integers(spec, s, plain + i, i);
    }
    for (int i = 0; i < FLOATS * labels; i++) {
        fill_floats(spec, s, plain + integers + i, floats[i % FLOATS], 1 + i / FLOATS);
    }
    spec->bfloat16_count = (plain > 0) + labels;
    for (int i = 0; i < spec->bfloat16_count; i++) {
        fill_floats(spec, s, spec->loop_count + i, SOFTUFUNC_BFLOAT16, i + (plain == 0));
    }
}

static PyTypeObject *float64, *int64;
static PyObject *integer_types, *float_types, *stand_in;
PyTypeObject *softufunc_bfloat16;

void softufunc_keep_types(PyObject *for_float64, PyObject *for_int64, PyObject *integers, PyObject *floats,
                          PyObject *function)
{
    float64 = (PyTypeObject *)Py_NewRef(for_float64);
    int64 = (PyTypeObject *)Py_NewRef(for_int64);
    integer_types = Py_NewRef(integers);
    float_types = Py_NewRef(floats);
    stand_in = Py_NewRef(function);
}

/* Types not fixed by `signature` become the first output type of `signature`, if present, and `type` otherwise. */
static int promote_to(const PyUFuncObject *f, PyTypeObject *const signature[], PyTypeObject *promoted[],
                      PyTypeObject *type)
{
    for (int i = 0; i < f->nargs; i++) {
        promoted[i] = signature[i] ? signature[i] : signature[f->nin] ? signature[f->nin] : type;
        Py_INCREF((PyObject *)promoted[i]);
    }
    return 0;
}

/* -1 without an exception if there is nothing to replace */
static int promote_to_stand_ins(const PyUFuncObject *f, PyTypeObject *const given[], PyTypeObject *const signature[],
                                PyTypeObject *promoted[])
{
    int found = 0;
    for (int i = 0; i < f->nargs; i++) {
        PyObject *type = (PyObject *)(i < f->nin ? given[i] : signature[i]);
        PyObject *other = i < f->nin ? PyObject_CallFunctionObjArgs(stand_in, type, NULL) : NULL;
        if (other && other != Py_None) {
            found = 1;
            type = other;
        }
        else {
            PyErr_Clear();
            Py_XINCREF(type);
        }
        promoted[i] = (PyTypeObject *)type;
    }
    for (int i = 0; i < f->nargs && !found; i++) {
        Py_CLEAR(promoted[i]);
    }
    return found ? 0 : -1;
}

/* Is it the DType of Python's int? */
static int is_python_int(PyTypeObject *dtype)
{
    PyObject *scalar = PyObject_GetAttrString((PyObject *)dtype, "type");
    Py_XDECREF(scalar);
    return scalar == (PyObject *)&PyLong_Type;
}

/* Is it the DType of Python's int or float, which takes the type of the other input? */
static int is_python_number(PyTypeObject *dtype)
{
    PyObject *scalar = PyObject_GetAttrString((PyObject *)dtype, "type");
    Py_XDECREF(scalar);
    return scalar == (PyObject *)&PyFloat_Type || is_python_int(dtype);
}

static int is_label(PyTypeObject *type)
{
    return PyObject_IsSubclass((PyObject *)type, integer_types) == 1;
}

/* Only bfloat16, beside Python numbers and labels, stays bfloat16. */
static int only_bfloat16(const PyUFuncObject *f, PyTypeObject *const given[], int labels)
{
    for (int i = 0; i < f->nin; i++) {
        if (given[i] != softufunc_bfloat16 && !is_python_number(given[i]) &&
            !(labels && i == 1 && is_label(given[i]))) {
            return 0;
        }
    }
    return 1;
}

static int uses_bfloat16(const PyUFuncObject *f, PyTypeObject *const types[])
{
    for (int i = 0; softufunc_bfloat16 && i < f->nin; i++) {
        if (types[i] == softufunc_bfloat16) {
            return 1;
        }
    }
    return 0;
}

static int promote(PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[],
                   PyTypeObject *promoted[], int labels)
{
    const PyUFuncObject *f = (const PyUFuncObject *)ufunc;
    if (softufunc_bfloat16 && signature[f->nin] == softufunc_bfloat16) {
        return promote_to(f, signature, promoted, softufunc_bfloat16);
    }
    if (uses_bfloat16(f, given)) {
        return only_bfloat16(f, given, labels) ? promote_to(f, signature, promoted, softufunc_bfloat16) : -1;
    }
    if (f->nin == 2 && is_label(given[1])) {
        if (is_label(given[0])) {
            return promote_to(f, signature, promoted, float64);
        }
        if (labels && PyObject_IsSubclass((PyObject *)given[0], float_types) == 1) {
            return promote_to(f, signature, promoted, given[0]);
        }
    }
    PyErr_Clear();
    return promote_to_stand_ins(f, given, signature, promoted);
}

static int promote_common(PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[],
                          PyTypeObject *promoted[])
{
    return promote(ufunc, given, signature, promoted, 0);
}

static int promote_labels(PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[],
                          PyTypeObject *promoted[])
{
    return promote(ufunc, given, signature, promoted, 1);
}

/* (x, index): x becomes the type given by dtype=, or float64 if it is an integer or boolean, or what stands in for one of another
 * library's types. A Python integer as the index becomes int64. */
static int promote_index(PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[],
                         PyTypeObject *promoted[])
{
    const PyUFuncObject *f = (const PyUFuncObject *)ufunc;
    PyTypeObject *x = is_label(given[0]) ? float64 : given[0];
    PyTypeObject *index = is_python_int(given[1]) ? int64 : given[1];
    PyErr_Clear();
    PyTypeObject *const types[] = {x, index};
    if (x != softufunc_bfloat16 && promote_to_stand_ins(f, types, signature, promoted) == 0) {
        return 0;
    }
    if (signature[2] &&
        (signature[2] == softufunc_bfloat16 || PyObject_IsSubclass((PyObject *)signature[2], float_types) == 1)) {
        x = signature[2]; /* dtype= */
    }
    if (x == given[0] && index == given[1]) {
        return -1;
    }
    promoted[0] = signature[0] ? signature[0] : signature[2] ? signature[2] : x;
    promoted[1] = signature[1] ? signature[1] : index;
    promoted[2] = signature[2] ? signature[2] : promoted[0];
    for (int i = 0; i < 3; i++) {
        Py_INCREF((PyObject *)promoted[i]);
    }
    return 0;
}

/* Called without the GIL */
static void raise_no_memory(void)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyErr_NoMemory();
    PyGILState_Release(state);
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
    softufunc_no_memory = raise_no_memory;
    if (specs[t]->name) {
        return specs[t];
    }
    for (size_t i = 0; i < UFUNC_COUNT + GUFUNC_COUNT; i++) {
        softufunc_spec *spec = &specs[t][i];
        storage *s = &storages[t][i];
        *spec = list[i];
        if (spec->signature) {
            for (int label = 0; label <= SOFTUFUNC_LABEL_TYPES; label++) {
                s->rows[label] = softufunc_gufunc_data_of(table, i - UFUNC_COUNT, label);
            }
            spec->promoter = s->rows->rows->choice ? promote_index : promote_common;
            for (const char *c = spec->signature; *c != '>'; c++) {
                spec->nin += *c == '(';
            }
        }
        else {
            s->function = softufunc_function_of(table, i);
            spec->nin = s->function.nin;
            spec->nout = s->function.nout;
            spec->identity = s->function.traits->identity;
            spec->promoter = s->function.traits->second_casts ? promote_labels : promote_common;
        }
        fill(spec, s);
    }
    return specs[t];
}
