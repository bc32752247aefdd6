"""Test the tests by breaking the kernels on purpose: python -m tools mutate.

A mutation changes one place of the C code: the last bits of a constant, a sign, a comparison, the arms of a select, a
stride, a length. Places are drawn from all files in turn. The affected objects are recompiled in a copy of the tree,
for AVX2 or else for the baseline. Tests that compare hashes run first, and if they pass, all others follow.
Mutations that do not compile, or change no code that this machine runs, do not count; those that no test detects are
listed. Fails if fewer than 95 % are detected.
"""

import concurrent.futures
import itertools
import json
import os
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tools import common
from tools.build import MESON
from tools.common import ROOT

FOLDERS = ("functions", "math", "kernels", "ufuncs")
QUICK = ["numerics/test_same_bits.py"], "(stored_hash or single_elements)"
"""tests that compare hashes, and the pytest expression that selects them"""
OTHERS = [
    *(f"ufunc/test_{name}.py" for name in ("core_dimensions", "float_environment", "guarded", "layouts", "methods")),
    *(f"ufunc/test_{name}.py" for name in ("overlap", "types", "where", "whole_rows")),
    *("numerics", "capi"),
]
"""the other tests that check results"""
PROCESSOR_SECONDS = 300
"""a longer run counts as a hang, and so as detected"""
PAIRS = [("madd", "nmadd"), ("less", "not_less"), ("min", "max")]
"""operations that replace each other: R(madd), madd_f64, ..."""
CHANGES = [
    # pattern, replacement: change the last digit of a hex constant, flip signs and comparisons, swap arms
    (r"(0x1\.[0-9a-f]*?)([0-9a-f])(p[+-]\d+)", lambda m: f"{m[1]}{(int(m[2], 16) ^ 8):x}{m[3]}"),
    *(
        (rf"(R\(|\b){name}(\)|_f\d\d)\(", lambda m, other=other: f"{m[1]}{other}{m[2]}(")
        for name, other in (*PAIRS, *(pair[::-1] for pair in PAIRS))
    ),
    (
        r"(R\(|\b)select(\)|_f\d\d)\((\w+), ([\w.]+), ([\w.]+)\)",
        lambda m: f"{m[1]}select{m[2]}({m[3]}, {m[5]}, {m[4]})",
    ),
    (r"(R\(|\b)zero_where(\)|_f\d\d)\((\w+), ", lambda m: f"{m[1]}zero_where{m[2]}(~{m[3]}, "),
    (r" \+ ", lambda m: " - "),
    (r" - ", lambda m: " + "),
    # end a loop too early; loops that run a step too far are left to the sanitizers (`fuzz loops`)
    (r"(?<=; )(\w+) < (?=[^;\n]*; (?:\1 \+= ([\w* ]+))?)", lambda m: f"{m[1]} + {m[2] or 1} < "),
    (r"(?<!; \w) < ", lambda m: " >= "),
    (r"(?<![<>-])== ", lambda m: "!= "),
    (r"(#define \w*(?:FAR|TAIL|LEAST|ONE|TINY|NEAR) -?)(\d+\.\d+)", lambda m: f"{m[1]}{float(m[2]) * 0.75}"),
    (r"in_step", lambda m: "out_step"),
    (r"\(intptr_t\)m \* ", lambda m: "(intptr_t)(m - 1) * "),
    (r"\* LANES", lambda m: "* (LANES - 1)"),
]
# Mutations that change no result, and are not drawn: pattern of the line, pattern of the mutated text, reason.
EQUIVALENT = [
    (r"\? 0 : R\(until_aligned\)", " < ", "which elements are taken one by one, so that the others are aligned"),
    (
        r"_end = \w+ \+ \(n - 1\)",
        " - ",
        "memory taken for overlapping is only gone through one element after the other",
    ),
    (r"VECTOR_BYTES < 64 \?", " < ", "which elements are taken one by one, so that the others are aligned"),
    (r"0x1\.[0-9a-f]{12,13}p-(1[4-9]|2\d)", "p-", "the last digit of so small a coefficient reaches no result"),
    (r"done = n < 4 \* block", " < ", "which elements are taken one by one, so that the others are aligned"),
    (r"C\(0x1.c71c\w{9}p-12\)", "p-(9|12)", "times z^3 < 2^-15 the last digit is 2^-73 of the result, or less"),
    (r"define VECTORS_PER_BLOCK ", "==", "how many vectors a kernel takes at once"),
    (r"define LIKELIHOOD_TAIL", "TAIL", "the longer way, taken earlier, holds everywhere"),
    (r"define SOFTPLUSINV_TAIL 20.0", "TAIL", "from 15 on, e^-y is less than half an ulp of y in float32"),
    (r"define LOGADDEXP_NEAR", "NEAR", "both formulas hold on both sides of the limit"),
    (r"\(b - 0x3f000000\)", " - ", "the 16 bits that are kept are the same"),
    (r"long double total = sum \+ term", r" \+ ", "`low` makes up for it"),
    (r"double scaled = term \* 0x1p-64, total", r" \+ ", "`huge.low` makes up for it"),
    (r"four sum = left \+ right", r" \+ ", "the longer way to the same bits: `check instructions` sees it"),
    (r"in_high = ", "in_step", "NumPy hands over overlapping memory at equal steps only"),
    (r"TAIL \* \(1 \+ EPSILON\)", r" \+ ", "both formulas hold on both sides of the limit"),
    (r"BIAS \+ 1\) << MANTISSA", r" \+ ", "what is not subnormal becomes another small number, not looked at"),
    (r"LN2_LO 0x1.abc9e3b39803fp-56", "p-56", "the last digit of the lower half of a pair: 2^-97 of the whole"),
    (r"LOG_3_HALVES_LO -0x1.a92e513217f5cp-59", "p-59", "the last digit of the lower half of a pair"),
    (r"LN2_REST 0x1.ef35793c7673p-97", "p-97", "the last digit of the lower half of a pair"),
    (r"0x1\.5{13}p-5[79]", "p-5[79]", "the last digit of the lower half of a pair"),
    (r"steps\[i\] [<>]= -?PREFETCH_STRIDE", "[<>]", "how many elements are gathered at a time"),
    (r"ahead = stride|__builtin_prefetch", r"==| [+-] ", "which cache lines are asked for in advance"),
    (r"define LOGSUBEXP_NEAR", "NEAR", "both formulas hold on both sides of the limit"),
    (r"; f < \(number\)0x1p-32; e -= 32", " < ", "the loop behind it gets there too, in smaller steps"),
    (r"first < 2 \* n \+ 1 &&", r" \+ ", "a number that small is computed again with more digits"),
    (r"one_by_one == 0 &&", "==", "every row goes alone, to the same bits, and takes longer"),
    (r"; n - i >= 4 \* LANES", "LANES", "a maximum stays if elements are seen twice; n is a multiple of ACCUMULATORS"),
]
# Code that neither AVX2 nor the baseline uses, and declarations
OTHER_FILES = {"vector_any.h", "vector_avx512.h", "table.h", "loops.h", "cpu.c", "functions.h"}


def is_equivalent(text, match):
    line = text[text.rfind("\n", 0, match.start()) + 1 : text.find("\n", match.end())]
    return any(re.search(pattern, line) and re.search(part, match[0]) for pattern, part, _ in EQUIVALENT)


def places(source):
    """Return [(file, start, end, replacement)], alternating between files; comments and conditions are excluded."""
    found = []
    for path in sorted(path for folder in FOLDERS for path in (ROOT / "src" / "softufunc" / folder).glob("*.[ch]")):
        if path.name in OTHER_FILES:
            continue
        text = path.read_text(encoding="utf-8")
        blank = re.sub(r"/\*.*?\*/", lambda m: " " * len(m[0]), text, flags=re.DOTALL)
        blank = re.sub(r"^#(?!define).*", lambda m: " " * len(m[0]), blank, flags=re.MULTILINE)
        matches = [(match, change) for pattern, change in CHANGES for match in re.finditer(pattern, blank)]
        matches = [(match, change) for match, change in matches if not is_equivalent(text, match)]
        of_file = [(path.relative_to(ROOT), match.start(), match.end(), change(match)) for match, change in matches]
        source.shuffle(of_file)
        found.append(of_file)
    source.shuffle(found)
    return [place for turn in itertools.zip_longest(*found) for place in turn if place]


def text_at(name, start, end):
    return (ROOT / name).read_text(encoding="utf-8")[start:end]


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True, **options)


class Workshop:
    """A built copy of the tree, in which mutations are applied and reverted one after the other."""

    def __init__(self, folder, other=None):
        self.tree, self.build, self.site = folder / "tree", folder / "build", folder / "site"
        if other:  # its commands have no absolute paths
            for mine, theirs in ((self.tree, other.tree), (self.build, other.build), (self.site, other.site)):
                shutil.copytree(theirs, mine)
            self.commands, self.code = other.commands, other.code
            self.library = self.site / "softufunc" / other.library.name
            return
        skipped = shutil.ignore_patterns(".git", ".venv", "build*", ".hypothesis")
        shutil.copytree(ROOT, self.tree, ignore=skipped)
        # -O1 compiles in half the time, and gives the same results
        run(*MESON, "setup", "-Disa=avx2", "-Doptimization=1", self.build, self.tree)
        run(*MESON, "compile", "-C", self.build)
        self.commands = {}
        for entry in json.loads((self.build / "compile_commands.json").read_text(encoding="utf-8")):
            if entry["file"].endswith(".c"):
                self.commands[entry["output"]] = self.plain(shlex.split(entry["command"]))
        self.code = {name: self.preprocessed(name) for name in self.commands}
        python = self.site / "softufunc"
        shutil.copytree(self.tree / "src" / "softufunc", python, ignore=shutil.ignore_patterns(*FOLDERS))
        for path in (self.build / "src" / "softufunc").rglob("_facts.py"):
            shutil.copy(path, python)
        self.library = python / next((self.build / "src" / "softufunc").glob("_ufuncs*.so")).name

    @staticmethod
    def plain(command):
        """Remove the options for dependencies and the output file."""
        for option in ("-MQ", "-MF", "-o"):
            del command[command.index(option) : command.index(option) + 2]
        return [part for part in command if part not in ("-MD", "-c")]

    def preprocessed(self, name):
        return run(*self.commands[name], "-E", "-P", cwd=self.build).stdout

    def link(self, changed):
        """Compile the objects `changed` and link them with the others; return False if compilation fails."""
        objects = []
        for name, command in self.commands.items():
            objects.append(name)
            if name in changed:
                objects[-1] = name + ".mutated"
                compiled = [*command, "-c", "-o", objects[-1]]
                if subprocess.run(compiled, cwd=self.build, capture_output=True, check=False).returncode:
                    return False
        run(os.environ.get("CC", "cc"), "-shared", "-o", self.library, *objects, "-lm", cwd=self.build)
        return True

    def fails(self, names, expression):
        """Return whether a test of these files selected by the expression fails."""
        tests = [self.tree / "tests" / name for name in names]
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-c"]
        command += [self.tree / "pyproject.toml", "-k", expression, *tests]
        done = subprocess.run(
            [str(part) for part in command],
            env={**os.environ, "PYTHONPATH": str(self.site), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=self.site,
            capture_output=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, [PROCESSOR_SECONDS] * 2),
        )
        return done.returncode not in (0, 5)  # 5: no test selected

    def attempt(self, mutation):
        """'noticed', 'survived', 'does not compile' or 'changes nothing'"""
        name, start, end, replacement = mutation
        path = self.tree / name
        original = path.read_text(encoding="utf-8")
        path.write_text(original[:start] + replacement + original[end:], encoding="utf-8")
        try:
            changed = {key for key, code in self.code.items() if self.preprocessed(key) != code}
            if not changed:
                return "changes nothing"
            # one instruction set suffices
            changed = {key for key in changed if "kernels_baseline" not in key} or changed
            if not self.link(changed):
                return "does not compile"
            # test names contain the name of the function
            expression = name.stem if name.parent.name == "functions" else "not more_than_2_to_31"
            quick, hashes = QUICK
            noticed = self.fails(quick, f"{hashes} and {expression}") or self.fails(OTHERS, expression)
            return "noticed" if noticed else "survived"
        except subprocess.CalledProcessError:
            return "does not compile"
        finally:
            path.write_text(original, encoding="utf-8")


def main(arguments=None):
    parser = common.make_parser("mutate", __doc__)
    parser.add_argument("--sample", type=int, default=80, help="number of mutations (default 80)")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"), help="random unless given")
    parser.add_argument("--jobs", type=int, default=2, help="parallel jobs (default 2)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only files whose path contains TEXT")
    parser.add_argument("--change", default="", metavar="TEXT", help="only places that contain TEXT")
    options = parser.parse_args(arguments)
    every = places(random.Random(options.seed))
    every = [place for place in every if options.only in str(place[0]) and options.change in text_at(*place[:3])]
    print(f"seed {options.seed}: {options.sample} of {len(every)} mutations", flush=True)
    waiting, lock, start = iter(every), threading.Lock(), time.perf_counter()
    results = []

    def work(workshop):
        while True:
            with lock:
                if len(results) >= options.sample or not (mutation := next(waiting, None)):
                    return
            result = workshop.attempt(mutation)
            name, at, end, replacement = mutation
            text = (ROOT / name).read_text(encoding="utf-8")
            place = f"{name}:{text.count(chr(10), 0, at) + 1}: {text[at:end]!r} -> {replacement!r}"
            print(f"{time.perf_counter() - start:5.0f} s {result}: {place}", flush=True)
            if result in ("noticed", "survived"):
                with lock:
                    results.append((result, place))

    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        first = Workshop(Path(folder) / "0")
        first.link(())
        if first.fails(*QUICK):
            sys.exit("the tests fail without any mutation")
        workshops = [first, *(Workshop(Path(folder) / str(i), first) for i in range(1, options.jobs))]
        for done in [pool.submit(work, workshop) for workshop in workshops]:
            done.result()
    noticed = sum(result == "noticed" for result, _ in results)
    for result, place in results:
        if result == "survived":
            print(f"survived: {place}")
    share = noticed / max(1, len(results))
    print(f"{noticed} of {len(results)} noticed: {share:.1%}, {time.perf_counter() - start:.0f} s")
    return share < 0.95
