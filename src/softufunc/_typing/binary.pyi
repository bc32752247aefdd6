"""Ufuncs with two inputs that promote each other, and one output."""

from types import EllipsisType
from typing import Any, Literal, Never, Unpack, overload, type_check_only

import numpy as np
from numpy.typing import DTypeLike, NDArray

from softufunc._typing import (
    ArrayKeywords,
    Double,
    DoubleArray,
    F,
    HasArrayUfunc,
    HasArrayWrap,
    Input,
    Keywords,
    Out,
    Real,
    RealArray,
    RealOrArray,
    ScalarKeywords,
    Small,
    T,
    Type,
    Weak,
    WrongKeyword,
)
from softufunc._typing.methods import Reducing

# NumPy's scalars have __array__ too, but match an earlier overload.
# pyright: reportIncompatibleMethodOverride=false, reportOverlappingOverload=false

@type_check_only
class BinaryUFunc(Reducing):  # type: ignore[misc]
    """Two inputs of the same kind, as in logaddexp."""

    @property
    def nin(self) -> Literal[2]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[3]: ...
    @property
    def identity(self) -> float | None: ...
    @property
    def signature(self) -> None: ...
    @overload
    def __call__(
        self, x: Double, y: Double, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x: np.float64, y: Small, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x: Small, y: np.float64, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x: F, y: F | Weak, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> F: ...
    @overload
    def __call__(
        self, x: Weak, y: F, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> F: ...
    @overload
    def __call__(
        self, x: Real, y: Real, /, out: None = None, *, dtype: Type[F], **keywords: Unpack[ScalarKeywords]
    ) -> F: ...
    @overload
    def __call__(
        self, x: Real, y: Real, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.floating[Any]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        y: DoubleArray | Double,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: Double,
        y: DoubleArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: NDArray[np.float64],
        y: Small | NDArray[Small],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: Small | NDArray[Small],
        y: NDArray[np.float64],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: NDArray[Small],
        y: np.float64,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: np.float64,
        y: NDArray[Small],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: NDArray[F],
        y: F | NDArray[F] | Weak | NDArray[np.bool],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: F | Weak | NDArray[np.bool],
        y: NDArray[F],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        y: RealArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: Type[F],
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: RealArray,
        y: RealOrArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: Type[F],
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        y: RealOrArray,
        /,
        out: Out | tuple[Out],
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> Out: ...
    @overload
    def __call__(
        self,
        x: RealArray,
        y: RealOrArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.floating[Any]]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        y: RealArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.floating[Any]]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        y: RealOrArray,
        /,
        out: HasArrayUfunc[T] | tuple[HasArrayUfunc[T]],
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        y: HasArrayUfunc[T],
        /,
        out: object = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: HasArrayUfunc[T],
        y: object,
        /,
        out: object = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: object,
        y: HasArrayUfunc[T],
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
        y: object,
        /,
        out: None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: object,
        y: HasArrayWrap[T],
        /,
        out: None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: Input,
        y: Input,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> Any: ...
    @overload
    def __call__(self, x: Input, y: Input, /, **keywords: WrongKeyword[Never]) -> Any: ...
