"""Shared by the tools: paths, ufuncs, command-line arguments, C helpers compiled at run time, a progress bar."""

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
import tomllib
from pathlib import Path

from tools.facts import FUNCTIONS, ROOT

SOURCE = ROOT / "src" / "softufunc"
TESTS = ROOT / "tests"
DTYPES = ("float16", "float32", "float64", "longdouble")


def repository():
    """Return the address of the repository, without a slash at its end, from [project.urls] of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    urls = {name.lower(): url for name, url in project.get("urls", {}).items()}
    known = (urls[name] for name in ("repository", "source", "homepage") if name in urls)
    return next(known, "https://github.com/softufunc/softufunc").rstrip("/")


def tables():
    """Return {instruction set: {name: ufunc}}, the best set first."""
    from softufunc._ufuncs import tables as all_tables

    return all_tables


def unary_names():
    """Return the names of the functions with one input and one output."""
    return [name for name, function in FUNCTIONS.items() if function.shape == (1, 1) and not function.is_gufunc]


def own_outputs():
    """Return the outputs that differ from the unary function of that name, such as "softplus_sigmoid.sigmoid"."""
    return [
        f"{name}.{output}"
        for name, function in FUNCTIONS.items()
        for output, same in zip(function.outputs, function.same_bits, strict=False)
        if not same
    ]


def definition(name):
    """Return the function that a name refers to: "sigmoid" for "softplus_sigmoid.sigmoid"."""
    return name.rpartition(".")[2]


def one_output(isa, name):
    """Return a callable f(x, out=None) for a function with one output, or for one output of a function with two."""
    whole, _, part = name.partition(".")
    ufunc = tables()[isa][whole]
    if not part:
        return ufunc
    index = FUNCTIONS[whole].outputs.index(part)

    def call(x, out=None):
        return ufunc(x, out=(out, None) if index == 0 else (None, out))[index]

    return call


def make_parser(command, text):
    """Return the argument parser of `python -m tools COMMAND`; `text` is the docstring of the module."""
    return argparse.ArgumentParser(
        prog=f"python -m tools {command}", description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def one_of(what, known):
    """Return an argparse type that accepts the strings `known`, which may be a function that returns them."""

    def check(text):
        names = list(known() if callable(known) else known)
        if text not in names:
            raise argparse.ArgumentTypeError(f"unknown {what} {text!r}; choose from {', '.join(names)}")
        return text

    return check


def add_names(parser, names, what="function", default="all"):
    """Add the positional arguments NAME..."""
    parser.add_argument(
        "names", nargs="*", type=one_of(what, names), metavar="NAME", help=f"{what}s (default: {default})"
    )


def add_isa(parser, default="the best one that this processor supports"):
    """Add the option --isa: a list, empty if not given; "all" stands for every set."""
    known = one_of("instruction set of this build and processor", lambda: [*tables(), "all"])
    text = f"instruction sets (baseline, avx2, avx512), or all (default: {default})"
    parser.add_argument("--isa", nargs="+", type=known, default=[], metavar="ISA", help=text)


def chosen_isa(args, default=None):
    """Return the instruction sets of --isa; without it, `default` or else the best one."""
    return list(tables()) if "all" in args.isa else args.isa or default or [next(iter(tables()))]


def add_dtype(parser, dtypes, default):
    """Add the option --dtype: a list."""
    parser.add_argument(
        "--dtype",
        nargs="+",
        type=one_of("type", dtypes),
        default=default,
        metavar="DTYPE",
        help=f"{', '.join(dtypes)} (default: {' '.join(default)})",
    )


def add_core(parser):
    """Add the option --core: the core on which times are measured."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [None]
    parser.add_argument("--core", type=int, default=cores[-1], help="core to run on (default: the last one)")


def pin(core):
    """Pin this process to one core, where the system supports it."""
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def run(*command, **options):
    """Run a command and return its standard output; exit with its output if it fails."""
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\nfailed: {' '.join(command)}")
    return done.stdout


def number(text):
    """Parse a decimal or hexadecimal float: the type of arguments such as --range."""
    return float.fromhex(text) if "0x" in text.lower() else float(text)


def parse(parser, arguments):
    """Call parser.parse_args(arguments), and accept negative numbers such as -1e-43 and -inf as values."""

    def is_number(text):
        try:
            number(text)
        except ValueError:
            return False
        return True

    return parser.parse_args([f" {text}" if text.startswith("-") and is_number(text) else text for text in arguments])


def compile_c(source, *flags):
    """Compile one C file in a temporary directory and load it with ctypes."""
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


def processor():
    """Return the model of the processor."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        fields = [line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line]
        names = {key.strip(): value.strip() for key, value in reversed(fields)}
        model = names.get("model name", model)
        if "cpu family" in names:
            model += f" (family {names['cpu family']}, model {names.get('model')})"
    return model


def machine():
    """Return the processor, system and versions that a measurement depends on."""
    import numpy as np

    import softufunc

    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "softufunc": softufunc.__version__,
        "date": datetime.date.today().isoformat(),
    }


def hexed(x):
    """Format x exactly in hexadecimal, without trailing zeros; x may be a NumPy long double."""
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
    """Run main() of the module that the first argument selects from {word: module}, or of the default."""
    if arguments[:1] in (["-h"], ["--help"]) or not (arguments or default):
        print(text)
        return 0 if arguments else 2
    if arguments and arguments[0] in modules:
        word, *rest = arguments
    elif default and (not arguments or arguments[0].startswith("-") or arguments[0] in FUNCTIONS):
        word, rest = default, arguments
    else:
        known = [*modules, *(FUNCTIONS if default else ())]
        print(f"unknown argument {arguments[0]!r}; choose from {', '.join(known)}", file=sys.stderr)
        return 2
    return run_module(f"tools.{command}.{modules[word]}", rest)


def run_module(name, arguments):
    """Run main() of a module. If a package is missing, exit with a message; --help works anyway."""
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not {"-h", "--help"} & set(arguments):
            sys.exit(f"{error}: pip install '.[test]' --group dev --group release installs what the tools need")
        print(ast.get_docstring(ast.parse(Path(importlib.util.find_spec(name).origin).read_text(encoding="utf-8"))))
        return 0
    return module.main(arguments)
