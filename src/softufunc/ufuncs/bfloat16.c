/* Registration of the loops of bfloat16, a type of another library (ml_dtypes), when it is asked for. */
#include "ufuncs/specs.h"

#include <numpy/ndarraytypes.h>
#include <numpy/ufuncobject.h>

static int register_loops(PyUFuncObject *ufunc, const softufunc_spec *spec, int number)
{
    const int operands = spec->nin + spec->nout;
    for (int loop = spec->loop_count; loop < spec->loop_count + spec->bfloat16_count; loop++) {
        int types[SOFTUFUNC_OPERANDS_MAX];
        for (int i = 0; i < operands; i++) {
            const int type = spec->types[loop * operands + i];
            types[i] = type == SOFTUFUNC_BFLOAT16 ? number : type;
        }
        if (PyUFunc_RegisterLoopForType(ufunc, number, spec->loops[loop], types, spec->data[loop]) < 0) {
            return -1;
        }
    }
    return 0;
}

/* NumPy remembers for each ufunc which loop it chose for which types, and would go on with float32 where bfloat16 was used before.
 * The ufunc exchanges this memory with a new ufunc, which is kept alive, as another thread may be reading it. */
static int forget_choices(PyUFuncObject *ufunc)
{
    PyObject *other = PyUFunc_FromFuncAndData(NULL, NULL, NULL, 0, ufunc->nin, ufunc->nout, PyUFunc_None, "", "", 0);
    if (!other) {
        return -1;
    }
    void *const cache = ((PyUFuncObject *)other)->_dispatch_cache;
    ((PyUFuncObject *)other)->_dispatch_cache = ufunc->_dispatch_cache;
    ufunc->_dispatch_cache = cache;
    return 0;
}

static int register_ufuncs(PyObject *ufuncs, const softufunc_spec *spec, int number)
{
    for (; ufuncs && spec->name; spec++) {
        PyUFuncObject *ufunc = (PyUFuncObject *)PyDict_GetItemString(ufuncs, spec->name);
        if (!ufunc || register_loops(ufunc, spec, number) < 0 || forget_choices(ufunc) < 0) {
            return -1;
        }
    }
    return 0;
}

int softufunc_register_bfloat16(PyObject *tables, PyObject *dtype, int number)
{
    if ((PyTypeObject *)dtype == softufunc_bfloat16) {
        return 0;
    }
    if (_import_umath() < 0) {
        return -1;
    }
    softufunc_bfloat16 = (PyTypeObject *)Py_NewRef(dtype);
    for (size_t t = 0; softufunc_tables()[t]; t++) {
        PyObject *ufuncs = PyDict_GetItemString(tables, softufunc_tables()[t]->instruction_set);
        if (register_ufuncs(ufuncs, softufunc_specs(t), number) < 0) {
            Py_CLEAR(softufunc_bfloat16);
            return -1;
        }
    }
    return 0;
}
