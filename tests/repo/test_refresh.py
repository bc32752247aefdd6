"""The files that `python -m tools refresh` writes without measurements are up to date."""

import pytest

from tools import refresh
from tools.facts import ROOT

WRITTEN = refresh.cheap()


@pytest.mark.parametrize("file", WRITTEN)
def test_is_up_to_date(file):
    """If this fails, run `python -m tools refresh`."""
    assert (ROOT / file).read_text(encoding="utf-8") == WRITTEN[file]
