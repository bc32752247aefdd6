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

/* Kernels whose large results bypass the caches: with several threads these are limited by the memory, and a store that reads its
 * cache line first is a third of their traffic (docs/single_changes.md, "Memory-bound sizes"). In place, the line is in the cache. */
static ALWAYS_INLINE int R(streamed)(const char *name)
{
    return VECTOR_BYTES == 64 && REAL_BITS == 32 && (IS(sigmoid) || IS(one_minus_sigmoid) || IS(logit));
}
