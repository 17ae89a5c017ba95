"""The form of a start: a number, an array, or a tuple of arguments; and its entries in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from math import prod
from typing import Any

import numpy as np

from gradstone.errors import DataError, KindError, ShapeError

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """How a function takes its point.

    Attributes:
        several: a tuple came, so the function is called as f(*start).
        shapes: of each argument. names: of each argument.
    """

    several: bool
    shapes: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """Entries of all arguments together."""
        return sum(map(prod, self.shapes))

    @property
    def places(self) -> list[tuple[str, tuple[int, ...]]]:
        """Of each entry its argument's name and the place there."""
        pairs = zip(self.names, self.shapes, strict=True)
        return [(name, place) for name, shape in pairs for place in np.ndindex(shape)]

    @property
    def entry_names(self) -> list[str]:
        """A name for each entry, as x, y or x[0], x[1]."""
        return [
            f"{name}[{','.join(map(str, place))}]" if place else name for name, place in self.places
        ]

    @property
    def path_shape(self) -> tuple[int, ...]:
        """Of one point of a path: a number's, an array's, or a row of all entries."""
        return (self.size,) if self.several else self.shapes[0]

    def parts(self, flat: Array) -> list[Array]:
        """The arguments as arrays of their own."""
        ends = np.cumsum([prod(shape) for shape in self.shapes])
        pieces = np.split(flat, ends[:-1])
        return [one.reshape(s).copy() for one, s in zip(pieces, self.shapes, strict=True)]

    def arguments(self, flat: Array) -> list[Any]:
        """The arguments as a function of numbers and arrays takes them."""
        return [float(one) if not one.ndim else one for one in self.parts(flat)]

    def shaped(self, flat: Array) -> Any:
        """A point in the form of the start."""
        given = self.arguments(flat)
        return tuple(given) if self.several else given[0]

    def flat(self, tree: Any, subject: str) -> Array:
        """The entries of what a function gave for a point, float64 (size,).

        Raises:
            ShapeError, KindError: it has not the form of the start.
        """
        parts = list(tree) if self.several and isinstance(tree, tuple | list) else [tree]
        if self.several and isinstance(tree, np.ndarray) and tree.shape == (len(self.shapes),):
            parts = list(tree)
        arrays = [_array(part, subject) for part in parts]
        shapes = tuple(one.shape for one in arrays)
        if shapes != self.shapes:
            wanted = f"{self._told} is wanted"
            came = f"shapes {', '.join(map(str, shapes))} came"
            raise ShapeError(subject, came, wanted, "Give a number for each variable.")
        return flattened(arrays)

    @property
    def _told(self) -> str:
        if not self.several:
            return f"an array of shape {self.shapes[0]}" if self.shapes[0] else "one number"
        if any(self.shapes):
            return f"a tuple of arrays of shapes {', '.join(map(str, self.shapes))}"
        return f"a tuple of {len(self.shapes)} numbers ({', '.join(self.names)})"


def flattened(parts: Sequence[Array]) -> Array:
    """All entries in a row, float64."""
    return np.concatenate([np.asarray(one, dtype=np.float64).reshape(-1) for one in parts])


def form_of(start: Any, names: Sequence[str]) -> tuple[Form, Array]:
    """The form of a start and its entries, which are copied.

    Raises:
        KindError: no numbers. DataError: not finite, or none at all.
    """
    several = isinstance(start, tuple)
    arrays = [_array(part, "start") for part in (start if several else (start,))]
    form = Form(several, tuple(one.shape for one in arrays), tuple(names))
    if not arrays or not form.size:
        raise DataError("start", "no number came", "at least one is wanted")
    flat = flattened(arrays)
    if not np.isfinite(flat).all():
        raise DataError("start", "NaN or infinity came", "finite numbers are wanted")
    return form, flat


def names_of(function: Callable[..., Any], count: int) -> list[str]:
    """What a function calls its arguments; x, y, z or x1, x2 … where that cannot be told."""
    try:
        parameters = list(signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    plain = [one.name for one in parameters if one.kind in kinds]
    if len(plain) >= count:
        return plain[:count]
    return ["x", "y", "z"][:count] if count <= 3 else [f"x{i + 1}" for i in range(count)]


def _array(value: Any, subject: str) -> Array:
    try:
        found = np.asarray(value)
    except ValueError as error:
        came = "rows of different lengths came"
        raise ShapeError(subject, came, "an array of numbers is wanted") from error
    if found.dtype.kind not in "fiu":
        came = f"{type(value).__name__} {str(value)[:40]!r} came"
        raise KindError(subject, came, "a number, an array or a tuple of them is wanted")
    return found.astype(np.float64)
