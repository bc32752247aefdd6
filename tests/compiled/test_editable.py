"""An editable install."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tools.build import copy_tree


def test_editable_install(tmp_path):
    """As CONTRIBUTING.md says: without build isolation, since the package is built again when it is imported."""
    copy, target = copy_tree(tmp_path / "copy"), tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", target], check=True)
    scripts = Path(sysconfig.get_path("scripts"))
    # the packages of this environment: pip, NumPy and what builds
    environment = os.environ | {
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
    }

    def run(*arguments, folder=tmp_path):
        python = target / scripts.name / "python"
        done = subprocess.run([python, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    options = ["--quiet", "--no-build-isolation", "--no-deps", "--no-index", "--ignore-installed"]
    run("-m", "pip", "install", *options, "--editable", ".", folder=copy)
    show = "import softufunc; print(softufunc.__file__); print(softufunc.softplus(0.0))"
    place, number = run("-c", show).split()
    assert Path(place).is_relative_to(copy)
    assert number == "0.6931471805599453"
