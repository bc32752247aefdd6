"""What the tools share: paths, ufuncs, arguments of commands, C helpers compiled at run time, a progress bar."""

import argparse
import ast
import ctypes
import datetime
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.facts import FUNCTIONS, ROOT

SOURCE = ROOT / "src" / "softufunc"
TESTS = ROOT / "tests"
DTYPES = ("float16", "float32", "float64", "longdouble")


def tables():
    """{instruction set: {name: ufunc}}, the best set first."""
    from softufunc._ufuncs import tables as all_tables

    return all_tables


def unary_names():
    """The functions of one input and one output."""
    return [name for name, function in FUNCTIONS.items() if function.shape == (1, 1) and not function.is_gufunc]


def own_outputs():
    """The outputs of functions with two that have bits of their own: "softplus_sigmoid.sigmoid"."""
    return [
        f"{name}.{output}"
        for name, function in FUNCTIONS.items()
        for output, same in zip(function.outputs, function.same_bits, strict=False)
        if not same
    ]


def definition(name):
    """The function that a name stands for: "sigmoid" of "softplus_sigmoid.sigmoid"."""
    return name.rpartition(".")[2]


def one_output(isa, name):
    """A call f(x) or f(x, out=array) for a function with one output, or for one output of a function with two."""
    whole, _, part = name.partition(".")
    ufunc = tables()[isa][whole]
    if not part:
        return ufunc
    index = FUNCTIONS[whole].outputs.index(part)

    def call(x, out=None):
        return ufunc(x, out=(out, None) if index == 0 else (None, out))[index]

    return call


def make_parser(command, text):
    """A parser of arguments for `python -m tools COMMAND`; `text` is the docstring of the module."""
    return argparse.ArgumentParser(
        prog=f"python -m tools {command}", description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def one_of(what, known):
    """A type of arguments: one of the strings `known`, which may be a function that gives them."""

    def check(text):
        names = list(known() if callable(known) else known)
        if text not in names:
            raise argparse.ArgumentTypeError(f"{text!r} is no {what}; there are: {', '.join(names)}")
        return text

    return check


def add_names(parser, names, what="function", default="all"):
    """The positional arguments NAME..."""
    parser.add_argument(
        "names", nargs="*", type=one_of(what, names), metavar="NAME", help=f"{what}s (default: {default})"
    )


def add_isa(parser, default="the best that this processor runs"):
    """The option --isa: a list, empty if it is not given; "all" stands for every set."""
    known = one_of("instruction set of this build and processor", lambda: [*tables(), "all"])
    text = f"instruction sets (baseline, avx2, avx512), or all (default: {default})"
    parser.add_argument("--isa", nargs="+", type=known, default=[], metavar="ISA", help=text)


def chosen_isa(args, default=None):
    """The instruction sets that --isa names; `default` (the best one) without it."""
    return list(tables()) if "all" in args.isa else args.isa or default or [next(iter(tables()))]


def add_dtype(parser, dtypes, default):
    """The option --dtype: a list."""
    parser.add_argument(
        "--dtype",
        nargs="+",
        type=one_of("type", dtypes),
        default=default,
        metavar="DTYPE",
        help=f"{', '.join(dtypes)} (default: {' '.join(default)})",
    )


def add_core(parser):
    """The option --core: the core that times are measured on."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [None]
    parser.add_argument("--core", type=int, default=cores[-1], help="core to run on (default: the last one)")


def pin(core):
    """Keep this process on one core, where the system can."""
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def run(*command, **options):
    """Run a command and return what it wrote on standard output; its output is shown only if it fails."""
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\nfailed: {' '.join(command)}")
    return done.stdout


def number(text):
    """A float written in decimal or hexadecimal: the type of arguments such as --range."""
    return float.fromhex(text) if "0x" in text.lower() else float(text)


def parse(parser, arguments):
    """parser.parse_args(arguments), with negative numbers such as -1e-43 and -inf, which argparse takes for options."""

    def is_number(text):
        try:
            number(text)
        except ValueError:
            return False
        return True

    return parser.parse_args([f" {text}" if text.startswith("-") and is_number(text) else text for text in arguments])


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


def subcommand(command, text, modules, arguments, default=None):
    """Run main() of the module that the first argument names, {word: module}; of the default without such a word."""
    if arguments[:1] in (["-h"], ["--help"]) or not (arguments or default):
        print(text)
        return 0 if arguments else 2
    if arguments and arguments[0] in modules:
        word, *rest = arguments
    elif default and (not arguments or arguments[0].startswith("-") or arguments[0] in FUNCTIONS):
        word, rest = default, arguments
    else:
        known = [*modules, *(FUNCTIONS if default else ())]
        print(f"{arguments[0]!r} is none of: {', '.join(known)}", file=sys.stderr)
        return 2
    return run_module(f"tools.{command}.{modules[word]}", rest)


def run_module(name, arguments):
    """Run main() of a module. One that needs a package that is not installed says so; its --help is there anyway."""
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not {"-h", "--help"} & set(arguments):
            sys.exit(f"{error}: pip install '.[dev,test,docs,release]' installs what the tools need")
        print(ast.get_docstring(ast.parse(Path(importlib.util.find_spec(name).origin).read_text(encoding="utf-8"))))
        return 0
    return module.main(arguments)
