"""Break the kernels on purpose and see whether the tests notice: python tools/mutation.py [--sample N] [--seed S].

A mutation changes one place of the C code: the last bits of a constant, a sign, a comparison, the arms of a select, a
stride, a length. It is built in a copy of the tree, and those tests run first that look at results. A mutation that
does not compile is no mutation; one that no test notices is listed. Fails if fewer than 95 % are noticed.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("functions", "math", "dispatch")
TESTS = ["same_bits", "special_values", "half", "longdouble", "values", "loops", "flags", "ufunc_protocol", "symmetry"]
TESTS += ["float_environment"]
CHANGES = [
    # pattern, replacement: a hex constant loses its last digit, signs and comparisons turn over, arms change places
    (r"(0x1\.[0-9a-f]*?)([0-9a-f])(p[+-]\d+)", lambda m: f"{m[1]}{(int(m[2], 16) ^ 8):x}{m[3]}"),
    (r"R\(madd\)\(", lambda m: "R(nmadd)("),
    (r"R\(nmadd\)\(", lambda m: "R(madd)("),
    (r"R\(less\)\(", lambda m: "R(not_less)("),
    (r"R\(not_less\)\(", lambda m: "R(less)("),
    (r"R\(select\)\((\w+), ([\w.]+), ([\w.]+)\)", lambda m: f"R(select)({m[1]}, {m[3]}, {m[2]})"),
    (r"R\(min\)\(", lambda m: "R(max)("),
    (r"R\(max\)\(", lambda m: "R(min)("),
    (r"R\(zero_where\)\((\w+), ", lambda m: f"R(zero_where)(~{m[1]}, "),
    (r" \+ ", lambda m: " - "),
    (r" - ", lambda m: " + "),
    (r" < ", lambda m: " <= "),
    (r"(?<![<>-])== ", lambda m: "!= "),
    (r"(#define \w*(?:FAR|LEAST|ONE|TINY) -?)(\d+\.\d+)", lambda m: f"{m[1]}{float(m[2]) * 0.75}"),
    (r"in_step", lambda m: "out_step"),
    (r"\(intptr_t\)m \* ", lambda m: "(intptr_t)(m - 1) * "),
    (r"\* LANES", lambda m: "* (LANES - 1)"),
]
# Code that AVX2 and the baseline do not use, and what only says what is promised
OTHER_FILES = {"vector_any.h", "vector_avx512.h", "table.h", "loops.h", "all.h", "cpu.c"}


def places():
    """[(file, start, end, replacement)] in a fixed order, comments and preprocessor conditions left out."""
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / "src" / "softufunc" / folder).glob("*.[ch]")):
            if path.name in OTHER_FILES:
                continue
            text = path.read_text(encoding="utf-8")
            blank = re.sub(r"/\*.*?\*/", lambda m: " " * len(m[0]), text, flags=re.DOTALL)
            blank = re.sub(r"^#(?!define).*", lambda m: " " * len(m[0]), blank, flags=re.MULTILINE)
            for pattern, change in CHANGES:
                for match in re.finditer(pattern, blank):
                    found.append((path.relative_to(ROOT), match.start(), match.end(), change(match)))
    return found


def attempt(tree, build, mutation):
    """'noticed', 'survived' or 'does not compile'"""
    name, start, end, replacement = mutation
    path = tree / name
    original = path.read_text(encoding="utf-8")
    path.write_text(original[:start] + replacement + original[end:], encoding="utf-8")
    try:
        if subprocess.run(["meson", "compile", "-C", build], capture_output=True, check=False).returncode:
            return "does not compile"
        shutil.copy(next((build / "src" / "softufunc").glob("_ufuncs*.so")), tree / "site" / "softufunc")
        tests = [tree / "tests" / f"test_{test}.py" for test in TESTS]
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-c", tree / "pyproject.toml"]
        environment = {**os.environ, "PYTHONPATH": str(tree / "site"), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                [str(part) for part in [*command, "-k", "not more_than_2_to_31", *tests]],
                env=environment,
                cwd=tree / "site",
                capture_output=True,
                check=False,
                timeout=600,
            )
        except subprocess.TimeoutExpired:
            return "noticed"
        return "noticed" if done.returncode else "survived"
    finally:
        path.write_text(original, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=80, help="how many mutations")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"), help="random unless given")
    options = parser.parse_args()
    every = places()
    source = random.Random(options.seed)
    source.shuffle(every)
    print(f"seed {options.seed}: {options.sample} of {len(every)} mutations", flush=True)
    noticed, survivors, start = 0, [], time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".git", ".venv", "build*", ".hypothesis"))
        build = Path(folder) / "build"
        # without AVX-512: compiled twice as fast, and the same source
        subprocess.run(["meson", "setup", "-Disa=avx2", build, tree], check=True, capture_output=True)
        python = tree / "site" / "softufunc"
        shutil.copytree(tree / "src" / "softufunc", python, ignore=shutil.ignore_patterns(*FOLDERS))
        name = Path("src/softufunc/functions.h")
        if attempt(tree, build, (name, 0, 0, "")) != "survived":
            sys.exit("the tests fail without any mutation")
        for mutation in every:
            if noticed + len(survivors) == options.sample:
                break
            result = attempt(tree, build, mutation)
            name, at, end, replacement = mutation
            text = (ROOT / name).read_text(encoding="utf-8")
            line = text.count("\n", 0, at) + 1
            print(f"{result}: {name}:{line}: {text[at:end]!r} -> {replacement!r}", flush=True)
            noticed += result == "noticed"
            if result == "survived":
                survivors.append(f"{name}:{line}")
    share = noticed / max(1, noticed + len(survivors))
    print(f"{noticed} noticed, {len(survivors)} survived: {share:.1%}, {time.perf_counter() - start:.0f} s")
    return share < 0.95


if __name__ == "__main__":
    sys.exit(main())
