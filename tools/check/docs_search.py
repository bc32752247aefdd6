"""Check what finds a page of the built documentation: the inventory for intersphinx, and the search.

The inventory lists all public names, and the search finds words that people look for. A part of tools/check/docs.py.
"""

import json
import zlib
from pathlib import Path

from sphinx.search.en import SearchEnglish

import softufunc
from softufunc import hooks

SEARCHED = (
    "bce",
    "binary_cross_entropy_with_logits",
    "expit",
    "bfloat16",
    "citation",
    "hooks",
    "logsigmoid",
    "overflow",
)


def faults_of_search(folder: Path) -> list[str]:
    """List public names that the inventory for intersphinx lacks, and words that the search does not find."""
    # four lines of text, then compressed ones: name, role, priority, address, title
    *_, lines = (folder / "objects.inv").read_bytes().split(b"\n", maxsplit=4)
    known = {tuple(line.split()[:2]) for line in zlib.decompress(lines).decode().splitlines()}
    wanted = {(module.__name__, "py:module") for module in (softufunc, hooks)}
    wanted |= {(f"{module.__name__}.{name}", "py:function") for module in (softufunc, hooks) for name in module.__all__}
    found = [f"objects.inv lacks {name} ({role})" for name, role in sorted(wanted - known)]
    text = (folder / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text[text.index("{") : text.rindex("}") + 1])
    stem = SearchEnglish({}).stem
    return found + [f"the search does not find {word}" for word in SEARCHED if stem(word) not in index["terms"]]
