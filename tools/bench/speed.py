"""Compare the speed with NumPy, SciPy, PyTorch, JAX, numexpr, numba, onnxruntime, Intel's SVML and MKL, if installed.

    python -m tools bench                                       all cells: 8 minutes
    python -m tools bench --quick                               fewer rounds, no n = 10 000 000: a few minutes
    python -m tools bench softplus sigmoid --isa avx2 --sizes 100000 --peers numpy torch
    python -m tools bench --check --json bench.json             list missed targets; exit status 1 if one is required
    python -m tools bench --from bench.json --check             the same for stored measurements

Every peer runs in its own process, pinned to one core, with one thread, interleaved with our ufunc, np.exp and
np.copyto. Times are medians in CPU time, on contiguous arrays, with a preallocated output where the library supports
it; a spread above 10 % between rounds is printed. Ratios are the peer's time over ours, within a process. With --isa
avx2 (baseline) the peers are limited to AVX2 (SSE) as far as possible.

The output shows, for each instruction set, type and size, a table of ns per element, with np.exp and np.copyto, the
ratio to the fastest peer (`naive`, onnxruntime, SVML and MKL are not counted, see peers.py), and the geometric mean of
these ratios. Then follow the peers that are faster, with their largest errors; strided, 16-bit, single-element and
masked calls; functions with two outputs against the functions of each output, without the time of a call for one
element (in parentheses with it); and the machine. --check adds the cells that miss a required ratio (MUST) or a goal
(AIM), and runs `bench sums --check` for binary functions and reductions.
"""

import json
import math
import os
import statistics
import subprocess
import sys

from tools import common
from tools.bench import reductions
from tools.bench.peers import NOT_COUNTED, PEERS, UNBOUND, environment, version
from tools.facts import FUNCTIONS


def kernel_of(name):
    """Return the function whose kernel this one uses."""
    return FUNCTIONS[name].flip.of if FUNCTIONS[name].flip else name


SOFTPLUS_LIKE = [name for name in common.unary_names() if kernel_of(name) == "softplus"]
FAMILY = [name for name in common.unary_names() if kernel_of(name) in ("softplus", "sigmoid", "logit", "softplusinv")]
"""The geometric mean and the targets for layouts cover these; the others are only shown."""

# Targets. "Ratio": time of the fastest peer / our time. "Times": our time / the other time.
MUST = {
    "ratio to the fastest peer, every cell": 1.0,
    "the same, float32 sigmoid with AVX-512 at n = 100 000": 0.9,
    "ratio of softplus, softminus, log_prob_0 and log_prob_1 at n = 100 000": 2.0,
    "geometric mean of the ratios at n = 100 000": 2.0,
    "every second element, times contiguous": 1.6,
    "reversed, times contiguous": 1.6,
    "column times np.exp, over contiguous times np.exp": 1.0,
    "float16, times float32": 1.5,
    "bfloat16, times float32": 1.5,
    "one element, times np.exp": 1.1,
    "alternating where=, times np.exp": 1.1,
    "baseline, ratio to the plain NumPy formula": 1.0,
    "two outputs, times the slower one alone": 1.3,
}
AIM = {
    "ratio at n = 100 000 with AVX2": 1.5,
    "ratio at n = 100 000 with AVX-512": 1.3,
    "ratio of softplus and softminus at n = 100 000": 2.8,
    "geometric mean of the ratios at n = 100 000": 2.5,
    "float32 sigmoid with AVX-512, ratio to onnxruntime": 1.0,
    "float32 at n = 10 000 000, times np.copyto": 1.35,
    "float64 at n = 10 000 000, times np.copyto": 1.8,
    "float32 sigmoid with AVX-512 at n = 100 000, times np.exp": 1.0,
    "float64 softplus with AVX-512 at n = 100 000, times np.exp": 2.0,
}
MIDDLE, LARGE = 100_000, 10_000_000
OURS = ("layouts", "two outputs")
"""measurements without a peer"""


def run(peer, isa, args, bar):
    """Measure the cells of one process."""
    import numpy as np

    numpy_dispatch = np._core._multiarray_umath.__cpu_dispatch__
    job = {
        "peer": peer,
        "isa": isa,
        "functions": args.names,
        "dtypes": ["float32", "float64"],
        "sizes": args.sizes,
        "rounds": args.rounds,
        "min_time": args.min_time / 1000,
        "core": args.core,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.bench.worker"],
        cwd=common.ROOT,
        env=os.environ | environment(isa, numpy_dispatch),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(json.dumps(job))
    process.stdin.close()
    cells = []
    for line in process.stdout:
        cells.append(json.loads(line) | {"isa": isa})
        bar.advance(1)
    if process.wait():
        print(f"{peer} with {isa}: the process ended with status {process.returncode}", file=sys.stderr)
    return cells


def measure(args, best):
    """Measure all cells, and return {"cells": [...], "layouts": [...], "machine": ...}."""
    peers = [peer for peer in args.peers if version(peer)]
    plan = []
    for isa in args.isa:
        for peer in ["layouts", "two outputs", *peers]:
            if isa == "baseline" and peer not in ("numpy", "layouts", "two outputs"):
                continue
            if peer in UNBOUND and isa != best:
                continue
            plan.append((peer, isa))

    def steps(peer):
        return 2 * len(args.names) * (1 if peer in OURS else len(args.sizes))

    bar = common.Progress("bench", sum(steps(peer) for peer, _ in plan))
    cells = []
    for peer, isa in plan:
        expected = bar.done + steps(peer)
        bar.label = f"{peer} {isa}"
        cells += run(peer, isa, args, bar)
        bar.done = expected
    seconds = bar.close()
    machine = common.machine() | {"peers": {peer: version(peer) for peer in peers}, "seconds": round(seconds)}
    return {
        "machine": machine,
        "cells": [cell for cell in cells if cell["peer"] not in OURS],
        "layouts": [cell for cell in cells if cell["peer"] == "layouts"],
        "two_outputs": [cell for cell in cells if cell["peer"] == "two outputs"],
    }


def summary(cells):
    """Return a row per function, type, size and set: our time, np.exp, np.copyto; of every peer time, ratio, error."""
    rows = {}
    for cell in cells:
        if cell.get("wrong"):
            print(f"{cell['peer']} disagrees with softufunc for {cell['function']} {cell['dtype']}: excluded")
            continue
        key = (cell["isa"], cell["dtype"], cell["n"], cell["function"])
        empty = {"ours": [], "exp": [], "copyto": [], "peers": {}, "ratios": {}, "errors": {}, "spread": 0}
        row = rows.setdefault(key, empty)
        for label in ("ours", "exp", "copyto"):
            row[label].append(cell[label])
        row["peers"][cell["peer"]] = cell["peer_time"]
        row["ratios"][cell["peer"]] = cell["peer_time"] / cell["ours"]
        row["errors"] |= {cell["peer"]: cell.get("ulp"), "ours": cell.get("our_ulp")}
        row["spread"] = max(row["spread"], cell["spread"])
    for row in rows.values():
        for label in ("ours", "exp", "copyto"):
            row[label] = statistics.median(row[label])
        counted = {peer: ratio for peer, ratio in row["ratios"].items() if peer not in NOT_COUNTED}
        row["fastest"] = min(counted, key=counted.get, default=None)
        row["ratio"] = counted.get(row["fastest"], math.nan)
    return rows


def geometric_mean(values):
    values = [value for value in values if not math.isnan(value)]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def mean_at_middle(rows, functions):
    """Return the geometric mean over these functions, both types, AVX2 and AVX-512."""
    kept = [key for key in rows if key[2] == MIDDLE and key[0] != "baseline" and key[3] in functions]
    return geometric_mean([rows[key]["ratio"] for key in kept])


def print_tables(rows, peers):
    for isa, dtype, n in sorted({key[:3] for key in rows}):
        table = {key[3]: row for key, row in rows.items() if key[:3] == (isa, dtype, n)}
        shown = [peer for peer in peers if any(peer in row["peers"] for row in table.values())]
        print(f"\n{isa} {dtype} n = {n}: ns per element")
        print(f"{'':18}{'ours':>8}" + "".join(f"{peer:>12}" for peer in shown) + f"{'exp':>8}{'copyto':>8}  ratio")
        for name, row in table.items():
            times = "".join(f"{row['peers'][p]:12.3f}" if p in row["peers"] else f"{'-':>12}" for p in shown)
            ratio = f"{row['ratio']:7.2f} ({row['fastest']})" if row["fastest"] else ""
            noise = f"  spread {100 * row['spread']:.0f} %" if row["spread"] > 0.1 else ""
            print(f"{name:18}{row['ours']:8.3f}{times}{row['exp']:8.3f}{row['copyto']:8.3f}{ratio}{noise}")
        print(f"geometric mean of the ratios: {geometric_mean([row['ratio'] for row in table.values()]):.2f}")


def print_faster(rows):
    """The peers that are faster than ours, counted or not, with the largest errors on these inputs."""
    print("\nfaster peers, and the largest errors on these inputs in ULP")
    for (isa, dtype, n, name), row in rows.items():
        for peer, ratio in row["ratios"].items():
            if ratio < 1:
                theirs, ours = (f"{row['errors'][which] or math.nan:.3g}" for which in (peer, "ours"))
                text = f"{peer} takes {ratio:.2f} of our time, errors {theirs}, ours {ours}"
                print(f"{isa:9} {dtype} n = {n:<9} {name:18} {text}")


def layout_figures(cell):
    """Return {key of MUST: ratio} for one cell of the layouts."""
    contiguous = cell["contiguous"]
    over_exp = contiguous / cell["exp_contiguous"]
    figures = {
        "every second element, times contiguous": cell["every_second"] / contiguous,
        "reversed, times contiguous": cell["reversed"] / contiguous,
        "column times np.exp, over contiguous times np.exp": cell["column"] / cell["exp_column"] / over_exp,
        "one element, times np.exp": cell["one"] / cell["exp_one"],
        "alternating where=, times np.exp": cell["where"] / cell["exp_where"],
    }
    for half in "float16", "bfloat16":
        if half in cell:
            figures[f"{half}, times float32"] = cell[half] / contiguous
    return figures


def layout_floors(cell):
    """Return {key of MUST: (call, ratio)} for calls that compute next to nothing, as lower limits."""
    over_exp = cell["contiguous"] / cell["exp_contiguous"]
    if "copied_column" not in cell:
        return {}
    return {
        "column times np.exp, over contiguous times np.exp": (
            "np.copyto of the column",
            cell["copied_column"] / cell["exp_column"] / over_exp,
        ),
        "alternating where=, times np.exp": ("np.negative", cell["negative_where"] / cell["exp_where"]),
    }


def print_layouts(layouts):
    short = ("2nd", "reversed", "column", "one", "where", "float16", "bfloat16")
    for isa, dtype in sorted({(cell["isa"], cell["dtype"]) for cell in layouts}):
        print(f"\n{isa} {dtype} n = 100000: ns per element, and (ratio as in MUST)")
        print(f"{'':18}{'contiguous':>11}" + "".join(f"{label:>17}" for label in short))
        for cell in (c for c in layouts if (c["isa"], c["dtype"]) == (isa, dtype)):
            figures = layout_figures(cell)
            keys = ("every_second", "reversed", "column", "one", "where", "float16", "bfloat16")
            pairs = zip(keys, figures.values(), strict=False)
            columns = "".join(f"{f'{cell[key]:.3f} ({figure:.2f})':>17}" for key, figure in pairs)
            print(f"{cell['function']:18}{cell['contiguous']:11.3f}{columns}")


def two_outputs_figures(cell):
    """Return time of a call / time of the slower function alone, (without, with) NumPy's overhead."""
    alone = [(cell[f"alone_{i}"] - cell[f"one_alone_{i}"], cell[f"alone_{i}"]) for i in (0, 1)]
    return (cell["both"] - cell["one_both"]) / max(net for net, _ in alone), cell["both"] / max(t for _, t in alone)


def print_two_outputs(cells):
    if cells:
        print(
            "\ntwo outputs in one pass, times the slower one alone; in parentheses including NumPy's overhead of a call"
        )
    for cell in cells:
        net, plain = two_outputs_figures(cell)
        print(f"{cell['isa']:9} {cell['dtype']} n = {cell['n']:<9} {cell['function']:18}{net:6.2f} ({plain:.2f})")


def missed(rows, result, must):
    """Describe the targets of MUST, or of AIM, that are missed."""
    lines = []

    def check(key, figure, where, at_least, floor=None):
        bound = (MUST if must else AIM)[key]
        if not (math.isnan(figure) or (figure >= bound if at_least else figure <= bound)):
            beside = f" ({floor[0]} alone: {floor[1]:.3f})" if floor else ""
            lines.append(f"{where}: {figure:.3f}, {key}: at {'least' if at_least else 'most'} {bound}{beside}")

    for (isa, dtype, n, name), row in rows.items():
        where, ratio = f"{isa} {dtype} n = {n} {name} ({row['fastest']})", row["ratio"]
        record_sigmoid = (isa, dtype, n, name) == ("avx512", "float32", MIDDLE, "sigmoid")
        over_copy, over_exp = row["ours"] / row["copyto"], row["ours"] / row["exp"]
        if isa == "baseline":
            if must:
                check("baseline, ratio to the plain NumPy formula", ratio, where, True)
        elif must:
            exception = "the same, float32 sigmoid with AVX-512 at n = 100 000"
            check(exception if record_sigmoid else "ratio to the fastest peer, every cell", ratio, where, True)
            if n == MIDDLE and name in SOFTPLUS_LIKE:
                check("ratio of softplus, softminus, log_prob_0 and log_prob_1 at n = 100 000", ratio, where, True)
        else:
            if n == MIDDLE:
                check(f"ratio at n = 100 000 with {'AVX2' if isa == 'avx2' else 'AVX-512'}", ratio, where, True)
                if name in ("softplus", "softminus"):
                    check("ratio of softplus and softminus at n = 100 000", ratio, where, True)
            if n == LARGE:
                check(f"{dtype} at n = 10 000 000, times np.copyto", over_copy, f"{isa} {name}", False)
            if record_sigmoid:
                theirs = row["ratios"].get("onnxruntime", math.nan)
                check("float32 sigmoid with AVX-512, ratio to onnxruntime", theirs, where, True)
                key = "float32 sigmoid with AVX-512 at n = 100 000, times np.exp"
                check(key, over_exp, where, False)
            if (isa, dtype, n, name) == ("avx512", "float64", MIDDLE, "softplus"):
                check("float64 softplus with AVX-512 at n = 100 000, times np.exp", over_exp, where, False)
    check("geometric mean of the ratios at n = 100 000", mean_at_middle(rows, FAMILY), "all cells", True)
    if must:
        for cell in result.get("two_outputs", []):
            if cell["n"] <= MIDDLE:
                where = f"{cell['isa']} {cell['dtype']} n = {cell['n']} {cell['function']}"
                check("two outputs, times the slower one alone", two_outputs_figures(cell)[0], where, False)
        for cell in result["layouts"]:
            if cell["isa"] != "baseline" and cell["function"] in FAMILY:
                floors = layout_floors(cell)
                for key, figure in layout_figures(cell).items():
                    check(key, figure, f"{cell['isa']} {cell['dtype']} {cell['function']}", False, floors.get(key))
    return lines


def check_sums(args):
    """Run `bench sums --check` on the same instruction sets, and return its exit status."""
    sets = [isa for isa in args.isa if isa != "baseline"]
    if not sets:
        return 0
    print("\nBinary functions and reductions: python -m tools bench sums --check", flush=True)
    arguments = ["--check", "--isa", *sets, "--rounds", str(args.rounds)]
    return reductions.main([*arguments, *(["--core", str(args.core)] if args.core is not None else [])])


def main(arguments=None):
    parser = common.make_parser("bench", __doc__)
    common.add_names(parser, common.unary_names())
    common.add_isa(parser, "all that this processor supports")
    parser.add_argument("--sizes", nargs="+", type=int, metavar="N", help="default: 1000 100000 10000000")
    known = common.one_of("peer", PEERS)
    text = f"{', '.join(PEERS)} (default: all installed)"
    parser.add_argument("--peers", nargs="+", type=known, default=list(PEERS), metavar="PEER", help=text)
    parser.add_argument("--rounds", type=int, help="rounds per cell (default 11)")
    parser.add_argument("--min-time", type=float, metavar="MS", help="shortest measurement in ms (default 1)")
    parser.add_argument("--quick", action="store_true", help="7 rounds, n = 1000 and 100000")
    common.add_core(parser)
    parser.add_argument(
        "--check", action="store_true", help="list the targets missed; exit status 1 if one is required"
    )
    parser.add_argument("--json", metavar="FILE", help="also write all measurements to FILE")
    parser.add_argument("--from", dest="source", metavar="FILE", help="read the output of --json instead of measuring")
    args = parser.parse_args(arguments)
    args.isa = common.chosen_isa(args, list(common.tables()))
    args.names = args.names or common.unary_names()
    args.rounds = args.rounds or (7 if args.quick else 11)
    args.min_time = args.min_time or 1
    args.sizes = args.sizes or ([1000, MIDDLE] if args.quick else [1000, MIDDLE, LARGE])
    if args.source:
        with open(args.source) as file:
            result = json.load(file)
    else:
        result = measure(args, next(iter(common.tables())))
    rows = summary(result["cells"])
    print_tables(rows, list(PEERS))
    print_faster(rows)
    print_layouts(result["layouts"])
    print_two_outputs(result.get("two_outputs", []))
    print()
    for key, value in result["machine"].items():
        print(f"{key}: {value}")
    family, every = (mean_at_middle(rows, names) for names in (FAMILY, common.unary_names()))
    means = f"{family:.3f} over the family, {every:.3f} over all functions"
    print(f"geometric mean of the ratios at n = 100000, AVX2 and AVX-512: {means}")
    if args.json:
        common.write_json(args.json, result)
    if args.check:
        for must, title in ((False, "AIM missed"), (True, "MUST missed")):
            lines = missed(rows, result, must)
            print(f"\n{title}: {len(lines)}")
            print("".join(f"    {line}\n" for line in lines), end="")
        return bool(lines) | (0 if args.source else check_sums(args))
