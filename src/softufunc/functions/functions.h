/* The list of the functions. A line: X(name, domain), where the domain is
 *
 *   EVERYWHERE   the kernel takes every number, infinities and nan
 *   INSIDE       some inputs are poles or outside the domain: NAME_outside finds them, NAME_special answers them
 *   ANOTHER      the kernels are those of another function, under a second name
 *
 * and those with two results, X(name); these take every number.
 *
 * Every other list of functions, in C and in Python, is made from this one.
 */
#ifndef SOFTUFUNC_FUNCTIONS_H
#define SOFTUFUNC_FUNCTIONS_H

#define FUNCTIONS(X) \
    X(softplus, EVERYWHERE) \
    X(softminus, EVERYWHERE) \
    X(sigmoid, EVERYWHERE) \
    X(one_minus_sigmoid, EVERYWHERE) \
    X(logit, INSIDE) \
    X(softplusinv, INSIDE) \
    X(softminusinv, INSIDE) \
    X(log1mexp, INSIDE) \
    X(log_prob_0, EVERYWHERE) \
    X(log_prob_1, ANOTHER) \
    X(sigmoid_grad, EVERYWHERE)

/* The functions of two arguments. A line: X(name, identity, second), where the identity of the methods is LOWEST (-inf), HIGHEST
 * (inf) or NONE, and the second argument is a
 *
 *   NUMBER   integers take part in NumPy's promotion
 *   LABEL    integers and booleans take the type of the first argument
 *
 * NAME_outside finds the lanes that the kernel does not take, and NAME_special answers them.
 */
#define FUNCTIONS_OF_TWO(X) \
    X(logaddexp, LOWEST, NUMBER) \
    X(logsubexp, NONE, NUMBER) \
    X(softminimum, HIGHEST, NUMBER) \
    X(log_prob, NONE, LABEL)

#define FUNCTIONS_WITH_TWO_RESULTS(X) \
    X(softplus_sigmoid) \
    X(log_probs)

/* The functions of a whole axis, generalised ufuncs. A line: X(name, number of arguments, signature, longest): rows longer than
 * `longest` take less time one by one than several at once. */
#define REDUCTIONS(X) \
    X(logsumexp, 1, "(n)->()", SIZE_MAX) \
    X(log_likelihood, 2, "(n),(n)->()", 48)

#endif
