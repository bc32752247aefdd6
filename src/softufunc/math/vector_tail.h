/* For instruction sets without masked loads and stores */
static ALWAYS_INLINE real R(load_tail)(const element *from, size_t n)
{
    real x = R(splat)(from[0]);
    for (size_t i = 1; i < n; i++) {
        x[i] = from[i];
    }
    return x;
}

static ALWAYS_INLINE void R(store_tail)(element *to, real x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = x[i];
    }
}
