"""What type checkers must find out about the other shapes of ufuncs: checked by mypy and pyright, never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from typing import Any, Literal, assert_type

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from softufunc import (
    categorical_log_prob,
    log_likelihood,
    log_prob,
    log_prob_value_and_grad,
    log_softmax,
    logaddexp,
    logmatmulexp,
    logsumexp,
    softmax,
    softplus_sigmoid,
)

f16 = np.zeros(3, np.float16)
f32: NDArray[np.float32] = np.zeros(3, np.float32)
f64: NDArray[np.float64] = np.zeros(3)
i8: NDArray[np.int8] = np.zeros(3, np.int8)
truth: NDArray[np.bool] = np.zeros(3, np.bool)

Line = np.ndarray[tuple[int], np.dtype[np.float32]]


class Wrapped:
    """A class with a result of its own."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> "Wrapped":
        return self


def two() -> np.ufunc:
    assert_type(logaddexp(1.0, 2), np.float64)
    assert_type(logaddexp(np.float32(1), np.float32(2)), np.float32)
    assert_type(logaddexp(np.float32(1), 2.0), np.float32)
    assert_type(logaddexp(2, np.float16(1)), np.float16)
    assert_type(logaddexp(np.float32(1), np.float64(2)), np.float64)
    assert_type(logaddexp(np.float32(1), np.int32(2)), np.floating[Any])
    assert_type(logaddexp(f32, f32), NDArray[np.float32])
    assert_type(logaddexp(f32, 0.0), NDArray[np.float32])
    assert_type(logaddexp(0.0, f32), NDArray[np.float32])
    assert_type(logaddexp(f32, np.float64(0)), NDArray[np.float64])
    assert_type(logaddexp(f32, f64), NDArray[np.float64])
    assert_type(logaddexp(f64, f32), NDArray[np.float64])
    assert_type(logaddexp(i8, truth), NDArray[np.float64])
    assert_type(logaddexp(i8, f32), NDArray[np.floating[Any]])
    assert_type(logaddexp([1.0], [2]), NDArray[np.float64])
    assert_type(logaddexp(1, [2]), NDArray[np.float64])
    assert_type(logaddexp(f64, f64, out=f32), NDArray[np.float32])
    assert_type(logaddexp(f64, f64, f32), NDArray[np.float32])
    assert_type(logaddexp(f64, f64, dtype=np.float32), NDArray[np.float32])
    assert_type(logaddexp(f64, Wrapped()), Wrapped)
    assert_type(logaddexp(Wrapped(), 1.0), Wrapped)
    assert_type(logaddexp.nin, Literal[2])
    assert_type(logaddexp.identity, float | None)
    logaddexp(1.0)  # type: ignore[call-overload]
    logaddexp(1.0, 2.0, axis=0)  # type: ignore[arg-type]
    return logaddexp


def methods() -> None:
    assert_type(logaddexp.reduce(f32, axis=None), np.float32)
    assert_type(logaddexp.reduce(i8, axis=None, initial=-np.inf), np.float64)
    assert_type(logaddexp.reduce([1.0, 2.0], axis=None, where=[True, False]), np.float64)
    assert_type(logaddexp.reduce(f32, axis=(0, 1), keepdims=True), NDArray[np.float32])
    assert_type(logaddexp.reduce(f32), Any)
    assert_type(logaddexp.reduce(f32, out=f64), NDArray[np.float64])
    assert_type(logaddexp.reduce(Wrapped()), Wrapped)
    assert_type(logaddexp.accumulate(f32), NDArray[np.float32])
    assert_type(logaddexp.accumulate([1, 2]), NDArray[np.float64])
    assert_type(logaddexp.accumulate(f32, dtype=np.float64), NDArray[np.float64])
    assert_type(logaddexp.reduceat(f32, [0, 2], axis=0), NDArray[np.float32])
    assert_type(logaddexp.outer(f32, f32), NDArray[np.float32])
    assert_type(logaddexp.outer([1.0], 2.0), NDArray[np.float64])
    assert_type(logaddexp.outer(f32, Wrapped()), Wrapped)
    assert_type(logaddexp.at(f32, [0, 1], 1.0), None)
    logaddexp.at(f32, [0, 1])  # type: ignore[call-arg]


def labels() -> np.ufunc:
    assert_type(log_prob(1.0, True), np.float64)
    assert_type(log_prob(np.float32(1), np.int64(1)), np.float32)
    assert_type(log_prob(f32, truth), NDArray[np.float32])
    assert_type(log_prob(f32, i8), NDArray[np.float32])
    assert_type(log_prob(f16, 1), NDArray[np.float16])
    assert_type(log_prob(f32, [0, 1, 1]), NDArray[np.float32])
    assert_type(log_prob(np.float32(1), truth), NDArray[np.float32])
    assert_type(log_prob(f32, f64), NDArray[np.float64])
    assert_type(log_prob(i8, truth), NDArray[np.float64])
    assert_type(log_prob(Wrapped(), truth), Wrapped)
    assert_type(log_prob.outer(f32, truth), NDArray[np.float32])
    log_prob(f32, truth, axis=0)  # type: ignore[arg-type]
    return log_prob


def labels_two_results() -> np.ufunc:
    assert_type(log_prob_value_and_grad(1.0, True), tuple[np.float64, np.float64])
    assert_type(log_prob_value_and_grad(np.float32(1), np.int64(1)), tuple[np.float32, np.float32])
    assert_type(log_prob_value_and_grad(f32, truth), tuple[NDArray[np.float32], NDArray[np.float32]])
    assert_type(log_prob_value_and_grad(f32, [0, 1, 1]), tuple[NDArray[np.float32], NDArray[np.float32]])
    assert_type(log_prob_value_and_grad(f32, f64), tuple[NDArray[np.float64], NDArray[np.float64]])
    assert_type(log_prob_value_and_grad(f64, 1, out=(f32, f64)), tuple[NDArray[np.float32], NDArray[np.float64]])
    assert_type(log_prob_value_and_grad(f64, 1, f32, f64), tuple[NDArray[np.float32], NDArray[np.float64]])
    assert_type(log_prob_value_and_grad(f64, 1, out=(f32, None)), tuple[NDArray[np.float32], Any])
    assert_type(log_prob_value_and_grad(Wrapped(), truth), Wrapped)
    assert_type(log_prob_value_and_grad.outer(f32, truth), tuple[NDArray[np.float32], NDArray[np.float32]])
    assert_type(log_prob_value_and_grad.nargs, Literal[4])
    log_prob_value_and_grad(f64, 1, out=f32)  # type: ignore[arg-type]
    return log_prob_value_and_grad


def two_results(memmap: np.memmap[tuple[int], np.dtype[np.float32]]) -> np.ufunc:
    assert_type(softplus_sigmoid(1.0), tuple[np.float64, np.float64])
    assert_type(softplus_sigmoid(f32), tuple[NDArray[np.float32], NDArray[np.float32]])
    assert_type(softplus_sigmoid(memmap), tuple[Line, Line])
    assert_type(softplus_sigmoid([1, 2]), tuple[NDArray[np.float64], NDArray[np.float64]])
    assert_type(softplus_sigmoid(f64, out=(f32, f64)), tuple[NDArray[np.float32], NDArray[np.float64]])
    assert_type(softplus_sigmoid(f64, f32, f64), tuple[NDArray[np.float32], NDArray[np.float64]])
    assert_type(softplus_sigmoid(f64, out=(f32, None)), tuple[NDArray[np.float32], Any])
    assert_type(softplus_sigmoid.nout, Literal[2])
    softplus_sigmoid(f64, out=f32)  # type: ignore[arg-type]
    return softplus_sigmoid


def no_methods_of_two_results() -> None:
    if softplus_sigmoid.__doc__:
        softplus_sigmoid.at(f32, [0])  # type: ignore[arg-type]
    else:
        softplus_sigmoid.reduce(f32)  # type: ignore[arg-type]


def generalised() -> np.ufunc:
    assert_type(logsumexp(f32), Any)
    assert_type(logsumexp(f32, axis=0, keepdims=True), NDArray[np.float32])
    assert_type(logsumexp([1.0, 2.0], keepdims=True), NDArray[np.float64])
    assert_type(logsumexp(f32, out=f64), NDArray[np.float64])
    assert_type(logsumexp(Wrapped()), Wrapped)
    assert_type(log_likelihood(f32, truth, keepdims=True), NDArray[np.float32])
    assert_type(log_likelihood(f64, truth), Any)
    assert_type(log_likelihood(f64, truth, out=f32), NDArray[np.float32])
    assert_type(logsumexp.signature, Literal["(n)->()"])
    logsumexp(f32, where=truth)  # type: ignore[arg-type]
    log_likelihood(f32, truth, where=truth)  # type: ignore[arg-type]
    return log_likelihood


def whole_rows() -> np.ufunc:
    assert_type(softmax(f32), NDArray[np.float32])
    assert_type(softmax(f32, axis=0, out=f64), NDArray[np.float64])
    assert_type(log_softmax([1.0, 2.0]), NDArray[np.float64])
    assert_type(log_softmax(Wrapped()), Wrapped)
    assert_type(categorical_log_prob(f32, [0, 1]), Any)
    assert_type(categorical_log_prob(f32, truth, out=...), NDArray[np.float32])
    assert_type(categorical_log_prob(f64, 1, out=f32), NDArray[np.float32])
    assert_type(logmatmulexp(f32, f32), NDArray[np.float32])
    assert_type(logmatmulexp([[1.0]], f64), NDArray[np.float64])
    softmax(f32, where=truth)  # type: ignore[arg-type]
    return softmax


def any_array_likes(a: npt.ArrayLike, b: npt.ArrayLike) -> NDArray[np.float64]:
    softplus_sigmoid(a)
    log_prob(a, b)
    log_prob_value_and_grad(a, b)
    log_prob(f32, b)
    logaddexp.reduce(a)
    logaddexp.accumulate(a)
    logaddexp.outer(a, b)
    assert_type(log_likelihood(a, b, out=f32), NDArray[np.float32])
    assert_type(log_likelihood(a, b), Any)
    assert_type(logsumexp(a, axis=0), Any)
    return logaddexp(a, b)


def refused_at_run_time() -> None:
    # ArrayLike includes strings and numbers
    assert_type(logaddexp("1.0", 2.0), Any)
    assert_type(logsumexp(1.0), Any)


def no_reduce() -> None:
    logsumexp.reduce(f32)  # type: ignore[arg-type]
