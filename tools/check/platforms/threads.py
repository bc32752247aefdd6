"""Kernels and loops under ThreadSanitizer: 8 threads call every loop at once (tools/fuzz/threads.c)."""

import platform
import subprocess

from tools.build import compile_build, link_program
from tools.check.platforms.targets import Fault, Target, version
from tools.common import ROOT


def check(run):
    flags = ["-fsanitize=thread", "-g", "-O1"]
    build = compile_build(run.work / "build", f"-Dc_args={' '.join(flags)}", "-Db_lundef=false")
    program = link_program(build, run.work / "threads", ROOT / "tools" / "fuzz" / "threads.c", *flags, "-pthread")
    run.facts |= {"compiler": version("cc", "--version"), "ran": "every loop in 8 threads under ThreadSanitizer"}
    # the sanitizer needs addresses that are not random
    done = subprocess.run(["setarch", platform.machine(), "-R", program], capture_output=True, text=True)
    yield from done.stdout.splitlines()
    if done.returncode:
        yield Fault(done.stderr[:2000])


TARGETS = (
    Target(
        "threads",
        "Linux x86-64, ThreadSanitizer",
        check,
        cheap=False,
        commands=("cc", "setarch"),
        packages=("gcc", "libc6-dev"),
    ),
)
