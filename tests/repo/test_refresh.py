"""What `python -m tools refresh` writes without measuring is what is checked in."""

import pytest

from tools import refresh
from tools.facts import ROOT

WRITTEN = refresh.cheap()


@pytest.mark.parametrize("file", WRITTEN)
def test_is_up_to_date(file):
    """If not, run `python -m tools refresh`."""
    assert (ROOT / file).read_text(encoding="utf-8") == WRITTEN[file]
