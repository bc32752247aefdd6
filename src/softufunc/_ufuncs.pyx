# cython: language_level=3, freethreading_compatible=True
"""The ufuncs: made from the tables of C kernels, with the texts of _docs.py. A new function needs no change here."""

import os
from itertools import product

from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport PyObject, PyTypeObject
from libc.stddef cimport ptrdiff_t, size_t
from libc.stdint cimport intptr_t

import numpy as np

from softufunc._docs import DOCS
from softufunc._docs_of_two import DOCS_OF_TWO
from softufunc._docs_reductions import DOCS_OF_REDUCTIONS
from softufunc._docs_two_results import DOCS_OF_TWO_RESULTS

cdef extern from "numpy/arrayobject.h":
    int _import_array() except -1
    enum: NPY_HALF, NPY_FLOAT, NPY_DOUBLE, NPY_LONGDOUBLE

cdef extern from "numpy/ufuncobject.h":
    int _import_umath() except -1
    enum: PyUFunc_None, PyUFunc_IdentityValue
    ctypedef void (*PyUFuncGenericFunction)(char **, const intptr_t *, const intptr_t *, void *)
    object PyUFunc_FromFuncAndData(
        PyUFuncGenericFunction *loops, void **data, char *types, int ntypes, int nin, int nout, int identity,
        const char *name, const char *doc, int unused)
    object PyUFunc_FromFuncAndDataAndSignatureAndIdentity(
        PyUFuncGenericFunction *loops, void **data, char *types, int ntypes, int nin, int nout, int identity,
        const char *name, const char *doc, int unused, const char *signature, PyObject *identity_value)
    int PyUFunc_AddPromoter(object ufunc, object types, object promoter) except -1
    object PyUFunc_FromFuncAndDataAndSignature(
        PyUFuncGenericFunction *loops, void **data, char *types, int ntypes, int nin, int nout, int identity,
        const char *name, const char *doc, int unused, const char *signature)

cdef extern from "ufuncs/loops.h":
    ctypedef long double (*softufunc_longdouble)(long double)
    ctypedef long double (*softufunc_longdouble_of_two)(long double, long double)
    enum: SOFTUFUNC_NONE, SOFTUFUNC_LOWEST, SOFTUFUNC_HIGHEST, SOFTUFUNC_NUMBER, SOFTUFUNC_LABEL
    ctypedef struct softufunc_kernels:
        const char *name
    ctypedef long double (*softufunc_read)(const char *)
    ctypedef struct softufunc_kernels_of_two:
        const char *name
        int identity
        int second
    ctypedef struct softufunc_reduction:
        const char *name
        int arguments
        const char *signature
    ctypedef struct softufunc_kernels_two_results:
        const char *name
    ctypedef struct softufunc_table:
        const char *instruction_set
        const softufunc_kernels *kernels
        const softufunc_kernels_of_two *kernels_of_two
        const softufunc_kernels_two_results *two_results
        const softufunc_reduction *reductions
    ctypedef struct softufunc_function:
        const softufunc_table *table
        const softufunc_kernels *kernels
        const softufunc_kernels *one
        softufunc_longdouble longdouble
    ctypedef struct softufunc_function_of_two:
        const softufunc_table *table
        const softufunc_kernels_of_two *kernels
        const softufunc_kernels_of_two *one
        softufunc_longdouble_of_two longdouble
    ctypedef struct softufunc_labels:
        pass
    enum: SOFTUFUNC_LABEL_TYPES
    const softufunc_labels softufunc_labels_of_type[]
    ctypedef long double (*softufunc_longdouble_reduction)(
        const char *, ptrdiff_t, const char *, ptrdiff_t, softufunc_read, size_t)
    ctypedef struct softufunc_reduced:
        const softufunc_table *table
        const softufunc_reduction *reduction
        softufunc_longdouble_reduction longdouble
        const softufunc_labels *labels
    const softufunc_longdouble softufunc_longdoubles[]
    const softufunc_longdouble_of_two softufunc_longdoubles_of_two[]
    const softufunc_longdouble_reduction softufunc_longdouble_reductions[]
    const softufunc_table **softufunc_tables()
    const softufunc_table *softufunc_table_for_one(const softufunc_table *)
    PyUFuncGenericFunction softufunc_loop_f16, softufunc_loop_f32, softufunc_loop_f64, softufunc_loop_longdouble
    PyUFuncGenericFunction softufunc_reduce_f16, softufunc_reduce_f32, softufunc_reduce_f64, softufunc_reduce_longdouble
    PyUFuncGenericFunction softufunc_loop_of_two_f16, softufunc_loop_of_two_f32, softufunc_loop_of_two_f64
    PyUFuncGenericFunction softufunc_loop_of_two_longdouble

cdef extern from "ufuncs/loops_two_results.h":
    ctypedef void (*softufunc_longdouble_two_results)(long double, long double *, long double *)
    ctypedef struct softufunc_function_two_results:
        const softufunc_table *table
        const softufunc_kernels_two_results *kernels
        const softufunc_kernels_two_results *one
        softufunc_longdouble_two_results longdouble
    const softufunc_longdouble_two_results softufunc_longdoubles_two_results[]

cdef extern from "ufuncs/exports.h":
    """
    #define CAPSULE SOFTUFUNC_CAPSULE
    """
    const char *CAPSULE
    ctypedef struct softufunc_export:
        const char *name
        const char *signature
        void *function
    void *softufunc_fill_api(const softufunc_table *)
    softufunc_export *softufunc_fill_exports(const softufunc_table *)

cdef extern from *:
    """
    #define MOST_TABLES 4
    #define MOST_FUNCTIONS 64
    /* NumPy keeps pointers to all of this for as long as a ufunc lives. It takes the first loop that an input can be cast to
     * safely: integers become float64, small ones too, which float16 would hold. */
    static char types[] = {NPY_DOUBLE, NPY_DOUBLE, NPY_FLOAT, NPY_FLOAT, NPY_HALF, NPY_HALF, NPY_LONGDOUBLE, NPY_LONGDOUBLE};
    static PyUFuncGenericFunction loops[] = {
        softufunc_loop_f64, softufunc_loop_f32, softufunc_loop_f16, softufunc_loop_longdouble};
    static softufunc_function functions[MOST_TABLES][MOST_FUNCTIONS];
    static void *data[MOST_TABLES][MOST_FUNCTIONS][4];

    /* Of two arguments: floats go to the first loop that holds them all, as NumPy promotes them. */
    static char types_of_two[] = {
        NPY_HALF, NPY_HALF, NPY_HALF, NPY_FLOAT, NPY_FLOAT, NPY_FLOAT,
        NPY_DOUBLE, NPY_DOUBLE, NPY_DOUBLE, NPY_LONGDOUBLE, NPY_LONGDOUBLE, NPY_LONGDOUBLE};
    static PyUFuncGenericFunction loops_of_two[] = {
        softufunc_loop_of_two_f16, softufunc_loop_of_two_f32, softufunc_loop_of_two_f64, softufunc_loop_of_two_longdouble};
    static softufunc_function_of_two functions_of_two[MOST_TABLES][MOST_FUNCTIONS];
    static void *data_of_two[MOST_TABLES][MOST_FUNCTIONS][4];

    /* Two integers or booleans become float64, also where float16 or float32 would hold them. */
    static PyTypeObject *float64_type;

    static int promote_to_float64(
        PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[], PyTypeObject *promoted[])
    {
        (void)ufunc;
        (void)given;
        for (int i = 0; i < 3; i++) {
            promoted[i] = signature[i] ? signature[i] : signature[2] ? signature[2] : float64_type;
            Py_INCREF((PyObject *)promoted[i]);
        }
        return 0;
    }

    static char types_two_results[] = {
        NPY_DOUBLE, NPY_DOUBLE, NPY_DOUBLE, NPY_FLOAT, NPY_FLOAT, NPY_FLOAT, NPY_HALF, NPY_HALF, NPY_HALF,
        NPY_LONGDOUBLE, NPY_LONGDOUBLE, NPY_LONGDOUBLE};
    static PyUFuncGenericFunction loops_two_results[] = {
        softufunc_loop_two_results_f64, softufunc_loop_two_results_f32, softufunc_loop_two_results_f16,
        softufunc_loop_two_results_longdouble};
    static softufunc_function_two_results functions_two_results[MOST_TABLES][MOST_FUNCTIONS];
    static void *data_two_results[MOST_TABLES][MOST_FUNCTIONS][4];

    #define MOST_REDUCTIONS 8
    #define MOST_REDUCE_LOOPS (4 + 4 * SOFTUFUNC_LABEL_TYPES)
    static PyUFuncGenericFunction reduce_loops[MOST_REDUCE_LOOPS] = {
        softufunc_reduce_f64, softufunc_reduce_f32, softufunc_reduce_f16, softufunc_reduce_longdouble};
    static softufunc_reduced reduced[MOST_TABLES][MOST_REDUCTIONS][MOST_REDUCE_LOOPS];
    static void *reduced_data[MOST_TABLES][MOST_REDUCTIONS][MOST_REDUCE_LOOPS];

    /* With labels: first as for two arguments, then every kind of number with booleans and integers of every size, which
     * leave its type alone. */
    static PyUFuncGenericFunction label_loops[MOST_REDUCE_LOOPS];
    static char label_types[3 * MOST_REDUCE_LOOPS];

    static void fill_label_loops(void)
    {
        static const char kinds[] = {NPY_HALF, NPY_FLOAT, NPY_DOUBLE, NPY_LONGDOUBLE};
        static const PyUFuncGenericFunction of_kind[] = {
            softufunc_reduce_f16, softufunc_reduce_f32, softufunc_reduce_f64, softufunc_reduce_longdouble};
        for (int loop = 0; loop < MOST_REDUCE_LOOPS; loop++) {
            label_loops[loop] = of_kind[loop % 4];
            label_types[3 * loop] = label_types[3 * loop + 2] = kinds[loop % 4];
            label_types[3 * loop + 1] = loop < 4 ? kinds[loop] : (char)(NPY_BOOL + loop / 4 - 1);
        }
    }

    /* Labels take the type of the logits. */
    static int promote_to_first(
        PyObject *ufunc, PyTypeObject *const given[], PyTypeObject *const signature[], PyTypeObject *promoted[])
    {
        (void)ufunc;
        for (int i = 0; i < 3; i++) {
            promoted[i] = signature[i] ? signature[i] : signature[2] ? signature[2] : given[0];
            Py_INCREF((PyObject *)promoted[i]);
        }
        return 0;
    }
    """
    enum: MOST_TABLES, MOST_FUNCTIONS, MOST_REDUCTIONS, MOST_REDUCE_LOOPS
    char types[]
    PyUFuncGenericFunction loops[]
    softufunc_function functions[MOST_TABLES][MOST_FUNCTIONS]
    void *data[MOST_TABLES][MOST_FUNCTIONS][4]
    char types_of_two[]
    PyUFuncGenericFunction loops_of_two[]
    softufunc_function_of_two functions_of_two[MOST_TABLES][MOST_FUNCTIONS]
    void *data_of_two[MOST_TABLES][MOST_FUNCTIONS][4]
    PyTypeObject *float64_type
    int promote_to_float64(PyObject *, PyTypeObject **, PyTypeObject **, PyTypeObject **)
    char types_two_results[]
    PyUFuncGenericFunction loops_two_results[]
    softufunc_function_two_results functions_two_results[MOST_TABLES][MOST_FUNCTIONS]
    void *data_two_results[MOST_TABLES][MOST_FUNCTIONS][4]
    PyUFuncGenericFunction reduce_loops[]
    softufunc_reduced reduced[MOST_TABLES][MOST_REDUCTIONS][MOST_REDUCE_LOOPS]
    void *reduced_data[MOST_TABLES][MOST_REDUCTIONS][MOST_REDUCE_LOOPS]
    PyUFuncGenericFunction label_loops[]
    char label_types[]
    void fill_label_loops()
    int promote_to_first(PyObject *, PyTypeObject **, PyTypeObject **, PyTypeObject **)

_import_array()
_import_umath()

cdef list texts = []

# NumPy keeps the capsules; the classes of types live as long as NumPy does.
WHOLE_NUMBERS = (type(np.dtype("?")), type(np.dtype("i8")).__mro__[1])
cdef object float64_class = type(np.dtype("f8"))
float64_type = <PyTypeObject *>float64_class
FLOATS = tuple(type(np.dtype(kind)) for kind in "efdg")
to_first = PyCapsule_New(<void *>promote_to_first, "numpy._ufunc_promoter", NULL)
to_float64 = PyCapsule_New(<void *>promote_to_float64, "numpy._ufunc_promoter", NULL)


cdef dict make_ufuncs(size_t t, const softufunc_table *table):
    cdef dict made = {}
    cdef size_t i = 0
    while table.kernels[i].name != NULL:
        if i == MOST_FUNCTIONS:
            raise ImportError("softufunc: MOST_FUNCTIONS is too small")
        functions[t][i].table = table
        functions[t][i].kernels = &table.kernels[i]
        functions[t][i].one = &softufunc_table_for_one(table).kernels[i]
        functions[t][i].longdouble = softufunc_longdoubles[i]
        for loop in range(4):
            data[t][i][loop] = &functions[t][i]
        name = table.kernels[i].name.decode()
        text = DOCS[name].encode()
        texts.append(text)
        ufunc = PyUFunc_FromFuncAndData(
            loops, data[t][i], types, 4, 1, 1, PyUFunc_None, table.kernels[i].name, <const char *>text, 0)
        made[name] = ufunc
        i += 1
    return made


cdef dict make_ufuncs_of_two(size_t t, const softufunc_table *table):
    cdef dict made = {}
    cdef size_t i = 0
    cdef int kind
    cdef object identity
    while table.kernels_of_two[i].name != NULL:
        if i == MOST_FUNCTIONS:
            raise ImportError("softufunc: MOST_FUNCTIONS is too small")
        functions_of_two[t][i].table = table
        functions_of_two[t][i].kernels = &table.kernels_of_two[i]
        functions_of_two[t][i].one = &softufunc_table_for_one(table).kernels_of_two[i]
        functions_of_two[t][i].longdouble = softufunc_longdoubles_of_two[i]
        for loop in range(4):
            data_of_two[t][i][loop] = &functions_of_two[t][i]
        name = table.kernels_of_two[i].name.decode()
        text = DOCS_OF_TWO[name].encode()
        texts.append(text)
        identity, kind = None, PyUFunc_None
        if table.kernels_of_two[i].identity != SOFTUFUNC_NONE:
            identity = float("-inf") if table.kernels_of_two[i].identity == SOFTUFUNC_LOWEST else float("inf")
            kind = PyUFunc_IdentityValue
        ufunc = PyUFunc_FromFuncAndDataAndSignatureAndIdentity(
            loops_of_two, data_of_two[t][i], types_of_two, 4, 2, 1, kind, table.kernels_of_two[i].name,
            <const char *>text, 0, NULL, <PyObject *>identity)
        for kinds in product(WHOLE_NUMBERS, repeat=2):
            PyUFunc_AddPromoter(ufunc, (*kinds, None), to_float64)
        if table.kernels_of_two[i].second == SOFTUFUNC_LABEL:
            for kinds in product(FLOATS, WHOLE_NUMBERS):
                PyUFunc_AddPromoter(ufunc, (*kinds, None), to_first)
        made[name] = ufunc
        i += 1
    return made


cdef dict make_ufuncs_with_two_results(size_t t, const softufunc_table *table):
    cdef dict made = {}
    cdef size_t i = 0
    while table.two_results[i].name != NULL:
        if i == MOST_FUNCTIONS:
            raise ImportError("softufunc: MOST_FUNCTIONS is too small")
        functions_two_results[t][i].table = table
        functions_two_results[t][i].kernels = &table.two_results[i]
        functions_two_results[t][i].one = &softufunc_table_for_one(table).two_results[i]
        functions_two_results[t][i].longdouble = softufunc_longdoubles_two_results[i]
        for loop in range(4):
            data_two_results[t][i][loop] = &functions_two_results[t][i]
        name = table.two_results[i].name.decode()
        text = DOCS_OF_TWO_RESULTS[name].encode()
        texts.append(text)
        ufunc = PyUFunc_FromFuncAndData(
            loops_two_results, data_two_results[t][i], types_two_results, 4, 1, 2, PyUFunc_None,
            table.two_results[i].name, <const char *>text, 0)
        made[name] = ufunc
        i += 1
    return made


cdef dict make_reductions(size_t t, const softufunc_table *table):
    cdef dict made = {}
    cdef size_t i = 0
    cdef int loop, loops_of_this
    cdef const softufunc_reduction *reduction
    cdef PyUFuncGenericFunction *those_loops
    cdef char *those_types
    while table.reductions[i].name != NULL:
        if i == MOST_REDUCTIONS:
            raise ImportError("softufunc: MOST_REDUCTIONS is too small")
        reduction = &table.reductions[i]
        loops_of_this = 4 if reduction.arguments == 1 else MOST_REDUCE_LOOPS
        for loop in range(loops_of_this):
            reduced[t][i][loop].table = table
            reduced[t][i][loop].reduction = reduction
            reduced[t][i][loop].longdouble = softufunc_longdouble_reductions[i]
            reduced[t][i][loop].labels = NULL
            if loop >= 4:
                reduced[t][i][loop].labels = softufunc_labels_of_type + (loop // 4 - 1)
            reduced_data[t][i][loop] = &reduced[t][i][loop]
        name = reduction.name.decode()
        text = DOCS_OF_REDUCTIONS[name].encode()
        texts.append(text)
        those_loops, those_types = reduce_loops, types
        if reduction.arguments == 2:
            those_loops, those_types = label_loops, label_types
        ufunc = PyUFunc_FromFuncAndDataAndSignature(
            those_loops, reduced_data[t][i], those_types, loops_of_this, reduction.arguments, 1, PyUFunc_None,
            reduction.name, <const char *>text, 0, reduction.signature)
        if reduction.arguments == 2:
            for kinds in product(WHOLE_NUMBERS, repeat=2):
                PyUFunc_AddPromoter(ufunc, (*kinds, None), to_float64)
        made[name] = ufunc
        i += 1
    return made


fill_label_loops()


def _tables():
    """The ufuncs of every instruction set that this machine runs, the best first: {instruction set: {name: ufunc}}."""
    cdef const softufunc_table **tables = softufunc_tables()
    cdef dict made = {}
    cdef size_t t = 0
    while tables[t] != NULL:
        made[tables[t].instruction_set.decode()] = those = {
            **make_ufuncs(t, tables[t]),
            **make_ufuncs_of_two(t, tables[t]),
            **make_ufuncs_with_two_results(t, tables[t]),
            **make_reductions(t, tables[t]),
        }
        for name, ufunc in those.items():
            ufunc.__module__, ufunc.__qualname__ = "softufunc", name
        t += 1
    return made


tables = _tables()


def _choose():
    wanted = os.environ.get("SOFTUFUNC_ISA", "")
    if not wanted:
        return next(iter(tables))
    if wanted in tables:
        return wanted
    raise ImportError(
        f"SOFTUFUNC_ISA={wanted!r} names no instruction set that this build of softufunc has and this processor runs; "
        f"there are: {', '.join(tables)}")


instruction_set = _choose()
ufuncs = tables[instruction_set]


cdef const softufunc_table *_chosen_table() except NULL:
    cdef const softufunc_table **tables = softufunc_tables()
    while tables[0].instruction_set.decode() != instruction_set:
        tables += 1
    return tables[0]


def _exports():
    """What other compiled code may call, in the form that cimport looks for: {name: capsule named by the signature}."""
    cdef softufunc_export *export = softufunc_fill_exports(_chosen_table())
    cdef dict made = {}
    while export.name != NULL:
        made[export.name.decode()] = PyCapsule_New(<void *>export.function, export.signature, NULL)
        export += 1
    return made


exports = _exports()
_C_API = PyCapsule_New(softufunc_fill_api(_chosen_table()), CAPSULE, NULL)
