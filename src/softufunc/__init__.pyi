from collections.abc import Sequence
from types import EllipsisType
from typing import (
    Any,
    Final,
    Literal,
    Never,
    NoReturn,
    SupportsIndex,
    TypedDict,
    TypeVar,
    Unpack,
    overload,
    type_check_only,
)

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

_Float = TypeVar("_Float", bound=np.floating[Any])
_Array = TypeVar("_Array", bound=NDArray[Any])
_OtherArray = TypeVar("_OtherArray", bound=NDArray[Any])
_Integer = np.integer[Any] | np.bool
_Sequence = Sequence["float | _Sequence"]

@type_check_only
class _Keywords(TypedDict, total=False):
    where: ArrayLike
    casting: Literal["no", "equiv", "safe", "same_kind", "unsafe"]
    order: Literal["K", "A", "C", "F"]
    subok: bool
    signature: str | tuple[DTypeLike | None, DTypeLike | None]

# NumPy calls its class final and derives from it itself: the stubs have no other way to tell what a ufunc returns.
@type_check_only
class _Unary(np.ufunc):  # type: ignore[misc]
    @property
    def nin(self) -> Literal[1]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[2]: ...
    @property
    def ntypes(self) -> Literal[4]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> None: ...
    @overload
    def __call__(
        self, x: float | _Integer, /, out: None = None, *, dtype: None = None, **keywords: Unpack[_Keywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x: _Float, /, out: None = None, *, dtype: None = None, **keywords: Unpack[_Keywords]
    ) -> _Float: ...
    @overload
    def __call__(
        self, x: NDArray[_Float], /, out: None = None, *, dtype: None = None, **keywords: Unpack[_Keywords]
    ) -> NDArray[_Float]: ...
    @overload
    def __call__(
        self,
        x: NDArray[_Integer] | _Sequence,
        /,
        out: None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[_Keywords],
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(
        self,
        x: ArrayLike,
        /,
        out: _Array | tuple[_Array],
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[_Keywords],
    ) -> _Array: ...
    @overload
    def __call__(
        self,
        x: NDArray[Any] | _Sequence,
        /,
        out: None = None,
        *,
        dtype: type[_Float] | np.dtype[_Float],
        **keywords: Unpack[_Keywords],
    ) -> NDArray[_Float]: ...
    @overload
    def __call__(
        self, x: object, /, out: object = None, *, dtype: DTypeLike | None = None, **keywords: Unpack[_Keywords]
    ) -> Any: ...

    # `at` works in place; the others exist for ufuncs of two arguments only and raise ValueError.
    def at(self, a: NDArray[Any], indices: ArrayLike | EllipsisType | slice | tuple[Any, ...], /) -> None: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]

@type_check_only
class _TwoResultsKeywords(TypedDict, total=False):
    where: ArrayLike
    casting: Literal["no", "equiv", "safe", "same_kind", "unsafe"]
    order: Literal["K", "A", "C", "F"]
    subok: bool
    signature: str | tuple[DTypeLike | None, DTypeLike | None, DTypeLike | None]

@type_check_only
class _UnaryWithTwoResults(np.ufunc):  # type: ignore[misc]
    @property
    def nin(self) -> Literal[1]: ...
    @property
    def nout(self) -> Literal[2]: ...
    @property
    def nargs(self) -> Literal[3]: ...
    @property
    def ntypes(self) -> Literal[4]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> None: ...
    @overload
    def __call__(
        self,
        x: float | _Integer,
        /,
        out: tuple[None, None] = (None, None),
        *,
        dtype: None = None,
        **keywords: Unpack[_TwoResultsKeywords],
    ) -> tuple[np.float64, np.float64]: ...
    @overload
    def __call__(
        self,
        x: _Float,
        /,
        out: tuple[None, None] = (None, None),
        *,
        dtype: None = None,
        **keywords: Unpack[_TwoResultsKeywords],
    ) -> tuple[_Float, _Float]: ...
    @overload
    def __call__(
        self,
        x: NDArray[_Float],
        /,
        out: tuple[None, None] = (None, None),
        *,
        dtype: None = None,
        **keywords: Unpack[_TwoResultsKeywords],
    ) -> tuple[NDArray[_Float], NDArray[_Float]]: ...
    @overload
    def __call__(
        self,
        x: NDArray[_Integer] | _Sequence,
        /,
        out: tuple[None, None] = (None, None),
        *,
        dtype: None = None,
        **keywords: Unpack[_TwoResultsKeywords],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    @overload
    def __call__(
        self,
        x: ArrayLike,
        /,
        out: tuple[_Array, _OtherArray],
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[_TwoResultsKeywords],
    ) -> tuple[_Array, _OtherArray]: ...
    @overload
    def __call__(
        self, x: object, /, *out: object, dtype: DTypeLike | None = None, **keywords: Any
    ) -> tuple[Any, Any]: ...

    # NumPy's methods are for ufuncs with one result.
    def at(self, a: Never, indices: Never, /) -> NoReturn: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]

@type_check_only
class _BinaryKeywords(TypedDict, total=False):
    where: ArrayLike
    casting: Literal["no", "equiv", "safe", "same_kind", "unsafe"]
    order: Literal["K", "A", "C", "F"]
    subok: bool
    signature: str | tuple[DTypeLike | None, DTypeLike | None, DTypeLike | None]

# Two arguments of one type keep it. What others give depends on both, and on what they hold.
@type_check_only
class _Binary(np.ufunc):  # type: ignore[misc]
    @property
    def nin(self) -> Literal[2]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[3]: ...
    @property
    def ntypes(self) -> Literal[4]: ...
    @property
    def identity(self) -> float | None: ...
    @property
    def signature(self) -> None: ...
    @overload
    def __call__(
        self, x: float, y: float, /, out: None = None, *, dtype: None = None, **keywords: Unpack[_BinaryKeywords]
    ) -> np.float64: ...
    @overload
    def __call__(
        self, x: _Float, y: _Float, /, out: None = None, *, dtype: None = None, **keywords: Unpack[_BinaryKeywords]
    ) -> _Float: ...
    @overload
    def __call__(
        self,
        x: NDArray[_Float],
        y: NDArray[_Float] | float,
        /,
        out: None = None,
        *,
        dtype: None = None,
        **keywords: Unpack[_BinaryKeywords],
    ) -> NDArray[_Float]: ...
    @overload
    def __call__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        /,
        out: _Array | tuple[_Array],
        *,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[_BinaryKeywords],
    ) -> _Array: ...
    @overload
    def __call__(
        self, x: object, y: object, /, out: object = None, *, dtype: DTypeLike | None = None, **keywords: Any
    ) -> Any: ...
    def at(self, a: NDArray[Any], indices: Any, b: ArrayLike, /) -> None: ...  # type: ignore[override]
    def accumulate(self, array: ArrayLike, /, *args: Any, **keywords: Any) -> NDArray[Any]: ...  # type: ignore[override]
    def outer(self, A: ArrayLike, B: ArrayLike, /, **keywords: Any) -> Any: ...  # type: ignore[override]
    def reduce(self, array: ArrayLike, /, *args: Any, **keywords: Any) -> Any: ...  # type: ignore[override]
    def reduceat(self, array: ArrayLike, /, indices: ArrayLike, *args: Any, **keywords: Any) -> NDArray[Any]: ...  # type: ignore[override]

@type_check_only
class _ReductionKeywords(TypedDict, total=False):
    axes: Sequence[int | tuple[int, ...]]
    casting: Literal["no", "equiv", "safe", "same_kind", "unsafe"]
    order: Literal["K", "A", "C", "F"]
    subok: bool
    signature: str | tuple[DTypeLike | None, ...]

# A sum over an axis is a scalar or an array: the number of dimensions, which decides, is not known to the stubs.
@type_check_only
class _Reduction(np.ufunc):  # type: ignore[misc]
    @property
    def nin(self) -> Literal[1]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[2]: ...
    @property
    def ntypes(self) -> Literal[4]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> Literal["(n)->()"]: ...
    @overload
    def __call__(
        self,
        x: ArrayLike,
        /,
        out: _Array | tuple[_Array],
        *,
        axis: SupportsIndex = -1,
        keepdims: bool = False,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[_ReductionKeywords],
    ) -> _Array: ...
    @overload
    def __call__(
        self,
        x: NDArray[_Float],
        /,
        out: None = None,
        *,
        axis: SupportsIndex = -1,
        keepdims: Literal[True],
        dtype: None = None,
        **keywords: Unpack[_ReductionKeywords],
    ) -> NDArray[_Float]: ...
    @overload
    def __call__(
        self,
        x: NDArray[_Float],
        /,
        out: None = None,
        *,
        axis: SupportsIndex = -1,
        keepdims: bool = False,
        dtype: None = None,
        **keywords: Unpack[_ReductionKeywords],
    ) -> _Float | NDArray[_Float]: ...
    @overload
    def __call__(
        self,
        x: NDArray[_Integer] | _Sequence,
        /,
        out: None = None,
        *,
        axis: SupportsIndex = -1,
        keepdims: bool = False,
        dtype: None = None,
        **keywords: Unpack[_ReductionKeywords],
    ) -> np.float64 | NDArray[np.float64]: ...
    @overload
    def __call__(self, x: object, /, out: object = None, *, dtype: DTypeLike | None = None, **keywords: Any) -> Any: ...

    # NumPy's methods are not for generalised ufuncs.
    def at(self, a: Never, indices: Never, /) -> NoReturn: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]

@type_check_only
class _LabelledReduction(np.ufunc):  # type: ignore[misc]
    @property
    def nin(self) -> Literal[2]: ...
    @property
    def nout(self) -> Literal[1]: ...
    @property
    def nargs(self) -> Literal[3]: ...
    @property
    def ntypes(self) -> Literal[48]: ...
    @property
    def identity(self) -> None: ...
    @property
    def signature(self) -> Literal["(n),(n)->()"]: ...
    @overload
    def __call__(
        self,
        x: ArrayLike,
        t: ArrayLike,
        /,
        out: _Array | tuple[_Array],
        *,
        axis: SupportsIndex = -1,
        keepdims: bool = False,
        dtype: DTypeLike | None = None,
        **keywords: Unpack[_ReductionKeywords],
    ) -> _Array: ...
    @overload
    def __call__(
        self,
        x: NDArray[_Float],
        t: NDArray[_Float] | NDArray[_Integer],
        /,
        out: None = None,
        *,
        axis: SupportsIndex = -1,
        keepdims: bool = False,
        dtype: None = None,
        **keywords: Unpack[_ReductionKeywords],
    ) -> _Float | NDArray[_Float]: ...
    @overload
    def __call__(
        self, x: object, t: object, /, out: object = None, *, dtype: DTypeLike | None = None, **keywords: Any
    ) -> Any: ...

    # NumPy's methods are not for generalised ufuncs.
    def at(self, a: Never, indices: Never, /) -> NoReturn: ...  # type: ignore[override]
    def accumulate(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def outer(self, A: Never, B: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduce(self, array: Never, /) -> NoReturn: ...  # type: ignore[override]
    def reduceat(self, array: Never, /, indices: Never) -> NoReturn: ...  # type: ignore[override]

@type_check_only
class _Config(TypedDict):
    version: str
    numpy: str
    instruction_set: str
    available: list[str]

__version__: Final[str]

def show_config() -> _Config: ...

softplus: Final[_Unary]
softminus: Final[_Unary]
sigmoid: Final[_Unary]
one_minus_sigmoid: Final[_Unary]
logit: Final[_Unary]
softplusinv: Final[_Unary]
softminusinv: Final[_Unary]
log1mexp: Final[_Unary]
log_prob_0: Final[_Unary]
log_prob_1: Final[_Unary]
sigmoid_grad: Final[_Unary]
logaddexp: Final[_Binary]
logsubexp: Final[_Binary]
softminimum: Final[_Binary]
log_prob: Final[_Binary]
softplus_sigmoid: Final[_UnaryWithTwoResults]
log_probs: Final[_UnaryWithTwoResults]
logsumexp: Final[_Reduction]
log_likelihood: Final[_LabelledReduction]
