/* e^-a + e^-b - 1 to full relative accuracy, however close to 0 it is, in fixed point with 128 or 256 bits.
 *
 * logaddexp(x, y) crosses 0 where e^x + e^y = 1, and logsubexp(x, y) where e^(y - x) + e^-x = 1. Near these curves, the
 * two-number sums of the kernels, accurate to 2^-60, do not suffice.
 *
 * The including file defines `number`, the type of a, b and the result, and FIXED_POINT as `static` or as nothing; without
 * FIXED_POINT, the two functions are only declared. ufuncs/fixed_point.c defines them for double, for all instruction sets.
 */
#include <stdint.h>

#include "math/attributes.h"

/* (high + low) 2^exponent, |high| in [2^-256, 1) */
typedef struct {
    number high, low;
    int exponent;
} near_number;

#ifndef FIXED_POINT

near_number softufunc_exp_sum_minus_1(number a, number a_low, number b, number b_low);
number softufunc_log1p_of_near(near_number w);

#else

/* word[0] + word[1] 2^-64 + word[2] 2^-128 + ...: the integer part and 2 or 4 words of the fraction */
typedef struct {
    uint64_t word[5];
} fixed;

/* A number from 0 to 2: high 2^-63 + low 2^-127 */
typedef struct {
    uint64_t high, low;
} fraction;

/* 1 / n!, rounded down; further ones are 0 */
enum { FACTORIALS = 34 };
static const fraction inverse_factorials[FACTORIALS] = {
    {0x8000000000000000, 0x0000000000000000}, {0x8000000000000000, 0x0000000000000000},
    {0x4000000000000000, 0x0000000000000000}, {0x1555555555555555, 0x5555555555555555},
    {0x0555555555555555, 0x5555555555555555}, {0x0111111111111111, 0x1111111111111111},
    {0x002d82d82d82d82d, 0x82d82d82d82d82d8}, {0x0006806806806806, 0x8068068068068068},
    {0x0000d00d00d00d00, 0xd00d00d00d00d00d}, {0x0000171de3a556c7, 0x338faac1c88e5001},
    {0x0000024fc9f6ef13, 0xeb8e5de02da7d4cc}, {0x00000035cc8acfea, 0x89c71fce8fc9706f},
    {0x000000047bb63bfe, 0x3625ed5136a61eb3}, {0x000000005849184e, 0xa1b425f28e0cc748},
    {0x00000000064e5d2a, 0x301f27482eb7c517}, {0x00000000006b9fcf, 0x9ccee07c476195ac},
    {0x000000000006b9fc, 0xf9ccee07c476195a}, {0x000000000000654b, 0x1dc0c2b529ac9814},
    {0x00000000000005a0, 0x9e18ee5f65deec01}, {0x000000000000004b, 0xd26d1a05055c9328},
    {0x0000000000000003, 0xca8574804044a0f5}, {0x0000000000000000, 0x2e371dedb9eae317},
    {0x0000000000000000, 0x0219c72db6ff0a52}, {0x0000000000000000, 0x001761b413163819},
    {0x0000000000000000, 0x0000f96780cb97ab}, {0x0000000000000000, 0x000009f9e66e8b2f},
    {0x0000000000000000, 0x000000623a17f1a9}, {0x0000000000000000, 0x00000003a356385b},
    {0x0000000000000000, 0x000000002143144c}, {0x0000000000000000, 0x0000000001259f98},
    {0x0000000000000000, 0x000000000009c996}, {0x0000000000000000, 0x00000000000050d3},
    {0x0000000000000000, 0x0000000000000286}, {0x0000000000000000, 0x0000000000000013},
};

/* ln 2 - 2^-256 < this <= ln 2 */
static const fixed fixed_ln2 = {{0, 0xb17217f7d1cf79ab, 0xc9e3b39803f2f6af, 0x40f343267298b62d, 0x8a0d175b8baafa2b}};

static ALWAYS_INLINE uint64_t product_of_words(uint64_t a, uint64_t b, uint64_t *high)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    *high = (uint64_t)(product >> 64);
    return (uint64_t)product;
#else
    uint64_t a1 = a >> 32, a0 = a & 0xffffffff, b1 = b >> 32, b0 = b & 0xffffffff;
    uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1 + (middle & 0xffffffff);
    *high = a1 * b1 + (middle >> 32) + (other >> 32);
    return other << 32 | (low & 0xffffffff);
#endif
}

static ALWAYS_INLINE fixed fixed_sum(fixed a, fixed b, int n)
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
static ALWAYS_INLINE fixed fixed_difference(fixed a, fixed b, int n)
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

/* a b, rounded down, with an error below n 2^(1 - 64 n) */
static ALWAYS_INLINE fixed fixed_product(fixed a, fixed b, int n)
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
        for (int j = i - 1; j >= 0 && carry; j--) {
            product.word[j] += carry;
            carry = product.word[j] < carry;
        }
    }
    return product;
}

/* a / divisor for a divisor below 2^32 */
static ALWAYS_INLINE fixed fixed_quotient(fixed a, uint64_t divisor, int n)
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

/* The integer part of x, 0 <= x < 2^64, converted in two halves: compilers implement conversion to uint64_t by signed conversions
 * on two branches, and may raise invalid by executing both. */
static ALWAYS_INLINE uint64_t word_of(number x)
{
    int64_t upper = (int64_t)(x * (number)0x1p-32);
    return (uint64_t)upper << 32 | (uint64_t)(int64_t)(x - (number)upper * (number)0x1p+32);
}

/* x in fixed point, 0 <= x < 2^63; exact except for bits below the last word */
static ALWAYS_INLINE fixed fixed_of(number x, int n)
{
    fixed a = {{0}};
    for (int i = 0; i <= n && x > 0; i++) {
        a.word[i] = word_of(x);
        x = (x - (number)a.word[i]) * (number)0x1p+64;
    }
    return a;
}

/* x + x_low > 0 */
static ALWAYS_INLINE fixed fixed_of_sum(number x, number x_low, int n)
{
    fixed a = fixed_of(x, n), b = fixed_of(x_low < 0 ? -x_low : x_low, n);
    return x_low < 0 ? fixed_difference(a, b, n) : fixed_sum(a, b, n);
}

/* 1/first! - x/(first + 1)! + x^2/(first + 2)! - ..., 0 <= x <= 1.05 */
static ALWAYS_INLINE fixed alternating_series(fixed x, int first, int n)
{
    const fixed one = {{1}};
    fixed sum = one;
    for (int i = 60; i > first; i--) {
        sum = fixed_difference(one, fixed_quotient(fixed_product(x, sum, n), (uint64_t)i, n), n);
    }
    return sum;
}

static ALWAYS_INLINE fraction fraction_of(fixed a)
{
    return (fraction){a.word[0] << 63 | a.word[1] >> 1, a.word[1] << 63 | a.word[2] >> 1};
}

static ALWAYS_INLINE fixed fixed_of_fraction(fraction a)
{
    return (fixed){{a.high >> 63, a.high << 1 | a.low >> 63, a.low << 1}};
}

/* a b, rounded down, with an error below 2^-124 */
static ALWAYS_INLINE fraction fraction_product(fraction a, fraction b)
{
    uint64_t high, first, second, low = product_of_words(a.high, b.high, &high);
    product_of_words(a.high, b.low, &first);
    product_of_words(a.low, b.high, &second);
    low += first;
    high += low < first;
    low += second;
    high += low < second;
    return (fraction){high << 1 | low >> 63, low << 1};
}

/* The same series, 2000 cycles faster than with loops over words; probabilities that add up to 1 are frequent inputs. */
static ALWAYS_INLINE fraction short_series(fraction x, int first)
{
    fraction sum = {0, 0};
    for (int i = (x.high >> 62 ? FACTORIALS : 28) - 1; i >= first; i--) {
        fraction product = fraction_product(x, sum), term = inverse_factorials[i];
        sum = (fraction){term.high - product.high - (term.low < product.low), term.low - product.low};
    }
    return sum;
}

/* 2^e for |e| <= 1000 */
static ALWAYS_INLINE double exact_power_of_2(int e)
{
    uint64_t b = (uint64_t)(e + 1023) << 52;
    double power;
    memcpy(&power, &b, sizeof power);
    return power;
}

static ALWAYS_INLINE number times_power_of_2(number x, int e)
{
    for (; e < -1000; e += 1000) {
        x *= exact_power_of_2(-1000);
    }
    return x * exact_power_of_2(e);
}

/* At least the first 96 bits of a > 0, as an unevaluated sum */
static ALWAYS_INLINE near_number number_of(fixed a, int n)
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
 * With a = f 2^e, f in [1/2, 1):  1 - e^-a = 2^e f (1 - a/2 + a^2/6 - ...), and e^-b = 2^e e^-(b + e ln 2). With the common factor
 * 2^e taken out, the difference keeps its digits for small a too. */
__attribute__((cold)) FIXED_POINT near_number softufunc_exp_sum_minus_1(number a, number a_low, number b, number b_low)
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
    /* one more factor of 2 if b + e ln 2 might be negative (never for e = 0, where b >= a >= 1/2) */
    int twice = (double)b + e * 0.6931471805599453 < 0.01;
    near_number result = {0, 0, e};
    /* 127 bits first: even of the pairs that are as close to the curve as rounding permits, only one in 2^10 needs more */
    for (int n = 2; n <= 4; n += 2) {
        const fixed halvings = {{(uint64_t)(-e - twice)}};
        fixed rest = fixed_difference(fixed_of_sum(b, b_low, n), fixed_product(halvings, fixed_ln2, n), n);
        fixed factor = fixed_of_sum(f, f_low, n), all = fixed_of_sum(a, a_low, n), first, second;
        if (n == 2) {
            second = fixed_of_fraction(short_series(fraction_of(rest), 0));
            first = fixed_of_fraction(fraction_product(fraction_of(factor), short_series(fraction_of(all), 1)));
        }
        else {
            second = alternating_series(rest, 0, n);
            first = fixed_product(factor, alternating_series(all, 1, n), n);
        }
        if (twice) {
            second = fixed_sum(second, second, n);
        }
        fixed difference = fixed_difference(second, first, n);
        int negative = difference.word[0] >> 63 != 0;
        if (negative) {
            difference = fixed_difference(first, second, n);
        }
        near_number found = number_of(difference, n);
        result.high = negative ? -found.high : found.high;
        result.low = negative ? -found.low : found.low;
        if (found.high > (number)(sizeof(number) > 8 ? 0x1p-54 : 0x1p-64)) {
            break;
        }
    }
    return result;
}

/* log1p(w) for w = (high + low) 2^exponent, |w| <= 0.07 */
FIXED_POINT number softufunc_log1p_of_near(near_number w)
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

#endif
