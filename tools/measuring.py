"""What the measuring tools share: the ufuncs of every instruction set, C helpers compiled at run time, a progress bar.

A module, not a command.
"""

import ctypes
import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOOLS = Path(__file__).resolve().parent


def tables():
    """{instruction set: {name: ufunc}}, the best set first."""
    from softufunc._ufuncs import tables as all_tables

    return all_tables


def unary_names():
    """The functions of one argument and one result that this build of softufunc has."""
    best = next(iter(tables().values()))
    return [name for name, ufunc in best.items() if (ufunc.nin, ufunc.nout, ufunc.signature) == (1, 1, None)]


def results_of_two():
    """The single results of functions with two that have bits of their own: "softplus_sigmoid.sigmoid"."""
    sys.path.insert(0, str(TOOLS.parent / "tests"))
    from reference_two_results import SAME_BITS, TWO_RESULTS

    return [
        f"{name}.{part}"
        for name, parts in TWO_RESULTS.items()
        for part, same in zip(parts, SAME_BITS[name], strict=True)
        if not same
    ]


def definition(name):
    """The function of tests/reference.py that a name stands for."""
    return name.rpartition(".")[2]


def one_result(isa, name):
    """A call f(x) or f(x, out=array) for a function with one result, or for one result of a function with two."""
    whole, _, part = name.partition(".")
    ufunc = tables()[isa][whole]
    if not part:
        return ufunc
    from reference_two_results import TWO_RESULTS

    index = TWO_RESULTS[whole].index(part)

    def call(x, out=None):
        return ufunc(x, out=(out, None) if index == 0 else (None, out))[index]

    return call


def add_choice_arguments(parser, many_functions=True):
    """The arguments FUNCTION..., --all and --isa."""
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help="names of functions, such as softplus")
    if many_functions:
        parser.add_argument("--all", action="store_true", help="all functions, and results, of one argument")
    parser.add_argument(
        "--isa",
        nargs="+",
        metavar="ISA",
        help="instruction sets (baseline, avx2, avx512) or 'all'; the default is the best that this processor runs",
    )


def number(text):
    """A float written in decimal or hexadecimal: the type of arguments such as --range."""
    return float.fromhex(text) if "0x" in text.lower() else float(text)


def parse(parser):
    """parser.parse_args(), with negative numbers such as -1e-43, -inf and -0x1p-3, which argparse takes for options."""

    def is_number(text):
        try:
            number(text)
        except ValueError:
            return False
        return True

    return parser.parse_args(
        [f" {text}" if text.startswith("-") and is_number(text) else text for text in sys.argv[1:]]
    )


def chosen(parser, args):
    """The functions and instruction sets that the arguments of add_choice_arguments name."""
    known = unary_names() + results_of_two()
    functions = known if args.all else args.functions
    if not functions:
        parser.error(f"name a function or say --all; there are: {', '.join(known)}")
    for name in functions:
        if name not in known:
            parser.error(f"{name} is not one of: {', '.join(known)}")
    sets = args.isa or [next(iter(tables()))]
    if sets == ["all"]:
        sets = list(tables())
    for isa in sets:
        if isa not in tables():
            parser.error(f"{isa} is not one of the instruction sets {', '.join(tables())} of this build and processor")
    return functions, sets


def compile_c(source, *flags):
    """A ctypes library from one C file, compiled into a directory that is removed as soon as the library is loaded."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        sys.exit("a C compiler is needed: install one or set CC")
    with tempfile.TemporaryDirectory() as directory:
        library = Path(directory) / "helper.so"
        # -ffp-contract=off: the error bounds in the sources count every rounding
        common = ["-std=gnu11", "-O2", "-ffp-contract=off", "-fno-math-errno", "-fPIC", "-shared", "-Wall", "-Wextra"]
        for native in (["-march=native"], []):
            command = [*compiler.split(), *common, *native, *flags, "-o", str(library), str(source), "-lm"]
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode == 0:
                return ctypes.CDLL(str(library))
    sys.exit(f"{' '.join(command)}\n{result.stderr}")


def machine():
    """The processor, the system and the versions that a measurement depends on."""
    import numpy as np

    import softufunc

    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        fields = [line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line]
        names = {key.strip(): value.strip() for key, value in reversed(fields)}
        model = names.get("model name", model)
        if "cpu family" in names:
            model += f" (family {names['cpu family']}, model {names.get('model')})"
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "softufunc": softufunc.__version__,
        "date": datetime.date.today().isoformat(),
    }


def hexed(x):
    """x in hexadecimal, exactly and without trailing zeros; NumPy's long doubles too."""
    import numpy as np

    x = x if isinstance(x, np.longdouble) else float(x)
    if not np.isfinite(x) or isinstance(x, float):
        text = float(x).hex()
    else:
        fraction, exponent = np.frexp(np.abs(x))
        digits = int(np.ldexp(fraction, 64))
        text = f"{'-' if np.signbit(x) else ''}0x{digits:016x}p{exponent - 64:+d}" if digits else "0x0p+0"
        return text
    mantissa, p, exponent = text.partition("p")
    return mantissa.rstrip("0").rstrip(".") + p + exponent if p and "." in mantissa else text


def write_json(path, content):
    Path(path).write_text(json.dumps(content, indent=1) + "\n")


class Progress:
    """A progress bar on a terminal's standard error; silent elsewhere."""

    def __init__(self, label, total):
        self.label, self.total, self.done = label, total, 0
        self.begin = self.shown = time.monotonic()

    def advance(self, amount):
        self.done += amount
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self.shown < 0.2 and self.done < self.total):
            return
        self.shown = now
        share = self.done / self.total
        left = (now - self.begin) * (1 - share) / share if share else 0
        bar = "#" * int(30 * share)
        print(f"\r{self.label:24} [{bar:30}] {100 * share:5.1f} %  {left:4.0f} s left", end="", file=sys.stderr)

    def close(self):
        if sys.stderr.isatty():
            print("\r" + " " * 79 + "\r", end="", file=sys.stderr)
        return time.monotonic() - self.begin
