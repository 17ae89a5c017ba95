"""What is offered for judgement, as arrays: a gradient, or what a step did to the parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.checking.arguments import Arguments, Tree, aligned, array_like
from gradstone.checking.model import Model, watched
from gradstone.errors import DataError, GradstoneError
from gradstone.functions.trace import leaves

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """What is judged.

    Attributes:
        arrays: gradients, float64, in whatever shapes they came; none where nothing came.
        noise: how far rounding alone may have put each off.
        narrow: float32 numbers came.
        after: the new parameters, of a step; rate: its learning rate.
        changed: titles of arguments that the offered function changed in place.
        differs: it gave other numbers when called again with equal arguments.
        again: the gradients at another point, where a function was offered.
    """

    arrays: tuple[Array, ...]
    noise: tuple[Any, ...]
    narrow: bool = False
    after: tuple[Array, ...] = ()
    rate: float | None = None
    changed: tuple[str, ...] = ()
    differs: bool = False
    again: Callable[[Sequence[Array]], tuple[Array, ...]] | None = None


def offered_gradient(arguments: Arguments, model: Model, grad: Any) -> Offer:
    """The offer of a gradient: values, a function, or None for Gradstone's own."""
    if grad is None:
        own = tuple(model.own(arguments.arrays)) if model.own else ()
        return Offer(own, tuple(0.0 for _ in own))
    if not callable(grad):
        return Offer(*_wide(_as_leaves(arguments, grad)))
    result, changed = watched(grad, arguments, arguments.arrays)
    first = [array.copy() for array in _as_leaves(arguments, result)]

    def again(arrays: Sequence[Array]) -> tuple[Array, ...]:
        return _wide(_as_leaves(arguments, grad(*arguments.filled(arrays))))[0]

    arrays, noise, narrow = _wide(first)
    second = again(arguments.arrays)
    pairs = zip(arrays, second, strict=True)
    differs = not all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)
    return Offer(arrays, noise, narrow, changed=changed, differs=differs, again=again)


def _wide(arrays: Sequence[Array]) -> tuple[tuple[Array, ...], tuple[Any, ...], bool]:
    narrow = any(array.dtype in (np.float32, np.float16) for array in arrays)
    return tuple(array.astype(np.float64) for array in arrays), (0.0,) * len(arrays), narrow


def offered_step(arguments: Arguments, args: Sequence[Any], after: Any, rate: float) -> Offer:
    """The offer of a step: the gradients that new = old − rate · gradient implies."""
    new = _as_leaves(arguments, after, "parameters_after")
    implied, noise = [], []
    for old, one in zip(arguments.arrays, new, strict=True):
        same = one.shape == old.shape
        implied.append((old - one) / rate if same else np.full(one.shape, np.nan))
        epsilon = np.finfo(one.dtype if one.dtype.kind == "f" else np.float64).eps
        noise.append(4 * epsilon * np.maximum(abs(old), abs(one)) / rate if same else 0.0)
    arrays = tuple(one.astype(np.float64) for one in implied)
    wide, _, narrow = _wide(new)
    return Offer(arrays, tuple(noise), narrow, after=wide, rate=rate)


def _as_leaves(arguments: Arguments, given: Tree, subject: str = "grad") -> list[Array]:
    trees = [arguments.trees[i] for i in arguments.chosen]
    if len(trees) == 1:
        return _one(given, trees[0], subject)
    parts = list(given) if isinstance(given, list | tuple | np.ndarray) and np.ndim(given) else None
    if parts is None or len(parts) != len(trees):
        came = "one part came" if parts is None else f"{len(parts)} parts came"
        raise DataError(subject, came, f"one for each of {len(trees)} arguments is wanted")
    pairs = zip(parts, trees, strict=True)
    return [leaf for part, tree in pairs for leaf in aligned(part, tree, subject)]


def _one(given: Tree, tree: Tree, subject: str) -> list[Array]:
    """One argument's gradient; a tuple of one part counts as that part."""
    try:
        return aligned(given, tree, subject)
    except GradstoneError:
        if not (isinstance(given, tuple) and len(given) == 1):
            raise
        return aligned(given[0], tree, subject)


def as_parts(given: Tree, args: Sequence[Any]) -> list[Tree] | None:
    """The parts of a gradient by several arguments; None where it is one argument's."""
    first = args[0] if args else None
    if len(args) < 2 or isinstance(given, dict):
        return None
    if isinstance(given, tuple):
        whole = isinstance(first, tuple) or len(given) > len(args)
        return None if whole else list(given)
    numbers = all(np.ndim(leaf) == 0 for one in args for leaf in leaves(one))
    if isinstance(given, list) and not array_like(given) and not isinstance(first, list):
        return list(given) if len(given) <= len(args) else None
    if numbers and np.ndim(given) == 1 and len(given) == len(args) and not _nested(args):
        return list(given)
    return None


def _nested(args: Sequence[Any]) -> bool:
    return any(isinstance(one, dict | list | tuple) for one in args)
