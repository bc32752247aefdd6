"""Ufuncs with one input, and one or two outputs."""

from types import EllipsisType
from typing import Any, Literal, Never, NoReturn, Unpack, overload, type_check_only

import numpy as np
from numpy.typing import DTypeLike, NDArray

from softufunc._typing import (
    ArrayKeywords,
    Double,
    DoubleArray,
    F,
    FloatArray,
    FloatNested,
    HasArray,
    HasArrayUfunc,
    HasArrayWrap,
    Index,
    Input,
    Keywords,
    Out,
    Out2,
    Real,
    RealArray,
    ScalarKeywords,
    Shape,
    T,
    Type,
    WrongKeyword,
)

# NumPy's scalars have __array__ too, but match an earlier overload.
# pyright: reportIncompatibleMethodOverride=false, reportOverlappingOverload=false

@type_check_only
class UnaryUFunc(np.ufunc):  # type: ignore[misc]
    """One input, one output, as in softplus."""

    @property
    def nin(self) -> Literal[1]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[2]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> None: ...
    @overload
    def __call__(
        self, x: Double, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(self, x: F, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]) -> F: ...
    @overload
    def __call__(self, x: Real, /, out: None = None, *, dtype: Type[F], **keywords: Unpack[ScalarKeywords]) -> F: ...
    @overload
    def __call__(
        self,
        x: np.memmap[Shape, np.dtype[F]],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> np.ndarray[Shape, np.dtype[F]]: ...
    @overload
    def __call__(
        self,
        x: FloatArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> FloatArray: ...
    @overload
    def __call__(
        self,
        x: FloatNested[F],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self, x: Double, /, out: EllipsisType, *, dtype: None = None, **keywords: Unpack[ArrayKeywords]
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self, x: F, /, out: EllipsisType, *, dtype: None = None, **keywords: Unpack[ArrayKeywords]
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self, x: RealArray, /, out: EllipsisType | None = None, *, dtype: Type[F], **keywords: Unpack[ArrayKeywords]
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self, x: Input, /, out: Out | tuple[Out], *, dtype: DTypeLike | None = None, **keywords: Unpack[Keywords]
    ) -> Out: ...
    @overload
    def __call__(
        self,
        x: Input,
        /,
        out: HasArrayUfunc[T] | tuple[HasArrayUfunc[T]],
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: HasArrayUfunc[T],
        /,
        out: object = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: HasArrayWrap[T],
        /,
        out: None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: HasArray[F],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self, x: Double | FloatArray, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64 | FloatArray: ...
    @overload
    def __call__(
        self, x: F | NDArray[F], /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> F | NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: Input,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> Any: ...
    @overload
    def __call__(self, x: Input, /, **keywords: WrongKeyword[Never]) -> Any: ...
    def at(self, a: NDArray[Any] | HasArrayUfunc[Any], indices: Index, /) -> None: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]

@type_check_only
class TwoOutputUFunc(np.ufunc):  # type: ignore[misc]
    """One input, two outputs, as in softplus_sigmoid."""

    @property
    def nin(self) -> Literal[1]: ...
    @property
    def nout(self) -> Literal[2]: ...
    @property
    def nargs(self) -> Literal[3]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> None: ...
    @overload
    def __call__(
        self,
        x: Double,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ScalarKeywords],
    ) -> tuple[np.float64, np.float64]: ...
    @overload
    def __call__(
        self, x: F, /, *, out: tuple[None, None] | None = None, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> tuple[F, F]: ...
    @overload
    def __call__(
        self, x: Real, /, *, out: tuple[None, None] | None = None, dtype: Type[F], **keywords: Unpack[ScalarKeywords]
    ) -> tuple[F, F]: ...
    @overload
    def __call__(
        self,
        x: np.memmap[Shape, np.dtype[F]],
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[np.ndarray[Shape, np.dtype[F]], np.ndarray[Shape, np.dtype[F]]]: ...
    @overload
    def __call__(
        self,
        x: FloatArray,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def __call__(
        self,
        x: FloatNested[F],
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[F], NDArray[F]]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    @overload
    def __call__(
        self,
        x: RealArray,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: Type[F],
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[F], NDArray[F]]: ...
    @overload
    def __call__(
        self, x: Input, /, *, out: tuple[Out, Out2], dtype: DTypeLike | None = None, **keywords: Unpack[Keywords]
    ) -> tuple[Out, Out2]: ...
    @overload
    def __call__(
        self, x: Input, out1: Out, out2: Out2, /, *, dtype: DTypeLike | None = None, **keywords: Unpack[Keywords]
    ) -> tuple[Out, Out2]: ...
    @overload
    def __call__(
        self,
        x: Input,
        /,
        *,
        out: tuple[Out, EllipsisType | None],
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[Out, Any]: ...
    @overload
    def __call__(
        self,
        x: Input,
        /,
        *,
        out: tuple[EllipsisType | None, Out],
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[Any, Out]: ...
    @overload
    def __call__(
        self,
        x: HasArrayUfunc[T],
        /,
        *out1: object,
        out: tuple[object, object] | None = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: HasArrayWrap[T],
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[T, T]: ...
    @overload
    def __call__(
        self,
        x: HasArray[F],
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[F], NDArray[F]]: ...
    @overload
    def __call__(
        self, x: Double | FloatArray, /, *, out: None = None, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> tuple[np.float64, np.float64] | tuple[FloatArray, FloatArray]: ...
    @overload
    def __call__(
        self, x: F | NDArray[F], /, *, out: None = None, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> tuple[F, F] | tuple[NDArray[F], NDArray[F]]: ...
    @overload
    def __call__(
        self,
        x: Input,
        /,
        *,
        out: EllipsisType | tuple[object, object] | None = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[Any, Any]: ...
    @overload
    def __call__(self, x: Input, /, **keywords: WrongKeyword[Never]) -> tuple[Any, Any]: ...
    def at(self, a: Never, indices: Never, /) -> NoReturn: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]
