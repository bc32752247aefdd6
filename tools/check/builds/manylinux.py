"""A wheel for old Linux systems, made as cibuildwheel makes it: built with an old C library, repaired, tested.

The C library of the tag that pyproject.toml promises is older than that of any Debian on the mirrors, so the wheel is
built and tested with the oldest one there, and auditwheel checks the symbol versions against the tag.
"""

from functools import partial

from tools import common
from tools.check.platforms import chroot, pythons
from tools.check.platforms.chroot import TREE, WORK
from tools.check.platforms.targets import Target
from tools.check.platforms.wheel import IMAGES, PYTHON, PYTHON_SUITE, Place

SUITE = "bullseye"
"""glibc 2.31"""
PACKAGES = ("gcc", "libc6-dev", "make", "binutils", "zlib1g-dev", "libffi-dev", "grep", "sed", "gawk")
TAGS = ("2_31", *pythons.PLATFORMS, "2_5")


def compile_python(root, run):
    """Compile Python in the chroot, unless it is there."""
    if (root / "opt" / "python" / "bin" / "python3").exists():
        return
    pythons.sources(run.work, PYTHON_SUITE, f"python{PYTHON}")
    script = f"""
    ln -sf gawk /usr/bin/awk  # Debian makes the link in a maintainer script
    cd {WORK}/python{PYTHON}
    ./configure --quiet --prefix=/opt/python --disable-test-modules CC=gcc
    make --silent -j"$(nproc)"
    make --silent install
    """
    common.run(*chroot.command(root, chroot.AMD64, run.work, "bash", "-euc", script))


def check(run):
    """Build, repair, install and test the wheel in the chroot."""
    root = run.cache / f"{SUITE}-manylinux"
    run.facts["megabytes"] = chroot.make(root, chroot.AMD64, PACKAGES, suite=SUITE)
    compile_python(root, run)
    place = Place(run, partial(chroot.command, root, chroot.AMD64, run.work, CC="gcc"), TREE, WORK)
    place.make_environment("/opt/python/bin/python3", [f"manylinux_{tag}_x86_64" for tag in TAGS])
    glibc = place.shell("ldd --version").split("\n")[0].rpartition(" ")[2]
    yield from place.check("manylinux", f"glibc {glibc}")


TARGETS = (
    Target(
        "manylinux",
        f"wheel for {IMAGES['manylinux-x86_64-image']}, built in a chroot and repaired",
        check,
        cheap=False,
        commands=(*chroot.COMMANDS, "tar"),
        packages=("mmdebstrap",),
    ),
)
