"""``python -m softufunc``: version, self-check, an example on real data, and timings."""

import argparse
import json
import platform
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


def self_check(tables=tables):
    """Check the hard inputs on every instruction set; return the number of passes and a message for each failure.

    Each hard input is computed incorrectly by some other library. A result passes if it is the correctly rounded value
    or one of its neighbours. Each input is computed in full vectors and in the remainder, with equal and with different
    neighbours, and all results must be equal.
    """
    passed, failures = 0, []
    hard = np.ones(400, bool)
    hard[200::2] = False
    cases = [
        (name, np.dtype(dtype).type, x, value)
        for name, facts in FACTS.items()
        for dtype, pairs in facts["hard"].items()
        for x, value in pairs
    ]
    with np.errstate(all="ignore"):
        for instruction_set, functions in tables.items():
            for name, real, x, value in cases:
                want = real(value)
                got = functions[name](np.where(hard, real(x), np.copysign(real(0.5), real(x))))[hard]
                if np.all(got == got[0]) and abs(got[0] - want) <= np.spacing(abs(want)):
                    passed += 1
                else:
                    wrong = got[np.argmax(abs(got - want))]
                    failures.append(f"{instruction_set}: {name}({real(x)!r}) should be {want!r}, not {wrong!r}")
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
    """Return the best time of a call, in ns per element."""
    best, end = float("inf"), time.perf_counter() + seconds
    while best == float("inf") or time.perf_counter() < end:
        start = time.perf_counter()
        function(*arguments)
        best = min(best, time.perf_counter() - start)
    return best / ELEMENTS * 1e9


def plain(name):
    """Return the straightforward NumPy formula of a function as a callable."""
    formulas = [compile(formula, "formula", "eval") for formula in FACTS[name]["plain"]]
    return lambda x: [eval(formula, vars(np), {"x": x}) for formula in formulas]


def speed():
    """Time every unary function, its plain formula and numpy.exp on the same data."""
    rows = []
    random = np.random.default_rng(1)
    # malloc reuses memory of this size only after a block at least as large was freed; without this, the first formula
    # would be slowed down by page faults in its temporary arrays
    np.ones(10 * ELEMENTS)
    with np.errstate(all="ignore"):
        for name, facts in FACTS.items():
            for dtype in "float32", "float64":
                x = random.uniform(*facts["sample"], ELEMENTS).astype(dtype)
                outs = [np.empty_like(x) for _ in range(f[name].nout)]
                row = {"function": name, "dtype": dtype, "softufunc": nanoseconds(f[name], x, *outs)}
                row["plain"] = nanoseconds(plain(name), x)
                row["exp"] = nanoseconds(np.exp, x, outs[0])
                rows.append(row)
    return rows


def report():
    passed, failures = self_check()
    return {
        **softufunc.show_config(),
        "cpu": processor(),
        "self_check": {"passed": passed, "failed": len(failures), "failures": failures},
        "fit": fit(),
        "speed": speed(),
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
    yield f"Time in ns per element, {ELEMENTS} elements; plain: the formula written with NumPy's functions"
    yield f"  {'':18}{'float32':>10}{'plain':>8}{'exp':>8}{'float64':>12}{'plain':>8}{'exp':>8}"
    rows = {(row["function"], row["dtype"]): row for row in result["speed"]}
    for name in dict.fromkeys(name for name, _ in rows):
        cells = ""
        for dtype, width in ("float32", 10), ("float64", 12):
            row = rows[name, dtype]
            cells += f"{row['softufunc']:{width}.2f}{row['plain']:8.2f}{row['exp']:8.2f}"
        yield f"  {name:18}{cells}"


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
