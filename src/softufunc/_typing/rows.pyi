"""Generalized ufuncs that give a row for a row, one element of it, or a matrix."""

from types import EllipsisType
from typing import Any, Literal, Never, NoReturn, Unpack, overload, type_check_only

import numpy as np
from numpy.typing import DTypeLike, NDArray

from softufunc._typing import (
    DoubleArray,
    F,
    GUFuncKeywords,
    HasArrayUfunc,
    Input,
    Integer,
    Nested,
    Out,
    T,
    WrongKeyword,
)

# pyright: reportIncompatibleMethodOverride=false

@type_check_only
class RowGUFunc(np.ufunc):  # type: ignore[misc]
    """A row for a row, as in softmax."""

    @property
    def nin(self) -> Literal[1]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[2]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> Literal["(n)->(n)"]: ...
    @overload
    def __call__(
        self,
        x: NDArray[F],
        /,
        out: EllipsisType | None = None,
        *,
        axis: int = -1,
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        /,
        out: EllipsisType | None = None,
        *,
        axis: int = -1,
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: Input,
        /,
        out: Out | tuple[Out],
        *,
        axis: int = -1,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> Out: ...
    @overload
    def __call__(
        self,
        x: HasArrayUfunc[T],
        /,
        out: object = None,
        *,
        axis: int = -1,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: Input,
        /,
        out: EllipsisType | None = None,
        *,
        axis: int = -1,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> Any: ...
    @overload
    def __call__(self, x: Input, /, **keywords: WrongKeyword[Never]) -> Any: ...
    def at(self, a: Never, indices: Never, /) -> NoReturn: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]

@type_check_only
class ChoiceGUFunc(np.ufunc):  # type: ignore[misc]
    """One element of a row, at an index, as in categorical_log_prob. Only out tells a scalar from an array."""

    @property
    def nin(self) -> Literal[2]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[3]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> Literal["(n),()->()"]: ...
    @overload
    def __call__(
        self,
        x: NDArray[F],
        k: int | Integer | NDArray[Integer] | Nested[int],
        /,
        out: EllipsisType,
        *,
        axis: int = -1,
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        k: int | Integer | NDArray[Integer] | Nested[int],
        /,
        out: EllipsisType,
        *,
        axis: int = -1,
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: Input,
        k: Input,
        /,
        out: Out | tuple[Out],
        *,
        axis: int = -1,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> Out: ...
    @overload
    def __call__(
        self,
        x: HasArrayUfunc[T],
        k: object,
        /,
        out: object = None,
        *,
        axis: int = -1,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: object,
        k: HasArrayUfunc[T],
        /,
        out: object = None,
        *,
        axis: int = -1,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: Input,
        k: Input,
        /,
        out: EllipsisType | None = None,
        *,
        axis: int = -1,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> Any: ...
    @overload
    def __call__(self, x: Input, k: Input, /, **keywords: WrongKeyword[Never]) -> Any: ...
    def at(self, a: Never, indices: Never, /) -> NoReturn: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]

@type_check_only
class MatrixGUFunc(np.ufunc):  # type: ignore[misc]
    """A product of two matrices, as in logmatmulexp."""

    @property
    def nin(self) -> Literal[2]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[3]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> Literal["(n,k),(k,m)->(n,m)"]: ...
    @overload
    def __call__(
        self,
        a: NDArray[F],
        b: NDArray[F],
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        a: DoubleArray,
        b: DoubleArray,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        a: Input,
        b: Input,
        /,
        out: Out | tuple[Out],
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> Out: ...
    @overload
    def __call__(
        self,
        a: HasArrayUfunc[T],
        b: object,
        /,
        out: object = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        a: object,
        b: HasArrayUfunc[T],
        /,
        out: object = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        a: Input,
        b: Input,
        /,
        out: EllipsisType | None = None,
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> Any: ...
    @overload
    def __call__(self, a: Input, b: Input, /, **keywords: WrongKeyword[Never]) -> Any: ...
    def at(self, a: Never, indices: Never, /) -> NoReturn: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]
