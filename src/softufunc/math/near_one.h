/* e^-a + e^-b - 1 with all its digits, however close to 0 it is: integers of 128 or 256 bits.
 *
 * logaddexp(x, y) crosses 0 where e^x + e^y = 1, and logsubexp(x, y) where e^(y - x) + e^-x = 1. The sum of the two
 * numbers of a kernel, good to 2^-58, is not enough next to these curves; this is.
 *
 * The includer defines `number`, the type of a, b and the result.
 */
#include <stdint.h>

/* word[0] + word[1] 2^-64 + word[2] 2^-128 + ...: the integer part and 2 or 4 words of the fraction */
typedef struct {
    uint64_t word[5];
} fixed;

/* (high + low) 2^exponent, |high| in [2^-256, 1) */
typedef struct {
    number high, low;
    int exponent;
} near_number;

/* floor(2^128 / n!) */
enum { FACTORIALS = 36 };
static const uint64_t inverse_factorials[FACTORIALS][3] = {
    {1, 0x0000000000000000, 0x0000000000000000}, {1, 0x0000000000000000, 0x0000000000000000},
    {0, 0x8000000000000000, 0x0000000000000000}, {0, 0x2aaaaaaaaaaaaaaa, 0xaaaaaaaaaaaaaaaa},
    {0, 0x0aaaaaaaaaaaaaaa, 0xaaaaaaaaaaaaaaaa}, {0, 0x0222222222222222, 0x2222222222222222},
    {0, 0x005b05b05b05b05b, 0x05b05b05b05b05b0}, {0, 0x000d00d00d00d00d, 0x00d00d00d00d00d0},
    {0, 0x0001a01a01a01a01, 0xa01a01a01a01a01a}, {0, 0x00002e3bc74aad8e, 0x671f5583911ca002},
    {0, 0x0000049f93edde27, 0xd71cbbc05b4fa999}, {0, 0x0000006b99159fd5, 0x138e3f9d1f92e0df},
    {0, 0x00000008f76c77fc, 0x6c4bdaa26d4c3d67}, {0, 0x00000000b092309d, 0x43684be51c198e91},
    {0, 0x000000000c9cba54, 0x603e4e905d6f8a2e}, {0, 0x0000000000d73f9f, 0x399dc0f88ec32b58},
    {0, 0x00000000000d73f9, 0xf399dc0f88ec32b5}, {0, 0x000000000000ca96, 0x3b81856a53593028},
    {0, 0x0000000000000b41, 0x3c31dcbecbbdd802}, {0, 0x0000000000000097, 0xa4da340a0ab92650},
    {0, 0x0000000000000007, 0x950ae900808941ea}, {0, 0x0000000000000000, 0x5c6e3bdb73d5c62f},
    {0, 0x0000000000000000, 0x04338e5b6dfe14a5}, {0, 0x0000000000000000, 0x002ec368262c7033},
    {0, 0x0000000000000000, 0x0001f2cf01972f57}, {0, 0x0000000000000000, 0x000013f3ccdd165f},
    {0, 0x0000000000000000, 0x000000c4742fe352}, {0, 0x0000000000000000, 0x0000000746ac70b7},
    {0, 0x0000000000000000, 0x0000000042862898}, {0, 0x0000000000000000, 0x00000000024b3f31},
    {0, 0x0000000000000000, 0x000000000013932c}, {0, 0x0000000000000000, 0x000000000000a1a6},
    {0, 0x0000000000000000, 0x000000000000050d}, {0, 0x0000000000000000, 0x0000000000000027},
    {0, 0x0000000000000000, 0x0000000000000001}, {0, 0x0000000000000000, 0x0000000000000000},
};

/* ln 2 - 2^-256 < this <= ln 2 */
static const fixed fixed_ln2 = {{0, 0xb17217f7d1cf79ab, 0xc9e3b39803f2f6af, 0x40f343267298b62d, 0x8a0d175b8baafa2b}};

static inline uint64_t product_of_words(uint64_t a, uint64_t b, uint64_t *high)
{
#ifdef __SIZEOF_INT128__
    unsigned __int128 product = (unsigned __int128)a * b;
    *high = (uint64_t)(product >> 64);
    return (uint64_t)product;
#else
    uint64_t a1 = a >> 32, a0 = a & 0xffffffff, b1 = b >> 32, b0 = b & 0xffffffff;
    uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1 + (middle & 0xffffffff);
    *high = a1 * b1 + (middle >> 32) + (other >> 32);
    return other << 32 | (low & 0xffffffff);
#endif
}

static inline fixed fixed_sum(fixed a, fixed b, int n)
{
    uint64_t carry = 0;
    for (int i = n; i >= 0; i--) {
        uint64_t sum = a.word[i] + carry;
        carry = sum < carry;
        a.word[i] = sum + b.word[i];
        carry += a.word[i] < sum;
    }
    return a;
}

/* a - b >= 0 */
static inline fixed fixed_difference(fixed a, fixed b, int n)
{
    uint64_t borrow = 0;
    for (int i = n; i >= 0; i--) {
        uint64_t difference = a.word[i] - borrow;
        borrow = difference > a.word[i];
        borrow += difference < b.word[i];
        a.word[i] = difference - b.word[i];
    }
    return a;
}

/* a b, less than n 2^(1 - 64 n) too small */
static inline fixed fixed_product(fixed a, fixed b, int n)
{
    fixed product = {{0}};
    for (int i = 0; i <= n; i++) {
        uint64_t high, carry = 0;
        if (i > 0) {
            product_of_words(a.word[i], b.word[n + 1 - i], &carry);
        }
        for (int j = n - i; j >= 0; j--) {
            uint64_t low = product_of_words(a.word[i], b.word[j], &high);
            low += carry;
            high += low < carry;
            product.word[i + j] += low;
            carry = high + (product.word[i + j] < low);
        }
        if (i > 0) {
            product.word[i - 1] += carry;
        }
    }
    return product;
}

/* a / divisor for a divisor below 2^32 */
static inline fixed fixed_quotient(fixed a, uint64_t divisor, int n)
{
    uint64_t rest = 0;
    for (int i = 0; i <= n; i++) {
        uint64_t upper = rest << 32 | a.word[i] >> 32;
        uint64_t lower = (upper % divisor) << 32 | (a.word[i] & 0xffffffff);
        a.word[i] = (upper / divisor) << 32 | lower / divisor;
        rest = lower % divisor;
    }
    return a;
}

/* The integer part of x, 0 <= x < 2^64, in two halves: compilers convert to unsigned integers by way of signed ones, and
 * may raise invalid for a number that only the other branch takes. */
static inline uint64_t word_of(number x)
{
    int64_t upper = (int64_t)(x * (number)0x1p-32);
    return (uint64_t)upper << 32 | (uint64_t)(int64_t)(x - (number)upper * (number)0x1p+32);
}

/* 0 <= x < 2^63; the number is exact but for bits below the last word */
static inline fixed fixed_of(number x, int n)
{
    fixed a = {{0}};
    for (int i = 0; i <= n && x > 0; i++) {
        a.word[i] = word_of(x);
        x = (x - (number)a.word[i]) * (number)0x1p+64;
    }
    return a;
}

/* x + x_low > 0 */
static __attribute__((noinline)) fixed fixed_of_sum(number x, number x_low, int n)
{
    fixed a = fixed_of(x, n), b = fixed_of(x_low < 0 ? -x_low : x_low, n);
    return x_low < 0 ? fixed_difference(a, b, n) : fixed_sum(a, b, n);
}

/* 1/first! - x/(first + 1)! + x^2/(first + 2)! - ..., 0 <= x <= 1.05: to 2 words and to 4. The second one is hardly ever
 * needed, and compiled for size. */
static __attribute__((noinline)) fixed short_series(fixed x, int first)
{
    fixed sum = {{0}};
    for (int i = (x.word[0] | x.word[1] >> 63 ? FACTORIALS : 28) - 1; i >= first; i--) {
        fixed term = {{inverse_factorials[i][0], inverse_factorials[i][1], inverse_factorials[i][2]}};
        sum = fixed_difference(term, fixed_product(x, sum, 2), 2);
    }
    return sum;
}

static __attribute__((cold, noinline)) fixed long_series(fixed x, int first)
{
    const fixed one = {{1}};
    fixed sum = one;
    for (int i = 60; i > first; i--) {
        sum = fixed_difference(one, fixed_quotient(fixed_product(x, sum, 4), (uint64_t)i, 4), 4);
    }
    return sum;
}

static fixed alternating_series(fixed x, int first, int n)
{
    return n == 2 ? short_series(x, first) : long_series(x, first);
}

/* 2^e for |e| <= 1000 */
static inline double exact_power_of_2(int e)
{
    uint64_t b = (uint64_t)(e + 1023) << 52;
    double power;
    memcpy(&power, &b, sizeof power);
    return power;
}

static inline number times_power_of_2(number x, int e)
{
    for (; e < -1000; e += 1000) {
        x *= exact_power_of_2(-1000);
    }
    return x * exact_power_of_2(e);
}

/* The first 96 bits of a > 0 or more, as two numbers. */
static __attribute__((noinline)) near_number number_of(fixed a, int n)
{
    uint32_t halves[14] = {0};
    for (int i = 0; i <= n; i++) {
        halves[2 * i] = (uint32_t)(a.word[i] >> 32);
        halves[2 * i + 1] = (uint32_t)a.word[i];
    }
    int first = 0;
    while (first < 2 * n + 1 && halves[first] == 0) {
        first++;
    }
    number part[4];
    for (int i = 0; i < 4; i++) {
        part[i] = (number)halves[first + i] * exact_power_of_2(32 - 32 * (first + i));
    }
    number upper = part[0] + part[1], lower = (part[1] - (upper - part[0])) + (part[2] + part[3]), high = upper + lower;
    return (near_number){high, lower - (high - upper), 0};
}

/* e^-(a + a_low) + e^-(b + b_low) - 1, where 0 < a <= b and the sum of the exponentials is in [1/2, 2].
 *
 * With a = f 2^e, f in [1/2, 1):  1 - e^-a = 2^e f (1 - a/2 + a^2/6 - ...), and e^-b = 2^e e^-(b + e ln 2): both are of the
 * order of 2^e, and so the difference has its digits also where a is tiny. */
static __attribute__((noinline)) near_number exp_sum_minus_1(number a, number a_low, number b, number b_low)
{
    int e = 0;
    number f = a, f_low = a_low;
    for (; f < (number)0x1p-32; e -= 32) {
        f *= (number)0x1p+32;
        f_low *= (number)0x1p+32;
    }
    for (; f < (number)0.5; e--) {
        f *= 2;
        f_low *= 2;
    }
    /* one ln 2 more where b + e ln 2 might be negative (never for e = 0, where b >= a >= 1/2) */
    int twice = (double)b + e * 0.6931471805599453 < 0.01;
    near_number result = {0, 0, e};
    for (int n = 2; n <= 4; n += 2) {
        const fixed halvings = {{(uint64_t)(-e - twice)}};
        fixed rest = fixed_difference(fixed_of_sum(b, b_low, n), fixed_product(halvings, fixed_ln2, n), n);
        fixed second = alternating_series(rest, 0, n);
        if (twice) {
            second = fixed_sum(second, second, n);
        }
        fixed first = fixed_product(fixed_of_sum(f, f_low, n), alternating_series(fixed_of_sum(a, a_low, n), 1, n), n);
        fixed difference = fixed_difference(second, first, n);
        int negative = difference.word[0] >> 63 != 0;
        if (negative) {
            difference = fixed_difference(first, second, n);
        }
        near_number found = number_of(difference, n);
        result.high = negative ? -found.high : found.high;
        result.low = negative ? -found.low : found.low;
        if (found.high > (number)0x1p-56) {
            break;
        }
    }
    return result;
}

/* log1p(w) for w = (high + low) 2^exponent, |w| <= 0.07 */
static __attribute__((noinline)) number log1p_of_near(near_number w)
{
    number correction = 0;
    if (w.exponent > -100) {
        number all = times_power_of_2(w.high, w.exponent), series = 0;
        for (int i = 24; i > 1; i--) {
            series = 1 / (number)i - all * series;
        }
        correction = w.high * (all * series);
    }
    return times_power_of_2(w.high + (w.low - correction), w.exponent);
}
