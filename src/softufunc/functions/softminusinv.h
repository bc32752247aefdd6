/* softminusinv(y) = y - log(1 - e^y) = -softplusinv(-y)          inverse: softminus */
#ifdef LONG_DOUBLE

static long double softminusinv_longdouble(long double y)
{
    return -softplusinv_longdouble(-y);
}

#else

typedef R(softplusinv_state) R(softminusinv_state);

static inline R(softminusinv_state) R(softminusinv_begin)(real y)
{
    return R(softplusinv_begin)(-y);
}

static inline real R(softminusinv_end)(real y, R(softminusinv_state) state)
{
    return -R(softplusinv_end)(-y, state);
}

static inline mask R(softminusinv_outside)(real y)
{
    return R(softplusinv_outside)(-y);
}

static inline real R(softminusinv_harmless)(void)
{
    return -R(softplusinv_harmless)();
}

static inline element R(softminusinv_special)(element y)
{
    return -R(softplusinv_special)(-y);
}

#endif
