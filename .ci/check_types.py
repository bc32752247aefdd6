"""What type checkers must find out about the ufuncs: checked by mypy, never run."""

from typing import Any, Literal, assert_type

import numpy as np
from numpy.typing import NDArray

import softufunc
from softufunc import log_likelihood, logsumexp, softplus, softplus_sigmoid


def check(
    f16: NDArray[np.float16],
    f32: NDArray[np.float32],
    f64: NDArray[np.float64],
    long: NDArray[np.longdouble],
    i8: NDArray[np.int8],
    truth: NDArray[np.bool],
) -> np.ufunc:
    assert_type(softplus(1.0), np.float64)
    assert_type(softplus(1), np.float64)
    assert_type(softplus(True), np.float64)
    assert_type(softplus(np.int8(1)), np.float64)
    assert_type(softplus(np.float32(1)), np.float32)
    assert_type(softplus(np.float64(1)), np.float64)
    assert_type(softplus(f16), NDArray[np.float16])
    assert_type(softplus(f32), NDArray[np.float32])
    assert_type(softplus(f64), NDArray[np.float64])
    assert_type(softplus(long), NDArray[np.longdouble])
    assert_type(softplus(i8), NDArray[np.float64])
    assert_type(softplus(truth), NDArray[np.float64])
    assert_type(softplus([1.0, 2.0]), NDArray[np.float64])
    assert_type(softplus([[1, 2], [3, 4]]), NDArray[np.float64])
    assert_type(softplus(f64, out=f32, casting="same_kind"), NDArray[np.float32])
    assert_type(softplus(f64, out=(f32,)), NDArray[np.float32])
    assert_type(softplus(f64, f64, where=truth), NDArray[np.float64])
    assert_type(softplus(f64, dtype=np.float32), NDArray[np.float32])
    assert_type(softplus(i8, dtype="f4"), Any)
    assert_type(softplus.at(f32, [0, 1]), None)
    assert_type(softplus.nin, Literal[1])
    assert_type(softplus_sigmoid(1.0), tuple[np.float64, np.float64])
    assert_type(softplus_sigmoid(np.float32(1)), tuple[np.float32, np.float32])
    assert_type(softplus_sigmoid(f32), tuple[NDArray[np.float32], NDArray[np.float32]])
    assert_type(softplus_sigmoid(i8), tuple[NDArray[np.float64], NDArray[np.float64]])
    assert_type(softplus_sigmoid(f64, out=(f32, f64)), tuple[NDArray[np.float32], NDArray[np.float64]])
    assert_type(softplus_sigmoid(f64, out=(f32, None)), tuple[Any, Any])
    assert_type(softplus_sigmoid.nout, Literal[2])
    assert_type(logsumexp(f32), np.float32 | NDArray[np.float32])
    assert_type(logsumexp(f32, axis=0, keepdims=True), NDArray[np.float32])
    assert_type(logsumexp(i8), np.float64 | NDArray[np.float64])
    assert_type(logsumexp(f64, f32), NDArray[np.float32])
    assert_type(log_likelihood(f32, truth), np.float32 | NDArray[np.float32])
    assert_type(log_likelihood(f32, i8, out=f64), NDArray[np.float64])
    assert_type(softufunc.show_config()["available"], list[str])
    assert_type(softufunc.__version__, str)
    return softplus
