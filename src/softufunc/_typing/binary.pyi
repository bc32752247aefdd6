"""Ufuncs with two inputs that promote each other, and one output."""

from types import EllipsisType
from typing import Any, Literal, Unpack, overload, type_check_only

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
        self, x1: Double, x2: Double, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x1: np.float64, x2: Small, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x1: Small, x2: np.float64, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x1: F, x2: F | Weak, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> F: ...
    @overload
    def __call__(
        self, x1: Weak, x2: F, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> F: ...
    @overload
    def __call__(
        self, x1: Real, x2: Real, /, out: None = None, *, dtype: Type[F], **keywords: Unpack[ScalarKeywords]
    ) -> F: ...
    @overload
    def __call__(
        self, x1: Real, x2: Real, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.floating[Any]: ...
    @overload
    def __call__(
        self,
        x1: DoubleArray,
        x2: DoubleArray | Double,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x1: Double,
        x2: DoubleArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x1: NDArray[np.float64],
        x2: Small | NDArray[Small],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x1: Small | NDArray[Small],
        x2: NDArray[np.float64],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x1: NDArray[Small],
        x2: np.float64,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x1: np.float64,
        x2: NDArray[Small],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x1: NDArray[F],
        x2: F | NDArray[F] | Weak | NDArray[np.bool],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x1: F | Weak | NDArray[np.bool],
        x2: NDArray[F],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x1: RealOrArray,
        x2: RealArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: Type[F],
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x1: RealArray,
        x2: RealOrArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: Type[F],
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x1: RealOrArray,
        x2: RealOrArray,
        /,
        out: Out | tuple[Out],
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> Out: ...
    @overload
    def __call__(
        self,
        x1: RealArray,
        x2: RealOrArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.floating[Any]]: ...
    @overload
    def __call__(
        self,
        x1: RealOrArray,
        x2: RealArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[np.floating[Any]]: ...
    @overload
    def __call__(
        self,
        x1: RealOrArray,
        x2: RealOrArray,
        /,
        out: HasArrayUfunc[T] | tuple[HasArrayUfunc[T]],
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x1: RealOrArray,
        x2: HasArrayUfunc[T],
        /,
        out: object = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x1: HasArrayUfunc[T],
        x2: object,
        /,
        out: object = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x1: object,
        x2: HasArrayUfunc[T],
        /,
        out: object = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x1: HasArrayWrap[T],
        x2: object,
        /,
        out: None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x1: object,
        x2: HasArrayWrap[T],
        /,
        out: None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x1: Input,
        x2: Input,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> Any: ...
