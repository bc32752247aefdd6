/* What the kernels offer to the rest: one table of contiguous loops for each instruction set. */
#ifndef SOFTUFUNC_TABLE_H
#define SOFTUFUNC_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Loops over n adjacent elements, and the same for one element, quickly: `where=` makes many calls for one. `out` may be
 * `in`, and must not overlap it otherwise. The scalars are what other compiled code calls. */
typedef struct {
    const char *name;
    void (*f16)(const uint16_t *in, uint16_t *out, size_t n);
    void (*f32)(const float *in, float *out, size_t n);
    void (*f64)(const double *in, double *out, size_t n);
    void (*one_f16)(const uint16_t *in, uint16_t *out);
    void (*one_f32)(const float *in, float *out);
    void (*one_f64)(const double *in, double *out);
    float (*scalar_f32)(float x);
    double (*scalar_f64)(double x);
} softufunc_kernels;

/* Copies between n elements `stride` bytes apart and n adjacent ones, for elements of 2, 4 and 8 bytes. */
typedef struct {
    void (*gather)(const char *from, ptrdiff_t stride, char *to, size_t n);
    void (*scatter)(const char *from, char *to, ptrdiff_t stride, size_t n);
} softufunc_copies;

typedef struct {
    const char *instruction_set;
    int false_underflow;              /* may a kernel raise underflow for a normal result? */
    const softufunc_kernels *kernels; /* in the order of functions.h; the last one has no name */
    softufunc_copies copies16, copies32, copies64;
} softufunc_table;

typedef long double (*softufunc_longdouble)(long double);
extern const softufunc_longdouble softufunc_longdoubles[]; /* in the order of functions.h */

/* The tables that this machine can run, the best first; the last one is null. */
const softufunc_table **softufunc_tables(void);

/* The table for single elements: the same bits as `table`, perhaps from shorter vectors, which start sooner. */
const softufunc_table *softufunc_table_for_one(const softufunc_table *table);

#endif
