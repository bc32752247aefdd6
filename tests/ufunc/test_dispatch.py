"""The instruction set: the default, SOFTUFUNC_ISA and show_config()."""

import os
import platform
from pathlib import Path

import numpy as np
import pytest
from softufunc._ufuncs import instruction_set, tables, ufuncs

import softufunc
from tools.inputs import fma_sets

SHOW = "import softufunc as s; print(s.show_config()['instruction_set'], s.softplus(1.0).hex())"
X86_64 = platform.machine() in ("x86_64", "AMD64")


def test_best_set_comes_first():
    """Instruction sets are in order of preference; the baseline, which runs everywhere, is last."""
    order = [isa for isa in ("avx512", "avx2", "baseline") if isa in tables]
    assert list(tables) == order
    assert order[-1] == "baseline"


def test_other_processors_have_the_baseline_alone():
    """Only x86-64 has other instruction sets than the baseline."""
    assert X86_64 or list(tables) == ["baseline"]


def test_fma_sets_of_x86():
    """On x86-64 only the baseline has no FMA. Elsewhere the extension tells, and the stored hashes confirm it."""
    if X86_64:
        assert fma_sets(tables) == [isa for isa in tables if isa != "baseline"]
    else:
        assert fma_sets(tables) in ([], ["baseline"])


@pytest.mark.skipif(not (X86_64 and Path("/proc/cpuinfo").exists()), reason="needs /proc and x86-64")
def test_cpu_decides():
    """The available instruction sets match the features listed in /proc/cpuinfo."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        features = set(next((line for line in file if line.startswith("flags")), "").split())
    avx2 = {"avx2", "fma", "f16c"} <= features
    avx512 = avx2 and {"avx512f", "avx512dq", "avx512bw", "avx512vl"} <= features
    assert ("avx2" in tables) == avx2
    assert ("avx512" in tables) == avx512


def test_show_config():
    """show_config() reports the instruction set in use."""
    config = softufunc.show_config()
    assert type(config) is dict
    assert config["instruction_set"] == instruction_set
    assert config["available"] == list(tables)
    assert config["fma"] == (instruction_set in fma_sets(tables))
    assert config["numpy"] == np.__version__
    assert config["version"] == softufunc.__version__
    assert ufuncs is tables[instruction_set]
    if not os.environ.get("SOFTUFUNC_ISA"):
        assert instruction_set == next(iter(tables))


@pytest.mark.parametrize("wanted", tables)
def test_environment_chooses(run_python, wanted):
    """Every available instruction set can be selected by name."""
    done = run_python("-c", SHOW, SOFTUFUNC_ISA=wanted)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == wanted
    assert float.fromhex(done.stdout.split()[1]) == tables[wanted]["softplus"](1.0)


def test_empty_means_the_best(run_python):
    """An empty SOFTUFUNC_ISA is ignored."""
    done = run_python("-c", SHOW, SOFTUFUNC_ISA="")
    assert done.stdout.split()[0] == next(iter(tables))


@pytest.mark.parametrize("wanted", ["sse9", "AVX512", "avx512 ", "avx1024"])
def test_unknown_name_is_an_error(run_python, wanted):
    """The ImportError states the variable, its value, and the available instruction sets."""
    done = run_python("-c", SHOW, SOFTUFUNC_ISA=wanted)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert "SOFTUFUNC_ISA" in last
    assert repr(wanted) in last
    assert all(isa in last for isa in tables)
