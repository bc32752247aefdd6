/* log_prob_value_and_grad(x, t) = log_prob(x, t), t - 1 / (1 + e^-x)        value and derivative of log_prob, in one pass
 *
 * Identity   those of log_prob and log_prob_grad, bit for bit: they share u = e^-|x| and q
 * Why not    the two functions: they compute the exponential, more than half of the time of each, twice
 * Special    as log_prob and log_prob_grad. The bounds are theirs
 */
#ifdef LONG_DOUBLE

static void log_prob_value_and_grad_longdouble(long double x, long double t, long double *out, long double *out2)
{
    *out = log_prob_longdouble(x, t);
    *out2 = log_prob_grad_longdouble(x, t);
}

static const softufunc_traits log_prob_value_and_grad_traits = {.longdouble.two_outputs =
                                                                    log_prob_value_and_grad_longdouble,
                                                                .second_casts = 1,
                                                                .infinite_is_overflow = 1,
                                                                .spurious_underflow = 1};

#else

enum { R(log_prob_value_and_grad_normal) = NORMAL_BELOW_LARGE };

static ALWAYS_INLINE R(range) R(log_prob_value_and_grad_fast)(R(values) x)
{
    return R(log_prob_fast)(x);
}

static ALWAYS_INLINE R(carry) R(log_prob_value_and_grad_head)(R(values) x, int path)
{
    return R(log_prob_head)(x, path);
}

/* u, and for any input 2^TAIL_SCALE u, as unevaluated sums */
static ALWAYS_INLINE R(carry) R(log_prob_value_and_grad_middle)(R(values) x, R(carry) carry, int path)
{
    if (path == PATH_FAST) {
        return carry;
    }
    R(log_prob_parts) parts = R(log_prob_parts_of)(x, carry);
    return R(carry_of_four)(parts.u.high, parts.u.low, parts.scaled.high, parts.scaled.low);
}

static ALWAYS_INLINE R(values) R(log_prob_value_and_grad_tail)(R(values) x, R(carry) carry, int path)
{
    R(log_prob_parts) parts = {{carry.v[0], carry.v[1]}, {carry.v[2], carry.v[3]}};
    R(values) value = R(log_prob_tail)(x, R(log_prob_carry)(parts), path);
    R(values) grad = R(log_prob_grad_tail)(x, R(log_prob_grad_carry)(x.v[0], parts), path);
    value.v[1] = grad.v[0];
    value.underflow = grad.underflow;
    return value;
}

#endif
