"""What a function is audited on: its arguments in float64, and the names of their arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any

import numpy as np

from gradstone.errors import DataError, KindError, RangeError, ShapeError, unknown
from gradstone.functions.trace import leaves, mapped

Array = np.ndarray[Any, Any]
Tree = Any


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of an audit.

    Attributes:
        trees: all arguments; arrays in float64, lists of numbers as arrays.
        chosen: positions of those that are differentiated.
        names: of the arrays among the chosen ones, as "W1"; arrays: their values.
        titles: of all arguments.
        narrow: float32 came among the chosen ones.
    """

    trees: tuple[Tree, ...]
    chosen: tuple[int, ...]
    names: tuple[str, ...]
    arrays: tuple[Array, ...]
    titles: tuple[str, ...]
    narrow: bool

    def filled(self, arrays: Sequence[Array]) -> tuple[Tree, ...]:
        """All arguments, copied, with these arrays in place of the chosen ones' own."""
        rest = iter(arrays)
        return tuple(
            mapped(lambda _: _number_or_copy(next(rest)), tree)
            if i in self.chosen
            else mapped(_copied, tree)
            for i, tree in enumerate(self.trees)
        )


def prepared(f: Callable[..., Any], args: Sequence[Any], argnums: Sequence[int]) -> Arguments:
    """The arguments of an audit, copied.

    Raises:
        RangeError: no arguments, or a position that is not there. KindError, ShapeError,
        DataError: a chosen argument does not consist of finite real numbers.
    """
    if not args:
        raise RangeError("audit", "no arguments came", "the point to check at is wanted")
    for position in argnums:
        if not -len(args) <= position < len(args):
            wanted = f"the function was given {len(args)} arguments"
            raise RangeError("argnums", f"position {position} came", wanted)
    chosen = tuple(position % len(args) for position in argnums)
    titles = _titles(f, len(args))
    trees = [
        _wide(tree, titles[i]) if i in chosen else mapped(_widened, tree)
        for i, tree in enumerate(args)
    ]
    named = [pair for i in chosen for pair in named_leaves(trees[i], titles[i])]
    narrow = any(
        getattr(leaf, "dtype", None) == np.float32 for i in chosen for leaf in leaves(args[i])
    )
    names, arrays = tuple(name for name, _ in named), tuple(array for _, array in named)
    return Arguments(tuple(trees), chosen, names, arrays, titles, narrow)


def named_leaves(tree: Tree, name: str) -> Iterator[tuple[str, Any]]:
    """The leaves of a tree and what people call them: keys of dictionaries, places of lists."""
    if isinstance(tree, dict):
        for key, part in tree.items():
            inner = isinstance(part, dict | list | tuple)
            for below, leaf in named_leaves(part, str(key)):
                yield (f"{key}.{below}" if inner and isinstance(part, dict) else below), leaf
    elif isinstance(tree, list | tuple):
        for i, part in enumerate(tree):
            yield from named_leaves(part, f"{name}[{i}]")
    else:
        yield name, tree


def aligned(given: Tree, like: Tree, subject: str) -> list[Array]:
    """The leaves of a tree that stands beside another, in the other's order.

    Raises:
        UnknownNameError: a key the other has not. DataError: a missing one, another number
        of parts. KindError, ShapeError: a leaf is no array of real numbers.
    """
    if isinstance(like, dict):
        if not isinstance(given, dict):
            came = f"{type(given).__name__} came"
            raise KindError(subject, came, f"a dictionary with {', '.join(map(str, like))}")
        for key in given:
            if key not in like:
                raise unknown(f"{subject}: entry", str(key), map(str, like))
        missing = [str(key) for key in like if key not in given]
        if missing:
            wanted = "one array for each parameter is wanted"
            raise DataError(subject, f"{', '.join(missing)} missing", wanted)
        return [leaf for key in like for leaf in aligned(given[key], like[key], subject)]
    if isinstance(like, list | tuple):
        parts = list(given) if isinstance(given, list | tuple | np.ndarray) else [given]
        if len(parts) != len(like):
            raise DataError(subject, f"{len(parts)} parts came", f"{len(like)} are wanted")
        pairs = zip(parts, like, strict=True)
        return [leaf for part, one in pairs for leaf in aligned(part, one, subject)]
    return [_real(given, subject)]


def array_like(tree: Tree) -> bool:
    """Whether a list stands for an array: numbers, or such lists."""
    numbers = (bool, int, float, np.number)
    return isinstance(tree, list) and all(
        isinstance(part, numbers) or array_like(part) for part in tree
    )


def _wide(tree: Tree, name: str) -> Tree:
    if isinstance(tree, dict):
        return {key: _wide(part, str(key)) for key, part in tree.items()}
    if isinstance(tree, list | tuple) and not array_like(tree):
        parts = [_wide(part, f"{name}[{i}]") for i, part in enumerate(tree)]
        return tuple(parts) if isinstance(tree, tuple) else parts
    array = _real(tree, name).astype(np.float64)
    if not np.isfinite(array).all():
        raise DataError(name, "NaN or infinity came", "finite numbers are wanted")
    return array


def _real(value: Any, name: str) -> Array:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ShapeError(name, "rows of different lengths came", "an array is wanted") from error
    if array.dtype.kind not in "fiub":
        came = f"{type(value).__name__} of dtype {array.dtype} came"
        raise KindError(name, came, "real numbers are wanted")
    return array


def _widened(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        return leaf.astype(np.float64) if leaf.dtype.kind == "f" else leaf.copy()
    return leaf


def _copied(leaf: Any) -> Any:
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


def _number_or_copy(array: Array) -> Any:
    return array.copy() if array.ndim else array[()]


def _titles(f: Callable[..., Any], count: int) -> tuple[str, ...]:
    try:
        parameters = list(signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    plain = [one.name for one in parameters if one.kind is not Parameter.VAR_POSITIONAL]
    return tuple(plain[i] if i < len(plain) else f"argument{i}" for i in range(count))
