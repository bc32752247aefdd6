"""The checks of the program of `check platforms`: values, exceptions raised, hashes."""

import json
import subprocess
from functools import cache

import gmpy2
import numpy as np

from tools import inputs
from tools.accuracy.reductions import hard_rows
from tools.common import TESTS
from tools.facts import FUNCTIONS
from tools.hashes import digest_of, entries
from tools.inputs import same_bits
from tools.reference import FORMATS, bound, exact, special_cases, ulp_error

TYPES = ("f2", "f4", "f8")
NAMES_OF_TYPES = {"f2": "float16", "f4": "float32", "f8": "float64"}
STEPS = (1, 2, -1, 3)
FLAGS = {"divide": 1, "overflow": 2, "underflow": 4, "invalid": 8}
HASHES = json.loads((TESTS / "hashes.json").read_text(encoding="utf-8"))
WORST = json.loads((TESTS / "worst_inputs.json").read_text(encoding="utf-8"))
PAIRS = 60
"""of every hard kind"""
LENGTHS = (1, 5, 70, 1100)
"""lengths of rows, from less than a vector to more than two chunks"""
AMONG = 67
"""the number of ordinary inputs around a special value"""
BATCH = 20
"""the number of rows in one call"""


ACCUMULATE = -1_000_000_000
"""instead of a length: the method accumulate of one array"""


class Program:
    """A running program: arrays in, arrays and flags out."""

    def __init__(self, command, order, exceptions=True):
        self.order = order
        self.exceptions = exceptions
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, name, *arrays, step=1, length=0):
        """Return (results, flags) of calls for `length` elements each, or with length 0 of one call for all elements.

        The results are a tuple of arrays, one per output, and there is one flag per call. The elements of a gufunc are
        rows or matrices.
        """
        function, dtype = FUNCTIONS[name], arrays[0].dtype
        outer, lengths = outer_and_core(function, arrays)
        count = int(np.prod(outer))
        request = " ".join(map(str, (name, dtype.str[1:], count, step, length, *lengths.values()))) + "\n"
        kinds = [x.dtype if x.dtype.kind == "f" else np.dtype("i4") for x in arrays]
        self.process.stdin.write(request.encode())
        for x, kind in zip(arrays, kinds, strict=True):
            self.process.stdin.write(x.astype(kind.newbyteorder(self.order)).tobytes())
        self.process.stdin.flush()
        results = []
        for core in function.core[1]:
            shape = (*outer, *(lengths[each] for each in core))
            results.append(self.read(dtype.newbyteorder(self.order), int(np.prod(shape)), request).reshape(shape))
        return tuple(y.astype(dtype) for y in results), self.read("u1", count // length if length > 0 else 1, request)

    def flags(self, raised):
        """Return the flags of these exceptions, on this platform."""
        return sum(FLAGS[each] for each in raised) if self.exceptions else 0

    def read(self, dtype, count, request):
        size = count * np.dtype(dtype).itemsize
        answer = self.process.stdout.read(size)
        if len(answer) < size:
            raise RuntimeError(f"the program ended during {request}")
        return np.frombuffer(answer, dtype)


def outer_and_core(function, arrays):
    """Return the shape of the elements, rows or matrices, and {name of a core dimension: length}."""
    lengths = {}
    for x, core in zip(arrays, function.core[0], strict=False):  # accumulate has one input
        lengths.update(zip(core, x.shape[x.ndim - len(core) :], strict=True))
    return arrays[0].shape[: arrays[0].ndim - len(function.core[0][0])], lengths


class Ufunc:
    """A ufunc computed by the program, with the methods that the hashes use."""

    def __init__(self, program, name):
        self.program, self.name = program, name

    def __call__(self, *arrays):
        results, _ = self.program(self.name, *map(np.asarray, arrays))
        return results[0] if len(results) == 1 else results

    def accumulate(self, x):
        results, _ = self.program(self.name, x, length=ACCUMULATE)
        return results[0]

    def outer(self, x, y):
        return self(np.repeat(x, len(y)), np.tile(y, len(x)))


def same(results, wants):
    return all(same_bits(a, b) for a, b in zip(results, wants, strict=True))


def check_special_values(program, name, dtype):
    """Check special values alone, and among other numbers at every stride."""
    cases = special_cases(name, dtype)
    arrays = [np.array([case[0][i] for case in cases], dtype) for i in range(FUNCTIONS[name].nin)]
    wants = [np.array([case[1][i] for case in cases], dtype) for i in range(FUNCTIONS[name].nout)]
    flags = np.array([program.flags(raised) for *_, raised in cases])
    got, raised = program(name, *arrays, length=1)
    for i, case in enumerate(cases):
        if not (same([y[i] for y in got], [y[i] for y in wants]) and raised[i] == flags[i]):
            yield f"f{case[0]} = {[y[i] for y in got]} with flags {raised[i]}, not {case[1:]}"
    around = inputs.ordinary(name, dtype, AMONG)
    for step in STEPS:
        alone, raised = program(name, *around, step=step)
        if raised[0]:
            yield f"ordinary numbers raise {raised[0]}"
        for i, case in enumerate(cases):
            for place in (7 * i % AMONG, AMONG - 1):  # most are in a block; the last element is not
                mixed, right = [x.copy() for x in around], [y.copy() for y in alone]
                for x, special in zip([*mixed, *right], [*arrays, *wants], strict=True):
                    x[place] = special[i]
                values, raised = program(name, *mixed, step=step)
                if not (same(values, right) and raised[0] == flags[i]):
                    yield f"{case[0]} among others, step {step}: {[y[place] for y in values]} with flags {raised[0]}"


@cache
def known(name, dtype):
    """Return inputs, the exact results of each output, and a mask of results below twice the smallest normal number."""
    function = FUNCTIONS[name]
    every = 1 if dtype == "f2" or function.nin == 2 else 3
    arrays = [x[::every] for x in inputs.samples(name, dtype, PAIRS)]
    hard = [case[: function.nin] for case in function.hard.get(NAMES_OF_TYPES[dtype], ())]
    if function.nin == 1:
        hard += [(float.fromhex(text),) for text in WORST.get(name, {}).get(dtype, [])]
    with np.errstate(all="ignore"):
        more = inputs.inside(name, *(np.array([case[i] for case in hard], dtype) for i in range(function.nin)))
    arrays = [np.concatenate(pair) for pair in zip(arrays, more, strict=True)]
    results = [exact(name, *arrays, output=output) for output in range(function.nout)]
    smallest = 2 * gmpy2.exp2(FORMATS[dtype].least)
    return arrays, results, np.any([[abs(v) < smallest for v in values] for values in results], axis=0)


def check_known(program, name, dtype):
    """Check the bound, that only tiny results underflow and only infinite ones overflow, and every stride."""
    arrays, wants, tiny = known(name, dtype)
    got, raised = program(name, *arrays, length=1)

    def at(i):
        return ",".join(float(x[i]).hex() for x in arrays)

    infinite = np.any(np.isinf(got), axis=0)
    for output, want in enumerate(wants):
        # float16 of two inputs is rounded twice
        half = 0.5 if FUNCTIONS[name].nin == 1 else 0.5 + 2.0**-11
        limit = half if dtype == "f2" else bound(name, dtype, output).ulp
        errors = ulp_error(got[output], want, dtype)
        i = int(np.argmax(errors))
        if errors[i] > limit:
            yield f"output {output}: {errors[i]:.4f} ULP at {at(i)}, more than {limit}"
    allowed = np.where(tiny, FLAGS["underflow"], 0) | np.where(infinite, FLAGS["overflow"], 0)
    wrong = raised.astype("i8") & ~allowed
    if wrong.any():
        i = int(np.argmax(wrong != 0))
        yield f"raises {raised[i]} at {at(i)}"
    for step in STEPS:
        if not same(program(name, *arrays, step=step)[0], got):
            yield f"other results at a distance of {step} elements"


def check_steps(program, name, dtype):
    arrays = inputs.pool(name, dtype)
    one_by_one, flags = program(name, *arrays, length=1)
    for step in STEPS:
        got, raised = program(name, *arrays, step=step)
        if not same(got, one_by_one):
            yield f"other results at a distance of {step} elements"
        if (int(raised[0]) ^ int(np.bitwise_or.reduce(flags))) & ~FLAGS["underflow"]:
            yield f"other flags at a distance of {step} elements"


def check_magnitudes(program, name, dtype):
    """Check that numbers of every magnitude in one vector raise what they raise alone."""
    words = np.random.default_rng(20261128).integers(
        0, 256, (FUNCTIONS[name].nin, 1024 * np.dtype(dtype).itemsize), "u1"
    )
    arrays = [np.nan_to_num(x, nan=1, posinf=np.inf, neginf=-np.inf) for x in words.view(dtype)]
    one_by_one, flags = program(name, *arrays, length=1)
    got, raised = program(name, *arrays, length=8)
    if not same(got, one_by_one):
        yield "other results for numbers of every magnitude together"
    if np.any((raised ^ np.bitwise_or.reduce(flags.reshape(-1, 8), axis=1)) & ~np.uint8(FLAGS["underflow"])):
        yield "other flags for numbers of every magnitude together"


def check_hash(program, name, dtype, fma):
    for label, kind, with_fma in entries(name):
        wanted = kind == dtype and (dtype == "f2" or with_fma == fma)
        if wanted and digest_of(Ufunc(program, name), name, dtype) != HASHES[name][label]:
            yield f"other results than those of tests/hashes.json, {label}"


@cache
def known_rows(name, dtype):
    """Return [(kind, inputs, exact results)] of hard rows."""
    return list(hard_rows(name, dtype, LENGTHS, 1, 20261125))


def check_rows(program, name, dtype):
    """Check special rows, hard rows, and many rows in one call."""
    # a result that is the only one of its row does not underflow
    known_flags = sum(FLAGS.values()) - (0 if name in inputs.SUMS else FLAGS["underflow"])
    for rows, wants, exceptions in special_cases(name, dtype):
        got, raised = program(name, *map(np.asarray, rows))
        flags = program.flags(exceptions)
        if not np.array_equal(got[0], wants[0], equal_nan=True) or raised[0] & known_flags != flags:
            yield f"{rows} gives {got[0]} with flags {raised}, not {wants} with {flags}"
        many, raised = program(name, *(np.stack([np.asarray(x)] * BATCH) for x in rows))
        if not same(many, [np.stack([y] * BATCH) for y in got]) or raised[0] & known_flags != flags:
            yield f"{rows}, {BATCH} times: {many[0]} with flags {raised}, not {wants} with {flags}"
    if dtype == "f2":
        return
    for label, rows, want in known_rows(name, dtype):
        rows = [np.asarray(x) for x in rows]
        what = f"{label}, {rows[0].shape[-1]} elements"
        got, raised = program(name, *rows)
        share = want.share(got[0]).max()
        if share > 1:
            yield f"{what}: {share:.3f} of the bound"
        if raised[0] & known_flags:
            yield f"{what}: raises {raised[0]}"
        for step in STEPS[1:]:
            if not same(program(name, *rows, step=step)[0], got):
                yield f"{what}: another result at a distance of {step} elements"
    for n in (1, 3, 16, 17, 100, 600):
        rows = inputs.rows_of(name, (37, n), dtype)
        alone, _ = program(name, *rows, length=1)
        for step in (1, 0):
            together, raised = program(name, *rows, step=step)
            if not same(together, alone) or raised[0] & known_flags:
                yield f"rows of {n} elements at once: others than alone, or flags {raised[0]}"


def prepare():
    """Compute the exact results, for all programs."""
    for dtype in TYPES:
        for name in inputs.ELEMENTWISE:
            known(name, dtype)
        for name in inputs.GUFUNCS:
            if dtype != "f2":
                known_rows(name, dtype)


def faults(program, name, dtype, fma):
    if FUNCTIONS[name].is_gufunc:
        yield from check_rows(program, name, dtype)
    else:
        yield from check_special_values(program, name, dtype)
        yield from check_known(program, name, dtype)
        yield from check_steps(program, name, dtype)
        yield from check_magnitudes(program, name, dtype)
    yield from check_hash(program, name, dtype, fma)


def check(command, order, fma, exceptions=True):
    """Yield all faults of one program; `exceptions`: does the platform have floating-point exceptions?"""
    program = Program(command, order, exceptions)
    for name in FUNCTIONS:
        for dtype in TYPES:
            yield from (f"{name} {dtype}: {fault}" for fault in faults(program, name, dtype, fma))
    program.process.stdin.close()
    if program.process.wait():
        yield f"the program exited with {program.process.returncode}"
