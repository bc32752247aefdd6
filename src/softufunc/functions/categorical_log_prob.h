/* categorical_log_prob(x, k) = xk - log(e^x0 + ... + e^xn-1), over an axis: one of the results of log_softmax, with its bits
 *
 * Why not    log_softmax(x)[k]: writes all the others too
 * BOUND f64 1.0 at 0x1.e975fff70cabap+1,-0x1.2059644a878aep+2
 * BOUND f32 0.63 at -0x1.9c1ad4p+2,0x1.5e4c8p-2,-0x1.0a7dbcp+0,0x1.4e2d74p+1,-0x1.f174e8p+2
 *           the rows of log_softmax; random rows reach 0.60 and 0.53 ULP, 2026-11-28:
 *           python -m tools accuracy categorical_log_prob --isa all --dtype float32 float64 --rows 8
 * Special    label out of range -> nan, raises invalid; otherwise as log_softmax
 */
#ifdef LONG_DOUBLE

static int categorical_log_prob_longdouble(const char *x, ptrdiff_t step, size_t n, size_t label, long double *out)
{
    size_t place;
    const long double max = maximum_longdouble(x, step, n, &place);
    const long double log = max == max ? log1pl(other_terms_longdouble(x, step, n, max, place)) : max;
    *out = log_softmax_of_longdouble(longdouble_at(x, step, label), max, log);
    return max == max && log != log;
}

static const softufunc_longdouble_rows categorical_log_prob_longdouble_rows = {.choice =
                                                                                   categorical_log_prob_longdouble};

#elif defined(BOTH_WIDTHS)

static const softufunc_choice categorical_log_prob_choice = {
    .log_sum = {row_log_sum_f32, row_log_sum_f64},
    .log_sums = {batch_log_sums_f32, batch_log_sums_f64},
};
static const softufunc_rows categorical_log_prob_rows = {.choice = &categorical_log_prob_choice};

#endif
