from collections.abc import Sequence
from types import EllipsisType
from typing import (
    Any,
    Final,
    Literal,
    Never,
    NoReturn,
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
class _Config(TypedDict):
    version: str
    numpy: str
    instruction_set: str
    available: list[str]

__version__: Final[str]

def get_include() -> str: ...
def show_config() -> _Config: ...

softplus: Final[_Unary]
softminus: Final[_Unary]
sigmoid: Final[_Unary]
one_minus_sigmoid: Final[_Unary]
logit: Final[_Unary]
softplusinv: Final[_Unary]
softminusinv: Final[_Unary]
log_prob_0: Final[_Unary]
log_prob_1: Final[_Unary]
