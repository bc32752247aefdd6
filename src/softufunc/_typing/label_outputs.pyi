"""A logit and its label, two outputs. A label that is a bool, an integer or a Python float promotes nothing."""

from types import EllipsisType
from typing import Any, Literal, Never, NoReturn, Unpack, overload, type_check_only

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
    Integer,
    Keywords,
    Nested,
    Out,
    Out2,
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

# NumPy's scalars have __array__ too, but meet their own overload first.
# pyright: reportIncompatibleMethodOverride=false, reportOverlappingOverload=false

@type_check_only
class LabelTwoOutputUFunc(np.ufunc):  # type: ignore[misc]
    """Logits and labels, two outputs: log_prob_value_and_grad."""

    @property
    def nin(self) -> Literal[2]: ...
    @property
    def nout(self) -> Literal[2]: ...
    @property
    def nargs(self) -> Literal[4]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> None: ...
    @overload
    def __call__(
        self,
        x: Double,
        t: Double,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ScalarKeywords],
    ) -> tuple[np.float64, np.float64]: ...
    @overload
    def __call__(
        self,
        x: np.float64,
        t: Small,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ScalarKeywords],
    ) -> tuple[np.float64, np.float64]: ...
    @overload
    def __call__(
        self,
        x: Small,
        t: np.float64,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ScalarKeywords],
    ) -> tuple[np.float64, np.float64]: ...
    @overload
    def __call__(
        self,
        x: F,
        t: F | Weak | Integer,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ScalarKeywords],
    ) -> tuple[F, F]: ...
    @overload
    def __call__(
        self,
        x: Real,
        t: Real,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: Type[F],
        **keywords: Unpack[ScalarKeywords],
    ) -> tuple[F, F]: ...
    @overload
    def __call__(
        self,
        x: Real,
        t: Real,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ScalarKeywords],
    ) -> tuple[np.floating[Any], np.floating[Any]]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        t: DoubleArray | Double,
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    @overload
    def __call__(
        self,
        x: Double,
        t: DoubleArray,
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    @overload
    def __call__(
        self,
        x: NDArray[np.float64],
        t: Small | NDArray[Small],
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    @overload
    def __call__(
        self,
        x: Small | NDArray[Small],
        t: NDArray[np.float64],
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    @overload
    def __call__(
        self,
        x: NDArray[Small],
        t: np.float64,
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    @overload
    def __call__(
        self,
        x: np.float64,
        t: NDArray[Small],
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    @overload
    def __call__(
        self,
        x: NDArray[F],
        t: F | NDArray[F] | Weak | Integer | NDArray[Integer] | Nested[int],
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[F], NDArray[F]]: ...
    @overload
    def __call__(
        self,
        x: F,
        t: NDArray[F] | NDArray[Integer] | Nested[int],
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[F], NDArray[F]]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        t: RealArray,
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: Type[F],
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[F], NDArray[F]]: ...
    @overload
    def __call__(
        self,
        x: RealArray,
        t: RealOrArray,
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: Type[F],
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[F], NDArray[F]]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        t: RealOrArray,
        /,
        *,
        out: tuple[Out, Out2],
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[Out, Out2]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        t: RealOrArray,
        out1: Out,
        out2: Out2,
        /,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[Out, Out2]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        t: RealOrArray,
        /,
        *,
        out: tuple[Out, EllipsisType | None],
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[Out, Any]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        t: RealOrArray,
        /,
        *,
        out: tuple[EllipsisType | None, Out],
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[Any, Out]: ...
    @overload
    def __call__(
        self,
        x: RealArray,
        t: RealOrArray,
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        t: RealArray,
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: None = None,
        **keywords: Unpack[ArrayKeywords],
    ) -> tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        t: RealOrArray,
        /,
        *,
        out: tuple[HasArrayUfunc[T], object] | tuple[object, HasArrayUfunc[T]],
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: RealOrArray,
        t: HasArrayUfunc[T],
        /,
        *,
        out: tuple[object, object] | None = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        x: HasArrayUfunc[T],
        t: object,
        /,
        *,
        out: tuple[object, object] | None = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        x: object,
        t: HasArrayUfunc[T],
        /,
        *,
        out: tuple[object, object] | None = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: HasArrayWrap[T],
        t: object,
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[T, T]: ...
    @overload
    def __call__(
        self,
        x: object,
        t: HasArrayWrap[T],
        /,
        *,
        out: tuple[None, None] | None = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[T, T]: ...
    @overload
    def __call__(
        self,
        x: Input,
        t: Input,
        /,
        *,
        out: EllipsisType | tuple[None, None] | None = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[Any, Any]: ...
    @overload
    def __call__(self, x: Input, t: Input, /, **keywords: WrongKeyword[Never]) -> tuple[Any, Any]: ...
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
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
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
    ) -> tuple[NDArray[F], NDArray[F]]: ...
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
    ) -> tuple[NDArray[F], NDArray[F]]: ...
    @overload
    def outer(
        self,
        A: Input | HasArrayUfunc[Any],
        B: Input | HasArrayUfunc[Any],
        /,
        *,
        out: object = None,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[Keywords],
    ) -> tuple[Any, Any]: ...
    def at(self, a: Never, indices: Never, b: Never, /) -> NoReturn: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]
