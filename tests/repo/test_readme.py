"""The examples in the README and the docstrings run and print the output shown."""

import doctest
import re

import numpy as np
import pytest

import softufunc
from tools.common import repository
from tools.facts import ROOT
from tools.inputs import NAMES

BLOCK = re.compile(r"^```python[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [(text.count("\n", 0, found.start()) + 2, found[1]) for found in BLOCK.finditer(text)]


def test_all_blocks_are_found():
    """There is at least one block, and the regular expression finds all of them."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(blocks()) >= 1
    assert len(blocks()) == len(re.findall(r"^\s*```python", text, re.MULTILINE))


def test_links_are_absolute():
    """On PyPI a link to docs/index.md, or a picture beside the README, would lead nowhere."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    used = re.findall(r"\]\[(\w+)\]", text)
    addresses = dict(re.findall(r"^\[(\w+)\]: (\S+)$", text, re.MULTILINE))
    assert len(used) >= 10
    assert set(used) == set(addresses)
    assert "](" not in text
    for address in addresses.values():
        kind, branch, file = address.removeprefix(f"{repository()}/").split("/", 2)
        assert (kind, branch) in {("blob", "main"), ("tree", "main"), ("raw", "main")}
        assert (ROOT / file).exists()


def test_blocks_run(tmp_path, monkeypatch):
    """Blocks run in order, in one namespace; those with >>> print the output shown."""
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "readme"}
    with np.printoptions(), np.errstate():
        for line, code in blocks():
            if code.lstrip().startswith(">>>"):
                run_examples(code, namespace, "README.md", line)
            else:
                exec(compile("\n" * (line - 1) + code, str(ROOT / "README.md"), "exec"), namespace)


@pytest.mark.parametrize("name", [*NAMES, "show_config"])
def test_docstring_examples(name):
    """The examples in a docstring print the output shown."""
    text = getattr(softufunc, name).__doc__
    assert ">>> " in text
    run_examples(text, {}, name, 0)


def run_examples(text, namespace, name, line):
    test = doctest.DocTestParser().get_doctest(text, namespace, name, name, line)
    report = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test, out=report.append, clear_globs=False)
    assert runner.failures == 0, "".join(report)
    namespace.update(test.globs)
