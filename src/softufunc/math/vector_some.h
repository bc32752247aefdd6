/* Where there are no masked loads and stores. */
static inline real R(load_some)(const element *from, size_t n)
{
    real x = R(splat)(from[0]);
    for (size_t i = 1; i < n; i++) {
        x[i] = from[i];
    }
    return x;
}

static inline void R(store_some)(element *to, real x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = x[i];
    }
}
