# cython: language_level=3, freethreading_compatible=True
"""The ufuncs: made from the tables of C kernels, with the texts of _docs.py. A new function needs no change here."""

import os

from cpython.pycapsule cimport PyCapsule_New
from libc.stddef cimport size_t
from libc.stdint cimport intptr_t

from softufunc._docs import DOCS

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

cdef extern from "dispatch/loops.h":
    ctypedef long double (*softufunc_longdouble)(long double)
    ctypedef struct softufunc_kernels:
        const char *name
    ctypedef struct softufunc_table:
        const char *instruction_set
        const softufunc_kernels *kernels
    ctypedef struct softufunc_function:
        const softufunc_table *table
        const softufunc_kernels *kernels
        const softufunc_kernels *one
        softufunc_longdouble longdouble
    const softufunc_longdouble softufunc_longdoubles[]
    const softufunc_table **softufunc_tables()
    const softufunc_table *softufunc_table_for_one(const softufunc_table *)
    PyUFuncGenericFunction softufunc_loop_f16, softufunc_loop_f32, softufunc_loop_f64, softufunc_loop_longdouble

cdef extern from "dispatch/exports.h":
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
    /* NumPy keeps pointers to all of this for as long as a ufunc lives. The order of the loops decides that integers,
     * which fit no float16 safely, become float64. */
    static char types[] = {NPY_DOUBLE, NPY_DOUBLE, NPY_FLOAT, NPY_FLOAT, NPY_HALF, NPY_HALF, NPY_LONGDOUBLE, NPY_LONGDOUBLE};
    static PyUFuncGenericFunction loops[] = {
        softufunc_loop_f64, softufunc_loop_f32, softufunc_loop_f16, softufunc_loop_longdouble};
    static softufunc_function functions[MOST_TABLES][MOST_FUNCTIONS];
    static void *data[MOST_TABLES][MOST_FUNCTIONS][4];
    """
    enum: MOST_TABLES, MOST_FUNCTIONS
    char types[]
    PyUFuncGenericFunction loops[]
    softufunc_function functions[MOST_TABLES][MOST_FUNCTIONS]
    void *data[MOST_TABLES][MOST_FUNCTIONS][4]

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


def _tables():
    """The ufuncs of every instruction set that this machine runs, the best first: {instruction set: {name: ufunc}}."""
    cdef const softufunc_table **tables = softufunc_tables()
    cdef dict made = {}
    cdef size_t t = 0
    while tables[t] != NULL:
        made[tables[t].instruction_set.decode()] = make_ufuncs(t, tables[t])
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
