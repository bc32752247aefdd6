"""``python -m softufunc``: version, self-check, an example on real data, and timings."""

import argparse
import json
import math
import platform
import re
import sys
import time

import numpy as np

import softufunc
from softufunc._facts import FACTS
from softufunc._ufuncs import tables
from softufunc._ufuncs import ufuncs as f

# The 23 flights before Challenger whose boosters were recovered: temperature of the joints in degrees Fahrenheit, and
# whether any O-ring showed thermal distress. S. R. Dalal, E. B. Fowlkes and B. Hoadley (1989), "Risk Analysis of the
# Space Shuttle: Pre-Challenger Prediction of Failure", Journal of the American Statistical Association 84, 945-957.
TEMPERATURE = [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58]
DISTRESS = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1]
# The maximum likelihood fit of distress to temperature, with the digits printed in textbooks
PUBLISHED = {
    "intercept": 15.0429,
    "slope": -0.2322,
    "intercept_standard_error": 7.3786,
    "slope_standard_error": 0.1082,
    "log_likelihood": -10.1576,
    "probability_at_31_F": 0.9996,
}

ELEMENTS = 100_000
DIGITS = 16
"""of float64"""


def processor():
    """Return the name of the processor as reported by the operating system."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def as_input(facts, parameter, value, real):
    """Return a number, or a row of them, in the type `real`; a label that is an integer as one."""
    if parameter == facts["label"] and np.all(np.equal(np.trunc(value), value)):
        return np.array(value, np.int8)
    return np.array(value, real)


def hard_cases():
    """Yield each hard input: function, which output, type, inputs, correctly rounded result."""
    for name, facts in FACTS.items():
        for output, same in enumerate(facts["outputs"] or [name]):
            for dtype, cases in FACTS[same]["hard"].items():
                real = np.dtype(dtype).type
                for *values, result in cases:
                    inputs = [as_input(facts, *each, real) for each in zip(facts["parameters"], values, strict=True)]
                    yield name, output, real, inputs, np.array(result, real)


def outputs(results):
    return results if isinstance(results, tuple) else (results,)


def self_check(tables=tables):
    """Check the hard inputs on every instruction set; return the number of passes and a message for each failure.

    Each hard input is computed incorrectly by some other library. A result passes if it is the correctly rounded value
    or one of its neighbours. Each input is computed in full vectors and in the remainder, with equal and with different
    neighbours, and all results must be equal.
    """
    passed, failures = 0, []
    hard = np.ones(400, bool)
    hard[200::2] = False
    with np.errstate(all="ignore"):
        for instruction_set, functions in tables.items():
            for name, output, real, inputs, want in hard_cases():
                arrays = [np.repeat(x[np.newaxis], hard.size, axis=0) for x in inputs]
                for array in arrays:
                    array[~hard] = np.copysign(real(0.5), array[~hard]).astype(array.dtype)
                got = outputs(functions[name](*arrays))[output][hard]
                wrong = ~((got == got[0]) & (abs(got[0] - want) <= np.spacing(abs(want))))
                if not wrong.any():
                    passed += 1
                else:
                    failed = got[np.nonzero(wrong)[0][0]]
                    call = f"{name}({', '.join(repr(x.tolist()) for x in inputs)})"
                    failures.append(f"{instruction_set}, {want.dtype}: {call} should be {want}, not {failed}")
    return passed, failures


def fit():
    """Fit P(distress) = sigmoid(intercept + slope * temperature) by Newton's method."""
    x = np.column_stack([np.ones(len(TEMPERATURE)), TEMPERATURE])
    t = np.array(DISTRESS)
    beta, iterations = np.zeros(2), 0
    while iterations < 25:
        iterations += 1
        z = x @ beta
        gradient = x.T @ f["log_prob_grad"](z, t)
        information = x.T @ (x * f["sigmoid_grad"](z)[:, np.newaxis])
        step = np.linalg.solve(information, gradient)
        beta += step
        if np.all(abs(step) <= 1e-12 * abs(beta)):
            break
    z = x @ beta
    error = np.sqrt(np.diag(np.linalg.inv(information)))
    estimates = {
        "intercept": beta[0],
        "slope": beta[1],
        "intercept_standard_error": error[0],
        "slope_standard_error": error[1],
        "log_likelihood": f["log_prob"](z, t).sum(),
        "probability_at_31_F": f["sigmoid"](beta @ [1, 31]),
    }
    return {
        "flights": len(t),
        "iterations": iterations,
        "estimates": {key: float(value) for key, value in estimates.items()},
        "published": PUBLISHED,
    }


def nanoseconds(function, *arguments, seconds=0.04):
    """Return the best time of a call, in ns."""
    best, end = float("inf"), time.perf_counter() + seconds
    while best == float("inf") or time.perf_counter() < end:
        start = time.perf_counter()
        function(*arguments)
        best = min(best, time.perf_counter() - start)
    return best * 1e9


def plain(name):
    """Return the plain formula of a function, written with NumPy's functions, as a callable with several outputs."""
    formulas = [compile(formula, "formula", "eval") for formula in FACTS[name]["plain"]]
    names = FACTS[name]["parameters"]
    return lambda *inputs: [eval(each, vars(np), dict(zip(names, inputs, strict=True))) for each in formulas]


def typical(name, dtype, random):
    """Return typical inputs of a function, and how many elements it computes from them.

    A generalized ufunc gets one row, or one matrix, for each input; labels are 0 and 1.
    """
    facts, core = FACTS[name], f[name].signature
    lengths = dict.fromkeys(re.findall(r"\w+", core or "n"))
    lengths = dict.fromkeys(lengths, round(ELEMENTS ** (1 / len(lengths))))
    shapes = re.findall(r"\(([\w,]*)\)", core.partition("->")[0]) if core else ["n"] * f[name].nin

    def draw(parameter, axes):
        # more than needed, some of which the condition may exclude
        shape = [lengths[axis] if core else 4 * ELEMENTS for axis in re.findall(r"\w+", axes)]
        if parameter == facts["label"]:
            return random.integers(0, 2, shape, np.int8)
        return random.uniform(*facts["sample"], shape).astype(dtype)

    inputs = [draw(*each) for each in zip(facts["parameters"], shapes, strict=True)]
    if not core:
        inside = np.ones(4 * ELEMENTS, bool)
        if facts["condition"]:
            inside = eval(facts["condition"], vars(np), dict(zip(facts["parameters"], inputs, strict=True)))
        inputs = [x[inside][:ELEMENTS] for x in inputs]
    return inputs, math.prod(lengths.values())


def speed():
    """Time every function, its plain formula and numpy.exp."""
    rows = []
    random = np.random.default_rng(1)
    # malloc reuses memory of this size only after a block at least as large was freed; without this, the first formula
    # would be slowed down by page faults in its temporary arrays
    np.ones(10 * ELEMENTS)
    with np.errstate(all="ignore"):
        for dtype in "float32", "float64":
            exp = nanoseconds(np.exp, random.uniform(-20, 20, ELEMENTS).astype(dtype)) / ELEMENTS
            for name in FACTS:
                inputs, count = typical(name, dtype, random)
                ours, theirs = (nanoseconds(function, *inputs) / count for function in (f[name], plain(name)))
                row = {"function": name, "dtype": dtype, "softufunc": ours, "plain": theirs}
                rows.append(row | {"ratio": theirs / ours, "exp": exp})
    return rows


def right_digits(got, want):
    """Return how many significant decimal digits are right, from 0 to DIGITS, of the worst element."""
    with np.errstate(all="ignore"):
        error = np.abs((np.asarray(got, float) - want) / want)
        error = np.where(np.equal(got, want), 0, np.where(np.isfinite(error), error, 1))
        return int(np.min(np.clip(np.rint(-np.log10(error)), 0, DIGITS)))


def plain_digits():
    """Find, for each function, the hard float64 input with the fewest right digits of the plain formula."""
    found = {}
    for name, output, real, inputs, want in hard_cases():
        if real is np.float64:
            with np.errstate(all="ignore"):
                digits = right_digits(plain(name)(*inputs)[output], want)
                # of equally bad inputs, the one that is least extreme
                extreme = max(np.abs(np.log10(np.abs(x))).max() for x in inputs)
            row = {"function": name, "inputs": [x.tolist() for x in inputs], "digits": digits, "of": DIGITS}
            found[name] = min(found.get(name, (99, 0, row)), (digits, extreme, row), key=lambda found: found[:2])
    return [row for _, _, row in found.values()]


def report():
    passed, failures = self_check()
    return {
        **softufunc.show_config(),
        "cpu": processor(),
        "self_check": {"passed": passed, "failed": len(failures), "failures": failures},
        "fit": fit(),
        "speed": speed(),
        "plain_digits": plain_digits(),
    }


def text(result):
    yield f"softufunc {result['version']}, NumPy {result['numpy']}, Python {platform.python_version()}"
    yield f"processor: {result['cpu']}"
    yield f"instruction set: {result['instruction_set']} (available: {', '.join(result['available'])})"
    yield ""
    check = result["self_check"]
    yield "Self-check: hard inputs, on every available instruction set"
    yield f"  {check['passed']} passed, {check['failed']} failed"
    yield from (f"  WRONG {line}" for line in check["failures"])
    yield ""
    regression = result["fit"]
    yield f"Logistic regression of O-ring distress on temperature, {regression['flights']} Space Shuttle flights"
    yield f"(Dalal, Fowlkes and Hoadley 1989), by Newton's method, {regression['iterations']} iterations"
    yield f"  {'':26}{'softufunc':>12}{'published':>12}"
    for key, published in regression["published"].items():
        yield f"  {key.replace('_', ' '):26}{regression['estimates'][key]:12.4f}{published:12.4f}"
    yield ""
    yield f"Time in ns per element, for {ELEMENTS} elements. Ratio: how many times as long the plain formula takes,"
    yield "written with NumPy's functions; below 1 it is faster. Plain digits: how many of its digits in float64,"
    yield f"{DIGITS} at most, are right at its worst input of the self-check, where this package has them all."
    yield f"  {'':24}{'float32':>15}{'float64':>15}"
    yield f"  {'':24}{'ns':>8}{'ratio':>7}{'ns':>8}{'ratio':>7}  plain digits"
    rows = {(row["function"], row["dtype"]): row for row in result["speed"]}
    digits = {row["function"]: row for row in result["plain_digits"]}
    for name in dict.fromkeys(name for name, _ in rows):
        pair = [rows[name, dtype] for dtype in ("float32", "float64")]
        cells = "".join(f"{row['softufunc']:8.2f}{times(row['ratio']):>7}" for row in pair)
        yield f"  {name:24}{cells}  {where(digits[name]) if name in digits else ''}".rstrip()
    yield f"  {'numpy.exp':24}" + "".join(f"{row['exp']:8.2f}{'':7}" for row in pair).rstrip()


def times(ratio):
    return f"{ratio:.0f}x" if ratio >= 9.95 else f"{ratio:.1f}x"


def where(row):
    """Describe the digits of the plain formula: "0 of 16 at log 2"."""
    return f"{row['digits']:2} of {row['of']} at {', '.join(map(short, row['inputs']))}"


def short(value):
    """Return a number, or a row of them, as text."""
    if isinstance(value, list):
        return f"[{', '.join(map(short, value))}]"
    if abs(value) == math.log(2):
        return "log 2" if value > 0 else "-log 2"
    return repr(value).removesuffix(".0")


def main(arguments=None):
    # python -OO removes docstrings
    parser = argparse.ArgumentParser(prog="python -m softufunc", description=(__doc__ or "").partition(": ")[2])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    result = report()
    print(json.dumps(result, indent=2) if options.json else "\n".join(text(result)))
    return 1 if result["self_check"]["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
