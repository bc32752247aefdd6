"""Write docs/data/accuracy.json and performance.json, which the pages docs/accuracy.md and docs/performance.md show.

    python tools/pages.py --measure                      measure everything anew: about an hour on two cores
    python tools/pages.py --exhaustive a.json b.json --ulp c.json --bench d.json --curves --sizes
                                                         only what is named; the rest stays as it is stored

--exhaustive, --ulp and --bench take what the tools of that name wrote with --json. --curves measures the errors over x
of ours and of the peers, against MPFR; --sizes the times from 1 to 10 000 000 elements. Neither --measure nor another
option: a summary of what is stored. The documentation and tools/readme_tables.py read the files.
"""

import argparse
import importlib.metadata
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import bench
import bench_peers
import measuring
import numpy as np
import readme_tables

sys.path.insert(0, str(measuring.TOOLS.parent / "tests"))
import reference

DATA = measuring.TOOLS.parent / "docs" / "data"
KERNELS = tuple(readme_tables.KERNELS)
CURVE_PEERS = ("numpy", "scipy", "torch")
BINS, POINTS_OF_A_BIN = 96, 20
MOST = 1e18
"""what a wrong infinity or nan counts as"""
SIZES = [10**exponent for exponent in range(8)]
SIZE_FUNCTIONS = ["softplus", "sigmoid", "softplusinv"]


def places(name, dtype):
    """(what the axis shows, its values, x) for the curve of a function."""
    count, closest = BINS * POINTS_OF_A_BIN, 1e-15 if dtype == "float64" else 1e-7
    if name == "logit":
        distance = np.geomspace(closest, 0.49, count)
        return "distance of x below 1/2", distance, 0.5 - distance
    if name == "softplusinv":
        distance = np.geomspace(closest, 30, count)
        return "distance of x above log 2", distance, np.log(2) + distance
    if name == "log1mexp":
        distance = np.geomspace(1e-9, 40, count)
        return "−x", distance, -distance
    x = np.linspace(-50, 50, count)
    return "x", x, x


def curve(name, dtype):
    """The largest errors in ULP, of ours and of the peers, in each of BINS intervals."""
    label, axis, x = places(name, dtype)
    x = x.astype(dtype)
    exact = reference.exact(name, x)
    errors = {}
    for peer in ("ours", *CURVE_PEERS):
        out = np.empty_like(x)
        if peer == "ours":
            call = lambda: measuring.one_result(next(iter(measuring.tables())), name)(x, out=out)  # noqa: B023, E731
        else:
            call = bench_peers.PEERS[peer](name, x, out)
        if call is None:
            continue
        with np.errstate(all="ignore"):
            call()
            found = np.nan_to_num(reference.ulp_error(out, exact, out.dtype.str[1:]), nan=MOST, posinf=MOST)
        errors[peer] = shortened(np.minimum(found, MOST).reshape(BINS, -1).max(axis=1), 3)
    middle = axis.reshape(BINS, -1)[:, POINTS_OF_A_BIN // 2]
    return {"function": name, "dtype": dtype, "axis": label, "places": shortened(middle, 4), "errors": errors}


def shortened(values, digits):
    """The numbers with so many significant digits."""
    return [float(f"{value:.{digits}g}") for value in values]


def accuracy_of(stored, options):
    """The content of accuracy.json, with what the options name replaced."""
    for kind, files in (("exhaustive", options.exhaustive), ("ulp", options.ulp)):
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
            "machine": measuring.machine() | {"peers": versions},
            "records": [curve(name, dtype) for name in KERNELS for dtype in ("float64", "float32")],
        }
    return stored


def trimmed(record):
    """A record of exhaustive.py or ulp.py without what no page shows."""
    kept = ("function", "dtype", "isa", "worst_ulp", "input", "got", "want", "inputs", "points")
    kept += ("finite_results", "correctly_rounded", "unfaithful", "not_monotone", "wrong_special", "differing_bits")
    return {key: record[key] for key in kept if key in record}


def performance_of(stored, options):
    """The content of performance.json."""
    if options.bench:
        read = [json.loads(Path(file).read_text()) for file in options.bench]
        rows = bench.summary([cell for part in read for cell in part["cells"]])
        machine = read[0]["machine"] | {"seconds": sum(part["machine"]["seconds"] for part in read)}
        stored["bench"] = {"machine": machine, "rows": [compact(*item) for item in in_order(rows)]}
        layouts = {(c["isa"], c["dtype"], c["function"]): layout_row(c) for part in read for c in part["layouts"]}
        stored["layouts"] = {"machine": machine, "rows": list(layouts.values())}
    if options.sizes:
        stored["sizes"] = {"machine": measuring.machine(), "rows": sizes(options.core)}
    return stored


def in_order(rows):
    """By instruction set, type and size; the functions in the order of the package."""
    names = measuring.unary_names()
    return sorted(rows.items(), key=lambda item: (*item[0][:3], names.index(item[0][3])))


def compact(key, row):
    """One row of bench.summary: ours, exp, copyto and every peer in ns; ratios are formed within a process."""
    isa, dtype, n, name = key
    times = {label: shortened([row[label]], 4)[0] for label in ("ours", "exp", "copyto")}
    peers = {peer: shortened((time, row["ratios"][peer]), 4) for peer, time in row["peers"].items()}
    return {"isa": isa, "dtype": dtype, "n": n, "function": name} | times | {"peers": peers}


def layout_row(cell):
    """The figures of strided, float16, single-element and masked calls, as in bench.MUST."""
    figures = {label: shortened([figure], 3)[0] for label, figure in bench.layout_figures(cell).items()}
    return {key: cell[key] for key in ("isa", "dtype", "function")} | figures


def sizes(core):
    """The times over n with the best instruction set, beside the NumPy formula, np.exp and np.copyto."""
    options = argparse.Namespace(functions=SIZE_FUNCTIONS, sizes=SIZES, rounds=11, least=1, core=core)
    best = next(iter(measuring.tables()))
    bar = measuring.Progress("sizes", 2 * len(SIZE_FUNCTIONS) * len(SIZES))
    rows = bench.summary(bench.run("numpy", best, options, bar))
    bar.close()
    return [compact(*item) for item in in_order(rows)]


def measure(options):
    """Run the tools; the options then name what they wrote."""
    folder = Path(tempfile.mkdtemp())
    commands = {
        "exhaustive": ["--isa", "all", *KERNELS],
        "ulp": ["--isa", "avx2", "baseline", "--points", "1e8", *KERNELS],
        "bench": [] if options.core is None else ["--core", str(options.core)],
    }
    for tool, arguments in commands.items():
        file = folder / f"{tool}.json"
        command = [sys.executable, str(measuring.TOOLS / f"{tool}.py"), "--json", str(file), *arguments]
        subprocess.run(command, check=True)
        setattr(options, tool, [file])
    options.curves = options.sizes = True


def write(path, content):
    """One record a line, so that a new measurement is a readable difference."""
    parts = []
    for name, part in content.items():
        rows = "rows" if "rows" in part else "records"
        lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in part[rows])
        parts.append(f' "{name}": {{"machine": {json.dumps(part["machine"])}, "{rows}": [\n{lines}\n ]}}')
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true", help="run all tools first")
    for tool in ("exhaustive", "ulp", "bench"):
        parser.add_argument(f"--{tool}", nargs="+", metavar="FILE", help=f"what tools/{tool}.py --json wrote")
    parser.add_argument("--curves", action="store_true", help="measure the errors over x")
    parser.add_argument("--sizes", action="store_true", help="measure the times over n")
    parser.add_argument("--core", type=int, help="the core that the speed is measured on")
    options = parser.parse_args()
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


if __name__ == "__main__":
    main()
