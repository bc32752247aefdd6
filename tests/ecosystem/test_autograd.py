"""The functions of docs/autograd.md, with gradients in JAX and PyTorch, under jit, vmap and a second derivative."""

import re
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import softufunc

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "autograd.md").read_text(encoding="utf-8")
X = np.array([-30.0, -2.0, -0.5, 0.25, 3.0, 40.0])
T = np.array([0.0, 1.0, 0.0, 1.0, 1.0, 1.0])
Y = np.array([1e-30, 0.25, 0.6931471805599453, 2.0, 40.0])
EPS = np.finfo(np.float64).eps


def run(title):
    """Run the blocks of a section, and return their names."""
    (section,) = re.findall(rf"^## {title}\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    names = {}
    for block in re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL):
        exec(compile(block, f"docs/autograd.md, {title}", "exec"), names)
    return names


@pytest.fixture(scope="module")
def in_jax():
    """The functions made for JAX, in float64."""
    with jax.enable_x64(True):
        yield run("JAX")


@pytest.fixture(scope="module")
def in_torch():
    """The functions made for PyTorch."""
    return run("PyTorch")


FIRST = {
    "softplus": (X, softufunc.sigmoid),
    "sigmoid": (X, softufunc.sigmoid_grad),
    "sigmoid_grad": (X, lambda x: -softufunc.sigmoid_grad(x) * np.tanh(x / 2)),
    "softplusinv": (Y, lambda y: -1 / np.expm1(-y)),
}


@pytest.mark.parametrize("name", FIRST)
def test_jax_first_derivative(in_jax, name):
    """Values are those of the ufunc, bit for bit; grad and vmap inside jit, in both orders."""
    x, derivative = FIRST[name]
    function = in_jax[name]
    assert np.array_equal(jax.jit(function)(x), getattr(softufunc, name)(x))
    for call in jax.jit(jax.vmap(jax.grad(function))), jax.vmap(jax.jit(jax.grad(function))):
        np.testing.assert_allclose(call(x), derivative(x), rtol=4 * EPS)


def test_jax_second_derivative(in_jax):
    """Of softplus; forward over reverse, as jax.hessian does."""
    np.testing.assert_allclose(jax.vmap(jax.hessian(in_jax["softplus"]))(X), softufunc.sigmoid_grad(X), rtol=4 * EPS)
    third = jax.vmap(jax.grad(jax.grad(in_jax["sigmoid"])))(X)
    np.testing.assert_allclose(third, FIRST["sigmoid_grad"][1](X), rtol=4 * EPS)


def test_jax_labels(in_jax):
    """Broadcast labels, Boolean and float32 ones, and vmap over one of the inputs."""
    log_prob = in_jax["log_prob"]
    for t in (T, T.astype(bool), T.astype(np.int32), T.astype(np.float32)):
        got = jax.jit(jax.grad(lambda x, t=t: log_prob(x, t).sum()))(X)
        np.testing.assert_allclose(got, softufunc.log_prob_grad(X, T), rtol=4 * EPS)
    got = jax.vmap(log_prob, in_axes=(0, None))(X, jnp.asarray(T))
    assert np.array_equal(got, softufunc.log_prob(X[:, np.newaxis], T))
    for dtype in np.float16, np.float32:
        assert log_prob(X.astype(dtype), T.astype(bool)).dtype == dtype


@pytest.mark.parametrize("name", FIRST)
def test_torch_first_derivative(in_torch, name):
    """Values are those of the ufunc, bit for bit."""
    x, derivative = FIRST[name]
    tensor = torch.tensor(x, requires_grad=True)
    result = in_torch[name](tensor)
    assert np.array_equal(result.detach().numpy(), getattr(softufunc, name)(x))
    result.sum().backward()
    np.testing.assert_allclose(tensor.grad.numpy(), derivative(x), rtol=4 * EPS)


def test_torch_second_derivative(in_torch):
    """gradgradcheck compares with differences."""
    x = torch.tensor(X[1:-1], requires_grad=True)
    assert torch.autograd.gradcheck(in_torch["softplus"], (x,))
    assert torch.autograd.gradgradcheck(in_torch["softplus"], (x,))
    first = torch.autograd.grad(in_torch["softplus"](x).sum(), x, create_graph=True)[0]
    second = torch.autograd.grad(first.sum(), x)[0]
    np.testing.assert_allclose(second.numpy(), softufunc.sigmoid_grad(X[1:-1]), rtol=4 * EPS)


def test_torch_labels(in_torch):
    """Boolean labels, and logits that are broadcast, whose gradient is a sum."""
    x = torch.tensor(X, requires_grad=True)
    in_torch["log_prob"](x, torch.tensor(T).bool()).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), softufunc.log_prob_grad(X, T), rtol=4 * EPS)
    x = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    in_torch["log_prob"](x, torch.tensor(T)).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), softufunc.log_prob_grad(0.5, T).sum(), rtol=16 * EPS)
