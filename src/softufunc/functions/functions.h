/* The list of functions, from which all other lists, in C and Python, are generated.
 *
 * UFUNC(name, number of inputs, number of outputs), in the order of the C ABI (include/softufunc.h): new functions are appended.
 * A function that uses another one comes after it.
 *
 * GUFUNC(name, signature): generalized ufuncs, which compute whole rows.
 *
 * Define UFUNC, GUFUNC or both before including this file, which undefines them at the end.
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
UFUNC(logcosh, 1, 1)
UFUNC(log_prob_grad, 2, 1)
UFUNC(log_prob_value_and_grad, 2, 2)

GUFUNC(logsumexp, "(n)->()")
GUFUNC(log_likelihood, "(n),(n)->()")
GUFUNC(softmax, "(n)->(n)")
GUFUNC(log_softmax, "(n)->(n)")
GUFUNC(categorical_log_prob, "(n),()->()")
GUFUNC(logcumsumexp, "(n)->(n)")
GUFUNC(logmatmulexp, "(n,k),(k,m)->(n,m)")

#undef UFUNC
#undef GUFUNC
