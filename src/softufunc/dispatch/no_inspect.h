/* What Cython makes for the limited API imports inspect, for seven constants of code objects. Before NumPy 2.4 nothing
 * else has done so yet, and this import takes longer than all the rest. The constants are those of CPython's code.h, which
 * the limited API leaves out; once they are defined, Cython asks the module for none of them. */
#ifndef CO_OPTIMIZED
#define CO_OPTIMIZED 0x0001
#define CO_NEWLOCALS 0x0002
#define CO_VARARGS 0x0004
#define CO_VARKEYWORDS 0x0008
#define CO_GENERATOR 0x0020
#define CO_COROUTINE 0x0080
#define CO_ASYNC_GENERATOR 0x0200
#endif
