# cython: language_level=3, freethreading_compatible=True
"""Create the ufuncs from the specs in C. A new function needs no change here."""

import os

import numpy as np

# declared here: a cimport would make Cython's own files, which vanish with an isolated build environment, sources of the build
cdef extern from "Python.h":
    ctypedef struct PyObject
    object PyCapsule_New(void *pointer, const char *name, void (*destructor)(object) noexcept)

cdef extern from "numpy/arrayobject.h":
    int _import_array() except -1

cdef extern from "numpy/ufuncobject.h":
    int _import_umath() except -1
    enum: PyUFunc_None, PyUFunc_IdentityValue
    ctypedef void (*PyUFuncGenericFunction)(char **, const Py_ssize_t *, const Py_ssize_t *, void *)
    object PyUFunc_FromFuncAndDataAndSignatureAndIdentity(
        PyUFuncGenericFunction *loops, void **data, char *types, int ntypes, int nin, int nout, int identity,
        const char *name, const char *doc, int unused, const char *signature, PyObject *identity_value)
    int PyUFunc_AddPromoter(object ufunc, object types, object promoter) except -1

cdef extern from "float.h":
    enum: LDBL_MANT_DIG

cdef extern from "ufuncs/specs.h":
    ctypedef struct softufunc_table:
        const char *instruction_set
        int fma
    const softufunc_table **softufunc_tables()
    enum: IDENTITY_NONE, IDENTITY_NEG_INF
    ctypedef struct softufunc_spec:
        const char *name
        const char *doc
        const char *signature
        int nin, nout, loop_count, identity
        void *promoter
        PyUFuncGenericFunction *loops
        void **data
        char *types
    const softufunc_spec *softufunc_specs(size_t)
    void softufunc_keep_types(object float64, object int64, object integers, object floats, object stand_in)
    int softufunc_register_bfloat16(object tables, object dtype, int number) except -1

cdef extern from "module_docstring.h":
    const char *SOFTUFUNC_DOC

cdef extern from "ufuncs/capi.h":
    const char *SOFTUFUNC_CAPSULE
    ctypedef struct softufunc_export:
        const char *name
        const char *signature
        void *function
    const void *softufunc_fill_api(const softufunc_table *)
    const softufunc_export *softufunc_fill_exports(const softufunc_table *)

_import_array()
_import_umath()

# ppc64le has two formats of long double; only the first 10 bytes of x87's are no padding
cdef long double number = 1.25
cdef int significant = 10 if LDBL_MANT_DIG == 64 else <int>sizeof(number)
if (<char *>&number)[:significant] != np.longdouble(1.25).tobytes()[:significant]:
    raise ImportError("softufunc and NumPy were compiled with different formats of long double")


def _stand_in(dtype):
    """The DType for a type of another library (ml_dtypes): float64 for integers, float32 for the floats that it holds."""
    descr = np.dtype(dtype.type)
    if type(descr) is dtype and descr.isbuiltin == 2:
        for held, used in ("i8", "f8"), ("u8", "f8"), ("f4", "f4"):
            if np.can_cast(descr, held):
                return type(np.dtype(used))


_integers = np.dtypes.BoolDType, np.dtypes.Int64DType.__mro__[1]  # the class of all integers, of Python too
softufunc_keep_types(np.dtypes.Float64DType, np.dtypes.Int64DType, _integers,
                     tuple(type(np.dtype(kind)) for kind in "efdg"), _stand_in)


cdef object make_ufunc(const softufunc_spec *spec):
    cdef object identity = None
    cdef int kind = PyUFunc_None
    if spec.identity != IDENTITY_NONE:
        identity, kind = float("-inf") if spec.identity == IDENTITY_NEG_INF else float("inf"), PyUFunc_IdentityValue
    ufunc = PyUFunc_FromFuncAndDataAndSignatureAndIdentity(
        spec.loops, spec.data, spec.types, spec.loop_count, spec.nin, spec.nout, kind, spec.name, spec.doc, 0,
        spec.signature, <PyObject *>identity)
    any_types = (np.dtype,) * spec.nin + (None,) * spec.nout
    PyUFunc_AddPromoter(ufunc, any_types, PyCapsule_New(spec.promoter, "numpy._ufunc_promoter", NULL))
    ufunc.__module__, ufunc.__qualname__, ufunc.__doc__ = "softufunc", spec.name.decode(), spec.doc.decode()
    return ufunc


cdef list instruction_sets_of_build():
    cdef list names = []
    while softufunc_tables()[len(names)] != NULL:
        names.append(softufunc_tables()[len(names)].instruction_set.decode())
    return names


cdef dict make_ufuncs(size_t t):
    cdef const softufunc_spec *spec = softufunc_specs(t)
    cdef dict made = {}
    while spec.name != NULL:
        made[spec.name.decode()] = make_ufunc(spec)
        spec += 1
    return made


def register_bfloat16(dtype):
    """Add loops for the dtype of bfloat16 to all ufuncs."""
    softufunc_register_bfloat16(__getattr__("tables"), type(dtype), dtype.num)


def _choose():
    wanted = os.environ.get("SOFTUFUNC_ISA") or instruction_sets[0]
    if wanted in instruction_sets:
        return wanted
    raise ImportError(
        f"SOFTUFUNC_ISA={wanted!r} is not an instruction set that this build of softufunc and this processor support; "
        f"available: {', '.join(instruction_sets)}")


instruction_sets = instruction_sets_of_build()  # in order of preference
fma_sets = [isa for t, isa in enumerate(instruction_sets) if softufunc_tables()[t].fma]  # they give the same bits
instruction_set = _choose()
cdef size_t chosen = instruction_sets.index(instruction_set)
ufuncs = make_ufuncs(chosen)


def __getattr__(name):
    """tables: {instruction set: {name: ufunc}}, made on demand, because the import needs the ufuncs of one set only."""
    if name != "tables":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = {isa: ufuncs if t == chosen else make_ufuncs(t) for t, isa in enumerate(instruction_sets)}
    return globals().setdefault("tables", made)


def _exports():
    """The value of __pyx_capi__, which cimport reads: {name: capsule named by the signature}."""
    cdef const softufunc_export *export = softufunc_fill_exports(softufunc_tables()[chosen])
    cdef dict made = {}
    while export.name != NULL:
        made[export.name.decode()] = PyCapsule_New(<void *>export.function, export.signature, NULL)
        export += 1
    return made


exports = _exports()
docstring = SOFTUFUNC_DOC.decode()
_C_API = PyCapsule_New(<void *>softufunc_fill_api(softufunc_tables()[chosen]), SOFTUFUNC_CAPSULE, NULL)
