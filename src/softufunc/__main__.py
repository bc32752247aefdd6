"""``python -m softufunc``: what is installed, whether it computes right, a regression, and how fast it is."""

import argparse
import json
import platform
import sys
import time

import numpy as np

import softufunc
from softufunc._ufuncs import tables
from softufunc._ufuncs import ufuncs as f

# (function, input, correctly rounded value). Each has been computed wrong by some library in use.
HARD_FLOAT64 = [
    ("softplus", -745.1332191019411, 5e-324),
    ("softplus", -740.0, 4.2e-322),
    ("softplus", -37.0, 8.533047625744066e-17),
    ("softplus", 18.0, 18.00000001522998),
    ("softplus", 20.1, 20.10000000186501),
    ("softplus", 25.0, 25.000000000013888),
    ("sigmoid", -720.0, 2.0322308024e-313),
    ("sigmoid", -710.0, 4.47628622567513e-309),
    ("sigmoid", -745.0, 5e-324),
    ("sigmoid", 36.7368005696771, 0.9999999999999999),
    ("one_minus_sigmoid", 40.0, 4.248354255291589e-18),
    ("logit", 5e-324, -744.4400719213812),
    ("logit", 0.9999999999999999, 36.7368005696771),
    ("logit", 0.499999999, -4.000000108916879e-09),
    ("logit", 0.5000000000000001, 4.440892098500626e-16),
    ("logit", 0.4999999862880249, -5.484790044363309e-08),
    ("softplusinv", 0.6931471805599453, -4.638093627692599e-17),
    ("softplusinv", 0.7, 0.013658997191614801),
    ("softplusinv", 1e-20, -46.051701859880914),
    ("softplusinv", 5e-324, -744.4400719213812),
    ("softplusinv", 20.0, 19.999999997938847),
    ("log1mexp", -40.0, -4.248354255291589e-18),
    ("log1mexp", -1e-20, -46.051701859880914),
    ("sigmoid_grad", 40.0, 4.248354255291589e-18),
]
HARD_FLOAT32 = [
    ("softplusinv", 0.6931471824645996, 3.8093084e-09),
    ("sigmoid", -95.0, 5.521e-42),
    ("sigmoid", -103.0, 1e-45),
]

# The 23 flights before Challenger whose boosters were recovered: temperature of the joints in degrees Fahrenheit, and
# whether any O-ring showed thermal distress. S. R. Dalal, E. B. Fowlkes and B. Hoadley (1989), "Risk Analysis of the
# Space Shuttle: Pre-Challenger Prediction of Failure", Journal of the American Statistical Association 84, 945-957.
TEMPERATURE = [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58]
DISTRESS = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1]
# The maximum likelihood fit of distress to temperature, with the digits that textbooks print.
PUBLISHED = {
    "intercept": 15.0429,
    "slope": -0.2322,
    "intercept_standard_error": 7.3786,
    "slope_standard_error": 0.1082,
    "log_likelihood": -10.1576,
    "probability_at_31_F": 0.9996,
}

# The formulas that one would write without this package.
PLAIN = {
    "softplus": lambda x: np.log1p(np.exp(x)),
    "softminus": lambda x: -np.log1p(np.exp(-x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "one_minus_sigmoid": lambda x: 1 / (1 + np.exp(x)),
    "logit": lambda x: np.log(x / (1 - x)),
    "softplusinv": lambda x: np.log(np.expm1(x)),
    "softminusinv": lambda x: x - np.log(-np.expm1(x)),
    "log_prob_0": lambda x: -np.log1p(np.exp(x)),
    "log_prob_1": lambda x: -np.log1p(np.exp(-x)),
    "log1mexp": lambda x: np.log1p(-np.exp(x)),
    "sigmoid_grad": lambda x: 1 / (1 + np.exp(-x)) * (1 - 1 / (1 + np.exp(-x))),
    "softplus_sigmoid": lambda x: (np.log1p(np.exp(x)), 1 / (1 + np.exp(-x))),
    "log_probs": lambda x: (-np.log1p(np.exp(x)), -np.log1p(np.exp(-x))),
}
PROBABILITIES, POSITIVE, NEGATIVE, REALS = (1e-6, 1 - 1e-6), (1e-6, 20), (-20, -1e-6), (-20, 20)
INTERVAL = {"logit": PROBABILITIES, "softplusinv": POSITIVE, "softminusinv": NEGATIVE, "log1mexp": NEGATIVE}
ELEMENTS = 100_000


def processor():
    """Name the processor as the operating system does."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def self_check(tables=tables):
    """Compute every hard input on every instruction set: how many are right, and a line for each that is not.

    Right is what one rounding may give: the correctly rounded value or a neighbour of it. The input is computed in
    whole vectors and in the rest after them, alone and side by side with a harmless one, and all results must agree.
    """
    passed, failures = 0, []
    hard = np.ones(400, bool)
    hard[200::2] = False
    for instruction_set, functions in tables.items():
        for real, cases in (np.float64, HARD_FLOAT64), (np.float32, HARD_FLOAT32):
            for name, x, value in cases:
                want = real(value)
                got = functions[name](np.where(hard, real(x), np.copysign(real(0.5), real(x))))[hard]
                if np.all(got == got[0]) and abs(got[0] - want) <= np.spacing(abs(want)):
                    passed += 1
                else:
                    wrong = got[np.argmax(abs(got - want))]
                    failures.append(f"{instruction_set}: {name}({real(x)!r}) is {want!r}, not {wrong!r}")
    return passed, failures


def fit():
    """Fit P(distress) = sigmoid(intercept + slope * temperature) by Newton's method."""
    x = np.column_stack([np.ones(len(TEMPERATURE)), TEMPERATURE])
    t = np.array(DISTRESS)
    beta, iterations = np.zeros(2), 0
    while iterations < 25:
        iterations += 1
        z = x @ beta
        gradient = x.T @ (t - f["sigmoid"](z))
        information = x.T @ (x * (f["sigmoid"](z) * f["one_minus_sigmoid"](z))[:, np.newaxis])
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
        "log_likelihood": np.where(t, f["log_prob_1"](z), f["log_prob_0"](z)).sum(),
        "probability_at_31_F": f["sigmoid"](beta @ [1, 31]),
    }
    return {
        "flights": len(t),
        "iterations": iterations,
        "estimates": {key: float(value) for key, value in estimates.items()},
        "published": PUBLISHED,
    }


def nanoseconds(function, *arguments, seconds=0.04):
    """The best time of a call, in ns per element."""
    best, end = float("inf"), time.perf_counter() + seconds
    while best == float("inf") or time.perf_counter() < end:
        start = time.perf_counter()
        function(*arguments)
        best = min(best, time.perf_counter() - start)
    return best / ELEMENTS * 1e9


def speed():
    """Time every function, its plain formula and numpy.exp on the same data."""
    rows = []
    random = np.random.default_rng(1)
    # Memory once freed is used again only if blocks of its size were freed before: so that the first formula, with its
    # intermediate results, is timed like all others.
    np.ones(10 * ELEMENTS)
    with np.errstate(all="ignore"):
        for name, ufunc in f.items():
            if ufunc.nin > 1 or ufunc.signature:
                continue
            for dtype in "float32", "float64":
                x = random.uniform(*INTERVAL.get(name, REALS), ELEMENTS).astype(dtype)
                outs = [np.empty_like(x) for _ in range(ufunc.nout)]
                row = {"function": name, "dtype": dtype, "softufunc": nanoseconds(ufunc, x, *outs)}
                row["plain"] = nanoseconds(PLAIN[name], x) if name in PLAIN else None
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
    yield "Self-check: inputs that are hard to compute, on every instruction set available"
    yield f"  {check['passed']} right, {check['failed']} wrong"
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
            plain = "-" if row["plain"] is None else f"{row['plain']:.2f}"
            cells += f"{row['softufunc']:{width}.2f}{plain:>8}{row['exp']:8.2f}"
        yield f"  {name:18}{cells}"


def main(arguments=None):
    # python -OO leaves no docstring
    parser = argparse.ArgumentParser(prog="python -m softufunc", description=(__doc__ or "").partition(": ")[2])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    result = report()
    print(json.dumps(result, indent=2) if options.json else "\n".join(text(result)))
    return 1 if result["self_check"]["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
