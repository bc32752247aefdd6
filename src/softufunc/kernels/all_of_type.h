/* Every function for one element type: included with REAL_BITS 64 and 32, and both again with SCALAR. */
#include "math/vector.h"

#include "kernels/elementwise.h"
#ifndef SCALAR
#include "kernels/remainder.h"
#endif
#include "kernels/stages.h"

#include "math/exp.h"
#include "math/log.h"
#include "math/log1p_exp.h"
#include "math/exp_tail.h"
#include "math/two_exp.h"

#include "all_ufuncs.h"
#include "kernels/slow_path.h"
#ifndef SCALAR
#include "all_gufuncs.h"
#endif

#undef VALUE_1_1
#undef VALUE_2_1
#undef VALUE_1_2
#undef VALUE_2_2
#define UFUNC(name, ...) \
    static R(slow) R(name##_slow); \
    static const R(kernel) R(name##_kernel) = {__VA_ARGS__,      R(name##_normal), R(name##_fast), R(name##_head), \
                                               R(name##_middle), R(name##_tail),   R(name##_slow)}; \
    static SLOW_PATH int R(name##_slow)(const element *x, const element *y, element *out, element *out2, size_t n) \
    { \
        return R(slow_path)(&R(name##_kernel), R(stages)(#name, PATH_NORMAL), R(stages)(#name, PATH_ANY), x, y, out, \
                            out2, n); \
    }
#include "functions/functions.h"

#ifndef SCALAR
#define UFUNC(name, nin, nout) \
    static COLD void R(name##_slow_vector)(const void *x, const void *y, void *out, void *out2, size_t n) \
    { \
        R(slow_vector)(&R(name##_kernel), x, y, out, out2, n); \
    } \
    static NOINLINE void R(name##_one_vector)(const void *x, const void *y, void *out, void *out2, size_t n) \
    { \
        R(one_vector)(&R(name##_kernel), R(name##_slow_vector), x, y, out, out2, n); \
    } \
    static NOINLINE void R(name##_small_block)(const void *x, const void *y, void *out, void *out2, size_t n) \
    { \
        R(small_block)(&R(name##_kernel), R(stages)(#name, PATH_FAST), x, y, out, out2, n); \
    } \
    static NOINLINE void R(name##_vectors)(const void *x, const void *y, void *out, void *out2, size_t n) \
    { \
        R(remainder)(&R(name##_kernel), R(name##_one_vector), R(name##_small_block), x, y, out, out2, n); \
    } \
    static NOINLINE void R(name##_blocks)(const void *x, const void *y, void *out, void *out2, size_t n) \
    { \
        R(blocks)(&R(name##_kernel), R(stages)(#name, PATH_FAST), R(streamed)(#name), R(name##_vectors), x, y, out, \
                  out2, n); \
    } \
    static void R(name##_array)(const void *x, const void *y, void *out, void *out2, size_t n) \
    { \
        R(elementwise)(R(name##_one_vector), R(name##_vectors), R(name##_blocks), x, y, out, out2, n); \
    }
#include "functions/functions.h"
#endif

#if defined(SCALAR) || !HAVE_SCALAR
#if HAVE_SINGLES || REAL_BITS == 64 /* those of float64 also compute ties of the types of 16 bits */
#define UFUNC(name, nin, nout) \
    static void R(name##_single)(const void *x, const void *y, void *out, void *out2) \
    { \
        R(single)(&R(name##_kernel), x, y, out, out2); \
    }
#include "functions/functions.h"
#endif

#if HAVE_SINGLES
/* scalar functions with the signatures of include/softufunc.h */
#define VALUE_1_1(name) \
    static element R(name##_value)(element x) \
    { \
        R(single)(&R(name##_kernel), &x, &x, &x, &x); \
        return x; \
    }
#define VALUE_2_1(name) \
    static element R(name##_value)(element x, element y) \
    { \
        R(single)(&R(name##_kernel), &x, &y, &x, &x); \
        return x; \
    }
#define VALUE_1_2(name) \
    static void R(name##_value)(element x, element * out, element * out2) \
    { \
        R(single)(&R(name##_kernel), &x, &x, out, out2); \
    }
#define VALUE_2_2(name) \
    static void R(name##_value)(element x, element y, element * out, element * out2) \
    { \
        R(single)(&R(name##_kernel), &x, &y, out, out2); \
    }

#define UFUNC(name, nin, nout) VALUE_##nin##_##nout(name)
#include "functions/functions.h"
#endif
#endif
