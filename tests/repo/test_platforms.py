"""`python -m tools check platforms`: its targets, their records, and the frame that runs them."""

import re
import subprocess
import sys
import tomllib

import pytest

from tools.check import platforms
from tools.check.platforms import chroot, pythons
from tools.check.platforms.programs import supported
from tools.check.platforms.targets import Fault, Target
from tools.facts import ROOT


def test_records_are_of_known_targets_and_without_faults():
    """docs/data/platforms.json has no target that is gone, and no run with faults."""
    for name, record in platforms.records().items():
        assert name in platforms.TARGETS
        assert record["faults"] == 0
        assert {"date", "processor", "ran", "seconds"} <= set(record)


def test_cheap_targets_have_run():
    """`python -m tools check platforms --record` has written their records, in the order of the targets."""
    names = list(platforms.records())
    assert {target.name for target in platforms.TARGETS.values() if target.cheap} <= set(names)
    assert names == [name for name in platforms.TARGETS if name in names]


def test_packages_need_no_other_package():
    """.ci/run asks for the Debian packages before NumPy and gmpy2 are installed."""
    code = "import sys; sys.modules |= dict.fromkeys(['numpy', 'gmpy2', 'softufunc'])\n"
    code += "from tools.check.platforms import main; main(['--packages'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "gcc" in done.stdout.split()


def test_ci_installs_groups():
    """.ci/run installs the dependency groups of the cheap targets."""
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    installed = re.search(r"groups=\((.*)\)", text)[1].split()
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    for target in platforms.TARGETS.values():
        assert not target.group or target.group in groups
        assert not target.group or not target.cheap or target.group in installed


def test_supported_flags():
    """A flag that the compiler does not have is left out; a compiler that refuses every flag is a failure."""
    assert supported(("cc",), ["-ffp-contract=off", "-fno-such-flag"]) == ["-ffp-contract=off"]
    with pytest.raises(SystemExit, match="compiles nothing"):
        supported(("false",), ["-ffp-contract=off"])


def test_variables_that_choose_another_build(monkeypatch, tmp_path):
    """Neither PYTHONPATH nor SOFTUFUNC_ISA reaches a Python that a target has made."""
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("SOFTUFUNC_ISA", "baseline")
    command = pythons.here(tmp_path, "sh", "-c", "pwd; echo $PYTHONPATH$SOFTUFUNC_ISA$CC", CC="a compiler")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [str(tmp_path.resolve()), "a compiler"]


def broken(run):
    run.facts["ran"] = "nothing"
    yield "a line"
    yield Fault("a fault")
    raise ValueError("the end")


@pytest.mark.parametrize("named", [True, False])
def test_fault_fails(named, monkeypatch, tmp_path, capfd):
    """A fault and an exception are counted, printed and recorded; a target that is not cheap must be named."""
    monkeypatch.setattr(platforms, "TARGETS", {"x": Target("x", "X", broken, cheap=False)})
    monkeypatch.setattr(platforms, "RECORDS", tmp_path / "records.json")
    platforms.RECORDS.write_text("[]")
    arguments = [*(["x"] if named else []), "--record", "--cache", str(tmp_path)]
    assert platforms.main(arguments) == named
    text = capfd.readouterr().out
    assert [line in text for line in ("x: a line", "x: FAULT: a fault", "ValueError: the end")] == [named] * 3
    records = platforms.records()
    assert (records["x"]["faults"], records["x"]["ran"]) == (2, "nothing") if named else not records


def test_missing_command_fails(monkeypatch, tmp_path, capfd):
    """A target whose commands are not found is a failure, except with --skip-missing."""
    target = Target("x", "X", broken, commands=("no-such-command",), packages=("a-package",), group="a-group")
    monkeypatch.setattr(platforms, "TARGETS", {"x": target})
    assert platforms.main(["x", "--cache", str(tmp_path)]) == 1
    assert "x: not found: no-such-command; needs a-package, pip install --group a-group" in capfd.readouterr().out
    assert platforms.main(["x", "--cache", str(tmp_path), "--skip-missing"]) == 0


def test_emulated_processor():
    """The emulator takes the processor of the architecture from the environment inside the chroot."""

    def processors(architecture):
        command = chroot.command("root", architecture, "work", "python3")
        return [word for word in command[command.index("-i") :] if word.startswith("QEMU_CPU=")]

    assert processors(chroot.ARM64) == [f"QEMU_CPU={chroot.NO_PAUTH}"]
    assert processors(chroot.S390X) == []
