"""What a diagnosis looks at: right and offered gradients at one point or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.checking.model import Tracing
from gradstone.checking.planting import losses

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """Gradients at one place, an array for each name.

    Attributes:
        arrays: the place. wanted: the right gradient, NaN where it was not computed.
        offered: what came, in whatever shapes. noise: how far rounding alone puts it off.
    """

    arrays: tuple[Array, ...]
    wanted: tuple[Array, ...]
    offered: tuple[Array, ...]
    noise: tuple[Any, ...]

    def matches(self, leaf: int, value: Array, tolerance: float) -> bool:
        """Whether what was offered is this value, where the right one is known."""
        return alike(self.offered[leaf], value, tolerance, self.noise[leaf])


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about a wrong gradient.

    Attributes:
        names: of the arrays. wrong: places among them of those that are wrong.
        points: the asked one first, then others where the same mistake must show.
        sizes: numbers that may turn up as factors, and what they count.
        value: the function. tracing: its graph, if it has one.
        tolerance: relative. rate: of a whole step, else None.
    """

    names: tuple[str, ...]
    wrong: frozenset[int]
    points: tuple[Point, ...]
    sizes: dict[str, int]
    value: Callable[[Sequence[Array]], float]
    tracing: Tracing | None
    tolerance: float
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a gradient is wrong, as far as its numbers tell.

    Attributes:
        name: of the mistake. explanation: what was done, and what is right.
        place: where, in words; may be empty. entries: names of the arrays it explains.
    """

    name: str
    explanation: str
    place: str
    entries: tuple[str, ...]

    def __str__(self) -> str:
        """One sentence."""
        where = f" {self.place}" if self.place else ""
        what = f" ({', '.join(self.entries)})" if self.entries else ""
        return f"{self.name}{where}{what}: {self.explanation}."


def alike(one: Array, other: Array, tolerance: float, noise: Any = 0.0) -> bool:
    """Equal shapes, and entries that agree where both are known; all zeros agree with nothing."""
    if one.shape != other.shape:
        return False
    known = np.isfinite(other)
    largest = np.max(np.abs(other), initial=0.0, where=known)
    if largest == 0.0 or not np.isfinite(one[known]).all():
        return False
    size = np.maximum(np.abs(one), np.abs(other))
    close = np.abs(one - other) <= tolerance * size + tolerance / 1000 * largest + noise
    return bool(close[known].all())


def sizes_of(tracing: Tracing | None, arguments: Sequence[tuple[str, Any]]) -> dict[str, int]:
    """What may turn up as a factor: samples and outputs of the losses, or sizes of arguments."""
    found: dict[str, int] = {}
    for loss in losses(tracing.subject) if tracing else []:
        shape = loss.inputs[0].shape
        found["the number of samples"] = int(np.prod(shape[:-1], dtype=int))
        found["the number of outputs"] = shape[-1] if shape else 1
        found["samples × outputs"] = int(np.prod(shape, dtype=int))
    for name, value in arguments:
        for axis, size in enumerate(np.shape(value) if isinstance(value, np.ndarray) else ()):
            if size not in found.values():
                found[f"the size of axis {axis} of {name}"] = size
    return {name: size for name, size in found.items() if size > 1}
