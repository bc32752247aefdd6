/* The list of the functions; every other list, in C and in Python, is made from it.
 *
 * UFUNC(name, number of inputs, number of outputs). The order is that of the C ABI (include/softufunc.h): a new function is added
 * after the last one. A function that is made from others comes after them.
 *
 * GUFUNC(name, signature): generalized ufuncs, which reduce an axis.
 *
 * Define UFUNC, GUFUNC or both before including this; they are undefined at the end.
 */
#ifndef UFUNC
#define UFUNC(name, nin, nout)
#endif
#ifndef GUFUNC
#define GUFUNC(name, signature)
#endif

UFUNC(softplus, 1, 1)
UFUNC(softminus, 1, 1)
UFUNC(sigmoid, 1, 1)
UFUNC(one_minus_sigmoid, 1, 1)
UFUNC(logit, 1, 1)
UFUNC(softplusinv, 1, 1)
UFUNC(softminusinv, 1, 1)
UFUNC(log_prob_0, 1, 1)
UFUNC(log_prob_1, 1, 1)
UFUNC(log1mexp, 1, 1)
UFUNC(sigmoid_grad, 1, 1)
UFUNC(logaddexp, 2, 1)
UFUNC(logsubexp, 2, 1)
UFUNC(softminimum, 2, 1)
UFUNC(log_prob, 2, 1)
UFUNC(softplus_sigmoid, 1, 2)
UFUNC(log_probs, 1, 2)

GUFUNC(logsumexp, "(n)->()")
GUFUNC(log_likelihood, "(n),(n)->()")

#undef UFUNC
#undef GUFUNC
