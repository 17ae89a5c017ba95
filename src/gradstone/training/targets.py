"""Arrays as a network takes them: checked once, with the labels remembered."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.errors import DataError, RangeError, ShapeError
from gradstone.nn.module import Network
from gradstone.training.objective import BINARY_LOSSES, LABEL_LOSSES

Array = np.ndarray[Any, Any]


def inputs(network: Network, X: Any, dtype: str) -> Array:
    """X in the parameters' dtype, samples in the first axis.

    Raises:
        DataError: not numbers, not finite, no samples. ShapeError: samples the network does
        not take.
    """
    array = _numbers("X", X)
    if array.ndim < 2:
        advice = "Write X[:, None] for samples of one number, X[None] for one sample."
        raise ShapeError("X", f"an array of shape {array.shape} came", "(N, inputs)", advice)
    network.check(array.shape[1:])
    if not len(array):
        raise DataError("X", f"an array of shape {array.shape} came", "at least one sample")
    finite("X", array)
    return np.ascontiguousarray(array, dtype=dtype)


def _numbers(name: str, values: Any) -> Array:
    try:
        array = np.asarray(values)
        return array if array.dtype.kind in "biuf" else array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(name, f"{error}", "an array of numbers is wanted") from error


def finite(name: str, array: Array) -> None:
    """DataError with the first place where an array is NaN or infinite."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))
        place = tuple(bad[0].tolist())
        came = f"{len(bad)} values are not finite, the first {array[place]} at {list(place)}"
        raise DataError(name, came, "finite numbers are wanted", "Drop or fill those rows.")


@dataclass(frozen=True, slots=True)
class Labels:
    """What the classes of a classifier are called.

    Attributes:
        names: in the order of the outputs; None where targets are numbers or shares.
        flat: whether targets came as (N,), so that predictions go back so.
    """

    names: tuple[Any, ...] | None
    flat: bool


def labels_of(y: Any, loss: str, width: int | None) -> Labels:
    """The classes that targets speak of.

    Raises:
        DataError: more classes than outputs.
    """
    array = np.asarray(y)
    flat = array.ndim == 1
    if not flat or loss not in LABEL_LOSSES | BINARY_LOSSES:
        return Labels(None, flat)
    classes = width if loss in LABEL_LOSSES else 2
    if array.dtype.kind in "iuf":
        return Labels(None if classes is None else tuple(range(classes)), flat)
    names = tuple(np.unique(array).tolist())
    if classes is not None and len(names) > classes:
        came = f"{len(names)} classes came"
        raise DataError("y", came, f"the network has outputs for {classes}")
    return Labels(names, flat)


def targets(y: Any, rows: int, loss: str, width: int | None, labels: Labels, dtype: str) -> Array:
    """y as the loss takes it: labels int64 (N,), or numbers (N, outputs) in the dtype.

    Raises:
        ShapeError: another shape; y of shape (N,) stands for (N, 1) only where the network has
        one output. DataError: not finite. RangeError: labels that are no class.
    """
    array = np.asarray(y)
    if array.dtype.kind not in "biuf" or (array.dtype.kind == "b" and labels.names):
        array = _numbered(array, labels)
    finite("y", array)
    if len(array) != rows:
        raise ShapeError("y", f"{len(array)} targets came", f"X has {rows} samples")
    if loss in LABEL_LOSSES and array.ndim == 1:
        return _classes(array, width)
    if array.ndim == 1 and width == 1:
        array = array[:, None]
    if width is not None and array.shape != (rows, width):
        advice = "Labels (N,) go with cross_entropy." if array.ndim == 1 else ""
        raise ShapeError("y", f"shape {array.shape} came", f"({rows}, {width}) is wanted", advice)
    if loss in BINARY_LOSSES | LABEL_LOSSES and (array.min() < 0 or array.max() > 1):
        came = f"targets from {array.min()} to {array.max()} came"
        raise RangeError("y", came, f"0 to 1 is wanted for {loss}")
    return np.ascontiguousarray(array, dtype=dtype)


def _numbered(array: Array, labels: Labels) -> Array:
    if labels.names is None:
        wanted = "numbers are wanted; names of classes go with a classification loss"
        raise DataError("y", f"values such as {array.ravel()[:1].tolist()} came", wanted)
    numbers = {name: number for number, name in enumerate(labels.names)}
    strange = sorted({str(one) for one in array.tolist() if one not in numbers})
    if strange:
        raise DataError("y", f"the labels {strange} came", f"known are {list(labels.names)}")
    return np.array([numbers[one] for one in array.tolist()], dtype=np.int64)


def _classes(array: Array, classes: int | None) -> Array:
    whole = array.astype(np.int64)
    if (whole != array).any():
        raise RangeError("y", "labels with fractions came", "whole numbers from 0 are wanted")
    low, high = int(whole.min()), int(whole.max())
    if low < 0 or (classes is not None and high >= classes):
        came = f"labels from {low} to {high} came"
        wanted = f"0 to {(classes or 0) - 1} are wanted"
        advice = "Labels count from 0: subtract 1?" if low == 1 and high == classes else ""
        raise RangeError("y", came, wanted, advice)
    return whole


def warn_far_outside(x: Array, low: Array, high: Array) -> None:
    """Warn where a value lies further outside low … high than that range is wide.

    Args:
        x: (N, …). low, high: the least and largest value seen in training, (…).
    """
    low, high = low.astype(np.float64), high.astype(np.float64)
    width = np.maximum(high - low, 1e-12 + 1e-6 * np.maximum(abs(low), abs(high)))
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


def named_weights(
    weights: Mapping[Any, float] | Sequence[float] | str, y: Any
) -> tuple[float, ...]:
    """Class weights in the order of the classes; "balanced" is N / (classes · count)."""
    labels, counts = np.unique(np.asarray(y), return_counts=True)
    if isinstance(weights, str):
        if weights != "balanced":
            wanted = '"balanced", a dictionary or a sequence is wanted'
            raise RangeError("class_weights", f"{weights!r} came", wanted)
        return tuple((counts.sum() / (len(counts) * counts)).tolist())
    if isinstance(weights, Mapping):
        missing = [str(one) for one in labels.tolist() if one not in weights]
        if missing:
            wanted = "a weight for every class is wanted"
            raise RangeError("class_weights", f"nothing came for {', '.join(missing)}", wanted)
        return tuple(float(weights[one]) for one in labels.tolist())
    return tuple(float(one) for one in weights)
