/* Loops of scalar calls through a function pointer, as in compiled code that uses the C API. */
#include <stddef.h>

#define LOOPS(type, suffix) \
    void independent_##suffix(type (*function)(type), const type *x, type *out, size_t n) \
    { \
        for (size_t i = 0; i < n; i++) { \
            out[i] = function(x[i]); \
        } \
    } \
    /* each argument depends on the previous result; the product is too small to change it */ \
    void chained_##suffix(type (*function)(type), const type *x, type *out, size_t n) \
    { \
        type y = 0; \
        for (size_t i = 0; i < n; i++) { \
            y = function(x[i] + y * (type)1e-30); \
        } \
        *out = y; \
    }

LOOPS(double, f64)
LOOPS(float, f32)
