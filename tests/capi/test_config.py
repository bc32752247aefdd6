"""softufunc-config, and softufunc.pc for pkg-config."""

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import softufunc

INCLUDE = Path(softufunc.get_include())


@pytest.fixture
def config(capsys):
    """Run the command: config(*arguments) returns what it prints."""
    (command,) = entry_points(group="console_scripts", name="softufunc-config")

    def run(*arguments):
        assert command.load()(arguments) == 0
        return capsys.readouterr().out.removesuffix("\n")

    return run


def test_config(config):
    """The command prints compiler flags, the folder of softufunc.pc, and the version."""
    assert config("--cflags") == f"-I{INCLUDE}"
    assert Path(config("--pkgconfigdir"), "softufunc.pc").is_file()
    assert config("--version") == softufunc.__version__


@pytest.mark.parametrize("arguments", [(), ("--cflags", "--version"), ("--libs",)])
def test_usage(config, arguments, capsys):
    """No option, two of them, and unknown ones are errors."""
    with pytest.raises(SystemExit, match="2"):
        config(*arguments)
    assert "usage: softufunc-config" in capsys.readouterr().err


def test_no_pc_file(config, monkeypatch, tmp_path, capsys):
    """In an editable install, which has no folder of softufunc.pc, the command says so instead of printing one."""
    monkeypatch.setattr(softufunc, "get_include", lambda: str(tmp_path / "include"))
    with pytest.raises(SystemExit, match="1"):
        config("--pkgconfigdir")
    assert capsys.readouterr().err.endswith("use --cflags\n")


def test_pc_file(config):
    """The flags in softufunc.pc lead to the header, relative to the file, which may be moved with the package."""
    folder = Path(config("--pkgconfigdir"))
    values = {"pcfiledir": str(folder)}
    for line in (folder / "softufunc.pc").read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"(\w+)(?:=|: )(.*)", line):
            values[found[1]] = re.sub(r"\$\{(\w+)\}", lambda name: values[name[1]], found[2])
    assert values["Name"] == "softufunc"
    assert values["Version"] == softufunc.__version__
    assert (Path(values["Cflags"].removeprefix("-I")) / "softufunc.h").samefile(INCLUDE / "softufunc.h")


def test_entry_point_of_pkgconf():
    """The package pkgconf of PyPI finds softufunc.pc by an entry point."""
    (found,) = entry_points(group="pkg_config", name="softufunc")
    assert Path(softufunc.__file__).parent.joinpath(*found.value.split(".")[1:], "softufunc.pc").is_file()
