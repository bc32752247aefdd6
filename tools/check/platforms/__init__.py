"""Check the package on other processors, compilers and Pythons: python -m tools check platforms [TARGET ...]

Without a name, all cheap targets run. The others, which take long or need a lot of disk, must be named; --all runs all.
--list shows the targets: name, platform, time of the last recorded run, and what they need.

Chroots and interpreters are kept in the folder of --cache, outside the tree. No mount and no process outlives the
command. --record writes the results into docs/data/platforms.json, from which the tables of docs/platforms.md and,
by `python -m tools refresh`, CONTRIBUTING.md are made.
"""

import datetime
import json
import multiprocessing
import os
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tools import common
from tools.check.platforms import chroots, compilers, musl_python, programs, pythons, threads, zig
from tools.check.platforms.targets import Fault, Run

KINDS = (programs, zig, compilers, chroots, pythons, musl_python, threads)
TARGETS = {target.name: target for kind in KINDS for target in kind.TARGETS}
RECORDS = common.ROOT / "docs" / "data" / "platforms.json"


def records(path=None):
    """Return {name of a target: record of its last run}."""
    return {record["name"]: record for record in json.loads((path or RECORDS).read_text(encoding="utf-8"))}


def record(results, targets, path):
    """Replace the records of the targets that have run; one record per line, in the order of the targets."""
    known = records(path) | {result["name"]: result for result in results}
    lines = ",\n".join(json.dumps(known[name], ensure_ascii=False) for name in targets if name in known)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def check(target, cache, quick):
    """Run a target, print its report and return its record."""
    name, start = target.name, time.perf_counter()
    faults = 0
    with tempfile.TemporaryDirectory() as work:
        run = Run(Path(work), cache, quick)
        try:
            for line in target.run(run):
                faults += isinstance(line, Fault)
                print(f"{name}: {'FAULT: ' if isinstance(line, Fault) else ''}{line}", flush=True)
        except (Exception, SystemExit) as error:
            faults += 1
            print(f"{name}: FAULT: {type(error).__name__}: {error}", flush=True)
    seconds = round(time.perf_counter() - start)
    print(f"{name}: {f'{faults} faults' if faults else 'fine'}, {seconds} s", flush=True)
    facts = {"date": datetime.date.today().isoformat(), "processor": common.processor()}
    return {"name": name} | facts | run.facts | {"faults": faults, "seconds": seconds}


def missing(target):
    return [command for command in target.commands if not shutil.which(command)]


def needs(target):
    """Return the packages that a target needs, and the command that installs its dependency group."""
    parts = [" ".join(target.packages), f"pip install --group {target.group}" if target.group else ""]
    return ", ".join(filter(None, parts))


def show(targets, last):
    """Print the list of targets."""
    for target in targets.values():
        seconds = last.get(target.name, {}).get("seconds")
        known = f"{seconds} s" if seconds is not None else "never run"
        print(f"{target.name:20}{target.title:44}{'' if target.cheap else 'by name or --all, '}{known}")
        if needs(target):
            print(f"{'':20}needs {needs(target)}")
        if missing(target):
            print(f"{'':20}not found: {', '.join(missing(target))}")


def took(record):
    """Return "882 s, 0.3 GB": how long the last run of a target took, and its chroot or interpreter on disk."""
    seconds = record["seconds"]
    duration = f"{seconds} s" if seconds < 120 else f"{seconds / 60:.0f} min"
    return f"{duration}, {record['megabytes'] / 1000:.1f} GB" if "megabytes" in record else duration


def table():
    """Yield the table in CONTRIBUTING.md of the targets that must be named, which `python -m tools refresh` writes."""
    last = records()
    yield "| target | platform | what ran last | time, disk |"
    yield "|---|---|---|---|"
    for target in TARGETS.values():
        if not target.cheap:
            record = last.get(target.name)
            ran = f"{record['ran']} | {took(record)}" if record else "not yet run | "
            yield f"| `{target.name}` | {target.title} | {ran} |"


def main(arguments=None):
    return run_targets("check platforms", __doc__, TARGETS, RECORDS, arguments)


def run_targets(command, text, targets, path, arguments):
    """Run the targets that the arguments name, and record them in a file: `check platforms`, `check builds`."""
    parser = common.make_parser(command, text)
    common.add_names(parser, targets, "target", "the cheap ones")
    parser.add_argument("--all", action="store_true", help="run all targets")
    parser.add_argument("--list", action="store_true", help="list the targets and run none")
    parser.add_argument("--packages", action="store_true", help="print the Debian packages needed and run nothing")
    parser.add_argument("--record", action="store_true", help=f"write the results into {path.name}")
    parser.add_argument("--skip-missing", action="store_true", help="skip targets whose commands are not found here")
    parser.add_argument(
        "--quick", action="store_true", help="run a part: one compiler and level, a subset of the tests"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="targets at a time (default: %(default)s)")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "softufunc"
    parser.add_argument("--cache", type=Path, default=cache, metavar="DIR", help="keep chroots and interpreters here")
    args = parser.parse_args(arguments)
    chosen = [t for t in targets.values() if (t.name in args.names if args.names else t.cheap or args.all)]
    if args.list:
        show(targets, records(path))
        return 0
    if args.packages:
        print(*sorted({package for target in chosen for package in target.packages}))
        return 0
    lacking = [target for target in chosen if missing(target)]
    for target in lacking:
        print(f"{target.name}: not found: {', '.join(missing(target))}; needs {needs(target)}", flush=True)
    chosen = [target for target in chosen if target not in lacking]
    for prepare in dict.fromkeys(target.prepare for target in chosen if target.prepare):
        prepare()
    fork = multiprocessing.get_context("fork")  # inherits what was prepared
    with ProcessPoolExecutor(args.jobs, fork) as executor:
        waiting = [executor.submit(check, target, args.cache, args.quick) for target in chosen]
        results = []
        for future in as_completed(waiting):
            results.append(future.result())
            if args.record:
                record(results[-1:], targets, path)
    faulty = [result["name"] for result in results if result["faults"]]
    faulty += [target.name for target in lacking if not args.skip_missing]
    print(f"faults: {', '.join(faulty)}" if faulty else f"no fault in {len(results)} targets")
    return 1 if faulty else 0
