"""A trace from elsewhere as arrays by quantity: keys understood, values checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.checking.steps.naming import Place, Reader, Reading, modules
from gradstone.checking.steps.quantities import Array, Vocabulary, layer_of
from gradstone.errors import DataError, KindError, ShapeError

PLURALS = {
    "weights": "W", "ws": "W", "coefs_": "W", "biases": "b", "bs": "b", "intercepts_": "b",
    "nabla_w": "dW", "nabla_b": "db",
}  # fmt: skip
"""Keys under which a list holds an array for each layer."""


@dataclass(slots=True)
class Read:
    """A trace as far as it was understood.

    Attributes:
        arrays: by quantity, as they came. keys: what each was called.
        single: numbers given by themselves: for each quantity, place -> number.
        others: for a quantity that may be another, that other one.
        styles: quantities whose keys were of the form "0.weight", as PyTorch has them.
        unknown: keys that were not understood, some with the reason.
    """

    arrays: dict[str, Array] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    single: dict[str, dict[tuple[int, ...], float]] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    styles: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)


def flattened(trace: Any, subject: str) -> dict[str, Any]:
    """The values of a trace by key: dictionaries within it joined by dots, lists of layers apart.

    Raises:
        KindError: no dictionary. DataError: an empty one.
    """
    if not isinstance(trace, Mapping):
        came = f"{type(trace).__name__} came"
        wanted = "a dictionary of arrays by name, in order of computation, is wanted"
        raise KindError(subject, came, wanted, 'Write {"net1": …, "out1": …}.')
    if not trace:
        wanted = "at least one number of the step is wanted"
        raise DataError(subject, "an empty dictionary came", wanted)
    return dict(_flat(trace, ""))


def _flat(trace: Mapping[Any, Any], before: str) -> Iterator[tuple[str, Any]]:
    for name, value in trace.items():
        key = f"{before}{name}"
        letter = PLURALS.get(key.lower())
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        elif letter and isinstance(value, list | tuple):
            yield from ((f"{letter}{i}", one) for i, one in enumerate(value, 1))
        else:
            yield key, value


def layers_named(values: Mapping[str, Any]) -> int:
    """How many layers the keys of a trace speak of."""
    reader = Reader(Vocabulary({}, 0), modules(_axes(values)))
    found = [reading for key in values for reading in reader.readings(key, single=False)]
    return max((layer_of(name) or 0 for name, _ in found), default=0)


def _axes(values: Mapping[str, Any]) -> dict[str, int]:
    return {key: _dimensions(value) for key, value in values.items()}


def _dimensions(value: Any) -> int:
    shape = getattr(value, "shape", None)
    if shape is not None:
        return len(shape)
    return 1 + max(map(_dimensions, value), default=0) if isinstance(value, list | tuple) else 0


def read(
    values: Mapping[str, Any], vocabulary: Vocabulary, subject: str, strict: bool = True
) -> Read:
    """The values of a flattened trace by quantity.

    Raises:
        KindError, ShapeError: a value under an understood key that is no array of real numbers.
        DataError: NaN or infinity among them; if strict, no key was understood.
    """
    axes = _axes(values)
    reader, found = Reader(vocabulary, modules(axes)), Read()
    for key, value in values.items():
        readings = reader.readings(key, single=axes[key] == 0)
        if not readings or value is None:
            found.unknown.append(key)
            continue
        array = as_array(value, f"{subject}[{key!r}]", readings[0][0] == "average")
        _enter(found, key, array, readings, vocabulary)
    if strict and not found.arrays and not found.single:
        keys = ", ".join(found.unknown[:8])
        wanted = "names such as net1, out1, loss, dnet2, dW1 are wanted"
        raise DataError(subject, f"no key is understood ({keys})", wanted)
    return found


def _enter(
    found: Read, key: str, array: Array, readings: list[Reading], vocabulary: Vocabulary
) -> None:
    name, place = readings[0]
    shape = vocabulary.shapes.get(name)
    if place is not None:
        _enter_number(found, key, array, name, place, shape)
    elif name in found.arrays:
        found.unknown.append(f"{key} ({name} came before, as {found.keys[name]})")
    elif array.ndim == 0 and shape is not None and np.prod(shape) > 1:
        found.unknown.append(f"{key} (a single number; {name} has shape {shape})")
    else:
        found.arrays[name], found.keys[name] = array, key
        if len(readings) > 1:
            found.others[name] = readings[1][0]
        if "weight" in key.lower() and key != name:
            found.styles.add(name)


def _enter_number(
    found: Read, key: str, array: Array, name: str, place: Place, shape: tuple[int, ...] | None
) -> None:
    fits = shape is not None and place is not None and len(place) == len(shape)
    fits = fits and all(0 <= at < n for at, n in zip(place or (), shape or (), strict=False))
    if not fits or array.size != 1 or place is None:
        found.unknown.append(f"{key} (no such place in {name})")
        return
    found.single.setdefault(name, {})[place] = float(array.reshape(()))
    found.keys.setdefault(name, key)


def as_array(value: Any, subject: str, gaps: bool = False) -> Array:
    """A value of NumPy, PyTorch, JAX or plain Python as an array of its own.

    Args:
        gaps: whether NaN may stand for what is not there.

    Raises:
        KindError: not real numbers. ShapeError: rows of different lengths. DataError: NaN.
    """
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        array = np.array(value)
    except ValueError as error:
        raise ShapeError(subject, "rows of different lengths came", "an array is wanted") from error
    if array.dtype.kind not in "fiub":
        came = f"{type(value).__name__} of dtype {array.dtype} came"
        raise KindError(subject, came, "real numbers are wanted")
    bad = np.argwhere(~np.isfinite(array))
    if len(bad) and not gaps:
        place = tuple(map(int, bad[0]))
        came = f"{array[place]} came at {list(place)}" if place else f"{array} came"
        raise DataError(subject, came, "finite numbers are wanted", _advice(subject))
    return array


def is_numeric(value: Any) -> bool:
    """Whether a value looks like numbers."""
    return isinstance(value, int | float | list | tuple) or hasattr(value, "shape")


def _advice(subject: str) -> str:
    if "new" in subject or "after" in subject:
        return "Adam that counts its steps from 0 divides 0 by 0 in the first; count from 1."
    return ""
