# What `from softufunc cimport ...` finds: scalars, named as in C99, and loops over n adjacent elements on the chosen
# instruction set, where an output may be an input, and must not overlap anything otherwise. Nothing here needs the GIL.

cdef double softplus(double x) noexcept nogil
cdef float softplusf(float x) noexcept nogil
cdef void softplus_array(const double *x, double *out, size_t n) noexcept nogil
cdef void softplusf_array(const float *x, float *out, size_t n) noexcept nogil

cdef double softminus(double x) noexcept nogil
cdef float softminusf(float x) noexcept nogil
cdef void softminus_array(const double *x, double *out, size_t n) noexcept nogil
cdef void softminusf_array(const float *x, float *out, size_t n) noexcept nogil

cdef double sigmoid(double x) noexcept nogil
cdef float sigmoidf(float x) noexcept nogil
cdef void sigmoid_array(const double *x, double *out, size_t n) noexcept nogil
cdef void sigmoidf_array(const float *x, float *out, size_t n) noexcept nogil

cdef double one_minus_sigmoid(double x) noexcept nogil
cdef float one_minus_sigmoidf(float x) noexcept nogil
cdef void one_minus_sigmoid_array(const double *x, double *out, size_t n) noexcept nogil
cdef void one_minus_sigmoidf_array(const float *x, float *out, size_t n) noexcept nogil

cdef double logit(double x) noexcept nogil
cdef float logitf(float x) noexcept nogil
cdef void logit_array(const double *x, double *out, size_t n) noexcept nogil
cdef void logitf_array(const float *x, float *out, size_t n) noexcept nogil

cdef double softplusinv(double x) noexcept nogil
cdef float softplusinvf(float x) noexcept nogil
cdef void softplusinv_array(const double *x, double *out, size_t n) noexcept nogil
cdef void softplusinvf_array(const float *x, float *out, size_t n) noexcept nogil

cdef double softminusinv(double x) noexcept nogil
cdef float softminusinvf(float x) noexcept nogil
cdef void softminusinv_array(const double *x, double *out, size_t n) noexcept nogil
cdef void softminusinvf_array(const float *x, float *out, size_t n) noexcept nogil

cdef double log_prob_0(double x) noexcept nogil
cdef float log_prob_0f(float x) noexcept nogil
cdef void log_prob_0_array(const double *x, double *out, size_t n) noexcept nogil
cdef void log_prob_0f_array(const float *x, float *out, size_t n) noexcept nogil

cdef double log_prob_1(double x) noexcept nogil
cdef float log_prob_1f(float x) noexcept nogil
cdef void log_prob_1_array(const double *x, double *out, size_t n) noexcept nogil
cdef void log_prob_1f_array(const float *x, float *out, size_t n) noexcept nogil

cdef double log1mexp(double x) noexcept nogil
cdef float log1mexpf(float x) noexcept nogil
cdef void log1mexp_array(const double *x, double *out, size_t n) noexcept nogil
cdef void log1mexpf_array(const float *x, float *out, size_t n) noexcept nogil

cdef double sigmoid_grad(double x) noexcept nogil
cdef float sigmoid_gradf(float x) noexcept nogil
cdef void sigmoid_grad_array(const double *x, double *out, size_t n) noexcept nogil
cdef void sigmoid_gradf_array(const float *x, float *out, size_t n) noexcept nogil

cdef double logaddexp(double x, double y) noexcept nogil
cdef float logaddexpf(float x, float y) noexcept nogil
cdef void logaddexp_array(const double *x, const double *y, double *out, size_t n) noexcept nogil
cdef void logaddexpf_array(const float *x, const float *y, float *out, size_t n) noexcept nogil

cdef double logsubexp(double x, double y) noexcept nogil
cdef float logsubexpf(float x, float y) noexcept nogil
cdef void logsubexp_array(const double *x, const double *y, double *out, size_t n) noexcept nogil
cdef void logsubexpf_array(const float *x, const float *y, float *out, size_t n) noexcept nogil

cdef double softminimum(double x, double y) noexcept nogil
cdef float softminimumf(float x, float y) noexcept nogil
cdef void softminimum_array(const double *x, const double *y, double *out, size_t n) noexcept nogil
cdef void softminimumf_array(const float *x, const float *y, float *out, size_t n) noexcept nogil

cdef double log_prob(double x, double t) noexcept nogil
cdef float log_probf(float x, float t) noexcept nogil
cdef void log_prob_array(const double *x, const double *t, double *out, size_t n) noexcept nogil
cdef void log_probf_array(const float *x, const float *t, float *out, size_t n) noexcept nogil

cdef void softplus_sigmoid(double x, double *first, double *second) noexcept nogil
cdef void softplus_sigmoidf(float x, float *first, float *second) noexcept nogil
cdef void softplus_sigmoid_array(const double *x, double *first, double *second, size_t n) noexcept nogil
cdef void softplus_sigmoidf_array(const float *x, float *first, float *second, size_t n) noexcept nogil

cdef void log_probs(double x, double *first, double *second) noexcept nogil
cdef void log_probsf(float x, float *first, float *second) noexcept nogil
cdef void log_probs_array(const double *x, double *first, double *second, size_t n) noexcept nogil
cdef void log_probsf_array(const float *x, float *first, float *second, size_t n) noexcept nogil
