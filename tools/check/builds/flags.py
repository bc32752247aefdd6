"""Compiler flags from CFLAGS and LDFLAGS, as package managers set them: some must be refused."""

import subprocess
import tempfile
from functools import partial

from tools.build import MESON
from tools.check.builds.installed import CHECKED_IS, check, environment, install
from tools.check.platforms.programs import CLANG
from tools.check.platforms.targets import Fault, Target, version
from tools.common import ROOT

REFUSED = (
    "-Ofast", "-ffast-math", "-funsafe-math-optimizations", "-ffinite-math-only", "-fassociative-math",
    "-freciprocal-math", "-fno-signed-zeros", "-fsingle-precision-constant", "-mfpmath=387",
)  # fmt: skip
REFUSED_AT_THE_LINK = ("-ffast-math", "-Ofast", "-mdaz-ftz")
DEBIAN_12 = "-g -O2 -fstack-protector-strong -Wformat -Werror=format-security -D_FORTIFY_SOURCE=2"
DEBIAN_13 = (
    "-g -O2 -Werror=implicit-function-declaration -flto=auto -ffat-lto-objects -fstack-protector-strong "
    "-fstack-clash-protection -Wformat -Werror=format-security -fcf-protection -Wdate-time -D_FORTIFY_SOURCE=3"
)
PERMITTED = {
    "plain": ("",),
    "O0": ("-O0",),
    "native": ("-march=native",),
    "lto": ("-flto",),
    "native-lto": ("-O3 -march=native -flto",),
    "contract": ("-ffp-contract=fast",),
    "rounding": ("-frounding-math",),
    "no-rounding": ("-fno-rounding-math",),
    "debian12": (DEBIAN_12, "-Wl,-z,relro"),
    "debian13": (DEBIAN_13, "-flto=auto -Wl,-z,relro -Wl,-z,now"),
}
"""CFLAGS, LDFLAGS"""
TITLES = {
    "plain": "no flags",
    "debian12": "hardening flags of Debian 12",
    "debian13": "hardening flags and LTO of Debian 13",
}
COMPILERS = {"gcc": ("gcc", "gcc"), "clang": (CLANG, "clang-19")}
"""the command, and the Debian package"""


def refused(compiler, name, flag):
    """Return whether the configuration with CFLAGS or LDFLAGS stops and names the flag, and its output."""
    with tempfile.TemporaryDirectory() as folder:
        variables = environment(CC=compiler) | {name: flag}
        done = subprocess.run([*MESON, "setup", folder, ROOT], env=variables, capture_output=True, text=True)
    # the compiler itself refuses flags that it does not know
    named = flag in done.stdout or "cannot compile programs" in done.stdout
    return done.returncode != 0 and named, done.stdout + done.stderr


def check_refused(compiler, run):
    """Check every flag that must be refused."""
    run.facts |= {"compiler": version(compiler, "--version"), "ran": "the configuration stops and names the flag"}
    tried = [("CFLAGS", flag) for flag in REFUSED] + [("LDFLAGS", flag) for flag in REFUSED_AT_THE_LINK]
    for name, flag in tried:
        fine, said = refused(compiler, name, flag)
        yield f"{name}={flag} is refused" if fine else Fault(f"{name}={flag} is not refused\n{said}")


def check_permitted(compiler, name, run):
    """Build with permitted flags and check the result."""
    run.facts |= {"compiler": version(compiler, "--version"), "ran": CHECKED_IS}
    site = install(run.work, CC=compiler, **dict(zip(("CFLAGS", "LDFLAGS"), PERMITTED[name], strict=False)))
    yield from check(run.work, site)


def targets():
    for name, (compiler, package) in COMPILERS.items():
        needs = {"commands": (compiler,), "packages": (package,)}
        title = f"{name}, flags that change results"
        yield Target(f"{name}-refused", title, partial(check_refused, compiler), cheap=name == "gcc", **needs)
        for variant, flags in PERMITTED.items():
            job = partial(check_permitted, compiler, variant)
            title = TITLES.get(variant, f"CFLAGS={flags[0]}")
            yield Target(f"{name}-{variant}", f"{name}, {title}", job, cheap=False, **needs)


TARGETS = tuple(targets())
