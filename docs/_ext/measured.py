"""The tables and plots of the pages accuracy, performance and platforms, from the measurements in docs/data."""

import itertools
import json
import math
import re
import statistics
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np
from docutils import nodes
from matplotlib.colors import to_rgb
from sphinx.util.docutils import SphinxDirective

from tools.bench.peers import NOT_COUNTED
from tools.check import builds, platforms
from tools.check.builds import wheels
from tools.check.platforms import records, took

DATA = Path(__file__).resolve().parents[1] / "data"
COUNTS = Path(__file__).resolve().parents[2] / "tools" / "check"
SETS = {"avx2": "AVX2", "avx512": "AVX\N{NON-BREAKING HYPHEN}512", "baseline": "baseline"}
MIDDLE = 100_000
TYPES = ("float64", "float32")
KINDS = list(itertools.product(("avx512", "avx2"), TYPES))
KERNELS = ("softplus", "sigmoid", "logit", "softplusinv", "log1mexp", "sigmoid_grad")
"""the unary functions measured here; the others flip signs of these"""


@cache
def stored(page: str, part: str) -> dict:
    return json.loads((DATA / f"{page}.json").read_text(encoding="utf-8"))[part]


def markdown_table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def machine(part: dict) -> str:
    known = part["machine"]
    peers = "".join(f", {name} {version}" for name, version in known.get("peers", {}).items() if name != "numpy")
    peers = peers.replace(f", naive {known['numpy']}", "").replace(f", logaddexp {known['numpy']}", "")
    return (
        f"Measured on {known['date']}: {known['processor']}, {known['libc']}, Python {known['python']}, "
        f"NumPy {known['numpy']}{peers}; softufunc {known['softufunc']}."
    )


def by_set(head: list[str], records: list[dict], row: Callable[[dict], list[str]]) -> str:
    """Return a table of the records for each instruction set, in tabs."""
    found = {isa: [row(record) for record in records if record["isa"] == isa] for isa in SETS}
    return tabs({SETS[isa]: markdown_table(head, rows) for isa, rows in found.items() if rows})


def largest_errors(dtype: str) -> str:
    part = stored("accuracy", "exhaustive" if dtype == "float32" else "ulp")
    head = ["function", "ULP", "correctly rounded", "at", "result", "exact"]
    table = by_set(
        head,
        part["records"],
        lambda record: [
            f"`{record['function']}`",
            f"{record['worst_ulp']:.4f}",
            f"{100 * record['correctly_rounded']:.2f} %",
            *(f"`{record[key]}`" for key in ("input", "got", "want")),
        ],
    )
    return f"{table}\n\n{machine(part)}"


def counts() -> str:
    keys = ("finite_results", "unfaithful", "wrong_special", "not_monotone")
    head = ["function", "finite results", "unfaithful", "wrong nan, infinity or sign", "neighbours out of order"]
    records = stored("accuracy", "exhaustive")["records"]
    return by_set(head, records, lambda record: [f"`{record['function']}`", *(f"{record[key]:,}" for key in keys)])


def fastest(row: dict) -> tuple[str, float]:
    """Return the fastest counted peer of a row, and its time over ours."""
    counted = {peer: ratio for peer, (_, ratio, *_) in row["peers"].items() if peer not in NOT_COUNTED}
    peer = min(counted, key=counted.get)
    return peer, counted[peer]


def rows_of(isa: str, dtype: str, n: int = MIDDLE) -> list[dict]:
    rows = stored("performance", "bench")["rows"]
    return [row for row in rows if (row["isa"], row["dtype"], row["n"]) == (isa, dtype, n)]


def times(isa: str, dtype: str) -> str:
    """Return the table of ns per element at n = 100 000; the time of the fastest peer is bold."""
    rows = rows_of(isa, dtype)
    peers = list(dict.fromkeys(peer for row in rows for peer in row["peers"]))
    table = []
    for row in rows:
        best, ratio = fastest(row)
        cells = [f"{row['peers'][peer][0]:.2f}" if peer in row["peers"] else "" for peer in peers]
        cells = [f"**{cell}**" if peer == best else cell for peer, cell in zip(peers, cells, strict=True)]
        table.append(
            [
                f"`{row['function']}`",
                f"{row['ours']:.2f}",
                f"{ratio:.2f}",
                *cells,
                f"{row['exp']:.2f}",
                f"{row['copyto']:.2f}",
            ]
        )
    return markdown_table(["", "ours", "ratio", *peers, "`np.exp`", "`np.copyto`"], table)


def summary() -> str:
    """Return a sentence on the speed and one on the errors, each with a plot."""
    rows = [row for row in stored("performance", "bench")["rows"] if row["isa"] != "baseline" and row["n"] == MIDDLE]
    mean = geometric_mean([fastest(row)[1] for row in rows])
    worst = {
        dtype: max(record["worst_ulp"] for record in stored("accuracy", part)["records"])
        for dtype, part in (("float64", "ulp"), ("float32", "exhaustive"))
    }
    names = KERNELS[:3]
    bars = f"ns per element of {', '.join(names)} in float64 with AVX2, for softufunc and each peer"
    curves = "errors of softplus in float64, in ULP over x, of softufunc and of its peers; softufunc stays below 1"
    speed = plot(bars, f'plot_bars("avx2", "float64", {names})')
    errors = plot(curves, 'plot_accuracy("softplus", "float64")')
    return (
        f"{{doc}}`performance`: the fastest other library takes {mean:.1f} times as long. This is the geometric mean "
        f"over unary functions, float32 and float64, AVX2 and AVX-512, at {MIDDLE:,} elements.\n\n{speed}\n\n"
        f"{{doc}}`accuracy`: the largest error found is {worst['float64']:.2f} ULP in float64, and "
        f"{worst['float32']:.2f} in float32, where all inputs are tested.\n\n{errors}"
    )


def tabs(items: dict[str, str]) -> str:
    """Return a set of tabs {title: Markdown}; on a page all tabs of one title open together."""
    inner = "".join(f":::{{tab-item}} {title}\n:sync: {title}\n\n{text}\n\n:::\n\n" for title, text in items.items())
    return f"::::{{tab-set}}\n\n{inner}::::"


def plot(alt: str, call: str) -> str:
    """Return a themed plot in Markdown; `call` is one call of a function of this module."""
    code = f"from measured import {call.split('(')[0]}\n\n   {call}"
    return f"```{{eval-rst}}\n.. themed-plot::\n   :alt: {alt}\n\n   {code}\n```"


def errors_over_x(name: str) -> str:
    alt = f"errors of {name} in {{}}, in ULP over x, of softufunc and of its peers; softufunc stays below 1"
    return tabs({dtype: plot(alt.format(dtype), f'plot_accuracy("{name}", "{dtype}")') for dtype in TYPES})


def all_times() -> str:
    """Return for each instruction set and type the table of times, and bar charts of the functions with own kernels."""
    found = {}
    for isa, dtype in KINDS:
        kind = f"{SETS[isa]}, {dtype}"
        charts = [
            plot(
                f"ns per element of {', '.join(names)} in {dtype} with {SETS[isa]}, for softufunc and each peer",
                f'plot_bars("{isa}", "{dtype}", {names})',
            )
            for names in (KERNELS[:3], KERNELS[3:])
        ]
        found[kind] = "\n\n".join([times(isa, dtype), *charts])
    return tabs(found)


def all_sizes() -> str:
    alt = "ns per element of {} in {} over the number of elements, with the NumPy formula, np.exp and np.copyto"
    found = {}
    for dtype in TYPES:
        names = ("softplus", "sigmoid", "softplusinv")
        charts = [plot(alt.format(name, dtype), f'plot_sizes("{name}", "{dtype}")') for name in names]
        found[dtype] = "\n\n".join(charts)
    return tabs(found)


def ratios() -> str:
    """Return the tables of the fastest peer's time over ours, and every peer that is faster, counted or not."""
    part = stored("performance", "bench")
    cells = {(row["isa"], row["dtype"], row["n"], row["function"]): fastest(row) for row in part["rows"]}
    kinds = sorted({key[:3] for key in cells if key[0] != "baseline"})
    tables = {}
    for isa, dtype in KINDS:
        columns = [kind for kind in kinds if kind[:2] == (isa, dtype)]
        table = []
        for name in dict.fromkeys(key[3] for key in cells):
            found = [cells.get((*kind, name), ("", 0)) for kind in columns]
            table.append([f"`{name}`", *(f"{ratio:.2f} {peer}" if peer else "" for peer, ratio in found)])
        means = [geometric_mean([ratio for key, (_, ratio) in cells.items() if key[:3] == kind]) for kind in columns]
        table.append(["geometric mean", *(f"{mean:.2f}" for mean in means)])
        tables[f"{SETS[isa]}, {dtype}"] = markdown_table(["", *(f"n = {kind[2]:,}" for kind in columns)], table)
    middle = geometric_mean([ratio for key, (_, ratio) in cells.items() if key[0] != "baseline" and key[2] == MIDDLE])
    lines = [
        f"* `{row['function']}`, {row['dtype']}, {SETS[row['isa']]}, n = {row['n']:,}: {peer} takes {ratio:.2f} of our"
        + " time"
        + (f", with errors up to {error[0]:.3g} ULP; ours {row['error'][0]:.2f}" if error else "")
        for row in part["rows"]
        for peer, (_, ratio, *error) in row["peers"].items()
        if ratio < 1 and row["isa"] != "baseline"
    ]
    where = "These are faster:\n\n" + "\n".join(lines) if lines else "Nothing is faster in any cell."
    return (
        f"{tabs(tables)}\n\nThe geometric mean over all cells at n = {MIDDLE:,} is {middle:.2f}. "
        f"{where}\n\n{machine(part)}"
    )


def baseline() -> str:
    part = stored("performance", "bench")
    cells = {
        (row["dtype"], row["n"], row["function"]): fastest(row)[1] for row in part["rows"] if row["isa"] == "baseline"
    }
    tables = {}
    for dtype in TYPES:
        sizes = sorted({key[1] for key in cells if key[0] == dtype})
        rows = [
            [f"`{name}`", *(f"{cells[dtype, n, name]:.2f}" for n in sizes)]
            for name in dict.fromkeys(key[2] for key in cells)
            if all((dtype, n, name) in cells for n in sizes)
        ]
        tables[dtype] = markdown_table(["", *(f"n = {n:,}" for n in sizes)], rows)
    return tabs(tables)


def layouts() -> str:
    """Return the median and maximum over all functions of the ratios in each layout."""
    rows = stored("performance", "layouts")["rows"]
    kinds = sorted({(row["isa"], row["dtype"]) for row in rows})
    table = []
    for label in [key for key in rows[0] if key not in ("isa", "dtype", "function")]:
        line = [label]
        for kind in kinds:
            found = [row[label] for row in rows if (row["isa"], row["dtype"]) == kind and label in row]
            line.append(f"{statistics.median(found):.2f}, {max(found):.2f}" if found else "")
        table.append(line)
    return markdown_table(["", *(f"{SETS[isa]}, {dtype}" for isa, dtype in kinds)], table)


def last_runs(what: str, command: ModuleType) -> str:
    """Return the table of the last run of each target of `python -m tools check platforms` or `builds`."""
    last = records(command.RECORDS)
    rows = []
    for target in command.TARGETS.values():
        record = last.get(target.name)
        if record is None:
            rows.append([target.title, f"`{target.name}`", "not yet run", "", "", ""])
            continue
        versions = [
            f"{name} {record[key]}" for key, name in (("python", "Python"), ("numpy", "NumPy")) if key in record
        ]
        verdict = f"{record['faults']} faults" if record["faults"] else "no fault"
        tools = ", ".join([*versions, *map(compiler, filter(None, record.get("compiler", "").split(", ")))])
        rows.append(
            [target.title, f"`{target.name}`", record["ran"], tools, f"{verdict}, {record['date']}", took(record)]
        )
    return markdown_table([what, "target", "what ran", "with", "result", "time, disk"], rows)


def promised_wheels() -> str:
    """Return the table of the wheels, and what has been tried of each."""
    rows = wheels.rows(records(platforms.RECORDS) | records(builds.RECORDS))
    head = [
        "wheels",
        "platform",
        "built on",
        f"`{wheels.STABLE}` tested by",
        f"`{wheels.FREE_THREADED}`",
        "code tested by",
    ]
    return markdown_table(head, [[f"`{name}`", *row] for name, *row in rows])


def compiler(text: str) -> str:
    """Return "gcc 12.2.0" from the first line that `--version` prints."""
    found = re.search(r"(?:version |\) )(\d[\d.]*)", text)
    return f"{'clang' if 'clang' in text else 'gcc'} {found[1]}" if found else text


def limits() -> str:
    """Return cycles per element and the share of the port bound, and the bound of another processor."""
    part = stored("performance", "limits")
    native, *others = part["rows"][0]["bounds"]
    tables = {}
    for isa, dtype in KINDS:
        rows = [row for row in part["rows"] if (row["isa"], row["dtype"]) == (isa, dtype)]
        table = []
        for row in rows:
            bound, by = row["bounds"][native]
            numbers = [f"{row['cycles']:.2f}", f"{bound:.2f}", f"{100 * bound / row['cycles']:.0f} %", by]
            foreign = [f"{row['bounds'][model][0]:.2f}" for model in others]
            table.append([f"`{row['function']}`", f"{row['instructions']:.2f}", *numbers, *foreign])
        head = ["", "instructions", "cycles", f"bound, {native}", "share", "limited by"]
        tables[f"{SETS[isa]}, {dtype}"] = markdown_table([*head, *(f"bound, {model}" for model in others)], table)
    ghz = statistics.median(row["ghz"] for row in part["rows"])
    return f"{tabs(tables)}\n\nThe clock was {ghz:.2f} GHz. {machine(part)}"


def instruction_counts() -> str:
    """Return the accepted instruction counts of AVX2 and NEON, and NEON's over AVX2's for a vector each."""
    counts = {}
    for isa, name, key in (("AVX2", "instructions", "avx2"), ("NEON", "instructions_aarch64", "baseline")):
        stored_counts = json.loads((COUNTS / f"{name}.json").read_text(encoding="utf-8"))
        counts[isa] = stored_counts["instructions"][key]
    rows = []
    for kernel in (*KERNELS, "logaddexp", "log_prob", "logsumexp", "softmax"):
        row = [f"`{kernel}`"]
        for dtype in ("f64", "f32", "f16"):
            avx2, neon = (counts[isa][f"{kernel} {dtype}"] for isa in ("AVX2", "NEON"))
            row += [f"{avx2:.1f}", f"{neon:.1f}", f"{neon / avx2 / 2:.2f}"]
        rows.append([*row, *(f"{counts[isa][f'{kernel} f64 one']:.0f}" for isa in ("AVX2", "NEON"))])
    head = [f"{dtype}, {what}" for dtype in (*TYPES, "float16") for what in ("AVX2", "NEON", "a vector")]
    return markdown_table(["", *head, "single float64, AVX2", "NEON"], rows)


def geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))


def plot_accuracy(name: str, dtype: str) -> None:
    """Plot our errors and the peers' over x; the horizontal line is 1 ULP."""
    records = stored("accuracy", "curves")["records"]
    record = next(r for r in records if (r["function"], r["dtype"]) == (name, dtype))
    labels = {"ours": f"softufunc.{name}", "numpy": "NumPy formula", "scipy": "SciPy", "torch": "PyTorch"}
    colours = {"ours": "C0", "numpy": "C1", "scipy": "C2", "torch": "C3"}
    _, axes = plt.subplots()
    for peer in (*(p for p in record["errors"] if p != "ours"), "ours"):
        errors = np.maximum(record["errors"][peer], 0.03)
        axes.semilogy(record["places"], errors, color=colours[peer], linewidth=1.6, label=labels[peer])
    axes.axhline(1, color="C4", linewidth=1)
    axes.set(xlabel=record["axis"], ylabel=f"error in ULP, {dtype}")
    if record["axis"] != "x":
        axes.set_xscale("log")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)


def plot_bars(isa: str, dtype: str, names: tuple[str, ...]) -> None:
    """Plot ns per element at n = 100 000: ours, then the peers from fast to slow."""
    rows = {row["function"]: row for row in rows_of(isa, dtype)}
    bars = []
    for name in names:
        row = rows[name]
        bars.append((name, row["ours"], "C0", ""))
        peers = sorted((time, peer) for peer, (time, *_) in row["peers"].items())
        bars += [(peer, time, "C4", f"{row['peers'][peer][1]:.1f} ×") for time, peer in peers]
        bars.append(("", 0, "C4", ""))
    bars.pop()
    _, axes = plt.subplots(figsize=(5.4, 0.17 * len(bars) + 0.9))
    heights = [-float(i) for i in range(len(bars))]
    # opaque, so that the grid is below the bars
    pale = (np.array(to_rgb("C4")) + to_rgb(plt.rcParams["legend.facecolor"])) / 2
    colours = ["C0" if bar[2] == "C0" else pale for bar in bars]
    axes.barh(heights, [bar[1] for bar in bars], color=colours, height=0.75)
    for height, (_, time, _, text) in zip(heights, bars, strict=True):
        axes.annotate(text, (time, height), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_yticks(heights, [bar[0] for bar in bars], fontsize=8.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set(xlabel=f"ns per element, {dtype}, {SETS[isa]}, n = {MIDDLE:,}", ylim=(-len(bars), 1))
    axes.margins(x=0.12)


def plot_sizes(name: str, dtype: str) -> None:
    """Plot the time per element over the number of elements."""
    rows = [r for r in stored("performance", "sizes")["rows"] if (r["function"], r["dtype"]) == (name, dtype)]
    n = np.array([row["n"] for row in rows])
    curves = {
        "NumPy formula": [row["peers"]["numpy"][0] for row in rows],
        "np.exp": [row["exp"] for row in rows],
        "np.copyto": [row["copyto"] for row in rows],
        f"softufunc.{name}": [row["ours"] for row in rows],
    }
    _, axes = plt.subplots()
    for (label, values), colour in zip(curves.items(), ("C1", "C2", "C4", "C0"), strict=True):
        axes.loglog(n, values, "o-", color=colour, markersize=3.5, linewidth=1.6, label=label)
    axes.set(xlabel="n", ylabel=f"ns per element, {dtype}")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)


TABLES = {
    "errors-float64": lambda: largest_errors("float64"),
    "errors-float32": lambda: largest_errors("float32"),
    "counts": counts,
    "curves-machine": lambda: machine(stored("accuracy", "curves")),
    "sizes-machine": lambda: machine(stored("performance", "sizes")),
    "summary": summary,
    "ratios": ratios,
    "baseline": baseline,
    "layouts": layouts,
    "platforms": partial(last_runs, "platform", platforms),
    "builds": partial(last_runs, "build", builds),
    "wheels": promised_wheels,
    "limits": limits,
    "instructions": instruction_counts,
    "times": all_times,
    "sizes": all_sizes,
    **{f"errors-over-x-{name}": partial(errors_over_x, name) for name in KERNELS},
}


class Measured(SphinxDirective):
    """``measured NAME``: one of TABLES, for Markdown pages. These are Markdown too."""

    required_arguments = 1

    def run(self):
        for file in (*DATA.glob("*.json"), *COUNTS.glob("instructions*.json")):
            self.env.note_dependency(str(file))
        return [nodes.container("", *self.parse_text_to_nodes(TABLES[self.arguments[0]]()), classes=["measured"])]


def setup(app):
    app.add_directive("measured", Measured)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
