"""Copy NumPy's headers into the build directory: meson.build runs this with the name of the folder.

An editable install is built again at import, when the environment that pip made for the build, with NumPy in it, is
gone. Headers that have not changed are left alone, so that nothing is compiled again. Modes are not copied: headers may
be read-only.
"""

import sys
from glob import iglob
from pathlib import Path

import numpy as np


def main(target):
    source = Path(np.get_include())
    for name in iglob("**/*.h", root_dir=source, recursive=True):  # also in folders that are links
        content, copy = (source / name).read_bytes(), target / name
        if not (copy.exists() and copy.read_bytes() == content):
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
