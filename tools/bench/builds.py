"""Compare the speed of two builds in one process.

    python -m tools bench builds OLD NEW
    python -m tools bench builds OLD NEW softplus logit --isa avx2 --dtype float64 --layout strided --rounds 201
    python -m tools bench builds OLD NEW sigmoid --dtype float32 --sizes 10000000 --copying
    python -m tools bench builds OLD OLD                     measures the noise

OLD and NEW are compiled modules (build/src/softufunc/_ufuncs.abi3.so), wheels, or folders that contain one such module:
site-packages, or a build folder. Both are loaded into one process, pinned to one core, and their calls alternate on the
same arrays. Times are CPU times.

Layouts: contiguous, strided (every second element, in and out), reversed, column (of a matrix with 8), where (every
second element), single (one element: the time of the call). For gufuncs: contiguous and strided rows, column (all
columns of a matrix, a power of two of them), single (a row of one element).

The output shows for each cell the time of OLD in ns per element and the median over all rounds of NEW / OLD. A cell
whose ratio exceeds --again is measured again, up to three times, and the median over all its rounds counts, because
interference by other processes is usually brief. With --copying, every other core copies large arrays meanwhile, as in
a program that is limited by the memory. At the end come the geometric means of the ratios, by instruction set
and layout, and the slowest cells. The exit status is 1 if a ratio exceeds --limit or the geometric mean exceeds --mean.
"""

import importlib.util
import itertools
import math
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
import types
import zipfile
from functools import partial
from pathlib import Path

import numpy as np

from tools import common
from tools.bench.inputs import aligned, typical_inputs
from tools.facts import FUNCTIONS

LAYOUTS = ("contiguous", "strided", "reversed", "column", "where", "single")
DEFAULT_LAYOUTS = ("contiguous", "strided", "single")
MIN_NS = 60_000
"""the shortest measurement: far above the resolution and the cost of the clock"""
AGAIN = 3
COPIED_BYTES = 2**28
SLOWEST = 20


def module_in(place, folder):
    """Copy the compiled module at `place` to the folder, and return (the copy, the folder of its package)."""
    place = Path(place)
    if place.suffix == ".whl":
        zipfile.ZipFile(place).extractall(folder / "wheel")
        place = folder / "wheel"
    if place.is_dir():
        found = [path for path in place.rglob("_ufuncs*.so") if path.parent.name == "softufunc"]
        if len(found) != 1:
            sys.exit(f"{place}: {len(found)} modules _ufuncs*.so instead of one: {', '.join(map(str, found))}")
        place = found[0]
    if not place.is_file():
        sys.exit(f"{place}: no such file or folder")
    return Path(shutil.copy(place, folder / place.name)), place.parent


def load_tables(path, package):
    """Return the tables of a compiled module other than the installed one.

    It may import Python modules of its package, but not the package itself, which would import the module again.
    """

    def ours():
        return {name: module for name, module in sys.modules.items() if name.split(".")[0] == "softufunc"}

    before = ours()
    for name in before:
        del sys.modules[name]
    stand_in = types.ModuleType("softufunc")
    stand_in.__path__ = [str(package)]
    sys.modules["softufunc"] = stand_in
    spec = importlib.util.spec_from_file_location("softufunc._ufuncs", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["softufunc._ufuncs"] = module
    try:
        spec.loader.exec_module(module)
    except ModuleNotFoundError as error:
        sys.exit(f"{error}: specify a wheel or the folder where the build is installed, with the other modules")
    finally:
        for name in ours():
            del sys.modules[name]
        sys.modules.update(before)
    return module.tables


def columns_of(n):
    """Return how many columns of n elements are computed at once: a power of two, about a million elements."""
    return max(16, 2 ** (20 - n.bit_length()))


def arrays_of(name, n, dtype, layout):
    """Return (inputs, outputs, keywords) of a call."""
    function = FUNCTIONS[name]
    if function.is_gufunc and layout == "column":
        columns = columns_of(n)
        inputs = [x.reshape(n, columns) for x in typical_inputs(name, n * columns, dtype) if x.ndim]
        if function.is_choice:
            return [*inputs, np.full(columns, n // 2)], [], {"axes": [0, (), ()]}
        return inputs, [], {"axis": 0}
    inputs, keywords = typical_inputs(name, n, dtype), {}
    if layout == "strided":
        inputs = [np.repeat(x, 2, -1)[..., ::2] if x.ndim else x for x in inputs]
    elif layout == "reversed":
        inputs = [np.flip(x) for x in inputs]
    elif layout == "column":
        inputs = [np.repeat(x, 8).reshape(n, 8)[:, 3] for x in inputs]
    elif layout == "where":
        keywords["where"] = np.arange(n) % 2 == 0
    if function.is_gufunc:
        return inputs, [np.empty([inputs[0].shape[0]] * len(function.core[1][0]), dtype)], keywords
    outputs = [np.empty(2 * n, dtype)[::2] if layout == "strided" else aligned(n, dtype) for _ in range(function.nout)]
    return inputs, outputs, keywords


def make_calls(builds, isa, name, n, dtype, layout):
    """Return one call for each build, on the same arrays."""
    inputs, outputs, keywords = arrays_of(name, n, dtype, layout)
    if outputs:
        keywords["out"] = tuple(outputs)
    return [partial(tables[isa][name], *inputs, **keywords) for tables in builds]


def spent(call, count):
    """Return the CPU time of `count` calls in ns."""
    start = time.thread_time_ns()
    for _ in range(count):
        call()
    return time.thread_time_ns() - start


def alternate(calls, rounds):
    """Return (times of the first call in ns, ratios of the second call's times to them)."""
    for call in calls:
        call()
    once = max(min(spent(calls[0], 5) for _ in range(3)) / 5, 1)
    count = max(1, round(MIN_NS / once))
    times, ratios = [], []
    for turn in range(rounds):
        pair = [0.0, 0.0]
        for which in (turn % 2, 1 - turn % 2):
            calls[which]()  # warm the cache, as for the other call
            pair[which] = spent(calls[which], count) / count
        times.append(pair[0])
        ratios.append(pair[1] / pair[0])
    return times, ratios


def measure(calls, rounds, again):
    """Return (median time of the first call in ns, median ratio)."""
    times, ratios = alternate(calls, rounds)
    for _ in range(AGAIN):
        if statistics.median(ratios) <= again:
            break
        time.sleep(0.05)
        more_times, more_ratios = alternate(calls, rounds)
        times += more_times
        ratios += more_ratios
    return statistics.median(times), statistics.median(ratios)


def copy_forever(core):
    """Copy arrays that exceed the caches, until this process is ended with its parent."""
    common.pin(core)
    source, out = np.ones(COPIED_BYTES, np.uint8), np.ones(COPIED_BYTES, np.uint8)
    while True:
        np.copyto(out, source)


def geometric_mean(ratios):
    return math.exp(statistics.fmean(map(math.log, ratios)))


def cells(args):
    """Yield (isa, dtype, layout, n, name) of each cell to measure."""
    for isa, dtype, layout in itertools.product(args.isa, args.dtype, args.layout):
        for n in [1] if layout == "single" else args.sizes:
            for name in args.names or FUNCTIONS:
                core = FUNCTIONS[name].core[0][0]
                if (core and layout == "where") or (len(core) > 1 and layout == "column"):
                    continue
                yield isa, dtype, layout, n, name


def print_summary(found):
    """Geometric means, and the slowest cells."""
    groups = sorted({cell[:3] for cell in found})
    print("\ngeometric mean of NEW / OLD")
    for isa, dtype, layout in groups:
        ratios = [ratio for cell, (_, ratio) in found.items() if cell[:3] == (isa, dtype, layout)]
        print(f"    {isa:9} {dtype:8} {layout:11} {geometric_mean(ratios):.4f}   largest {max(ratios):.3f}")
    slowest = sorted(found.items(), key=lambda item: -item[1][1])[:SLOWEST]
    print(f"slowest {len(slowest)} of {len(found)} cells")
    for (isa, dtype, layout, n, name), (ns, ratio) in slowest:
        print(f"    {ratio:6.3f}   {isa:9} {dtype:8} {layout:11} n = {n:<7} {name:18} {ns / n:9.3f} ns")
    ratios = [ratio for _, ratio in found.values()]
    above = {limit: sum(ratio > limit for ratio in ratios) for limit in (1.03, 1.06)}
    print(f"all {len(ratios)} cells: geometric mean {geometric_mean(ratios):.4f}, largest {max(ratios):.3f}, ", end="")
    print(", ".join(f"{count} above {limit}" for limit, count in above.items()))


def main(arguments):
    parser = common.make_parser("bench builds", __doc__)
    parser.add_argument("builds", nargs=2, metavar="BUILD", help="OLD and NEW")
    common.add_names(parser, FUNCTIONS)
    common.add_isa(parser, "avx2 and avx512, where this processor supports them")
    common.add_dtype(parser, ("float16", "float32", "float64"), ["float32", "float64"])
    layout = common.one_of("layout", LAYOUTS)
    text = f"{', '.join(LAYOUTS)} (default: {' '.join(DEFAULT_LAYOUTS)})"
    parser.add_argument("--layout", nargs="+", type=layout, default=list(DEFAULT_LAYOUTS), metavar="LAYOUT", help=text)
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=[1000, 100_000], metavar="N", help="default: 1000 100000"
    )
    parser.add_argument("--rounds", type=int, default=101, help="rounds per cell (default 101)")
    parser.add_argument("--again", type=float, default=1.03, help="measure again above this ratio (default 1.03)")
    parser.add_argument("--limit", type=float, help="exit status 1 if the ratio of a cell is larger")
    parser.add_argument("--mean", type=float, help="exit status 1 if the geometric mean is larger")
    parser.add_argument("--json", metavar="FILE", help="also write the cells to FILE")
    common.add_core(parser)
    parser.add_argument("--copying", action="store_true", help="the other cores copy large arrays meanwhile")
    args = parser.parse_args(arguments)
    for core in os.sched_getaffinity(0) - {args.core} if args.copying else ():
        multiprocessing.Process(target=copy_forever, args=(core,), daemon=True).start()
    common.pin(args.core)
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / which for which in ("old", "new")]
        for folder in folders:
            folder.mkdir()
        builds = [load_tables(*module_in(place, folder)) for place, folder in zip(args.builds, folders, strict=True)]
    common_sets = [isa for isa in builds[0] if isa in builds[1]]
    args.isa = common_sets if "all" in args.isa else args.isa
    args.isa = args.isa or [isa for isa in common_sets if isa != "baseline"] or common_sets
    found = {}
    with np.errstate(all="ignore"):
        for cell in cells(args):
            isa, dtype, layout, n, name = cell
            if not all(name in tables[isa] for tables in builds):
                continue
            rounds = args.rounds if n < 100_000 else max(11, args.rounds // 3)
            ns, ratio = measure(make_calls(builds, isa, name, n, dtype, layout), rounds, args.again)
            ns /= columns_of(n) if FUNCTIONS[name].is_gufunc and layout == "column" else 1
            found[cell] = ns, ratio
            print(f"{isa:9} {dtype:8} {layout:11} n = {n:<7} {name:18} {ns / n:9.3f} ns {ratio:8.3f}", flush=True)
    print_summary(found)
    if args.json:
        keys = ("isa", "dtype", "layout", "n", "function")
        common.write_json(
            args.json, [dict(zip(keys, cell, strict=True)) | {"ns": ns, "ratio": r} for cell, (ns, r) in found.items()]
        )
    ratios = [ratio for _, ratio in found.values()]
    return bool((args.limit and max(ratios) > args.limit) or (args.mean and geometric_mean(ratios) > args.mean))
