"""The methods of ufuncs with two inputs of the same kind."""

from types import EllipsisType
from typing import Any, Literal, Unpack, overload, type_check_only

import numpy as np
from numpy.typing import DTypeLike, NDArray

from softufunc._typing import (
    ArrayKeywords,
    Axis,
    Double,
    DoubleArray,
    F,
    HasArrayUfunc,
    Index,
    Input,
    Keywords,
    Mask,
    Nested,
    Out,
    RealArray,
    RealOrArray,
    T,
    Type,
)

# pyright: reportIncompatibleMethodOverride=false

@type_check_only
class Reducing(np.ufunc):  # type: ignore[misc]
    """The methods outer, reduce, accumulate, reduceat and at."""

    @overload  # type: ignore[override]
    def outer(
        self,
        A: DoubleArray,
        B: DoubleArray | Double,
        /,
        *,
        out: EllipsisType | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def outer(
        self,
        A: Double,
        B: DoubleArray,
        /,
        *,
        out: EllipsisType | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def outer(
        self,
        A: NDArray[F],
        B: NDArray[F],
        /,
        *,
        out: EllipsisType | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def outer(
        self,
        A: RealOrArray,
        B: RealOrArray,
        /,
        *,
        out: EllipsisType | None = None,
        dtype: Type[F],
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def outer(
        self,
        A: RealOrArray,
        B: RealOrArray,
        /,
        *,
        out: Out | tuple[Out],
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> Out: ...
    @overload
    def outer(
        self,
        A: RealOrArray,
        B: HasArrayUfunc[T],
        /,
        *,
        out: object = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def outer(
        self,
        A: HasArrayUfunc[T],
        B: object,
        /,
        *,
        out: object = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def outer(
        self,
        A: object,
        B: HasArrayUfunc[T],
        /,
        *,
        out: object = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def outer(
        self, A: Input, B: Input, /, *, out: object = None, dtype: DTypeLike | None = None, **keywords: Unpack[Keywords]
    ) -> Any: ...
    @overload  # type: ignore[override]
    def reduce(
        self,
        array: NDArray[F],
        /,
        axis: None,
        dtype: None = None,
        out: None = None,
        keepdims: Literal[False] = False,
        initial: float | np.floating[Any] | None = ...,
        where: Mask = True,
    ) -> F: ...
    @overload
    def reduce(
        self,
        array: DoubleArray,
        /,
        axis: None,
        dtype: None = None,
        out: None = None,
        keepdims: Literal[False] = False,
        initial: float | np.floating[Any] | None = ...,
        where: Mask = True,
    ) -> np.float64: ...
    @overload
    def reduce(
        self,
        array: Input,
        /,
        axis: None,
        dtype: Type[F],
        out: None = None,
        keepdims: Literal[False] = False,
        initial: float | np.floating[Any] | None = ...,
        where: Mask = True,
    ) -> F: ...
    @overload
    def reduce(
        self,
        array: NDArray[F],
        /,
        axis: Axis | None = 0,
        dtype: None = None,
        out: EllipsisType | None = None,
        *,
        keepdims: Literal[True],
        initial: float | np.floating[Any] | None = ...,
        where: Mask = True,
    ) -> NDArray[F]: ...
    @overload
    def reduce(
        self,
        array: DoubleArray,
        /,
        axis: Axis | None = 0,
        dtype: None = None,
        out: EllipsisType | None = None,
        *,
        keepdims: Literal[True],
        initial: float | np.floating[Any] | None = ...,
        where: Mask = True,
    ) -> NDArray[np.float64]: ...
    @overload
    def reduce(
        self,
        array: Input,
        /,
        axis: Axis | None = 0,
        dtype: DTypeLike | None = None,
        *,
        out: Out | tuple[Out],
        keepdims: bool = False,
        initial: float | np.floating[Any] | None = ...,
        where: Mask = True,
    ) -> Out: ...
    @overload
    def reduce(
        self,
        array: HasArrayUfunc[T],
        /,
        axis: Axis | None = 0,
        dtype: DTypeLike | None = None,
        out: object = None,
        keepdims: bool = False,
        initial: float | np.floating[Any] | None = ...,
        where: Mask = True,
    ) -> T: ...
    @overload
    def reduce(
        self,
        array: Input,
        /,
        axis: Axis | None = 0,
        dtype: DTypeLike | None = None,
        out: object = None,
        keepdims: bool = False,
        initial: float | np.floating[Any] | None = ...,
        where: Mask = True,
    ) -> Any: ...
    @overload  # type: ignore[override]
    def accumulate(
        self, array: NDArray[F], /, axis: int = 0, dtype: None = None, out: EllipsisType | None = None
    ) -> NDArray[F]: ...
    @overload
    def accumulate(
        self, array: DoubleArray, /, axis: int = 0, dtype: None = None, out: EllipsisType | None = None
    ) -> NDArray[np.float64]: ...
    @overload
    def accumulate(
        self, array: RealArray, /, axis: int = 0, *, dtype: Type[F], out: EllipsisType | None = None
    ) -> NDArray[F]: ...
    @overload
    def accumulate(
        self, array: RealArray, /, axis: int = 0, dtype: DTypeLike | None = None, *, out: Out | tuple[Out]
    ) -> Out: ...
    @overload
    def accumulate(
        self, array: HasArrayUfunc[T], /, axis: int = 0, dtype: DTypeLike | None = None, out: object = None
    ) -> T: ...
    @overload
    def accumulate(self, array: Input, /, axis: int = 0, dtype: DTypeLike | None = None, out: object = None) -> Any: ...
    @overload  # type: ignore[override]
    def reduceat(
        self,
        array: NDArray[F],
        /,
        indices: NDArray[np.integer[Any]] | Nested[int | np.integer[Any]],
        axis: int = 0,
        dtype: None = None,
        out: EllipsisType | None = None,
    ) -> NDArray[F]: ...
    @overload
    def reduceat(
        self,
        array: DoubleArray,
        /,
        indices: NDArray[np.integer[Any]] | Nested[int | np.integer[Any]],
        axis: int = 0,
        dtype: None = None,
        out: EllipsisType | None = None,
    ) -> NDArray[np.float64]: ...
    @overload
    def reduceat(
        self,
        array: RealArray,
        /,
        indices: NDArray[np.integer[Any]] | Nested[int | np.integer[Any]],
        axis: int = 0,
        *,
        dtype: Type[F],
        out: EllipsisType | None = None,
    ) -> NDArray[F]: ...
    @overload
    def reduceat(
        self,
        array: RealArray,
        /,
        indices: NDArray[np.integer[Any]] | Nested[int | np.integer[Any]],
        axis: int = 0,
        dtype: DTypeLike | None = None,
        *,
        out: Out | tuple[Out],
    ) -> Out: ...
    @overload
    def reduceat(
        self,
        array: HasArrayUfunc[T],
        /,
        indices: NDArray[np.integer[Any]] | Nested[int | np.integer[Any]],
        axis: int = 0,
        dtype: DTypeLike | None = None,
        out: object = None,
    ) -> T: ...
    @overload
    def reduceat(
        self,
        array: Input,
        /,
        indices: NDArray[np.integer[Any]] | Nested[int | np.integer[Any]],
        axis: int = 0,
        dtype: DTypeLike | None = None,
        out: object = None,
    ) -> Any: ...
    def at(self, a: NDArray[Any] | HasArrayUfunc[Any], indices: Index, b: Input | HasArrayUfunc[Any], /) -> None: ...  # type: ignore[override]
