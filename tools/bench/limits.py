"""Compare each kernel with the limit of the processor's execution ports.

    python -m tools bench limits
    python -m tools bench limits softplus sigmoid --isa avx2 --cpu znver4
    python -m tools bench limits --json limits.json

The processor's clock is measured by a chain of dependent additions, which take one cycle each. Cycles per element are
the time of an array in the first-level cache, minus that of a shorter one, times the clock. The bound is a lower limit
of the cycles that the executed instructions take: llvm-mca's model of a processor lists the ports that can execute each
instruction, and some set of ports, or the number of instructions that start in a cycle, limits them all. The
instructions are those that the processor executes, counted by single-stepping a call. The share is the bound over the
measured cycles: the rest is latency, which out-of-order execution does not hide.

--cpu names models of LLVM; `native` is this processor's, and the only one with a share. For AMD Zen 4 the table
CORRECTED replaces parts of LLVM's model.

Needs Linux on x86-64, objdump, a C compiler and llvm-mca 16 or later; LLVM_MCA names it if it is not on the path.
"""

import ctypes
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from tools import common
from tools.bench.inputs import aligned, typical_inputs
from tools.facts import FUNCTIONS

BLOCKS = 384
"""a multiple of the elements in a block of every instruction set"""
CACHE_BYTES = 24 * 1024
"""of inputs and outputs together, in the first-level cache"""
CHAIN = 20_000
MIN_NS = 40_000
"""the shortest measurement"""
CPUS = ("native", "znver4", "sapphirerapids")

# Where LLVM 19 differs from measurements: {model: ((instructions, kind of the ports, those that they use), ...)}, with
# one cycle for each 256 bits. Measured in loops of 24 multiply-adds, 24 additions, or both: an instruction that adds no
# time to a loop uses other ports.
CORRECTED = {
    "znver4": (
        (r"v?(max|min)[ps][sd]\b", "FP", ("FP2", "FP3")),
        (r"v?cmp\w*[ps][sd]\s.*%[xy]mm\d+$", "FP", ("FP2", "FP3")),  # into a mask register: as in the model
        (r"v?ps[rl]l[dq]\b", "FP", ("FP2", "FP3")),
        (r"v?cvt", "FP", ("FP2", "FP3")),
        (r"vblendm", "FP", ("FP0", "FP1", "FP2", "FP3")),
        (r"v?div[ps][sd]\b", "FP", ("FP1",)),  # the cycles on FP1 in the model are those of the divider
        (r"vbroadcast\w+\s+\S*\(", "FP", ()),
        (r"v?mov\w+\s+%[xyz]mm\d+,[^%]*\(", "FPSt", ("FPSt",)),
    ),
}


def linear_names():
    """Return the functions whose work is proportional to the size of their input: all but those of matrices."""
    return [name for name, function in FUNCTIONS.items() if all(len(core) < 2 for core in function.core[0])]


def calls(name, ufunc, dtype):
    """Return [(elements, call)] of two short arrays and of one that fills the cache."""
    function = FUNCTIONS[name]
    arrays = function.nin + function.nout
    large = CACHE_BYTES // (arrays * np.dtype(dtype).itemsize) // BLOCKS * BLOCKS
    made = []
    for n in (BLOCKS, 2 * BLOCKS, max(large, 2 * BLOCKS)):
        inputs = typical_inputs(name, n, dtype)
        shapes = function.core[1] if function.is_gufunc else [("n",)] * function.nout
        outputs = [aligned(n, dtype) if shape else np.empty((), dtype) for shape in shapes]
        made.append((n, partial(ufunc, *inputs, out=tuple(outputs))))
    return made


def spent(call, count):
    start = time.thread_time_ns()
    for _ in range(count):
        call()
    return (time.thread_time_ns() - start) / count


def timed(pair, library, rounds):
    """Return (ns per element, GHz): medians of interleaved rounds."""
    (few, short), (many, long) = pair
    counts = [max(1, round(MIN_NS / min(spent(call, 3) for _ in range(5)))) for call in (short, long)]
    times, clocks = [], []
    for _ in range(rounds):
        first, second = (spent(call, count) for call, count in zip((short, long), counts, strict=True))
        times.append((second - first) / (many - few))
        clocks.append(CHAIN / spent(lambda: library.chain(CHAIN, 1), 2))
    return statistics.median(times), statistics.median(clocks)


class Module:
    """The instructions of the extension module, and how often a call executes each."""

    def __init__(self, library):
        from softufunc import _ufuncs

        self.library, path = library, _ufuncs.__file__
        maps = [line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith(path)]
        self.start = min(int(line.split("-")[0], 16) for line in maps)
        self.code = {}
        for line in common.run("objdump", "-d", "--no-show-raw-insn", path).splitlines():
            if match := re.match(r"\s*([0-9a-f]+):\s+(\S[^#<]*)", line):
                self.code[int(match[1], 16)] = assembly(match[2].strip())
        self.counts = np.zeros(max(self.code) + 1, np.uint32)

    def executed(self, call):
        """Return {instruction: how often one call executes it}."""
        call()
        self.counts[:] = 0
        self.library.start(self.start, self.counts.size, self.counts.ctypes.data_as(ctypes.c_void_p))
        call()
        self.library.stop()
        found = Counter()
        for address in np.flatnonzero(self.counts):
            found[self.code[int(address)]] += int(self.counts[address])
        return found

    def per_element(self, pair):
        """Return {instruction: executions per element} in the middle of an array."""
        (few, short), (many, long) = pair
        first, second = self.executed(short), self.executed(long)
        return {text: (count - first[text]) / (many - few) for text, count in second.items() if count != first[text]}


def assembly(text):
    """Return an instruction of objdump as llvm-mca reads it: without prefixes, and with 0 for the target of a jump."""
    text = re.sub(r"^(?:(?:rep\w*|bnd|notrack|lock|data16|cs|ds|es)\s+)+", "", text)
    return re.sub(r"^(j\w+|call)\s+[0-9a-f]+$", r"\1 0", text)


def llvm_mca(cpu, *options, code="nop\n"):
    """Run llvm-mca, and return what it prints in JSON."""
    names = [f"llvm-mca-{version}" for version in range(40, 15, -1)]
    found = os.environ.get("LLVM_MCA") or next(filter(shutil.which, [*names, "llvm-mca"]), None)
    if not found:
        sys.exit("llvm-mca is needed: install LLVM 16 or later, or set LLVM_MCA")
    command = [found, "-mtriple=x86_64", f"-mcpu={cpu}", "-json", *options]
    done = subprocess.run(command, input=code, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stderr}\nfailed: {' '.join(command)}")
    return json.loads(done.stdout)


class Model:
    """A processor as llvm-mca knows it."""

    def __init__(self, cpu, instructions):
        region = llvm_mca(cpu)
        self.name = region["TargetInfo"]["CPUName"]
        self.width = region["CodeRegions"][0]["SummaryView"]["DispatchWidth"]
        instructions = sorted(instructions)
        found = llvm_mca(cpu, "-instruction-tables", code="\n".join(instructions) + "\n")
        ports, view = port_names(found["TargetInfo"]["Resources"]), found["CodeRegions"][0]
        pressure = [{} for _ in instructions]
        for use in view["ResourcePressureView"]["ResourcePressureInfo"]:
            if use["InstructionIndex"] < len(instructions):
                pressure[use["InstructionIndex"]][ports[use["ResourceIndex"]]] = use["ResourceUsage"]
        self.uses = {
            text: corrected(self.name, text, ports_used(each))
            for text, each in zip(instructions, pressure, strict=True)
        }
        infos = view["InstructionInfoView"]["InstructionList"]
        self.started = {text: each["NumMicroOpcodes"] for text, each in zip(instructions, infos, strict=True)}

    def bound(self, counts):
        """Return (the least number of cycles for these instructions, what limits them)."""
        load = Counter()
        for text, count in counts.items():
            for ports, cycles in self.uses[text].items():
                load[ports] += count * cycles
        started = sum(self.started[text] * count for text, count in counts.items()) / self.width
        return max(busiest(load), (started, f"{self.width} a cycle"))


def busiest(load):
    """Return (the most cycles that any ports take, their names) for {set of ports: cycles}.

    Instructions that can only use some ports take at least their cycles over the number of these ports. It suffices to
    try the unions of the sets that occur.
    """
    unions = {frozenset()}
    for ports in load:
        unions |= {ports | union for union in unions if not union or kind(min(ports)) == kind(min(union))}
    cycles = {union: sum(load[ports] for ports in load if ports <= union) / len(union) for union in unions if union}
    limiting = max(cycles, key=cycles.get)
    return cycles[limiting], " ".join(sorted(limiting))


def port_names(names):
    """Return LLVM's names without that of the processor; the last byte is a number if a resource has several units."""
    prefix = next(i for i, letters in enumerate(zip(*names, strict=False)) if len(set(letters)) > 1)
    return [f"{name[prefix:-1]}{ord(name[-1])}" if name[-2] == "." else name[prefix:] for name in names]


def kind(port):
    """Return the kind of a port: "FP" of "FP0"; "FP45" of "FP45.1"."""
    return port.rpartition(".")[0] or port.rstrip("0123456789")


def ports_used(pressure):
    """Return {set of ports: cycles} of one instruction, from its cycles on each port if they are equally used.

    An instruction with an operand in memory uses ports of several kinds, or of one kind unequally.
    """
    sets = {}
    for port, cycles in pressure.items():
        if cycles > 0:
            sets.setdefault((kind(port), round(cycles, 3)), []).append((port, cycles))
    return {frozenset(port for port, _ in each): sum(cycles for _, cycles in each) for each in sets.values()}


def corrected(model, text, uses):
    """Return the ports of an instruction according to CORRECTED."""
    for pattern, wrong, right in CORRECTED.get(model, ()):
        if re.match(pattern, text):
            kept = {ports: cycles for ports, cycles in uses.items() if kind(min(ports)) != wrong}
            if "div" in pattern:
                kept[frozenset({"divider"})] = sum(uses.values()) - sum(kept.values())
            if right:
                kept[frozenset(right)] = 2 if "%zmm" in text else 1
            return kept
    return uses


def measure(args):
    """Return a row per instruction set, type and function."""
    library = common.compile_c(Path(__file__).with_suffix(".c"))
    library.chain.argtypes = [ctypes.c_uint64, ctypes.c_uint64]
    if not hasattr(library, "start"):
        sys.exit("single-stepping needs Linux on x86-64")
    library.start.argtypes = [ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p]
    module, rows = Module(library), []
    cells = list(product(args.isa, args.dtype, args.names))
    bar = common.Progress("limits", len(cells))
    for isa, dtype, name in cells:
        short, middle, long = calls(name, common.tables()[isa][name], dtype)
        ns, ghz = timed((short, long), library, args.rounds)
        row = {"isa": isa, "dtype": dtype, "function": name, "ns": ns, "ghz": ghz, "cycles": ns * ghz}
        rows.append(row | {"counts": module.per_element((short, middle))})
        bar.advance(1)
    bar.close()
    instructions = {text for row in rows for text in row["counts"]}
    models = {model.name: model for model in (Model(cpu, instructions) for cpu in args.cpu)}
    for row in rows:
        counts = row.pop("counts")
        row["instructions"] = sum(counts.values())
        row["bounds"] = {name: model.bound(counts) for name, model in models.items()}
    return rows


def print_rows(rows):
    native, *others = rows[0]["bounds"]
    for isa, dtype in dict.fromkeys((row["isa"], row["dtype"]) for row in rows):
        table = [row for row in rows if (row["isa"], row["dtype"]) == (isa, dtype)]
        ghz = statistics.median(row["ghz"] for row in table)
        print(f"\n{isa} {dtype}, {ghz:.2f} GHz, per element; bounds in cycles")
        print(f"{'':24}{'ns':>8}{'instr.':>8}{'cycles':>8}{native:>16}{'share':>8}  {'limited by':20}", end="")
        print("".join(f"{model:>16}" for model in others))
        for row in table:
            bound, limit = row["bounds"][native]
            numbers = f"{row['ns']:8.3f}{row['instructions']:8.2f}{row['cycles']:8.3f}{bound:16.3f}"
            foreign = "".join(f"{row['bounds'][model][0]:16.3f}" for model in others)
            print(f"{row['function']:24}{numbers}{100 * bound / row['cycles']:6.0f} %  {limit:20}{foreign}")
        shares = [row["bounds"][native][0] / row["cycles"] for row in table]
        print(f"median of the shares: {100 * statistics.median(shares):.0f} %")


def main(arguments=None):
    parser = common.make_parser("bench limits", __doc__)
    common.add_names(parser, linear_names)
    common.add_isa(parser, "all that this processor supports")
    common.add_dtype(parser, ("float32", "float64"), ["float32", "float64"])
    parser.add_argument("--cpu", nargs="+", default=list(CPUS), metavar="CPU", help=f"default: {' '.join(CPUS)}")
    parser.add_argument("--rounds", type=int, default=25, help="rounds per cell (default 25)")
    parser.add_argument("--json", metavar="FILE", help="also write all measurements to FILE")
    common.add_core(parser)
    args = parser.parse_args(arguments)
    args.isa = common.chosen_isa(args, list(common.tables()))
    args.names = args.names or linear_names()
    common.pin(args.core)
    with np.errstate(all="ignore"):
        rows = measure(args)
    print_rows(rows)
    print("\n" + ", ".join(f"{key} {value}" for key, value in common.machine().items()))
    if args.json:
        common.write_json(args.json, {"machine": common.machine(), "rows": rows})
    return 0
