/* Arrays, and remainders of arrays, that do not fill a block: included after kernels/elementwise.h */

/* load_values and store_values for the first n elements of a vector */
static ALWAYS_INLINE R(values) R(load_tails)(const R(kernel) * f, const element *x, const element *y, size_t n)
{
    return R(two_values)(R(load_tail)(x, n), f->nin == 2 ? R(load_tail)(y, n) : C(0.0));
}

static ALWAYS_INLINE void R(store_tails)(const R(kernel) * f, element *out, element *out2, R(values) y, size_t n)
{
    R(store_tail)(out, y.v[0], n);
    if (f->nout == 2) {
        R(store_tail)(out2, y.v[1], n);
    }
}

static ALWAYS_INLINE void R(slow_vector)(const R(kernel) * f, const element *x, const element *y, element *out,
                                         element *out2, size_t n)
{
    if (n < LANES) {
        R(store_tails)(f, out, out2, R(slow_values)(f, R(load_tails)(f, x, y, n)), n);
    }
    else {
        R(raise_underflow)(f->slow(x, y, out, out2, LANES));
    }
}

/* At most LANES elements. Calls of NumPy's inner loop with `where=` are short, and a processor computes several of them at once, as many
 * as it holds instructions of. So the slow path is another function, and the fast path needs no stack frame. */
static ALWAYS_INLINE void R(one_vector)(const R(kernel) * f, softufunc_array *slow, const element *x, const element *y,
                                        element *out, element *out2, size_t n)
{
    /* a masked operation takes as long with AVX-512 */
    const int part = VECTOR_BYTES == 64 || n < LANES;
    R(values) values = part ? R(load_tails)(f, x, y, n) : R(load_values)(f, x, y);
    if (__builtin_expect(R(any_outside)(f->fast(values)), 0)) {
        slow(x, y, out, out2, n);
        return;
    }
    values = R(fast_values)(f, values);
    if (__builtin_expect(R(any)(values.left), 0)) {
        slow(x, y, out, out2, n);
        return;
    }
    R(raise_underflow)(R(any)(values.underflow));
    if (part) {
        R(store_tails)(f, out, out2, values, n);
    }
    else {
        R(store_values)(f, out, out2, values);
    }
}

/* n contiguous elements, a whole number of steps and less than a block */
static ALWAYS_INLINE void R(small_block)(const R(kernel) * f, int stages, const element *x, const element *y,
                                         element *out, element *out2, size_t n)
{
    R(range) range = f->fast(R(load_values)(f, x, y));
    UNROLL(1)
    for (size_t i = LANES; i < n; i += LANES) {
        range = R(merge)(range, f->fast(R(load_values)(f, x + i, y + i)));
    }
    if (__builtin_expect(R(any_outside)(range), 0)) {
        R(raise_underflow)(f->slow(x, y, out, out2, n));
    }
    else {
        R(raise_underflow)(R(block)(f, x, y, out, out2, (int)(n / LANES), PATH_FAST, stages, 0));
    }
}

/* n contiguous elements that do not fill a block: a small block, if there are enough, and the rest one vector at a time. `one` and
 * `small` are the functions above for this kernel.
 *
 * The rest is computed first, and stored last: it is independent of the block, and a processor computes both at once. Elements are
 * stored in order, because NumPy does not copy inputs that overlap an output which starts before them. */
static ALWAYS_INLINE void R(remainder)(const R(kernel) * f, softufunc_array *one, softufunc_array *small,
                                       const element *x, const element *y, element *out, element *out2, size_t n)
{
    enum { STEP = VECTORS_PER_STEP * LANES };
    const size_t whole = HAVE_FMA && n >= SMALL_BLOCK_MIN * LANES ? n / STEP * STEP : 0, rest = n - whole;
    if (whole == 0) {
        for (size_t i = 0; i < n; i += LANES) {
            one(x + i, y + i, out + i, out2 + i, n - i < LANES ? n - i : LANES);
        }
        return;
    }
    element in[2][STEP], results[2][STEP];
    UNROLL(1)
    for (size_t i = 0; i < rest; i += LANES) {
        const element *from = x + whole + i, *from2 = y + whole + i;
        R(values) values = rest - i < LANES ? R(load_tails)(f, from, from2, rest - i) : R(load_values)(f, from, from2);
        R(store)(in[0] + i, values.v[0]);
        R(store)(in[1] + i, values.v[1]);
        one(in[0] + i, in[1] + i, results[0] + i, results[1] + i, LANES);
    }
    small(x, y, out, out2, whole);
    UNROLL(1)
    for (size_t i = 0; i < rest; i += LANES) {
        R(values) values = R(two_values)(R(load)(results[0] + i), f->nout == 2 ? R(load)(results[1] + i) : C(0.0));
        element *to = out + whole + i, *to2 = out2 + whole + i;
        if (rest - i < LANES) {
            R(store_tails)(f, to, to2, values, rest - i);
        }
        else {
            R(store_values)(f, to, to2, values);
        }
    }
}
