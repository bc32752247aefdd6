/* The number of stages of a kernel, by measurement (python -m tools bench builds): two where a second cut saves no time. Most of these
 * kernels are short. */
#undef IS
#define IS(other) (__builtin_strcmp(name, #other) == 0)

static ALWAYS_INLINE int R(stages)(const char *name, int path)
{
    if (path != PATH_FAST && (!HAVE_FMA || LANES == 1)) {
        return 2;
    }
    if (IS(sigmoid) || IS(one_minus_sigmoid)) {
        return VECTOR_BYTES == 32 && path == PATH_ANY ? 3 : 2;
    }
    if (IS(logit) || (path == PATH_FAST && (IS(sigmoid_grad) || IS(log_prob_value_and_grad)))) {
        return 2;
    }
    if (REAL_BITS == 32 && HAVE_FMA && path == PATH_FAST) {
        return IS(log_prob) || IS(softplus_sigmoid) || (VECTOR_BYTES == 64 && IS(log_prob_grad)) ? 2 : 3;
    }
    return 3;
}

/* The kernels that have PATH_NORMAL, and its inputs: results e^z (1 + d), with a small d, are subnormal for some z, which is x, -x or
 * -|x|; log_prob and its derivatives have special cases for large inputs instead. */
static ALWAYS_INLINE softufunc_normal R(normal_kind)(const char *name)
{
    if (IS(softplus) || IS(log_prob_0) || IS(sigmoid) || IS(softplus_sigmoid) || IS(log1mexp)) {
        return NORMAL_EXP_OF_X;
    }
    if (IS(softminus) || IS(log_prob_1) || IS(one_minus_sigmoid)) {
        return NORMAL_EXP_OF_MINUS_X;
    }
    if (IS(sigmoid_grad) || IS(log_probs)) {
        return NORMAL_EXP_OF_MINUS_MAGNITUDE;
    }
    return IS(log_prob) || IS(log_prob_grad) || IS(log_prob_value_and_grad) ? NORMAL_BELOW_LARGE : NORMAL_NONE;
}

/* How many blocks take the slow path before the next one is tested for the fast path. With PATH_NORMAL that is cheap even for blocks that
 * could take the fast path, whereas the branch of the test is unpredictable where every other block has an outlier. */
static ALWAYS_INLINE size_t R(slow_run)(const char *name)
{
    return HAVE_FMA && R(normal_kind)(name) != NORMAL_NONE ? 8 : 1;
}

/* Kernels whose large results bypass the caches: with several threads these are limited by the memory, and a store that reads its
 * cache line first is a third of their traffic (docs/single_changes.md, "Memory-bound sizes"). In place, the line is in the cache. */
static ALWAYS_INLINE int R(streamed)(const char *name)
{
    return VECTOR_BYTES == 64 && REAL_BITS == 32 && (IS(sigmoid) || IS(one_minus_sigmoid) || IS(logit));
}
