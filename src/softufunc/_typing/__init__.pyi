"""Types of the ufuncs, for type checkers only: this package does not exist at run time.

There is a class for each kind of ufunc, in unary.pyi, binary.pyi, labels.pyi, label_outputs.pyi, gufuncs.pyi and
rows.pyi. Overloads are ordered from specific to general. Common to all:

* Python's bool, int and float and all integers count as float64; NumPy's floating-point scalars and arrays keep their
  type, and with one input also the class (except that a memmap gives a plain array) and the shape.
* `out` determines the type of the result, and so does a `dtype` that is a class; with a `dtype` or `signature` that is
  a string, the result is Any.
* For an ArrayLike, and so for a str and a complex number, which are array-like, the result is Any.
* For an object with `__array_ufunc__` (or `__array_wrap__`), the result is that of the method.
* Unsupported methods take `Never`, so that type checkers reject every call.
* NumPy declares `ufunc` as final, but its own stubs derive from it: there is no other way to declare the result of a
  ufunc.
"""

from collections.abc import Sequence
from types import EllipsisType
from typing import Any, Literal, Protocol, TypeAlias, TypedDict, TypeVar, type_check_only

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")
U = TypeVar("U")
F = TypeVar("F", bound=np.floating[Any])
F_co = TypeVar("F_co", bound=np.floating[Any], covariant=True)
Out = TypeVar("Out", bound=NDArray[Any])
Out2 = TypeVar("Out2", bound=NDArray[Any])
FloatArray = TypeVar("FloatArray", bound=NDArray[np.floating[Any]])
Shape = TypeVar("Shape", bound=tuple[Any, ...])

@type_check_only
class HasArray(Protocol[F_co]):
    def __array__(self, /) -> np.ndarray[Any, np.dtype[F_co]]: ...

@type_check_only
class HasArrayWrap(Protocol[T_co]):
    def __array__(self, /) -> NDArray[Any]: ...
    def __array_wrap__(self, array: Any, /) -> T_co: ...

@type_check_only
class HasArrayUfunc(Protocol[T_co]):
    def __array_ufunc__(
        self,
        ufunc: np.ufunc,
        method: Literal["__call__", "reduce", "reduceat", "accumulate", "outer", "at"],
        /,
        *inputs: Any,
        **kwargs: Any,
    ) -> T_co: ...

@type_check_only
class WrongKeyword(Protocol[T_co]):
    """WrongKeyword[Never] is the type of other keywords in the last overload; no object has it.

    mypy then reports this one overload, because int, for example, is WrongKeyword[int], instead of listing them all.
    """

    @property  # type: ignore[misc]
    def __class__(self) -> type[T_co]: ...  # type: ignore[override]

# nested lists, tuples and ranges; not a recursive type, which would accept str, a sequence of str
Nested: TypeAlias = Sequence[T | Sequence[T | Sequence[T | Sequence[T]]]]
Integer: TypeAlias = np.integer[Any] | np.bool
Double: TypeAlias = float | Integer  # computed in float64; np.float64 is a float
Weak: TypeAlias = float | np.bool  # does not affect promotion, unless it is a np.float64
Small: TypeAlias = np.float16 | np.float32
Real: TypeAlias = float | np.floating[Any] | Integer
DoubleArray: TypeAlias = NDArray[Integer] | NDArray[np.float64] | Nested[Double | NDArray[Integer]]
FloatNested: TypeAlias = Nested[F | NDArray[F]]
RealArray: TypeAlias = NDArray[np.floating[Any]] | NDArray[Integer] | Nested[Real | NDArray[Any]]
RealOrArray: TypeAlias = Real | RealArray
Input: TypeAlias = ArrayLike | RealArray | HasArray[Any]
Mask: TypeAlias = bool | np.bool | NDArray[np.bool] | Nested[bool | np.bool | NDArray[np.bool]] | HasArray[Any]
Indices: TypeAlias = int | np.integer[Any] | EllipsisType | slice | NDArray[Integer] | Nested[int | np.integer[Any]]
Index: TypeAlias = Indices | tuple[Indices | None, ...]
Type: TypeAlias = type[F] | np.dtype[F]
Casting: TypeAlias = Literal["no", "equiv", "safe", "same_kind", "unsafe"]
Order: TypeAlias = Literal["K", "A", "C", "F"]
Axis: TypeAlias = int | tuple[int, ...]
Signature: TypeAlias = str | tuple[DTypeLike | None, ...]

@type_check_only
class ScalarKeywords(TypedDict, total=False):
    """Keywords with which scalars give a scalar."""

    where: bool | np.bool
    casting: Casting
    order: Order
    subok: bool

@type_check_only
class ArrayKeywords(TypedDict, total=False):
    """Keywords that do not change the class and type of the result."""

    where: Mask
    casting: Casting
    order: Order
    subok: Literal[True]

@type_check_only
class Keywords(TypedDict, total=False):
    """Keywords of every ufunc."""

    where: Mask
    casting: Casting
    order: Order
    subok: bool
    signature: Signature

@type_check_only
class GUFuncKeywords(TypedDict, total=False):
    """Keywords of every generalized ufunc; `where` is not one of them."""

    axes: list[Any]
    casting: Casting
    order: Order
    subok: bool
    signature: Signature
