"""What stands between the brackets of x[…], in a form that a node can keep and compare."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstone.errors import RangeError
from gradstone.graph.picks import without_dots

Kept = tuple[tuple[Any, ...], ...]


def kept_index(name: str, sizes: tuple[int, ...], index: Any) -> Kept:
    """What a caller wrote between the brackets, as a row keeps it.

    Args:
        name: the op, for errors. sizes: of the array that is indexed.
        index: whole numbers, slices, ... and None.

    Raises:
        RangeError: another kind of index, too many of them, or one outside its axis.
    """
    given = without_dots(name, index if isinstance(index, tuple) else (index,), len(sizes))
    kinds = int | np.integer | slice | None
    if any(isinstance(part, bool) or not isinstance(part, kinds) for part in given):
        wanted = "whole numbers, slices, ... and None are wanted"
        raise RangeError(name, f"index {index!r} came", wanted)
    kept: list[tuple[Any, ...]] = []
    axis = 0
    for part in given:
        size = sizes[axis] if part is not None else 1
        axis += part is not None
        if isinstance(part, slice):
            kept.append(("slice", *part.indices(size)))
        elif part is None:
            kept.append(("new",))
        elif -size <= part < size:
            kept.append(("at", int(part) % size))
        else:
            raise RangeError(name, f"index {part} came", f"the axis has {size} entries")
    return tuple(kept)


def index_of(kept: Kept) -> tuple[Any, ...]:
    """A slice row's attribute as NumPy's index."""
    return tuple(_part(part) for part in kept)


def _part(part: tuple[Any, ...]) -> Any:
    if part[0] == "slice":
        _, start, stop, step = part
        # below 0 is in front of the first entry, which NumPy would count from the end
        return slice(start, None if stop < 0 else stop, step) if start >= 0 else slice(0, 0)
    return None if part[0] == "new" else part[1]
