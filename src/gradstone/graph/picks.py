"""Arrays of whole numbers between the brackets of x[…], as NumPy understands them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from operator import index as whole
from typing import Any

import numpy as np

from gradstone.errors import KindError, RangeError, ShapeError

Index = tuple[Any, ...]
BASIC = int | np.integer | slice | None | type(...)


@dataclass(frozen=True, slots=True)
class Picks:
    """An index with arrays in it, taken apart.

    Attributes:
        plain: the slices and new axes alone, which come first.
        order: of the axes after that, so that those picked from stand together; or None.
        axis: where they stand then, and where the axes of the result stand.
        indices: an index for each of those axes, Python numbers, arrays or nodes.
    """

    plain: Index
    order: tuple[int, ...] | None
    axis: int
    indices: Index


def has_arrays(index: Any) -> bool:
    """Whether arrays, lists or nodes stand between the brackets."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(not isinstance(part, BASIC) for part in parts)


def picks(index: Any, ndim: int) -> Picks:
    """What a caller wrote between the brackets, where there are arrays in it.

    As in NumPy, numbers beside arrays count as arrays, all of which broadcast; the axes of
    the result stand where they stood, or first where a slice or None stands between them.

    Args:
        index: whole numbers, slices, ..., None, and arrays, lists or nodes of whole numbers.
        ndim: how many axes there are.

    Raises:
        KindError: indices that are no whole numbers. RangeError: too many of them.
        ShapeError: they do not broadcast.
    """
    given = [_part(part) for part in (index if isinstance(index, tuple) else (index,))]
    parts = without_dots("slice", given, ndim)
    places = [i for i, part in enumerate(parts) if part is not None and not _slice(part)]
    plain = tuple(part if part is None or _slice(part) else slice(None) for part in parts)
    kept = [i for i, part in enumerate(given) if part is not None and not _slice(part)]
    kept = [i for i in kept if given[i] is not ...]
    together = all(b == a + 1 for a, b in pairwise(kept))
    order = None if together else (*places, *(i for i in range(len(parts)) if i not in places))
    shapes = [np.shape(parts[i]) if isinstance(parts[i], int) else parts[i].shape for i in places]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError as error:
        came = f"indices of shapes {', '.join(map(str, shapes))} came"
        raise ShapeError("slice", came, "shapes that broadcast are wanted") from error
    return Picks(plain, order, places[0] if together else 0, tuple(parts[i] for i in places))


def flat(indices: Index, sizes: tuple[int, ...]) -> Any:
    """One index into axes of these sizes laid end to end, from one for each; all are known.

    Raises:
        RangeError: an index outside of its axis.
    """
    for one, size in zip(indices, sizes, strict=True):
        outside = np.extract((np.asarray(one) < -size) | (np.asarray(one) >= size), one)
        if outside.size:
            raise RangeError("slice", f"index {outside[0]} came", f"the axis has {size} entries")
    strides = [prod(sizes[i + 1 :]) for i in range(len(sizes))]
    known = [np.asarray(one).astype(np.int64) for one in indices]
    parts = [np.where(one < 0, one + size, one) * stride
             for one, size, stride in zip(known, sizes, strides, strict=True)]  # fmt: skip
    return sum(parts[1:], parts[0])


def without_dots(name: str, parts: Sequence[Any], ndim: int) -> list[Any]:
    """What stands between the brackets, a part for each axis that is there or new.

    Raises:
        RangeError: more parts than axes, or ... twice; `name` is the op's, for the error.
    """
    count = sum(part is not None and part is not ... for part in parts)
    if sum(part is ... for part in parts) > 1:
        raise RangeError(name, "... came twice", "it can stand once between the brackets")
    if count > ndim:
        came = "1 index came" if count == 1 else f"{count} indices came"
        raise RangeError(name, came, f"the operand has {ndim} axes")
    if not any(part is ... for part in parts):
        parts = [*parts, ...]
    at = next(i for i, part in enumerate(parts) if part is ...)
    return [*parts[:at], *[slice(None)] * (ndim - count), *parts[at + 1 :]]


def _slice(part: Any) -> bool:
    return isinstance(part, slice)


def _part(part: Any) -> Any:
    if not isinstance(part, bool | np.bool_) and isinstance(part, BASIC):
        return whole(part) if isinstance(part, np.integer) else part
    array: Any = part if hasattr(part, "dtype") else np.asarray(part)
    if isinstance(part, list) and not array.size:
        array = array.astype(np.int64)
    if array.dtype.kind not in "iu":
        came = f"an index of dtype {array.dtype} came"
        advice = "Write gs.where for a choice by a condition."
        raise KindError("slice", came, "whole numbers are wanted", advice)
    return array
