"""LLVM's types; equal types are one object."""

from __future__ import annotations

from functools import cache
from typing import Any


class Type:
    """A type; equal types are one object, so that they compare by identity.

    Attributes:
        text: as it is written. count: lanes of a vector, else 1. element: of a vector.
        pointee: what a pointer points to; it is not part of the text.
    """

    __slots__ = ("count", "element", "pointee", "text")
    text: str
    count: int
    element: Type
    pointee: Type

    def __str__(self) -> str:
        return self.text

    def as_pointer(self) -> PointerType:
        """A pointer to it."""
        return PointerType(self)


def _new(kind: type[Any], text: str, inside: Type | None = None, count: int = 1) -> Any:
    made = object.__new__(kind)
    made.text, made.count = text, count
    made.element = made.pointee = inside
    return made


_made: Any = cache(_new)
"""The one type of its kind with a text."""


class IntType(Type):
    """Whole numbers of so many bits."""

    __slots__ = ()

    def __new__(cls, bits: int) -> IntType:
        """The type."""
        return _made(cls, f"i{bits}")  # type: ignore[no-any-return]


class FloatType(Type):
    """float32."""

    __slots__ = ()

    def __new__(cls) -> FloatType:
        """The type."""
        return _made(cls, "float")  # type: ignore[no-any-return]


class DoubleType(Type):
    """float64."""

    __slots__ = ()

    def __new__(cls) -> DoubleType:
        """The type."""
        return _made(cls, "double")  # type: ignore[no-any-return]


class VoidType(Type):
    """No value."""

    __slots__ = ()

    def __new__(cls) -> VoidType:
        """The type."""
        return _made(cls, "void")  # type: ignore[no-any-return]


class VectorType(Type):
    """So many lanes."""

    __slots__ = ()

    def __new__(cls, element: Type, count: int) -> VectorType:
        """The type."""
        return _made(cls, f"<{count} x {element}>", element, count)  # type: ignore[no-any-return]


class ArrayType(Type):
    """So many in memory, one after the other."""

    __slots__ = ()

    def __new__(cls, element: Type, count: int) -> ArrayType:
        """The type."""
        return _made(cls, f"[{count} x {element}]", element)  # type: ignore[no-any-return]


class PointerType(Type):
    """An address; what lies there is known to the builder only."""

    __slots__ = ()

    def __new__(cls, pointee: Type) -> PointerType:
        """The type."""
        return _made(cls, "ptr", pointee)  # type: ignore[no-any-return]
