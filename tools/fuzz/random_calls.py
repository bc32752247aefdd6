"""Random calls of the ufunc protocol, valid and invalid ones."""

import decimal
import fractions
import mmap
import random
import sys

import numpy as np
from numpy.lib.stride_tricks import as_strided

from tools.facts import core_dimensions

FLOATS = "dfeg"
INTEGERS = "?bBhHiIlLqQ"
OTHERS = ["F", "D", "G", "O", "U4", "S4", "M8[D]", "m8[s]", "V8", [("x", "f8")], [("x", "f4"), ("y", "i2")]]
SIZES = (0, 1, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 67, 100, 129, 255, 300, 513, 1100)
MAX_ELEMENTS = 4000
"""the number of elements in an array"""


def number_pool(char):
    """Return 8192 numbers of a type: ordinary ones, special values and random bits."""
    source = np.random.default_rng(0)
    dtype = np.dtype(char)
    if dtype.kind == "f":
        info = np.finfo(dtype)
        special = [0.0, -0.0, np.inf, -np.inf, np.nan, 0.5, 1.0, -1.0, 2.0, 40.0, -40.0, 88.5, -88.5, 710.0, -745.0]
        special += [info.max, info.min, info.tiny, -info.tiny, info.smallest_subnormal, 1 - info.epsneg, np.log(2)]
        with np.errstate(all="ignore"):
            parts = [source.normal(0, 3, 4096), source.random(2048), np.resize(special, 1024)]
            pool = np.concatenate([part.astype(dtype) for part in parts])
            wild = (source.random(1024) * 2.0 ** source.integers(-1000, 1000, 1024)).astype(dtype)
        pool = np.concatenate([pool, wild])
    elif dtype.kind in "iub":
        pool = np.concatenate([source.integers(-3, 4, 4096), source.integers(-(2**62), 2**62, 4096)]).astype(dtype)
    elif dtype.kind == "c":
        pool = (source.normal(size=8192) + 1j).astype(dtype)
    elif dtype.kind == "O":
        pool = np.resize(np.array([1, 2.5, None, "a", 10**400, np.float32(3), fractions.Fraction(1, 3)], object), 8192)
    else:
        pool = np.zeros(8192, dtype)
    return source.permutation(pool)


class Plain(np.ndarray):
    """A subclass that changes nothing."""


class Wrapping(np.ndarray):
    """A subclass that changes the results."""

    def __array_wrap__(self, array, context=None, return_scalar=False):
        return ("wrapped", np.asarray(array), return_scalar)


class Overriding:
    """No array, but an implementation of __array_ufunc__."""

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return ("overridden", ufunc.__name__, method, len(inputs), sorted(keywords))


class Refusing:
    """Rejects ufuncs: __array_ufunc__ is None."""

    __array_ufunc__ = None


class Convertible:
    """An object that NumPy converts to an array."""

    def __array__(self, dtype=None, copy=None):
        return np.linspace(-2, 2, 7, dtype=dtype)


class Faulty:
    """An object whose conversion fails."""

    def __array__(self, dtype=None, copy=None):
        raise LookupError("no array today")


def wide(size):
    """Zeros that take memory only where they are written to."""
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0))


WIDE = wide(min(2**34, (sys.maxsize + 1) // 4))
"""read by all calls, written by none"""
POOLS = {str(dtype): number_pool(dtype) for dtype in [*FLOATS, *INTEGERS, *OTHERS]}


class Call(random.Random):
    """One random call of `ufunc`: method, arguments, keywords, and the memory in which results may appear.

    The same seed makes the same call in memory of its own.
    """

    def __init__(self, seed, ufunc):
        super().__init__(seed)
        self.ufunc = ufunc
        self.memory = []
        self.method = self.choose_method()
        self.arguments, self.keywords = getattr(self, f"make_{self.method.strip('_')}")()
        if self.random() < 0.02:
            self.spoil()

    def often(self, likely, *others, p=0.7):
        return likely if self.random() < p else self.choice(others)

    def choose_method(self):
        if self.ufunc.signature or self.ufunc.nin != 2 or self.ufunc.nout != 1:
            weights = (80, 8, 1, 1, 1, 1)
        else:
            weights = (60, 8, 10, 8, 8, 6)
        return self.choices(("__call__", "at", "reduce", "accumulate", "reduceat", "outer"), weights)[0]

    # arrays

    def dtype(self):
        kind = self.random()
        if kind < 0.8:
            return self.choice(FLOATS)
        return self.choice(INTEGERS) if kind < 0.92 else self.choice(OTHERS)

    def shape(self, dimensions=None):
        if dimensions is None:
            dimensions = self.choices((0, 1, 2, 3, 4, 9), (8, 60, 20, 8, 3, 1))[0]
        shape, left = [], MAX_ELEMENTS
        for _ in range(dimensions):
            n = self.choice([size for size in SIZES if size <= max(1, left)])
            shape.append(n)
            left //= max(1, n)
        self.shuffle(shape)
        return tuple(shape)

    def broadcast_to(self, shape):
        """Return a shape that usually broadcasts with `shape`."""
        kind = self.random()
        if kind < 0.6:
            return shape
        if kind < 0.75:
            return tuple(1 if self.random() < 0.5 else n for n in shape)
        if kind < 0.9:
            return shape[self.randint(0, len(shape)) :]
        return self.shape()

    def block(self, dtype, n, misaligned):
        """Return n elements in separate memory, with other elements before and behind them."""
        pool = POOLS[str(dtype)]
        dtype = pool.dtype
        if dtype.hasobject:
            start = self.randrange(len(pool) - n) if n < len(pool) else 0
            return np.resize(pool[start:], n).copy()
        shift = self.randrange(1, 16) if misaligned else 16 * self.randrange(4)
        raw = np.zeros(shift + n * dtype.itemsize + 64, "u1")
        block = raw[shift : shift + n * dtype.itemsize].view(dtype)
        start = self.randrange(len(pool) - n) if n < len(pool) else 0
        block[...] = np.resize(pool[start : start + n], n)
        self.memory.append((raw, block))
        return block

    def array(self, shape, dtype=None):
        """Return an array of this shape in a random layout."""
        dtype = self.dtype() if dtype is None else dtype
        layout = self.random()
        misaligned = self.random() < 0.08
        n = int(np.prod(shape))
        if layout < 0.35:
            x = self.block(dtype, n, misaligned).reshape(shape, order=self.often("C", "F"))
        elif layout < 0.75:
            steps = [self.choice((1, 1, 2, 3, -1, -2)) for _ in shape]
            if n * np.prod(np.abs(steps), dtype=int) > 8 * MAX_ELEMENTS:
                steps = [1 if step > 0 else -1 for step in steps]
            whole = tuple(k * abs(step) for k, step in zip(shape, steps, strict=True))
            x = self.block(dtype, int(np.prod(whole)), misaligned).reshape(whole, order=self.often("C", "F"))
            x = x[(*(slice(None, None, step) for step in steps), ...)]
        elif layout < 0.85:
            order = self.sample(range(len(shape)), len(shape))
            x = self.block(dtype, n, misaligned).reshape([shape[i] for i in order])
            x = x.transpose(np.argsort(order)) if shape else x
        elif layout < 0.92:
            x = np.broadcast_to(self.block(dtype, 1, misaligned)[0], shape) if n else np.empty(shape, dtype)
        elif layout < 0.95 and len(shape) == 1 and not isinstance(dtype, list) and dtype in FLOATS + INTEGERS:
            x = self.far_apart(WIDE, shape[0], np.dtype(dtype))
            x.flags.writeable = False
        else:
            records = np.dtype([("a", f"V{self.randrange(4)}"), ("x", dtype), ("b", f"V{self.randrange(4)}")])
            x = np.zeros(shape, records)["x"]
            x[...] = np.resize(POOLS[str(dtype)], shape)
        if self.random() < 0.06 and x.dtype.kind in "fiuc":
            x = x.astype(x.dtype.newbyteorder())
        return self.dressed(x)

    def far_apart(self, memory, n, dtype):
        """n elements at both sides of the middle, as far from each other as the memory allows."""
        half = len(memory) // 2
        step = self.choice((-1, 1)) * ((half - 64) // max(1, n - 1) // dtype.itemsize * dtype.itemsize)
        return as_strided(np.frombuffer(memory, dtype, 1, half), (n,), (step,))

    def dressed(self, x):
        kind = self.random()
        if kind < 0.9:
            return x
        if kind < 0.92:
            x = x.view()
            x.flags.writeable = False
            return x
        if kind < 0.94:
            return x.view(Plain)
        if kind < 0.96:
            return x.view(Wrapping)
        if kind < 0.98 and x.dtype.kind in "fiu":
            return np.ma.masked_array(x, mask=[self.random() < 0.3 for _ in range(x.size)])
        return x.view(np.matrix) if x.ndim == 2 else x.tolist()

    def operand(self, shape):
        kind = self.random()
        if kind < 0.93:
            return self.array(self.broadcast_to(shape))
        if kind < 0.95:
            return POOLS[self.choice(FLOATS)][self.randrange(8192)]
        plain = (1, 0, -3, 0.25, True, 2.5, 10**400, 1j, None, "0.5", b"x", [1, 2], [[1], [1, 2]], (0.5, 0.25), ..., {})
        objects = (Overriding(), Refusing(), Convertible(), Faulty(), decimal.Decimal(1), fractions.Fraction(1, 2))
        return self.choice(self.choice((plain, objects)))

    def mask(self, shape):
        kind = self.random()
        if kind < 0.8:
            shape = self.broadcast_to(shape)
            mask = np.array([self.random() < 0.5 for _ in range(int(np.prod(shape)))], bool).reshape(shape)
            return mask[..., ::-1] if shape and self.random() < 0.3 else mask
        return self.choice((True, False, np.True_, 1, None, [True, False], np.ones(shape), "yes"))

    # outputs and keywords

    def output(self, shape, inputs):
        """Return an output array, separate or in the memory of an input."""
        blocks = [x for x in inputs if type(x) is np.ndarray and x.ndim == len(shape) and x.dtype.kind == "f"]
        if blocks and self.random() < 0.4:
            x = self.choice(blocks)
            kind = self.randrange(4)
            if kind == 0:
                return x
            if kind == 1 and x.ndim:
                return x[::-1]
            if kind == 2 and x.ndim == 2:
                return x.T
            if kind == 3 and self.memory:
                _, block = self.choice(self.memory)
                n = int(np.prod(shape))
                if n <= block.size:
                    start = self.randint(0, block.size - n)
                    return block[start : start + n].reshape(shape)
        if self.random() < 0.04:
            return self.choice((None, 3, [1.0], "out", np.float64(1), Overriding(), Refusing()))
        if len(shape) == 1 and self.random() < 0.02:
            return self.far_apart(wide(2**30), shape[0], np.dtype(self.choice(FLOATS)))
        same = [x.dtype.char for x in inputs if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
        dtype = self.choice(same) if same and self.random() < 0.8 else self.dtype()
        return self.array(shape if self.random() < 0.95 else self.shape(), dtype)

    def call_keywords(self, shape, inputs, whole=True):
        keywords = {}
        if self.random() < 0.5:
            outputs = [self.output(shape, inputs) for _ in range(self.ufunc.nout)]
            if self.random() < 0.03:
                outputs = outputs * 2
            if self.ufunc.nout > 1 and self.random() < 0.2:
                outputs[0] = None
            keywords["out"] = outputs[0] if len(outputs) == 1 and self.random() < 0.5 else tuple(outputs)
        if whole and not self.ufunc.signature and self.random() < 0.2:
            keywords["where"] = self.mask(shape)
        if self.random() < 0.06:
            keywords["casting"] = self.choice(("no", "equiv", "safe", "same_kind", "unsafe", "unsafe", "junk", 3, None))
        if self.random() < 0.08:
            keywords["dtype"] = self.choice(
                [*FLOATS, "d", "f", *INTEGERS[:4], ">f8", "F", "O", "S3", "junk", None, float]
            )
        elif self.random() < 0.03:
            operands = self.ufunc.nin + self.ufunc.nout
            good = self.choice(self.ufunc.types)
            keywords["signature"] = self.choice((good, (None,) * operands, ("d",) * operands, "d", "dd->d", (), 1))
        if self.random() < 0.05:
            keywords["order"] = self.choice("CFAKZ")
        if self.random() < 0.04:
            keywords["subok"] = self.choice((True, False, None, "x"))
        return keywords

    def spoil(self):
        """Return a wrong number of arguments, or an unknown keyword."""
        kind = self.randrange(4)
        if kind == 0:
            self.arguments = self.arguments[:-1]
        elif kind == 1:
            self.arguments = (*self.arguments, *[self.operand((3,)) for _ in range(self.randint(1, 4))])
        elif kind == 2:
            self.keywords[self.choice(("axis", "axes", "keepdims", "initial", "junk", "extobj", "sig"))] = self.randint(
                -2, 2
            )
        else:
            self.arguments = ()

    # the methods

    def make_call(self):
        if self.ufunc.signature:
            return self.make_generalized()
        shape = self.shape()
        inputs = [self.operand(shape) for _ in range(self.ufunc.nin)]
        return tuple(inputs), self.call_keywords(shape, inputs)

    def index(self, shape, n):
        """Return labels, or an index; most of them are below n."""
        if self.random() < 0.1:
            return self.choice((0, n - 1, n, -1, True, 2**70, 0.0))
        shape = self.broadcast_to(shape)
        values = [self.randrange(max(1, n)) if self.random() < 0.95 else self.randint(-2, 300) for _ in range(7)]
        return np.resize(np.array(values), shape).astype(self.choice(INTEGERS if self.random() < 0.9 else FLOATS))

    def make_generalized(self):
        """The core dimensions come last unless `axis` or `axes` says otherwise."""
        of_inputs, of_outputs = core_dimensions(self.ufunc.signature)
        names = dict.fromkeys(name for core in of_inputs for name in core)
        outer = self.shape(self.choice((0, 1, 1, 2))) if len(names) == 1 else self.choice(((), (2,), (3, 1)))
        lengths = {name: self.choice(SIZES if len(names) == 1 else SIZES[:12]) for name in names}
        shapes = [(*outer, *(lengths[name] for name in core)) for core in of_inputs]
        result = (*outer, *(lengths[name] for name in of_outputs[0]))
        inputs = [self.operand(shape) for shape in shapes]
        if not of_inputs[-1]:
            inputs[-1] = self.index(outer, lengths["n"])
        keywords = self.call_keywords(result, inputs)
        kind = self.random()
        if kind < 0.2:
            keywords["axis"] = self.choice((-1, 0, 1, -2, 7, None, "a", (0,)))
        elif kind < 0.3:
            axes = [tuple(self.randint(-2, 1) for _ in core) for core in (*of_inputs, *of_outputs)]
            keywords["axes"] = self.choice((axes, axes[:-1], [0] * self.ufunc.nin, 3))
        if self.random() < 0.15:
            keywords["keepdims"] = self.choice((True, False, 1, None))
        return tuple(inputs), keywords

    def make_at(self):
        # NumPy calls the loop for each element here, and the model's loop is slow
        shape = tuple(min(n, 17) for n in self.shape(self.choice((1, 1, 1, 2))))
        x = self.array(shape)
        n, length = self.choice(SIZES[:12]), max(1, shape[0])
        low, high = (-length, length - 1) if self.random() < 0.85 else (-3 * length, 3 * length)
        indices = [self.randint(low, high) for _ in range(n)]
        where = self.often(
            np.array(indices, "p"), indices, slice(None, None, 2), np.arange(length) % 2 == 0, ..., 0.5, "a", p=0.8
        )
        rest = [self.operand((n,)) for _ in range(self.ufunc.nin - 1)]
        return (x, where, *rest), {}

    def reduction_keywords(self, shape, inputs, whole):
        keywords = {}
        axes = (None, 0, -1, 1, (0, 1), (0, 0), (), 5, "a", 1.5)
        if self.random() < 0.6:
            keywords["axis"] = self.choice(axes if self.random() < 0.3 else (0, -1, *((None, (0,)) if whole else ())))
        if self.random() < 0.15:
            keywords["dtype"] = self.choice((*FLOATS, "i", "junk"))
        if self.random() < 0.2:
            shapes = (shape, shape[1:], shape[:-1], ()) if whole else (shape,)
            out = self.output(self.choice(shapes), inputs)
            # NumPy crashes if the output of accumulate lacks a dimension: np.add.accumulate([1.0], out=np.array(0.0))
            if whole or not isinstance(out, np.ndarray) or out.ndim >= len(shape):
                keywords["out"] = out
        if whole and self.random() < 0.25:
            keywords["where"] = self.mask(shape)
            keywords["initial"] = self.choice((0.5, -np.inf, 1, None, "a"))
        if whole and self.random() < 0.2:
            keywords["keepdims"] = self.choice((True, False, 2))
        return keywords

    def make_reduce(self):
        shape = self.shape()
        x = self.array(shape)
        return (x,), self.reduction_keywords(shape, [x], True)

    def make_accumulate(self):
        shape = self.shape()
        x = self.array(shape)
        return (x,), self.reduction_keywords(shape, [x], False)

    def make_reduceat(self):
        shape = self.shape(self.choice((1, 1, 2)))
        x = self.array(shape)
        n = max(1, shape[0])
        high = n - 1 if self.random() < 0.85 else 2 * n
        indices = [self.randint(0 if self.random() < 0.99 else -n, high) for _ in range(self.choice(SIZES[:20]))]
        return (x, self.often(indices, np.array(indices, "i4"), sorted(indices), 0.5)), self.reduction_keywords(
            shape, [x], False
        )

    def make_outer(self):
        shapes = [self.shape(1) for _ in range(self.ufunc.nin)]
        shapes = [tuple(min(n, 67) for n in shape) for shape in shapes]
        inputs = [self.operand(shape) for shape in shapes]
        return tuple(inputs), self.call_keywords(sum(shapes, ()), inputs, False)
