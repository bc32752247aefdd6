"""Ways to build: release files, editable installs, read-only trees, all sources as one."""

import os
import subprocess
import sys
import sysconfig
from functools import partial
from pathlib import Path

from tools.build import copy_tree
from tools.check import release
from tools.check.builds.installed import CHECKED_IS, check, environment, install
from tools.check.platforms.targets import Fault, Target, version
from tools.common import ROOT

READ_ONLY = """
set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
! touch "$1/x" 2> /dev/null
cd /
shift
exec "$@"
"""


def facts(run):
    run.facts |= {"compiler": version(os.environ.get("CC", "cc"), "--version"), "ran": CHECKED_IS}


def check_unity(run):
    """Build all sources as one, for which meson has an option."""
    facts(run)
    yield from check(run.work, install(run.work, "-Csetup-args=--unity=on"))


def check_release(run):
    """Build the release files twice: `python -m build`, and in another folder pip's wheel from the source distribution.

    Only committed files are built.
    """
    facts(run)
    epoch = release.run("git", "log", "-1", "--format=%ct").strip()
    first, second = release.build_twice(run.work, epoch, None)
    yield from map(Fault, release.same_bits(first, second))
    yield from check(run.work, install(run.work, source=release.only(second, "*.whl")))
    run.facts["ran"] = f"two builds are the same, byte for byte; {CHECKED_IS}"


def check_read_only(run):
    """Build in a tree that cannot be written to, like one in the store of Nix, with the option that this takes."""
    facts(run)
    tree = copy_tree(run.work / "tree")
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", READ_ONLY, "sh", tree]
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps"]
    command = [*inside, *pip, f"-Cbuild-dir={run.work / 'build'}", "-w", run.work / "wheel", tree]
    variables = environment()
    del variables["PYTHONDONTWRITEBYTECODE"]  # no file may be written
    done = subprocess.run([str(word) for word in command], env=variables, capture_output=True, text=True)
    if done.returncode:
        yield Fault(done.stdout + done.stderr)
        return
    (run.work / "from").mkdir()
    yield from check(run.work, install(run.work / "from", source=release.only(run.work / "wheel", "*.whl")))


def blocks(title):
    """Return the blocks of shell commands in a section of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return [part.partition("\n```")[0] for part in section.split("```sh\n")[1:]]


def check_editable(isolated, run):
    """Install as CONTRIBUTING.md says, and check that the import builds what has changed."""
    facts(run)
    tree, target = copy_tree(run.work / "tree"), run.work / "venv"
    release.run(sys.executable, "-m", "venv", target)
    scripts = target / Path(sysconfig.get_path("scripts")).name
    ours = sysconfig.get_path("scripts")
    path = [scripts, *(part for part in os.environ["PATH"].split(os.pathsep) if part != ours)]
    variables = environment(PATH=os.pathsep.join(map(str, path)), PIP_QUIET=1)
    (commands,) = (b for b in blocks("Set up") if "--editable" in b and ("--no-build-isolation" not in b) == isolated)

    def shell(text):
        done = subprocess.run(["bash", "-euc", text], cwd=tree, env=variables, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    code, said = shell(commands)
    if code:
        yield Fault(f"{commands}\n{said}")
        return
    facts_file = tree / "src" / "softufunc" / "functions" / "softplus.toml"
    text = facts_file.read_text(encoding="utf-8")
    for summary in "Softplus", "Changed":
        facts_file.write_text(text.replace('summary = "Softplus', f'summary = "{summary}'), encoding="utf-8")
        code, said = shell("python -c 'import softufunc; print(softufunc.softplus.__doc__)'")
        if code or f"\n{summary}, " not in said:
            yield Fault(f"the import after a change of {facts_file.name}:\n{said}")
            return
    yield "the import builds what has changed"
    yield from check(run.work, tree, scripts / "python", sysconfig.get_path("purelib"))


TARGETS = (
    Target("unity", "all sources as one", check_unity, cheap=False, commands=("cc",), packages=("gcc",)),
    Target(
        "release",
        "`python -m build`, and pip from the source distribution",
        check_release,
        cheap=False,
        commands=("git", "cc"),
        packages=("git", "gcc"),
    ),
    Target(
        "read-only",
        "pip in a read-only tree, with -Cbuild-dir",
        check_read_only,
        cheap=False,
        commands=("unshare", "cc"),
        packages=("util-linux", "gcc"),
    ),
    Target("editable", "`pip install --no-build-isolation --editable .`", partial(check_editable, False), cheap=False),
    Target("editable-isolated", "`pip install --editable .`", partial(check_editable, True), cheap=False),
)
