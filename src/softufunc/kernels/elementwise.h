/* The elementwise loop, for kernels with one or two inputs and one or two outputs: included with REAL_BITS 64 and 32, after
 * math/vector.h.
 *
 * A kernel is four functions. `fast` returns which inputs take the fast path, which is cut into three stages, `head`, `middle` and
 * `tail`; the carry is passed from one to the next. They are compiled for up to three paths, with the same bits where several apply:
 *   PATH_FAST     the inputs for which `fast` holds
 *   PATH_NORMAL   inputs in the tails and nan, without what is rare there, if NAME_normal says that the kernel has it
 *   PATH_ANY      any input
 * What is common in the tails of a function (saturated and subnormal results, nan) costs no branch in the last two; poles and inputs
 * outside the domain are patched.
 *
 * VECTORS_PER_BLOCK vectors go through the head, then through the middle, then through the tail. The operations of one vector form a
 * dependency chain, and about 100 of them fill the scheduler of a processor; in the shorter stages it finds the independent operations
 * of the next vectors (docs/design_log.md, "Stages"). Where one cut is enough, middle and tail go together: kernels/stages.h.
 *
 * Each kernel is a constant and the functions that take it are inlined, so that its function pointers become direct calls.
 */

/* The inputs or outputs of a kernel; v[1] is used if there are two. `underflow`: the lanes whose result calls for underflow, which
 * none of their operations has raised. `single`, a constant: is this vector not one of a block? Then the kernel leaves lanes whose result
 * it would compute by another function to the slow path, and marks them in `left`: the function that calls the kernel needs no stack frame. */
typedef struct {
    real v[2];
    mask underflow, left;
    int single;
} R(values);

/* The values passed from stage to stage: few of them, because VECTORS_PER_BLOCK carries are stored at a time. On the fast path up to 3 */
typedef struct {
    real v[6];
} R(carry);

/* Whole blocks of any inputs, or vectors that do not fill one; returns whether a result calls for underflow */
typedef int R(slow)(const element *x, const element *y, element *out, element *out2, size_t n);

typedef struct {
    int nin, nout;
    int normal; /* NORMAL_NONE, ... */
    R(range) (*fast)(R(values) x);
    R(carry) (*head)(R(values) x, int path);
    R(carry) (*middle)(R(values) x, R(carry) carry, int path);
    R(values) (*tail)(R(values) x, R(carry) carry, int path);
    R(slow) * slow; /* PATH_NORMAL or PATH_ANY, not inlined */
} R(kernel);

static ALWAYS_INLINE R(values) R(value)(real y)
{
    return (R(values)){.v = {y}};
}

static ALWAYS_INLINE R(values) R(two_values)(real first, real second)
{
    return (R(values)){.v = {first, second}};
}

/* Carries of two to five values; the others are left uninitialized, so that they are not stored. */
static ALWAYS_INLINE R(carry) R(carry_of_two)(real a, real b)
{
    R(carry) carry;
    carry.v[0] = a;
    carry.v[1] = b;
    return carry;
}

static ALWAYS_INLINE R(carry) R(carry_of_three)(real a, real b, real c)
{
    R(carry) carry = R(carry_of_two)(a, b);
    carry.v[2] = c;
    return carry;
}

static ALWAYS_INLINE R(carry) R(carry_of_four)(real a, real b, real c, real d)
{
    R(carry) carry = R(carry_of_three)(a, b, c);
    carry.v[3] = d;
    return carry;
}

static ALWAYS_INLINE R(carry) R(carry_of_five)(real a, real b, real c, real d, real e)
{
    R(carry) carry = R(carry_of_four)(a, b, c, d);
    carry.v[4] = e;
    return carry;
}

/* By integers, so that the compiler sees that -|-x| is -|x| */
static ALWAYS_INLINE R(values) R(flipped)(R(values) x, int sign)
{
    const bits flip = (bits)C(sign < 0 ? -0.0 : 0.0);
    x.v[0] = (real)((bits)x.v[0] ^ flip);
    x.v[1] = (real)((bits)x.v[1] ^ flip);
    return x;
}

static NOINLINE real R(patched_lanes)(real y, real x, mask where, element (*special)(element))
{
    real chosen = R(select)(where, C(1.0), C(0.0));
    for (int lane = 0; lane < LANES; lane++) {
        if (chosen[lane] != 0) {
            y[lane] = special(x[lane]);
        }
    }
    return y;
}

/* y, with special(x) in the lanes selected by `where`, which are rare */
static ALWAYS_INLINE real R(patched)(real y, real x, mask where, element (*special)(element))
{
    return __builtin_expect(R(any)(where), 0) ? R(patched_lanes)(y, x, where, special) : y;
}

static NOINLINE real R(patched_lanes_binary)(real y, R(values) x, mask where, element (*special)(element, element))
{
    real chosen = R(select)(where, C(1.0), C(0.0));
    for (int lane = 0; lane < LANES; lane++) {
        if (chosen[lane] != 0) {
            y[lane] = special(x.v[0][lane], x.v[1][lane]);
        }
    }
    return y;
}

static ALWAYS_INLINE real R(patched_binary)(real y, R(values) x, mask where, element (*special)(element, element))
{
    return __builtin_expect(R(any)(where), 0) ? R(patched_lanes_binary)(y, x, where, special) : y;
}

/* Once for a call, not for each block: on some processors this takes half as long as a block of results. */
static ALWAYS_INLINE void R(raise_underflow)(int underflow)
{
    if (__builtin_expect(underflow, 0)) {
        volatile element tiny = SMALLEST_NORMAL;
        tiny = tiny * tiny;
    }
}

/* Inputs that passed the test for the fast path. On AArch64 and POWER gcc moves operations above that branch, where products of
 * inputs outside the fast path may raise overflow; an empty volatile asm statement prevents it. */
#undef IN_REGISTER
#if defined(__aarch64__) && !defined(__clang__)
#define IN_REGISTER "+w"
#elif defined(__VSX__) && !defined(__clang__)
#define IN_REGISTER "+wa"
#endif
static ALWAYS_INLINE R(values) R(checked)(const R(kernel) * f, R(values) x)
{
#ifdef IN_REGISTER
    for (int i = 0; i < f->nin; i++) {
        __asm__ volatile("" : IN_REGISTER(x.v[i]));
    }
#else
    (void)f;
#endif
    return x;
}

/* The slow path of one vector, through memory: one copy of its code serves blocks, vectors and single elements. */
static ALWAYS_INLINE R(values) R(slow_values)(const R(kernel) * f, R(values) x)
{
    element in[2][LANES], out[2][LANES];
    R(store)(in[0], x.v[0]);
    R(store)(in[1], x.v[1]);
    R(raise_underflow)(f->slow(in[0], in[1], out[0], out[1], LANES));
    return R(two_values)(R(load)(out[0]), f->nout == 2 ? R(load)(out[1]) : C(0.0));
}

/* A vector that is not one of a block */
static ALWAYS_INLINE R(values) R(fast_values)(const R(kernel) * f, R(values) x)
{
    x = R(checked)(f, x);
    x.single = 1;
    return f->tail(x, f->middle(x, f->head(x, PATH_FAST), PATH_FAST), PATH_FAST);
}

static ALWAYS_INLINE R(values) R(load_single)(const R(kernel) * f, const element *x, const element *y)
{
    return R(two_values)(R(splat)(*x), f->nin == 2 ? R(splat)(*y) : C(0.0));
}

static ALWAYS_INLINE void R(store_single)(const R(kernel) * f, element *out, element *out2, R(values) y)
{
    *out = y.v[0][0];
    if (f->nout == 2) {
        *out2 = y.v[1][0];
    }
}

/* The kernel is no argument: its pointers to functions that are always inlined would keep a copy of each. */
static COLD void R(slow_single)(R(slow) * slow, int nin, int nout, const element *x, const element *y, element *out,
                                element *out2)
{
    element in[2][LANES], results[2][LANES];
    R(store)(in[0], R(splat)(*x));
    R(store)(in[1], nin == 2 ? R(splat)(*y) : C(0.0));
    R(raise_underflow)(slow(in[0], in[1], results[0], results[1], LANES));
    *out = results[0][0];
    if (nout == 2) {
        *out2 = results[1][0];
    }
}

/* One element. The slow path is a separate function, so that the fast path needs no stack frame. */
static ALWAYS_INLINE void R(single)(const R(kernel) * f, const element *x, const element *y, element *out,
                                    element *out2)
{
    R(values) values = R(load_single)(f, x, y);
    if (__builtin_expect(R(any_outside)(f->fast(values)), 0)) {
        R(slow_single)(f->slow, f->nin, f->nout, x, y, out, out2);
        return;
    }
    values = R(fast_values)(f, values);
    if (__builtin_expect(R(any)(values.left), 0)) {
        R(slow_single)(f->slow, f->nin, f->nout, x, y, out, out2);
        return;
    }
    R(raise_underflow)(R(any)(values.underflow));
    R(store_single)(f, out, out2, values);
}

static ALWAYS_INLINE R(values) R(load_values)(const R(kernel) * f, const element *x, const element *y)
{
    return R(two_values)(R(load)(x), f->nin == 2 ? R(load)(y) : C(0.0));
}

/* Stores one output that is aligned to vectors without reading its cache line first */
static ALWAYS_INLINE void R(stream_values)(element *out, R(values) y)
{
#if VECTOR_BYTES == 64
    _mm512_stream_si512((void *)out, (__m512i)y.v[0]);
#else
    R(store)(out, y.v[0]);
#endif
}

static ALWAYS_INLINE void R(store_values)(const R(kernel) * f, element *out, element *out2, R(values) y)
{
    R(store)(out, y.v[0]);
    if (f->nout == 2) {
        R(store)(out2, y.v[1]);
    }
}

/* A whole number of steps, at most VECTORS_PER_BLOCK vectors, whose inputs take this path. Returns whether a result calls for underflow.
 * There is no branch for each vector: inputs in the tails, spread over the vectors of a block, would make it unpredictable. */
static ALWAYS_INLINE int R(block)(const R(kernel) * f, const element *x, const element *y, element *out, element *out2,
                                  int vectors, int path, int stages, int stream)
{
    const int step = path == PATH_ANY ? 1 : VECTORS_PER_STEP;
    R(carry) carry[VECTORS_PER_BLOCK];
    mask underflow = {0};
    UNROLL(1)
    for (int i = 0; i < vectors; i += step) {
        UNROLL(VECTORS_PER_STEP)
        for (int j = i; j < i + step; j++) {
            R(values) values = R(load_values)(f, x + j * LANES, y + j * LANES);
            carry[j] = f->head(path == PATH_FAST ? R(checked)(f, values) : values, path);
        }
    }
    if (stages == 3) {
        UNROLL(1)
        for (int i = 0; i < vectors; i += step) {
            UNROLL(VECTORS_PER_STEP)
            for (int j = i; j < i + step; j++) {
                carry[j] = f->middle(R(load_values)(f, x + j * LANES, y + j * LANES), carry[j], path);
            }
        }
    }
    UNROLL(1)
    for (int i = 0; i < vectors; i += step) {
        UNROLL(VECTORS_PER_STEP)
        for (int j = i; j < i + step; j++) {
            R(values) values = R(load_values)(f, x + j * LANES, y + j * LANES);
            values = f->tail(values, stages == 3 ? carry[j] : f->middle(values, carry[j], path), path);
            if (stream) {
                R(stream_values)(out + j * LANES, values);
            }
            else {
                R(store_values)(f, out + j * LANES, out2 + j * LANES, values);
            }
            underflow |= values.underflow;
        }
    }
    return R(any)(underflow);
}

#ifndef SCALAR

/* Do all inputs of a block take the fast path? */
static ALWAYS_INLINE int R(all_fast)(const R(kernel) * f, const element *x, const element *y)
{
    R(range) range = f->fast(R(load_values)(f, x, y));
    UNROLL(8)
    for (int i = 1; i < VECTORS_PER_BLOCK; i++) {
        range = R(merge)(range, f->fast(R(load_values)(f, x + i * LANES, y + i * LANES)));
    }
    return !R(any_outside)(range);
}

/* out = f(x, y), or out, out2 = f(x), for n contiguous elements. An output may be identical to an input. `one`, `vectors` and `blocks` are
 * the one_vector, the remainder and the blocks of this kernel, none of which is inlined: so this function needs no stack frame. */
static ALWAYS_INLINE void R(elementwise)(softufunc_array *one, softufunc_array *vectors, softufunc_array *blocks,
                                         const element *x, const element *y, element *out, element *out2, size_t n)
{
    if (n <= LANES) {
        one(x, y, out, out2, n);
    }
    else if (n < VECTORS_PER_BLOCK * LANES) {
        vectors(x, y, out, out2, n);
    }
    else {
        blocks(x, y, out, out2, n);
    }
}

/* At least a block. `vectors` is not inlined, so that the constants of the fast block stay in registers. */
static ALWAYS_INLINE void R(blocks)(const R(kernel) * f, int stages, int streamed, softufunc_array *vectors,
                                    const element *x, const element *y, element *out, element *out2, size_t n)
{
    const size_t block = VECTORS_PER_BLOCK * LANES;
    /* How many blocks take the slow path before the next one is tested for the fast path. With PATH_NORMAL that is cheap even for blocks
     * that could take the fast path, whereas the branch of the test is unpredictable where every other block has an outlier. */
    const size_t run = HAVE_FMA && f->normal != NORMAL_NONE ? 8 : 1;
    size_t done = n < 4 * block ? 0 : R(until_aligned)(out);
    const int stream = streamed && x != out && n > STREAMING_BYTES / sizeof(element);
    if (done > 0) {
        vectors(x, y, out, out2, done);
    }
    int underflow = 0;
    while (n - done >= block) {
        if (__builtin_expect(R(all_fast)(f, x + done, y + done), 1)) {
            underflow |=
                R(block)(f, x + done, y + done, out + done, out2 + done, VECTORS_PER_BLOCK, PATH_FAST, stages, stream);
            done += block;
        }
        else {
            const size_t left = (n - done) / block * block, m = left < run * block ? left : run * block;
            underflow |= f->slow(x + done, y + done, out + done, out2 + done, m);
            done += m;
        }
    }
    R(raise_underflow)(underflow);
#if VECTOR_BYTES == 64
    if (stream) {
        _mm_sfence();
    }
#endif
    if (done < n) {
        vectors(x + done, y + done, out + done, out2 + done, n - done);
    }
}

#endif

/* Defines a function that equals another one up to signs: NAME(x) = y_sign OF(x_sign x). OF provides its kernel functions with the
 * signs as arguments; they are constants here and cost no operation in the fast path. */
#undef FLIP
#undef FLIP_BINARY
#define FLIP_BINARY(name, of, x_sign, y_sign, ...) FLIP(name, of, x_sign, y_sign)
#define FLIP(name, of, x_sign, y_sign) \
    enum { R(name##_normal) = (x_sign) * R(of##_normal) }; \
    static ALWAYS_INLINE R(range) R(name##_fast)(R(values) x) \
    { \
        return R(of##_flip_fast)(x, x_sign); \
    } \
    static ALWAYS_INLINE R(carry) R(name##_head)(R(values) x, int path) \
    { \
        return path != PATH_FAST ? R(of##_head)(R(flipped)(x, x_sign), path) : R(of##_flip_head)(x, x_sign, y_sign); \
    } \
    static ALWAYS_INLINE R(carry) R(name##_middle)(R(values) x, R(carry) carry, int path) \
    { \
        return path != PATH_FAST ? R(of##_middle)(R(flipped)(x, x_sign), carry, path) \
                                 : R(of##_flip_middle)(x, carry, x_sign, y_sign); \
    } \
    static ALWAYS_INLINE R(values) R(name##_tail)(R(values) x, R(carry) carry, int path) \
    { \
        return path != PATH_FAST ? R(flipped)(R(of##_tail)(R(flipped)(x, x_sign), carry, path), y_sign) \
                                 : R(of##_flip_tail)(x, carry, x_sign, y_sign); \
    }
