"""The package built by other compilers: gcc 12 to 16, clang 16 to 23.

They come from several releases of Debian and are in one chroot, with Python, NumPy, meson and Cython of the newest.
Each is a target: it compiles the package with -Dwerror=true, and links the program of programs.py with the libraries of
that build.
"""

import subprocess
from functools import partial

from tools.check.platforms import chroot, programs
from tools.check.platforms.targets import Fault, Target, version

COMPILERS = (
    *(f"gcc-{release}" for release in (12, 13, 14, 15, 16)),
    *(f"clang-{release}" for release in (16, 17, 18, 19, 21, 22, 23)),
)
"""no release of Debian has clang 20"""
OTHERS = ("trixie", "bookworm")
BUILD = ("libc6-dev", "python3-dev", "python3-numpy", "meson", "cython3")
SCRIPT = f"""
from pathlib import Path
from tools import build

work = Path("{chroot.WORK}")
folder = build.compile_build(work / "build", "-Dwerror=true")
source = build.ROOT / "tools" / "check" / "platforms" / "programs.c"
build.link_program(folder, work / "program", source, "-static", "-I", folder / "src" / "softufunc")
"""


def check(compiler, run):
    """Build and check with a compiler."""
    root = run.cache / "compilers"
    run.facts["megabytes"] = chroot.make(root, chroot.AMD64, [*COMPILERS, *BUILD], *OTHERS)
    enter = partial(chroot.command, root, chroot.AMD64, run.work, LD_LIBRARY_PATH=chroot.blas(root))
    run.facts["compiler"] = version(*enter(compiler, "--version"))
    run.facts["ran"] = f"-Dwerror=true; {programs.CHECKED}"
    built = enter("python3", "-c", SCRIPT, CC=compiler, PYTHONPATH=chroot.TREE)
    done = subprocess.run(built, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        yield Fault(done.stdout[-2000:])
        return
    yield from programs.faults_of([str(run.work / "program")], "<", run.facts["compiler"])


TARGETS = tuple(
    Target(
        compiler,
        f"Linux x86-64, {compiler.replace('-', ' ')}",
        partial(check, compiler),
        cheap=False,
        commands=chroot.COMMANDS,
        packages=chroot.PACKAGES,
        prepare=programs.prepare,
    )
    for compiler in COMPILERS
)
