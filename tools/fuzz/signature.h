/* The core dimensions of the operands of a gufunc */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

enum { OPERANDS = 4, CORE = 2, DIMENSIONS = 3, STEPS = OPERANDS * (1 + CORE) };

typedef struct {
    int inputs, outputs, dimensions; /* of a ufunc, no dimensions */
    int count[OPERANDS];             /* of the core dimensions of an operand */
    int place[OPERANDS][CORE]; /* of each one among those of the signature, in the order in which they first appear */
} signature;

/* Of a text such as "(n,k),(k,m)->(n,m)" */
static signature signature_of(const char *text)
{
    signature s = {0};
    char names[DIMENSIONS] = "";
    int operand = -1, after = 0;
    for (; *text; text++) {
        if (*text == '(') {
            operand++;
            *(after ? &s.outputs : &s.inputs) += 1;
        }
        after |= *text == '>';
        if (*text >= 'a' && *text <= 'z') {
            int place = 0;
            while (place < s.dimensions && names[place] != *text) {
                place++;
            }
            names[place] = *text;
            s.dimensions += place == s.dimensions;
            s.place[operand][s.count[operand]++] = place;
        }
    }
    return s;
}

/* The length of core dimension `i` of an operand; `dimensions` are those of the signature */
static intptr_t core_length(const signature *s, int operand, int i, const intptr_t *dimensions)
{
    return dimensions[s->place[operand][i]];
}

/* The number of elements of an operand in one row */
static size_t core_size(const signature *s, int operand, const intptr_t *dimensions)
{
    size_t size = 1;
    for (int i = 0; i < s->count[operand]; i++) {
        size *= (size_t)core_length(s, operand, i, dimensions);
    }
    return size;
}

/* Where the steps of an operand's core dimensions are in the argument of a loop: behind those of all operands */
static intptr_t *core_steps(const signature *s, int operand, intptr_t *steps)
{
    steps += s->inputs + s->outputs;
    for (int i = 0; i < operand; i++) {
        steps += s->count[i];
    }
    return steps;
}

/* The steps of core dimensions whose elements are adjacent, in C order */
static void set_adjacent(const signature *s, int operand, const intptr_t *dimensions, intptr_t size, intptr_t *steps)
{
    intptr_t *core = core_steps(s, operand, steps);
    for (int i = s->count[operand] - 1; i >= 0; i--) {
        core[i] = size;
        size *= core_length(s, operand, i, dimensions);
    }
}

#endif
