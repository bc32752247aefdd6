"""What type checkers must find out about the ufuncs of one argument: checked by mypy and pyright, never run.

A line with an ignored error is one that the checkers must refuse: both complain about a comment that is not needed.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from typing import Any, Literal, Self, assert_type

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

import softufunc
from softufunc import softplus


class Wrapped:
    """A class with a result of its own."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Self:
        return self


class Like:
    """An array-like of float32."""

    def __array__(self, dtype: object = None, copy: bool | None = None) -> NDArray[np.float32]:
        return np.zeros(3, np.float32)


class Wrapping(Like):
    """An array-like that takes results back."""

    def __array_wrap__(self, array: NDArray[Any], context: object = None, return_scalar: bool = False) -> Self:
        return self


Masked = np.ma.MaskedArray[tuple[int], np.dtype[np.float32]]


def scalars() -> None:
    assert_type(softplus(1.0), np.float64)
    assert_type(softplus(1), np.float64)
    assert_type(softplus(True), np.float64)
    assert_type(softplus(np.int8(1)), np.float64)
    assert_type(softplus(np.bool(True)), np.float64)
    assert_type(softplus(np.float16(1)), np.float16)
    assert_type(softplus(np.float32(1)), np.float32)
    assert_type(softplus(np.float64(1)), np.float64)
    assert_type(softplus(np.longdouble(1)), np.longdouble)
    assert_type(softplus(1.0, dtype=np.float32), np.float32)
    assert_type(softplus(1.0, where=True), np.float64)
    assert_type(softplus(1.0, out=...), NDArray[np.float64])
    assert_type(softplus(np.float32(1), out=...), NDArray[np.float32])


def arrays(
    f16: NDArray[np.float16],
    f32: NDArray[np.float32],
    f64: NDArray[np.float64],
    long: NDArray[np.longdouble],
    i8: NDArray[np.int8],
    truth: NDArray[np.bool],
    line: np.ndarray[tuple[int], np.dtype[np.float32]],
    either: float | NDArray[np.float32],
    masked: Masked,
    memmap: np.memmap[tuple[int], np.dtype[np.float32]],
) -> None:
    assert_type(softplus(f16), NDArray[np.float16])
    assert_type(softplus(f32), NDArray[np.float32])
    assert_type(softplus(f64), NDArray[np.float64])
    assert_type(softplus(long), NDArray[np.longdouble])
    assert_type(softplus(i8), NDArray[np.float64])
    assert_type(softplus(truth), NDArray[np.float64])
    assert_type(softplus(line), np.ndarray[tuple[int], np.dtype[np.float32]])
    assert_type(softplus(masked), Masked)
    assert_type(softplus(memmap), np.ndarray[tuple[int], np.dtype[np.float32]])
    assert_type(softplus(either), np.float64 | NDArray[np.float32])
    assert_type(softplus(f32, out=...), NDArray[np.float32])
    assert_type(softplus(f64, where=truth, order="C", casting="safe"), NDArray[np.float64])
    assert_type(softplus(f64, dtype=np.float32), NDArray[np.float32])
    assert_type(softplus(i8, dtype=f32.dtype), NDArray[np.float32])


def array_likes(f32: NDArray[np.float32]) -> None:
    assert_type(softplus([1.0, 2.0]), NDArray[np.float64])
    assert_type(softplus((1, 2)), NDArray[np.float64])
    assert_type(softplus(range(3)), NDArray[np.float64])
    assert_type(softplus([[1, 2], [3, 4]]), NDArray[np.float64])
    assert_type(softplus([np.float32(1)]), NDArray[np.float32])
    assert_type(softplus([f32, f32]), NDArray[np.float32])
    assert_type(softplus(Like()), NDArray[np.float32])
    assert_type(softplus([1.0], dtype=np.float32), NDArray[np.float32])


def out(f32: NDArray[np.float32], f64: NDArray[np.float64], truth: NDArray[np.bool], masked: Masked) -> None:
    assert_type(softplus(f64, out=f32, casting="same_kind"), NDArray[np.float32])
    assert_type(softplus(f64, out=(f32,)), NDArray[np.float32])
    assert_type(softplus(f64, f64, where=truth), NDArray[np.float64])
    assert_type(softplus(1.0, f64), NDArray[np.float64])
    assert_type(softplus([1.0], out=masked), Masked)
    assert_type(softplus(f64, out=Wrapped()), Wrapped)


def other_objects() -> None:
    assert_type(softplus(Wrapped()), Wrapped)
    assert_type(softplus(Wrapped(), dtype="f4"), Wrapped)
    assert_type(softplus(Wrapping()), Wrapping)


def only_any(i8: NDArray[np.int8], f64: NDArray[np.float64]) -> None:
    assert_type(softplus(i8, dtype="f4"), Any)
    assert_type(softplus(f64, signature="f->f"), Any)
    assert_type(softplus(f64, subok=False), Any)


def any_array_like(a: npt.ArrayLike, f32: NDArray[np.float32], truth: NDArray[np.bool]) -> NDArray[np.float64]:
    assert_type(softplus(a, out=f32), NDArray[np.float32])
    softplus(a, where=truth, dtype="f4")
    return softplus(a)


def refused_at_run_time() -> None:
    # ArrayLike includes strings and complex numbers
    assert_type(softplus("1.0"), Any)
    assert_type(softplus(["1.0"]), Any)
    assert_type(softplus(1j), Any)


def methods(f32: NDArray[np.float32]) -> None:
    assert_type(softplus.at(f32, [0, 1]), None)
    assert_type(softplus.at(f32, (slice(None), ...)), None)


def no_reduce(f32: NDArray[np.float32]) -> None:
    softplus.reduce(f32)  # type: ignore[arg-type]


def no_accumulate(f32: NDArray[np.float32]) -> None:
    softplus.accumulate(f32)  # type: ignore[arg-type]


def no_reduceat(f32: NDArray[np.float32]) -> None:
    softplus.reduceat(f32, [0])  # type: ignore[arg-type]


def no_outer(f32: NDArray[np.float32]) -> None:
    softplus.outer(f32, f32)  # type: ignore[arg-type]


def refused(f32: NDArray[np.float32]) -> None:
    softplus()  # type: ignore[call-overload]
    softplus(None)  # type: ignore[call-overload]
    softplus(f32, f32, f32)  # type: ignore[call-overload]
    softplus(x=f32)  # type: ignore[call-overload]
    # arg-type: the message names the keyword, and does not list the overloads
    softplus(f32, axis=0)  # type: ignore[arg-type]
    softplus(f32, casting="sometimes")  # type: ignore[arg-type]


def the_rest() -> np.ufunc:
    assert_type(softplus.nin, Literal[1])
    assert_type(softplus.nout, Literal[1])
    assert_type(softplus.nargs, Literal[2])
    assert_type(softplus.identity, None)
    assert_type(softplus.signature, None)
    assert_type(softplus.ntypes, int)
    assert_type(softufunc.show_config()["available"], list[str])
    assert_type(softufunc.show_config()["fma"], bool)
    assert_type(softufunc.__version__, str)
    assert_type(softufunc.hooks.register_dask(), None)
    return softplus
