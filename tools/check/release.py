"""Check the files of a release: python -m tools check release.

* `python -m build` builds the source distribution, and the wheel from it.
* A second build from a copy of the tree at another path, with the same SOURCE_DATE_EPOCH, gives the same files bit for
  bit. pip builds its wheel from the source distribution, as for a user. With --against, an existing wheel of the same
  commit is used instead, built with the time of the commit as SOURCE_DATE_EPOCH.
* `twine check --strict` accepts the metadata, `abi3audit --strict` the use of the stable ABI.
* The wheel contains the files listed in tools/check/wheel_files.txt, the source distribution all files of the commit.
* The wheel can be installed in a new environment and passes the self-check.

Only committed files are built. Needs the dependency group `release`.
"""

import hashlib
import os
import shutil
import sys
import tarfile
import tempfile
import time
import venv
import zipfile
from pathlib import Path

from tools import common
from tools.common import ROOT

HERE = Path(__file__).resolve().parent
START = time.perf_counter()


def say(text):
    print(f"[{time.perf_counter() - START:5.1f} s] {text}", flush=True)


def run(*command, cwd=ROOT, **environment):
    return common.run(*command, cwd=cwd, env=os.environ | environment)


def differences(what, found, wanted):
    """Describe missing and unexpected names."""
    lines = [f"{what} lacks {name}" for name in sorted(wanted - found)]
    return lines + [f"{what} has {name}, which is not listed" for name in sorted(found - wanted)]


def only(directory, pattern):
    """Return the only file that matches."""
    (path,) = directory.glob(pattern)
    return path


def build_twice(work, epoch, against):
    """Build from trees at two paths, and return two directories with a source distribution and a wheel each."""
    first, second = work / "first", work / "second"
    clones = work / "one", work / "a place with a longer name"
    for clone in clones:
        run("git", "clone", "--quiet", "--no-hardlinks", ROOT, clone)
    run(sys.executable, "-m", "build", "--outdir", first, clones[0], SOURCE_DATE_EPOCH=epoch)
    say("built with `python -m build`")
    run(sys.executable, "-m", "build", "--sdist", "--outdir", second, clones[1], SOURCE_DATE_EPOCH=epoch)
    source = only(second, "*.tar.gz")
    if against:
        shutil.copy(against, second)
        return first, second
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", second, source, cwd=work, SOURCE_DATE_EPOCH=epoch)
    say("built a second time, the wheel with pip from the source distribution")
    return first, second


def same_bits(first, second):
    """Describe files that differ between the two builds."""
    faults = differences("the second build", {p.name for p in second.iterdir()}, {p.name for p in first.iterdir()})
    for path in sorted(first.iterdir()):
        other = second / path.name
        say(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}, {path.stat().st_size} bytes")
        if other.exists() and other.read_bytes() != path.read_bytes():
            faults.append(f"two builds of {path.name} differ")
    return faults


def contents(source, wheel):
    """Describe missing and unexpected files."""
    name, version = wheel.name.split("-")[:2]
    listed = (HERE / "wheel_files.txt").read_text(encoding="utf-8").replace("VERSION", version)
    with zipfile.ZipFile(wheel) as archive:
        faults = differences("the wheel", set(archive.namelist()), set(listed.split()))
    committed = set(run("git", "ls-tree", "-r", "--name-only", "HEAD").splitlines())
    with tarfile.open(source) as archive:
        found = {member.name.removeprefix(f"{name}-{version}/") for member in archive.getmembers() if member.isfile()}
    return faults + differences("the source distribution", found, committed | {"PKG-INFO"})


def install(work, wheel):
    """Install in a new environment and run the self-check there, away from the tree."""
    venv.create(work / "venv", with_pip=True)
    python = work / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=work)
    code = "import sys; from softufunc.__main__ import self_check; sys.exit(chr(10).join(self_check()[1]) or None)"
    run(python, "-c", code, cwd=work)


def main(arguments=None):
    parser = common.make_parser("check release", __doc__)
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="copy the files of the first build there")
    parser.add_argument("--against", type=Path, metavar="WHEEL", help="compare with this wheel, and build one only")
    options = parser.parse_args(arguments)
    if run("git", "status", "--porcelain"):
        say("note: uncommitted changes are not part of the build")
    epoch = run("git", "log", "-1", "--format=%ct").strip()
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        first, second = build_twice(work, epoch, options.against)
        source, wheel = only(first, "*.tar.gz"), only(first, "*.whl")
        faults = same_bits(first, second) + contents(source, wheel)
        run("twine", "check", "--strict", source, wheel)
        run("abi3audit", "--strict", wheel)
        say("twine and abi3audit passed")
        install(work, wheel)
        say("installed from the source distribution; the self-check passes")
        if options.keep and not faults:
            shutil.copytree(first, options.keep, dirs_exist_ok=True)
    if faults:
        sys.exit("\n".join(faults))
    say("ready for release")
