"""functions/NAME.toml: mistakes raise an error that states the file, and the formulas are correct."""

import shutil

import numpy as np
import pytest

import softufunc
from tools import facts
from tools.facts import FUNCTIONS, FactError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of src/softufunc/functions from which the facts are read."""
    copy = shutil.copytree(facts.FOLDER, tmp_path / "functions")
    monkeypatch.setattr(facts, "FOLDER", copy)
    facts.declared.cache_clear()
    yield copy
    facts.declared.cache_clear()


MISTAKES = {
    "a mistyped key": ("logit", "inverse =", "invers =", "logit.toml: unknown key 'invers'"),
    "a missing key": ("logit", "summary =", "# summary =", "logit.toml: the key 'summary' is missing"),
    "no definition": ("logit", "exact =", "# exact =", "logit.toml: exact: expected 1"),
    "an expression": ("logit", 'exact = "', 'exact = "(', "logit.toml: "),
    "an exception": ("logit", '"divide"', '"division"', "logit.toml: special: 'division' is none of the exceptions"),
    "an input": ("logit", "{ x = 0.5", "{ y = 0.5", "logit.toml: special: expected x, result and raises"),
    "a result": ("logit", "result = 0.0", "value = 0.0", "logit.toml: "),
    "a direction": ("logit", '"increasing"', '"up"', "logit.toml: monotone: "),
    "a type": ("logit", "float64 = [", "double = [", "logit.toml: 'double' is none of the types"),
    "a domain": ("logit", "domain = [0, 1]", "domain = [1]", "logit.toml: domain: expected two numbers"),
    "a reference": ("logit", '"berkson1944"', '"berkson"', "logit.toml: references: 'berkson' is not in references"),
    "a neighbour": ("logit", 'see_also = ["sigmoid"', 'see_also = ["sigmo"', "logit.toml: see_also: "),
    "a flip": ("softminus", '"softplus"', '"softplusses"', "softminus.toml: 'softplusses' is no earlier function"),
    "the syntax": ("logit", "domain = [0, 1]", "domain = [0, 1", "logit.toml: "),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes(folder, mistake):
    """Each mistake raises an error with the name of the file and the cause."""
    name, right, wrong, message = MISTAKES[mistake]
    file = folder / f"{name}.toml"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(FactError) as error:
        facts.load()
    assert f"functions/{message}" in str(error.value)


def test_file_without_a_line(folder):
    """A NAME.toml without a line in functions.h is an error."""
    shutil.copy(folder / "logit.toml", folder / "logot.toml")
    with pytest.raises(FactError, match=r"functions/logot\.toml, but functions\.h does not list logot"):
        facts.load()


def test_line_without_a_file(folder):
    """A line in functions.h without a NAME.toml is an error."""
    (folder / "logit.toml").unlink()
    with pytest.raises(FactError, match=r"functions\.h lists logit, but there is no functions/logit\.toml"):
        facts.load()


def sample_inputs(this):
    """Return numbers in the sample interval, and labels."""
    random = np.random.default_rng(1)
    low, high = this.sample
    shapes = [(10,) * len(core) if len(core) > 1 else 50 for core in this.core[0]]
    arrays = [random.uniform(max(low, -5), min(high, 5), shape) for shape in shapes]
    if this.is_choice:
        arrays[1] = 7
    elif this.label:
        arrays[1] = random.random(50)
    elif this.condition:
        arrays = [np.maximum(*arrays), np.minimum(*arrays)]
    return dict(zip(this.parameters, arrays, strict=True))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_formulas(name):
    """`plain` and `formula` approximate the function on the sample interval."""
    this = FUNCTIONS[name]
    inputs = sample_inputs(this)
    want = getattr(softufunc, name)(*inputs.values())
    scope = vars(np) | {each: getattr(softufunc, each) for each in FUNCTIONS} | inputs
    pairs = list(zip(this.plain, want if this.nout == 2 else (want,), strict=True))
    if this.formula:
        pairs.append((this.formula, want))
    for formula, value in pairs:
        np.testing.assert_allclose(eval(formula, {}, scope), value, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_shape_of_the_ufunc(name):
    """Numbers of inputs and outputs, signature, and the promotion of labels match the ufunc."""
    this, ufunc = FUNCTIONS[name], getattr(softufunc, name)
    assert (ufunc.nin, ufunc.nout, ufunc.signature) == (this.nin, this.nout, this.signature)
    if this.nin == 2:
        resolved = ufunc.resolve_dtypes((np.dtype("f4"), np.dtype("i8"), *[None] * this.nout))
        assert (resolved[2] == np.dtype("f4")) == (this.label == this.parameters[1])
