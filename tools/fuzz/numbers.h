/* Elements of every type: random ones, and their comparison */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <string.h>

#include "tools/fuzz/targets.h"

/* The random bytes, followed by zeros */
typedef struct {
    const uint8_t *at;
    size_t left;
} source;

static unsigned next(source *bytes, unsigned below)
{
    unsigned value = 0;
    for (int i = 0; i < 2; i++) {
        value = value << 8 | (bytes->left ? *bytes->at : 0);
        if (bytes->left) {
            bytes->at++;
            bytes->left--;
        }
    }
    return value % below;
}

/* Mostly ordinary numbers, or labels below `labels`; otherwise random bits */
static void number(source *bytes, const kind *k, unsigned labels, unsigned char *to)
{
    static const double special[] = {0.0, -0.0, 0.5, 1, -1, 1e-300, 40, -40, 89, -104, 710, -746, 1e300, -1e300};
    unsigned choice = next(bytes, 64);
    double value = (double)(int)next(bytes, 65536) / 4096 - 8;
    if (choice < 14) {
        value = special[choice];
    }
    if (k->label) {
        memset(to, 0, k->size);
        to[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : k->size - 1] =
            (unsigned char)next(bytes, k->label == 1 ? 2 : labels);
        for (size_t i = 0; choice > 40 && k->label > 1 && i < k->size; i++) {
            to[i] = (unsigned char)next(bytes, 256);
        }
    }
    else if (k->size == 4) {
        float narrow = (float)value;
        memcpy(to, &narrow, 4);
    }
    else if (k->size == 8) {
        memcpy(to, &value, 8);
    }
    else if (k->size > 8) {
        long double wide = value;
        memcpy(to, &wide, k->used);
    }
    if (!k->label && (k->size == 2 || (choice > 56 && k->size <= 8))) {
        for (size_t i = 0; i < k->size; i++) {
            to[i] = (unsigned char)next(bytes, 256);
        }
    }
}

/* Equal bits, or both nan */
static int same(const kind *k, const unsigned char *a, const unsigned char *b)
{
    if (memcmp(a, b, k->used) == 0) {
        return 1;
    }
    if (k->size == 2) {
        uint16_t h[2];
        memcpy(h, a, 2);
        memcpy(h + 1, b, 2);
        return (h[0] & 0x7fff) > k->infinity && (h[1] & 0x7fff) > k->infinity;
    }
    if (k->size == 4) {
        float x, y;
        memcpy(&x, a, 4);
        memcpy(&y, b, 4);
        return x != x && y != y;
    }
    if (k->size == 8) {
        double x, y;
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        return x != x && y != y;
    }
    long double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x != x && y != y;
}

static void change_sign(const kind *k, unsigned char *x)
{
    x[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? k->size - 1 : 0] ^= 0x80;
}

#endif
