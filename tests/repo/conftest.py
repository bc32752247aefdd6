"""Collect test_adding.py, which builds the package, only where the requirements of the group `compiled` are met."""

import shutil
from importlib.util import find_spec

from tools.facts import ROOT

MODULES = ("pip", "mesonpy", "mesonbuild", "Cython")
PROGRAMS = ("git", "ninja")
can_build = all(map(find_spec, MODULES)) and all(map(shutil.which, PROGRAMS)) and (ROOT / ".git").exists()
collect_ignore = [] if can_build else ["test_adding.py"]
