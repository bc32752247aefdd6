/* The number of stages of a kernel, by measurement (python -m tools bench builds): two where a second cut saves no time. Most of these
 * kernels are short. */
#undef IS
#define IS(other) (__builtin_strcmp(name, #other) == 0)

static ALWAYS_INLINE int R(stages)(const char *name)
{
    if (IS(sigmoid) || IS(one_minus_sigmoid) || IS(logit) || IS(sigmoid_grad) || IS(log_prob_value_and_grad)) {
        return 2;
    }
    if (REAL_BITS == 32 && HAVE_FMA) {
        return IS(log_prob) || IS(softplus_sigmoid) || (VECTOR_BYTES == 64 && IS(log_prob_grad)) ? 2 : 3;
    }
    return 3;
}
