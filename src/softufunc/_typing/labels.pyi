"""Ufuncs of logits and labels, with one output. Labels of type bool, integer or Python float do not promote."""

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
    Index,
    Input,
    Integer,
    Keywords,
    Nested,
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

# NumPy's scalars have __array__ too, but match an earlier overload.
# pyright: reportIncompatibleMethodOverride=false, reportOverlappingOverload=false

@type_check_only
class LabelUFunc(np.ufunc):  # type: ignore[misc]
    """Logits and labels, as in log_prob."""

    @property
    def nin(self) -> Literal[2]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[3]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> None: ...
    @overload
    def __call__(
        self, x: Double, t: Double, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x: np.float64, t: Small, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x: Small, t: np.float64, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self,
        x: F,
        t: F | Weak | Integer,
        /,
        out: None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ScalarKeywords],
    ) -> F: ...
    @overload
    def __call__(
        self, x: Real, t: Real, /, out: None = None, *, dtype: Type[F], **keywords: Unpack[ScalarKeywords]
    ) -> F: ...
    @overload
    def __call__(
        self, x: Real, t: Real, /, out: None = None, *, dtype: None = None, **keywords: Unpack[ScalarKeywords]
    ) -> np.floating[Any]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        t: DoubleArray | Double,
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
        t: DoubleArray,
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
        t: Small | NDArray[Small],
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
        t: NDArray[np.float64],
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
        t: np.float64,
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
        t: NDArray[Small],
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
        t: F | NDArray[F] | Weak | Integer | NDArray[Integer] | Nested[int],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: F,
        t: NDArray[F] | NDArray[Integer] | Nested[int],
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
        t: RealArray,
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
        t: RealOrArray,
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
        t: RealOrArray,
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
        t: RealOrArray,
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
        t: RealArray,
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
        t: RealOrArray,
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
        t: HasArrayUfunc[T],
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
        t: object,
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
        t: HasArrayUfunc[T],
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
        t: object,
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
        t: HasArrayWrap[T],
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
        t: Input,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> Any: ...
    @overload
    def __call__(self, x: Input, t: Input, /, **keywords: WrongKeyword[Never]) -> Any: ...
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
        A: NDArray[F],
        B: F | NDArray[F] | Weak | Integer | NDArray[Integer] | Nested[int],
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
    def at(self, a: NDArray[Any] | HasArrayUfunc[Any], indices: Index, b: Input | HasArrayUfunc[Any], /) -> None: ...  # type: ignore[override]
