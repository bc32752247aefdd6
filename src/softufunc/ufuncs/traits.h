/* Properties of a ufunc besides its kernels: NAME_traits in functions/NAME.h. */
#ifndef SOFTUFUNC_TRAITS_H
#define SOFTUFUNC_TRAITS_H

#include "ufuncs/reductions.h"

/* The identity of reduce: none, -inf or inf */
typedef enum { IDENTITY_NONE, IDENTITY_NEG_INF, IDENTITY_POS_INF } softufunc_identity;

typedef struct {
    union {
        long double (*unary)(long double x);
        long double (*binary)(long double x, long double y);
        void (*two_outputs)(long double x, long double y, long double *out, long double *out2);
    } longdouble;
    softufunc_identity identity;
    int fold;         /* reduce and accumulate are logsumexp of a whole row (1), or minus that of its opposites (-1) */
    int second_casts; /* integers and booleans as the second input take the type of the first one */
    int infinite_is_overflow; /* an infinite result of finite numbers is an overflow, not a pole */
    int spurious_underflow;   /* kernels may raise underflow for a normal result, with FMA too */
} softufunc_traits;

extern const softufunc_traits *const softufunc_traits_of[]; /* in the order of functions.h */

#endif
