"""The package built by other compilers: gcc 12 to 16, clang 16 to 23.

They come from several releases of Debian and are in one chroot, with Python, NumPy, meson and Cython of the newest.
Each is a target: it compiles the package with -Dwerror=true, and links the program of programs.py with the libraries of
that build. No release of Debian has clang 20, which is that of PyPI's ziglang 0.15.
"""

import subprocess
import sys
import zipfile
from functools import partial

from tools import common
from tools.check.platforms import chroot, programs
from tools.check.platforms.targets import Fault, Target, version

COMPILERS = (
    *(f"gcc-{release}" for release in (12, 13, 14, 15, 16)),
    *(f"clang-{release}" for release in (16, 17, 18, 19, 21, 22, 23)),
)
ZIG = {"clang-20": "ziglang==0.15.2"}
OTHERS = ("trixie", "bookworm")
BUILD = ("libc6-dev", "python3-dev", "python3-numpy", "meson", "cython3")
LIBRARIES = ("loops", "kernels_baseline", "kernels_avx2", "kernels_avx512")
"""all that zig builds: its linker knows neither the flags of the extension module nor thin archives"""
SCRIPT = f"""
import sys
from pathlib import Path
from tools import build

work = Path("{chroot.WORK}")
folder = build.compile_build(work / "build", "-Dwerror=true", targets=sys.argv[2:])
source = build.ROOT / "tools" / "check" / "platforms" / "programs.c"
flags = ["-static", "-I", folder / "src" / "softufunc"]
build.link_program(folder, work / "program", source, *flags, compiler=sys.argv[1])
"""
WRAPPER = f"""#!/bin/sh
for word; do
    shift
    case $word in
    -march=*) word=-march=$(echo "${{word#*=}}" | tr - _) ;;
    -mavx512f) more=-mevex512 ;;
    esac
    set -- "$@" "$word"
done
exec {chroot.WORK}/ziglang/zig cc -fno-sanitize=undefined "$@" $more
"""
"""zig has other names for processors, and turns vectors of 512 bits off; its undefined-behaviour sanitizer is on"""


def unpack_zig(wanted, folder):
    """Unpack ziglang in a folder, write a compiler there that is run like clang, and return its name in the chroot."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download", "--no-deps"]
    common.run(*pip, "-d", folder, wanted)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    (folder / "clang").write_text(WRAPPER, encoding="utf-8")
    for program in folder / "clang", folder / "ziglang" / "zig":
        program.chmod(0o755)
    return f"{chroot.WORK}/clang"


def check(compiler, run):
    """Build and check with a compiler."""
    root = run.cache / "compilers"
    run.facts["megabytes"] = chroot.make(root, chroot.AMD64, [*COMPILERS, *BUILD], *OTHERS)
    enter = partial(chroot.command, root, chroot.AMD64, run.work, LD_LIBRARY_PATH=chroot.blas(root))
    linker, targets = compiler, ()
    if compiler in ZIG:
        compiler, linker, targets = unpack_zig(ZIG[compiler], run.work), COMPILERS[0], LIBRARIES
    run.facts["compiler"] = version(*enter(compiler, "--version")).partition(" (http")[0]
    run.facts["ran"] = f"-Dwerror=true; {programs.CHECKED}"
    built = enter("python3", "-c", SCRIPT, linker, *targets, CC=compiler, PYTHONPATH=chroot.TREE)
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
    for compiler in sorted((*COMPILERS, *ZIG), key=lambda name: (name[0] == "c", name))
)
