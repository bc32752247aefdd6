"""A Debian chroot for any architecture that Debian has, kept in a folder; commands run in it, emulated where needed.

Nothing is left behind: a command runs in namespaces of its own for users, mounts and processes. Its mounts, and the
registration of the emulator, vanish with it, and so do the processes that it started, also if this process is killed.
"""

import fcntl
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass

from tools.common import ROOT, run

SUITE = "sid"
PACKAGES = ("mmdebstrap", "qemu-user-static")
COMMANDS = ("mmdebstrap", "setpriv", "unshare", "apt-get")
BASE = ("base-files", "bash", "coreutils", "dash", "libc-bin")

TREE = "/tmp/tree"
"""the source tree in the chroot, read-only"""
WORK = "/tmp/work"
"""the folder for results in the chroot"""

ENTER = rf"""
set -e
root=$1 tree=$2 work=$3
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
mount --rbind /dev "$root/dev"
mkdir -p "$root{TREE}" "$root{WORK}"
mount --bind "$tree" "$root{TREE}"
mount -o remount,bind,ro "$root{TREE}"
mount --bind "$work" "$root{WORK}"
if [ -n "$4" ]; then
    mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    printf '%s' "$4" > /proc/sys/fs/binfmt_misc/register
fi
shift 4
exec chroot "$root" "$@"
"""
"""mounts what a command needs, and runs it; TREE and WORK are in a file system of its own, mounted at /tmp"""


@dataclass(frozen=True)
class Architecture:
    """A Debian architecture, and how its programs run here."""

    debian: str
    triplet: str
    emulator: str = ""
    elf: tuple[int, int, int] = (0, 0, 0)
    """of the programs to be emulated: 1 or 2 for 32 or 64 bits, 1 or 2 for little or big-endian, the machine"""
    personality: tuple[str, ...] = ()
    """a command that makes the kernel report this machine"""
    cpu: str = ""
    """the model that the emulator takes instead of its default"""


AMD64 = Architecture("amd64", "x86_64-linux-gnu")
I386 = Architecture("i386", "i686-linux-gnu", personality=("setarch", "i686"))
NO_PAUTH = "max,pauth=off"
"""does not sign return addresses, as Debian's CPython asks for: emulating the hash takes 96 % of the tests' time"""
ARM64 = Architecture("arm64", "aarch64-linux-gnu", "qemu-aarch64-static", (2, 1, 183), cpu=NO_PAUTH)
ARMHF = Architecture("armhf", "arm-linux-gnueabihf", "qemu-arm-static", (1, 1, 40))
PPC64EL = Architecture("ppc64el", "powerpc64le-linux-gnu", "qemu-ppc64le-static", (2, 1, 21))
RISCV64 = Architecture("riscv64", "riscv64-linux-gnu", "qemu-riscv64-static", (2, 1, 243))
S390X = Architecture("s390x", "s390x-linux-gnu", "qemu-s390x-static", (2, 2, 22))


def mirror():
    """Return the address of the Debian mirror from which apt installs packages here."""
    text = run("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages")
    for line in text.splitlines():
        label, _, address = line.rpartition(" ")
        if label == "Debian":
            return address
    sys.exit("apt has no list of Debian packages: run apt-get update")


def make(folder, architecture, packages, *also, suite=SUITE):
    """Make a chroot with these packages in the folder, unless it is there; return the megabytes that it takes.

    `also`: further suites, for packages that are not in the first one.
    """
    wanted = " ".join([suite, *also, *sorted({*BASE, *packages})])
    stamp = folder.with_name(f"{folder.name}.packages")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(f"{folder.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # targets that share it may run at the same time
        if not (stamp.exists() and stamp.read_text() == wanted):
            shutil.rmtree(folder, ignore_errors=True)
            run(
                "mmdebstrap",
                "--variant=extract",  # runs no maintainer scripts, and no foreign code
                "--mode=root",
                f"--architectures={architecture.debian}",
                "--keyring=/usr/share/keyrings",
                '--aptopt=Acquire::Check-Valid-Until "false"',  # of a mirror that is a snapshot
                f"--include={','.join([*BASE, *packages])}",
                suite,
                folder,
                *(f"deb {mirror()} {each} main" for each in (suite, *also)),
                stdin=subprocess.DEVNULL,
            )
            stamp.write_text(wanted)
    return megabytes(folder)


def megabytes(folder):
    """Return the megabytes that a folder takes on disk."""
    return round(int(run("du", "-sk", folder).split()[0]) / 1000)


def blas(folder):
    """Return the LD_LIBRARY_PATH with which Debian's NumPy finds its libraries in a chroot.

    /etc/alternatives has no links to them, which are made by maintainer scripts.
    """
    libraries = next(folder.glob("usr/lib/*/blas")).relative_to(folder).parent
    return f"/{libraries}/blas:/{libraries}/lapack"


def install(folder, *wheels):
    """Install wheels in the Python of the chroot, in place of those installed before."""
    (headers,) = (folder / "usr" / "include").glob("python3.*")
    site = folder / "usr" / "local" / "lib" / headers.name / "dist-packages"
    shutil.rmtree(site, ignore_errors=True)
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)


def registration(architecture):
    """Return the line by which the kernel learns to run programs of the architecture, or ""."""
    if not architecture.emulator:
        return ""
    bits, order, machine = architecture.elf
    name = "little" if order == 1 else "big"
    magic = b"\x7fELF" + bytes([bits, order, 1]) + bytes(9) + (2).to_bytes(2, name) + machine.to_bytes(2, name)
    mask = b"\xff" * 7 + bytes(9) + (0xFFFE).to_bytes(2, name) + b"\xff\xff"  # the type is 2 or 3
    escaped = ("".join(f"\\x{byte:02x}" for byte in part) for part in (magic, mask))
    path = shutil.which(architecture.emulator)
    return f":softufunc-{architecture.debian}:M::{':'.join(escaped)}:{path}:FP"


def command(folder, architecture, work, *words, **environment):
    """Return the command that runs `words` in the chroot, with the tree at TREE and `work` at WORK."""
    isolate = ["setpriv", "--pdeathsig=KILL"]  # unshare ignores SIGTERM
    isolate += ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child"]
    enter = ["sh", "-c", ENTER, "enter", folder, ROOT, work, registration(architecture)]
    fixed = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    if architecture.cpu:
        fixed["QEMU_CPU"] = architecture.cpu
    variables = [f"{key}={value}" for key, value in (fixed | environment).items()]
    return [*map(str, [*architecture.personality, *isolate, *enter, "env", "-i", *variables, *words])]
