/* The functions of softufunc for C and C++.
 *
 *     const softufunc_api *softufunc = softufunc_import();
 *     if (softufunc == NULL) {
 *         return NULL; // a Python exception is set
 *     }
 *     double y = softufunc->softplus(x);
 *
 * The pointer stays valid until the process ends and may be kept and shared. Everything it points to may be called without the
 * GIL, from any thread, while numbers are rounded to nearest and subnormal ones kept. softufunc.get_include() tells the
 * directory of this file; there is nothing to link with.
 */
#ifndef SOFTUFUNC_H
#define SOFTUFUNC_H

#include <Python.h>

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Scalars, and loops over n adjacent elements on the instruction set that was chosen at import. An output may
 * be an input, and must not overlap any other array, nor an input in part. */
#define SOFTUFUNC_OF_ONE(name) \
    double (*name)(double x); \
    float (*name##f)(float x); \
    void (*name##_array)(const double *x, double *out, size_t n); \
    void (*name##f_array)(const float *x, float *out, size_t n);

#define SOFTUFUNC_OF_TWO(name) \
    double (*name)(double x, double y); \
    float (*name##f)(float x, float y); \
    void (*name##_array)(const double *x, const double *y, double *out, size_t n); \
    void (*name##f_array)(const float *x, const float *y, float *out, size_t n);

#define SOFTUFUNC_TWO_RESULTS(name) \
    void (*name)(double x, double *first, double *second); \
    void (*name##f)(float x, float *first, float *second); \
    void (*name##_array)(const double *x, double *first, double *second, size_t n); \
    void (*name##f_array)(const float *x, float *first, float *second, size_t n);

/* A new function is added at the end. Whatever else changes makes a new version. */
#define SOFTUFUNC_API_VERSION 1

typedef struct {
    size_t version, size;
    SOFTUFUNC_OF_ONE(softplus)
    SOFTUFUNC_OF_ONE(softminus)
    SOFTUFUNC_OF_ONE(sigmoid)
    SOFTUFUNC_OF_ONE(one_minus_sigmoid)
    SOFTUFUNC_OF_ONE(logit)
    SOFTUFUNC_OF_ONE(softplusinv)
    SOFTUFUNC_OF_ONE(softminusinv)
    SOFTUFUNC_OF_ONE(log_prob_0)
    SOFTUFUNC_OF_ONE(log_prob_1)
    SOFTUFUNC_OF_ONE(log1mexp)
    SOFTUFUNC_OF_ONE(sigmoid_grad)
    SOFTUFUNC_OF_TWO(logaddexp)
    SOFTUFUNC_OF_TWO(logsubexp)
    SOFTUFUNC_OF_TWO(softminimum)
    SOFTUFUNC_OF_TWO(log_prob)
    SOFTUFUNC_TWO_RESULTS(softplus_sigmoid)
    SOFTUFUNC_TWO_RESULTS(log_probs)
} softufunc_api;

#define SOFTUFUNC_CAPSULE "softufunc._ufuncs._C_API"

/* Imports softufunc; NULL, with a Python exception set, where that fails or the installed version is too old. */
static inline const softufunc_api *softufunc_import(void)
{
    const softufunc_api *api = (const softufunc_api *)PyCapsule_Import(SOFTUFUNC_CAPSULE, 0);
    if (api != NULL && (api->version != SOFTUFUNC_API_VERSION || api->size < sizeof(softufunc_api))) {
        PyErr_SetString(PyExc_ImportError,
                        "the installed softufunc does not fit the softufunc.h that this was compiled with");
        return NULL;
    }
    return api;
}

#ifdef __cplusplus
}
#endif

#endif
