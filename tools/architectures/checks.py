"""What the program of tools/architectures.py must give for every kind of function: values, flags, hashes."""

import json
import subprocess
from functools import cache

import gmpy2
import numpy as np
from inputs import hashed_inputs, pool, same_bits, samples
from make_hashes import digest, digest_of_sums, digest_of_two, key
from reference import FORMATS, FUNCTIONS, ROOT, bound, exact, special_cases, ulp_error
from reference_of_two import FUNCTIONS_OF_TWO, bounds_of_two, data
from reference_of_two import exact as exact_of_two
from reference_two_results import SAME_BITS, TWO_RESULTS
from sums import LIKELIHOODS, SPECIAL, SUMS, error, inputs_of

TYPES = ("f2", "f4", "f8")
STEPS = (1, 2, -1, 3)
FLAGS = {None: 0, "divide": 1, "overflow": 2, "underflow": 4, "invalid": 8}
HASHES = json.loads((ROOT / "tests" / "hashes.json").read_text(encoding="utf-8"))
WORST = json.loads((ROOT / "tests" / "worst_inputs.json").read_text(encoding="utf-8"))
PAIRS = 60
"""of every kind of hard pairs"""
LENGTHS = (1, 5, 70, 1100)
"""of the rows that are summed: less than a vector, more than two blocks"""


class Program:
    """A running program: arrays in, arrays and flags out."""

    def __init__(self, command, order):
        self.order = order
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, name, *inputs, step=1, length=0):
        """(results, flags) of calls for `length` elements each, or of one call for all of them: one flag for each call.

        The results are an array, of two rows for a function with two results. A negative length: one call for all rows
        of that many elements, of a function of a whole axis.
        """
        x = inputs[0]
        dtype = x.dtype.newbyteorder(self.order)
        request = f"{name} {x.dtype.str[1:]} {len(x)} {step} {length}\n"
        self.process.stdin.write(request.encode() + b"".join(part.astype(dtype).tobytes() for part in inputs))
        self.process.stdin.flush()
        calls, rows = len(x) // length if length > 0 else 1, len(x) // abs(length) if length else 1
        shape = (2, len(x)) if name in TWO_RESULTS else rows if name in SUMS else len(x)
        size = int(np.prod(shape)) * x.itemsize
        answer, flags = self.process.stdout.read(size), self.process.stdout.read(calls)
        if len(answer) < size or len(flags) < calls:
            raise RuntimeError(f"the program ended in the midst of {request}")
        return np.frombuffer(answer, dtype).astype(x.dtype).reshape(shape), np.frombuffer(flags, "u1")


@cache
def ordinary(name, dtype):
    """Inputs with results of ordinary size, which raise nothing."""
    low, high = FUNCTIONS[name].domain
    x = pool(name, dtype)
    return x[(x > max(low, -4)) & (x < min(high, 4)) & (abs(x) > 2**-8)]


def check_special_values(program, name, dtype):
    cases = special_cases(name, dtype)
    x, y = (np.array(part, dtype) for part in list(zip(*cases, strict=True))[:2])
    want = np.array([FLAGS[flag] for *_, flag in cases])
    got, raised = program(name, x, length=1)
    for i in range(len(x)):
        if not (same_bits(got[i], y[i]) and raised[i] == want[i]):
            yield f"f({x[i]}) = {got[i]} with flags {raised[i]}, not {y[i]} with {want[i]}"
    # among others, at all distances
    around = np.resize(ordinary(name, dtype), 67)
    for step in STEPS:
        alone, raised = program(name, around, step=step)
        if raised[0]:
            yield f"ordinary numbers raise {raised[0]}"
        for i, special in enumerate(x):
            mixed, place = around.copy(), 7 * i % 67
            mixed[place] = special
            values, raised = program(name, mixed, step=step)
            right = alone.copy()
            right[place] = y[i]
            if not (same_bits(values, right) and raised[0] == want[i]):
                yield f"{special} among others, step {step}: {values[place]} with flags {raised[0]}"


@cache
def known(name, dtype):
    """Inputs, their exact results, and where the result is below the smallest normal number."""
    f = FORMATS[dtype]
    hard = [*FUNCTIONS[name].hard.get(dtype, {}), *map(float.fromhex, WORST[name].get(dtype, []))]
    x = np.concatenate([np.array(hard, dtype), samples(name, dtype)[:: 1 if dtype == "f2" else 3]])
    y = exact(name, x)
    smallest = gmpy2.exp2(f.least)
    tiny = np.array([abs(v) < smallest and v != 0 for v in y])
    return x, y, tiny


def check_known(program, name, dtype):
    x, exact_results, tiny = known(name, dtype)
    limit = 0.5 if dtype == "f2" else bound(name, dtype)
    got, raised = program(name, x, length=1)
    errors = ulp_error(got, exact_results, dtype)
    i = int(np.argmax(errors))
    if errors[i] > limit:
        yield f"{errors[i]:.4f} ULP at {float(x[i]).hex()}, more than {limit}"
    wrong = raised.astype("i8") & ~np.where(tiny, FLAGS["underflow"], 0)
    if wrong.any():
        i = int(np.argmax(wrong != 0))
        yield f"raises {raised[i]} at {float(x[i]).hex()}"


def check_steps(program, name, dtype):
    x = pool(name, dtype)
    one_by_one, flags = program(name, x, length=1)
    for step in STEPS:
        got, raised = program(name, x, step=step)
        if not same_bits(got, one_by_one):
            yield f"other results at a distance of {step} elements"
        if (int(raised[0]) ^ int(np.bitwise_or.reduce(flags))) & ~FLAGS["underflow"]:
            yield f"other flags at a distance of {step} elements"


def check_hash(program, name, dtype, fma):
    y, _ = program(name, hashed_inputs(name, dtype))
    if digest(y) != HASHES[name][key(dtype, fma)]:
        yield f"other results than those of tests/hashes.json, {key(dtype, fma)}"


# Two arguments.


@cache
def known_pairs(name, dtype):
    """Pairs, their exact results, and where the result is below the smallest normal number."""
    kinds = data(name, np.random.default_rng(20261125), PAIRS, "f4" if dtype == "f2" else dtype)
    with np.errstate(all="ignore"):
        x, y = (np.concatenate([pair[i] for pair in kinds.values()]).astype(dtype) for i in (0, 1))
    kept = np.isfinite(x) & np.isfinite(y)
    if name == "logsubexp":
        kept &= x > y
    x, y = x[kept], y[kept]
    z = exact_of_two(name, x, y)
    smallest = 2 * gmpy2.exp2(FORMATS[dtype].least)
    return x, y, z, np.array([abs(v) < smallest for v in z])


def check_special_pairs(program, name, dtype):
    cases = FUNCTIONS_OF_TWO[name].special
    x, y, z = (np.array([case[i] for case in cases], dtype) for i in range(3))
    want = np.array([FLAGS[case[3]] for case in cases])
    got, raised = program(name, x, y, length=1)
    for i, case in enumerate(cases):
        if not (same_bits(got[i], z[i]) and raised[i] == want[i]):
            yield f"f({x[i]}, {y[i]}) = {got[i]} with flags {raised[i]}, not {case[2:]}"
    a, b = np.full(67, 1.25, dtype), np.full(67, 0.5, dtype)
    for step in STEPS:
        right, raised = program(name, a, b, step=step)
        if raised[0]:
            yield f"ordinary numbers raise {raised[0]}"
        for i in range(len(cases)):
            first, second, expected, place = a.copy(), b.copy(), right.copy(), 7 * i % 67
            first[place], second[place], expected[place] = x[i], y[i], z[i]
            values, raised = program(name, first, second, step=step)
            if not (same_bits(values, expected) and raised[0] == want[i]):
                yield f"({x[i]}, {y[i]}) among others, step {step}: {values[place]} with flags {raised[0]}"
    others = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 1.5, -1.5, np.finfo(dtype).max], dtype)
    nans = np.full(len(others), np.nan, dtype)
    for pair in (others, nans), (nans, others):
        got, raised = program(name, *pair, length=1)
        if not np.isnan(got).all() or raised.any():
            yield f"nan in one place gives {got} with flags {raised}"


def check_known_pairs(program, name, dtype):
    x, y, z, tiny = known_pairs(name, dtype)
    limit = 0.5 + 2.0**-11 if dtype == "f2" else bounds_of_two(name)[dtype].ulp
    got, raised = program(name, x, y, length=1)
    errors = ulp_error(got, z, dtype)
    errors[np.isinf(got) & tiny] = np.inf
    i = int(np.argmax(errors))
    if errors[i] > limit:
        yield f"{errors[i]:.4f} ULP at {float(x[i]).hex()},{float(y[i]).hex()}, more than {limit}"
    wrong = (
        raised.astype("i8") & ~np.where(tiny, FLAGS["underflow"], 0) & ~np.where(np.isinf(got), FLAGS["overflow"], 0)
    )
    if wrong.any():
        i = int(np.argmax(wrong != 0))
        yield f"raises {raised[i]} at {float(x[i]).hex()},{float(y[i]).hex()}"
    for step in STEPS:
        together, _ = program(name, x, y, step=step)
        if not same_bits(together, got):
            yield f"other results at a distance of {step} elements"


class Ufunc:
    """What make_hashes.py calls of a ufunc, done by the program."""

    def __init__(self, program, name):
        self.program, self.name = program, name

    def __call__(self, *inputs):
        result, _ = self.program(self.name, *inputs)
        return result[0] if self.name in SUMS else result

    def accumulate(self, x):
        total = [x[:1]]
        for i in range(1, len(x)):
            total.append(self(total[-1], x[i : i + 1]))
        return np.concatenate(total)

    def outer(self, x, y):
        return self(np.repeat(x, len(y)), np.tile(y, len(x)))


def check_hash_of_two(program, name, dtype, fma):
    if dtype in HASHES[name] and fma and digest_of_two(Ufunc(program, name), name, dtype) != HASHES[name][dtype]:
        yield f"other results than those of tests/hashes.json, {dtype}"


# Two results.


def check_both(program, name, dtype, fma):
    """Those of the single functions, or within a bound of its own; the flags, and the hash."""
    for i, part in enumerate(TWO_RESULTS[name]):
        x, exact_results, tiny = known(part, dtype)
        got, raised = program(name, x, length=1)
        if SAME_BITS[name][i] and not same_bits(got[i], program(part, x)[0]):
            yield f"result {i} is not {part}"
        errors = ulp_error(got[i], exact_results, dtype)
        limit = 0.5 if dtype == "f2" else bound(part if SAME_BITS[name][i] else name, dtype)
        if errors.max() > limit:
            yield f"result {i}: {errors.max():.4f} ULP at {float(x[errors.argmax()]).hex()}, more than {limit}"
        wrong = raised & ~np.uint8(FLAGS["underflow"])
        if wrong.any() or raised[(abs(x) < 8) & ~tiny].any():
            yield f"result {i}: raises {np.bitwise_or.reduce(raised)}"
        for step in STEPS:
            if not same_bits(program(name, x, step=step)[0], got):
                yield f"other results at a distance of {step} elements"
        cases = special_cases(part, dtype)
        x, y = (np.array([case[k] for case in cases], dtype) for k in (0, 1))
        for length in (0, 1):
            got, raised = program(name, x, length=length)
            if not same_bits(got[i], y) or raised.any():
                yield f"result {i} of the special values: {got[i]} with flags {raised}, not {y}"
    if (entry := key(dtype, fma)) in HASHES[name]:
        y, _ = program(name, hashed_inputs(TWO_RESULTS[name][0], dtype))
        if digest(y) != HASHES[name][entry]:
            yield f"other results than those of tests/hashes.json, {entry}"


# A whole axis.


def check_sums(program, name, dtype, fma):
    ufunc = Ufunc(program, name)
    for *inputs, want in SPECIAL if name == "logsumexp" else LIKELIHOODS:
        with np.errstate(all="ignore"):
            inputs = [np.array(part, dtype) for part in inputs]
        got, raised = program(name, *inputs)
        if not np.array_equal(got[0], np.array(want, dtype), equal_nan=True) or raised.any():
            yield f"{inputs} gives {got[0]} with flags {raised}, not {want}"
    if dtype == "f2":
        return
    random = np.random.default_rng(20261125)
    for label, make in SUMS[name].kinds.items():
        for n in LENGTHS:
            inputs = make(random, n, dtype)
            found = error(name, ufunc, inputs)
            if found.share > 1:
                yield f"{label}, {n} elements: {found.share:.3f} of the bound"
            together, raised = program(name, *inputs)
            if raised.any():
                yield f"{label}, {n} elements: raises {raised[0]}"
            for step in STEPS[1:]:
                if not same_bits(program(name, *inputs, step=step)[0], together):
                    yield f"{label}, {n} elements: another result at a distance of {step} elements"
    for n in (1, 3, 16, 17, 100, 600):
        inputs = inputs_of(name, 37 * n, dtype)
        alone, _ = program(name, *inputs, length=n)
        for step in (1, 0):
            together, raised = program(name, *inputs, length=-n, step=step)
            if not same_bits(together, alone) or raised.any():
                yield f"rows of {n} elements at once: others than alone, or flags {raised[0]}"
    if fma and digest_of_sums(ufunc, name, dtype) != HASHES[name][dtype]:
        yield f"other results than those of tests/hashes.json, {dtype}"


def prepare():
    """The exact results, for all programs."""
    for dtype in TYPES:
        for name in FUNCTIONS:
            known(name, dtype)
        for name in FUNCTIONS_OF_TWO:
            known_pairs(name, dtype)


def faults(program, name, dtype, fma):
    if name in FUNCTIONS:
        yield from check_special_values(program, name, dtype)
        yield from check_known(program, name, dtype)
        yield from check_steps(program, name, dtype)
        yield from check_hash(program, name, dtype, fma)
    elif name in FUNCTIONS_OF_TWO:
        yield from check_special_pairs(program, name, dtype)
        yield from check_known_pairs(program, name, dtype)
        yield from check_hash_of_two(program, name, dtype, fma)
    elif name in TWO_RESULTS:
        yield from check_both(program, name, dtype, fma)
    else:
        yield from check_sums(program, name, dtype, fma)


def check(command, order, fma):
    """All faults of one program."""
    program = Program(command, order)
    for name in HASHES:
        for dtype in TYPES:
            yield from (f"{name} {dtype}: {fault}" for fault in faults(program, name, dtype, fma))
    program.process.stdin.close()
    if program.process.wait():
        yield "the program failed at its end"
