# cython: language_level=3, freethreading_compatible=True
"""The ufuncs: made from the tables of C kernels, with the texts of _docs.py. A new function needs no change here."""

import os

from libc.stddef cimport ptrdiff_t, size_t
from libc.stdint cimport intptr_t

from softufunc._docs import DOCS
from softufunc._docs_two_results import DOCS_OF_TWO_RESULTS

cdef extern from "numpy/arrayobject.h":
    int _import_array() except -1
    enum: NPY_HALF, NPY_FLOAT, NPY_DOUBLE, NPY_LONGDOUBLE

cdef extern from "numpy/ufuncobject.h":
    int _import_umath() except -1
    enum: PyUFunc_None
    ctypedef void (*PyUFuncGenericFunction)(char **, const intptr_t *, const intptr_t *, void *)
    object PyUFunc_FromFuncAndData(
        PyUFuncGenericFunction *loops, void **data, char *types, int ntypes, int nin, int nout, int identity,
        const char *name, const char *doc, int unused)
    object PyUFunc_FromFuncAndDataAndSignature(
        PyUFuncGenericFunction *loops, void **data, char *types, int ntypes, int nin, int nout, int identity,
        const char *name, const char *doc, int unused, const char *signature)

cdef extern from "dispatch/loops.h":
    ctypedef long double (*softufunc_longdouble)(long double)
    ctypedef struct softufunc_kernels:
        const char *name
    ctypedef struct softufunc_reduction:
        const char *name
        int arguments
        const char *signature
    ctypedef struct softufunc_kernels_two_results:
        const char *name
    ctypedef struct softufunc_table:
        const char *instruction_set
        const softufunc_kernels *kernels
        const softufunc_kernels_two_results *two_results
        const softufunc_reduction *reductions
    ctypedef struct softufunc_function:
        const softufunc_table *table
        const softufunc_kernels *kernels
        const softufunc_kernels *one
        softufunc_longdouble longdouble
    ctypedef long double (*softufunc_longdouble_reduction)(const char *, ptrdiff_t, const char *, ptrdiff_t, size_t)
    ctypedef struct softufunc_reduced:
        const softufunc_table *table
        const softufunc_reduction *reduction
        softufunc_longdouble_reduction longdouble
    const softufunc_longdouble softufunc_longdoubles[]
    const softufunc_longdouble_reduction softufunc_longdouble_reductions[]
    const softufunc_table **softufunc_tables()
    const softufunc_table *softufunc_table_for_one(const softufunc_table *)
    PyUFuncGenericFunction softufunc_loop_f16, softufunc_loop_f32, softufunc_loop_f64, softufunc_loop_longdouble
    PyUFuncGenericFunction softufunc_reduce_f16, softufunc_reduce_f32, softufunc_reduce_f64, softufunc_reduce_longdouble

cdef extern from "dispatch/loops_two_results.h":
    ctypedef void (*softufunc_longdouble_two_results)(long double, long double *, long double *)
    ctypedef struct softufunc_function_two_results:
        const softufunc_table *table
        const softufunc_kernels_two_results *kernels
        const softufunc_kernels_two_results *one
        softufunc_longdouble_two_results longdouble
    const softufunc_longdouble_two_results softufunc_longdoubles_two_results[]

cdef extern from *:
    """
    #define MOST_TABLES 4
    #define MOST_FUNCTIONS 64
    /* NumPy keeps pointers to all of this for as long as a ufunc lives. The order of the loops decides that integers,
     * which fit no float16 safely, become float64. */
    static char types[] = {NPY_DOUBLE, NPY_DOUBLE, NPY_FLOAT, NPY_FLOAT, NPY_HALF, NPY_HALF, NPY_LONGDOUBLE, NPY_LONGDOUBLE};
    static PyUFuncGenericFunction loops[] = {
        softufunc_loop_f64, softufunc_loop_f32, softufunc_loop_f16, softufunc_loop_longdouble};
    static softufunc_function functions[MOST_TABLES][MOST_FUNCTIONS];
    static void *data[MOST_TABLES][MOST_FUNCTIONS][4];

    static char types_two_results[] = {
        NPY_DOUBLE, NPY_DOUBLE, NPY_DOUBLE, NPY_FLOAT, NPY_FLOAT, NPY_FLOAT, NPY_HALF, NPY_HALF, NPY_HALF,
        NPY_LONGDOUBLE, NPY_LONGDOUBLE, NPY_LONGDOUBLE};
    static PyUFuncGenericFunction loops_two_results[] = {
        softufunc_loop_two_results_f64, softufunc_loop_two_results_f32, softufunc_loop_two_results_f16,
        softufunc_loop_two_results_longdouble};
    static softufunc_function_two_results functions_two_results[MOST_TABLES][MOST_FUNCTIONS];
    static void *data_two_results[MOST_TABLES][MOST_FUNCTIONS][4];

    #define MOST_REDUCTIONS 8
    static PyUFuncGenericFunction reduce_loops[] = {
        softufunc_reduce_f64, softufunc_reduce_f32, softufunc_reduce_f16, softufunc_reduce_longdouble};
    static softufunc_reduced reduced[MOST_TABLES][MOST_REDUCTIONS];
    static void *reduced_data[MOST_TABLES][MOST_REDUCTIONS][4];
    """
    enum: MOST_TABLES, MOST_FUNCTIONS, MOST_REDUCTIONS
    char types[]
    PyUFuncGenericFunction loops[]
    softufunc_function functions[MOST_TABLES][MOST_FUNCTIONS]
    void *data[MOST_TABLES][MOST_FUNCTIONS][4]
    char types_two_results[]
    PyUFuncGenericFunction loops_two_results[]
    softufunc_function_two_results functions_two_results[MOST_TABLES][MOST_FUNCTIONS]
    void *data_two_results[MOST_TABLES][MOST_FUNCTIONS][4]
    PyUFuncGenericFunction reduce_loops[]
    softufunc_reduced reduced[MOST_TABLES][MOST_REDUCTIONS]
    void *reduced_data[MOST_TABLES][MOST_REDUCTIONS][4]

_import_array()
_import_umath()

cdef list texts = []


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
        ufunc.__module__ = "softufunc"
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
        ufunc.__module__ = "softufunc"
        made[name] = ufunc
        i += 1
    return made


cdef dict make_reductions(size_t t, const softufunc_table *table):
    cdef dict made = {}
    cdef size_t i = 0
    while table.reductions[i].name != NULL:
        if i == MOST_REDUCTIONS:
            raise ImportError("softufunc: MOST_REDUCTIONS is too small")
        reduced[t][i].table = table
        reduced[t][i].reduction = &table.reductions[i]
        reduced[t][i].longdouble = softufunc_longdouble_reductions[i]
        for loop in range(4):
            reduced_data[t][i][loop] = &reduced[t][i]
        name = table.reductions[i].name.decode()
        text = DOCS[name].encode()
        texts.append(text)
        ufunc = PyUFunc_FromFuncAndDataAndSignature(
            reduce_loops, reduced_data[t][i], types, 4, 1, 1, PyUFunc_None, table.reductions[i].name,
            <const char *>text, 0, table.reductions[i].signature)
        ufunc.__module__ = "softufunc"
        made[name] = ufunc
        i += 1
    return made


def _tables():
    """The ufuncs of every instruction set that this machine runs, the best first: {instruction set: {name: ufunc}}."""
    cdef const softufunc_table **tables = softufunc_tables()
    cdef dict made = {}
    cdef size_t t = 0
    while tables[t] != NULL:
        made[tables[t].instruction_set.decode()] = {
            **make_ufuncs(t, tables[t]),
            **make_ufuncs_with_two_results(t, tables[t]),
            **make_reductions(t, tables[t]),
        }
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
