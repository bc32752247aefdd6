"""Generalized ufuncs that sum over an axis. Only keepdims and out determine whether a scalar is returned."""

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
class UnaryGUFunc(np.ufunc):  # type: ignore[misc]
    """A reduction of one array, as in logsumexp."""

    @property
    def nin(self) -> Literal[1]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[2]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> Literal["(n)->()"]: ...
    @overload
    def __call__(
        self,
        x: NDArray[F],
        /,
        out: EllipsisType | None = None,
        *,
        axis: int = -1,
        keepdims: Literal[True],
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
        keepdims: Literal[True],
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: NDArray[F],
        /,
        out: EllipsisType,
        *,
        axis: int = -1,
        keepdims: bool = False,
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        /,
        out: EllipsisType,
        *,
        axis: int = -1,
        keepdims: bool = False,
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
        keepdims: bool = False,
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
        keepdims: bool = False,
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
        keepdims: bool = False,
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
class LabelGUFunc(np.ufunc):  # type: ignore[misc]
    """A reduction of logits and labels, as in log_likelihood."""

    @property
    def nin(self) -> Literal[2]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[3]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> Literal["(n),(n)->()"]: ...
    @overload
    def __call__(
        self,
        x: NDArray[F],
        t: NDArray[F] | NDArray[Integer] | Nested[int],
        /,
        out: EllipsisType | None = None,
        *,
        axis: int = -1,
        keepdims: Literal[True],
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        t: DoubleArray,
        /,
        out: EllipsisType | None = None,
        *,
        axis: int = -1,
        keepdims: Literal[True],
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: NDArray[F],
        t: NDArray[F] | NDArray[Integer] | Nested[int],
        /,
        out: EllipsisType,
        *,
        axis: int = -1,
        keepdims: bool = False,
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[F]: ...
    @overload
    def __call__(
        self,
        x: DoubleArray,
        t: DoubleArray,
        /,
        out: EllipsisType,
        *,
        axis: int = -1,
        keepdims: bool = False,
        dtype: None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: Input,
        t: Input,
        /,
        out: Out | tuple[Out],
        *,
        axis: int = -1,
        keepdims: bool = False,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> Out: ...
    @overload
    def __call__(
        self,
        x: HasArrayUfunc[T],
        t: object,
        /,
        out: object = None,
        *,
        axis: int = -1,
        keepdims: bool = False,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: object,
        t: HasArrayUfunc[T],
        /,
        out: object = None,
        *,
        axis: int = -1,
        keepdims: bool = False,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> T: ...
    @overload
    def __call__(
        self,
        x: Input,
        t: Input,
        /,
        out: EllipsisType | None = None,
        *,
        axis: int = -1,
        keepdims: bool = False,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[GUFuncKeywords],
    ) -> Any: ...
    @overload
    def __call__(self, x: Input, t: Input, /, **keywords: WrongKeyword[Never]) -> Any: ...
    def at(self, a: Never, indices: Never, /) -> NoReturn: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]
