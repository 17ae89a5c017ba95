"""Arrays as a network takes them: checked once, with the labels remembered."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.errors import DataError, RangeError, ShapeError, unknown
from gradstone.nn.module import Network
from gradstone.training.objective import BINARY_LOSSES, LABEL_LOSSES

Array = np.ndarray[Any, Any]
Weights = Mapping[Any, float] | Sequence[float] | str


def inputs(network: Network, X: Any, dtype: str) -> Array:
    """X in the parameters' dtype, samples in the first axis.

    Raises:
        DataError: not numbers, not finite, no samples. ShapeError: samples the network does
        not take.
    """
    array = _numbers("X", X)
    if array.ndim < 2:
        advice = "Write X[:, None] for samples of one number, X[None] for one sample."
        came = f"an array of shape {array.shape} came"
        raise ShapeError("X", came, "samples in rows, (N, inputs), are wanted", advice)
    network.check(array.shape[1:])
    if not len(array):
        came = f"an array of shape {array.shape} came"
        raise DataError("X", came, "at least one sample is wanted")
    return _narrowed("X", array, dtype)


def _array(name: str, values: Any) -> Array:
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise DataError(name, f"{error}", "an array is wanted") from error


def _numbers(name: str, values: Any) -> Array:
    array = _array(name, values)
    if array.dtype.kind in "biuf":
        return array
    try:
        return np.asarray(array.tolist(), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(name, f"{error}", "an array of numbers is wanted") from error


def _narrowed(name: str, array: Array, dtype: str) -> Array:
    """The array in a dtype; DataError where an entry is not finite, there or here."""
    _check_finite(name, array, "")
    with np.errstate(over="ignore"):
        narrow = np.ascontiguousarray(array, dtype=dtype)
    _check_finite(name, narrow, f" in {dtype}")
    return narrow


def _check_finite(name: str, array: Array, place: str) -> None:
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))
        first = tuple(bad[0].tolist())
        came = f"{len(bad)} not finite{place}, the first {array[first]} at {list(first)}"
        raise DataError(name, came, "finite numbers are wanted", "Drop or fill those rows.")


@dataclass(frozen=True, slots=True)
class Labels:
    """What the classes of a classifier are called.

    Attributes:
        names: in the order of the outputs; None where targets are numbers or shares.
        flat: whether targets came as (N,), so that predictions go back so.

    Raises:
        DataError: names that are neither text nor numbers nor bools.
    """

    names: tuple[Any, ...] | None
    flat: bool

    def __post_init__(self) -> None:
        for name in self.names or ():
            if not isinstance(name, str | int | float):
                came = f"labels such as {name!r:.40} came"
                raise DataError("y", came, "text, numbers or bools are wanted")


def are_labels(y: Any) -> bool:
    """Whether targets look like classes: (N,) of whole numbers, text or bools."""
    array = _array("y", y)
    return array.ndim == 1 and array.dtype.kind in "iubUO"


def labels_of(y: Any, loss: str, width: int) -> Labels:
    """The classes that targets speak of.

    Raises:
        DataError: labels that cannot be told apart, or not one for each output.
    """
    array = _array("y", y)
    flat = array.ndim == 1
    if not flat or loss not in LABEL_LOSSES | BINARY_LOSSES:
        return Labels(None, flat)
    classes = width if loss in LABEL_LOSSES else 2
    if array.dtype.kind in "iuf":
        return Labels(tuple(range(classes)), flat)
    names = [False, True] if array.dtype.kind == "b" else _told_apart(array)
    if len(names) != classes:
        wanted = f"{classes} are wanted, one for each output"
        if loss in BINARY_LOSSES:
            wanted = "two are wanted"
        came = f"{len(names)} classes came ({', '.join(map(str, names))})"
        raise DataError("y", f"{came:.80}", wanted)
    return Labels(tuple(names), flat)


def _told_apart(array: Array) -> list[Any]:
    try:
        return sorted(set(array.tolist()))
    except TypeError as error:
        wanted = "labels of one kind are wanted"
        raise DataError("y", f"{error}", wanted, "Fill or drop what is missing.") from error


def targets(y: Any, rows: int, loss: str, width: int, labels: Labels, dtype: str) -> Array:
    """y as the loss takes it: labels int64 (N,), or numbers (N, outputs) in the dtype.

    Raises:
        ShapeError: another shape; y of shape (N,) stands for (N, 1) only where the network has
        one output. DataError: not finite. RangeError: labels that are no class.
    """
    array = _array("y", y)
    if array.ndim == 0 or len(array) != rows:
        came = f"{len(array)} targets came" if array.ndim else f"{y!r:.40} came"
        raise ShapeError("y", came, f"X has {rows} samples, and one target each is wanted")
    if array.dtype.kind not in "biuf" or (array.dtype.kind == "b" and labels.names):
        array = _numbered(array, labels)
    _check_finite("y", array, "")
    if loss in LABEL_LOSSES and array.ndim == 1:
        return _classes(array, width)
    if array.ndim == 1 and width == 1:
        array = array[:, None]
    if array.shape != (rows, width):
        advice = "Labels (N,) go with cross_entropy." if array.ndim == 1 else ""
        raise ShapeError("y", f"shape {array.shape} came", f"({rows}, {width}) is wanted", advice)
    narrow = _narrowed("y", array, dtype)
    if loss in BINARY_LOSSES | LABEL_LOSSES and (narrow.min() < 0 or narrow.max() > 1):
        came = f"targets from {narrow.min():g} to {narrow.max():g} came"
        raise RangeError("y", came, f"0 to 1 is wanted for {loss}")
    return narrow


def _numbered(array: Array, labels: Labels) -> Array:
    if labels.names is None:
        wanted = "numbers are wanted; names of classes (N,) go with a classification loss"
        came = f"values such as {array.ravel()[:1].tolist()} came"
        raise DataError("y", came, wanted)
    numbers = {name: number for number, name in enumerate(labels.names)}
    given = array.tolist()
    strange = sorted({str(one) for one in given if one not in numbers})
    if strange:
        known = ", ".join(map(str, labels.names))
        raise DataError("y", f"labels {', '.join(strange)} came", f"known are {known}")
    return np.array([numbers[one] for one in given], dtype=np.int64)


def _classes(array: Array, classes: int) -> Array:
    whole = array.astype(np.int64)
    if (whole != array).any():
        raise RangeError("y", "labels with fractions came", "whole numbers from 0 are wanted")
    low, high = int(whole.min()), int(whole.max())
    if low < 0 or high >= classes:
        came = f"labels from {low} to {high} came"
        wanted = f"0 to {classes - 1} are wanted"
        advice = "Labels count from 0: subtract 1?" if low == 1 and high == classes else ""
        raise RangeError("y", came, wanted, advice)
    return whole


def warn_far_outside(x: Array, low: Array, high: Array) -> None:
    """Warn where a value lies further outside low … high than that range is wide.

    Args:
        x: (N, …). low, high: the least and largest value seen in training, (…). A feature that
            was always the same there is given the width of the widest.
    """
    low, high = low.astype(np.float64), high.astype(np.float64)
    width = high - low
    width = np.where(width > 0, width, width.max() or np.maximum(abs(high), 1.0))
    far = (x < low - width) | (x > high + width)
    if far.any():
        place = tuple(np.argwhere(far)[0].tolist())
        seen = f"{low[place[1:]]:.6g} … {high[place[1:]]:.6g}"
        warnings.warn(
            f"predict: {int(far.sum())} values lie far outside what was seen in training, the "
            f"first {x[place]:.6g} at {list(place)} where training saw {seen}; predictions "
            "there are guesses.",
            stacklevel=4,
        )


def class_weights_of(
    weights: Weights, labels: Labels, t: Array, loss: str, width: int
) -> tuple[float, ...]:
    """Class weights in the order of the classes.

    Args:
        weights: a sequence in that order; a dictionary by label; or "balanced", which is
            N / (classes · count), as many classes as there are samples of.
        labels: what the classes are called. t: targets as the loss takes them.

    Raises:
        RangeError: another word, or a class without a weight. UnknownNameError: no such class.
    """
    if isinstance(weights, str):
        if weights != "balanced":
            wanted = '"balanced", a dictionary or a sequence is wanted'
            raise RangeError("class_weights", f"{weights!r} came", wanted)
        return _balanced(_counts(t, loss, width))
    if not isinstance(weights, Mapping):
        return tuple(weights)
    names = labels.names or range(2 if loss in BINARY_LOSSES else width)
    for name in weights:
        if name not in names:
            raise unknown("class of class_weights", str(name), map(str, names))
    missing = [str(one) for one in names if one not in weights]
    if missing:
        came = f"nothing came for {', '.join(missing)}"
        raise RangeError("class_weights", came, "a weight for every class is wanted")
    return tuple(weights[one] for one in names)


def _counts(t: Array, loss: str, width: int) -> list[float]:
    """How many samples, or shares of samples, each class has."""
    if loss in BINARY_LOSSES:
        ones = float(t.sum(dtype=np.float64))
        return [t.size - ones, ones]
    counts = np.bincount(t, minlength=width) if t.ndim == 1 else t.sum(axis=0, dtype=np.float64)
    return [float(count) for count in counts]


def _balanced(counts: Sequence[float]) -> tuple[float, ...]:
    each = sum(counts) / sum(count > 0 for count in counts)
    return tuple(each / count if count > 0 else 1.0 for count in counts)
