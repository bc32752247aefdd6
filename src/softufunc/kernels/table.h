/* What the kernels offer to the rest: one table of contiguous loops for each instruction set. */
#ifndef SOFTUFUNC_TABLE_H
#define SOFTUFUNC_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "functions/functions.h"

/* Loops over n adjacent elements, and the same for one element, quickly: `where=` makes many calls for one, and other compiled
 * code calls them. `out` may be `in`, and must not overlap it otherwise. */
typedef struct {
    const char *name;
    void (*f16)(const uint16_t *in, uint16_t *out, size_t n);
    void (*f32)(const float *in, float *out, size_t n);
    void (*f64)(const double *in, double *out, size_t n);
    uint16_t (*scalar_f16)(uint16_t x);
    float (*scalar_f32)(float x);
    double (*scalar_f64)(double x);
} softufunc_kernels;

/* The same for two arguments. `out` may be `x` or `y`. */
typedef enum { SOFTUFUNC_NONE, SOFTUFUNC_LOWEST, SOFTUFUNC_HIGHEST } softufunc_identity;
typedef enum { SOFTUFUNC_NUMBER, SOFTUFUNC_LABEL } softufunc_second;

typedef struct {
    const char *name;
    softufunc_identity identity; /* none, -inf, inf */
    softufunc_second second;
    void (*f16)(const uint16_t *x, const uint16_t *y, uint16_t *out, size_t n);
    void (*f32)(const float *x, const float *y, float *out, size_t n);
    void (*f64)(const double *x, const double *y, double *out, size_t n);
    void (*one_f16)(const uint16_t *x, const uint16_t *y, uint16_t *out);
    void (*one_f32)(const float *x, const float *y, float *out);
    void (*one_f64)(const double *x, const double *y, double *out);
} softufunc_kernels_of_two;

/* The same with two results. `first` or `second` may be `in`; otherwise nothing overlaps. */
typedef struct {
    const char *name;
    void (*f16)(const uint16_t *in, uint16_t *first, uint16_t *second, size_t n);
    void (*f32)(const float *in, float *first, float *second, size_t n);
    void (*f64)(const double *in, double *first, double *second, size_t n);
    void (*one_f16)(const uint16_t *in, uint16_t *first, uint16_t *second);
    void (*one_f32)(const float *in, float *first, float *second);
    void (*one_f64)(const double *in, double *first, double *second);
} softufunc_kernels_two_results;

/* A sum on its way, in as many parts as the widest vectors have room for; what is in them is the business of the function
 * that is summed. */
enum { PARTS = 16 };
typedef struct {
    double high[PARTS], low[PARTS];
    double most, offset, k;
} softufunc_sum;

/* A function of one or two runs of elements that has one result: all at once, or piece by piece. Pieces of a multiple of
 * SUM_BLOCK elements, and a last one of any length, give the bits of `kernel`. So do `lanes`, PARTS rows of 1
 * to `longest` elements at once, element i of row j at i * step + j; or they return false, and the rows are to be computed one
 * by one. */
enum { SUM_BLOCK = 512 };
typedef enum { SOFTUFUNC_F32, SOFTUFUNC_F64, SOFTUFUNC_WIDTHS } softufunc_width; /* of floats, of doubles */
typedef struct {
    const char *name;
    int arguments;
    const char *signature;
    void (*start)(softufunc_sum *sum);
    void (*add[SOFTUFUNC_WIDTHS])(softufunc_sum *sum, const void *x, const void *t, size_t n);
    double (*finish)(const softufunc_sum *sum);
    double (*kernel[SOFTUFUNC_WIDTHS])(const void *x, const void *t, size_t n);
    size_t longest;
    int (*lanes[SOFTUFUNC_WIDTHS])(const void *x, const void *t, ptrdiff_t step, size_t n, double *out);
} softufunc_reduction;

/* The places of the functions in the table. */
#define SOFTUFUNC_PLACE(name, arguments, signature, longest) softufunc_##name,
enum { REDUCTIONS(SOFTUFUNC_PLACE) };

/* Copies between n elements `stride` bytes apart and n adjacent ones, for elements of 2, 4 and 8 bytes. */
typedef struct {
    void (*gather)(const char *from, ptrdiff_t stride, char *to, size_t n);
    void (*scatter)(const char *from, char *to, ptrdiff_t stride, size_t n);
} softufunc_copies;

typedef struct {
    const char *instruction_set;
    int false_underflow;              /* may a kernel raise underflow for a normal result? */
    const softufunc_kernels *kernels; /* in the order of functions.h; the last one has no name */
    const softufunc_kernels_of_two *kernels_of_two;
    const softufunc_kernels_two_results *two_results;
    const softufunc_reduction *reductions; /* as the kernels */
    softufunc_copies copies16, copies32, copies64;
    size_t block_bytes; /* what a kernel takes at once */
    void (*floats_of_halves)(const uint16_t *from, float *to, size_t n);
} softufunc_table;

typedef long double (*softufunc_longdouble)(long double);
extern const softufunc_longdouble softufunc_longdoubles[]; /* in the order of functions.h */

typedef long double (*softufunc_longdouble_of_two)(long double, long double);
extern const softufunc_longdouble_of_two softufunc_longdoubles_of_two[];

typedef void (*softufunc_longdouble_two_results)(long double x, long double *first, long double *second);
extern const softufunc_longdouble_two_results softufunc_longdoubles_two_results[];

/* of strided elements; `read` makes a number of a label */
typedef long double (*softufunc_read)(const char *label);
typedef long double (*softufunc_longdouble_reduction)(const char *x, ptrdiff_t step, const char *t, ptrdiff_t t_step,
                                                      softufunc_read read, size_t n);
extern const softufunc_longdouble_reduction softufunc_longdouble_reductions[];

/* The tables that this machine can run, the best first; the last one is null. */
const softufunc_table **softufunc_tables(void);

/* The table for single elements: the same bits as `table`, perhaps from shorter vectors, which start sooner. */
const softufunc_table *softufunc_table_for_one(const softufunc_table *table);

#endif
