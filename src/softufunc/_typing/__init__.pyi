"""The types of the ufuncs. There is no such package when Python runs: only type checkers read it.

A class for each shape of ufunc, in unary.pyi, binary.pyi, labels.pyi and gufuncs.pyi. Overloads go from the precise to
the general. Common to all:

* A Python bool, int or float and every integer count as float64; NumPy's floating-point scalars and arrays keep their
  type, and of one input also the class (but a memmap gives a plain array) and the shape.
* `out` decides the type of the result, and so does a `dtype` that is a class; with a `dtype` or `signature` that is a
  text the result is Any.
* An object with `__array_ufunc__` (or `__array_wrap__`) gives what that method gives.
* Methods that a shape does not have take `Never`: the checker refuses every call of them.
* NumPy calls its class `ufunc` final, and its own stubs derive from it: there is no other way to tell what a ufunc
  returns.
"""

from collections.abc import Sequence
from types import EllipsisType
from typing import Any, Literal, Protocol, TypeAlias, TypedDict, TypeVar, type_check_only

import numpy as np
from numpy.typing import DTypeLike, NDArray

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

# lists, tuples and ranges, also of each other; a recursive type would take a text, whose elements are texts
Nested: TypeAlias = Sequence[T | Sequence[T | Sequence[T | Sequence[T]]]]
Integer: TypeAlias = np.integer[Any] | np.bool
Double: TypeAlias = float | Integer  # what becomes float64; np.float64 is a float
Weak: TypeAlias = float | np.bool  # what leaves the type to the other input, unless it is a np.float64
Small: TypeAlias = np.float16 | np.float32
Real: TypeAlias = float | np.floating[Any] | Integer
DoubleArray: TypeAlias = NDArray[Integer] | NDArray[np.float64] | Nested[Double | NDArray[Integer]]
FloatNested: TypeAlias = Nested[F | NDArray[F]]
RealArray: TypeAlias = NDArray[np.floating[Any]] | NDArray[Integer] | Nested[Real | NDArray[Any]]
RealOrArray: TypeAlias = Real | RealArray
Input: TypeAlias = RealOrArray | HasArray[Any]
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
    """Keywords with which a scalar remains one."""

    where: bool | np.bool
    casting: Casting
    order: Order
    subok: bool

@type_check_only
class ArrayKeywords(TypedDict, total=False):
    """Keywords that leave the class and type of the result as they are."""

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
    """Keywords of every generalized ufunc; a mask is not among them."""

    axes: list[Any]
    casting: Casting
    order: Order
    subok: bool
    signature: Signature
