"""Write docs/data/accuracy.json and performance.json, the data of docs/accuracy.md and docs/performance.md.

    python -m tools refresh data --measure
        repeat all measurements: hours on two cores
    python -m tools refresh data --exhaustive a.json b.json --accuracy c.json --bench d.json --limits e.json --curves
        update only the named parts

--exhaustive, --accuracy, --bench and --limits take the files that `accuracy --exhaustive`, `accuracy`, `bench` and
`bench limits` wrote with --json. --curves measures our errors and the peers' over x, against MPFR; --sizes the times
from 1 to 10 000 000 elements. Without options, a summary of the stored data is printed.
"""

import argparse
import importlib.metadata
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tools import common, reference
from tools.bench import peers, speed
from tools.facts import FUNCTIONS
from tools.refresh.readme import kernels

DATA = common.ROOT / "docs" / "data"
KERNELS = tuple(kernels())
CURVE_PEERS = ("numpy", "scipy", "torch")
BINS, POINTS_PER_BIN = 96, 20
CAP = 1e18
"""the error assigned to a wrong infinity or nan"""
SIZES = [10**exponent for exponent in range(8)]
SIZE_FUNCTIONS = ["softplus", "sigmoid", "softplusinv"]


def zero_of(name):
    """Return the zero in the interval of typical inputs, by bisection; None if the signs at its ends agree."""
    low, high = FUNCTIONS[name].sample
    f = common.one_output(next(iter(common.tables())), name)
    if f(low) * f(high) >= 0:
        return None
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) * f(low) > 0 else (low, middle)
    return middle


def places(name, dtype):
    """Return (axis label, axis values, x) for a curve over the distance from a zero or a domain end, or else over x."""
    count, closest = BINS * POINTS_PER_BIN, 1e-15 if dtype == "float64" else 1e-7
    (low, high), zero = FUNCTIONS[name].domain, zero_of(name)
    if zero is not None:
        up = np.isinf(high)
        distance = np.geomspace(closest, 30 if up else 0.98 * (zero - low), count)
        return (
            f"distance of x {'above' if up else 'below'} {zero:.6g}",
            distance,
            zero + distance if up else zero - distance,
        )
    if np.isfinite(low) or np.isfinite(high):
        distance = np.geomspace(1e-9, 40, count)
        return "distance of x from the domain's end", distance, low + distance if np.isfinite(low) else high - distance
    x = np.linspace(-50, 50, count)
    return "x", x, x


def curve(name, dtype):
    """Return our largest errors in ULP and the peers', in each of BINS intervals."""
    label, axis, x = places(name, dtype)
    x = x.astype(dtype)
    exact = reference.exact(name, x)
    errors = {}
    for peer in ("ours", *CURVE_PEERS):
        out = np.empty_like(x)
        if peer == "ours":
            call = lambda: common.one_output(next(iter(common.tables())), name)(x, out=out)  # noqa: B023, E731
        else:
            call = peers.PEERS[peer](name, x, out)
        if call is None:
            continue
        with np.errstate(all="ignore"):
            call()
            found = np.nan_to_num(reference.ulp_error(out, exact, out.dtype.str[1:]), nan=CAP, posinf=CAP)
        errors[peer] = shortened(np.minimum(found, CAP).reshape(BINS, -1).max(axis=1), 3)
    middle = axis.reshape(BINS, -1)[:, POINTS_PER_BIN // 2]
    return {"function": name, "dtype": dtype, "axis": label, "places": shortened(middle, 4), "errors": errors}


def shortened(values, digits):
    """Round the numbers to a number of significant digits."""
    return [float(f"{value:.{digits}g}") for value in values]


def accuracy_of(stored, options):
    """Return the content of accuracy.json, with the parts named by the options replaced."""
    for kind, files in (("exhaustive", options.exhaustive), ("ulp", options.accuracy)):
        if files:
            read = [json.loads(Path(file).read_text()) for file in files]
            stored[kind] = {
                "machine": read[-1]["machine"],
                "records": sorted(
                    (trimmed(record) for part in read for record in part["records"]),
                    key=lambda record: KERNELS.index(record["function"]),
                ),
            }
    if options.curves:
        versions = {peer: importlib.metadata.version(peer) for peer in CURVE_PEERS}
        stored["curves"] = {
            "machine": common.machine() | {"peers": versions},
            "records": [curve(name, dtype) for name in KERNELS for dtype in ("float64", "float32")],
        }
    return stored


def trimmed(record):
    """Return a record of `accuracy` with only the keys that a page shows."""
    kept = ("function", "dtype", "isa", "worst_ulp", "input", "got", "want", "inputs", "points")
    kept += ("finite_results", "correctly_rounded", "unfaithful", "not_monotone", "wrong_special", "differing_bits")
    return {key: record[key] for key in kept if key in record}


def performance_of(stored, options):
    """Return the content of performance.json, with the parts named by the options replaced."""
    if options.bench:
        read = [json.loads(Path(file).read_text()) for file in options.bench]
        rows = speed.summary([cell for part in read for cell in part["cells"]])
        machine = read[0]["machine"] | {"seconds": sum(part["machine"]["seconds"] for part in read)}
        stored["bench"] = {"machine": machine, "rows": [compact(*item) for item in in_order(rows)]}
        layouts = {(c["isa"], c["dtype"], c["function"]): layout_row(c) for part in read for c in part["layouts"]}
        stored["layouts"] = {"machine": machine, "rows": list(layouts.values())}
    if options.limits:
        (read,) = (json.loads(Path(file).read_text()) for file in options.limits)
        stored["limits"] = {"machine": read["machine"], "rows": [limits_row(row) for row in read["rows"]]}
    if options.sizes:
        stored["sizes"] = {"machine": common.machine(), "rows": sizes(options.core)}
    return stored


def in_order(rows):
    """Sort by instruction set, type and size, then functions in the order of functions.h."""
    names = common.unary_names()
    return sorted(rows.items(), key=lambda item: (*item[0][:3], names.index(item[0][3])))


def compact(key, row):
    """Return a row of speed.summary for storage: ours, exp, copyto in ns; of the peers the time, ratio and error."""
    isa, dtype, n, name = key
    times = {label: shortened([row[label]], 4)[0] for label in ("ours", "exp", "copyto")}
    errors = {peer: [] if error is None else shortened([min(error, CAP)], 3) for peer, error in row["errors"].items()}
    peers = {peer: shortened((t, row["ratios"][peer]), 4) + errors[peer] for peer, t in row["peers"].items()}
    times["error"] = errors["ours"]
    return {"isa": isa, "dtype": dtype, "n": n, "function": name} | times | {"peers": peers}


def layout_row(cell):
    """Return the ratios of strided, float16, single-element and masked calls, as in bench.speed.MUST."""
    figures = {label: shortened([figure], 3)[0] for label, figure in speed.layout_figures(cell).items()}
    return {key: cell[key] for key in ("isa", "dtype", "function")} | figures


def limits_row(row):
    """Return a row of `bench limits` with shortened numbers."""
    numbers = {key: shortened([row[key]], 4)[0] for key in ("ns", "ghz", "cycles", "instructions")}
    return row | numbers | {"bounds": {cpu: [shortened([b], 4)[0], by] for cpu, (b, by) in row["bounds"].items()}}


def sizes(core):
    """Measure the times over n with the best instruction set, with the NumPy formula, np.exp and np.copyto."""
    options = argparse.Namespace(names=SIZE_FUNCTIONS, sizes=SIZES, rounds=11, min_time=1, core=core)
    best = next(iter(common.tables()))
    bar = common.Progress("sizes", 2 * len(SIZE_FUNCTIONS) * len(SIZES))
    rows = speed.summary(speed.run("numpy", best, options, bar))
    bar.close()
    return [compact(*item) for item in in_order(rows)]


def measure(options):
    """Run the tools, and set the options to the files that they wrote."""
    folder = Path(tempfile.mkdtemp())
    core = [] if options.core is None else ["--core", str(options.core)]
    commands = {
        "exhaustive": ["accuracy", *KERNELS, "--exhaustive", "--isa", "all", "--jobs", "2"],
        "accuracy": ["accuracy", *KERNELS, "--isa", "avx2", "baseline", "--points", "1e8"],
        "bench": ["bench", *core],
        "limits": ["bench", "limits", *core],
    }
    for option, arguments in commands.items():
        file = folder / f"{option}.json"
        subprocess.run([sys.executable, "-m", "tools", *arguments, "--json", str(file)], check=True, cwd=common.ROOT)
        setattr(options, option, [file])
    options.curves = options.sizes = True


def write(path, content):
    """Write JSON with one record per line, for readable diffs."""
    parts = []
    for name, part in content.items():
        rows = "rows" if "rows" in part else "records"
        lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in part[rows])
        parts.append(f' "{name}": {{"machine": {json.dumps(part["machine"])}, "{rows}": [\n{lines}\n ]}}')
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def main(arguments=None):
    parser = common.make_parser("refresh data", __doc__)
    parser.add_argument("--measure", action="store_true", help="run all tools first")
    for option in ("exhaustive", "accuracy", "bench", "limits"):
        parser.add_argument(f"--{option}", nargs="+", metavar="FILE", help="output of the command's --json")
    parser.add_argument("--curves", action="store_true", help="measure the errors over x")
    parser.add_argument("--sizes", action="store_true", help="measure the times over n")
    parser.add_argument("--core", type=int, help="the core on which times are measured")
    options = parser.parse_args(arguments)
    if options.measure:
        measure(options)
    DATA.mkdir(exist_ok=True)
    for name, update in (("accuracy", accuracy_of), ("performance", performance_of)):
        path = DATA / f"{name}.json"
        stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        content = update(stored, options)
        write(path, content)
        for kind, part in content.items():
            count = len(part.get("rows", part.get("records")))
            print(f"{name}: {kind}, {count} rows, {part['machine']['date']}, {part['machine']['processor']}")
