"""`python -m tools`: every command has --help, and rejects an unknown name with a list of the known ones."""

import re

import pytest

from tools import bench, check, fuzz, mutate
from tools.__main__ import COMMANDS, main
from tools.common import SOURCE

WORDS = [(), *((command,) for command in COMMANDS), ("refresh", "data")]
WORDS += [(command.__name__.split(".")[-1], word) for command in (bench, check, fuzz) for word in command.WHAT]
MISTYPED = {
    "acuracy": "accuracy",
    "accuracy sofplus": "softplus",
    "accuracy softplus --isa avx3": "baseline",
    "accuracy softplus --dtype float33": "float32",
    "accuracy softplus --distributions mddle": "middle",
    "bench sofplus": "softplus",
    "bench builds OLD NEW sofplus": "softplus",
    "bench builds OLD NEW --layout stridded": "strided",
    "bench calls sofplus": "softplus",
    "bench --peers numpi": "numpy",
    "check symbls": "symbols",
    "check platforms arm": "aarch64",
    "check builds gcc-0O": "gcc-O0",
    "check versions --only 3.9": "3.11",
    "fuzz call": "calls",
    "fuzz loops --isa avx3": "avx2",
    "refresh tabels": "tables",
}


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_help(words, capsys):
    """--help prints several lines and succeeds."""
    try:
        code = main([*words, "--help"])
    except SystemExit as stop:
        code = stop.code
    assert not code
    assert capsys.readouterr().out.count("\n") > 3


@pytest.mark.parametrize("line", MISTYPED)
def test_mistyped(line, capsys):
    """The exit status is 2, and the message contains the mistyped word and a valid one."""
    try:
        code = main(line.split())
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    said = capsys.readouterr().err
    assert MISTYPED[line] in said
    wrong = [word for word in line.split() if repr(word) in said]
    assert wrong


def test_equivalent_mutations_are_in_the_sources():
    """Every line excluded from mutation still exists in the sources."""
    files = (path for folder in mutate.FOLDERS for path in (SOURCE / folder).glob("*.[ch]"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    stale = [pattern for pattern, _, _ in mutate.EQUIVALENT if not any(re.search(pattern, line) for line in lines)]
    assert stale == []
