/* Included before all else in _ufuncs.c.
 *
 * What Cython makes for the limited API imports inspect at import, to look up seven constants. NumPy does so too from 2.4 on;
 * before, this import of the standard library takes longer than all the rest of softufunc. The constants are those of
 * CPython's code.h, which the limited API leaves out. Once they are defined Cython reads none of them from the module, so
 * that None will do for it; a constant that a later Cython adds would make the import fail, not go wrong. */
#if defined(Py_LIMITED_API) && !defined(SOFTUFUNC_NO_INSPECT_H)
#define SOFTUFUNC_NO_INSPECT_H

#include <Python.h>
#include <string.h>

#define CO_OPTIMIZED 0x0001
#define CO_NEWLOCALS 0x0002
#define CO_VARARGS 0x0004
#define CO_VARKEYWORDS 0x0008
#define CO_GENERATOR 0x0020
#define CO_COROUTINE 0x0080
#define CO_ASYNC_GENERATOR 0x0200

/* the function that looks one up, which is then not called */
#define __Pyx_init_co_variable __attribute__((unused)) __Pyx_init_co_variable

#define PyImport_ImportModule(name) (strcmp(name, "inspect") ? PyImport_ImportModule(name) : Py_NewRef(Py_None))

#endif
