"""math/strict.h refuses compiler flags with which results would be wrong, for builds without meson.build."""

import os
import platform
import subprocess

import pytest

from tools.common import SOURCE

X86_64 = platform.machine() in ("x86_64", "AMD64")


def compile_header(flag):
    """Compile the header alone, and return whether this succeeds, and the output of the compiler."""
    command = [*os.environ.get("CC", "cc").split(), "-x", "c", "-std=c11", "-fsyntax-only", *flag, "-"]
    text = f'#include "{SOURCE / "math" / "strict.h"}"\n'
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr


def test_ordinary_flags():
    """Without such flags it compiles."""
    fine, text = compile_header(["-O3"])
    assert fine, text


def test_fast_math():
    """-ffast-math is named."""
    fine, text = compile_header(["-ffast-math"])
    assert not fine
    assert "cannot be compiled with -ffast-math" in text


@pytest.mark.skipif(not X86_64, reason="x87 registers")
def test_excess_precision():
    """x87 arithmetic, which i386 has by default, is refused, with the flags that avoid it."""
    fine, text = compile_header(["-mfpmath=387"])
    assert not fine
    assert "-msse2 -mfpmath=sse" in text
